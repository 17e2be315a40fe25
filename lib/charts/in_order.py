"""Rows of a chart in the order of its data, whatever the browser drew before."""

import altair as alt


def in_order(data: str, field: str) -> alt.Scale:
    """A scale whose values are those of a column of named data, all different, in their order.

    Left to itself Vega goes on with the order of what it drew first, when only the data change.
    """
    return alt.Scale(domain=alt.ExprRef(f"pluck(data('{data}'), '{field}')"))
