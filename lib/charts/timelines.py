"""The swimmer plot: one lane a patient, common origin at the first infusion.

The form holds no data: at a change of the filter the browser moves the lanes and marks of the
chart that is there, instead of compiling and drawing it anew.
"""

from collections.abc import Mapping
from itertools import accumulate

import altair as alt

from lib.charts import NARROW, dressed, filled
from lib.charts.kept import kept
from lib.charts.marks import (
    CYCLE,
    EVENT_SHAPES,
    IMPUTED,
    event_color,
    is_filled_in,
    mark_word,
    source_words,
    when_words,
)
from lib.charts.time_axis import (
    MAX_TICKS,
    TITLE,
    TimeAxis,
    linear_axis,
    root_axis,
    ticks_layer,
    time_params,
)
from lib.figures import format_figure
from lib.palette import DIAGNOSIS_GROUPS, DOSE_TIERS, Palette
from lib.time_units import DAYS_PER_MONTH, DAYS_PER_YEAR
from lib.traits import NOT_RECORDED, value_words

SORTS = ("duration", "dose", "diagnosis", "response")
# What lanes are grouped and coloured by: as the page offers it, and the column of a lane.
FIELDS = {
    "diagnosis group": "diagnosis_group",
    "dose tier": "dose_tier",
    "response": "response",
}
# And grouped only: there may be more centres than colours that can be told apart.
GROUPINGS = {**FIELDS, "centre": "centre"}
# How much of the time axis is shown; the days of the longest course if not named here.
WINDOWS = {"first 2 years": 731, "all": None}
# The events that are the end of a therapy by its recorded reason; of any other a discontinuation.
END_KINDS = {
    "remission": ("remission",),
    "reimbursement refused": ("reimbursement refused",),
}
RESPONSES = ("response", "no response", "not evaluable")
OPEN_PATIENT = "open_patient"
# A Vega expression, as the exponent depends on the data.
AXIS_TITLE = f"'{TITLE}' + (exponent < 1 ? ', square-root scale' : '')"
QUESTION = "How long was IVIg given? What happened?"
DESCRIPTION = (
    "Swimmer plot: one lane a patient from the first infusion, with a bar from the first to the "
    "last cycle, a mark for each cycle shaded by its dose, and shapes for side-effects, relapse, "
    "progression, improvement, the end of therapy and follow-up. The page of each patient holds "
    "the same as a table."
)

DASHED = "M-1.6,0H-1M-.4,0H.4M1,0H1.6"
# Each mark of the legend with its word; cycles come first, in the order of DOSE_TIERS.
CYCLE_WORDS = {tier: f"{tier} g/kg" for tier in DOSE_TIERS}
FILLED_IN = "hollow: filled in"
OPEN_END = "dashed: filled in, too"
LAST_CYCLE_RANGE = "line: last cycle, all versions"
# In this order the two columns of a phone are the narrowest.
NOTE_SHAPES = {FILLED_IN: CYCLE, LAST_CYCLE_RANGE: "M-1.7,0H1.7", OPEN_END: DASHED}

# Beside what is filled in, in the words at the end of a lane.
MARK_OF_FILLED_IN = "○ "
READ_AS = (
    "Filled marks are as published; hollow ones have a day or a dose that the publication leaves "
    "open; × and | have no hollow form: the patient's page tells which of their days is filled in. "
    "A bar is solid as far as all versions have it, dashed where it is filled in, and so is "
    "what stands behind ○; the names of patients whom the publication only counts are pale."
)

SHAPES = {**dict.fromkeys(CYCLE_WORDS.values(), CYCLE), **EVENT_SHAPES, **NOTE_SHAPES}

LABEL_WIDTH_PX = 276
DIAGNOSIS_WIDTH_PX = 168
# What is left of a label for the patient's id, on a phone all of it.
ID_WIDTH = f"({NARROW} ? 62 : {LABEL_WIDTH_PX - DIAGNOSIS_WIDTH_PX - 16})"
# Beside filter and labels the legend has room for a column every 140 pixels, on a phone for two.
LEGEND_COLUMNS = "clamp(floor((windowSize()[0] - 620) / 140), 2, 5)"
LABEL_X = alt.ExprRef(f"{NARROW} ? -66 : -{LABEL_WIDTH_PX}")
# The coloured edge of a label; not the label itself, as pale colours can't be read.
EDGE_WIDTH_PX = 3
EDGE_END = alt.ExprRef(f"({LABEL_X.expr}) + {EDGE_WIDTH_PX}")
# What follows from the data is left to Vega, so that it is no part of the form.
N_ROWS = "(length(data('lanes')) ? data('lanes')[0].n_rows : 1)"
# 32 lanes under 8 headings fit a projector, few lanes don't look lost; in pixels.
STEP = f"clamp(424 / {N_ROWS}, 10.6, 24)"
LANE = alt.Y(
    "row:O", axis=None, scale=alt.Scale(domain=alt.ExprRef(f"sequence({N_ROWS})"), padding=0)
)


