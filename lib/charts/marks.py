"""What the marks of a course look like and say, the same on every page."""

import pandas as pd

from lib.charts.time_axis import duration_words
from lib.palette import Palette

CYCLE = "M-.7,-.9H.7V.9H-.7Z"
STAR = "M0,-1.2L.35,-.4L1.2,-.4L.5,.15L.75,1L0,.5L-.75,1L-.5,.15L-1.2,-.4L-.35,-.4Z"
EVENT_SHAPES = {
    "side-effect": "triangle-up",
    "relapse": "cross",
    "progression": STAR,
    "improvement or remission": "circle",
    "discontinuation": "M-1,-1L1,1M-1,1L1,-1",
    "reimbursement refused": "diamond",
    "follow-up": "M0,-1.2V1.2",
    "therapy ongoing": "triangle-right",
}
MERGED = ("improvement", "remission")
ALARMING = ("side-effect", "relapse", "progression", "discontinuation")
IMPUTED = "imputed"
STATUS_WORDS = {
    "derived": "follows from what is reported",
    IMPUTED: "filled in: differs, or could differ, between versions",
}


def rows_of(frame: pd.DataFrame) -> list[dict]:
    """Rows as dicts, ``None`` where a value is missing: of a few hundred, faster than pandas."""
    columns = [
        [None if missing else value for value, missing in zip(column, gaps, strict=True)]
        for column, gaps in ((frame[name].tolist(), frame[name].isna()) for name in frame)
    ]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def mark_word(kind: str) -> str:
    """The legend's word for a kind of event."""
    return "improvement or remission" if kind in MERGED else kind


def event_color(word: str, palette: Palette) -> str:
    """Colour of an event: what went badly stands out, and its shape says it too."""
    return palette.warning if word in ALARMING else palette.text


def is_filled_in(row: dict) -> bool:
    """Whether anything of a row of a course is imputed: what is said, or its day."""
    return IMPUTED in (row["status"], row["day_status"])


def when_words(day: float | None, day_status: str | None) -> str:
    """When something happened, for a tooltip; a day that is filled in says so."""
    if day is None:
        return ""
    filled_in = " (filled in)" if day_status == IMPUTED else ""
    return f"{_beside_the_first_infusion(day)}{filled_in}"


def _beside_the_first_infusion(day: float) -> str:
    if day == 0:
        return "day 0, the first infusion"
    place = "before" if day < 0 else "after"
    span = duration_words(abs(day))
    # Of a few days it would be said twice.
    return f"{'' if 'day' in span else f'day {day:.0f}, '}{span} {place} the first infusion"


def source_words(status: str, locator: str | None) -> str:
    """Where a statement comes from, for a tooltip."""
    said = STATUS_WORDS.get(status, status)
    return f"{said} ({locator})" if locator and status != IMPUTED else said
