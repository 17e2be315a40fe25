"""What all tests share."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from streamlit.runtime.pages_manager import PagesManager

from lib.disclosure import DISCLOSURE_K
from lib.ui.data import forget_datasets
from lib.ui.streamlit_internals import forget_pages_directory
from tests.browser.harness import chromium_path

NO_CHROMIUM = (
    "No Chromium was found: the browser tests did not run. "
    "Install it (Debian: apt install chromium) or name it (CHROMIUM=/path/to/chromium)."
)

# No deadline, and no complaint of slow draws: how long an example takes says more about the machine
# than about the code.
# Under CI the examples are the same in every run, so that a failure can be repeated.
UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("here", **UNTIMED)
settings.register_profile("ci", **UNTIMED, derandomize=True, print_blob=True)


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() == "true"


def pytest_configure() -> None:
    settings.load_profile("ci" if in_ci() else "here")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and chromium_path() is None:
        (pytest.fail if in_ci() else pytest.skip)(NO_CHROMIUM)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if chromium_path() is None:
        terminalreporter.write_sep("!", NO_CHROMIUM, red=True, bold=True)


@pytest.fixture(scope="session", autouse=True)
def navigation_in_app_test() -> Iterator[None]:
    """Keep AppTest from taking `pages/` for Streamlit's old way to have several pages.

    It decides so before the script has called `st.navigation`, and then loses the frame
    (app.py) from the second run on. In a browser the question does not arise.
    """
    original = PagesManager.__init__

    def with_navigation(self: PagesManager, *args: object, **options: object) -> None:
        original(self, *args, **options)
        forget_pages_directory()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PagesManager, "__init__", with_navigation)
        yield


@pytest.fixture
def own_cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep another registry out of the cache that the other tests share.

    It is shown whole, however few its patients (see tests/test_disclosure.py).
    """
    monkeypatch.setenv(DISCLOSURE_K, "internal")
    forget_datasets()
    yield
    forget_datasets()
