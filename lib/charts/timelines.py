"""The swimmer plot: one lane a patient, common origin at the first infusion."""

import altair as alt
import pandas as pd

from lib.charts import dressed
from lib.charts.time_axis import (
    DAYS_PER_MONTH,
    DAYS_PER_YEAR,
    TimeAxis,
    duration_words,
    linear_axis,
    root_axis,
)
from lib.figures import format_figure
from lib.palette import DIAGNOSIS_GROUPS, DOSE_TIERS, Palette

SORTS = ("duration", "dose", "diagnosis", "response")
# How much of the time axis is shown; the days of the longest course if not named here.
WINDOWS = {"first 2 years": 731, "all": None}
RESPONSES = ("response", "not evaluable", "no response")
OPEN_PATIENT = "open_patient"
QUESTION = "How long was each patient treated, and what happened?"

CYCLE = "M-.7,-.9H.7V.9H-.7Z"
DASHED = "M-1.6,0H-1M-.4,0H.4M1,0H1.6"
# Each mark of the legend with its shape; cycles come first, in the order of DOSE_TIERS.
CYCLE_WORDS = {tier: f"{tier} g/kg" for tier in DOSE_TIERS}
EVENT_SHAPES = {
    "side-effect": "triangle-up",
    "relapse": "cross",
    "progression": "M0,-1.1L.35,-.35L1.1,-.35L.5,.15L.7,1L0,.5L-.7,1L-.5,.15L-1.1,-.35L-.35,-.35Z",
    "improvement or remission": "circle",
    "discontinuation": "M-1,-1L1,1M-1,1L1,-1",
    "reimbursement refused": "diamond",
    "follow-up": "M0,-1.2V1.2",
    "therapy ongoing": "triangle-right",
}
EVENT_WORDS = {"improvement": "improvement or remission", "remission": "improvement or remission"}
ALARMING = ("side-effect", "relapse", "progression", "discontinuation")
DAY_FILLED_IN = "hollow: day filled in"
ONLY_COUNTED = "dashed: only in the aggregates"
LAST_CYCLE_RANGE = "line: last cycle, all versions"
NOTE_SHAPES = {DAY_FILLED_IN: CYCLE, ONLY_COUNTED: DASHED, LAST_CYCLE_RANGE: "M-1.7,0H1.7"}

LABEL_WIDTH_PX = 172
NARROW_WINDOW_PX = 700
NARROW = f"windowSize()[0] < {NARROW_WINDOW_PX}"
LABEL_X = alt.ExprRef(f"{NARROW} ? -50 : -{LABEL_WIDTH_PX}")


def swimmer(
    lanes: pd.DataFrame, course: pd.DataFrame, palette: Palette, *, sort: str, window: str
) -> alt.LayerChart:
    """Draw how long each patient was treated, with what dose, and what happened.

    Parameters
    ----------
    lanes
        Result of ``timelines/lanes``.
    course
        Result of ``timelines/course`` for these patients.
    sort
        One of ``SORTS``.
    window
        One of ``WINDOWS``. A course that goes on beyond it is cut off and says how long it is.
    """
    lanes = described(lanes).sort_values(SORT_KEYS[sort], kind="stable")
    marks = drawn_marks(lanes, course)
    time = time_axis(lanes, marks, window)
    lanes = lanes.assign(
        bar_end=lanes["last_cycle_day"].clip(upper=time.last),
        range_start=lanes["last_cycle_day_lowest"].clip(upper=time.last),
        range_end=lanes["last_cycle_day_highest"].clip(upper=time.last),
        beyond=_beyond(lanes, time),
    )
    step = lane_height(len(lanes))
    y = alt.Y("patient_id:N", sort=lanes["patient_id"].tolist(), axis=None)
    base = alt.Chart(lanes).encode(y=y)
    layers = [
        *_clickable_lanes(base, palette, step),
        *_bars(base, time, palette, step),
        _marks(marks[marks["day"].between(0, time.last)], notes(lanes, marks), y, time, palette, step),
        _text(base, step).encode(x=alt.value("width"), text="beyond:N"),
    ]
    chart = alt.layer(*layers).properties(
        height=alt.Step(step), autosize=alt.AutoSizeParams(type="fit-x", contains="padding")
    )
    return dressed(
        chart,
        palette,
        title=alt.Title(QUESTION, frame="bounds"),
        description=(
            f"Swimmer plot of {len(lanes)} patients. One lane a patient from the first infusion: a "
            "bar from the first to the last cycle, a mark for each cycle shaded by its dose, and "
            "shapes for side-effects, relapse, progression, improvement, the end of therapy and "
            "follow-up. The selection Open patient leads to the same courses as tables."
        ),
    )


def lane_height(n_lanes: int) -> float:
    """Height of a lane in pixels: 32 lanes fit a projector, few lanes don't look lost."""
    return min(max(440 / max(n_lanes, 1), 12.5), 24)


