"""What dots look like that are packed by `swarm`, one a patient or a side-effect."""

import altair as alt

from lib.palette import Palette

# Between two rows stays room, so that each is seen to be one.
HEIGHT = alt.YOffset("height:Q", scale=alt.Scale(domain=[-1.4, 1.4]))


def dots(rows: alt.Chart, said: str, palette: Palette) -> alt.Chart:
    """A dot for each row of the data, at its height.

    Parameters
    ----------
    said
        A Vega expression: a dot in words, for who hears the page.
    """
    return rows.mark_point(
        shape="circle",
        size=34,
        stroke=palette.muted_text,
        strokeWidth=1,
        opacity=1,
        description=alt.ExprRef(said),
    ).encode(yOffset=HEIGHT, fillOpacity=alt.FillOpacity("fill_opacity:Q", scale=None, legend=None))
