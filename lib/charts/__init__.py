"""Charts: DataFrame → Altair, pure. One module a family of charts, the look common to all here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lib.palette import Palette

if TYPE_CHECKING:
    import altair as alt

# The face Streamlit ships, so that a chart reads like the page around it.
FONT = '"Source Sans", sans-serif'
# A Vega expression: whether the page is a phone's.
NARROW = "windowSize()[0] < 700"


def dressed(
    chart: alt.LayerChart, palette: Palette, *, title: str | alt.Title, description: str
) -> alt.LayerChart:
    """Give a chart its question as title, its alternative text, and the theme's colours.

    Its width is the column's; its height is that of the plot, whatever stands around it.
    """
    config = {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "title": {
            "color": palette.text,
            "fontSize": 15,
            "fontWeight": 600,
            "anchor": "start",
            "frame": "bounds",
            "offset": 8,
            "subtitleColor": palette.muted_text,
            "subtitleFontSize": 12,
        },
        "axis": {
            "labelColor": palette.text,
            "titleColor": palette.muted_text,
            "gridColor": palette.grid,
            "domainColor": palette.grid,
            "tickColor": palette.grid,
            "labelFontSize": 13,
            "titleFontSize": 12,
            "titleFontWeight": 400,
        },
        "legend": {
            "labelColor": palette.text,
            "titleColor": palette.muted_text,
            "labelFontSize": 13,
            "title": None,
        },
        "text": {"color": palette.text, "fontSize": 13},
    }
    # All at once: Altair copies the whole chart for each further call.
    return chart.properties(
        title=title,
        description=description,
        autosize={"type": "fit-x", "contains": "padding"},
        config=config,
    )


def filled(template: Mapping, **datasets: list[dict]) -> dict:
    """A specification with its named data filled in.

    Building a chart costs Altair tens of milliseconds, so one whose form never changes is
    built once, over ``alt.NamedData``, and only its data are exchanged.
    """
    return {**template, "datasets": datasets}