def swimmer(
    lanes: list[dict],
    course: list[dict],
    palette: Palette,
    *,
    group_by: str,
    color_by: str,
    window: str,
    is_recorded: bool,
) -> dict:
    """Draw how long each patient was treated, with what dose, and what happened.

    Parameters
    ----------
    lanes
        Rows of ``timelines/lanes``, at least one patient, from top to bottom. Where they are
        grouped, each group stands under its name.
    course
        Rows of ``timelines/course`` for these patients.
    group_by
        What they are grouped by: one of ``GROUPINGS``, or none.
    color_by
        One of ``FIELDS``: what colours a label's edge and the bars, and stands in words beside
        the patient.
    window
        One of ``WINDOWS``. A course that goes on beyond it is cut off and says how long it is.
    is_recorded
        Whether the data are recorded: then nothing is filled in, and the legend is silent on it.

    Returns
    -------
    dict
        Vega-Lite specification.
    """
    marks = [_mark(row) for row in course if _is_drawn(row)] + _arrows(lanes)
    if is_recorded:
        marks += _ends(lanes, course)
    time = time_axis(lanes, marks, window)
    headings = _headings(lanes, GROUPINGS.get(group_by))
    rows, trait = _rows(lanes, headings), FIELDS[color_by]
    colors = color_scale(trait, palette)
    unseen = _unseen(course, time)
    return filled(
        _form(palette, is_recorded, color_by),
        lanes=[
            {
                "row": rows[lane["patient_id"]],
                "n_rows": len(lanes) + sum(map(bool, headings)),
                "heading": heading,
                "color": colors.get(lane[trait], palette.text),
                "value": lane[trait] or NOT_RECORDED,
                "words": _lane_words(lane, trait),
                **_lane(lane, time, unseen),
            }
            for lane, heading in zip(lanes, headings, strict=True)
        ],
        marks=[
            {"number": number, **mark, "row": rows[mark["patient_id"]]}
            for number, mark in enumerate(mark for mark in marks if 0 <= mark["day"] <= time.last)
        ],
        ticks=time.rows,
    )


def time_axis(lanes: list[dict], marks: list[dict], window: str) -> TimeAxis:
    """The span that is drawn: the window, or less if nothing goes on for so long."""
    days = [lane["last_cycle_day"] or 0 for lane in lanes] + [mark["day"] for mark in marks]
    last = max(*days, DAYS_PER_MONTH)
    limit = WINDOWS[window]
    if limit is None and last > WINDOWS["first 2 years"]:
        return root_axis(last)
    return linear_axis(0, min(last, limit or last))


def _headings(lanes: list[dict], trait: str | None) -> list[str]:
    """What stands above each lane: the name of its group, if it is the first one of it here."""
    if trait is None:
        return ["" for _ in lanes]
    before = [None, *(lane["group_place"] for lane in lanes)]
    return [
        f"{value_words(trait, lane['group_value'])}, n={lane['n_in_group']}"
        if lane["group_place"] != previous
        else ""
        for lane, previous in zip(lanes, before, strict=False)
    ]


def _rows(lanes: list[dict], headings: list[str]) -> dict[str, int]:
    """The row of each patient; a heading takes one, too."""
    above = accumulate(bool(heading) for heading in headings)
    return {lane["patient_id"]: i + n for i, (lane, n) in enumerate(zip(lanes, above, strict=True))}


def _lane_words(lane: dict, trait: str) -> str:
    """What stands beside the patient and says in words what the colour says."""
    return lane["diagnosis"] if trait == "diagnosis_group" else value_words(trait, lane[trait])


