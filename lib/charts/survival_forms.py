"""The form of Kaplan–Meier curves: what Altair draws, without the data (see `survival`)."""

import altair as alt

from lib.charts import dressed
from lib.charts.survival import HEIGHT
from lib.charts.time_axis import MAX_TICKS, position, ticks_layer, with_time
from lib.palette import Palette
from lib.stats import MIN_GROUP_SIZE
from lib.survival_curves import Outcome

PALE = 0.4
# So that four curves differ by more than their colours.
DASHES = [[1, 0], [7, 3], [2, 2], [9, 3, 2, 3]]


def curves(outcome: Outcome, palette: Palette) -> dict:
    """Curves with ticks and bands; below the axis a name and the numbers at risk for each.

    Where few are still at risk a single patient moves a curve far: there it is pale.
    """
    color = alt.Color("color:N", scale=None)
    dash = alt.StrokeDash(
        "place:O", scale=alt.Scale(domain=list(range(len(DASHES))), range=DASHES), legend=None
    )
    axis = {"title": f"Time since {outcome.since}", "grid": False, "tickCount": MAX_TICKS + 1}
    day = position("day:Q", **axis)
    height = alt.Y(
        "survival:Q",
        title=outcome.axis,
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1]),
    )
    steps = alt.Chart(alt.NamedData("steps")).encode(x=day, y=height, detail="group:N")
    band = steps.mark_area(interpolate="step-after", opacity=0.15).encode(
        y=alt.Y("lower:Q"), y2="upper:Q", fill=alt.Fill("color:N", scale=None)
    )
    line = steps.encode(color=color, strokeDash=dash)
    pale = line.mark_line(interpolate="step-after", strokeWidth=2, opacity=PALE)
    firm = line.transform_filter("!datum.is_of_few").mark_line(
        interpolate="step-after", strokeWidth=2
    )
    censored = (
        steps.transform_filter("datum.n_censored > 0")
        .mark_tick(orient="vertical", height=9, thickness=1.2)
        .encode(
            color=color,
            opacity=alt.condition("datum.is_of_few", alt.value(PALE), alt.value(1)),
            tooltip=[
                alt.Tooltip("group:N", title="Group"),
                alt.Tooltip("day:Q", title="Day"),
                alt.Tooltip("n_censored:Q", title="Censored"),
                alt.Tooltip("survival:Q", title=outcome.axis, format=".0%"),
            ],
        )
    )
    names = alt.Chart(alt.NamedData("names"))
    top = alt.value(alt.ExprRef("datum.top"))
    samples = names.mark_rule(strokeWidth=2.5).encode(
        x=alt.value(0), x2=alt.value(34), y=top, color=color, strokeDash=dash
    )
    labels = names.mark_text(align="left", baseline="middle", fontSize=12).encode(
        x=alt.value(42), y=top, text="name:N"
    )
    at_risk = (
        alt.Chart(alt.NamedData("at_risk"))
        .mark_text(baseline="middle", fontSize=12)
        .encode(x=day, y=top, text="n:Q")
    )
    grid = ticks_layer("ticks", palette, **axis)
    chart = alt.layer(grid, band, pale, firm, censored, samples, labels, at_risk)
    return dressed(
        with_time(chart.properties(height=HEIGHT), "ticks"),
        palette,
        title=outcome.title,
        subtitle=[
            f"tick: censored · pale line: fewer than {MIN_GROUP_SIZE} at risk",
            "below: patients at risk at each time",
        ],
        description=(
            f"Kaplan–Meier curves: share of patients {outcome.axis.lower()} over the time since "
            f"{outcome.since}, with the number of patients at risk below the axis."
        ),
    ).to_dict()
