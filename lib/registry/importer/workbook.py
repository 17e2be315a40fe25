"""Read the sheets of an Excel workbook, with what its cells hide: formulas, errors, merges.

openpyxl tells formulas without a value and cells from text, and writes the template too;
python-calamine is ten times as fast, but gives an empty cell for both a formula without a value
and an error such as #REF!, so that values would vanish without a word.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from lib.errors import SourceError
from lib.registry.importer.finding import Finding, first_of_a_rule
from lib.registry.importer.grid import Grid, RowForm, Score, read_grid
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
    sheet.reset_dimensions()  # what a file states of its own size need not be true
    grid = read_grid(path.name, sheet.title, sheet.iter_rows(values_only=True), score, FORM)
    if grid is None:
        return None
    xml = archive.read(sheet._worksheet_path)
    findings = [*grid.findings, *first_of_a_rule(_merged(grid, xml))]
    if FORMULA.search(xml):
        findings += first_of_a_rule(_without_value(path, grid))
    return replace(grid, findings=findings)


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


def _without_value(path: Path, grid: Grid) -> Iterator[Finding]:
    """Formulas whose result is not in the file, which happens if no Excel ever saved it."""
    texts, values = (
        load_workbook(path, read_only=True, data_only=data_only)[grid.sheet]
        for data_only in (False, True)
    )
    for sheet in (texts, values):
        sheet.reset_dimensions()
    rows = zip(texts.iter_rows(values_only=True), values.iter_rows(values_only=True), strict=True)
    for number, (formulas, results) in enumerate(rows, start=1):
        for at, (formula, result) in enumerate(zip(formulas, results, strict=True)):
            if result is None and formula is not None:
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
