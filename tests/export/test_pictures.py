"""Charts as pictures are drawn in a process of its own, which may end."""

import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import psutil
import pytest

from lib.errors import UserFacingError
from lib.export.pictures import png, raster, svg
from tests.browser.harness import ROOT

SPEC = {
    "data": {"values": [{"dose_g_per_kg": 1, "n_patients": 3}]},
    "mark": "bar",
    "encoding": {
        "x": {"field": "dose_g_per_kg", "type": "ordinal"},
        "y": {"field": "n_patients", "type": "quantitative"},
    },
    "config": {},
}


def painters() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children()
        if "lib.export.pictures_child" in child.cmdline()
    ]


def kill_at_work(painter: psutil.Process) -> None:
    """Kill it as soon as it draws."""
    before, until = painter.cpu_times().user, time.monotonic() + 30
    while painter.cpu_times().user < before + 0.1 and time.monotonic() < until:
        time.sleep(0.01)
    painter.kill()


def test_what_draws_may_be_killed_and_the_next_picture_is_drawn_again():
    before = svg(SPEC)
    (painter,) = painters()
    painter.kill()
    painter.wait()
    assert svg(SPEC) == before


def test_if_it_is_killed_while_it_draws_that_is_said_and_the_next_one_is_whole():
    before = svg(SPEC)
    many = [{"dose_g_per_kg": i, "n_patients": i} for i in range(40_000)]
    (painter,) = painters()
    Thread(target=kill_at_work, args=(painter,), daemon=True).start()
    with pytest.raises(UserFacingError, match="could not be drawn as a picture.*Try again"):
        svg(SPEC | {"data": {"values": many}})
    assert svg(SPEC) == before


def test_a_chart_that_can_not_be_drawn_ends_nothing_and_its_words_are_not_repeated():
    svg(SPEC)
    before = painters()
    with pytest.raises(
        RuntimeError, match="refuses a chart: ValueError in vegalite_to_svg"
    ) as error:
        svg(SPEC | {"mark": "no such mark"})
    assert "no such" not in str(error.value)
    assert painters() == before
    assert png(SPEC).startswith(b"\x89PNG")


@pytest.mark.parametrize("elsewhere", ["file", "address", "picture"])
def test_a_chart_reads_no_file_and_asks_no_address(tmp_path, elsewhere):
    file = tmp_path / "doses.csv"
    file.write_text("dose_g_per_kg,n_patients\n1,3\n")
    with ThreadingHTTPServer(("127.0.0.1", 0), Told) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/doses.csv"
        if elsewhere == "picture":
            parts = {"mark": {"type": "image", "url": address, "width": 9, "height": 9}}
        else:
            parts = {"data": {"url": str(file) if elsewhere == "file" else address}}
        Told.asked.clear()
        try:
            drawn = png(SPEC | parts)
        except RuntimeError:
            drawn = b""
        server.shutdown()
    assert not Told.asked
    assert drawn in (b"", png(SPEC | {"data": {"values": []}}))


class Told(BaseHTTPRequestHandler):
    """Answers with a dose, and says that it was asked."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"dose_g_per_kg,n_patients\n1,3\n")

    def log_message(self, *_: object) -> None:
        pass


def test_a_picture_that_becomes_pixels_reads_no_file(tmp_path):
    file = tmp_path / "face.png"
    file.write_bytes(png(SPEC))
    size = "xmlns='http://www.w3.org/2000/svg' width='9' height='9'"
    with pytest.raises(RuntimeError, match="PermissionError"):
        raster(f"<svg {size}><image href='{file}' width='9' height='9'/></svg>")


def test_it_ends_with_the_process_that_started_it():
    program = (
        "import json, sys; from lib.export.pictures import _painter, svg\n"
        f"svg({SPEC!r}); print(_painter().pid)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not psutil.pid_exists(int(ended.stdout))
