"""The forms of the charts of response: what Altair draws, without the data (see `response`)."""

import altair as alt

from lib.charts import NARROW, dressed
from lib.charts.in_order import in_order
from lib.charts.overview_forms import CROSS, OPEN_LOOK, ROWS, names
from lib.charts.time_axis import MAX_TICKS, position, ticks_layer, with_time
from lib.palette import Palette
from lib.stats import MIN_GROUP_SIZE

# The room for n/N and the interval beside the plot, in pixels.
TEXT_WIDTH = f"({NARROW} ? 82 : 195)"
# A Vega expression: a group in words.
SAID = "datum.label + ': ' + datum.counts + (datum.percent ? ', ' + datum.percent : '')"
RATES_TITLE = "Who responded?"
RATES_LEGEND = [
    "dot, line: share, 95% Wilson interval",
    f"under {MIN_GROUP_SIZE} patients: one point each",
    "hollow: no response, ×: not evaluable",
]
VERSIONS = "pale, dashed: range over the versions, no interval"
RATES_DESCRIPTION = (
    "Dots: share of patients who responded in each group, with its 95% Wilson interval as a line "
    "and the counts beside it; groups of fewer than five patients as one point a patient."
)
SCORES_HEIGHT = 260


def rates(palette: Palette, *, is_shared: bool) -> dict:
    """A row a group: dot and line, or points, or a pale bar; the counts beside the plot.

    Of a registry that is shared outside there are bars alone, and the legend is silent on the rest.
    """
    legend = [] if is_shared else RATES_LEGEND
    scale = alt.Scale(domain=[0, 1], range=[8, alt.ExprRef(f"width - {TEXT_WIDTH}")], nice=False)
    axis = alt.Axis(
        format="%",
        values=[0, 0.25, 0.5, 0.75, 1],
        domain=False,
        labelFlush=False,
        title="Patients who responded",
    )
    tooltip = [
        alt.Tooltip("label:N", title="Group"),
        alt.Tooltip("counts:N", title="n/N"),
        alt.Tooltip("percent:N", title="Share, 95% interval"),
        alt.Tooltip("not_evaluable:N", title="Not evaluable, in N"),
        alt.Tooltip("unknown:N", title="Response not recorded"),
    ]

    def at(column: str) -> alt.X:
        return alt.X(f"{column}:Q", scale=scale, axis=axis)

    rows = alt.Y("label:N", scale=in_order("groups", "label"), title=None, axis=names(NARROW))
    # By it the browser moves what is there, instead of drawing it anew.
    groups = alt.Chart(alt.NamedData("groups")).encode(y=rows, key="label:N")
    # Each row has its counts, whatever else is drawn of it: these say it to who hears the page.
    counts, percents = (
        groups.mark_text(align="left", **said).encode(
            x=alt.value(alt.ExprRef(f"width - {TEXT_WIDTH} + {left}")), text=f"{column}:N"
        )
        for column, left, said in (
            ("counts", 16, {"description": alt.ExprRef(SAID)}),
            ("percent", 84, {"aria": False}),
        )
    )
    intervals = (
        groups.transform_filter("datum.drawn_as == 'share'")
        .mark_rule(strokeWidth=2.5, color=palette.accent, aria=False)
        .encode(x=at("lower"), x2="upper:Q", tooltip=tooltip)
    )
    shares = (
        groups.transform_filter("datum.drawn_as == 'share'")
        .mark_point(filled=True, size=110, opacity=1, color=palette.accent, aria=False)
        .encode(x=at("rate"), tooltip=tooltip)
    )
    versions = (
        groups.transform_filter("datum.drawn_as == 'range'")
        .mark_bar(
            height=11,
            color=palette.accent,
            stroke=palette.accent,
            aria=False,
            **OPEN_LOOK,
        )
        .encode(x=at("rate_lowest"), x2="rate_highest:Q", tooltip=tooltip)
    )
    points = alt.Chart(alt.NamedData("points"))
    patients = (
        points.transform_filter("isValid(datum.x) && !datum.is_not_evaluable")
        .mark_point(
            size=55,
            strokeWidth=1.4,
            opacity=1,
            xOffset=alt.ExprRef("datum.shift"),
            stroke=palette.accent,
            aria=False,
        )
        .encode(
            x=at("x"),
            y=rows,
            fill=alt.condition(
                "datum.responded", alt.value(palette.accent), alt.value("transparent")
            ),
            tooltip=[alt.Tooltip("label:N", title="Group"), alt.Tooltip("counts:N", title="n/N")],
        )
    )
    not_evaluable = (
        points.transform_filter("isValid(datum.x) && datum.is_not_evaluable")
        .mark_point(
            shape=CROSS,
            size=45,
            strokeWidth=1.6,
            opacity=1,
            xOffset=alt.ExprRef("datum.shift"),
            color=palette.accent,
            aria=False,
        )
        .encode(x=at("x"), y=rows, tooltip=tooltip[:2])
    )
    percents = percents.transform_filter(f"!({NARROW})")
    chart = alt.layer(
        counts, percents, versions, intervals, shares, patients, not_evaluable
    ).properties(height=ROWS)
    return dressed(
        chart,
        palette,
        title=RATES_TITLE,
        subtitle=legend,
        if_versions=[*legend, VERSIONS],
        description=RATES_DESCRIPTION,
    ).to_dict()


