"""A chart as a picture: vectors as SVG, pixels as PNG, drawn without a browser.

vl-convert runs the same Vega as the browser does, and asks nobody for anything.
"""

import json
import re
from collections.abc import Mapping
from threading import Lock

from lib.charts import FONT
from lib.xml_text import plain

# What a page is wide in the app, so that a picture has the page's proportions.
WIDTH_PX = 760
DPI = 300
BACKGROUND = "white"
# As JSON writes a control character, behind an even number of its own backslashes.
CONTROL = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u00[01][0-9a-f]|u007f|[bf])")
# There is no window: one as wide as the page that is around such a chart.
WINDOW = "windowSize()"
WIDE = "[1000,720]"
# One picture is drawn at a time, whoever asks: a second one would wait for the same runtime, and
# take memory.
_drawing = Lock()


def svg(spec: Mapping, width_px: int = WIDTH_PX) -> str:
    """A Vega-Lite specification as SVG, its texts as text."""
    import vl_convert

    with _drawing:
        return vl_convert.vegalite_to_svg(_still(spec, width_px))


def png(spec: Mapping, width_px: int = WIDTH_PX, dpi: int = DPI) -> bytes:
    """As `svg`, in pixels; printed at ``dpi``, 72 of the chart's own make an inch."""
    import vl_convert

    with _drawing:
        return vl_convert.vegalite_to_png(_still(spec, width_px), ppi=dpi)


def raster(drawn: str, dpi: int = DPI) -> bytes:
    """What `svg` drew, as PNG; 72 of its pixels make an inch."""
    import vl_convert

    with _drawing:
        return vl_convert.svg_to_png(drawn, ppi=dpi)


def size_px(drawn: str) -> tuple[float, float]:
    """Width and height of what `svg` drew, in its own pixels."""
    head = drawn[: drawn.index(">")]
    width, height = (re.search(rf' {side}="([\d.]+)', head)[1] for side in ("width", "height"))
    return float(width), float(height)


def untitled(spec: Mapping) -> dict:
    """A specification without its title, where that stands beside it; the key below it stays.

    As the title, in the subtitle's letters: Vega draws no subtitle below an empty title.
    """
    bare = {name: part for name, part in spec.items() if name != "title"}
    key = spec["title"].get("subtitle")
    if not key:
        return bare
    look = spec["config"]["title"]
    letters = {"fontSize": look["subtitleFontSize"], "color": look["subtitleColor"]}
    return bare | {"title": {"text": key, "fontWeight": 400} | letters}


def _still(spec: Mapping, width_px: int) -> dict:
    """The specification with what a page would give it: width, window and background."""
    text = json.dumps(spec, ensure_ascii=False, default=float).replace(WINDOW, WIDE)
    # On a control character vl-convert ends the whole process; of another sign that XML can't hold
    # it makes a picture that nothing can open.
    text = plain(CONTROL.sub(r"\1", text))
    drawn = json.loads(text.replace(json.dumps(FONT)[1:-1], "sans-serif"))
    return drawn | {
        "width": width_px,
        "background": BACKGROUND,
        "config": drawn["config"] | {"background": BACKGROUND},
    }
