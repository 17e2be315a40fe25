"""The findings as a workbook, opened again as Excel would."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from lib.registry import findings_report
from lib.registry.findings_report import COLUMNS, UserSheet, to_workbook
from lib.registry.importer.finding import Finding

RED, YELLOW = "00F4A6A0", "00FFF1B8"
DOSE = Finding("error", "dose", "Zyklen", 4, "Dosis", "Dose is 9.", "Enter g/kg.", "9")
DAY = Finding("warning", "interval_short", "Zyklen", 5, "Tag", "Only 3 days.", "Check it.", "3")
ROW = Finding("error", "row_shape", "Zyklen", 5, None, "Too many cells.", "Count them.")
COLUMN = Finding("warning", "dose_unit", "Zyklen", None, "Dosis", "Another unit?", "Check it.")
NAME = Finding("error", "identifier", "Zyklen", 4, "Notiz", "Looks like a name.", "Delete it.")
SHEET = UserSheet(
    "Zyklen",
    2,
    ["Patient", "Tag", "Dosis", "Notiz"],
    [(3, ["P1", 0, 2.0, None]), (4, ["P1", 28, 9.0, "Erika Muster"]), (5, ["P2", 3])],
)


def opened(*findings: Finding, sheets: tuple = (), **options: object) -> Workbook:
    return load_workbook(BytesIO(to_workbook(findings, sheets, **options)))


def test_findings_are_listed_under_a_frozen_filterable_header():
    page = opened(DOSE, DAY)["Findings"]
    header, first, second = page.iter_rows(values_only=True)
    assert header == COLUMNS
    assert first == ("error", "dose", "Zyklen", 4, "Dosis", "9", "Dose is 9.", "Enter g/kg.")
    assert second[:2] == ("warning", "interval_short")
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:H3"


def test_findings_are_counted_by_rule():
    page = opened(DOSE, DOSE, DAY)["By rule"]
    rows = list(page.iter_rows(min_row=2, max_row=3, values_only=True))
    assert rows == [("error", "dose", "Zyklen", 2), ("warning", "interval_short", "Zyklen", 1)]


def test_cells_are_marked_under_their_own_row_number():
    page = opened(DOSE, DAY, ROW, COLUMN, sheets=(SHEET,))["Zyklen"]
    marked = {
        cell.coordinate: (cell.fill.fgColor.rgb, cell.comment.text)
        for row in page.iter_rows()
        for cell in row
        if cell.fill.fill_type
    }
    assert marked == {
        "C2": (YELLOW, "Warning: Another unit? Check it."),
        "C4": (RED, "Error: Dose is 9. Enter g/kg."),
        "A5": (RED, "Error: Too many cells. Count them."),
        "B5": (YELLOW, "Warning: Only 3 days. Check it."),
    }
    assert [cell.value for cell in page[4]] == ["P1", 28, 9, "Erika Muster"]
    assert page.freeze_panes == "A3"


def test_a_cell_with_an_error_and_a_warning_is_red_and_says_both():
    warning = Finding("warning", "dose_jump", "Zyklen", 4, "Dosis", "A jump.", "Check it.")
    cell = opened(warning, DOSE, sheets=(SHEET,))["Zyklen"]["C4"]
    assert cell.fill.fgColor.rgb == RED
    assert cell.comment.text == "Warning: A jump. Check it.\n\nError: Dose is 9. Enter g/kg."


def test_an_identifier_is_written_nowhere():
    careless = Finding(
        "error", "vocabulary", "Zyklen", 4, "Notiz", "Not known.", "…", "Erika Muster"
    )
    content = to_workbook([NAME, careless], [SHEET])
    book = load_workbook(BytesIO(content))
    texts = [str(cell.value) for page in book for row in page.iter_rows() for cell in row]
    assert not [text for text in texts if "Erika" in text]
    assert book["Zyklen"]["D4"].value == "(withheld)"
    assert book["Zyklen"]["D3"].value is None
    assert book["Zyklen"]["D4"].fill.fgColor.rgb == RED


def test_what_else_is_withheld_is_not_written():
    page = opened(sheets=(SHEET,), withheld=[("Zyklen", "Patient")])["Zyklen"]
    assert [row[0].value for row in page.iter_rows(min_row=3)] == ["(withheld)"] * 3


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(“x”)"])
def test_text_is_never_a_formula(text: str):
    finding = Finding("error", text, "s", 2, text, text, text, text)
    book = opened(finding, sheets=(UserSheet("s", 1, [text], [(2, [text])]),))
    for cell in (*list(book["Findings"][2])[5:], book["s"]["A1"], book["s"]["A2"]):
        assert cell.value == text
        assert cell.data_type == "s"
        assert cell.quotePrefix


def test_values_that_excel_has_no_type_for_are_text():
    odd = [
        float("nan"),
        float("inf"),
        datetime(2024, 1, 1, tzinfo=UTC),
        b"\0",
        "a\0b",
        "x" * 40_000,
    ]
    page = opened(sheets=(UserSheet("s", 1, list("abcdef"), [(2, odd)]),))["s"]
    texts = [cell.value for cell in page[2]]
    assert texts[:3] == ["nan", "inf", "2024-01-01 00:00:00+00:00"]
    assert texts[4] == "a\N{REPLACEMENT CHARACTER}b"
    assert len(texts[5]) == 32_767


def test_sheets_get_names_that_excel_allows():
    names = ["Findings", "a/b:c", "x" * 40, "x" * 40, "", "FINDINGS", "History"]
    book = opened(sheets=[UserSheet(name, 1, ["a"], []) for name in names])
    assert book.sheetnames == [
        "Findings",
        "By rule",
        "Findings (2)",
        "a b c",
        "x" * 31,
        "x" * 27 + " (2)",
        "Sheet",
        "FINDINGS (3)",
        "History (2)",
    ]


def test_comments_end_where_there_are_too_many_but_colours_do_not(monkeypatch):
    monkeypatch.setattr(findings_report, "MOST_COMMENTS_OF_A_SHEET", 1)
    page = opened(DOSE, DAY, sheets=(SHEET,))["Zyklen"]
    assert page["C4"].comment
    assert not page["B5"].comment
    assert page["B5"].fill.fgColor.rgb == YELLOW


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.datetimes(), st.dates()
)


@given(st.lists(CELLS, max_size=4), st.text(), st.text())
def test_whatever_stands_in_a_sheet_can_be_written(cells: list, name: str, heading: str):
    finding = Finding("error", "rule", name, 3, heading, "Message.", "Mend.", name)
    book = opened(finding, sheets=(UserSheet(name, 1, [heading] * 4, [(3, cells)]),))
    assert len(book.worksheets) == 3
