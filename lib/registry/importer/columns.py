"""Read one column of a sheet: what it is taken for, its values, and what is wrong in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np
import pyarrow as pa

from lib.registry.importer.dates import looks_like_dates, read_dates
from lib.registry.importer.finding import MOST_FINDINGS_OF_A_RULE, Finding, more_of_the_same
from lib.registry.importer.grades import read_grades
from lib.registry.importer.grid import Grid, RawColumn
from lib.registry.importer.numbers import read_numbers
from lib.registry.importer.options import DOSE_UNITS, Options
from lib.registry.importer.reading import SECRET, Interpretation, Question
from lib.registry.importer.understood import Problem, Understood, is_missing, shown
from lib.registry.importer.words import read_terms, read_texts, read_yes_no
from lib.registry.language import allowed_values
from lib.registry.schema import TYPES, Column
from lib.registry.sheets import DATE, SHEETS

N_EXAMPLES = 3
DOSE_WITHOUT_UNIT = "dose"
GRADE = "ctcae_grade"
DOSE_COLUMNS = dict(zip(DOSE_UNITS, ("dose_g_per_kg", "dose_mg_per_kg", "dose_g"), strict=True))


@dataclass(frozen=True)
class ColumnReading:
    """``values`` and ``failed`` have one entry a row; where reading failed the value is null."""

    name: str
    values: pa.Array
    failed: np.ndarray
    interpretation: Interpretation
    question: Question | None
    findings: list[Finding]


def read_column(
    grid: Grid, table: str, name: str, column: RawColumn, options: Options
) -> ColumnReading:
    """Read a column as what the schema says it is, or as what may stand instead of it."""
    name = _as_it_is_filled_in(table, name, column)
    if name == DOSE_WITHOUT_UNIT and table == "cycles":
        unit = options.answer("unit", grid.sheet, column.heading)
        if unit is None and any(not is_missing(cell) for cell in column.cells):
            return _ask_for_unit(grid, table, column)
        name = DOSE_COLUMNS[unit or DOSE_UNITS[0]]
    target = SHEETS[table].accepted[name]
    understood = _understand(grid, table, column, target, options)
    return ColumnReading(
        name,
        _spread(understood, column, target),
        _failed(set(understood.problems) | _open_cells(understood, column), column),
        _interpretation(grid, table, name, column, understood),
        _question(grid, column, understood),
        [
            *_findings(grid, column, understood.problems, "error", secret=name in SECRET),
            *_findings(grid, column, understood.warnings, "warning", secret=name in SECRET),
        ],
    )


def _as_it_is_filled_in(table: str, name: str, column: RawColumn) -> str:
    """A day that is filled in with dates only is a date, whatever its heading."""
    for alternative in SHEETS[table].instead:
        if (
            alternative.replaces == name
            and alternative.column.type == DATE
            and name in ("day", "start_day", "stop_day")
            and looks_like_dates(column.cells)
        ):
            return alternative.column.name
    return name


def _understand(
    grid: Grid, table: str, column: RawColumn, target: Column, options: Options
) -> Understood:
    cells = column.cells
    if target.type == DATE:
        order = options.answer("date", grid.sheet, column.heading)
        return read_dates(
            cells, order, starts_1904=grid.starts_1904, may_be_old=target.name in SECRET
        )
    if target.type in ("INTEGER", "DOUBLE"):
        decimal = options.answer("decimal", grid.sheet, column.heading)
        if target.name == GRADE:
            words = options.answer("grade", grid.sheet, column.heading)
            return read_grades(cells, target, decimal, words)
        return read_numbers(cells, target, decimal)
    if target.type == "BOOLEAN":
        return read_yes_no(cells, target)
    if allowed_values(target):
        return read_terms(cells, target, options.meant(table, target.name))
    return read_texts(cells)


def _spread(understood: Understood, column: RawColumn, target: Column) -> pa.Array:
    kind = pa.date32() if target.type == DATE else TYPES[target.type]
    return pa.array(understood.values, kind).take(pa.array(column.codes))


def _failed(marked: set[int], column: RawColumn) -> np.ndarray:
    """The rows of some cells, and those whose cell could not be read."""
    failed = np.isin(column.codes, list(marked)) if marked else np.zeros(len(column.codes), bool)
    return failed if column.unread is None else failed | column.unread


def _open_cells(understood: Understood, column: RawColumn) -> set[int]:
    """Cells that wait for an answer: they have no value, and are not missing."""
    if understood.open_cell is None:
        return set()
    return {
        at
        for at, (cell, value) in enumerate(zip(column.cells, understood.values, strict=True))
        if value is None and not is_missing(cell)
    }


def _interpretation(
    grid: Grid, table: str, name: str, column: RawColumn, understood: Understood
) -> Interpretation:
    pairs = (
        (shown(cell), shown(value))
        for cell, value in zip(column.cells, understood.values, strict=True)
        if value is not None
    )
    return Interpretation(
        grid.sheet,
        column.heading,
        f"{table}.{name}",
        understood.reading,
        () if name in SECRET else tuple(islice(pairs, N_EXAMPLES)),
        tuple(choice for choice, _ in understood.choices),
        understood.decided,
    )


def _question(grid: Grid, column: RawColumn, understood: Understood) -> Question | None:
    if understood.open_cell is None:
        return None
    row = int(grid.rows[column.codes == understood.open_cell][0])
    example = shown(column.cells[understood.open_cell])
    return Question(grid.sheet, column.heading, understood.asks, row, example, understood.choices)


def _ask_for_unit(grid: Grid, table: str, column: RawColumn) -> ColumnReading:
    first = next(at for at, cell in enumerate(column.cells) if not is_missing(cell))
    example = shown(column.cells[first])
    choices = tuple((unit, f"{example} {unit} per cycle") for unit in DOSE_UNITS)
    row = int(grid.rows[column.codes == first][0])
    n_rows = len(column.codes)
    return ColumnReading(
        DOSE_COLUMNS[DOSE_UNITS[0]],
        pa.nulls(n_rows, pa.float64()),
        np.ones(n_rows, bool),
        Interpretation(
            grid.sheet,
            column.heading,
            f"{table}.{DOSE_WITHOUT_UNIT}",
            "numbers of an unknown unit",
            (),
            DOSE_UNITS,
        ),
        Question(grid.sheet, column.heading, "unit", row, example, choices),
        [],
    )


def _findings(
    grid: Grid,
    column: RawColumn,
    problems: dict[int, Problem],
    severity: Literal["error", "warning"],
    *,
    secret: bool,
) -> Iterator[Finding]:
    by_rule: dict[str, list[int]] = {}
    for at, problem in problems.items():
        by_rule.setdefault(problem.rule, []).append(at)
    for rule, cells in by_rule.items():
        where = np.flatnonzero(np.isin(column.codes, cells))
        for i in where[:MOST_FINDINGS_OF_A_RULE]:
            at = column.codes[i]
            value = None if secret else shown(column.cells[at])
            _, message, mend = problems[at]
            yield Finding(
                severity, rule, grid.sheet, int(grid.rows[i]), column.heading, message, mend, value
            )
        yield from more_of_the_same(severity, rule, grid.sheet, column.heading, len(where))
