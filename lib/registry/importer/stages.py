"""From files to checked tables, stage by stage; in this process, without limits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from lib.registry.findings_report import UserSheet
from lib.registry.importer.columns import ColumnReading, read_column
from lib.registry.importer.conversion import Converted, convert
from lib.registry.importer.finding import Finding
from lib.registry.importer.grid import Grid
from lib.registry.importer.headings import (
    fitting_table,
    known_headings,
    match_headings,
    sheets_missing,
    table_of,
    unknown_column,
)
from lib.registry.importer.identifiers import refuse_identifiers
from lib.registry.importer.joining import join
from lib.registry.importer.options import LEFT_OUT, NO_COLUMN, Existing, Options
from lib.registry.importer.reading import SECRET, SOURCE_ROW, Question, Reading, SheetReading
from lib.registry.importer.sources import read_sources
from lib.registry.importer.typed import TypedTable, typed_table
from lib.registry.importer.understood import shown
from lib.registry.importer.values import check_values
from lib.registry.language import sheet_title
from lib.registry.rules import find
from lib.registry.schema import IMPUTATION, TABLES, TYPES
from lib.registry.sheets import REQUIRED_SHEETS, SHEETS

# Sheets of the template that explain and hold no patients.
NO_DATA = ("dictionary", "lists")


@dataclass
class _Read:
    """What has been gathered so far."""

    sheets: list[SheetReading] = field(default_factory=list)
    columns: list[ColumnReading] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    by_table: dict[str, list[tuple[Grid, list[ColumnReading]]]] = field(default_factory=dict)


def read_here(
    sources: Sequence[Path], options: Options, existing: Existing | None = None
) -> Reading:
    """Read, interpret, convert and check files, with a registry to join them with, if any.

    Nothing is written.

    Raises
    ------
    SourceError
        If a file can't be read as sheets of data.
    RegistryError
        If the registry can't be read, or must not be joined with a clinic's data.
    """
    grids = read_sources(sources, options, known_headings)
    tables = [table_of(grid.sheet) for grid in grids]
    names = _told_apart(grids)
    grids = [replace(grid, sheet=name) for grid, name in zip(grids, names, strict=True)]
    read = _Read()
    for grid, table in zip(grids, tables, strict=True):
        _read_sheet(grid, table or _asked_table(grid, tables, options, read), options, read)
    typed = {
        name: typed_table(name, read.by_table[name]) for name in SHEETS if name in read.by_table
    }
    is_german = any(table.language == "de" for table in typed.values())
    # What everything else may be due to comes first.
    read.findings[:0] = sheets_missing(
        set(typed), REQUIRED_SHEETS, names, "de" if is_german else "en"
    )
    converted, findings = convert(typed)
    read.findings += findings
    for name, table in typed.items():
        read.findings += check_values(table, converted[name])
    joined = None
    if existing and "patients" in typed:
        tables, joined, findings = join(typed, converted, existing)
        read.findings += findings
        typed = {name: table for name, (table, _) in tables.items()}
        converted = {name: rows for name, (_, rows) in tables.items()}
    if set(REQUIRED_SHEETS) <= set(read.by_table):
        found = _across_rows(typed, converted)
        read.findings += _as_written(found, grids, read.columns)
    return Reading(
        tuple(read.sheets),
        tuple(column.interpretation for column in read.columns),
        (
            *read.questions,
            *(column.question for column in read.columns if column.question is not None),
        ),
        tuple(read.findings),
        tuple(_user_sheet(grid, read.findings) for grid in grids),
        {name: _arrow(typed[name], converted[name].frame) for name in typed},
        joined,
    )


def _user_sheet(grid: Grid, findings: Sequence[Finding]) -> UserSheet:
    rows = {f.row for f in findings if f.sheet == grid.sheet and f.row is not None}
    headings = [column.heading for column in grid.columns]
    return UserSheet(grid.sheet, grid.heading_row, headings, grid.cells_of(rows))


def _told_apart(grids: Sequence[Grid]) -> list[str]:
    """Names for sheets: their own; with the file and a number if several have the same."""
    n_same = Counter(grid.sheet for grid in grids)
    n_told: Counter[str] = Counter()
    names = []
    for grid in grids:
        n_told[grid.sheet] += 1
        number = f"{grid.sheet} ({grid.file}, {n_told[grid.sheet]})"
        names.append(number if n_same[grid.sheet] > 1 else grid.sheet)
    return names


def _asked_table(
    grid: Grid, named: Sequence[str | None], options: Options, read: _Read
) -> str | None:
    """The table of a sheet whose name says none: by its columns, if the user agrees.

    As long as nobody has answered it is read as what it looks like, so that nothing is reported
    that is due to the open question alone.
    """
    fits = fitting_table(grid)
    if fits is None or fits in named or not len(grid.rows):
        return None
    answer = options.answer("sheet", grid.sheet, NO_COLUMN)
    if answer is None:
        read.questions.append(_ask_for_table(grid, fits))
    return None if answer == LEFT_OUT else answer or fits


def _ask_for_table(grid: Grid, table: str) -> Question:
    choices = (
        (table, f"{table} ({sheet_title(table, 'de')})"),
        (LEFT_OUT, "nothing for the registry, leave it out"),
    )
    return Question(grid.sheet, NO_COLUMN, "sheet", None, grid.sheet, choices)


def _read_sheet(grid: Grid, table: str | None, options: Options, read: _Read) -> None:
    if table in NO_DATA or (table is None and not len(grid.rows)):
        return
    if table is None:
        read.sheets.append(_sheet_reading(grid, None, 0))
        read.findings.append(_unknown_sheet(grid))
        return
    matched = match_headings(grid, table)
    read.findings += [*grid.findings, *matched.findings]
    named = [*matched.columns.items(), *((None, column) for column in matched.unknown)]
    refused = {id(column): found for column, found in refuse_identifiers(grid, named)}
    read.findings += [finding for found in refused.values() for finding in found]
    read.findings += [
        unknown_column(matched, column.heading)
        for column in matched.unknown
        if id(column) not in refused
    ]
    columns = [
        read_column(grid, table, name, column, options)
        for name, column in matched.columns.items()
        if id(column) not in refused
    ]
    read.findings += [finding for column in columns for finding in column.findings]
    read.columns += columns
    read.by_table.setdefault(table, []).append((grid, columns))
    read.sheets.append(_sheet_reading(grid, table, len(grid.rows)))


def _sheet_reading(grid: Grid, table: str | None, n_imported: int) -> SheetReading:
    n_rows = len(grid.rows) + grid.n_reported
    return SheetReading(
        grid.file,
        grid.sheet,
        table,
        grid.form,
        grid.heading_row,
        n_rows,
        grid.n_empty,
        n_imported,
        n_rows - n_imported,
    )


def _unknown_sheet(grid: Grid) -> Finding:
    return Finding(
        "warning",
        "unknown_sheet",
        grid.sheet,
        None,
        None,
        f"The sheet is called like no table of a registry; its {len(grid.rows)} rows will not "
        "be imported.",
        "Name it as in the template if it holds data for the registry.",
    )


def _arrow(table: TypedTable, frame: pd.DataFrame) -> pa.Table:
    """A table in the types of the schema, as recorded data, with the rows it came from."""
    columns = {
        column.name: pa.array(np.zeros(len(frame)), TYPES[column.type])
        if column == IMPUTATION
        else pa.array(frame[column.name], TYPES[column.type], from_pandas=True)
        for column in TABLES[table.name].columns
    }
    return pa.table(columns | {SOURCE_ROW: pa.array(table.source_rows, pa.int64())})


def _across_rows(
    typed: Mapping[str, TypedTable], converted: Mapping[str, Converted]
) -> list[Finding]:
    """What the rules across rows find, in the user's own names of sheets and columns.

    A cell that was reported by itself is unknown to them. Nothing more is said of its row: what
    is said of a row with a hole may be due to the hole.
    """
    tables = {
        name: _arrow(table, converted[name].without_failed()) for name, table in typed.items()
    }
    rows_with_holes = {
        name: set(table.source_rows[converted[name].has_failed()].tolist())
        for name, table in typed.items()
    }
    return [
        _in_place(finding, typed[finding.sheet])
        for finding in find(tables, lambda name, row: typed[name].row_in_words(row))
        if finding.row not in rows_with_holes[finding.sheet]
    ]


def _as_written(
    findings: Sequence[Finding], grids: Sequence[Grid], readings: Sequence[ColumnReading]
) -> list[Finding]:
    """Findings with what stands in the user's own cells, unless that is secret or not there."""
    secret = {
        (reading.interpretation.sheet, reading.interpretation.column)
        for reading in readings
        if reading.name in SECRET
    }
    written = {
        (grid.sheet, column.heading): (grid, column)
        for grid in grids
        for column in reversed(grid.columns)
        if (grid.sheet, column.heading) not in secret
    }

    def value_of(finding: Finding) -> str | None:
        place = finding.sheet, finding.column
        if None in (finding.value, finding.row) or place not in written:
            return finding.value
        grid, column = written[place]
        at = np.searchsorted(grid.rows, finding.row)
        return shown(column.cells[column.codes[at]])

    return [replace(finding, value=value_of(finding)) for finding in findings]


def _in_place(finding: Finding, table: TypedTable) -> Finding:
    heading = finding.column and table.heading(finding.column)
    if finding.row is None:
        return replace(finding, sheet=str(table.sheets[-1]), column=heading)
    sheet, row = table.place(finding.row)
    return replace(finding, sheet=sheet, row=row, column=heading)
