"""The forms of the overview's charts: what Altair draws, without the data (see `overview`)."""

import altair as alt

from lib.charts import dressed
from lib.charts.overview import BRUSH, FILL_OPACITY, NOT_EVALUABLE, OUTCOMES, PICK, Bars
from lib.palette import Palette

# Whatever the number of rows, and of marks within one.
ROWS = alt.Step(25, **{"for": "position"})
HISTOGRAM_HEIGHT = 85
# The label behind the longest bar reaches into the right margin; all in pixels.
PADDING = {"right": 70, "bottom": 5}
IS_LONG = "length(datum.label) > 18"


def names(where: str = "true") -> alt.Axis:
    """An axis of names; where a Vega expression holds, long ones break at their last space."""
    breaks = f"{where} && {IS_LONG}"
    return alt.Axis(
        labelExpr=f"{breaks} ? split(replace(datum.label, / (?=[^ ]*$)/, '|'), '|') : datum.label",
        labelOffset=alt.condition(breaks, alt.value(-6), alt.value(0)),
        labelFontSize=12,
        labelLineHeight=12,
        labelLimit=alt.ExprRef(f"{where} ? 180 : 260"),
        ticks=False,
    )


# Two of these charts stand side by side: unbroken, the names of diagnoses would take half of them.
NAMES = names()
WHOLE_NUMBERS = alt.Axis(tickMinStep=1, tickCount=5)
# A label a decade: others would run together on a narrow picture.
DECADES = alt.Axis(tickMinStep=10, labelOverlap=True)
IF_OPEN = alt.condition(
    "datum.n_patients_highest > datum.n_patients_lowest", alt.value(1), alt.value(0)
)
OPEN_LOOK = {"fillOpacity": 0.25, "strokeDash": [3, 2]}
HOW_OPEN = "pale, dashed: in some versions only"


def bars(about: Bars, palette: Palette) -> dict:
    """Solid up to what all versions agree on, pale and dashed from there to the highest count."""
    scale = alt.Scale(domain=list(about.values), range=list(getattr(palette, about.colours)))
    # By its key the browser moves what is there, instead of drawing it anew.
    rows = alt.Chart(alt.NamedData("counts")).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=NAMES), key="value:N"
    )
    # Told once, by what takes the click.
    certain = rows.mark_bar(aria=False).encode(
        x=alt.X("n_patients_lowest:Q", title="Patients", axis=WHOLE_NUMBERS),
        color=alt.Color("value:N", scale=scale, legend=None),
    )
    spread = certain.mark_bar(**OPEN_LOOK, aria=False).encode(
        x2="n_patients_highest:Q",
        stroke=alt.Stroke("value:N", scale=scale, legend=None),
        strokeWidth=IF_OPEN,
    )
    texts = rows.mark_text(align="left", dx=5, aria=False).encode(
        x="n_patients_highest:Q", text="text:N"
    )
    # The whole row takes the click: a bar of one patient is too small to hit.
    targets = (
        rows.mark_bar(
            cursor="pointer",
            color="transparent",
            description=alt.ExprRef("datum.label + ': ' + datum.text"),
        )
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
        title=about.title,
        if_versions=[HOW_OPEN],
        description=about.description,
    )


def histogram(palette: Palette) -> dict:
    """Ages in decades: solid up to what all versions agree on, pale up to the highest count."""
    certain = (
        alt.Chart(alt.NamedData("counts"))
        .mark_bar(binSpacing=2, color=palette.accent)
        .encode(
            x=alt.X("start:Q", bin="binned", title="Age at first IVIg, years", axis=DECADES),
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
        title="How old were they at the first IVIg?",
        if_versions=[HOW_OPEN, "Patients move between decades: pale bars don't add up"],
        description="Histogram: patients of the cohort by age at the first IVIg, in decades.",
    )


OUTCOME_NAMES = list(OUTCOMES)
# Of a patient of whom it could not be judged: two lines, as SVG from -1 to 1.
CROSS = "M-1,-1L1,1M-1,1L1,-1"
OUTCOME_LEGEND = alt.Legend(orient="bottom")


def _outcome_colours(palette: Palette) -> alt.Scale:
    return alt.Scale(domain=OUTCOME_NAMES, range=[palette.accent, palette.warning])


def _outcome_place(x: str) -> dict:
    """Two rows for each group; places along them are in pixels."""
    return {
        "x": alt.X(f"{x}:Q", axis=None, scale=None),
        "y": alt.Y("value:N", sort=None, title=None, axis=NAMES),
        "yOffset": alt.YOffset("outcome:N", sort=OUTCOME_NAMES),
    }


def share_rows(by: str, palette: Palette) -> dict:
    """Two bars for each group, filled as far as the share goes, the figure behind."""
    legend_words = "filled: the share of the patients in whom it is recorded"
    rows = alt.Chart(alt.NamedData("rates")).encode(key="number:O")
    colours = alt.Color("outcome:N", scale=_outcome_colours(palette), legend=OUTCOME_LEGEND)
    everybody = rows.mark_bar(height=8, filled=False, strokeWidth=1, aria=False).encode(
        **_outcome_place("end"), x2=alt.value(0), color=colours
    )
    possible = rows.mark_bar(
        height=8, fillOpacity=FILL_OPACITY["in some versions"], aria=False
    ).encode(**_outcome_place("certain"), x2="possible:Q", color=colours)
    certain = rows.mark_bar(height=8, aria=False).encode(
        **_outcome_place("certain"), x2=alt.value(0), color=colours
    )
    texts = rows.mark_text(
        align="left",
        dx=10,
        fontSize=12,
        description=alt.ExprRef("datum.value + ', ' + datum.outcome + ': ' + datum.text"),
    ).encode(**_outcome_place("end"), text="text:N")
    return _form(
        alt.layer(texts, everybody, possible, certain),
        palette,
        ROWS,
        title="How did it go?",
        subtitle=[legend_words],
        if_versions=[legend_words, "pale: in some versions"],
        description=f"Bars: share who responded, and who had side-effects, by {by}.",
    )


def dot_rows(by: str, palette: Palette) -> dict:
    """Two rows of dots for each group, the figure behind the last dot."""
    legend_words = f"filled: yes · hollow: no · ×: {NOT_EVALUABLE}, counted in N"
    colours = _outcome_colours(palette)
    shapes = alt.Scale(domain=OUTCOME_NAMES, range=["circle", "diamond"])
    legend = OUTCOME_LEGEND
    place = _outcome_place("x")
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
    judged, neither = (
        f"datum.state {'==' if is_neither else '!='} '{NOT_EVALUABLE}'"
        for is_neither in (False, True)
    )
    crosses = (
        alt.Chart(alt.NamedData("dots"))
        .transform_filter(neither)
        .mark_point(shape=CROSS, size=45, strokeWidth=1.6, opacity=1, filled=False)
        .encode(**place, color=alt.Color("outcome:N", scale=colours, legend=None))
    )
    # The texts come first: they have a row for every group, and so fix the groups' order.
    return _form(
        alt.layer(texts, dots.transform_filter(judged), crosses),
        palette,
        ROWS,
        title="How did it go, patient by patient?",
        subtitle=[legend_words],
        if_versions=[legend_words, "pale: in some versions"],
        description=f"Rows of dots: who responded, and who had side-effects, by {by}.",
    )


def _form(
    chart: alt.LayerChart,
    palette: Palette,
    height: int | alt.Step,
    **words: object,
) -> dict:
    sized = chart.properties(height=height, padding=PADDING)
    return dressed(sized, palette, **words).to_dict()
