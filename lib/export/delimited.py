"""Rows as CSV: every row says what it is, numbers stay numbers, and no text is a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from lib.export.label import Label
from lib.figures import Step
from lib.report.content import Chart, Table
from lib.spreadsheet import FORMULA_STARTS
from lib.xml_text import plain

# Not imported to run: that takes longer than all the rest of the first page.
if TYPE_CHECKING:
    import pandas as pd

INTERNATIONAL = {"sep": ",", "decimal": "."}
# A German Excel splits columns at semicolons and takes 1.5 for the first of May.
GERMAN = {"sep": ";", "decimal": ","}
# A text that is a number and nothing else, as in a column that holds texts too.
NUMBER = re.compile(r"[+-]?\d+(?:(\.)\d+(?:[eE][+-]?\d+)?)?", re.ASCII)
# What would be a formula in a spreadsheet, and what `neutral` makes of it.
FORMULA = re.compile(rf"'*[{re.escape(''.join(FORMULA_STARTS))}]")
# Rows that place an axis, not a figure.
AIDS = ("ticks",)
LAYER = "layer"
ROW = "row"


def frame_csv(frame: pd.DataFrame, label: Label, dialect: Mapping[str, str]) -> bytes:
    """Write a result as CSV that says in every row what it is.

    A preamble would break every program that reads the file, so what it is are its last columns.
    The byte order mark tells Excel that the text is UTF-8. A cell that is a number takes the
    dialect's decimal sign, also where its column is text; a number among words, as in
    ``4.5 ⟨4–5⟩``, stays as it is shown. A text that a spreadsheet would take for a formula has an
    apostrophe before it.
    """
    labelled = frame.assign(**label.columns)
    as_written = partial(_cell, decimal=dialect["decimal"])
    for place, kind in enumerate(labelled.dtypes):
        # Columns of numbers are written as such; a yes or no is a word.
        if kind.kind not in "iuf":
            column = labelled.iloc[:, place].astype(object)
            labelled.isetitem(place, column.where(column.notna(), None).map(as_written))
    labelled.columns = [neutral(str(name)) for name in labelled.columns]
    return labelled.to_csv(index=False, lineterminator="\r\n", **dialect).encode("utf-8-sig")


def table_csv(table: Table, label: Label, dialect: Mapping[str, str]) -> bytes:
    """A table as it is printed; its title and what stands below it are columns, too."""
    import pandas as pd

    heads = [head or ROW for head in table.table.heads]
    frame = pd.DataFrame(table.table.rows, columns=unlike(heads), dtype=object)
    notes = {"table": table.title, "notes": " ".join(table.notes)}
    return frame_csv(frame.assign(**notes), label, dialect)


def chart_csv(chart: Chart, label: Label, dialect: Mapping[str, str]) -> bytes:
    """The rows behind a chart's marks."""
    return frame_csv(chart_frame(chart), label, dialect)


def chart_frame(chart: Chart) -> pd.DataFrame:
    """The rows behind a chart's marks as they are drawn; of several layers, under their names.

    A count of which only the step is told is the text of its step, as on the screen.
    """
    import pandas as pd

    layers = {
        name: [row for row in rows if any(row.values())]
        for name, rows in chart.spec["datasets"].items()
        if name not in AIDS
    }
    layers = {name: rows for name, rows in layers.items() if rows}
    rows = [
        ({LAYER: name} if len(layers) > 1 else {}) | {key: _told(each) for key, each in row.items()}
        for name, rows in layers.items()
        for row in rows
    ]
    return pd.DataFrame(rows, dtype=object)


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula; `original` gives it back."""
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def original(text: str) -> str:
    """What `neutral` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def unlike(names: Iterable[str]) -> list[str]:
    """The names, each of those that come again with its number behind it."""
    found: dict[str, int] = {}
    numbered = []
    for name in names:
        found[name] = found.get(name, 0) + 1
        numbered.append(name if found[name] == 1 else f"{name} ({found[name]})")
    return numbered


def _told(value: object) -> object:
    return str(value) if isinstance(value, Step) else value


def _cell(value: object, decimal: str) -> str | None:
    """A value of a column that holds more than numbers, as it is written."""
    if value is None:
        return None
    if isinstance(value, float):
        return repr(float(value)).replace(".", decimal)
    text = plain(str(value))
    return text.replace(".", decimal) if NUMBER.fullmatch(text) else neutral(text)
