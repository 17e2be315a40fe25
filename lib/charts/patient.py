"""One patient's course: everything that has a day, on one time axis."""

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import altair as alt
import pandas as pd

from lib.charts import NARROW, dressed
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
from lib.charts.time_axis import DAYS_PER_MONTH, TimeAxis, linear_axis, position
from lib.figures import format_number
from lib.palette import DOSE_TIERS, Palette

ROW_STEP = 26
# Room for a label behind the last mark, as a share of the span.
MARGIN = 0.04
TREATMENT_ROLES = ("concomitant", "subsequent", "prior")
OPEN_START, OPEN_END = "triangle-left", "triangle-right"
TABLES = ("events", "side_effects", "cycles", "treatments")
WORDS_WIDTH_PX = 420
ROW_AXIS = alt.Axis(
    title=None,
    labelLimit=alt.ExprRef(f"{NARROW} ? 120 : 260"),
    domain=False,
    ticks=False,
    grid=False,
)
TOOLTIP = [
    alt.Tooltip("statement:N", title="What"),
    alt.Tooltip("when:N", title="When"),
    alt.Tooltip("source:N", title="Source"),
]
QUESTION = "What happened, and when?"
DESCRIPTION = (
    "Course of one patient over time: a row for each kind of event, each side-effect, the IVIg "
    "cycles and each other drug. The table of statements on this page holds the same in words."
)


def dated(course: pd.DataFrame) -> pd.DataFrame:
    """The rows of a course of which at least one day is known."""
    return course[course["day"].notna() | course["stop_day"].notna()]


@dataclass(frozen=True)
class Form:
    """All that shapes the chart apart from its data: the rows from top to bottom."""

    palette: Palette
    rows: tuple[str, ...]


def course_chart(course: pd.DataFrame, statements: pd.DataFrame, palette: Palette) -> dict:
    """Draw events, side-effects, IVIg cycles and other drugs, a row each, over time.

    Parameters
    ----------
    course
        Result of ``timelines/course`` for one patient, at least one row with a day.
    statements
        Result of ``patient/statements``: how far each day goes over the versions.

    Returns
    -------
    dict
        Vega-Lite specification.
    """
    ranges = _ranges(statements)
    rows = rows_of(dated(course))
    ivig = _ivig([row["dose_g_per_kg"] for row in rows if row["kind"] == "cycle"])
    named = [(ivig if row["kind"] == "cycle" else _name(row), row) for row in rows]
    n_of_row = Counter(name for name, _ in named)
    items = [
        {**_item(row, ranges, palette), "row": name, "is_worded": n_of_row[name] == 1}
        for name, row in sorted(named, key=_place)
    ]
    form = _form(Form(palette, tuple(dict.fromkeys(item["row"] for item in items))))
    params = [*form.get("params", []), *_time(items).params]
    return form | {"params": params, "datasets": {"items": items}}


@lru_cache(maxsize=64)
def _form(form: Form) -> dict:
    y = alt.Y("row:N", sort=list(form.rows), axis=ROW_AXIS)
    items = alt.Chart(alt.NamedData("items")).encode(y=y, tooltip=TOOLTIP)
    layers = [*_bars(items, form), _points(items, form), _words(items, form)]
    chart = alt.layer(*layers).properties(height=alt.Step(ROW_STEP))
    return dressed(chart, form.palette, title=QUESTION, description=DESCRIPTION).to_dict()


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
    extent = [day for day in (start, stop, lowest, highest) if day is not None]
    return {
        "kind": row["kind"],
        "statement": row["statement"],
        "when": when_words(anchor, row["day_status"]),
        "source": source_words(row["status"], row["locator"]),
        "words": _words_of(row),
        "anchor": anchor,
        "bar_start": start if is_span else None,
        "bar_end": stop if is_span else None,
        "left": min(extent),
        "right": max(extent),
        "lowest": lowest,
        "highest": highest,
        "shape": _shape(row),
        "color": _color(row, palette),
        "is_filled_in": is_filled_in(row),
    }


def _words_of(row: dict) -> str:
    """What stands beside a mark; of a side-effect on a drawn day no cycle, as if it were known."""
    if row["table_name"] == "side_effects" and is_filled_in(row):
        return "day filled in"
    return row["statement"].removeprefix(_drug(row) or row["kind"]).lstrip(": ")


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
    """Name of the row of cycles, with the dose or the range of doses."""
    if not doses:
        return "IVIg"
    ends = dict.fromkeys(format_number(dose) for dose in (min(doses), max(doses)))
    return f"IVIg, {'–'.join(ends)} g/kg per cycle"


