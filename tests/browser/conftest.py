"""The running app and a Chromium page on it, watched for errors and for requests that leave."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.harness import chromium, leaves_machine, new_context, serving

FAILURES = Path(__file__).with_name("failures")
# On a link to a page Streamlit's own front end first asks below that page whether the server
# is there, is told 404, and then asks at the root.
PROBE_OF_STREAMLIT = re.compile(r"/\w+/_stcore/(health|host-config)$")
HAS_FAILED = pytest.StashKey[bool]()


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker("browser")
    # One worker for all of them: one server and one Chromium are enough for two cores.
    item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    item.stash[HAS_FAILED] = item.stash.get(HAS_FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """Address of the running app."""
    with serving("app.py") as (url, _):
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def context_options() -> dict:
    """Options of Playwright's `new_context`; a test parametrizes it to have others."""
    return {}


@pytest.fixture
def page(
    browser: Browser, app_url: str, context_options: dict, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """An empty page in a fresh profile; `page.goto("/timelines")` opens the app there.

    The test fails if the page logs an error or asks for anything outside this machine.
    """
    context = new_context(browser, app_url, **context_options)
    problems = _watch(context)
    page = context.new_page()
    page.on("websocket", lambda socket: _note_if_leaving(problems, socket.url))
    yield page
    if problems or request.node.stash.get(HAS_FAILED, False):
        FAILURES.mkdir(exist_ok=True)
        name = re.sub(r"\W+", "_", request.node.name)
        page.screenshot(path=FAILURES / f"{name}.png")
    context.close()
    assert not problems


def _watch(context: BrowserContext) -> list[str]:
    problems: list[str] = []

    def note_console(message: object) -> None:
        if message.type == "error" and not PROBE_OF_STREAMLIT.search(message.location["url"]):
            problems.append(f"console: {message.text}")

    context.on("console", note_console)
    context.on("weberror", lambda error: problems.append(f"exception: {error.error}"))
    context.on("request", lambda request: _note_if_leaving(problems, request.url))
    return problems


def _note_if_leaving(problems: list[str], url: str) -> None:
    if leaves_machine(url):
        problems.append(f"request to another machine: {url}")
