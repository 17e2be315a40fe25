"""The running app and a Chromium page on it, watched for errors and for requests that leave."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.harness import Profile, chromium, new_context, serving

FAILURES = Path(__file__).with_name("failures")
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


@pytest.fixture(scope="session")
def profiles(browser: Browser, app_url: str) -> Iterator[Callable[..., Profile]]:
    """A profile by its options, the same one each time.

    The scripts of Streamlit take longer to load than most pages to draw: a profile that has them
    keeps them for the next test.
    """
    known: dict[str, Profile] = {}

    def profile(**options: object) -> Profile:
        name = repr(sorted(options.items()))
        if name not in known:
            known[name] = Profile(new_context(browser, app_url, **options))
        return known[name]

    yield profile
    for each in known.values():
        each.context.close()


@pytest.fixture
def context_options() -> dict:
    """Options of Playwright's `new_context`; a test parametrizes it to have others."""
    return {}


@pytest.fixture
def page(
    profiles: Callable[..., Profile],
    app_url: str,
    context_options: dict,
    request: pytest.FixtureRequest,
) -> Iterator[Page]:
    """An empty page that remembers nothing; `page.goto("/timelines")` opens the app there.

    The test fails if the page logs an error or asks for anything outside this machine.
    """
    profile = profiles(**context_options)
    profile.problems.clear()
    page = profile.context.new_page()
    yield page
    if profile.problems or request.node.stash.get(HAS_FAILED, False):
        FAILURES.mkdir(exist_ok=True)
        name = re.sub(r"\W+", "_", request.node.name)
        page.screenshot(path=FAILURES / f"{name}.png")
    if page.url.startswith(app_url):
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
    for each in profile.context.pages:
        each.close()
    assert not profile.problems
