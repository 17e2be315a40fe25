"""Every page on every kind of data: light and dark, as wide as a projector and as a phone.

One page in either colour scheme stays open for all of it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import PAGES, ROOT, VIEWPORT, Profile, settled
from tests.browser.steps import PHONE, choose, open_page, unfold

SCHEMES = ("light", "dark")
LEAST_CONTRAST = 4.5
CONTRAST = (ROOT / "tests" / "browser" / "contrast.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Kind:
    """Data of one kind: how a link asks for them, and what every page says of them."""

    asked: str
    count: str
    nature: str


PUBLISHED = "Published aggregates; rows partly reconstructed (100 versions)"
SYNTHETIC = "Synthetic data: no real patient"
KINDS = {
    "published": Kind("", "32 of 32 patients", PUBLISHED),
    "demo": Kind("dataset=demo_registry", "600 of 600 patients", SYNTHETIC),
    "nobody": Kind("diagnosis=livedoid+vasculopathy&sex=male", "0 of 32 patients", PUBLISHED),
}
# What a page shows besides, once a reader chose it or narrowed the filter.
VIEWS = {
    "table 1": "/summary_tables?summary_tables_view=Table+1+by+group",
    "timelines by response": "/timelines?timelines_group=response&timelines_color=response",
    "two patients": "/patient?patient=SYN-0003&patient_beside=SYN-0056",
    "scores": "/response?response_view=Scores",
    "time to relapse": "/response?response_view=Time+to+relapse&response_curves_by=sex",
}
SHARES = "/compare?dose_tier=2"
N_CHARTS = {"overview": 4} | dict.fromkeys(
    ("timelines", "patient", "cohorts", "response", "side_effects", "dose_and_cost"), 1
)
# An axis has numbers whatever is shown; these are what the marks and the words in the plot say.
CHARTS = """() => [...document.querySelectorAll('[data-testid=stVegaLiteChart]')].map(chart => ({
    role: chart.role,
    description: chart.ariaLabel,
    said: [...chart.querySelectorAll('.role-mark text, .role-mark [aria-label], .role-title text')]
        .map(part => part.ariaLabel || part.textContent),
}))"""
# Whatever the page says, its boxes and its charts, as lines; a chart writes its texts in any order.
LINES = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    const boxes = [...main.querySelectorAll('input')].map(box => box.value);
    return [...main.innerText.split('\\n'), ...boxes].sort();
}"""
FITS = """() => [document.scrollingElement, document.querySelector('[data-testid=stMain]')]
    .every(element => element.scrollWidth <= window.innerWidth)"""


@pytest.fixture(scope="module")
def light_and_dark(profiles: Callable[..., Profile]) -> Iterator[list[Page]]:
    """A page in either colour scheme."""
    pages = [profiles(color_scheme=scheme).context.new_page() for scheme in SCHEMES]
    yield pages
    for page in pages:
        page.close()


@pytest.fixture(autouse=True)
def no_problems(profiles: Callable[..., Profile]) -> Iterator[None]:
    """No error in the console, no request to another machine."""
    both = [profiles(color_scheme=scheme) for scheme in SCHEMES]
    for profile in both:
        profile.problems.clear()
    yield
    assert not [problem for profile in both for problem in profile.problems]


def open_both(pages: list[Page], path: str) -> None:
    """Open a view in both pages, which load side by side."""
    for page in pages:
        page.set_viewport_size(VIEWPORT)
        page.goto(path, wait_until="commit")
    for page in pages:
        settled(page)