def scores(instrument: str, values: str, palette: Palette) -> dict:
    """A thin line a patient, and a thick one for the median."""
    height = alt.Y("score:Q", title=f"{instrument} ({values})")
    tooltip = [
        alt.Tooltip("patient_id:N", title="Patient"),
        alt.Tooltip("day:Q", title="Day"),
        alt.Tooltip("score:Q", title=instrument),
    ]
    axis = {"grid": False, "tickCount": MAX_TICKS + 1}
    day = position("day:Q", **axis)
    scores = alt.Chart(alt.NamedData("scores")).encode(x=day, y=height)
    lines = scores.mark_line(strokeWidth=1, opacity=0.28, color=palette.muted_text).encode(
        detail="patient_id:N", tooltip=tooltip
    )
    single = (
        scores.transform_filter("datum.n_of_patient == 1")
        .mark_point(filled=True, size=14, opacity=0.35, color=palette.muted_text)
        .encode(tooltip=tooltip)
    )
    medians = (
        alt.Chart(alt.NamedData("medians"))
        .transform_filter("isValid(datum.day)")
        .encode(x=day, y="median_score:Q")
    )
    line = medians.mark_line(strokeWidth=3, color=palette.accent)
    points = medians.mark_point(filled=True, size=80, opacity=1, color=palette.accent).encode(
        tooltip=[
            alt.Tooltip("median_score:Q", title="Median"),
            alt.Tooltip("n_patients:Q", title="Patients scored"),
        ]
    )
    # On a phone every other count, or they would run into each other.
    counts = medians.transform_filter(f"!({NARROW}) || datum.quarter % 2 == 0").mark_text(
        align=alt.ExprRef("datum.quarter == 0 ? 'left' : 'center'"),
        dx=alt.ExprRef("datum.quarter == 0 ? 5 : 0"),
        dy=-14,
        fontSize=11,
        color=palette.text,
    )
    grid = ticks_layer("ticks", palette, **axis)
    chart = alt.layer(grid, lines, single, line, points, counts.encode(text="n:N"))
    return dressed(
        with_time(chart.properties(height=SCORES_HEIGHT), "ticks"),
        palette,
        title=f"How did {instrument} go on?",
        subtitle=["thin: one patient · thick: median around that time"],
        description=(
            f"Lines: {instrument} of single patients since the first infusion, and the median of "
            "the patients scored around every third month, with how many they were."
        ),
    ).to_dict()
