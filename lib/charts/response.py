"""Response: shares as dots with intervals, and scores over time; pure functions of rows.

No form holds data, so that a change of the filter only exchanges them.
"""

from functools import cache, lru_cache

import altair as alt

from lib.charts import NARROW, dressed, filled
from lib.charts.overview import NAMES, ROWS
from lib.charts.time_axis import DAYS_PER_MONTH, linear_axis, position
from lib.palette import Palette
from lib.stats import MIN_GROUP_SIZE

# The room for n/N and the interval beside the plot, in pixels.
TEXT_WIDTH = f"({NARROW} ? 82 : 210)"
POINT_PITCH = 11
RATES_TITLE = "Who responded?"
RATES_LEGEND = [
    f"dot and line: share with 95% interval · under {MIN_GROUP_SIZE}: a point each, hollow if not",
    "pale, dashed: differs between the versions",
]
RATES_DESCRIPTION = (
    "Dots: share of patients who responded in each group, with its 95% Wilson interval as a line "
    "and the counts beside it; groups of fewer than five patients as one point a patient."
)
# Lines end at this many scores; with the medians no more marks than 5,000 are drawn.
MOST_SCORES = 4_500
SCORES_HEIGHT = 290


def response_rates(groups: list[dict], palette: Palette) -> dict:
    """Share of responders in each group.

    Parameters
    ----------
    groups
        From ``lib.response.rates``.
    """
    return filled(_rates_form(palette), groups=groups, points=_points(groups))


def _points(groups: list[dict]) -> list[dict]:
    """Small groups patient by patient: responders to the right, one beside the other."""
    points = []
    for group in groups:
        if group["drawn_as"] != "points":
            continue
        n_not = group["n_judged"] - group["n_responders"]
        for x, number, direction in ((1, group["n_responders"], -1), (0, n_not, 1)):
            points += [
                {
                    "label": group["label"],
                    "counts": group["counts"],
                    "x": x,
                    "shift": direction * POINT_PITCH * place,
                    "responded": x == 1,
                }
                for place in range(number)
            ]
    return points or [{"label": None, "counts": "", "x": None, "shift": 0, "responded": False}]


@cache
def _rates_form(palette: Palette) -> dict:
    scale = alt.Scale(domain=[0, 1], range=[8, alt.ExprRef(f"width - {TEXT_WIDTH}")], nice=False)
    axis = alt.Axis(
        format="%", values=[0, 0.25, 0.5, 0.75, 1], domain=False, title="Patients who responded"
    )
    tooltip = [
        alt.Tooltip("label:N", title="Group"),
        alt.Tooltip("text:N", title="n/N, 95% interval"),
        alt.Tooltip("not_evaluable:N", title="Not evaluable, in N"),
        alt.Tooltip("unknown:N", title="Response not recorded"),
    ]

    def at(column: str) -> alt.X:
        return alt.X(f"{column}:Q", scale=scale, axis=axis)

    groups = alt.Chart(alt.NamedData("groups")).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=NAMES)
    )
    # The texts come first: they have a row for every group, and so fix the groups' order.
    texts = groups.mark_text(align="left").encode(
        x=alt.value(alt.ExprRef(f"width - {TEXT_WIDTH} + 16")),
        text=alt.condition(NARROW, "counts:N", "text:N"),
    )
    intervals = (
        groups.transform_filter("datum.drawn_as == 'share'")
        .mark_rule(strokeWidth=2.5, color=palette.accent)
        .encode(x=at("lower"), x2="upper:Q", tooltip=tooltip)
    )
    shares = (
        groups.transform_filter("datum.drawn_as == 'share'")
        .mark_point(filled=True, size=110, opacity=1, color=palette.accent)
        .encode(x=at("rate"), tooltip=tooltip)
    )
    versions = (
        groups.transform_filter("datum.drawn_as == 'range'")
        .mark_bar(
            height=11,
            color=palette.accent,
            stroke=palette.accent,
            fillOpacity=0.25,
            strokeDash=[3, 2],
        )
        .encode(x=at("rate_lowest"), x2="rate_highest:Q", tooltip=tooltip)
    )
    patients = (
        alt.Chart(alt.NamedData("points"))
        .transform_filter("isValid(datum.x)")
        .mark_point(
            size=55,
            strokeWidth=1.4,
            opacity=1,
            xOffset=alt.ExprRef("datum.shift"),
            stroke=palette.accent,
        )
        .encode(
            x=at("x"),
            y="label:N",
            fill=alt.condition(
                "datum.responded", alt.value(palette.accent), alt.value("transparent")
            ),
            tooltip=[alt.Tooltip("label:N", title="Group"), alt.Tooltip("counts:N", title="n/N")],
        )
    )
    chart = alt.layer(texts, versions, intervals, shares, patients).properties(height=ROWS)
    title = alt.Title(RATES_TITLE, subtitle=RATES_LEGEND)
    return dressed(chart, palette, title=title, description=RATES_DESCRIPTION).to_dict()


def score_courses(
    scores: list[dict], medians: list[dict], instrument: dict, palette: Palette
) -> dict:
    """The scores of one instrument over time: a thin line a patient, and the cohort's median.

    Parameters
    ----------
    scores
        Rows of ``response/trajectories``.
    medians
        Rows of ``response/score_medians``; of quarters with enough patients a median is drawn.
    instrument
        A row of ``response/responders``: its name, range and direction.
    """
    days = [row["day"] for row in (*scores, *medians)]
    form = _scores_form(
        instrument["instrument"],
        f"{instrument['minimum']:g}–{instrument['maximum']:g}, {instrument['direction']}",
        palette,
    )
    time = linear_axis(min(0, *days), max(DAYS_PER_MONTH, *days))
    drawn = [row for row in medians if row["n_patients_lowest"] >= MIN_GROUP_SIZE]
    return filled(
        form | {"params": [*form.get("params", []), *time.params]},
        scores=scores or [dict.fromkeys(("patient_id", "day", "score", "n_of_patient"))],
        medians=[row | {"n": f"n={row['n_patients']}"} for row in drawn]
        or [{"day": None, "median_score": None, "n": ""}],
    )


@lru_cache(maxsize=64)
def _scores_form(instrument: str, values: str, palette: Palette) -> dict:
    height = alt.Y("score:Q", title=f"{instrument} ({values})")
    tooltip = [
        alt.Tooltip("patient_id:N", title="Patient"),
        alt.Tooltip("day:Q", title="Day"),
        alt.Tooltip("score:Q", title=instrument),
    ]
    scores = alt.Chart(alt.NamedData("scores")).encode(x=position("day:Q"), y=height)
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
        .encode(x=position("day:Q"), y="median_score:Q")
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
        dy=-14, fontSize=11, color=palette.text
    )
    chart = alt.layer(lines, single, line, points, counts.encode(text="n:N"))
    return dressed(
        chart.properties(height=SCORES_HEIGHT),
        palette,
        title=alt.Title(
            f"How did {instrument} go on?",
            subtitle="thin: one patient · thick: median of those scored around that time",
        ),
        description=(
            f"Lines: {instrument} of single patients since the first infusion, and the median of "
            "the patients scored around every third month, with how many they were."
        ),
    ).to_dict()
