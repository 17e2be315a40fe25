"""Exports: what every row says of itself, and numbers that a German Excel reads as numbers."""

import io

import pandas as pd
import pytest

from lib.cohort import Cohort
from lib.export.delimited import GERMAN, INTERNATIONAL, frame_csv
from lib.export.label import Label
from lib.warehouse import Warehouse, open_warehouse


@pytest.fixture(scope="module")
def case_series() -> Warehouse:
    return open_warehouse()


def read_export(frame: pd.DataFrame, warehouse: Warehouse, dialect: dict) -> pd.DataFrame:
    data = frame_csv(
        frame, Label("all patients", "Recorded data", warehouse.manifest.version), dialect
    )
    return pd.read_csv(
        io.BytesIO(data), sep=dialect["sep"], dtype=str, encoding="utf-8-sig", keep_default_na=False
    )


@pytest.mark.parametrize(("dialect", "separator", "number"), [
    (INTERNATIONAL, ",", "1.5"),
    (GERMAN, ";", "1,5"),
])  # fmt: skip
def test_an_export_says_in_every_row_what_it_is(
    case_series: Warehouse, dialect: dict, separator: str, number: str
):
    frame = pd.DataFrame({"text": ["größer", "6 ⟨5–7⟩"], "years": [1.5, 1.5]})
    label = Label(Cohort.of(sex=["female"]).words, "Recorded data", case_series.manifest.version)
    data = frame_csv(frame, label, dialect)
    assert data.startswith(b"\xef\xbb\xbf")
    read = pd.read_csv(io.BytesIO(data), sep=separator, dtype=str, encoding="utf-8-sig")
    assert read["years"].tolist() == [number] * 2
    assert read["text"].tolist() == frame["text"].tolist()
    assert read["cohort"].tolist() == ["female"] * 2
    assert read["data_version"].tolist() == [case_series.manifest.version] * 2
    assert read["disclaimer"].str.contains("not for decisions").all()
    assert read["data"].notna().all()


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("4.5", "4,5"),
        ("-0.25", "-0,25"),
        ("12", "12"),
        ("4.5 ⟨4–5.5⟩", "4.5 ⟨4–5.5⟩"),
        ("1.5.2020", "1.5.2020"),
        ("Table II, row 2.5", "Table II, row 2.5"),
        (None, ""),
    ],
)
def test_a_text_that_is_a_number_is_one_in_german(
    case_series: Warehouse, text: str | None, german: str
):
    frame = pd.DataFrame({"value": [text, "x"]})
    assert read_export(frame, case_series, GERMAN)["value"][0] == german
    assert read_export(frame, case_series, INTERNATIONAL)["value"][0] == (text or "")


@pytest.mark.parametrize(
    ("query", "bound", "column"),
    [
        ("patient/statements", {"patient": "DM-02", "version": 1}, "value"),
        ("publication/claims", {}, "published"),
    ],
)
def test_no_export_for_german_excel_has_a_date_for_a_number(
    case_series: Warehouse, query: str, bound: dict, column: str
):
    frame = case_series.query(query, **bound)
    as_it_is = read_export(frame, case_series, INTERNATIONAL)
    german = read_export(frame, case_series, GERMAN)
    # What Excel would take for a day and a month.
    date = r"\d+\.\d+"
    assert as_it_is[column].str.fullmatch(date).any()
    assert not any(german[name].str.fullmatch(date).any() for name in german)
    assert german[column].str.replace(",", ".").tolist() == (
        as_it_is[column].str.replace(",", ".").tolist()
    )
