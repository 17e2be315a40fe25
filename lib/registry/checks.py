"""Hold tables to the data contract of ``lib/registry/schema.py``, when they are written and read.

What breaks it is said by table, column, rule and number of rows: never by a patient's value.
"""

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from lib.errors import RegistryError
from lib.registry.schema import TABLES, TYPES, Column, Table

INFINITE = float("inf")


def to_arrow(table: Table, rows: list[dict]) -> pa.Table:
    """Rows, as dicts of column → value, in the types of the schema.

    Raises
    ------
    RegistryError
        If a value is not of its column's type.
    """
    columns, problems = [], []
    for column in table.columns:
        values = [row.get(column.name) for row in rows]
        try:
            columns.append(pa.array(values, TYPES[column.type]))
        except (pa.ArrowException, OverflowError):
            n_rows = sum(not _has_type(value, column) for value in values)
            problems.append(_problem(table, column.name, f"no {column.type}", n_rows))
    _refuse(problems)
    return pa.Table.from_arrays(columns, schema=table.arrow_schema)


def check_tables(tables: Mapping[str, pa.Table], reference: Mapping[str, pa.Table]) -> None:
    """Check the tables of a registry: columns, required and allowed values, ranges, keys.

    Parameters
    ----------
    tables
        Every table of the schema by name.
    reference
        The reference tables by name; the first column of each is its vocabulary.

    Raises
    ------
    RegistryError
        With every rule that is broken.
    """
    _refuse(
        [
            problem
            for table in TABLES.values()
            for problem in _problems_of(table, tables[table.name], reference)
        ]
    )


def _refuse(problems: list[str]) -> None:
    if problems:
        raise RegistryError(
            f"The data do not fit the schema: {'; '.join(problems)}. "
            "Correct them at their source and write the registry again."
        )


def _problem(table: Table, column: str, rule: str, n_rows: int) -> str:
    return f"table {table.name}, {column}: {rule} ({n_rows} row{'s' * (n_rows != 1)})"


def _problems_of(table: Table, rows: pa.Table, reference: Mapping[str, pa.Table]) -> Iterator[str]:
    if {field.name: field.type for field in rows.schema} != {
        column.name: TYPES[column.type] for column in table.columns
    }:
        wanted = ", ".join(f"{column.name} {column.type}" for column in table.columns)
        yield f"table {table.name}: its columns and types must be {wanted}"
        return
    for column in table.columns:
        for rule, n_rows in _broken_rules(column, rows[column.name], reference):
            if n_rows:
                yield _problem(table, column.name, rule, n_rows)
    # An unknown value is a value here: two rows that agree in all that is known are one too many.
    n_keys = rows.group_by(list(table.key), use_threads=False).aggregate([]).num_rows
    if n_keys < rows.num_rows:
        rule = "the same key as another row"
        yield _problem(table, " + ".join(table.key), rule, rows.num_rows - n_keys)


def _broken_rules(
    column: Column, values: pa.ChunkedArray, reference: Mapping[str, pa.Table]
) -> Iterator[tuple[str, int]]:
    """The rules of a column, each with the number of rows that break it."""
    if not column.nullable:
        yield "empty", values.null_count
    if column.values:
        allowed = pa.array(column.values)
        yield f"none of {', '.join(column.values)}", _n_outside(pc.is_in(values, allowed), values)
    if column.vocabulary:
        allowed = reference[column.vocabulary].column(0)
        rule = f"not listed in data/reference/{column.vocabulary}.csv"
        yield rule, _n_outside(pc.is_in(values, allowed), values)
    if column.type == "DOUBLE" or (column.lower, column.upper) != (None, None):
        yield _range_in_words(column), _n_outside(_within(column, values), values)


def _within(column: Column, values: pa.ChunkedArray) -> pa.ChunkedArray:
    lower = -INFINITE if column.lower is None else column.lower
    upper = INFINITE if column.upper is None else column.upper
    inside = pc.and_(pc.greater_equal(values, lower), pc.less_equal(values, upper))
    return pc.and_(inside, pc.is_finite(values))


def _range_in_words(column: Column) -> str:
    lower = "" if column.lower is None else f" from {column.lower:g}"
    upper = "" if column.upper is None else f" up to {column.upper:g}"
    return f"no number{lower}{upper}"


def _n_outside(inside: pa.ChunkedArray, values: pa.ChunkedArray) -> int:
    """How many known values are not inside; an unknown one breaks no rule."""
    return len(values) - values.null_count - (pc.sum(inside).as_py() or 0)


def _has_type(value: object, column: Column) -> bool:
    try:
        pa.array([value], TYPES[column.type])
    except (pa.ArrowException, OverflowError):
        return False
    return True
