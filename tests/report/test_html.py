"""The packet as HTML: read back as a reader's browser reads it."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from lib.report.html import read_record, write
from lib.report.subject import ReportError
from tests.browser.harness import chromium
from tests.report.printed import HOSTILE, VIEWS, charts, made, small, tables, texts

WIDTHS = (1280, 390)
# A phone's reader holds it upright.
HEIGHT = 844


class Reader(HTMLParser):
    """The texts of a file, the cells of its tables, and every address that it names."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tables: list[list[str]] = []
        self.images: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.scripts: list[str] = []
        self.words = ""
        self._inside: list[str] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.addresses += [given[name] for name in ("href", "src", "xlink:href") if name in given]
        if tag == "script":
            self.scripts.append(given.get("type"))
        if given.get("role") == "img":
            self.images.append(given["aria-label"])
        if tag == "table":
            self.tables.append([])
        if tag in {"th", "td"}:
            self.tables[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if {"script", "style"} & set(self._inside[-1:]):
            return
        self.words += data
        if {"th", "td"} & set(self._inside):
            self.tables[-1][-1] += data


@cache
def written(dataset: str, view: str) -> bytes:
    return write(made(dataset, view))


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize(("dataset", "view"), VIEWS)
def test_every_cell_stands_in_its_table(dataset: str, view: str):
    found = [[bare(cell) for cell in cells if bare(cell)] for cells in
             Reader(written(dataset, view)).tables]  # fmt: skip
    expected = [
        [
            bare(cell)
            for cell in (
                *(name for name, _ in each.table.groups),
                *each.table.columns,
                *(cell for row in each.table.rows for cell in row),
            )
            if bare(cell)
        ]
        for each in tables(made(dataset, view))
    ]
    assert found == expected


@pytest.mark.parametrize(("dataset", "view"), VIEWS)
def test_every_title_comment_note_and_query_is_told(dataset: str, view: str):
    words = bare(Reader(written(dataset, view)).words)
    assert [text for text in texts(made(dataset, view)) if bare(text) not in words] == []


@pytest.mark.parametrize(("dataset", "view"), VIEWS)
def test_every_chart_is_a_drawing_that_says_what_it_shows(dataset: str, view: str):
    assert Reader(written(dataset, view)).images == [
        chart.alt for chart in charts(made(dataset, view))
    ]


@pytest.mark.parametrize(("dataset", "view"), VIEWS)
def test_no_two_elements_have_the_same_id_and_every_reference_finds_its_own(
    dataset: str, view: str
):
    content = written(dataset, view)
    ids = Reader(content).ids
    assert len(ids) == len(set(ids))
    referred = re.findall(r"url\(#([^)]+)\)|href='#([^']+)'", content.decode())
    assert {first or second for first, second in referred} <= set(ids)


@pytest.mark.parametrize(("dataset", "view"), VIEWS)
def test_nothing_but_the_link_to_the_view_leads_out(dataset: str, view: str):
    packet, found = made(dataset, view), Reader(written(dataset, view))
    outside = {address for address in found.addresses if not address.startswith("#")}
    assert outside == {packet.origin.link}
    assert found.scripts == ["application/json"]


@pytest.mark.parametrize(("dataset", "view"), VIEWS)
def test_the_record_comes_back(dataset: str, view: str):
    record = read_record(written(dataset, view))
    assert json.loads(record) == json.loads(made(dataset, view).record)


def test_a_record_that_holds_markup_comes_back():
    record = json.dumps({"title": "</script><!--<script>" + HOSTILE, "slash": "\\u003c"})
    content = write(replace(small(), record=record))
    assert json.loads(read_record(content)) == json.loads(record)
    assert Reader(content).scripts == ["application/json"]


@pytest.mark.parametrize("content", [b"", b"<p>", b"\xff\xfe%PDF", b"<script>{}</script>"])
def test_a_file_without_a_record_is_said_to_have_none(content: bytes):
    with pytest.raises(ReportError, match="no record"):
        read_record(content)


def test_a_view_without_the_address_of_a_server_is_no_link():
    packet = small()
    for link in ("?dataset=case_series", "javascript:alert(1)"):
        content = write(replace(packet, origin=replace(packet.origin, link=link)))
        outside = [each for each in Reader(content).addresses if not each.startswith("#")]
        assert outside == []
        assert link in Reader(content).words


# In a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def opened(browser: Browser, content: bytes, folder: Path, width: int) -> tuple[Page, list[str]]:
    """The file in a browser, and what it asked for or complained of."""
    path = folder / "packet.html"
    path.write_bytes(content)
    page = browser.new_page(viewport={"width": width, "height": HEIGHT})
    noted: list[str] = []
    page.on("request", lambda request: noted.append(request.url))
    page.on("console", lambda message: noted.append(message.text))
    page.on("pageerror", lambda error: noted.append(str(error)))
    page.goto(path.as_uri())
    noted.remove(path.as_uri())
    return page, noted


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("dataset", "view"), VIEWS)
def test_a_browser_asks_nobody_and_has_nothing_to_scroll_sideways(
    browser: Browser, tmp_path: Path, dataset: str, view: str, width: int
):
    page, noted = opened(browser, written(dataset, view), tmp_path, width)
    assert noted == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    widths = page.evaluate(
        "[...document.querySelectorAll('svg')].map((svg) => svg.getBoundingClientRect().width)"
    )
    assert all(width >= 560 for width in widths)
    page.close()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_a_hostile_comment_is_read_and_not_run(browser: Browser, tmp_path: Path):
    packet = small(comment=HOSTILE, title=HOSTILE, section=HOSTILE)
    page, noted = opened(browser, write(packet), tmp_path, WIDTHS[0])
    assert noted == []
    assert page.title() == HOSTILE
    assert page.inner_text("h1") == HOSTILE
    assert page.inner_text(".comment p") == HOSTILE
    assert page.locator("main script, main img, .comment a").count() == 0
    page.close()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_queries_are_closed_on_a_screen_and_all_there_on_paper(
    browser: Browser, tmp_path: Path
):
    page, _ = opened(browser, written(*VIEWS[0]), tmp_path, WIDTHS[0])
    query = page.locator("#appendix pre").first
    assert query.evaluate("(pre) => pre.checkVisibility({contentVisibilityAuto: true})") is False
    page.emulate_media(media="print")
    assert query.evaluate("(pre) => pre.checkVisibility({contentVisibilityAuto: true})") is True
    page.close()
