"""The data dictionary: every table, column, unit and allowed value, from the schema itself."""

from functools import cache

from lib.registry.reference import read_reference
from lib.registry.schema import TABLES, Column
from lib.tables import TextTable

COLUMNS = ("Table", "Column", "Meaning", "Unit", "Allowed", "May be missing", "Type")


def dictionary() -> TextTable:
    """One row per column of the seven tables, in the order of the schema."""
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
    return TextTable(COLUMNS, rows)


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


@cache
def reference_lists() -> dict[str, TextTable]:
    """The hand-kept lists with their codes, by name; a code that was read nowhere is empty."""
    return {
        name: TextTable(
            tuple(table.column_names),
            [tuple(_text(value) for value in row.values()) for row in table.to_pylist()],
        )
        for name, table in read_reference().items()
    }


def matching(table: TextTable, words: str) -> TextTable:
    """The rows in which every one of the words occurs somewhere, in any case."""
    asked = words.lower().split()

    def has_all(row: tuple[str, ...]) -> bool:
        text = " ".join(row).lower()
        return all(word in text for word in asked)

    return table._replace(rows=[row for row in table.rows if has_all(row)])


def _text(value: str | float | None) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else value
