"""A chart as a picture for itself: light, on white, and it says what its data are."""

import json
import re
import struct
from importlib import import_module
from pkgutil import iter_modules
from xml.etree import ElementTree

import pytest

from lib.export.captioned import SVG, chart_png, chart_svg
from lib.palette import DARK, LIGHT, in_light
from lib.report import sections
from lib.report.content import Chart
from tests.export.samples import LABEL
from tests.report.packets import FOLDERS, VIEWS, composed, figures, full_packet, made

INCHES_A_METRE = 39.3701


@pytest.fixture(scope="module")
def chart() -> Chart:
    return figures(full_packet("case_series"), Chart)[0]


def texts(picture: bytes) -> str:
    found = ElementTree.fromstring(picture).iter(f"{{{SVG}}}text")
    return " ".join("".join(each.itertext()) for each in found)


def test_an_svg_says_whom_it_shows_and_what_the_data_are(chart: Chart):
    picture = chart_svg(chart, LABEL)
    assert LABEL.line in texts(picture)
    assert chart.title in texts(picture)
    root = ElementTree.fromstring(picture)
    assert root.find(f"{{{SVG}}}title").text == chart.title
    assert root.find(f"{{{SVG}}}desc").text == chart.alt
    assert root.find(f"{{{SVG}}}rect").get("fill") == "white"
    assert not any(each.tag.endswith(("script", "image", "foreignObject")) for each in root.iter())


def test_a_png_has_300_pixels_an_inch(chart: Chart):
    picture = chart_png(chart, LABEL)
    place = picture.index(b"pHYs") + 4
    across, up, unit = struct.unpack(">IIB", picture[place : place + 9])
    assert across == up
    assert round(across / INCHES_A_METRE) == 300
    assert unit == 1
    width, height = struct.unpack(">II", picture[16:24])
    root = ElementTree.fromstring(chart_svg(chart, LABEL))
    assert width == pytest.approx(float(root.get("width")) / 72 * 300, abs=2)
    assert height == pytest.approx(float(root.get("height")) / 72 * 300, abs=2)


@pytest.mark.parametrize("dataset", FOLDERS)
def test_what_was_drawn_for_a_dark_screen_is_light_when_it_is_taken_away(
    dataset: str, monkeypatch: pytest.MonkeyPatch
):
    light = figures(full_packet(dataset), Chart)
    assert len(light) > 5
    for each in iter_modules(sections.__path__):
        module = import_module(f"lib.report.sections.{each.name}")
        if hasattr(module, "PALETTE"):
            monkeypatch.setattr(module, "PALETTE", DARK)
    dark = figures(made(composed(VIEWS[dataset]), dataset), Chart)
    for drawn_light, drawn_dark in zip(light, dark, strict=True):
        assert as_json(drawn_dark.spec) != as_json(drawn_light.spec)
        assert as_json(in_light(drawn_dark.spec)) == as_json(drawn_light.spec)
        assert in_light(drawn_light.spec) == drawn_light.spec


def as_json(spec: dict) -> str:
    """A specification without the names that Altair makes of its contents."""
    return re.sub(r"view_[0-9a-f]{16}_", "view_", json.dumps(spec, default=str))


def test_no_colour_is_of_both_palettes():
    assert in_light(LIGHT.accent) == LIGHT.accent
    assert in_light(f"{DARK.accent}80") == f"{LIGHT.accent}80"