def time_axis(lanes: pd.DataFrame, marks: pd.DataFrame, window: str) -> TimeAxis:
    """The span that is drawn: the window, or less if nothing goes on for so long."""
    last = max(marks["day"].max(), lanes["last_cycle_day"].max(), DAYS_PER_MONTH)
    limit = WINDOWS[window]
    if limit is None and last > WINDOWS["first 2 years"]:
        return root_axis(last)
    return linear_axis(0, min(last, limit or last))


def described(lanes: pd.DataFrame) -> pd.DataFrame:
    """Add what a lane says of itself and the ranks by which lanes are sorted."""
    return lanes.assign(
        who=[_who(lane) for lane in lanes.itertuples()],
        how_long=[_how_long(lane) for lane in lanes.itertuples()],
        source=lanes["individually_reported"].map(
            {True: "individually reported", False: "only counted in the publication's aggregates"}
        ),
        by_duration=-lanes["last_cycle_day"].astype(float).fillna(-1),
        by_dose=-lanes["dose_g_per_kg"].fillna(0),
        by_diagnosis=lanes["diagnosis_group"].map(_ranks(DIAGNOSIS_GROUPS)),
        by_response=lanes["response"].map(_ranks(RESPONSES)),
    )


SORT_KEYS = {
    "duration": ["by_duration"],
    "dose": ["by_dose", "by_duration"],
    "diagnosis": ["by_diagnosis", "diagnosis", "by_duration"],
    "response": ["by_response", "by_duration"],
}


def drawn_marks(lanes: pd.DataFrame, course: pd.DataFrame) -> pd.DataFrame:
    """The rows of a course that have a day and a shape, and an arrow where therapy goes on."""
    is_drawn = course["day"].notna() & (
        course["dose_tier"].notna() | course["kind"].map(_word).isin(EVENT_SHAPES)
    )
    marks = course[is_drawn]
    ongoing = lanes[(lanes["therapy_end_reason"] == "ongoing") & lanes["last_cycle_day"].notna()]
    arrows = pd.DataFrame(
        {
            "patient_id": ongoing["patient_id"],
            "kind": "therapy ongoing",
            "statement": "therapy ongoing",
            # Beside the last cycle, not on it.
            "day": ongoing["last_cycle_day"].astype(float) + DAYS_PER_MONTH / 2,
        }
    )
    marks = pd.concat([marks, arrows], ignore_index=True)
    return marks.assign(
        day=marks["day"].astype(float),
        mark=marks["dose_tier"].map(CYCLE_WORDS).fillna(marks["kind"].map(_word)),
        is_filled_in=marks["day_status"] == "imputed",
        when=[_when(mark) for mark in marks.itertuples()],
        source=[_source(mark.status, mark.locator) for mark in marks.itertuples()],
    )


def notes(lanes: pd.DataFrame, marks: pd.DataFrame) -> list[str]:
    """What the legend has to say of the forms of lanes and marks in this cohort."""
    applies = {
        DAY_FILLED_IN: marks["is_filled_in"].any(),
        ONLY_COUNTED: not lanes["individually_reported"].all(),
        LAST_CYCLE_RANGE: (
            lanes["last_cycle_day_lowest"] < lanes["last_cycle_day_highest"]
        ).any(),
    }
    return [note for note, is_needed in applies.items() if is_needed]


def undrawn(course: pd.DataFrame) -> int:
    """How many side-effects and events have a shape but no day."""
    has_shape = course["kind"].map(_word).isin(EVENT_SHAPES)
    return int((has_shape & course["day"].isna()).sum())


def _clickable_lanes(base: alt.Chart, palette: Palette, step: float) -> list[alt.Chart]:
    """The ground of a lane, from its label to the right edge: it lights up, and opens the patient."""
    hover = alt.selection_point(
        name="hover", fields=["patient_id"], on="pointerover", clear="pointerout", empty=False
    )
    opened = alt.selection_point(name=OPEN_PATIENT, fields=["patient_id"], empty=False)
    tooltip = [
        alt.Tooltip("who:N", title="Patient"),
        alt.Tooltip("how_long:N", title="Treated"),
        alt.Tooltip("source:N", title="Source"),
    ]
    ground = (
        base.mark_bar(cursor="pointer", color=palette.accent, height=step)
        .encode(
            x=alt.value(LABEL_X),
            x2=alt.value("width"),
            opacity=alt.condition(hover, alt.value(0.16), alt.value(0)),
            tooltip=tooltip,
        )
        .add_params(hover, opened)
    )
    reported = alt.datum.individually_reported
    label = _text(base, step).encode(
        x=alt.value(LABEL_X),
        text="patient_id:N",
        color=alt.Color(
            "diagnosis_group:N",
            scale=alt.Scale(domain=list(DIAGNOSIS_GROUPS), range=list(palette.diagnosis_groups)),
            legend=None,
        ),
        opacity=alt.condition(reported, alt.value(1), alt.value(0.75)),
        tooltip=tooltip,
    )
    diagnosis = _text(base, step, color=palette.muted_text, limit=LABEL_WIDTH_PX - 58).encode(
        x=alt.value(-LABEL_WIDTH_PX + 48),
        text=alt.condition(NARROW, alt.value(""), "diagnosis:N"),
        tooltip=tooltip,
    )
    return [ground, label, diagnosis]


