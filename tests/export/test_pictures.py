"""Charts as pictures are drawn in a process of its own, which may end."""

import subprocess
import sys

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
    with pytest.raises(UserFacingError, match="could not be drawn as a picture.*Try again"):
        svg(SPEC)
    assert svg(SPEC) == before


def test_a_chart_that_cannot_be_drawn_is_refused_in_a_sentence_and_others_are_drawn():
    with pytest.raises(UserFacingError, match="could not be drawn"):
        svg(SPEC | {"mark": "no such mark"})
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
