"""The form of the cumulative doses: what Altair draws, without the data (see `dose`)."""

import altair as alt

from lib.charts import dressed
from lib.charts.dose import COLUMN, Amount
from lib.charts.in_order import in_order
from lib.charts.swarm_forms import dots
from lib.dose_cost import THIN_SPACE
from lib.palette import DOSE_TIERS, Palette

# Three lines of text beside each row of dots.
ROWS = alt.Step(96, **{"for": "position"})
# Of a logarithmic axis the ticks at 1, 2 and 5 are labelled, in every power of ten, with
# thousands as `grouped` writes them.
ONE_TWO_FIVE = (
    "indexof('125', replace(datum.value, /[0.]/g, '')) < 0 ? '' "
    ": datum.value < 10000 ? datum.value "
    f": replace(format(datum.value, ','), /,/g, '{THIN_SPACE}')"
)
# A Vega expression: a dot in words.
SAID = "datum.patient_id + ': ' + datum.amount + ', cycles ' + datum.n_cycles"
LEGEND = "by usual dose per cycle"
ASIDE = f"dots beside each other: up to {COLUMN - 1:.0%} off their value"
NAMES = alt.Axis(
    labelExpr="split(datum.label, '|')",
    labelOffset=-12,
    labelLineHeight=15,
    labelFontSize=12,
    labelLimit=260,
    ticks=False,
)


def rows_of_dots(about: Amount, palette: Palette) -> dict:
    """A row of dots for each dose tier, its median as a line, and the median's range as a band."""
    colours = alt.Scale(domain=list(DOSE_TIERS), range=list(palette.dose_tiers))
    row = alt.Y("label:N", scale=in_order("medians", "label"), title=None, axis=NAMES)
    amount = {
        "title": about.axis,
        "scale": alt.Scale(type="log", nice=False, padding=12),
        "axis": alt.Axis(labelExpr=ONE_TWO_FIVE, labelSeparation=6),
    }
    # The label of a row says its median and the range of it.
    medians = alt.Chart(alt.NamedData("medians")).encode(y=row, key="dose_tier:N")
    ranges = medians.mark_bar(color=palette.text, opacity=0.13, height=82, aria=False).encode(
        x=alt.X("lowest:Q", **amount), x2="highest:Q"
    )
    # Below the dots, which it would hide, and longer than their highest column.
    lines = medians.mark_tick(color=palette.text, thickness=2, size=92, aria=False).encode(
        x=alt.X("median:Q", **amount)
    )
    patients = dots(alt.Chart(alt.NamedData("patients")), SAID, palette).encode(
        # By it the browser moves a dot that is there, instead of drawing another one.
        key="patient_id:N",
        x=alt.X("x:Q", **amount),
        y=row,
        fill=alt.Fill("dose_tier:N", scale=colours, legend=None),
        tooltip=[
            alt.Tooltip("patient_id:N", title="Patient"),
            alt.Tooltip("amount:N", title=about.axis.partition(" (")[0]),
            alt.Tooltip("n_cycles:Q", title="Cycles"),
        ],
    )
    return dressed(
        alt.layer(ranges, lines, patients).properties(height=ROWS),
        palette,
        title="How much was each patient given in all?",
        subtitle=[LEGEND, ASIDE],
        if_versions=[f"{LEGEND} · hollow: versions differ", ASIDE],
        description=(
            "Rows of dots: cumulative dose of each patient by the tier of the usual dose per "
            "cycle, on a logarithmic scale, with each tier's median."
        ),
    ).to_dict()
