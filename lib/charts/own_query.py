"""A chart of two columns of a reader's own query."""

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
    data = pd.DataFrame({"x": rows[x], "y": rows[y]}).head(MOST_MARKS)
    mark = alt.MarkDef(type=MARKS[view], color=palette.accent, filled=view == "Points" or None)
    chart = alt.Chart(alt.NamedData("rows"), mark=mark).encode(
        x=alt.X("x", type=_type(data["x"]), title=x, sort=None),
        y=alt.Y("y", type=_type(data["y"]), title=y, sort=None),
        tooltip=[alt.Tooltip("x", title=x), alt.Tooltip("y", title=y)],
    )
    sized = alt.layer(chart).properties(height=HEIGHT)
    form = dressed(sized, palette, title=f"{y} by {x}", description=f"{view}: {y} by {x}").to_dict()
    return filled(form, rows=_plain_rows(data))


def _type(column: pd.Series) -> str:
    return "quantitative" if pd.api.types.is_numeric_dtype(column) else "nominal"


def _plain_rows(data: pd.DataFrame) -> list[dict]:
    """Rows that Arrow takes: what is neither number nor text (a list, a date) as its text."""
    texts = data.select_dtypes(exclude="number").columns
    return data.assign(**{name: data[name].astype(str) for name in texts}).to_dict("records")
