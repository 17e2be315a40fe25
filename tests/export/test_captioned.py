"""A chart as a picture for itself: light, on white, and it says what its data are."""

import json
import re
import struct
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from xml.etree import ElementTree

import pytest

from lib.export.captioned import SVG, chart_png, chart_svg
from lib.palette import DARK, LIGHT, in_light
from lib.report import sections
from lib.report.composition import Composition, named_sections
from lib.report.content import Chart, Packet
from lib.report.making import make
from lib.report.sections import SECTIONS
from lib.warehouse import CASE_SERIES, DEMO_REGISTRY, open_warehouse
from tests.export.samples import LABEL

INCHES_A_METRE = 39.3701
VIEWS = {CASE_SERIES: "patient=DM-01", DEMO_REGISTRY: "patient=SYN-0001&diagnosis=dermatomyositis"}


def charts(folder) -> Iterator[Chart]:
    return (
        figure
        for section in packet(folder).sections
        for figure in section.figures
        if isinstance(figure, Chart)
    )


def packet(folder) -> Packet:
    asked = Composition(VIEWS[folder], named_sections(SECTIONS))
    return make(asked, open_warehouse(folder), folder.name, 0)


@pytest.fixture(scope="module")
def chart() -> Chart:
    return next(charts(CASE_SERIES))


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


@pytest.mark.parametrize("folder", [CASE_SERIES, DEMO_REGISTRY], ids=lambda folder: folder.name)
def test_what_was_drawn_for_a_dark_screen_is_light_when_it_is_taken_away(folder, monkeypatch):
    light = list(charts(folder))
    assert len(light) > 5
    for each in iter_modules(sections.__path__):
        module = import_module(f"lib.report.sections.{each.name}")
        if hasattr(module, "PALETTE"):
            monkeypatch.setattr(module, "PALETTE", DARK)
    for drawn_light, drawn_dark in zip(light, charts(folder), strict=True):
        assert as_json(drawn_dark.spec) != as_json(drawn_light.spec)
        assert as_json(in_light(drawn_dark.spec)) == as_json(drawn_light.spec)
        assert in_light(drawn_light.spec) == drawn_light.spec


def as_json(spec: dict) -> str:
    """A specification without the names that Altair makes of its contents."""
    return re.sub(r"view_[0-9a-f]{16}_", "view_", json.dumps(spec, default=str))


def test_no_colour_is_of_both_palettes():
    assert in_light(LIGHT.accent) == LIGHT.accent
    assert in_light(f"{DARK.accent}80") == f"{LIGHT.accent}80"
