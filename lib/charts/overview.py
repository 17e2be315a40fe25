"""The charts of the overview: counts in the cohort, as pure functions of a query's result.

No specification holds data (no count in a title, no domain): so the browser moves the bars
at a change of the filter instead of drawing the chart anew.
"""

import math

import altair as alt
import pandas as pd

from lib.charts import dressed
from lib.figures import format_figure
from lib.palette import DIAGNOSIS_GROUPS, DOSE_TIERS, Palette

PICK = "pick"
ROW_HEIGHT = 25
# The label behind the longest bar reaches into this margin; both in pixels.
LABEL_MARGIN = 70
MOST_DOTS = 40
YES, OPEN, NO = "yes", "open", "no"
OUTCOMES = {
    "responded": ("n_responders", "n_response_known"),
    "side-effects": ("n_with_side_effects", "n_patients"),
}
# Long names of diagnoses break at their last space, or they would take half a phone.
NAMES = alt.Axis(
    labelExpr="length(datum.label) > 18 ? split(replace(datum.label, / (?=[^ ]*$)/, '|'), '|')"
    " : datum.label",
    labelLineHeight=12,
    labelPadding=6,
    ticks=False,
)
IS_OPEN = "datum.n_patients_highest > datum.n_patients_lowest"
OPEN_LOOK = {"fillOpacity": 0.25, "strokeDash": [3, 2]}
HOW_OPEN = "pale, dashed: in some versions only"


def patients_by_diagnosis(counts: pd.DataFrame, palette: Palette) -> alt.LayerChart:
    """Patients of each diagnosis group; a click picks the group.

    Parameters
    ----------
    counts
        Rows of ``overview/counts`` with field ``diagnosis_group``.
    """
    chart = _pickable_bars(
        counts.assign(label=counts["value"]),
        alt.Scale(domain=list(DIAGNOSIS_GROUPS), range=list(palette.diagnosis_groups)),
        palette,
    )
    return dressed(
        chart,
        palette,
        title=alt.Title("Which diagnoses do they have?", subtitle=HOW_OPEN),
        description="Bars: number of patients of the cohort in each diagnosis group.",
    )


def patients_by_dose(counts: pd.DataFrame, palette: Palette) -> alt.LayerChart:
    """Patients by their usual dose per cycle; a click picks the dose.

    Parameters
    ----------
    counts
        Rows of ``overview/counts`` with field ``dose_tier``.
    """
    chart = _pickable_bars(
        counts.assign(label=counts["value"] + " g/kg"),
        alt.Scale(domain=list(DOSE_TIERS), range=list(palette.dose_tiers)),
        palette,
    )
    return dressed(
        chart,
        palette,
        title=alt.Title("Which dose did they usually get per cycle?", subtitle=HOW_OPEN),
        description="Bars: number of patients of the cohort by usual IVIg dose per cycle.",
    )


def ages(counts: pd.DataFrame, palette: Palette) -> alt.LayerChart:
    """Age at the first IVIg, in decades.

    Parameters
    ----------
    counts
        Rows of ``overview/counts`` with field ``age_decade``.
    """
    start = counts["value"].astype(int)
    rows = alt.Chart(_with_text(counts).assign(start=start, middle=start + 5, end=start + 10))
    bars = rows.mark_bar(binSpacing=2, color=palette.accent).encode(
        x=alt.X("start:Q", bin="binned", title="Age at first IVIg, years"),
        x2="end:Q",
        y=alt.Y("n_patients_lowest:Q", title="Patients", axis=alt.Axis(tickMinStep=1)),
    )
    spread = bars.mark_bar(
        binSpacing=2, color=palette.accent, stroke=palette.accent, **OPEN_LOOK
    ).encode(y2="n_patients_highest:Q", strokeWidth=_if_open())
    texts = rows.mark_text(dy=-8).encode(x="middle:Q", y="n_patients_highest:Q", text="text:N")
    return dressed(
        alt.layer(bars, spread, texts).properties(height=4 * ROW_HEIGHT),
        palette,
        title=alt.Title("How old were they at the first IVIg?", subtitle=HOW_OPEN),
        description="Histogram: patients of the cohort by age at the first IVIg, in decades.",
    )


