"""Tables as sheets of a workbook: numbers are numbers, all else is text and never a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from math import ceil

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lib.export.label import Label
from lib.figures import Step
from lib.report.content import Table
from lib.spreadsheet import FORMULA_STARTS, cell_value, sheet_title
from lib.tables import INDENT

FACE = "Calibri"
BOLD = Font(FACE, 11, bold=True)
TITLE = Font(FACE, 13, bold=True)
QUIET = Font(FACE, 10, italic=True, color="55676E")
BELOW = Border(bottom=Side("thin"))
TOP = Alignment(vertical="top")
WRAPPED = Alignment(vertical="top", wrap_text=True)
INDENTED = Alignment(horizontal="left", vertical="top", indent=1)
ACROSS = Alignment(horizontal="centerContinuous")
# Of a column, in characters.
NARROWEST, WIDEST = 8, 48
# Rows that are looked at to know how wide a column is.
MOST_MEASURED = 200
# Of notes: they are as wide as a page of print, over columns that may have no width of their own.
WIDTH_OF_A_NOTE, DEFAULT_WIDTH = 110, 8.43
MOST_COLUMNS_OF_A_NOTE = 14
# A line's height, and the greatest that a row can have.
LINE_POINTS, MOST_POINTS = 15, 409
# A text that is a number and nothing else, with no more digits than a workbook keeps. What begins
# with 0 and goes on is a name.
NUMBER = re.compile(r"(?=(?:\D?\d){1,15}$)([+−-]?)(0|[1-9]\d*)(?:\.(\d+))?", re.ASCII)
# What a workbook would read as one sign: ``_x0041_`` is A.
SIGN_BY_NUMBER = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class Page:
    """A sheet that is written from above, line by line."""

    def __init__(self, workbook: Workbook, name: str) -> None:
        """Add a sheet whose name is as near to what is wanted as Excel and the others allow."""
        taken = [title.lower() for title in workbook.sheetnames]
        self.sheet: Worksheet = workbook.create_sheet(sheet_title(name, taken))
        self.n_rows = 0
        # Of the columns, in characters, as far as they were set.
        self.widths: list[float] = []
        self._set_up_print()

    def line(
        self,
        values: Sequence[object],
        font: Font | None = None,
        alignment: Alignment | None = None,
    ) -> list[Cell]:
        """Write the next row; what is a number is one, all else text."""
        self.n_rows += 1
        cells = []
        for place, value in enumerate(values, start=1):
            cell = self.sheet.cell(self.n_rows, place)
            put(cell, value)
            # Of thousands of cells a form of their own costs more than all the rest.
            if alignment:
                cell.alignment = alignment
            if font:
                cell.font = font
            cells.append(cell)
        if alignment is WRAPPED and self.widths:
            self._make_high_enough(values, self.widths)
        return cells

    def notes(self, lines: Iterable[str], font: Font | None = None) -> None:
        """Write paragraphs, each over as many columns as it takes to be read and printed."""
        widths = [*self.widths, *[DEFAULT_WIDTH] * MOST_COLUMNS_OF_A_NOTE]
        n = next(n for n in range(1, len(widths) + 1) if sum(widths[:n]) >= WIDTH_OF_A_NOTE)
        for text in lines:
            self.line([text], font)[0].alignment = WRAPPED
            self.sheet.merge_cells(
                start_row=self.n_rows, end_row=self.n_rows, start_column=1, end_column=n
            )
            self._make_high_enough([text], [sum(widths[:n])])

    def _make_high_enough(self, values: Sequence[object], widths: Sequence[float]) -> None:
        """Give the row as many lines as its texts need: no program measures merged cells."""
        n_lines = max(
            sum(ceil(max(len(line), 1) / width) for line in str(value or "").split("\n"))
            for value, width in zip(values, widths, strict=False)
        )
        self.sheet.row_dimensions[self.n_rows].height = min(LINE_POINTS * n_lines, MOST_POINTS)

    def words(self, lines: Iterable[str], font: Font | None = None) -> None:
        """Write lines of text, each in a row of its own, over whatever is to their right."""
        for line in lines:
            self.line([line], font)

    def space(self) -> None:
        """Leave a row empty."""
        self.n_rows += 1

    def table(self, table: Table) -> None:
        """Write a table as it is printed, under its title and over its notes."""
        self.words([table.title], TITLE)
        if table.table.groups:
            above = [text for name, n in table.table.groups for text in (name, *[""] * (n - 1))]
            self.line(above, BOLD, ACROSS)
        self.fit(table.table.columns, table.table.rows)
        self.head(table.table.columns)
        first = self.n_rows
        for name, *cells in table.table.rows:
            values = [name.removeprefix(INDENT), *map(number_or_text, cells)]
            shown = self.line(values, None, TOP)
            if name.startswith(INDENT):
                shown[0].alignment = INDENTED
            for cell, text in zip(shown[1:], cells, strict=True):
                if cell.data_type == "n" and text:
                    cell.number_format = number_format(text)
                else:
                    cell.alignment = WRAPPED
        if table.notes:
            self.space()
            self.notes(table.notes)
        self.sheet.freeze_panes = self.sheet.cell(first + 1, 2)

    def rows(self, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Write rows of a result below their headings, which stay while it is scrolled."""
        self.fit(heads, rows)
        self.head(heads)
        self.sheet.freeze_panes = self.sheet.cell(self.n_rows + 1, 1)
        for row in rows:
            self.line(row)

    def head(self, heads: Sequence[str]) -> None:
        """Write headings, which are printed on every page."""
        for cell in self.line(heads, BOLD, WRAPPED):
            cell.border = BELOW
        self.sheet.print_title_rows = f"{self.n_rows}:{self.n_rows}"

    def fit(self, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Make the columns as wide as the rows need; a heading may have several lines."""
        measured = rows[:MOST_MEASURED]
        self.set_widths(
            min(max(len(head) / 2, *(len(str(row[place])) for row in measured), NARROWEST), WIDEST)
            + 2
            for place, head in enumerate(heads)
        )

    def set_widths(self, widths: Iterable[float]) -> None:
        """Make the columns so many characters wide."""
        self.widths = list(widths)
        for place, width in enumerate(self.widths, start=1):
            self.sheet.column_dimensions[get_column_letter(place)].width = width

    def _set_up_print(self) -> None:
        """Landscape, as wide as a page."""
        self.sheet.page_setup.orientation = self.sheet.ORIENTATION_LANDSCAPE
        self.sheet.page_setup.paperSize = self.sheet.PAPERSIZE_A4
        self.sheet.page_setup.fitToWidth, self.sheet.page_setup.fitToHeight = 1, 0
        self.sheet.sheet_properties.pageSetUpPr.fitToPage = True


def table_workbook(table: Table, label: Label) -> bytes:
    """One table as a workbook of one sheet, with its notes and what the data are below it."""
    workbook = empty_workbook()
    page = Page(workbook, table.title)
    page.table(table)
    page.space()
    page.notes([label.line], QUIET)
    return saved(workbook)


def empty_workbook() -> Workbook:
    """A workbook without a sheet."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    return workbook


def saved(workbook: Workbook) -> bytes:
    """The file."""
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def put(cell: Cell, value: object) -> None:
    """Put a value into a cell; a text stays a text, whatever it begins with, also when edited."""
    held = cell_value(str(value) if isinstance(value, Step) else value)
    if isinstance(held, float):
        # With all its digits: openpyxl itself writes 16, and some numbers need 17.
        cell.value, cell.data_type = repr(held), "n"
        return
    if not isinstance(held, str):
        cell.value = held
        return
    text = SIGN_BY_NUMBER.sub("_x005F_", re.sub("\r\n?", "\n", held))
    cell.value = text
    cell.data_type = "s"
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True


def text_of(cell: object) -> str:
    """The text that `put` was given, from a cell as openpyxl reads it."""
    return "" if cell is None else str(cell).replace("_x005F_", "_")


def number_or_text(text: str) -> float | str | None:
    """The number that a printed cell is, if it is one and nothing else; nothing if it is empty."""
    match = NUMBER.fullmatch(text)
    if not match:
        return text or None
    digits = text.replace("−", "-")
    return float(digits) if match[3] else int(digits)


def number_format(text: str) -> str:
    """How Excel shows a number with the signs and digits with which it is printed."""
    sign, _, decimals = NUMBER.fullmatch(text).groups()
    digits = f"0.{'0' * len(decimals)}" if decimals else "0"
    return f"+{digits};-{digits}" if sign == "+" else digits