def color_scale(column: str, palette: Palette) -> dict[str, str]:
    """The colours of the values that lanes may be coloured by."""
    if column == "dose_tier":
        return dict(zip(DOSE_TIERS, palette.dose_tiers, strict=True))
    if column == "response":
        colors = (palette.accent, palette.warning, palette.muted_text)
        return dict(zip(RESPONSES, colors, strict=True))
    return dict(zip(DIAGNOSIS_GROUPS, palette.diagnosis_groups, strict=True))


SOURCES = {True: "individually reported", False: "only counted in the publication's aggregates"}


def _unseen(course: list[dict], time: TimeAxis) -> dict[str, bool]:
    """Who has a side-effect that is not in the picture: whether each of them is filled in."""
    unseen: dict[str, bool] = {}
    for row in course:
        is_seen = row["day"] is not None and row["day"] <= time.last
        if row["kind"] == "side-effect" and not is_seen:
            patient = row["patient_id"]
            unseen[patient] = unseen.get(patient, True) and row["status"] == IMPUTED
    return unseen


def _lane(lane: dict, time: TimeAxis, unseen: Mapping[str, bool]) -> dict:
    """A lane, cut at the end of the time shown, with what it says of itself.

    Of a described patient it is solid as far as every version has it: how long therapy went on
    after that may be filled in.
    """
    days = [
        lane[name] or 0
        for name in ("last_cycle_day", "last_cycle_day_lowest", "last_cycle_day_highest")
    ]
    bar_end, range_start, range_end = (min(day, time.last) for day in days)
    is_reported = lane["individually_reported"]
    is_open, patient = days[1] < days[2], lane["patient_id"]
    beyond = []
    if days[0] > time.last:
        beyond.append(f"… {MARK_OF_FILLED_IN * is_open}{days[0] / DAYS_PER_YEAR:.1f} y")
    if patient in unseen:
        beyond.append(f"+ {MARK_OF_FILLED_IN * unseen[patient]}side-effect")
    return {
        "patient_id": patient,
        "individually_reported": is_reported,
        "who": f"{patient}: {lane['diagnosis']}",
        "how_long": _how_long(lane),
        "source": SOURCES[is_reported],
        "bar_start": 0,
        "solid_end": min(range_start, bar_end) if is_reported else 0,
        "bar_end": bar_end,
        "range_start": range_start,
        # Where a patient who is only counted ended therapy is no finding: no line.
        "range_end": range_end if is_reported else range_start,
        "beyond": " ".join(beyond),
    }


def _how_long(lane: dict) -> str:
    if lane["last_cycle_day"] is None:
        return "no cycle recorded"
    cycles = "1 cycle" if lane["n_cycles"] == 1 else f"{lane['n_cycles']} cycles"
    day = format_figure(
        lane["last_cycle_day"], lane["last_cycle_day_lowest"], lane["last_cycle_day_highest"], 0
    )
    return f"{cycles}, last one on day {day}"


def _is_drawn(row: dict) -> bool:
    """Whether a row of a course has a day and a shape."""
    return row["day"] is not None and (
        row["dose_tier"] is not None or mark_word(row["kind"]) in EVENT_SHAPES
    )


def _mark(row: dict) -> dict:
    return {
        "patient_id": row["patient_id"],
        "day": row["day"],
        "mark": CYCLE_WORDS.get(row["dose_tier"]) or mark_word(row["kind"]),
        "is_filled_in": is_filled_in(row),
        "statement": row["statement"],
        "when": when_words(row["day"], row["day_status"]),
        "source": source_words(row["status"], row["locator"]),
    }


def _arrows(lanes: list[dict]) -> list[dict]:
    """An arrow where therapy goes on: beside the last cycle, not on it."""
    return [
        {
            "patient_id": lane["patient_id"],
            "day": lane["last_cycle_day"] + DAYS_PER_MONTH / 2,
            "mark": "therapy ongoing",
            "is_filled_in": False,
            "statement": "therapy ongoing",
            "when": "",
            "source": "",
        }
        for lane in lanes
        if lane["therapy_end_reason"] == "ongoing" and lane["last_cycle_day"] is not None
    ]


