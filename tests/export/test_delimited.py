"""CSV: numbers come back exactly, texts too, and none of them is a formula."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.charts.overview import patients_by_dose
from lib.export.delimited import (
    GERMAN,
    INTERNATIONAL,
    NUMBER,
    chart_csv,
    frame_csv,
    original,
    table_csv,
)
from lib.figures import Step
from lib.nature import DISCLAIMER
from lib.palette import LIGHT
from lib.report.content import Chart
from lib.spreadsheet import FORMULA_STARTS
from tests.export.samples import GROUPED, HOSTILE, LABEL, hostile, tables

BOTH = pytest.mark.parametrize("dialect", [INTERNATIONAL, GERMAN], ids=["international", "german"])
numbers = st.floats(allow_nan=False, allow_infinity=False)
SAYS = ["cohort", "data", "data_version", "disclaimer"]


def read(content: bytes, dialect: dict) -> tuple[list[str], list[list[str]]]:
    """Headings and rows as any program reads them, without knowing what wrote them."""
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    heads, *rows = csv.reader(text, delimiter=dialect["sep"])
    return heads, rows


def as_told(cell: str, dialect: dict) -> str:
    """The text that was put into a cell."""
    return same_number(original(cell), dialect)


def same_number(text: str, dialect: dict) -> str:
    """A text; if it is a number in the dialect, with a decimal point."""
    international = text.replace(dialect["decimal"], ".")
    return international if NUMBER.fullmatch(international) else text


def is_formula(cell: str, dialect: dict) -> bool:
    number = cell.replace(dialect["decimal"], ".")
    return cell.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(number)


@BOTH
@given(st.lists(st.tuples(hostile, numbers, st.integers(-(2**53), 2**53)), min_size=1, max_size=5))
def test_any_text_and_any_number_comes_back(dialect: dict, rows: list[tuple]):
    heads, found = read(
        frame_csv(pd.DataFrame(rows, columns=["=text", "float", "int"]), LABEL, dialect), dialect
    )
    assert heads == ["'=text", "float", "int", *SAYS]
    for (text, number, whole), row in zip(rows, found, strict=True):
        assert as_told(row[0], dialect) == same_number(text, dialect)
        assert float(row[1].replace(dialect["decimal"], ".")) == number
        assert int(row[2]) == whole
        assert not is_formula(row[0], dialect)
        assert row[3:] == [LABEL.cohort, LABEL.data, LABEL.version, DISCLAIMER]


@BOTH
@given(st.lists(st.one_of(st.none(), numbers, st.integers(-999, 999), hostile), min_size=1))
def test_a_column_of_numbers_and_texts_keeps_both(dialect: dict, values: list):
    frame = pd.DataFrame({"mixed": pd.Series(values, dtype=object), "n": 1})
    for value, row in zip(values, read(frame_csv(frame, LABEL, dialect), dialect)[1], strict=True):
        if value is None:
            assert row[0] == ""
        elif isinstance(value, str):
            assert not is_formula(row[0], dialect)
        else:
            assert float(row[0].replace(dialect["decimal"], ".")) == value


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@x", "'@x"),
        ("+9 (−12 to 31)", "'+9 (−12 to 31)"),
        ("-2+3", "'-2+3"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'=1", "''=1"),
        ("it's", "it's"),
        ("-5", "-5"),
        ("-0.5", "-0.5"),
        ("+9", "+9"),
        ("−3", "−3"),
    ],
)
def test_only_texts_that_would_be_formulas_get_an_apostrophe(text: str, cell: str):
    content = frame_csv(pd.DataFrame({"a": [text]}), LABEL, INTERNATIONAL)
    assert read(content, INTERNATIONAL)[1][0][0] == cell
    assert original(cell) == text


@BOTH
@given(tables())
def test_a_table_comes_back_cell_by_cell(dialect: dict, table):
    heads, rows = read(table_csv(table, LABEL, dialect), dialect)
    n = len(table.table.columns)
    assert len(set(heads)) == len(heads)
    for row, printed in zip(rows, table.table.rows, strict=True):
        told = [as_told(cell, dialect) for cell in row[:n]]
        assert told == [same_number(text, dialect) for text in printed]
    assert not any(is_formula(cell, dialect) for row in [heads, *rows] for cell in row)


def test_columns_under_a_group_have_its_name():
    heads, rows = read(table_csv(GROUPED, LABEL, INTERNATIONAL), INTERNATIONAL)
    assert heads[:5] == ["Group", "Patients: Here", "Patients: Published", "Share: Here",
                         "Share: Published"]  # fmt: skip
    assert rows[1][1:5] == ["12", "7", "+0.50", "-5"]
    assert dict(zip(heads, rows[2], strict=True))["notes"] == GROUPED.notes[0]


def test_of_a_chart_come_the_rows_behind_its_marks():
    counts = [{"value": "1", "n_patients": n, "n_patients_lowest": n, "n_patients_highest": n}
              for n in (Step(2, 0, 4), Step(7, 5, 9), 12)]  # fmt: skip
    spec = patients_by_dose(counts, LIGHT)
    heads, rows = read(chart_csv(Chart("t", spec, ""), LABEL, INTERNATIONAL), INTERNATIONAL)
    assert heads[:4] == ["value", "n_patients", "n_patients_lowest", "n_patients_highest"]
    # A count that is told as a step is written as one, in every column of it.
    assert [row[1:4] for row in rows] == [["<5"] * 3, ["5–9"] * 3, ["12"] * 3]
    assert [row[heads.index("label")] for row in rows] == ["1 g/kg"] * 3


def test_several_layers_of_a_chart_stand_under_their_names():
    spec = {"datasets": {"ticks": [{"day": 1}], "a": [{"x": 1.5}, {"x": None}], "b": [{"y": "–"}]}}
    heads, rows = read(chart_csv(Chart("t", spec, ""), LABEL, GERMAN), GERMAN)
    assert heads[:3] == ["layer", "x", "y"]
    assert [row[:3] for row in rows] == [["a", "1,5", ""], ["b", "", "–"]]


def test_the_hostile_texts_are_hostile():
    assert sum(text.startswith(FORMULA_STARTS) for text in HOSTILE) > 5