def outcomes_by_diagnosis(counts: pd.DataFrame, palette: Palette) -> alt.LayerChart:
    """Response and side-effects in each diagnosis group: one dot a patient.

    In a registry with large groups a dot stands for several patients; the label behind the
    dots always counts patients.

    Parameters
    ----------
    counts
        Rows of ``overview/counts`` with field ``diagnosis_group``.
    """
    names = list(OUTCOMES)
    colours = alt.Scale(domain=names, range=[palette.accent, palette.warning])
    shapes = alt.Scale(domain=names, range=["circle", "diamond"])
    opacities = alt.Scale(domain=[YES, OPEN, NO], range=[1, 0.35, 0])
    legend = alt.Legend(orient="bottom")
    dots = (
        alt.Chart(_dots(counts))
        .mark_point(size=65, strokeWidth=1.2)
        .encode(
            x=alt.X("position:Q", axis=None),
            y=alt.Y("value:N", sort=None, title=None, axis=NAMES),
            yOffset=alt.YOffset("outcome:N", sort=names),
            shape=alt.Shape("outcome:N", scale=shapes, legend=legend),
            color=alt.Color("outcome:N", scale=colours, legend=legend),
            fill=alt.Fill("outcome:N", scale=colours, legend=legend),
            fillOpacity=alt.FillOpacity("state:O", scale=opacities, legend=None),
        )
    )
    texts = (
        alt.Chart(_rates(counts))
        .mark_text(align="left", dx=10, fontSize=12)
        .encode(
            x="position:Q",
            y=alt.Y("value:N", sort=None),
            yOffset=alt.YOffset("outcome:N", sort=names),
            text="text:N",
        )
    )
    return dressed(
        alt.layer(dots, texts).properties(
            height=ROW_HEIGHT * len(counts), padding={"right": LABEL_MARGIN}
        ),
        palette,
        title=alt.Title(
            "How did it go?", subtitle="filled: yes · hollow: no · pale: in some versions only"
        ),
        description="One dot a patient: who responded, and who had side-effects, by diagnosis.",
    )


def _pickable_bars(counts: pd.DataFrame, colours: alt.Scale, palette: Palette) -> alt.LayerChart:
    """Solid up to what all versions agree on, pale and dashed from there to the highest count."""
    rows = alt.Chart(_with_text(counts)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=NAMES)
    )
    colour = alt.Color("value:N", scale=colours, legend=None)
    bars = rows.mark_bar().encode(
        x=alt.X("n_patients_lowest:Q", title="Patients", axis=alt.Axis(tickMinStep=1)),
        color=colour,
    )
    spread = bars.mark_bar(**OPEN_LOOK).encode(
        x2="n_patients_highest:Q",
        stroke=alt.Stroke("value:N", scale=colours, legend=None),
        strokeWidth=_if_open(),
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
        .add_params(alt.selection_point(PICK, fields=["value"]))
    )
    return alt.layer(bars, spread, texts, targets).properties(
        height=ROW_HEIGHT * len(counts), padding={"right": LABEL_MARGIN}
    )


def _if_open() -> dict:
    return alt.condition(IS_OPEN, alt.value(1), alt.value(0))


def _with_text(counts: pd.DataFrame) -> pd.DataFrame:
    return counts.assign(text=[_figure(row, "n_patients") for _, row in counts.iterrows()])


def _dots(counts: pd.DataFrame) -> pd.DataFrame:
    """One row per (diagnosis group, outcome, dot): its position and what is known of it."""
    per_dot = max(1, math.ceil(counts["n_patients_highest"].max() / MOST_DOTS))
    dots = []
    for _, row in counts.iterrows():
        for outcome, (figure, total) in OUTCOMES.items():
            certain, possible, everybody = (
                math.ceil(row[name] / per_dot)
                for name in (f"{figure}_lowest", f"{figure}_highest", total)
            )
            for position in range(max(possible, everybody)):
                state = YES if position < certain else OPEN if position < possible else NO
                dots.append((row["value"], outcome, position, state))
    return pd.DataFrame(dots, columns=["value", "outcome", "position", "state"])


def _rates(counts: pd.DataFrame) -> pd.DataFrame:
    """One row per (diagnosis group, outcome): ``17/18``, and behind which dot it stands."""
    last_dots = _dots(counts).groupby(["value", "outcome"])["position"].max()
    rates = []
    for _, row in counts.iterrows():
        for outcome, (figure, total) in OUTCOMES.items():
            position = last_dots.get((row["value"], outcome), -1)
            text = f"{_figure(row, figure)}/{_figure(row, total)}" if position >= 0 else "–"
            rates.append((row["value"], outcome, position, text))
    return pd.DataFrame(rates, columns=["value", "outcome", "position", "text"])


def _figure(row: pd.Series, name: str) -> str:
    return format_figure(row[name], row[f"{name}_lowest"], row[f"{name}_highest"], 0)
