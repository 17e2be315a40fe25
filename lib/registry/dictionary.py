"""The data dictionary: every table, column, unit and allowed value, from the schema itself."""

import pandas as pd

from lib.registry.reference import read_reference
from lib.registry.schema import TABLES, Column

# What the reader sees of a column, in this order.
COLUMNS = ("Table", "Column", "Meaning", "Unit", "Allowed", "May be missing", "Type")


def dictionary() -> pd.DataFrame:
    """One row per column of the seven tables, in the order of the schema.

    Returns
    -------
    DataFrame
        ``COLUMNS``, all of them texts.
    """
    rows = [
        (
            table.name,
            column.name,
            column.description,
            column.unit,
            allowed_words(column),
            "yes" if column.nullable else "no",
            column.type,
        )
        for table in TABLES.values()
        for column in table.columns
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def allowed_words(column: Column) -> str:
    """What a column may hold, in words: its values, its list, or its range."""
    if column.values:
        return ", ".join(column.values)
    if column.vocabulary:
        return f"one of the list “{column.vocabulary}”"
    lower, upper = (None if end is None else f"{end:g}" for end in (column.lower, column.upper))
    if lower and upper:
        return f"{lower} to {upper}"
    if lower:
        return f"{lower} or more"
    return f"at most {upper}" if upper else ""


def reference_lists() -> dict[str, pd.DataFrame]:
    """The hand-kept lists with their codes, by name; a code that was read nowhere is empty."""
    return {
        name: pd.DataFrame(
            [[_text(value) for value in row.values()] for row in table.to_pylist()],
            columns=table.column_names,
        )
        for name, table in read_reference().items()
    }


def matching(rows: pd.DataFrame, words: str) -> pd.DataFrame:
    """The rows in which every one of the words occurs somewhere, in any case."""
    text = rows.agg(" ".join, axis="columns").str.lower()
    kept = pd.Series(True, index=rows.index)
    for word in words.lower().split():
        kept &= text.str.contains(word, regex=False)
    return rows[kept]


def _text(value: str | float | None) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else value
