"""Charts: DataFrame → Altair, pure. One module a family of charts, the look common to all here."""

import altair as alt

from lib.palette import Palette

# The face Streamlit ships, so that a chart reads like the page around it.
FONT = '"Source Sans", sans-serif'


def dressed(
    chart: alt.LayerChart, palette: Palette, *, title: str | alt.Title, description: str
) -> alt.LayerChart:
    """Give a chart its question as title, its alternative text, and the theme's colours."""
    return (
        chart.properties(title=title, description=description)
        .configure(background="transparent", font=FONT)
        .configure_view(stroke=None)
        .configure_title(
            color=palette.text,
            fontSize=15,
            fontWeight=600,
            anchor="start",
            frame="bounds",
            offset=8,
            subtitleColor=palette.muted_text,
            subtitleFontSize=12,
        )
        .configure_axis(
            labelColor=palette.text,
            titleColor=palette.muted_text,
            gridColor=palette.grid,
            domainColor=palette.grid,
            tickColor=palette.grid,
            labelFontSize=13,
            titleFontSize=12,
            titleFontWeight=400,
        )
        .configure_legend(
            labelColor=palette.text, titleColor=palette.muted_text, labelFontSize=13, title=None
        )
        .configure_text(color=palette.text, fontSize=13)
    )