def _name(row: dict) -> str:
    """Name of another row: the drug with its role, the symptom, the kind of event."""
    if drug := _drug(row):
        return f"{drug} ({row['kind']})"
    return row["row_key"] if row["table_name"] == "side_effects" else row["kind"]


def _drug(row: dict) -> str:
    return row["row_key"].partition(":")[2] if row["table_name"] == "treatments" else ""


def _place(named: tuple[str, dict]) -> tuple:
    """Events in the order in which they happened, side-effects, IVIg, then the other drugs."""
    row = named[1]
    role = TREATMENT_ROLES.index(row["kind"]) if row["kind"] in TREATMENT_ROLES else 0
    first = row["stop_day"] if row["day"] is None else row["day"]
    return (TABLES.index(row["table_name"]), role, first)


def _time(items: list[dict]) -> TimeAxis:
    first = min(0, *(item["left"] for item in items))
    last = max(DAYS_PER_MONTH, *(item["right"] for item in items))
    margin = (last - first) * MARGIN
    return linear_axis(first - margin, last + margin)


def _bars(items: alt.Chart, form: Form) -> list[alt.Chart]:
    """The span of therapy, other drugs, and where an imputed day lies over the versions."""
    palette = form.palette
    therapy = (
        items.transform_filter("datum.kind == 'cycle'")
        .transform_aggregate(first="min(anchor)", last="max(anchor)", groupby=["row"])
        .mark_bar(height=7, color=palette.muted_text, opacity=0.35)
        .encode(x=position("first:Q"), x2="last:Q", tooltip=alt.value(None))
    )
    ranges = (
        items.transform_filter("datum.is_filled_in && datum.lowest < datum.highest")
        .mark_rule(color=palette.muted_text, strokeDash=[2, 2])
        .encode(x=position("lowest:Q"), x2="highest:Q")
    )
    drugs = items.transform_filter("isValid(datum.bar_start)").encode(
        x=position("bar_start:Q"), x2="bar_end:Q"
    )
    known = drugs.transform_filter("!datum.is_filled_in").mark_bar(
        height=12, color=palette.accent, opacity=0.75
    )
    filled_in = drugs.transform_filter("datum.is_filled_in").mark_bar(
        height=12, filled=False, stroke=palette.accent, strokeDash=[3, 2]
    )
    return [therapy, ranges, known, filled_in]


def _points(items: alt.Chart, form: Form) -> alt.Chart:
    """Cycles, events, and the one known end of a drug; hollow where the day is filled in."""
    color = alt.Fill("color:N", scale=None)
    return (
        items.transform_filter("isValid(datum.shape)")
        .mark_point(filled=True, size=95, strokeWidth=1.5, opacity=1)
        .encode(
            x=position("anchor:Q"),
            shape=alt.Shape("shape:N", scale=None),
            stroke=alt.Stroke("color:N", scale=None),
            fill=alt.condition("datum.is_filled_in", alt.value(form.palette.background), color),
        )
    )


def _words(items: alt.Chart, form: Form) -> alt.Chart:
    """Words beside the only mark of a row, above the line of its range; none on a phone."""
    start = "(isValid(datum.bar_start) ? datum.bar_start : datum.anchor)"
    end = "(isValid(datum.bar_end) ? datum.bar_end : datum.anchor)"
    is_late = f"({start} + {end} > first_day + last_day)"
    # A bar that takes most of the row has its words above it.
    is_long = f"({end} - {start} > (last_day - first_day) / 2)"
    return (
        items.transform_filter(f"datum.is_worded && !({NARROW})")
        .transform_calculate(at=f"{is_late} || {is_long} ? {start} : {end}")
        .mark_text(
            align=alt.ExprRef(f"{is_late} && !{is_long} ? 'right' : 'left'"),
            dx=alt.ExprRef(f"{is_long} ? 0 : {is_late} ? -10 : 10"),
            dy=alt.ExprRef(
                f"{is_long} ? -12 : datum.is_filled_in && datum.lowest < datum.highest ? -8 : 0"
            ),
            baseline="middle",
            fontSize=12,
            limit=WORDS_WIDTH_PX,
            color=form.palette.muted_text,
        )
        .encode(x=position("at:Q"), text="words:N")
    )
