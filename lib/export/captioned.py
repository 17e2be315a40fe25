"""A chart as a picture for itself: on white, in light colours, with what its data are below it."""

from __future__ import annotations

import textwrap
from xml.etree import ElementTree

from lib.export.label import Label
from lib.export.pictures import WIDTH_PX, raster, svg
from lib.report.content import Chart

SVG = "http://www.w3.org/2000/svg"
# Of the words below: as many fit into the width.
CHARACTERS_A_LINE = 140
SIZE_PX, LINE_PX, MARGIN_PX = 11, 15, 8
COLOUR = "#55676e"


def chart_svg(chart: Chart, label: Label) -> bytes:
    """The chart as vectors, its texts as text, its description for those who can't see it."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    picture = ElementTree.fromstring(svg(chart.spec))
    width, height = (float(picture.get(side)) for side in ("width", "height"))
    lines = [
        line
        for words in (*chart.notes, label.line)
        for line in textwrap.wrap(words, round(CHARACTERS_A_LINE * width / WIDTH_PX))
    ]
    taller = height + MARGIN_PX + LINE_PX * len(lines) + MARGIN_PX
    picture.set("height", f"{taller:g}")
    picture.set("viewBox", f"0 0 {width:g} {taller:g}")
    picture.set("role", "img")
    words = {"title": chart.title, "desc": chart.alt}
    for place, (name, text) in enumerate(words.items()):
        element = ElementTree.Element(f"{{{SVG}}}{name}")
        element.text = text
        picture.insert(place, element)
    sides = {"width": f"{width:g}", "height": f"{taller:g}", "fill": "white"}
    picture.insert(len(words), ElementTree.Element(f"{{{SVG}}}rect", sides))
    for place, line in enumerate(lines, start=1):
        y = height + MARGIN_PX + LINE_PX * place - 3
        where = {"x": f"{MARGIN_PX}", "y": f"{y:g}", "fill": COLOUR}
        form = {"font-family": "sans-serif", "font-size": f"{SIZE_PX}px"}
        ElementTree.SubElement(picture, f"{{{SVG}}}text", where | form).text = line
    return ElementTree.tostring(picture, encoding="utf-8", xml_declaration=True)


def chart_png(chart: Chart, label: Label) -> bytes:
    """The same in pixels, as many as print needs."""
    return raster(chart_svg(chart, label).decode())
