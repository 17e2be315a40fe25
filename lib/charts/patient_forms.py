"""The form of a patient's course: what Altair draws, without the data (see `patient`)."""

import altair as alt

from lib.charts import NARROW, dressed
from lib.charts.time_axis import MAX_TICKS, ticks_layer, with_time
from lib.palette import Palette

ROW_STEP = 26
# Of the words beside a mark.
SIGN_WIDTH_PX, LINE_HEIGHT_PX = 6.2, 13
# Names of rows stand in this room beside the plot, those of patients reach over it.
LABEL_WIDTH = f"({NARROW} ? 112 : 232)"
N_UNITS = "(length(data('rows')) ? data('rows')[0].n_units : 1)"
Y = alt.Scale(domain=alt.ExprRef(f"[{N_UNITS}, 0]"), nice=False, zero=False)
TOOLTIP = [
    alt.Tooltip("statement:N", title="What"),
    alt.Tooltip("when:N", title="When"),
    alt.Tooltip("source:N", title="Source"),
]
SCORE_TOOLTIP = [
    alt.Tooltip("statement:N", title="Score"),
    alt.Tooltip("when:N", title="When"),
    alt.Tooltip("source:N", title="Direction"),
]
QUESTION = "What happened, and when?"
DESCRIPTION = (
    "Course of one patient, or of several below each other, over time: a row for the IVIg cycles, "
    "each kind of event, each side-effect and each other drug, and a line for each clinical "
    "score. The table of statements on this page holds the same in words."
)


def courses(palette: Palette) -> dict:
    """Rows of marks and bars, and panels of lines, over one time axis."""
    rows, items, scores = (alt.Chart(alt.NamedData(name)) for name in ("rows", "items", "scores"))
    axis = {"grid": False, "tickCount": MAX_TICKS + 1, "labelSeparation": 6}
    layers = [
        ticks_layer("ticks", palette, **axis),
        *_names(rows, palette),
        *_panels(rows, palette),
        *_bars(items, palette),
        _points(items, palette),
        *_words(items, palette),
        *_scores(scores, palette),
    ]
    # A signal named height takes precedence over the number, which Vega-Lite needs for the scale.
    plot = alt.layer(*layers).properties(height=1)
    plot = dressed(plot, palette, title=QUESTION, description=DESCRIPTION)
    height = alt.param(name="height", expr=f"{ROW_STEP} * {N_UNITS}")
    return with_time(plot.add_params(height), "ticks").to_dict()


def _y(column: str) -> alt.Y:
    return alt.Y(f"{column}:Q", scale=Y, axis=None)


def _names(rows: alt.Chart, palette: Palette) -> list[alt.Chart]:
    """The name of each row beside it, and of each patient above the patient's rows."""
    beside = {"align": "right", "limit": alt.ExprRef(f"{LABEL_WIDTH} - 10"), "aria": False}
    others = rows.transform_filter("datum.kind != 'heading'")
    details = others.transform_filter("datum.detail != ''")
    headings = rows.transform_filter("datum.kind == 'heading'")
    left = alt.value(alt.ExprRef(f"-{LABEL_WIDTH}"))
    above = {"align": "left", "baseline": "middle", "limit": alt.ExprRef(f"width + {LABEL_WIDTH}")}
    return [
        others.mark_text(
            baseline="middle", dy=alt.ExprRef("datum.detail == '' ? 0 : -8"), **beside
        ).encode(x=alt.value(-8), y=_y("y"), text="label:N"),
        details.mark_text(
            baseline="middle", dy=8, fontSize=11, color=palette.muted_text, **beside
        ).encode(x=alt.value(-8), y=_y("y"), text="detail:N"),
        headings.mark_rule(color=palette.muted_text, aria=False).encode(
            x=left, x2=alt.value("width"), y=_y("top")
        ),
        headings.mark_text(dy=-9, fontWeight=600, **above).encode(
            x=left, y=_y("y"), text="label:N"
        ),
        headings.mark_text(dy=8, fontSize=12, color=palette.muted_text, **above).encode(
            x=left, y=_y("y"), text="detail:N"
        ),
    ]


def _panels(rows: alt.Chart, palette: Palette) -> list[alt.Chart]:
    """Both ends of an instrument's panel, with their numbers behind the plot."""
    panels = rows.transform_filter("datum.kind == 'panel'")
    layers = []
    for edge, number, inwards in (("top", "high", 6), ("bottom", "low", -6)):
        layers += [
            panels.mark_rule(color=palette.grid, aria=False).encode(
                x=alt.value(0), x2=alt.value("width"), y=_y(edge)
            ),
            panels.mark_text(
                align="left",
                baseline="middle",
                dy=inwards,
                fontSize=11,
                color=palette.muted_text,
                aria=False,
            ).encode(x=alt.value(alt.ExprRef("width + 4")), y=_y(edge), text=f"{number}:N"),
        ]
    return layers


