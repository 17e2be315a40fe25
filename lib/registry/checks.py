"""Hold tables to the data contract of ``lib/registry/schema.py``, when they are written and read.

What breaks it is said by table, column, rule and number of rows: never by a patient's value.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from operator import attrgetter
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from lib.errors import RegistryError
from lib.registry.repeated_keys import RepeatedKeys
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
    checks = []
    for name, table in TABLES.items():
        rows = tables[name]
        check = TableCheck(table, rows.schema, reference, partial(_n_keys, rows, table))
        for batch in rows.to_batches():
            check.add(batch)
        checks.append(check)
    refuse_broken(checks)


def _n_keys(rows: pa.Table, table: Table) -> int:
    return rows.group_by(list(table.key), use_threads=False).aggregate([]).num_rows


class TableCheck:
    """The rules of one table, held against its rows a batch at a time, in bounded memory.

    Parameters
    ----------
    table
        What the rows should be.
    schema
        What columns they have.
    reference
        See `check_tables`.
    n_keys
        Counts the different keys of all rows, as a last resort: while rows come in the order of
        their patients, it is enough to look at one patient after the other.
    """

    def __init__(
        self,
        table: Table,
        schema: pa.Schema,
        reference: Mapping[str, pa.Table],
        n_keys: Callable[[], int],
    ) -> None:
        self.table, self._n_keys_of_all = table, n_keys
        self.has_columns = {field.name: field.type for field in schema} == {
            column.name: TYPES[column.type] for column in table.columns
        }
        self._rules = [rule for column in table.columns for rule in _rules_of(column, reference)]
        self._n_broken = [0] * len(self._rules)
        self._keys = RepeatedKeys(table)
        self._n_rows = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Hold the rules against further rows."""
        if not self.has_columns:
            return
        for place, rule in enumerate(self._rules):
            self._n_broken[place] += rule.n_broken(batch[rule.column])
        self._keys.add(batch)
        self._n_rows += batch.num_rows

    def problems(self) -> Iterator[str]:
        """What is wrong with the rows, once all were added."""
        if not self.has_columns:
            wanted = ", ".join(f"{column.name} {column.type}" for column in self.table.columns)
            yield f"table {self.table.name}: its columns and types must be {wanted}"
            return
        for rule, n_rows in zip(self._rules, self._n_broken, strict=True):
            if n_rows:
                yield _problem(self.table, rule.column, rule.words, n_rows)
        n_repeated = self._keys.n_repeated()
        if n_repeated is None:
            n_repeated = self._n_rows - self._n_keys_of_all()
        if n_repeated:
            words = "the same key as another row"
            yield _problem(self.table, " + ".join(self.table.key), words, n_repeated)


def refuse_broken(checks: Iterable[TableCheck]) -> None:
    """Refuse the tables of a registry if a rule is broken in any.

    Raises
    ------
    RegistryError
        With every rule that is broken.
    """
    _refuse([problem for check in checks for problem in check.problems()])


def _refuse(problems: list[str]) -> None:
    if problems:
        raise RegistryError(
            f"The data do not fit the schema: {'; '.join(problems)}. "
            "Correct them at their source and write the registry again."
        )


def _problem(table: Table, column: str, rule: str, n_rows: int) -> str:
    return f"table {table.name}, {column}: {rule} ({n_rows} row{'s' * (n_rows != 1)})"


class _Rule(NamedTuple):
    """What a column's values have to be; an unknown one breaks no rule but that it is required."""

    column: str
    words: str
    n_broken: Callable[[pa.Array], int]


def _rules_of(column: Column, reference: Mapping[str, pa.Table]) -> Iterator[_Rule]:
    if not column.nullable:
        yield _Rule(column.name, "empty", attrgetter("null_count"))
    if column.values:
        allowed = pa.array(column.values)
        words = f"none of {', '.join(column.values)}"
        yield _Rule(column.name, words, partial(_n_not_among, allowed))
    if column.vocabulary:
        allowed = reference[column.vocabulary].column(0).combine_chunks()
        words = f"not listed in data/reference/{column.vocabulary}.csv"
        yield _Rule(column.name, words, partial(_n_not_among, allowed))
    if column.type == "DOUBLE" or (column.lower, column.upper) != (None, None):
        yield _Rule(column.name, _range_in_words(column), partial(_n_not_within, column))


def _n_not_among(allowed: pa.Array, values: pa.Array) -> int:
    return _n_outside(pc.is_in(values, allowed), values)


def _n_not_within(column: Column, values: pa.Array) -> int:
    return _n_outside(_within(column, values), values)


def _within(column: Column, values: pa.Array) -> pa.Array:
    lower = -INFINITE if column.lower is None else column.lower
    upper = INFINITE if column.upper is None else column.upper
    inside = pc.and_(pc.greater_equal(values, lower), pc.less_equal(values, upper))
    return pc.and_(inside, pc.is_finite(values))


def _range_in_words(column: Column) -> str:
    lower = "" if column.lower is None else f" from {column.lower:g}"
    upper = "" if column.upper is None else f" up to {column.upper:g}"
    return f"no number{lower}{upper}"


def _n_outside(inside: pa.Array, values: pa.Array) -> int:
    """How many known values are not inside; an unknown one breaks no rule."""
    return len(values) - values.null_count - (pc.sum(inside).as_py() or 0)


def _has_type(value: object, column: Column) -> bool:
    try:
        pa.array([value], TYPES[column.type])
    except (pa.ArrowException, OverflowError):
        return False
    return True
