"""One server that is killed and started again at its port: the browser goes on with its view."""

import os
import signal

from playwright.sync_api import expect

from tests.browser.harness import free_port, new_context, serving, settled
from tests.browser.steps import choose, cohort_line, open_page, params

SECONDS_TO_COME_BACK = 60


def test_a_server_that_is_started_again_shows_the_same_view(browser):
    port = free_port()
    with serving("app.py", port) as (url, pid), new_context(browser, url) as context:
        page = context.new_page()
        sockets = []
        page.on("websocket", lambda socket: sockets.append(socket))
        open_page(page, "/timelines?dataset=demo_registry&diagnosis=dermatomyositis")
        address, said = page.url, cohort_line(page).inner_text()
        assert params(page).keys() >= {"dataset", "diagnosis"}
        n_sockets = len(sockets)
        os.kill(pid, signal.SIGKILL)
        with serving("app.py", port):
            for _ in range(10 * SECONDS_TO_COME_BACK):
                if len(sockets) > n_sockets and not sockets[-1].is_closed():
                    break
                page.wait_for_timeout(100)
            assert len(sockets) > n_sockets
            settled(page)
            assert page.url == address
            expect(cohort_line(page)).to_have_text(said, use_inner_text=True)
            choose(page, "dose_tier", "1")
            expect(cohort_line(page)).to_contain_text("1 g/kg")
            expect(cohort_line(page)).to_contain_text("dermatomyositis")