def _bars(items: alt.Chart, palette: Palette) -> list[alt.Chart]:
    """The span of therapy, other drugs, and how far a day that is filled in goes."""
    spans = items.transform_filter("isValid(datum.bar_start)").encode(
        x="bar_start:Q", x2="bar_end:Q", y=_y("y")
    )
    therapy = spans.transform_filter("datum.kind == 'therapy'").mark_bar(
        height=7, color=palette.muted_text, opacity=0.35, aria=False
    )
    drugs = spans.transform_filter("datum.kind != 'therapy'").encode(tooltip=TOOLTIP)
    known = drugs.transform_filter("!datum.is_filled_in").mark_bar(
        height=12, color=palette.accent, opacity=0.75
    )
    filled_in = drugs.transform_filter("datum.is_filled_in").mark_bar(
        height=12, filled=False, stroke=palette.accent, strokeDash=[3, 2]
    )
    ranges = (
        items.transform_filter("isValid(datum.lowest)")
        .mark_rule(color=palette.muted_text, strokeDash=[2, 2], aria=False)
        .encode(x="lowest:Q", x2="highest:Q", y=_y("y"))
    )
    return [therapy, ranges, known, filled_in]


def _points(items: alt.Chart, palette: Palette) -> alt.Chart:
    """Cycles, events, and the one known end of a drug; hollow where anything is filled in."""
    color = alt.Fill("color:N", scale=None)
    return (
        items.transform_filter("isValid(datum.shape)")
        .mark_point(filled=True, size=95, strokeWidth=1.5, opacity=1)
        .encode(
            x="anchor:Q",
            y=_y("y"),
            shape=alt.Shape("shape:N", scale=None),
            stroke=alt.Stroke("color:N", scale=None),
            fill=alt.condition("datum.is_filled_in", alt.value(palette.background), color),
            tooltip=TOOLTIP,
        )
    )


def _words(items: alt.Chart, palette: Palette) -> list[alt.Chart]:
    """Words beside the only mark of a row, and above marks whose dose or grade is news."""
    start = "(isValid(datum.bar_start) ? datum.bar_start : datum.anchor)"
    end = "(isValid(datum.bar_end) ? datum.bar_end : datum.anchor)"
    # Vega measures no text before it is drawn: what the letters take at most.
    wide = f"(datum.n_signs * {SIGN_WIDTH_PX} + 14)"
    right = f"(datum.n_lines == 1 && scale('x', {end}) + {wide} < width)"
    left = f"(!{right} && datum.n_lines == 1 && scale('x', {start}) > {wide})"
    # Where neither side has room they stand above, as far to the left as it takes.
    over = f"max(0, min(scale('x', {start}), width - {wide}))"
    beside = (
        items.transform_filter(f"datum.is_worded && !({NARROW})")
        .mark_text(
            align=alt.ExprRef(f"{left} ? 'right' : 'left'"),
            dx=alt.ExprRef(f"{left} ? -10 : {right} ? 10 : 0"),
            dy=alt.ExprRef(
                f"{left} || {right} ? (isValid(datum.lowest) ? -8 : 0) : "
                f"-14 - {LINE_HEIGHT_PX} * (datum.n_lines - 1)"
            ),
            x=alt.ExprRef(f"{left} ? scale('x', {start}) : {right} ? scale('x', {end}) : {over}"),
            baseline="middle",
            lineBreak="\n",
            lineHeight=LINE_HEIGHT_PX,
            fontSize=12,
            limit=alt.ExprRef("width"),
            color=palette.muted_text,
        )
        .encode(y=_y("y"), text="words:N")
    )
    above = (
        items.transform_filter("datum.is_above")
        .mark_text(dy=-14, fontSize=11, baseline="middle", color=palette.muted_text)
        .encode(x="anchor:Q", y=_y("y"), text="label:N")
    )
    return [beside, above]


def _scores(scores: alt.Chart, palette: Palette) -> list[alt.Chart]:
    """A line for each patient and instrument, its first and last score in numbers."""
    placed = scores.encode(x="day:Q", y=_y("y"))
    return [
        placed.mark_line(color=palette.accent, strokeWidth=1.5, aria=False).encode(
            detail="series:N", order="day:Q"
        ),
        placed.mark_point(filled=True, size=45, opacity=1, color=palette.accent).encode(
            tooltip=SCORE_TOOLTIP
        ),
        placed.mark_text(dy=-10, fontSize=11).encode(text="label:N"),
    ]
