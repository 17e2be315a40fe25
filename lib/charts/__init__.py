"""Charts: DataFrame → Altair, pure. One module a family of charts, the look common to all here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lib.disclosure import chart_words
from lib.nature import nature_words
from lib.palette import Palette
from lib.registry.store import Manifest

if TYPE_CHECKING:
    import altair as alt

# The face Streamlit ships, so that a chart reads like the page around it.
FONT = '"Source Sans", sans-serif'
# A Vega expression: whether the page is a phone's.
NARROW = "windowSize()[0] < 700"


def dressed(
    chart: alt.LayerChart,
    palette: Palette,
    *,
    title: str,
    description: str,
    subtitle: Sequence[str] = (),
    if_versions: Sequence[str] | None = None,
    title_offset: int = 8,
) -> alt.LayerChart:
    """Give a chart its question as title, its alternative text, and the theme's colours.

    Its width is the column's; its height is that of the plot, whatever stands around it.

    Parameters
    ----------
    subtitle
        Lines that say what marks mean; `subtitled` writes them.
    if_versions
        The lines instead where the registry has versions: only there may a mark differ between
        them.
    title_offset
        Pixels between the title and the plot.
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
            "offset": title_offset,
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
        title={"text": title},
        usermeta={
            "subtitle": list(subtitle),
            "if_versions": list(subtitle if if_versions is None else if_versions),
        },
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


def subtitled_for(spec: Mapping, manifest: Manifest, k: int) -> dict:
    """A specification with the subtitle that says what the data of a registry are.

    Synthetic data are called so, and of a registry that is told with a threshold the steps are
    named, so that a saved picture says it, too.
    """
    nature = nature_words(manifest, k) if manifest.nature == "synthetic" else ""
    nature = chart_words(k) if k else nature
    return subtitled(spec, has_versions=manifest.imputations > 0, nature=nature)


def subtitled(spec: Mapping, *, has_versions: bool, nature: str = "") -> dict:
    """A specification with the subtitle that its registry asks for.

    Parameters
    ----------
    spec
        From a chart that was `dressed`.
    has_versions
        Whether the registry has versions, so that marks may differ between them.
    nature
        What kind of data it is, if whoever sees the picture alone would take it for another.
    """
    told = spec["usermeta"]["if_versions" if has_versions else "subtitle"]
    lines = [nature, *told] if nature else told
    subtitle = {"subtitle": lines} if lines else {}
    return {**spec, "title": spec["title"] | subtitle}