def view(path: str, asked: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{asked}"


def has_no_error(page: Page) -> None:
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def says_what_it_is(page: Page, kind: Kind) -> None:
    header = page.locator(".page-header")
    expect(header).to_contain_text(re.compile(rf"\b{kind.count}"))
    expect(header).to_contain_text(kind.nature)
    footer = page.locator(".page-footer")
    expect(footer).to_contain_text("not for decisions on an individual's treatment")
    expect(footer).to_contain_text(kind.nature.lower())


def describes_its_charts(page: Page) -> int:
    """Each drawn chart says in words what it shows, and its marks say of how many."""
    charts = page.evaluate(CHARTS)
    for chart in charts:
        assert chart["role"] == "graphics-document"
        assert len(chart["description"].split()) > 5, chart["description"]
        assert any(re.search(r"\d", words) for words in chart["said"]), chart
    return len(charts)


def can_be_read(page: Page) -> None:
    assert page.evaluate(CONTRAST, LEAST_CONTRAST) == []


def fits_a_phone(pages: list[Page]) -> None:
    for page in pages:
        page.set_viewport_size(PHONE["viewport"])
    for page in pages:
        settled(page)
        # A grid takes its new width a moment after the window.
        page.wait_for_function(FITS, timeout=5000)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_page_of_every_kind_of_data(light_and_dark: list[Page], name: str, kind: str):
    open_both(light_and_dark, view(PAGES[name], KINDS[kind].asked))
    for page in light_and_dark:
        has_no_error(page)
        says_what_it_is(page, KINDS[kind])
        n_charts = describes_its_charts(page)
        if kind != "nobody":
            assert n_charts == N_CHARTS.get(name, 0)
        can_be_read(page)
    fits_a_phone(light_and_dark)


@pytest.mark.parametrize("path", VIEWS.values(), ids=VIEWS)
def test_what_a_page_shows_besides(light_and_dark: list[Page], path: str):
    open_both(light_and_dark, view(path, KINDS["demo"].asked))
    for page in light_and_dark:
        has_no_error(page)
        says_what_it_is(page, KINDS["demo"])
        assert describes_its_charts(page) == ("summary_tables" not in path)
        can_be_read(page)
    fits_a_phone(light_and_dark)


@pytest.mark.parametrize("kind", ["published", "demo"])
def test_two_cohorts(light_and_dark: list[Page], kind: str):
    open_both(light_and_dark, view(SHARES, KINDS[kind].asked))
    for page in light_and_dark:
        assert describes_its_charts(page) == 1
        can_be_read(page)
    fits_a_phone(light_and_dark)


def test_what_opens_can_be_read(light_and_dark: list[Page]):
    open_both(light_and_dark, "/timelines?sex=female&diagnosis=gout")
    for page in light_and_dark:
        for name in ("age", "event", "prior_drug"):
            unfold(page, name)
        can_be_read(page)
        for sheet in ("Link", "Why?", "Take away"):
            page.get_by_role("button", name=sheet, exact=True).click()
            settled(page)
            can_be_read(page)
            page.keyboard.press("Escape")
        page.get_by_role("combobox", name="Sort by").click()
        can_be_read(page)
        page.keyboard.press("Escape")


def test_what_is_said_can_be_read(light_and_dark: list[Page]):
    for page in light_and_dark:
        page.set_viewport_size(VIEWPORT)
        # Only counted by the publication, and outside the cohort.
        open_page(page, "/patient?patient=DM-10&sex=female&sex=male&diagnosis=pyoderma+gangrenosum")
        expect(page.get_by_test_id("stAlert")).to_have_count(2)
        can_be_read(page)
        open_page(page, "/sql")
        page.get_by_role("textbox", name="Query").fill("drop table patient_facts")
        page.get_by_role("button", name="Run").click()
        settled(page)
        expect(page.get_by_test_id("stAlert")).to_contain_text("only a SELECT is allowed")
        can_be_read(page)


@pytest.mark.parametrize("name", PAGES)
def test_clicks_on_the_filter_lead_to_what_their_link_opens(light_and_dark: list[Page], name: str):
    clicked, opened = light_and_dark
    for page in light_and_dark:
        page.set_viewport_size(VIEWPORT)
    open_page(clicked, f"{PAGES[name]}?dataset=demo_registry")
    # Whoever is looked at is in the cohort, is not, and is not at the next click either.
    for chosen in (("diagnosis", "dermatomyositis"), ("dose_tier", "2"), ("side_effect", "any")):
        choose(clicked, *chosen)
    open_page(opened, clicked.url)
    assert (lines := clicked.evaluate(LINES)) == opened.evaluate(LINES)
    # The icon of a notice that the link asks for what is not there.
    assert "link_off" not in lines
