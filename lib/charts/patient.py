"""Courses of one patient, or of a few below each other: all that has a day, on one time axis.

From top to bottom each patient has a row for the IVIg cycles, each kind of event, each side-effect
and each other drug, and a panel for each instrument. The form (``patient_forms``) holds no data.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from textwrap import wrap

import pandas as pd

from lib.charts import filled
from lib.charts.kept import kept
from lib.charts.marks import (
    CYCLE,
    EVENT_SHAPES,
    event_color,
    is_filled_in,
    mark_word,
    rows_of,
    source_words,
    when_words,
)
from lib.charts.time_axis import TimeAxis, duration_words, linear_axis
from lib.figures import format_number
from lib.palette import DOSE_TIERS, Palette
from lib.time_units import DAYS_PER_MONTH

# Heights, in rows; a panel's is that of its plot, which has some room above and below.
HEADING = 2
LABELLED = 1.4
# Of each line of words above a mark.
LINE = 0.5
# In signs: no line of words is longer, and of such a line one side of a mark has room, as a rule.
LONGEST_LINE, SHORT_LINE = 52, 30
PANEL = 1.7
PANEL_ROOM = 0.3
# What lies longer before the first infusion than this share of what comes after it stands at the
# edge of the plot: one diagnosis, nine years before, would leave therapy a tenth of the axis.
MOST_BEFORE = 0.5
MIN_BEFORE_DAYS = 90
# Room for a label behind the last mark, as a share of the span.
MARGIN = 0.04
# Labels of one row that stand closer than this share of the span would overlap.
LABEL_ROOM = 0.07
TREATMENT_ROLES = ("concomitant", "subsequent", "prior")
OPEN_START, OPEN_END = "triangle-left", "triangle-right"
TABLES = ("cycles", "events", "side_effects", "treatments")


@dataclass(frozen=True)
class Course:
    """What is known of one patient.

    Attributes
    ----------
    events
        Result of ``timelines/course``.
    statements
        Result of ``patient/statements``: how far each day goes over the versions.
    scores
        Rows of ``patient/scores``.
    heading
        Two lines that stand above the patient, if there are several.
    """

    events: pd.DataFrame
    statements: pd.DataFrame
    scores: list[dict] = field(default_factory=list)
    heading: tuple[str, str] | None = None

    @property
    def has_days(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.scores) or not dated(self.events).empty


def dated(course: pd.DataFrame) -> pd.DataFrame:
    """The rows of a course of which at least one day is known."""
    return course[course["day"].notna() | course["stop_day"].notna()]


def course_chart(courses: list[Course], palette: Palette) -> dict:
    """Draw what happened to patients, one below the other, over time.

    Parameters
    ----------
    courses
        At least one that has days.

    Returns
    -------
    dict
        Vega-Lite specification.
    """
    items = [_items(course, palette) for course in courses]
    time = _time([item for own in items for item in own], courses)
    ends = _score_ends([score for course in courses for score in course.scores])
    rows, marks, scores, top = [], [], [], 0.0
    for course, own in zip(courses, items, strict=True):
        if course.heading:
            rows.append(_row(top, HEADING, "heading", *course.heading))
            top += HEADING
        for name, members in _by_row(own):
            worded = _with_labels([_clipped(item, time) for item in members], time)
            height = LABELLED if any(item["is_above"] for item in worded) else 1
            n_lines = max(item["n_lines"] for item in worded)
            height = max(height, 1 + LINE * n_lines) if n_lines > 1 or _is_long(worded) else height
            # Labels stand in the upper part of a higher row, marks in the lower one.
            y = top + height - 0.5
            rows.append(_row(top, height, "row", name, y=y))
            marks += [{**item, "y": y} for item in worded]
            top += height
        for instrument, members in groupby(course.scores, key=itemgetter("instrument")):
            panel = list(members)
            low, high = ends[instrument]
            rows.append(_panel(top, panel[0], low, high))
            scores += _score_points(panel, top, low, high, len(rows))
            top += PANEL + 2 * PANEL_ROOM
    return filled(
        _form(palette),
        rows=[{**row, "n_units": top} for row in rows],
        items=marks,
        scores=scores,
        ticks=time.rows,
    )


@kept
def _form(palette: Palette) -> dict:
    from lib.charts.patient_forms import courses

    return courses(palette)


# Rows.


def _row(
    top: float, height: float, kind: str, label: str, detail: str = "", *, y: float | None = None
) -> dict:
    """A stretch of the chart, in rows from the top, with its name."""
    return {
        "kind": kind,
        "top": top,
        "bottom": top + height,
        "y": top + height / 2 if y is None else y,
        "label": label,
        "detail": detail,
        "low": "",
        "high": "",
    }


def _panel(top: float, score: dict, low: float, high: float) -> dict:
    row = _row(top + PANEL_ROOM, PANEL, "panel", score["instrument"], score["direction"])
    return row | {"low": format_number(low), "high": format_number(high)}


def _by_row(items: list[dict]) -> list[tuple[str, list[dict]]]:
    """The items of each row, rows in the order of their first item."""
    rows = {}
    for item in items:
        rows.setdefault(item["row"], []).append(item)
    return list(rows.items())


# Events, cycles and drugs.


def _items(course: Course, palette: Palette) -> list[dict]:
    ranges = _ranges(course.statements)
    rows = rows_of(dated(course.events))
    ivig = _ivig([row["dose_g_per_kg"] for row in rows if row["kind"] == "cycle"])
    named = [(ivig if row["kind"] == "cycle" else _name(row), row) for row in rows]
    items = [
        {**_item(row, ranges, palette), "row": name} for name, row in sorted(named, key=_place)
    ]
    return _therapy(items) + items


def _therapy(items: list[dict]) -> list[dict]:
    """The span from the first to the last cycle, behind the cycles."""
    cycles = [item for item in items if item["kind"] == "cycle"]
    if len(cycles) < 2:
        return []
    days = [cycle["anchor"] for cycle in cycles]
    ends = {"anchor": min(days), "bar_start": min(days), "bar_end": max(days)}
    nothing = dict.fromkeys(("statement", "when", "source", "words", "label"), "")
    span = {**cycles[0], **nothing, **ends, "kind": "therapy", "shape": None, "is_filled_in": False}
    return [span | {"lowest": None, "highest": None}]


def _ranges(statements: pd.DataFrame) -> dict[tuple, tuple]:
    """How far each row's first day goes over the versions."""
    days = statements[statements["column_name"].isin(("day", "start_day"))]
    return {
        (day["table_name"], day["row_key"], day["number"] or 1): (day["lowest"], day["highest"])
        for day in rows_of(days)
    }


