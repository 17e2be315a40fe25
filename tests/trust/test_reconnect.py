"""A connection that is lost: the session is found as it was, by nobody but who had it."""

from pathlib import Path

from websockets.asyncio.client import ClientConnection

from tests.browser.harness import serving
from tests.reader import Reader, in_a_loop, reader
from tests.trust.own_data import bring, canary
from tests.trust.test_isolation import Listener


async def lose_and_return(url: str) -> None:
    listener = Listener(1)
    async with reader(url, "import") as session:
        await session.open()
        await bring(session, canary(1))
        assert "2 of 2 patients" in header_of(session)
        session_id, address = session.session_id, session.query
        # Nothing is said: the cable was drawn.
        cut(session.socket)
    async with reader(url, "timelines", address, session_id) as back:
        back.hear = listener.hear
        await back.open()
        assert back.session_id == session_id
        assert "2 of 2 patients" in header_of(back)
        assert listener.heard[1] and not listener.n_foreign
    # The address alone, as in a link that is passed on, opens nothing of it.
    async with reader(url, "timelines", address) as other:
        stranger = Listener(None)
        other.hear = stranger.hear
        await other.open()
        assert other.session_id != session_id
        assert "32 of 32 patients" in header_of(other)
        assert stranger.n_foreign == 0
        said = " ".join(each.alert.body for each in other.of_kind("alert"))
        assert "was kept in the memory of one session only" in said


def cut(socket: ClientConnection) -> None:
    socket.transport.abort()


def header_of(session: Reader) -> str:
    """What the page's header is given to show."""
    [header] = [
        each.bidi_component
        for each in session.of_kind("bidi_component")
        if each.bidi_component.component_name == "ivig.page_header"
    ]
    return header.json or header.mixed.json


def test_a_lost_connection_comes_back_to_its_session_and_nobody_else_does(tmp_path: Path):
    with serving("app.py", log=tmp_path / "log") as (url, _):
        in_a_loop(lose_and_return(url))