def _ends(lanes: list[dict], course: list[dict]) -> list[dict]:
    """A mark beside the last cycle where only the reason is recorded why therapy ended.

    None where an event of the same kind has a day of its own, or the therapy ends with another.
    """
    dated = {(row["patient_id"], row["kind"]) for row in course if row["day"] is not None}
    ends = []
    for lane in lanes:
        patient, reason = lane["patient_id"], lane["therapy_end_reason"]
        kinds = END_KINDS.get(reason, ("discontinuation",))
        is_told = any((patient, kind) in dated for kind in (*kinds, "discontinuation"))
        if reason in (None, "ongoing") or lane["last_cycle_day"] is None or is_told:
            continue
        ends.append(
            {
                "patient_id": patient,
                # On the cycle's own mark it could not be seen.
                "day": lane["last_cycle_day"] + DAYS_PER_MONTH / 2,
                "mark": mark_word(kinds[0]),
                "is_filled_in": False,
                "statement": f"IVIg ended: {reason}",
                "when": f"no day recorded; last cycle: {when_words(lane['last_cycle_day'], None)}",
                "source": "recorded",
            }
        )
    return ends


def undrawn(course: list[dict]) -> int:
    """How many side-effects and events have a shape but no day."""
    return sum(row["day"] is None and mark_word(row["kind"]) in EVENT_SHAPES for row in course)


@kept
def _form(palette: Palette, is_recorded: bool, color_by: str) -> dict:
    """All of the plot but its data: Altair takes a second to build it."""
    # By its key the browser moves each lane and mark that is there, instead of drawing it anew.
    lanes = alt.Chart(alt.NamedData("lanes")).encode(y=LANE, key="row:O")
    layers = [
        ticks_layer("ticks", palette, grid=False, tickCount=MAX_TICKS + 1),
        *_clickable_lanes(lanes, palette, FIELDS[color_by]),
        *_bars(lanes, palette),
        _text(lanes).encode(x=alt.value("width"), text="beyond:N"),
        _marks(palette, is_recorded),
    ]
    # A signal named height takes precedence over the number, which Vega-Lite needs for the scale.
    plot = alt.layer(*layers).properties(height=1)
    plot = dressed(plot, palette, title=QUESTION, description=DESCRIPTION)
    params = {"step": STEP, "height": f"step * {N_ROWS}", **time_params("ticks")}
    form = plot.add_params(
        *(alt.param(name=name, expr=expr) for name, expr in params.items())
    ).to_dict()
    # Vega-Lite takes a signal as the title of an axis, Altair doesn't know it.
    form["layer"][0]["encoding"]["x"]["axis"]["title"] = {"signal": AXIS_TITLE}
    return form


def _clickable_lanes(lanes: alt.Chart, palette: Palette, trait: str) -> list[alt.Chart]:
    """The ground of a lane with its label: it lights up, and a click opens the patient.

    The ground alone takes the pointer; what is drawn on it lets it through.
    """
    hover = alt.selection_point(
        name="hover", fields=["patient_id"], on="pointerover", clear="pointerout", empty=False
    )
    opened = alt.selection_point(name=OPEN_PATIENT, fields=["patient_id"], empty=False)
    ground = (
        lanes.mark_bar(
            cursor="pointer",
            color=palette.accent,
            height=alt.ExprRef("step"),
            tooltip=_tooltip(Patient="who", Treated="how_long", Source="source"),
            description=alt.ExprRef("datum.who + ', ' + datum.how_long"),
        )
        .encode(
            x=alt.value(LABEL_X),
            x2=alt.value("width"),
            opacity=alt.condition(hover, alt.value(0.16), alt.value(0)),
        )
        .add_params(hover, opened)
    )
    colors = color_scale(trait, palette) | {NOT_RECORDED: palette.text}
    # What a phone has no room for beside the patients, and no other legend explains.
    legend = alt.Legend(orient="bottom", symbolType="square", labelFontSize=11)
    edge = lanes.mark_bar(height=alt.ExprRef("step * 0.7"), aria=False).encode(
        x=alt.value(LABEL_X),
        x2=alt.value(EDGE_END),
        color=alt.Color(
            "value:N",
            scale=alt.Scale(domain=list(colors), range=list(colors.values())),
            legend=legend if trait == "response" else None,
        ),
    )
    label = _text(lanes, limit=alt.ExprRef(ID_WIDTH)).encode(
        x=alt.value(LABEL_X),
        text="patient_id:N",
        opacity=alt.condition("datum.individually_reported", alt.value(1), alt.value(0.75)),
    )
    words = _text(lanes, color=palette.muted_text, limit=DIAGNOSIS_WIDTH_PX).encode(
        x=alt.value(alt.ExprRef(f"{NARROW} ? 0 : -{DIAGNOSIS_WIDTH_PX + 8}")),
        text=alt.condition(NARROW, alt.value(""), "words:N"),
    )
    heading = _text(lanes, color=palette.text, fontWeight=600, dy=alt.ExprRef("-step")).encode(
        x=alt.value(LABEL_X), text="heading:N"
    )
    return [ground, edge, label, words, heading]


