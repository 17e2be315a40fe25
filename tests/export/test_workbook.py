"""A workbook: numbers are numbers, every other cell is text, and no cell a formula."""

import re
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from lib.export.workbook import Page, empty_workbook, number_or_text, saved, table_workbook, text_of
from lib.tables import INDENT
from tests.export.samples import GROUPED, HOSTILE, LABEL, tables, words

NEWLINES = re.compile("\r\n?")


def opened(content: bytes) -> Worksheet:
    return load_workbook(BytesIO(content)).worksheets[0]


@settings(max_examples=30)
@given(tables())
def test_any_table_comes_back(table):
    sheet = opened(table_workbook(table, LABEL))
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type in "fe" for cell in cells)
    rows = list(sheet.iter_rows(min_row=3, max_row=2 + len(table.table.rows)))
    for printed, row in zip(table.table.rows, rows, strict=True):
        for place, text in enumerate(printed):
            value = row[place].value
            if isinstance(value, int | float):
                assert place > 0
                assert float(text.replace("−", "-")) == value
            else:
                told = text.removeprefix(INDENT) if place == 0 else text
                assert text_of(value) == NEWLINES.sub("\n", told)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("-5", -5),
        ("−3", -3),
        ("+0.50", 0.5),
        ("0.1", 0.1),
        ("1.50", 1.5),
        ("0", 0),
        ("007", "007"),
        ("1,234", "1,234"),
        ("29/32", "29/32"),
        ("91%", "91%"),
        ("1e5", "1e5"),
        ("1234567890123456789", "1234567890123456789"),
        ("0.12345678901234567", "0.12345678901234567"),
        ("٣", "٣"),
        ("", None),
    ],
)
def test_a_cell_that_is_a_number_and_nothing_else_is_one(text: str, number: object):
    found = number_or_text(text)
    assert found == number
    assert type(found) is type(number)


@settings(max_examples=30)
@given(words)
def test_a_title_becomes_a_name_that_a_sheet_can_have(title: str):
    workbook = empty_workbook()
    names = {Page(workbook, title).sheet.title.lower() for _ in range(3)}
    assert len(names) == 3
    assert all(len(name) <= 31 for name in names)
    assert not any(set(name) & set("[]:*?/\\") for name in names)
    load_workbook(BytesIO(saved(workbook)))


def test_a_table_stands_under_its_title_and_groups_and_can_be_scrolled():
    sheet = opened(table_workbook(GROUPED, LABEL))
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "Responders"
    assert rows[1][:5] == (None, "Patients", None, "Share", None)
    assert rows[2][:5] == GROUPED.table.columns
    assert rows[4][:5] == ("female", 12, 7, 0.5, -5)
    assert rows[5][:5] == ("All", 20, "–", "3/4", "6 ⟨4–9⟩")
    assert sheet["D5"].number_format == "+0.00;-0.00"
    assert sheet["A5"].alignment.indent == 1
    assert sheet.freeze_panes == "B4"
    assert sheet["B3"].font.bold
    assert sheet.page_setup.orientation == "landscape"
    below = [row[0] for row in rows[6:] if row[0]]
    assert below == [*GROUPED.notes, LABEL.line]


def test_a_text_that_begins_like_a_formula_stays_a_text_when_it_is_edited():
    workbook = empty_workbook()
    page = Page(workbook, "Sheet")
    for text in HOSTILE:
        page.line([text])
    sheet = opened(saved(workbook))
    cells = [row[0] for row in sheet.iter_rows()]
    assert [cell.data_type for cell in cells] == ["s"] * len(HOSTILE)
    assert all(
        cell.quotePrefix for cell in cells if str(cell.value).startswith(("=", "+", "-", "@"))
    )


@settings(max_examples=20)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=50, max_size=50))
def test_any_number_comes_back_with_all_its_digits(numbers: list[float]):
    workbook = empty_workbook()
    Page(workbook, "Sheet").line(numbers)
    found = [cell.value for cell in next(opened(saved(workbook)).iter_rows())]
    assert found == numbers
