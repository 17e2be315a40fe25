"""The form of the chart of two cohorts: what Altair draws, without the data (see `compare`)."""

import altair as alt

from lib.charts import dressed
from lib.charts.in_order import in_order
from lib.palette import Palette

ROWS = alt.Step(25)
# Both shares stand behind the plot, so far from its edge, in pixels.
SHARE_PLACES = {"a": 40, "b": 80}
# A dot at the plot's edge does not reach into its name.
NAMES = alt.Axis(ticks=False, labelLimit=190, labelPadding=9)
DOT = "dot: share in A less share in B"
INTERVALS = [DOT, "line: 95% interval · hollow dot: no interval"]
VERSIONS = [DOT, "pale band: range over the versions, no interval"]
# A Vega expression: a difference in words.
SAID = (
    "datum.label + ': A ' + datum.figure_a + ', B ' + datum.figure_b + ', A less B ' + datum.text"
)
STEPS = [DOT, "pale band: what the steps of the counts leave open, no interval"]


def differences(palette: Palette, imputed: bool, in_steps: bool) -> dict:
    """Dots around a line at no difference; both shares behind them."""
    # By its key the browser moves what is there, instead of drawing it anew.
    rows = alt.Chart(alt.NamedData("differences")).encode(
        y=alt.Y("label:N", scale=in_order("differences", "label"), title=None, axis=NAMES),
        key="label:N",
        tooltip=[
            alt.Tooltip("label:N", title="Characteristic"),
            alt.Tooltip("figure_a:N", title="A"),
            alt.Tooltip("figure_b:N", title="B"),
            alt.Tooltip("text:N", title="A less B, percentage points"),
        ],
    )
    points = alt.X(
        "estimate:Q",
        title="← more in B · percentage points · more in A →",
        scale=alt.Scale(zero=True, nice=True),
        axis=alt.Axis(tickCount=7),
    )
    none = (
        alt.Chart(alt.NamedData("heads"))
        .mark_rule(color=palette.muted_text, strokeDash=[3, 3])
        .encode(x=alt.datum(0))
    )
    if imputed or in_steps:
        spread = rows.mark_bar(
            height=12, color=palette.accent, fillOpacity=0.25, aria=False
        ).encode(x=alt.X("lowest:Q"), x2="highest:Q")
        is_filled = alt.value(1)
    else:
        spread = rows.mark_rule(strokeWidth=2.5, color=palette.accent, aria=False).encode(
            x=alt.X("lower:Q"), x2="upper:Q"
        )
        is_filled = alt.condition("datum.has_interval", alt.value(1), alt.value(0))
    # In the middle of what steps leave open is nobody's difference.
    is_known = "datum.lowest == datum.highest" if in_steps else "true"
    dots = rows.mark_point(
        size=90,
        color=palette.accent,
        fill=palette.accent,
        strokeWidth=2,
        opacity=alt.ExprRef(f"{is_known} ? 1 : 0"),
        description=alt.ExprRef(SAID),
    ).encode(x=points, fillOpacity=is_filled)
    shares = [
        layer
        for cohort, place in SHARE_PLACES.items()
        for layer in (
            rows.mark_text(align="right", dx=place, aria=False).encode(
                x=alt.value("width"), text=f"short_{cohort}:N"
            ),
            alt.Chart(alt.NamedData("heads"))
            .mark_text(align="right", dx=place, dy=-8, fontWeight=600)
            .encode(x=alt.value("width"), y=alt.value(0), text=f"{cohort}:N"),
        )
    ]
    return dressed(
        alt.layer(none, spread, dots, *shares).properties(height=ROWS),
        palette,
        title="How far do the shares differ?",
        subtitle=VERSIONS if imputed else STEPS if in_steps else INTERVALS,
        title_offset=18,
        description=(
            "Dots: for each characteristic, the share of cohort A that has it less that of cohort "
            "B, in percentage points; both shares stand behind."
        ),
    ).to_dict()
