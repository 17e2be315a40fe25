"""The charts of the overview: counts in the cohort, as pure functions of a query's result.

No form holds data (no count in a title, no domain): it is built once, and at a change of the
filter the browser moves the bars instead of drawing the chart anew.
"""

import math
from dataclasses import dataclass
from functools import cache

import altair as alt

from lib.charts import dressed, filled
from lib.figures import MISSING, format_figure
from lib.palette import DIAGNOSIS_GROUPS, DOSE_TIERS, Palette

PICK = "pick"
BRUSH = "brush"
# Whatever the number of rows, and of marks within one.
ROWS = alt.Step(25, **{"for": "position"})
HISTOGRAM_HEIGHT = 100
# The label behind the longest bar reaches into the right margin; all in pixels.
PADDING = {"right": 70, "bottom": 5}
# As many dots, this far apart, fit beside the names on a phone.
MOST_DOTS = 24
DOT_PITCH = 10
FILL_OPACITY = {"yes": 1, "in some versions": 0.35, "no": 0}
OUTCOMES = {
    "responded": ("n_responders", "n_response_known"),
    "side-effects": ("n_with_side_effects", "n_patients"),
}
# Long names of diagnoses break at their last space, or they would take half a phone.
IS_LONG = "length(datum.label) > 18"
NAMES = alt.Axis(
    labelExpr=f"{IS_LONG} ? split(replace(datum.label, / (?=[^ ]*$)/, '|'), '|') : datum.label",
    labelOffset=alt.condition(IS_LONG, alt.value(-6), alt.value(0)),
    labelFontSize=12,
    labelLineHeight=12,
    ticks=False,
)
WHOLE_NUMBERS = alt.Axis(tickMinStep=1, tickCount=5)
IF_OPEN = alt.condition(
    "datum.n_patients_highest > datum.n_patients_lowest", alt.value(1), alt.value(0)
)
OPEN_LOOK = {"fillOpacity": 0.25, "strokeDash": [3, 2]}
HOW_OPEN = "pale, dashed: in some versions only"


@dataclass(frozen=True)
class Bars:
    """What one chart of pickable bars asks, and the colours of its values."""

    title: str
    description: str
    values: tuple[str, ...]
    colours: str


BY_DIAGNOSIS = Bars(
    "Which diagnoses do they have?",
    "Bars: number of patients of the cohort in each diagnosis group.",
    DIAGNOSIS_GROUPS,
    "diagnosis_groups",
)
BY_DOSE = Bars(
    "Which dose did they usually get per cycle?",
    "Bars: number of patients of the cohort by usual IVIg dose per cycle.",
    DOSE_TIERS,
    "dose_tiers",
)


def patients_by_diagnosis(counts: list[dict], palette: Palette) -> dict:
    """Patients of each diagnosis group; a click picks the group.

    Parameters
    ----------
    counts
        Rows of ``overview/counts`` with field ``diagnosis_group``.
    """
    rows = [_with_text(row, label=row["value"]) for row in counts]
    return filled(_bars(BY_DIAGNOSIS, palette), counts=rows)


def patients_by_dose(counts: list[dict], palette: Palette) -> dict:
    """Patients by their usual dose per cycle; a click picks the dose.

    Parameters
    ----------
    counts
        Rows of ``overview/counts`` with field ``dose_tier``.
    """
    rows = [_with_text(row, label=f"{row['value']} g/kg") for row in counts]
    return filled(_bars(BY_DOSE, palette), counts=rows)


def ages(counts: list[dict], palette: Palette) -> dict:
    """Age at the first IVIg, in decades; a stretch drawn along the axis picks the ages.

    Parameters
    ----------
    counts
        Rows of ``overview/counts`` with field ``age_decade``.
    """
    rows = [_with_text(row, start=int(row["value"]), end=int(row["value"]) + 10) for row in counts]
    return filled(_histogram(palette), counts=rows)


def outcomes_by_diagnosis(counts: list[dict], palette: Palette) -> dict:
    """Response and side-effects in each diagnosis group: one dot a patient.

    In a registry with large groups a dot stands for several patients; the label behind the
    dots always counts patients.

    Parameters
    ----------
    counts
        Rows of ``overview/counts`` with field ``diagnosis_group``.
    """
    per_dot = max(1, math.ceil(max(row["n_patients_highest"] for row in counts) / MOST_DOTS))
    dots = _dots(counts, per_dot)
    return filled(_dot_rows(palette, per_dot=per_dot), rates=_rates(counts, dots), dots=dots)


def prepare_forms(palette: Palette) -> None:
    """Build every form that a registry of this size asks for first, before anybody waits for it."""
    _bars(BY_DIAGNOSIS, palette)
    _bars(BY_DOSE, palette)
    _histogram(palette)
    _dot_rows(palette, per_dot=1)


@cache
def _bars(bars: Bars, palette: Palette) -> dict:
    """Solid up to what all versions agree on, pale and dashed from there to the highest count."""
    scale = alt.Scale(domain=list(bars.values), range=list(getattr(palette, bars.colours)))
    rows = alt.Chart(alt.NamedData("counts")).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=NAMES)
    )
    certain = rows.mark_bar().encode(
        x=alt.X("n_patients_lowest:Q", title="Patients", axis=WHOLE_NUMBERS),
        color=alt.Color("value:N", scale=scale, legend=None),
    )
    spread = certain.mark_bar(**OPEN_LOOK).encode(
        x2="n_patients_highest:Q",
        stroke=alt.Stroke("value:N", scale=scale, legend=None),
        strokeWidth=IF_OPEN,
    )
    texts = rows.mark_text(align="left", dx=5).encode(x="n_patients_highest:Q", text="text:N")
    # The whole row takes the click: a bar of one patient is too small to hit.
    targets = (
        rows.mark_bar(cursor="pointer", color="transparent")
        .encode(
            x=alt.value(0),
            x2=alt.value("width"),
            tooltip=[alt.Tooltip("label:N", title="Show only"), alt.Tooltip("text:N", title="n")],
        )
        .add_params(alt.selection_point(PICK, fields=["value"], toggle="true", clear=False))
    )
    return _form(
        alt.layer(certain, spread, texts, targets),
        palette,
        ROWS,
        title=alt.Title(bars.title, subtitle=HOW_OPEN),
        description=bars.description,
    )


