"""A chart of two columns of a reader's own query."""

import math

import altair as alt
import pandas as pd

from lib.charts import dressed, filled
from lib.palette import Palette

MARKS = {"Bars": "bar", "Points": "point", "Line": "line"}
# More marks than these say nothing and slow the browser down.
MOST_MARKS = 5000
HEIGHT = 320


def own_chart(rows: pd.DataFrame, view: str, x: str, y: str, palette: Palette) -> dict:
    """Draw one column over another, the first ``MOST_MARKS`` rows of them.

    Parameters
    ----------
    rows
        The result; its columns are passed on under neutral names, since a column of a reader's
        query may be called anything.
    view
        Key of ``MARKS``.
    """
    shown = rows.head(MOST_MARKS)
    values = zip(_plain(shown[x]), _plain(shown[y]), strict=True)
    x_type, y_type = _type(shown[x]), _type(shown[y])
    shape = {"filled": True} if view == "Points" else {}
    mark = alt.MarkDef(type=MARKS[view], color=palette.accent, **shape)
    chart = alt.Chart(alt.NamedData("rows"), mark=mark).encode(
        x=alt.X("x", type=x_type, title=x, sort=None),
        y=alt.Y("y", type=y_type, title=y, sort=None),
        tooltip=[
            alt.Tooltip("x", type=x_type, title=x),
            alt.Tooltip("y", type=y_type, title=y),
        ],
    )
    sized = alt.layer(chart).properties(height=HEIGHT)
    form = dressed(sized, palette, title=f"{y} by {x}", description=f"{view}: {y} by {x}").to_dict()
    return filled(form, rows=[{"x": across, "y": up} for across, up in values])


def _type(column: pd.Series) -> str:
    return "quantitative" if _is_number(column) else "nominal"


def _is_number(column: pd.Series) -> bool:
    """Whether a column is measured; yes and no are words, though pandas counts them as numbers."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _plain(column: pd.Series) -> list[float | str | None]:
    """Values that Arrow takes: numbers, all else (a list, a date) as its text, or nothing."""
    if _is_number(column):
        numbers = column.astype("float64")
        return [number if math.isfinite(number) else None for number in numbers]
    return [
        None if is_missing else str(value)
        for value, is_missing in zip(column, column.isna(), strict=True)
    ]