def _item(row: dict, ranges: dict[tuple, tuple], palette: Palette) -> dict:
    """A row of the course as it is drawn: its place, its form, its words."""
    start, stop = row["day"], row["stop_day"]
    is_span = start is not None and stop is not None
    anchor = stop if start is None else start
    lowest, highest = ranges.get((row["table_name"], row["row_key"], row["number"]), (None, None))
    is_open = is_filled_in(row) and lowest is not None and lowest < highest
    return {
        "kind": row["kind"],
        "statement": row["statement"],
        "when": when_words(anchor, row["day_status"]),
        "source": source_words(row["status"], row["locator"]),
        "words": _words_of(row),
        "label": _label(row),
        "anchor": anchor,
        "bar_start": start if is_span else None,
        "bar_end": stop if is_span else None,
        "lowest": lowest if is_open else None,
        "highest": highest if is_open else None,
        "shape": _shape(row),
        "color": _color(row, palette),
        "is_filled_in": is_filled_in(row),
    }


def _words_of(row: dict) -> str:
    """What stands beside the only mark of a row.

    Of a side-effect on a day that is filled in no cycle, as if it were known.
    """
    if row["table_name"] != "side_effects":
        return row["statement"].removeprefix(_drug(row) or row["kind"]).lstrip(": ")
    if is_filled_in(row):
        return ", ".join(filter(None, ["day filled in", _label(row)]))
    return row["statement"].removeprefix(row["row_key"]).lstrip(", ")


def _label(row: dict) -> str:
    """What stands above one of several marks of a row: the dose, the grade."""
    if row["kind"] == "cycle":
        return f"{format_number(row['dose_g_per_kg'])} g/kg"
    return "" if row["ctcae_grade"] is None else f"CTCAE grade {row['ctcae_grade']:.0f}"


def _with_labels(items: list[dict], time: TimeAxis) -> list[dict]:
    """The items of a row with the words that have room there.

    A mark alone has them beside it. Of several, cycles have their dose above them where it
    changes, and side-effects their grade.
    """
    n_marks = sum(item["kind"] != "therapy" for item in items)
    labels = Counter(item["label"] for item in items if item["label"])
    room = (time.last - time.first) * LABEL_ROOM
    before, last_labelled, worded = "", -1e9, []
    for item in items:
        is_news = item["kind"] != "cycle" or item["label"] != before
        is_above = n_marks > 1 and bool(item["label"]) and is_news
        is_above &= item["kind"] != "cycle" or len(labels) > 1
        is_above &= item["anchor"] - last_labelled >= room
        if is_above:
            last_labelled = item["anchor"]
        before = item["label"] or before
        is_worded = n_marks == 1 and item["kind"] != "therapy"
        lines = wrap(item["words"], LONGEST_LINE) if is_worded else []
        words = {"words": "\n".join(lines), "n_lines": len(lines)} if is_worded else {"n_lines": 0}
        longest = max(map(len, lines), default=0)
        placed = {"is_above": is_above, "is_worded": is_worded, "n_signs": longest}
        worded.append(item | words | placed)
    return worded