@cache
def _histogram(palette: Palette) -> dict:
    certain = (
        alt.Chart(alt.NamedData("counts"))
        .mark_bar(binSpacing=2, color=palette.accent)
        .encode(
            x=alt.X("start:Q", bin="binned", title="Age at first IVIg, years"),
            x2="end:Q",
            y=alt.Y("n_patients_lowest:Q", title="Patients", axis=WHOLE_NUMBERS),
        )
    )
    spread = certain.mark_bar(
        binSpacing=2, color=palette.accent, stroke=palette.accent, **OPEN_LOOK
    ).encode(
        y2="n_patients_highest:Q",
        strokeWidth=IF_OPEN,
        tooltip=[alt.Tooltip("value:N", title="Age from"), alt.Tooltip("text:N", title="n")],
    )
    stretch = alt.selection_interval(
        BRUSH,
        encodings=["x"],
        # A wheel scrolls the page.
        zoom=False,
        mark=alt.BrushConfig(fill=palette.text, fillOpacity=0.12, stroke=palette.text),
    )
    return _form(
        alt.layer(certain.add_params(stretch), spread),
        palette,
        HISTOGRAM_HEIGHT,
        title=alt.Title("How old were they at the first IVIg?", subtitle=HOW_OPEN),
        description="Histogram: patients of the cohort by age at the first IVIg, in decades.",
    )


@cache
def _dot_rows(palette: Palette, *, per_dot: int) -> dict:
    names = list(OUTCOMES)
    title = "How did it go, patient by patient?" if per_dot == 1 else "How did it go?"
    scale_note = "" if per_dot == 1 else f"a dot: up to {per_dot} patients · "
    colours = alt.Scale(domain=names, range=[palette.accent, palette.warning])
    shapes = alt.Scale(domain=names, range=["circle", "diamond"])
    legend = alt.Legend(orient="bottom")
    place = {
        "x": alt.X("x:Q", axis=None, scale=None),
        "y": alt.Y("value:N", sort=None, title=None, axis=NAMES),
        "yOffset": alt.YOffset("outcome:N", sort=names),
    }
    texts = (
        alt.Chart(alt.NamedData("rates"))
        .mark_text(align="left", dx=10, fontSize=12)
        .encode(**place, text="text:N")
    )
    dots = (
        alt.Chart(alt.NamedData("dots"))
        .mark_point(size=55, strokeWidth=1.2, opacity=1)
        .encode(
            **place,
            shape=alt.Shape("outcome:N", scale=shapes, legend=legend),
            color=alt.Color("outcome:N", scale=colours, legend=legend),
            fill=alt.Fill("outcome:N", scale=colours, legend=legend),
            fillOpacity=alt.FillOpacity("fill_opacity:Q", scale=None, legend=None),
        )
    )
    # The texts come first: they have a row for every group, and so fix the groups' order.
    return _form(
        alt.layer(texts, dots),
        palette,
        ROWS,
        title=alt.Title(
            title, subtitle=f"{scale_note}filled: yes · hollow: no · pale: in some versions"
        ),
        description="Rows of dots: who responded, and who had side-effects, by diagnosis group.",
    )


def _form(
    chart: alt.LayerChart,
    palette: Palette,
    height: int | alt.Step,
    *,
    title: alt.Title,
    description: str,
) -> dict:
    sized = chart.properties(height=height, padding=PADDING)
    return dressed(sized, palette, title=title, description=description).to_dict()


def _with_text(row: dict, **further: object) -> dict:
    return {**row, "text": _figure(row, "n_patients"), **further}


def _dots(counts: list[dict], per_dot: int) -> list[dict]:
    """One row per (diagnosis group, outcome, dot): where it is and what is known of it."""
    dots = []
    for row in counts:
        for outcome, (figure, total) in OUTCOMES.items():
            certain, possible, everybody = (
                math.ceil(row[name] / per_dot)
                for name in (f"{figure}_lowest", f"{figure}_highest", total)
            )
            n_open, n_not = possible - certain, max(everybody - possible, 0)
            states = ["yes"] * certain + ["in some versions"] * n_open + ["no"] * n_not
            dots += [
                {
                    "value": row["value"],
                    "outcome": outcome,
                    "x": DOT_PITCH * position,
                    "state": state,
                    "fill_opacity": FILL_OPACITY[state],
                }
                for position, state in enumerate(states, start=1)
            ]
    return dots


def _rates(counts: list[dict], dots: list[dict]) -> list[dict]:
    """One row per (diagnosis group, outcome): ``17/18``, and behind which dot it stands."""
    # The dots of a row come from left to right, so that the last one stays.
    last_dots = {(dot["value"], dot["outcome"]): dot["x"] for dot in dots}
    rates = []
    for row in counts:
        for outcome, (figure, total) in OUTCOMES.items():
            x = last_dots.get((row["value"], outcome), 0)
            text = f"{_figure(row, figure)}/{_figure(row, total)}" if x else MISSING
            rates.append({"value": row["value"], "outcome": outcome, "x": x, "text": text})
    return rates


def _figure(row: dict, name: str) -> str:
    return format_figure(row[name], row[f"{name}_lowest"], row[f"{name}_highest"], 0)
