"""Charts as pictures are drawn in a process of its own, which may end."""

import subprocess
import sys
from threading import Timer

import psutil
import pytest

from lib.errors import UserFacingError
from lib.export.pictures import png, svg
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
    killing = Timer(0.3, painter.kill)
    killing.start()
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


def test_it_ends_with_the_process_that_started_it():
    program = (
        "import json, sys; from lib.export.pictures import _painter, svg\n"
        f"svg({SPEC!r}); print(_painter().pid)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not psutil.pid_exists(int(ended.stdout))
