"""Read the sheets of an Excel workbook, with what its cells hide: formulas, errors, merges.

openpyxl tells formulas without a value and cells from text, and writes the template too;
python-calamine is ten times as fast, but gives an empty cell for both a formula without a value
and an error such as #REF!, so that values would vanish without a word.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from lib.errors import SourceError
from lib.registry.importer.finding import Finding, first_of_a_rule
from lib.registry.importer.grid import Cell, Grid, RowForm, Score, read_grid
from lib.registry.importer.limits import open_zip

FORM = RowForm("Excel workbook", all_cells_written=False)
FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)"')


def read_workbook(path: Path, score: Score) -> list[Grid]:
    """Every sheet of a workbook in which something stands.

    Raises
    ------
    SourceError
        If it is no workbook, is damaged, or would unpack to more than is allowed.
    """
    with open_zip(path) as archive:
        try:
            book = load_workbook(path, read_only=True, data_only=True)
            grids = [_sheet(path, archive, sheet, score) for sheet in book.worksheets]
        except SourceError:
            raise
        # openpyxl lets through whatever its XML and number parsers raise.
        except Exception as error:
            raise SourceError(
                f"“{path.name}” is a damaged workbook: Excel's own format is broken in it. "
                "Open it in Excel and save it again as .xlsx."
            ) from error
    starts_1904 = book.epoch == CALENDAR_MAC_1904
    return [replace(grid, starts_1904=starts_1904) for grid in grids if grid is not None]


def _sheet(path: Path, archive: ZipFile, sheet: ReadOnlyWorksheet, score: Score) -> Grid | None:
    xml = archive.read(sheet._worksheet_path)
    rows = _rows(sheet)
    without_value = _WithoutValue()
    if FORMULA.search(xml):
        formulas = load_workbook(path, read_only=True, data_only=False)[sheet.title]
        rows = without_value.noted(rows, _rows(formulas))
    grid = read_grid(path.name, sheet.title, rows, score, FORM)
    if grid is None:
        return None
    merged = first_of_a_rule(_merged(grid, xml))
    unread = first_of_a_rule(without_value.findings(grid))
    return replace(
        grid,
        columns=[
            replace(column, unread=without_value.rows_of(at, grid))
            for at, column in enumerate(grid.columns)
        ],
        findings=[*grid.findings, *merged, *unread],
    )


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[tuple[Cell, ...]]:
    sheet.reset_dimensions()  # what a file states of its own size need not be true
    return sheet.iter_rows(values_only=True)


def _merged(grid: Grid, xml: bytes) -> Iterator[Finding]:
    """Merged cells among the data; a merged title above the headings does no harm."""
    for match in MERGED.finditer(xml):
        cells = match[1].decode()
        _, first_row, _, last_row = range_boundaries(cells)
        if last_row >= grid.heading_row:
            yield Finding(
                "error",
                "merged_cells",
                grid.sheet,
                first_row,
                None,
                f"The cells {cells} are merged, so that only one of them holds a value. "
                "Each row needs its own values.",
                "Unmerge the cells and fill in each of them.",
            )


@dataclass(frozen=True)
class _WithoutValue:
    """Where formulas stand whose result is not in the file, as if no Excel ever saved it."""

    rows: array = field(default_factory=lambda: array("q"))
    columns: array = field(default_factory=lambda: array("q"))

    def noted(
        self, values: Iterator[Sequence[Cell]], formulas: Iterator[Sequence[Cell]]
    ) -> Iterator[Sequence[Cell]]:
        """The values, while what lacks one is written down: both are gone through once."""
        for number, (results, texts) in enumerate(zip(values, formulas, strict=True), start=1):
            for at, (result, text) in enumerate(zip(results, texts, strict=True)):
                if result is None and text is not None:
                    self.rows.append(number)
                    self.columns.append(at)
            yield results

    def rows_of(self, at: int, grid: Grid) -> np.ndarray:
        """Which rows of the grid lack the value of one of its columns."""
        rows, columns = (np.frombuffer(each, dtype=np.int64) for each in (self.rows, self.columns))
        return np.isin(grid.rows, rows[columns == at])

    def findings(self, grid: Grid) -> Iterator[Finding]:
        """What is said of each of them."""
        for number, at in zip(self.rows, self.columns, strict=True):
            yield Finding(
                "error",
                "formula_without_value",
                grid.sheet,
                number,
                _heading(grid, at),
                "The cell holds a formula, but not its result. Values are read, not computed.",
                "Open the file in Excel and save it, or paste the column as values.",
            )


def _heading(grid: Grid, at: int) -> str:
    headings = [column.heading for column in grid.columns]
    return headings[at] if at < len(headings) and headings[at] else get_column_letter(at + 1)
