"""Match sheets and headings, German or English, to the tables and columns of the schema."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from lib.registry.importer.finding import Finding
from lib.registry.importer.grid import Cell, Grid, RawColumn
from lib.registry.importer.understood import is_missing
from lib.registry.language import (
    column_names,
    column_title,
    fold,
    language_of,
    sheet_names,
    sheet_title,
)
from lib.registry.schema import IMPUTATION
from lib.registry.sheets import SHEETS

WORD = re.compile(r"[^\W_]+")
# What is not reported while a sheet is missing: it would be due to that alone.
NOT_YET = {
    "cycles": " Without it no date can become a day and no gram g/kg, so that these are not "
    "checked yet."
}


@dataclass(frozen=True)
class Matched:
    """A sheet whose table is known: its columns by their name in the schema, and the others."""

    grid: Grid
    table: str
    columns: dict[str, RawColumn]
    unknown: list[RawColumn]
    findings: list[Finding]

    @property
    def language(self) -> str:
        """The language of the sheet's own headings."""
        return _language(self.grid, self.table, self.columns)


def known_headings(row: Sequence[Cell]) -> int:
    """How many cells of a row are headings of one and the same sheet."""
    words = {fold(cell) for cell in row if isinstance(cell, str)}
    return max(len(words & column_names(sheet).keys()) for sheet in SHEETS)


def table_of(sheet: str) -> str | None:
    """The table that a sheet or file is called after; None if none, or several."""
    names = sheet_names()
    if fold(sheet) in names:
        return names[fold(sheet)]
    found = {names[fold(word)] for word in WORD.findall(sheet) if fold(word) in names}
    return found.pop() if len(found) == 1 else None


def fitting_table(grid: Grid) -> str | None:
    """The one table of which a sheet has every column that is needed; None if none, or several."""
    headings = {fold(column.heading) for column in grid.columns}
    found = [name for name in SHEETS if _has_all_needed(name, headings)]
    return found[0] if len(found) == 1 else None


def _has_all_needed(table: str, headings: set[str]) -> bool:
    names = column_names(table)
    there = {names[heading] for heading in headings if heading in names}
    sheet = SHEETS[table]
    return all(
        there & set(sheet.replaced_by[column.name])
        for column in sheet.columns
        if not column.nullable
    )


def match_headings(grid: Grid, table: str) -> Matched:
    """Say which column of the schema each column of a sheet is, and what is wrong with them."""
    names = column_names(table)
    by_name: dict[str, list[RawColumn]] = defaultdict(list)
    unknown, findings = [], []
    for column in grid.columns:
        name = names.get(fold(column.heading))
        if name:
            by_name[name].append(column)
        elif column.heading == IMPUTATION.name:
            findings += _of_versions(grid, column)
        elif column.heading:
            unknown.append(column)
        elif any(not is_missing(cell) for cell in column.cells):
            findings.append(_no_heading(grid))
    if not by_name:
        return Matched(grid, table, {}, [], [_no_headings(grid, table)])
    findings += [_twice(grid, columns) for columns in by_name.values() if len(columns) > 1]
    known = {name: columns[0] for name, columns in by_name.items()}
    findings += _missing_columns(grid, table, known)
    findings += _second_headings(grid, table)
    return Matched(grid, table, known, unknown, findings)


def _of_versions(grid: Grid, column: RawColumn) -> Iterator[Finding]:
    """A registry of this app can be imported again if it is one of recorded data."""
    if any(cell not in (None, 0, "0") for cell in column.cells):
        yield Finding(
            "error",
            "imputed_rows",
            grid.sheet,
            grid.heading_row,
            column.heading,
            "The rows are reconstructed in several versions. Only recorded data can be imported.",
            "Choose the sheets of a clinic.",
        )


