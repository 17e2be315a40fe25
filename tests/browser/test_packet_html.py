"""The packet as HTML, opened as a file: it asks nobody, runs nothing and fits the screen."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from lib.report.formats import FORMATS
from tests.browser.harness import VIEWPORT
from tests.browser.steps import PHONE
from tests.report.packets import HOSTILE, VIEWS, small, written

SCREENS = {"projector": VIEWPORT, "phone": PHONE["viewport"]}
# A chart is never drawn narrower, in pixels; on a phone it is moved within its own room.
LEAST_WIDTH = 560
IS_VISIBLE = "(pre) => pre.checkVisibility({contentVisibilityAuto: true})"

OpenFile = Callable[..., tuple[Page, list[str]]]


@pytest.fixture
def open_file(browser: Browser, tmp_path: Path) -> Iterator[OpenFile]:
    """Opens a file; gives its page, and what it asked for or complained of."""
    opened: list[Page] = []

    def open_content(content: bytes, screen: str = "projector") -> tuple[Page, list[str]]:
        path = tmp_path / "packet.html"
        path.write_bytes(content)
        page = browser.new_page(viewport=SCREENS[screen])
        opened.append(page)
        noted: list[str] = []
        page.on("request", lambda request: noted.append(request.url))
        page.on("console", lambda message: noted.append(message.text))
        page.on("pageerror", lambda error: noted.append(str(error)))
        page.goto(path.as_uri())
        noted.remove(path.as_uri())
        return page, noted

    yield open_content
    for page in opened:
        page.close()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", VIEWS)
def test_it_asks_nobody_and_has_nothing_to_scroll_sideways(
    open_file: OpenFile, name: str, screen: str
):
    page, noted = open_file(written(name, "html"), screen)
    assert noted == []
    assert page.evaluate("document.documentElement.scrollWidth") == SCREENS[screen]["width"]
    widths = page.evaluate(
        "[...document.querySelectorAll('svg')].map((svg) => svg.getBoundingClientRect().width)"
    )
    assert all(width >= LEAST_WIDTH for width in widths)


def test_a_hostile_comment_is_read_and_not_run(open_file: OpenFile):
    packet = small(comment=HOSTILE, title=HOSTILE, section=HOSTILE)
    page, noted = open_file(FORMATS["html"].write(packet))
    assert noted == []
    assert page.title() == HOSTILE
    assert page.inner_text("h1") == HOSTILE
    assert page.inner_text(".comment p") == HOSTILE
    assert page.locator("main script, main img, .comment a").count() == 0


def test_the_queries_are_closed_on_a_screen_and_all_there_on_paper(open_file: OpenFile):
    page, _ = open_file(written("case_series", "html"))
    query = page.locator("#appendix pre").first
    assert query.evaluate(IS_VISIBLE) is False
    page.emulate_media(media="print")
    assert query.evaluate(IS_VISIBLE) is True
