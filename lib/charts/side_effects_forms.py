"""The form of the strip of onsets: what Altair draws, without the data (see `side_effects`)."""

import altair as alt

from lib.charts import dressed
from lib.charts.side_effects import DOSES, Onset
from lib.charts.swarm_forms import HEIGHT, dots
from lib.palette import Palette

LEGEND = "shaded by dose at onset"
# A Vega expression: a dot in words.
SAID = "datum.patient_id + ': ' + datum.symptom + ', ' + datum.when + ', dose ' + datum.dose"
# Whatever the number of symptoms.
ROWS = alt.Step(30, **{"for": "position"})


def strip(about: Onset, palette: Palette) -> dict:
    """A row for each symptom, a dot for each side-effect, shaded by its dose."""
    colours = alt.Scale(domain=list(DOSES), range=[*palette.dose_tiers, palette.muted_text])
    place = {
        "y": alt.Y(
            "symptom:N",
            # Not in the order of the data, as the browser goes on with that of what it drew first.
            sort=alt.EncodingSortField("row", op="min"),
            title=None,
            axis=alt.Axis(ticks=False),
        ),
        "yOffset": HEIGHT,
    }
    legend = alt.Legend(orient="bottom", symbolStrokeColor=palette.muted_text, columns=3)
    # By its number the browser moves a dot that is there, instead of drawing another one.
    onsets = alt.Chart(alt.NamedData("onsets")).encode(key="number:O")
    # What a range says, its dot says too.
    ranges = onsets.mark_rule(color=palette.muted_text, aria=False).encode(
        **place,
        x=alt.X(
            "lowest:Q",
            title=about.axis,
            scale=alt.Scale(nice=False, padding=8),
            axis=alt.Axis(
                tickMinStep=1, grid=True, tickCount=7, labelOverlap=True, labelSeparation=6
            ),
        ),
        x2="highest:Q",
        opacity=alt.Opacity("rule_opacity:Q", scale=None, legend=None),
    )
    each = dots(onsets, SAID, palette).encode(
        **place,
        x="x:Q",
        fill=alt.Fill("dose:N", scale=colours, legend=legend),
        tooltip=[
            alt.Tooltip("symptom:N", title="Side-effect"),
            alt.Tooltip("patient_id:N", title="Patient"),
            alt.Tooltip("when:N", title="Onset"),
            alt.Tooltip("dose:N", title="Dose at onset"),
        ],
    )
    return dressed(
        alt.layer(ranges, each).properties(height=ROWS),
        palette,
        title="When did they begin?",
        subtitle=[LEGEND],
        if_versions=[f"{LEGEND} · hollow: versions differ"],
        description=(
            "Dot strip: one dot for each side-effect whose time of onset is recorded, by "
            "side-effect, shaded by the dose of the cycle in which it began."
        ),
    ).to_dict()
