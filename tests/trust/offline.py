"""Read every page of a served app where there is no network, and say what came of it as JSON.

``python -m tests.trust.offline`` is started in a network of its own, which has nothing but itself,
and where the name server is this program.
"""

import asyncio
import errno
import json
import socket
import sys
import threading
import time

from tests.browser.harness import PAGES, serving
from tests.reader import reader

ELSEWHERE = ("192.0.2.1", 443)


def no_way_out() -> str:
    """What the system says of another machine."""
    with socket.socket() as there:
        there.settimeout(2)
        return errno.errorcode.get(there.connect_ex(ELSEWHERE), "connected")


def note_questions(server: socket.socket, asked: list[str]) -> None:
    """Note the names that anybody asks for; nobody gets an answer."""
    while True:
        question = server.recv(512)
        asked.append(question[12:].split(b"\0")[0].decode("ascii", "replace"))


async def read_all(url: str) -> dict[str, dict]:
    read = {}
    for name, path in PAGES.items():
        began = time.monotonic()
        async with reader(url, path.strip("/")) as session:
            run = await session.open()
        read[name] = {
            "problems": run.problems,
            "n_elements": len(run.elements),
            "seconds": round(time.monotonic() - began, 2),
        }
    return read


def main() -> None:
    """Listen, serve, read, and tell."""
    names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    names.bind(("127.0.0.1", 53))
    asked: list[str] = []
    threading.Thread(target=note_questions, args=(names, asked), daemon=True).start()
    began = time.monotonic()
    with serving("app.py") as (url, _):
        started_s = round(time.monotonic() - began, 2)
        pages = asyncio.run(read_all(url))
    json.dump(
        {"elsewhere": no_way_out(), "started_s": started_s, "pages": pages, "asked": asked},
        sys.stdout,
    )


if __name__ == "__main__":
    main()
