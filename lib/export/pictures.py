"""A chart as a picture: vectors as SVG, pixels as PNG, drawn without a browser.

vl-convert runs the same Vega as the browser does, and asks nobody for anything. It does so in a
process of its own: that can be stopped by the clock, and ends alone if a chart breaks it.
"""

import atexit
import json
import re
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock

from lib.bounds import start, stopped_after
from lib.charts import FONT
from lib.errors import UserFacingError
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
# Most take 0.03, the lanes of 32 patients 0.1.
MAX_SECONDS = 60
# One picture is drawn at a time, whoever asks: a second one would wait for the same runtime, and
# take memory.
_drawing = Lock()
# The program that draws, once a picture was asked for.
_painters: list[subprocess.Popen] = []


def svg(spec: Mapping, width_px: int = WIDTH_PX) -> str:
    """A Vega-Lite specification as SVG, its texts as text."""
    return _drawn("vegalite_to_svg", _still(spec, width_px)).decode("utf-8")


def png(spec: Mapping, width_px: int = WIDTH_PX, dpi: int = DPI) -> bytes:
    """As `svg`, in pixels; printed at ``dpi``, 72 of the chart's own make an inch.

    By way of the vectors: vl-convert's own way from Vega to PNG keeps 15 MB of every picture.
    """
    return raster(svg(spec, width_px), dpi)


def raster(drawn: str, dpi: int = DPI) -> bytes:
    """What `svg` drew, as PNG; 72 of its pixels make an inch."""
    return _drawn("svg_to_png", drawn, ppi=dpi)


def _drawn(function: str, what: object, **options: object) -> bytes:
    """What a function of vl-convert makes, in the process that draws.

    Raises
    ------
    UserFacingError
        If that process ends meanwhile, or takes longer than `MAX_SECONDS`.
    """
    job = json.dumps([function, what, options], ensure_ascii=True)
    with _drawing:
        painter = _painter()
        try:
            with stopped_after(painter, MAX_SECONDS):
                painter.stdin.write(job.encode("ascii") + b"\n")
                painter.stdin.flush()
                size, *why = painter.stdout.readline().decode().split(maxsplit=1)
                drawn = painter.stdout.read(int(size))
                if len(drawn) != int(size):
                    raise EOFError
        # The next picture is drawn by another one: nobody may get what was drawn for this one.
        except (OSError, ValueError, EOFError):
            _end_painters()
            raise UserFacingError(
                "A chart could not be drawn as a picture: the program that draws has ended, or "
                f"took more than {MAX_SECONDS} seconds. Try again."
            ) from None
        except BaseException:
            _end_painters()
            raise
    if why:
        # A mistake of ours: whoever reads the log is told where it happened.
        raise RuntimeError(f"vl-convert refuses a chart: {why[0]}")
    return drawn


def _painter() -> subprocess.Popen:
    """The program that draws; another one if it was ended meanwhile, as by want of memory."""
    if _painters and _painters[0].poll() is not None:
        _end_painters()
    if not _painters:
        _painters.append(start("lib.export.pictures_child"))
    return _painters[0]


@atexit.register
def _end_painters() -> None:
    while _painters:
        painter = _painters.pop()
        painter.kill()
        # What it was not sent any more can't be sent now either.
        with suppress(OSError), painter:
            pass


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
    # A control character vl-convert refuses; of another sign that XML can't hold it makes a picture
    # that nothing can open.
    text = plain(CONTROL.sub(r"\1", text))
    drawn = json.loads(text.replace(json.dumps(FONT)[1:-1], "sans-serif"))
    return drawn | {
        "width": width_px,
        "background": BACKGROUND,
        "config": drawn["config"] | {"background": BACKGROUND},
    }
