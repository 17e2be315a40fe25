"""Tables as sheets of a workbook: numbers are numbers, all else is text and never a formula."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lib.export.label import Label
from lib.report.content import Table
from lib.spreadsheet import FORMULA_STARTS, plain, sheet_title
from lib.tables import INDENT, TextTable

BOLD = Font(bold=True)
TITLE = Font(bold=True, size=13)
QUIET = Font(italic=True, color="55676E")
BELOW = Border(bottom=Side("thin"))
WRAPPED = Alignment(wrap_text=True, vertical="top")
TOP = Alignment(vertical="top")
HEAD = Alignment(wrap_text=True, vertical="bottom")
INDENTED = Alignment(indent=1, vertical="top", wrap_text=True)
ACROSS = Alignment(horizontal="centerContinuous")
# Of a column, in characters.
NARROWEST, WIDEST = 8, 48
# Cells that are looked at to know how wide a column is.
MOST_MEASURED = 200
# A text that is a number and nothing else. What begins with 0 and goes on is a name, and more
# digits than these Excel would round.
NUMBER = re.compile(r"([+−-]?)(0|[1-9]\d{0,14})(?:\.(\d{1,10}))?", re.ASCII)
MOST_DIGITS = 15
# How an end of a line is told apart from the words for one.
ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def table_workbook(table: Table, label: Label) -> bytes:
    """One table as a workbook of one sheet, with its notes and what the data are below it."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = sheet_title(table.title, ())
    add_table(sheet, table)
    sheet.append([])
    add_words(sheet, [label.line], QUIET)
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    """The file."""
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def add_sheet(workbook: Workbook, name: str) -> Worksheet:
    """A further sheet, whose name is like the one that is wanted."""
    taken = [title.lower() for title in workbook.sheetnames]
    return workbook.create_sheet(sheet_title(name, taken))


def add_table(sheet: Worksheet, table: Table) -> None:
    """Write a table with its title and notes on an empty sheet, and set the sheet up for print."""
    add_words(sheet, [table.title], TITLE)
    if table.table.groups:
        _add_groups(sheet, table.table)
    add_rows(sheet, table.table.columns, map(_told, table.table.rows))
    if table.notes:
        sheet.append([])
        add_words(sheet, table.notes)


def add_rows(
    sheet: Worksheet, heads: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    """Write headings, which stay when the sheet is scrolled and are printed on every page, and rows.

    Below what the sheet holds already. A number is written as one; of a text see `plain_number`.
    """
    sheet.append([])
    row = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value is not None else 1
    for place, head in enumerate(heads, start=1):
        cell = write(sheet, row, place, head, BOLD, HEAD)
        cell.border = BELOW
    first = row + 1
    widths = [len(str(head)) / 2 for head in heads]
    for row, values in enumerate(rows, start=first):  # noqa: B020 PLW2901
        for place, value in enumerate(values, start=1):
            write(sheet, row, place, value, None, TOP)
            if row - first < MOST_MEASURED:
                widths[place - 1] = max(widths[place - 1], len(str(value or "")))
    for place, width in enumerate(widths, start=1):
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width = min(max(width + 2, NARROWEST), WIDEST)
    sheet.freeze_panes = sheet.cell(first, 2)
    sheet.print_title_rows = f"{first - 1}:{first - 1}"
    set_up_print(sheet)


def set_up_print(sheet: Worksheet) -> None:
    """Landscape, as wide as a page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
