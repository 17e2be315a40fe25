"""A served app and a real Chromium: what browser tests, benchmark and screenshots share."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).parents[2]
PROBE = Path(__file__).with_name("probe.js")
PAGES = {
    "overview": "/",
    "summary_tables": "/summary_tables",
    "timelines": "/timelines",
    "patient": "/patient",
    "cohorts": "/cohorts",
    "response": "/response",
    "side_effects": "/side_effects",
    "compare": "/compare",
    "dose_and_cost": "/dose_and_cost",
    "report": "/report",
    "publication": "/publication",
    "dictionary": "/dictionary",
    "import": "/import",
    "sql": "/sql",
}
# On a link to a page Streamlit's own front end first asks below that page whether the server
# is there, is told 404, and then asks at the root.
PROBE_OF_STREAMLIT = re.compile(r"/\w+/_stcore/(health|host-config)$")
LOCAL_HOSTS = {"localhost", "127.0.0.1"}
START_TIMEOUT_S = 60
SETTLE_TIMEOUT_MS = 30_000

# A projector's width; the height that is left under a browser's own bars.
VIEWPORT = {"width": 1280, "height": 720}

# No sandbox: CI runs as root. The rest keeps Chromium from calling its maker.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """Where the system's Chromium is, or None; the variable CHROMIUM names another one."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    return next(filter(None, (shutil.which(name) for name in names if name)), None)


@contextmanager
def serving(
    script: str | Path,
    port: int | None = None,
    *,
    environment: Mapping[str, str] = MappingProxyType({}),
    log: Path | None = None,
    program: str = "streamlit",
) -> Iterator[tuple[str, int]]:
    """Serve a Streamlit script with the project's settings; yield its address and process id.

    With a ``log`` all that the server says goes to that file, as much as an operator gets. The
    ``program`` is run in the place of Streamlit's own.
    """
    port = port or free_port()
    command = [sys.executable, "-m", program, "run", str(script)]
    options = ["--server.port", str(port), "--logger.level", "info" if log else "warning"]
    with ExitStack() as files:
        said = files.enter_context(log.open("ab")) if log else None
        server = subprocess.Popen(
            command + options,
            cwd=ROOT,
            env=os.environ | environment,
            stdout=said or subprocess.DEVNULL,
            stderr=said,
        )
    try:
        url = f"http://localhost:{port}"
        wait_until_healthy(url, server)
        yield url, server.pid
    finally:
        server.terminate()
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=CHROMIUM_FLAGS, headless=True
        )
        try:
            yield browser
        finally:
            browser.close()


def new_context(browser: Browser, url: str, **options: object) -> BrowserContext:
    """A fresh profile on the app at `url`, in which every page carries the probe."""
    context = browser.new_context(base_url=url, **({"viewport": VIEWPORT} | options))
    context.set_default_timeout(SETTLE_TIMEOUT_MS)
    context.add_init_script(path=PROBE)
    return context


class Profile:
    """A browser's profile, with what went wrong in it so far."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.problems: list[str] = []
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.problems.append(f"exception: {error.error}"))
        context.on("request", lambda request: self._note_if_leaving(request.url))
        context.on("page", self._watch_sockets)

    def _watch_sockets(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._note_if_leaving(socket.url))

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not PROBE_OF_STREAMLIT.search(message.location["url"]):
            self.problems.append(f"console: {message.text}")

    def _note_if_leaving(self, url: str) -> None:
        if leaves_machine(url):
            self.problems.append(f"request to another machine: {url}")


def settled(page: Page, quiet_ms: int = 300) -> float:
    """Wait until no run is going on or asked for and nothing changed for `quiet_ms`.

    Returns the moment of the last change in milliseconds since the page was opened.
    """
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    return page.evaluate(
        """([quiet, limit]) => Promise.race([
            window.probe.settled(quiet),
            new Promise((_, reject) => setTimeout(
                () => reject(new Error(`not settled after ${limit} ms`)), limit)),
        ])""",
        [quiet_ms, SETTLE_TIMEOUT_MS],
    )


def leaves_machine(url: str) -> bool:
    """Whether a request to `url` goes to another machine."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOCAL_HOSTS


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until_healthy(url: str, server: subprocess.Popen) -> None:
    """Wait until a server answers, which is, or is started by, a process of ours."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with code {server.returncode} before it served")
        try:
            with urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.005)
    raise TimeoutError(f"{url} did not answer within {START_TIMEOUT_S} s")