def _text(base: alt.Chart, step: float, **options: object) -> alt.Chart:
    return base.mark_text(
        align="left",
        baseline="middle",
        dx=5,
        fontSize=min(12, step - 1.5),
        cursor="pointer",
        **options,
    )


def _bars(base: alt.Chart, time: TimeAxis, palette: Palette, step: float) -> list[alt.Chart]:
    """Therapy from first to last cycle, and where the last cycle lies over the versions."""
    from_start = base.transform_calculate(bar_start="0")
    reported = from_start.transform_filter("datum.individually_reported").mark_bar(
        height=step * 0.4, color=palette.muted_text, opacity=0.45
    )
    counted = from_start.transform_filter("!datum.individually_reported").mark_bar(
        height=step * 0.4, filled=False, stroke=palette.muted_text, strokeDash=[3, 2], opacity=0.7
    )
    whisker = (
        base.transform_filter("datum.last_cycle_day_lowest < datum.last_cycle_day_highest")
        .mark_rule(color=palette.muted_text, strokeWidth=1, opacity=0.8)
        .encode(x=time.x("range_start:Q"), x2="range_end:Q")
    )
    bars = [bar.encode(x=time.x("bar_start:Q"), x2="bar_end:Q") for bar in (reported, counted)]
    return [whisker, *bars]


def _marks(
    marks: pd.DataFrame,
    notes: list[str],
    y: alt.Y,
    time: TimeAxis,
    palette: Palette,
    step: float,
) -> alt.Chart:
    colors = _legend_colors(palette)
    words = [word for word in colors if word in {*marks["mark"], *notes}]
    shapes = {**dict.fromkeys(CYCLE_WORDS.values(), CYCLE), **EVENT_SHAPES, **NOTE_SHAPES}
    legend = alt.Legend(
        title=None,
        orient="top",
        columns=alt.ExprRef(f"{NARROW} ? 2 : 4"),
        labelColor=palette.text,
        labelFontSize=11,
        symbolSize=70,
        symbolStrokeWidth=1.4,
        rowPadding=2,
        columnPadding=14,
        offset=4,
    )
    scale = alt.Scale(domain=words, range=[colors[word] for word in words])
    fill_range = [palette.background if word == DAY_FILLED_IN else colors[word] for word in words]
    return (
        alt.Chart(marks)
        .mark_point(filled=True, cursor="pointer", size=min(step * 4.5, 80), strokeWidth=1.3, opacity=1)
        .encode(
            y=y,
            x=time.x("day:Q"),
            fill=alt.condition(
                alt.datum.is_filled_in,
                alt.value(palette.background),
                alt.Fill("mark:N", scale=alt.Scale(domain=words, range=fill_range), legend=legend),
            ),
            stroke=alt.Stroke("mark:N", scale=scale, legend=legend),
            shape=alt.Shape(
                "mark:N",
                scale=alt.Scale(domain=words, range=[shapes[word] for word in words]),
                legend=legend,
            ),
            tooltip=[
                alt.Tooltip("patient_id:N", title="Patient"),
                alt.Tooltip("statement:N", title="What"),
                alt.Tooltip("when:N", title="When"),
                alt.Tooltip("source:N", title="Source"),
            ],
        )
    )


def _legend_colors(palette: Palette) -> dict[str, str]:
    """Colour of each word of the legend, in the legend's order."""
    cycles = dict(zip(CYCLE_WORDS.values(), palette.dose_tiers, strict=True))
    events = {
        word: palette.warning if word in ALARMING else palette.text for word in EVENT_SHAPES
    }
    return {**cycles, **events, **dict.fromkeys(NOTE_SHAPES, palette.muted_text)}


def _beyond(lanes: pd.DataFrame, time: TimeAxis) -> list[str]:
    return [
        f"… {days / DAYS_PER_YEAR:.1f} years" if days > time.last else ""
        for days in lanes["last_cycle_day"].astype(float)
    ]


def _word(kind: str) -> str:
    return EVENT_WORDS.get(kind, kind)


def _ranks(values: tuple[str, ...]) -> dict[str, int]:
    return {value: rank for rank, value in enumerate(values)}


def _who(lane: tuple) -> str:
    return f"{lane.patient_id}: {lane.diagnosis}"


def _how_long(lane: tuple) -> str:
    if pd.isna(lane.last_cycle_day):
        return "no cycle recorded"
    cycles = "1 cycle" if lane.n_cycles == 1 else f"{lane.n_cycles} cycles"
    days = format_figure(
        lane.last_cycle_day, lane.last_cycle_day_lowest, lane.last_cycle_day_highest, 0
    )
    return f"{cycles}, last one on day {days}"


def _when(mark: tuple) -> str:
    filled_in = " (filled in)" if mark.day_status == "imputed" else ""
    return f"day {mark.day:.0f}, {duration_words(mark.day)} after the first infusion{filled_in}"


def _source(status: object, locator: object) -> str:
    words = {
        "imputed": "filled in: differs, or could differ, between versions",
        "derived": "follows from what is reported",
    }
    said = words.get(status, status)
    return f"{said} ({locator})" if isinstance(locator, str) and status != "imputed" else str(said)
