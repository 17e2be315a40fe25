"""The form of the attrition's chart: what Altair draws, without the data (see `attrition`)."""

import altair as alt

from lib.charts import dressed
from lib.palette import Palette

STEP_HEIGHT = 46
BAR_HEIGHT = 16
# The words stand above their bar.
WORDS_UP = -18
# A Vega expression: a step in words.
SAID = "datum.words + ': ' + datum.text + (datum.taken ? ', ' + datum.taken : '')"
LEGEND = "dark: left · grey: taken by this criterion"


def steps(palette: Palette) -> dict:
    """A bar for whoever is left, its open part pale, in the outline of the step before."""
    rows = alt.Chart(alt.NamedData("steps")).encode(
        # By it the browser moves what is there, instead of drawing it anew.
        key="step:O",
        y=alt.Y("step:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0)),
        tooltip=[
            alt.Tooltip("words:N", title="Criterion"),
            alt.Tooltip("text:N", title="Patients"),
            alt.Tooltip("taken:N", title="By this criterion"),
        ],
    )
    bar = {"height": BAR_HEIGHT, "yOffset": 8, "orient": "horizontal"}
    patients = alt.X(
        "n_patients_lowest:Q",
        title="Patients",
        stack=None,
        axis=alt.Axis(tickMinStep=1, tickCount=5),
    )
    before = rows.mark_bar(**bar, color=palette.grid, aria=False).encode(
        x=alt.X("n_before:Q", stack=None)
    )
    left = rows.mark_bar(**bar, color=palette.accent, description=alt.ExprRef(SAID)).encode(
        x=patients
    )
    open_part = rows.mark_bar(**bar, color=palette.accent, fillOpacity=0.35, aria=False).encode(
        x=patients, x2="n_patients_highest:Q"
    )
    line = {
        "align": "left",
        "dy": WORDS_UP + 8,
        "baseline": "middle",
        "fontSize": 13,
        "aria": False,
    }
    words = rows.mark_text(**line, limit=alt.ExprRef("width - 110")).encode(
        x=alt.value(0), text="words:N"
    )
    numbers = rows.mark_text(**(line | {"align": "right"}), fontWeight=600).encode(
        x=alt.value("width"), text="text:N"
    )
    chart = alt.layer(before, left, open_part, words, numbers).properties(
        height=alt.Step(STEP_HEIGHT)
    )
    return dressed(
        chart,
        palette,
        title="Which criterion took how many?",
        subtitle=[LEGEND],
        if_versions=[LEGEND, "pale: in some versions only"],
        description="Bars: patients left after each criterion of the filter, one after another.",
    ).to_dict()
