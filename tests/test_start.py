"""What a server answers right after its start, before any reader opened a page."""

import socket
from urllib.request import urlopen

from lib.ui.start import load_in_background
from tests.browser.harness import ROOT, serving
from tests.reader import in_a_loop

COMPONENTS = ("page_header", "sidebar")


def test_the_files_of_the_frame_are_served_before_the_first_page_is_drawn():
    """Behind a proxy any server may be asked for them, also one that has drawn nothing yet."""
    with serving("app.py") as (url, _):
        for name in COMPONENTS:
            folder = ROOT / "lib/ui" / name / "assets"
            for file in sorted(folder.glob("*.[jc]s*")):
                address = f"{url}/_stcore/bidi-components/ivig.{name}/{file.name}"
                with urlopen(address, timeout=10) as answer:
                    assert answer.status == 200
                    assert answer.read() == file.read_bytes()


def test_what_is_sent_leaves_at_once():
    """Also by a socket that does not say that it is TCP, as Streamlit's."""

    async def start() -> None:
        async with load_in_background(None):
            pass

    with socket.socket() as server, socket.socket() as browser:
        server.bind(("127.0.0.1", 0))
        server.listen()
        in_a_loop(start())
        browser.connect(server.getsockname())
        accepted, _ = server.accept()
        with accepted:
            assert accepted.proto == 0
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert not browser.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
