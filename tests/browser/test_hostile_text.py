"""Texts that are more than text elsewhere, on every page: nothing runs, nobody is asked.

A registry of them, links to every page that ask for them, and sheets that hold them. The short
form has some of each family, the long one all.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from lib.disclosure import DISCLOSURE_K
from lib.serving.public import REGISTRY_DIR
from tests.browser.harness import PAGES, ROOT, Profile, new_context, serving, settled
from tests.browser.steps import open_page
from tests.browser.test_import import CYCLES, PATIENTS, READ_MS
from tests.registry.clinic import as_csv
from tests.trust.hostile import NAME, write_hostile
from tests.trust.payloads import HELD, PAYLOADS, some_of_each

WHAT_IS_MADE = (ROOT / "tests" / "browser" / "hostile.js").read_text(encoding="utf-8")
SHORT = tuple(text for text in some_of_each(3) if text in HELD)
# All that a page says: its text, and what charts say to those who can't see them.
SAYS = """() => [document.body.innerText,
    ...[...document.querySelectorAll('svg text, [aria-label]')].map(
        part => part.ariaLabel || part.textContent)].join(' ')"""
# Parameters of the address that take a text.
ASKED = (
    "dataset", "diagnosis", "centre", "sex", "age", "patient", "patient_beside", "imputation",
    "summary_tables_view", "timelines_group", "response_view", "overview_by", "report_patients",
    "patient_status", "beside", "nothing_of_ours",
)  # fmt: skip
N_ASKED_AT_ONCE = 25


class Watched:
    """A page that is watched for what a text has become."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.profile = Profile(new_context(browser, url))
        self.page: Page = self.profile.context.new_page()
        self.dialogs: list[str] = []
        self.asked: list[str] = []
        self.page.on("dialog", self._note)
        self.page.on("request", lambda request: self.asked.append(urlsplit(request.url).path))
        self.n_looks = 0

    def _note(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def assert_nothing_happened(self) -> None:
        for frame in self.page.frames:
            assert frame.evaluate(WHAT_IS_MADE) == []
        assert self.dialogs == []
        assert [path for path in self.asked if path.rsplit("/", 1)[-1] in {"x", "a"}] == []
        # Of a page's own error a reader would see the same as of one that a text caused.
        expect(self.page.get_by_test_id("stException")).to_have_count(0)
        assert [each for each in self.profile.problems if "exception" in each] == []
        assert [each for each in self.profile.problems if "another machine" in each] == []
        self.n_looks += 1

    def says(self) -> str:
        return without_spaces(self.page.evaluate(SAYS))


@pytest.fixture(scope="module", params=["some", pytest.param("all", marks=pytest.mark.long)])
def payloads(request: pytest.FixtureRequest) -> Sequence[str]:
    return SHORT if request.param == "some" else PAYLOADS


@pytest.fixture(scope="module")
def watched(
    browser: Browser, payloads: Sequence[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    """A page on a server that has a registry of payloads."""
    shelf = tmp_path_factory.mktemp("shelf")
    write_hostile(shelf / "hostile", [text for text in payloads if text in HELD])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(REGISTRY_DIR, str(shelf))
        patch.setenv(DISCLOSURE_K, "internal")
        with serving("app.py") as (url, _):
            watched = Watched(browser, url)
            yield watched
            watched.profile.context.close()


def without_spaces(text: str) -> str:
    """As it is compared: what can't be seen and where lines break is not."""
    return re.sub(r"[\s\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u00ad]", "", text)


def test_a_registry_of_them_on_every_page(watched: Watched, payloads: Sequence[str]):
    for path in PAGES.values():
        open_page(watched.page, f"{path}?dataset=hostile")
        watched.assert_nothing_happened()
        assert without_spaces(NAME) in watched.says()
    shown = [text for text in payloads if text in HELD and len(text) < 60 and "/" not in text]
    for text in shown[:: 7 if len(payloads) < 100 else 1]:
        open_page(watched.page, f"/patient?dataset=hostile&patient={quote(text)}")
        watched.assert_nothing_happened()
        assert without_spaces(text) in watched.says(), text
    print(f"hostile text: {len(payloads)} payloads, {watched.n_looks} pages looked at")  # noqa: T201


def test_links_that_ask_for_them(watched: Watched, payloads: Sequence[str]):
    texts = [text[:200] for text in payloads if text]
    for first in range(0, len(texts), N_ASKED_AT_ONCE):
        batch = texts[first : first + N_ASKED_AT_ONCE]
        asked = urlencode(dict.fromkeys(ASKED[1:], batch) | {ASKED[0]: batch[0]}, doseq=True)
        for path in (
            PAGES.values() if len(payloads) > 100 else list(PAGES.values())[first // 5 :: 5]
        ):
            open_page(watched.page, f"{path}?{asked[:30_000]}")
            watched.assert_nothing_happened()


def test_sheets_and_file_names_that_hold_them(watched: Watched, payloads: Sequence[str]):
    names = [text for text in payloads if not re.search(r"[/\0]", text) and 0 < len(text) < 60]
    # A file with a NUL is no text: it is refused as a whole (tests/registry/test_refuses.py).
    texts = [text for text in payloads if "\0" not in text]
    rows = [[f"P{at}", *3 * [text]] for at, text in enumerate(texts)]
    patients = [[*row[:3], "weiblich", 50, ""] for row in rows]
    headings = [*PATIENTS[0], names[0], names[-1]]
    files = [
        {"name": f"Patienten {names[0]}.csv", "content": [headings, *patients]},
        {"name": "Zyklen.csv", "content": [CYCLES[0], *([row[0], 1, 0, row[1]] for row in rows)]},
        {
            "name": "Nebenwirkungen.csv",
            "content": [["Patienten-ID", "Symptom"], *(row[:2] for row in rows)],
        },
        {
            "name": "Therapien.csv",
            "content": [["Patienten-ID", "Wirkstoff", "Rolle"], *(row[:3] for row in rows)],
        },
    ]
    open_page(watched.page, "/import")
    watched.page.locator("input[type=file]").set_input_files(
        [
            {
                "name": file["name"],
                "mimeType": "text/csv",
                "buffer": as_csv(file["content"]).encode("utf-8", "replace"),
            }
            for file in files
        ]
    )
    settled(watched.page)
    expect(watched.page.get_by_text("to mend in your file").first).to_be_visible(timeout=READ_MS)
    watched.assert_nothing_happened()