def _tooltip(**fields: str) -> alt.ExprRef:
    """A table of fields: Altair's own tooltip asks of every value whether it is a list."""
    rows = ", ".join(f"'{title}': datum.{field}" for title, field in fields.items())
    return alt.ExprRef(f"{{{rows}}}")


def _text(lanes: alt.Chart, **options: object) -> alt.Chart:
    return lanes.mark_text(
        align="left",
        baseline="middle",
        dx=5,
        fontSize=alt.ExprRef("min(12, step - 1)"),
        aria=False,
        **options,
    )


def _bars(lanes: alt.Chart, palette: Palette) -> list[alt.Chart]:
    """Therapy from first to last cycle, and where the last cycle lies over the versions.

    Solid as far as it is the same in all of them, dashed from there.
    """
    whisker = lanes.mark_rule(
        color=palette.muted_text, strokeWidth=1, opacity=0.8, invalid=None, aria=False
    ).encode(x="range_start:Q", x2="range_end:Q")
    # Not encoded: their scale would be that of the marks, and so would their legend.
    options = {"height": alt.ExprRef("step * 0.4"), "invalid": None, "aria": False}
    solid = lanes.mark_bar(fill=alt.ExprRef("datum.color"), opacity=0.45, **options).encode(
        x="bar_start:Q", x2="solid_end:Q"
    )
    is_open = "datum.bar_end > datum.solid_end || !datum.individually_reported"
    dashed = lanes.mark_bar(
        fill="transparent",
        stroke=alt.ExprRef("datum.color"),
        opacity=alt.ExprRef(f"{is_open} ? 0.7 : 0"),
        strokeDash=[3, 2],
        **options,
    ).encode(x="solid_end:Q", x2="bar_end:Q")
    return [whisker, dashed, solid]


def _marks(palette: Palette, is_recorded: bool) -> alt.Chart:
    """Cycles and events, with the one legend of the plot: every word, whoever is shown."""
    legend = alt.Legend(
        title=None,
        orient="top",
        columns=alt.ExprRef(LEGEND_COLUMNS),
        labelFontSize=11,
        symbolSize=70,
        symbolStrokeWidth=1.4,
        rowPadding=2,
        columnPadding=14,
        offset=4,
    )
    colors = _colors(palette)
    words = [word for word in colors if not (is_recorded and word in NOTE_SHAPES)]

    def scale(values: dict[str, str]) -> alt.Scale:
        return alt.Scale(domain=words, range=[values[word] for word in words])

    fill = alt.Fill("mark:N", legend=legend, scale=scale(colors | {FILLED_IN: palette.background}))
    return (
        alt.Chart(alt.NamedData("marks"))
        .mark_point(
            filled=True,
            cursor="pointer",
            size=alt.ExprRef("min(step * 4.5, 80)"),
            strokeWidth=1.3,
            opacity=1,
            invalid=None,
            tooltip=_tooltip(Patient="patient_id", What="statement", When="when", Source="source"),
            description=alt.ExprRef(
                "datum.patient_id + ': ' + datum.statement + ', ' + datum.when"
            ),
        )
        .encode(
            y=LANE,
            x="day:Q",
            key="number:O",
            fill=alt.condition("datum.is_filled_in", alt.value(palette.background), fill),
            stroke=alt.Stroke("mark:N", legend=legend, scale=scale(colors)),
            shape=alt.Shape("mark:N", legend=legend, scale=scale(SHAPES)),
        )
    )


def _colors(palette: Palette) -> dict[str, str]:
    """Colour of each word of the legend, in the legend's order."""
    cycles = dict(zip(CYCLE_WORDS.values(), palette.dose_tiers, strict=True))
    events = {word: event_color(word, palette) for word in EVENT_SHAPES}
    return {**cycles, **events, **dict.fromkeys(NOTE_SHAPES, palette.muted_text)}