def _is_long(items: list[dict]) -> bool:
    """Whether words may stand above their mark, as neither side of it has room for them."""
    return any(item["n_signs"] > SHORT_LINE for item in items)


def _shape(row: dict) -> str | None:
    """The form of a mark; none for a drug that has both its days and is drawn as a bar."""
    if row["kind"] == "cycle":
        return CYCLE
    if row["table_name"] != "treatments":
        return EVENT_SHAPES.get(mark_word(row["kind"]), "square")
    if row["stop_day"] is None:
        return OPEN_END
    return OPEN_START if row["day"] is None else None


def _color(row: dict, palette: Palette) -> str:
    doses = dict(zip(DOSE_TIERS, palette.dose_tiers, strict=True))
    return doses.get(row["dose_tier"]) or event_color(mark_word(row["kind"]), palette)


def _ivig(doses: list[float]) -> str:
    """Name of the row of cycles, with the dose of each or its range; short enough for a phone."""
    if not doses:
        return "IVIg"
    ends = dict.fromkeys(format_number(dose) for dose in (min(doses), max(doses)))
    return f"IVIg, {'–'.join(ends)} g/kg each"


def _name(row: dict) -> str:
    """Name of another row: the drug with its role, the symptom, the kind of event."""
    if drug := _drug(row):
        return f"{drug} ({row['kind']})"
    return row["row_key"] if row["table_name"] == "side_effects" else row["kind"]


def _drug(row: dict) -> str:
    return row["row_key"].partition(":")[2] if row["table_name"] == "treatments" else ""


def _place(named: tuple[str, dict]) -> tuple:
    """IVIg, events in the order in which they happened, side-effects, then the other drugs."""
    row = named[1]
    role = TREATMENT_ROLES.index(row["kind"]) if row["kind"] in TREATMENT_ROLES else 0
    first = row["stop_day"] if row["day"] is None else row["day"]
    return (TABLES.index(row["table_name"]), role, first)


# Time.


def _time(items: list[dict], courses: list[Course]) -> TimeAxis:
    """The span of all patients, less what lies too long before the first infusion."""
    ends = ("anchor", "bar_end", "lowest", "highest")
    days = [item[end] for item in items for end in ends if item[end] is not None]
    days += [score["day"] for course in courses for score in course.scores]
    last = max(DAYS_PER_MONTH, *days)
    limit = -max(MOST_BEFORE * last, MIN_BEFORE_DAYS)
    # A bar that begins before the limit is drawn from there.
    days += [max(item["bar_start"], limit) for item in items if item["bar_start"] is not None]
    first = min(0, *(day for day in days if day >= limit))
    margin = (last - first) * MARGIN
    return linear_axis(first - margin, last + margin)


def _clipped(item: dict, time: TimeAxis) -> dict:
    """An item that begins before the axis does, drawn from its edge on, with an arrow there."""
    if item["anchor"] >= time.first:
        return item
    before = f"{duration_words(-item['anchor'])} before the first infusion"
    edge = {"anchor": time.first, "shape": OPEN_START, "lowest": None, "highest": None}
    if item["bar_end"] is not None and item["bar_end"] > time.first:
        words = ", ".join(filter(None, [item["words"], f"from {before}"]))
        return item | edge | {"words": words, "bar_start": time.first}
    words = ": ".join(filter(None, [before, item["words"]]))
    return item | edge | {"words": words, "bar_start": None, "bar_end": None}


# Scores.


def _score_ends(scores: list[dict]) -> dict[str, tuple[float, float]]:
    """Both ends of each instrument's panel, round numbers, the same for all patients."""
    ends = {}
    for instrument in dict.fromkeys(score["instrument"] for score in scores):
        members = [score for score in scores if score["instrument"] == instrument]
        low, high = (end(score["score"] for score in members) for end in (min, max))
        step = 10 if high - low > 20 else 5
        lowest, highest = members[0]["minimum"], members[0]["maximum"]
        ends[instrument] = (
            max(low // step * step, lowest),
            min((high // step + 1) * step, highest),
        )
    return ends


def _score_points(
    scores: list[dict], top: float, low: float, high: float, series: int
) -> list[dict]:
    """The scores of one patient by one instrument; the first and last with their number."""
    points = [
        {
            "series": series,
            "day": score["day"],
            "y": top + PANEL_ROOM + PANEL * (1 - (score["score"] - low) / ((high - low) or 1)),
            "label": "",
            "statement": f"{score['instrument']} {format_number(score['score'])}",
            "when": when_words(score["day"], None),
            "source": score["direction"],
        }
        for score in scores
    ]
    for place in {0, len(points) - 1}:
        points[place]["label"] = format_number(scores[place]["score"])
    return points
