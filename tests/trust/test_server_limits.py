"""Borders that only a running server has: how many come, and what they may send."""

import asyncio
from http.client import HTTPConnection
from urllib.parse import urlsplit

from tests.browser.harness import serving
from tests.reader import Reader, in_a_loop, reader

MIB = 1024 * 1024


def alerts(session: Reader) -> str:
    """Without the signs that keep words from being taken for Markdown."""
    shown = [each.alert.body for each in session.of_kind("alert")]
    return " ".join(shown).replace("\\", "")


async def come_to_a_full_server(url: str) -> None:
    async with reader(url) as first, reader(url) as second, reader(url) as third:
        for session in (first, second):
            await session.open()
            assert session.sections and not alerts(session)
        await third.open()
        assert "has 2 open pages, which is as many as it serves" in alerts(third)
        assert not third.sections
        # Who was there reads on.
        assert not (await first.go_to("Timelines")).problems and first.sections
    async with reader(url) as later:
        await later.open()
        assert later.sections and not alerts(later)


async def send_too_much(url: str) -> None:
    async with reader(url, "import") as session:
        await session.open()
        for n_bytes, seconds, answer in ((150 * MIB + 1, 30, 413), (150 * MIB, 2, None)):
            told = await asyncio.to_thread(announced, url, session.session_id, n_bytes, seconds)
            assert told == answer


def announced(url: str, session_id: str, n_bytes: int, seconds: float) -> int | None:
    """What a server answers to the announcement of a file alone; None if it waits for the file."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    connection.request("GET", "/_stcore/health")
    answer = connection.getresponse()
    answer.read()
    cookie = next(
        each.partition(";")[0]
        for each in answer.headers.get_all("Set-Cookie")
        if each.startswith("_streamlit_xsrf=")
    )
    connection.putrequest("PUT", f"/_stcore/upload_file/{session_id}/one")
    connection.putheader("Cookie", cookie)
    connection.putheader("X-Xsrftoken", cookie.partition("=")[2])
    connection.putheader("Content-Type", "multipart/form-data; boundary=b")
    connection.putheader("Content-Length", str(n_bytes))
    connection.endheaders()
    connection.sock.settimeout(seconds)
    try:
        return connection.getresponse().status
    except TimeoutError:
        return None
    finally:
        connection.close()


def test_who_comes_when_the_server_is_full_is_told_so_and_the_others_go_on():
    with serving("app.py", environment={"MAX_SESSIONS": "2"}) as (url, _):
        in_a_loop(come_to_a_full_server(url))


def test_an_upload_that_is_too_large_is_refused_before_it_is_sent():
    with serving("app.py") as (url, _):
        in_a_loop(send_too_much(url))
