"""Two processes behind nginx, started by the recipe's own files; one of them is killed."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import new_context, settled, wait_until_healthy
from tests.browser.recipes import Started, started
from tests.browser.steps import choose, cohort_line, go_to, open_page, params
from tests.browser.test_import import CYCLES, PATIENTS, READ_MS, upload, write

# Until the browser has noticed, connected again and drawn the page.
SECONDS_TO_COME_BACK = 15


class Served(Started):
    """What `.deploy/serve` has started."""

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def kill(self, name: str) -> None:
        """Kill the process of that name as the system does that is out of memory."""
        for child in psutil.Process(self.process.pid).children(recursive=True):
            if str(self.ports[name]) in child.cmdline() and "streamlit" in child.cmdline():
                child.send_signal(signal.SIGKILL)
                return
        raise LookupError(f"no process serves the port {self.ports[name]}")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with started("serve") as it:
        served = Served(it.process, it.port, it.ports)
        wait_until_healthy(served.url, it.process)
        yield served


@pytest.fixture
def page(browser, served: Served) -> Iterator[Page]:
    with new_context(browser, served.url) as context:
        yield context.new_page()


def process_of(page: Page) -> str:
    """The process that the session of this browser is at, by the cookie that nginx gave it."""
    return next(each["value"] for each in page.context.cookies() if each["name"] == "app_process")


def kill_process_of(page: Page, served: Served) -> str:
    """Kill it, wait until the browser is served by another one; the name of the one killed."""
    killed = process_of(page)
    served.kill(killed)
    for _ in range(10 * SECONDS_TO_COME_BACK):
        if process_of(page) != killed:
            break
        page.wait_for_timeout(100)
    assert process_of(page) != killed
    settled(page)
    return killed


def test_readers_of_a_killed_process_go_on_at_another_with_the_same_view(page, served: Served):
    open_page(page, "/patient?dataset=demo_registry&diagnosis=dermatomyositis")
    page.get_by_role("button", name="Next patient of the cohort").click()
    settled(page)
    address, said = page.url, cohort_line(page).inner_text()
    assert params(page).keys() >= {"dataset", "diagnosis", "patient"}
    shown = page.get_by_role("main").inner_text()

    killed = kill_process_of(page, served)

    assert page.url == address
    expect(cohort_line(page)).to_have_text(said, use_inner_text=True)
    assert page.get_by_role("main").inner_text() == shown
    choose(page, "dose_tier", "1")
    expect(cohort_line(page)).to_contain_text("1 g/kg")
    served.wait_for(killed)


def test_what_was_only_in_the_session_is_said_to_be_gone(page, served: Served, tmp_path: Path):
    open_page(page, "/import")
    upload(page, write(tmp_path / "klinik.xlsx", PATIENTS, CYCLES))
    page.get_by_role("button", name="Show it").click(timeout=READ_MS)
    settled(page)
    expect(cohort_line(page)).to_contain_text("2 of 2 patients")

    killed = kill_process_of(page, served)

    # Nothing runs anew by itself: with the first click the new session says it.
    go_to(page, "Overview")
    expect(page.get_by_text("was kept in the memory of one session only")).to_be_visible()
    expect(cohort_line(page)).to_contain_text("32 of 32 patients")

    # The process is there again, the session stays where it is: so must what is uploaded to it.
    served.wait_for(killed)
    page.wait_for_timeout(3_000)
    go_to(page, "Import")
    upload(page, write(tmp_path / "again.xlsx", PATIENTS, CYCLES))
    page.get_by_role("button", name="Show it").click(timeout=READ_MS)
    settled(page)
    expect(cohort_line(page)).to_contain_text("2 of 2 patients")


def test_readers_are_spread_over_the_processes(browser, served: Served):
    with new_context(browser, served.url) as one, new_context(browser, served.url) as another:
        pages = [one.new_page(), another.new_page()]
        for each in pages:
            open_page(each, "/")
        assert {process_of(each) for each in pages} == {"1", "2"}
