"""Put a chart's specification on the page, its data as Arrow."""

import pyarrow as pa
import streamlit as st

from lib.charts import subtitled_for
from lib.ui.data import warehouse
from lib.ui.disclosure import threshold
from lib.ui.shown import show_chart


def draw_chart(spec: dict, *, version: int = 0, **options: object) -> object:
    """Draw a Vega-Lite specification whose data stand under ``datasets``.

    Streamlit would take each dataset through pandas first, which costs more than all the
    rest of the chart; Arrow it passes on as it is.

    Parameters
    ----------
    spec
        Specification; ``datasets`` maps names to rows, as dicts.
    version
        The version of the data that alone it shows; 0 if it shows no single one.
    **options
        Passed on to ``st.vega_lite_chart``.
    """
    spec = subtitled_for(spec, warehouse().manifest, threshold(warehouse()))
    show_chart(spec, version)
    datasets = {name: arrow_stream(rows) for name, rows in spec["datasets"].items()}
    return st.vega_lite_chart(spec=spec | {"datasets": datasets}, theme=None, **options)


def arrow_stream(rows: list[dict]) -> bytes:
    """Rows as an Arrow stream; columns are those of the first row.

    A text that occurs again is sent once, and read once by the browser.
    """
    table = pa.Table.from_pylist(rows)
    columns = [
        column.dictionary_encode() if pa.types.is_string(column.type) else column
        for column in table.columns
    ]
    table = pa.table(columns, names=table.column_names)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()