def unknown_column(matched: Matched, heading: str) -> Finding:
    """A column that is not imported, with the headings that it may have meant."""
    names = column_names(matched.table)
    close = get_close_matches(fold(heading), names, n=1, cutoff=0.8)
    titles = [column_title(matched.table, names[name], matched.language) for name in close]
    meant = "".join(f" Perhaps “{title}” is meant." for title in titles)
    return Finding(
        "warning",
        "unknown_column",
        matched.grid.sheet,
        matched.grid.heading_row,
        heading,
        f"The column is not known and will not be imported.{meant}",
        "Rename it after the dictionary sheet of the template, or delete it.",
    )


def _no_headings(grid: Grid, table: str) -> Finding:
    """What is said if no heading is known; they are not shown, as they may be a patient's data."""
    needed = ", ".join(f"“{_both(table, c.name)}”" for c in SHEETS[table].columns if not c.nullable)
    return Finding(
        "error",
        "no_headings",
        grid.sheet,
        grid.heading_row,
        None,
        f"None of the headings is known. These are needed: {needed}.",
        "Put the headings of the template into the first row.",
    )


def _no_heading(grid: Grid) -> Finding:
    return Finding(
        "error",
        "no_heading",
        grid.sheet,
        grid.heading_row,
        None,
        "Values stand in a column without a heading.",
        "Give the column its heading, or delete it.",
    )


def _twice(grid: Grid, columns: list[RawColumn]) -> Finding:
    headings = ", ".join(f"“{column.heading}”" for column in columns)
    return Finding(
        "error",
        "duplicate_heading",
        grid.sheet,
        grid.heading_row,
        columns[1].heading,
        f"{len(columns)} columns are called the same or mean the same: {headings}.",
        "Keep one of them; if two tables stand on one sheet, give each a sheet of its own.",
    )


def _language(grid: Grid, table: str, columns: Mapping[str, RawColumn]) -> str:
    headings = {name: column.heading for name, column in columns.items()}
    return language_of(grid.sheet, table, headings)


def _missing_columns(grid: Grid, table: str, present: Mapping[str, RawColumn]) -> Iterator[Finding]:
    sheet, language = SHEETS[table], _language(grid, table, present)
    for column in sheet.columns:
        can_give = sheet.replaced_by[column.name]
        if not column.nullable and not set(present) & set(can_give):
            instead = " or ".join(f"“{column_title(table, name, language)}”" for name in can_give)
            yield Finding(
                "error",
                "missing_column",
                grid.sheet,
                grid.heading_row,
                None,
                f"There is no column {instead}, which every registry needs.",
                "Add the column, or give it the heading that the template has.",
            )


def _second_headings(grid: Grid, table: str) -> Iterator[Finding]:
    """A row among the data in which headings stand again: a second table on the sheet."""
    names = column_names(table)
    n_headings = np.zeros(len(grid.rows), dtype=np.int64)
    for column in grid.columns:
        is_heading = np.array(
            [isinstance(cell, str) and fold(cell) in names for cell in column.cells], dtype=bool
        )
        if is_heading.any():
            n_headings += is_heading[column.codes]
    needed = max(2, len([column for column in grid.columns if column.heading]) // 2)
    for row in grid.rows[n_headings >= needed][:1]:
        yield Finding(
            "error",
            "second_table",
            grid.sheet,
            int(row),
            None,
            "Headings stand here again, as if a second table began. A sheet holds one table.",
            "Move the second table to a sheet of its own, or delete the repeated headings.",
        )


def _both(table: str, column: str) -> str:
    english, german = (column_title(table, column, language) for language in ("en", "de"))
    return english if english == german else f"{english} ({german})"


def sheets_missing(
    present: set[str], required: Sequence[str], names: list[str], language: str
) -> list[Finding]:
    """The sheets that are needed and not there, in a language, beside those that are."""
    there = ", ".join(f"“{name}”" for name in names)
    return [
        Finding(
            "error",
            "missing_sheet",
            sheet_title(sheet, language),
            None,
            None,
            f"There is no sheet or file “{sheet}” (“{sheet_title(sheet, 'de')}”). "
            f"There are: {there}.{NOT_YET.get(sheet, '')}",
            "Name the sheets as in the template.",
        )
        for sheet in required
        if sheet not in present
    ]
