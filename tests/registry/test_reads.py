"""What clinics have is read rightly or asked about, and never misread."""

from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest

from lib.places import CASE_SERIES
from lib.registry.importer.options import DELIMITERS, Options
from lib.registry.importer.stages import read_here
from lib.registry.importer.writing import write
from tests.registry.clinic import (
    CYCLES,
    PATIENTS,
    as_csv,
    column,
    places,
    read_csvs_of,
    read_workbook_of,
    replaced,
    sheets,
    with_column,
    write_csvs,
    write_workbook,
)

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
DECIMALS = {"point": ".", "comma": ","}
DATE_FORMS = {
    "dd.mm.yyyy": "%d.%m.%Y",
    "iso": "%Y-%m-%d",
    "day first": "%d/%m/%Y",
    "month first": "%m/%d/%y",
    "excel": None,
}
EXCEL_EPOCH = date(1899, 12, 30)
FIRST = date(2023, 4, 3)


def written(day: int, form: str) -> str:
    """A day since 3 April 2023 as a date."""
    moment = FIRST + timedelta(day)
    pattern = DATE_FORMS[form]
    return str((moment - EXCEL_EPOCH).days) if pattern is None else moment.strftime(pattern)


def decimals(mark: str, *numbers: float) -> list[str]:
    return [str(number).replace(".", DECIMALS[mark]) for number in numbers]


@pytest.mark.parametrize(
    ("encoding", "delimiter", "decimal", "form"),
    list(product(ENCODINGS, DELIMITERS, DECIMALS, DATE_FORMS)),
)
def test_a_combination_is_read_rightly_or_asked(
    tmp_path: Path, encoding: str, delimiter: str, decimal: str, form: str
):
    """Cycles and scores settle their form (24 April, 72.5); events and weights leave it open."""
    patients = with_column(PATIENTS, "Gewicht (kg)", *decimals(decimal, 70.125, 72.125))
    cycles = [
        ["patient_id", "cycle_no", "Datum", "dose_g_per_kg"],
        *(["007", n, written(day, form), 2] for n, day in enumerate([0, 21, 61], start=1)),
        ["008", 1, written(0, form), 1],
    ]
    events = [
        ["patient_id", "Ereignisdatum", "kind"],
        *(["007", written(day, form), "relapse"] for day in (30, 61)),  # 3 May, 3 June
    ]
    scores = [
        ["patient_id", "day", "instrument", "score"],
        *(["007", n, "ABSIS", text] for n, text in enumerate(decimals(decimal, 20.5, 72.125))),
    ]
    content = sheets(patients=patients, cycles=cycles, events=events, assessments=scores)
    folder = write_csvs(tmp_path / "clinic", content, DELIMITERS[delimiter], encoding)
    reading = read_here([folder], Options())
    open_columns = {"Gewicht (kg)"} | ({"Ereignisdatum"} if "first" in form else set())
    assert {question.column for question in reading.questions} == open_columns
    assert not reading.errors
    assert column(reading, "patients", "centre") == ["Köln", "Köln"]
    assert column(reading, "patients", "body_weight_kg") == [None, None]
    assert column(reading, "cycles", "day") == [0, 21, 61, 0]
    assert column(reading, "events", "day") == ([None, None] if "first" in form else [30, 61])
    assert column(reading, "assessments", "score") == [20.5, 72.125]


def test_a_german_sheet_is_read(tmp_path: Path):
    content = {
        "Patienten": [
            ["Hautklinik, Stand März"],
            [],
            ["Pat.-ID", "Zentrum", "Diagnose", "Geschlecht", "Geburtsdatum", "Gewicht (kg)"]
            + ["Diagnosedatum", "Ansprechen", "Off-Label"],
            ["007", "Köln", "Dermatomyositis", "weiblich", date(1970, 9, 5), "72,5"]
            + ["04.09.2021", "ja", "nein"],
            ["008", "Köln", " PEMPHIGUS  vulgaris", "m", "28.02.1950", 80]
            + ["k. A.", "kein Ansprechen", "x"],
        ],
        "Zyklen": [
            ["Pat.-ID", "Zyklus", "Datum", "Dosis (g)"],
            ["007", 1, date(2023, 9, 4), 145],
            ["007", 2, "02.10.2023", "72,5"],
            ["008", 1, "4. März 2024", 80],
        ],
        "Nebenwirkungen": [
            ["Pat.-ID", "Nebenwirkung", "Beginn", "Grad", "Schwerwiegend"],
            ["007", "Kopfschmerzen", "05.09.2023", 1, "nein"],
        ],
        "Begleittherapien": [
            ["Pat.-ID", "Medikament", "Zeitpunkt", "Beginn", "Ende"],
            ["008", "Prednisolon", "während IVIg", "04.03.2024", "n. a."],
        ],
        "Ereignisse": [["Pat.-ID", "Art", "Datum"], ["007", "Besserung", "02.10.2023"]],
        "Scores": [["Pat.-ID", "Datum", "Score-Name", "Wert"], ["007", "01.09.2023", "DLQI", 12]],
    }
    reading = read_workbook_of(tmp_path, content)
    assert reading.errors == () and not reading.questions
    patients = reading.tables["patients"].drop_columns(["imputation"]).to_pylist()
    assert patients[0] | {"off_label": False} == patients[0]
    assert {
        key: patients[0][key]
        for key in (
            "patient_id",
            "diagnosis",
            "sex",
            "age_at_first_ivig_years",
            "body_weight_kg",
            "diagnosis_to_first_ivig_years",
            "response",
        )
    } == {
        "patient_id": "007",
        "diagnosis": "dermatomyositis",
        "sex": "female",
        "age_at_first_ivig_years": 52,  # the birthday is the day after the first infusion
        "body_weight_kg": 72.5,
        "diagnosis_to_first_ivig_years": 2.0,  # 730 days / 365.25 = 1.9986
        "response": "response",
    }
    assert patients[1]["age_at_first_ivig_years"] == 74
    assert patients[1]["off_label"] is True
    assert patients[1]["diagnosis_to_first_ivig_years"] is None
    assert column(reading, "cycles", "day") == [0, 28, 0]
    assert column(reading, "cycles", "dose_g_per_kg") == [2, 1, 1]
    assert column(reading, "side_effects", "day") == [1]
    assert column(reading, "side_effects", "symptom") == ["headache"]
    assert column(reading, "treatments", "start_day") == [0]
    assert column(reading, "treatments", "stop_day") == [None]
    assert column(reading, "treatments", "role") == ["concomitant"]
    assert column(reading, "events", "kind") == ["improvement"]
    assert column(reading, "assessments", "day") == [-3]
    assert "date" not in {name for table in reading.tables.values() for name in table.column_names}


@pytest.mark.parametrize("missing", ["", " ", "-", "–", "n. a.", "N/A", "NA", "k. A.", "?", None])
def test_words_for_missing_are_missing(tmp_path: Path, missing: str | None):
    patients = with_column(PATIENTS, "body_weight_kg", missing, 80)
    for read in (read_csvs_of, read_workbook_of):
        reading = read(tmp_path, sheets(patients=patients))
        assert not reading.errors
        assert column(reading, "patients", "body_weight_kg") == [None, 80]


def test_a_diagnosis_that_reads_none_is_not_missing(tmp_path: Path):
    reading = read_csvs_of(tmp_path, sheets(patients=replaced(PATIENTS, 2, 3, "None")))
    assert places(reading, "not_in_list") == [("patients", 2, "diagnosis")]
    assert not places(reading, "missing")


def test_unknown_is_a_sex_and_elsewhere_missing(tmp_path: Path):
    patients = with_column(replaced(PATIENTS, 2, 4, "unbekannt"), "subtype", "unbekannt", "")
    reading = read_csvs_of(tmp_path, sheets(patients=patients))
    assert column(reading, "patients", "sex") == ["unknown", "male"]
    assert column(reading, "patients", "subtype") == [None, None]


def test_ids_keep_their_zeros(tmp_path: Path):
    for read in (read_csvs_of, read_workbook_of):
        assert column(read(tmp_path, sheets()), "patients", "patient_id") == ["007", "008"]


def test_a_misspelling_is_an_error_with_a_suggestion(tmp_path: Path):
    reading = read_csvs_of(tmp_path, sheets(patients=replaced(PATIENTS, 3, 3, "Pemfigus vulgaris")))
    [finding] = [f for f in reading.findings if f.rule == "not_in_list"]
    assert (finding.sheet, finding.row, finding.column) == ("patients", 3, "diagnosis")
    assert "pemphigus vulgaris" in finding.mend
    assert finding.value == "Pemfigus vulgaris"


def test_numbers_in_a_workbook_are_never_ambiguous(tmp_path: Path):
    patients = with_column(PATIENTS, "body_weight_kg", 70.125, 80)
    reading = read_workbook_of(tmp_path, sheets(patients=patients))
    assert not reading.questions
    assert column(reading, "patients", "body_weight_kg") == [70.125, 80]


def test_milligrams_become_grams(tmp_path: Path):
    cycles = [line[:3] for line in CYCLES]
    cycles = with_column(cycles, "Dosis (mg/kg)", 2000, 400, 1000)
    reading = read_csvs_of(tmp_path, sheets(cycles=cycles))
    assert column(reading, "cycles", "dose_g_per_kg") == [2, 0.4, 1]


def test_grams_are_divided_by_the_weight_at_the_cycle_else_the_patients(tmp_path: Path):
    cycles = with_column([line[:3] for line in CYCLES], "dose_g", 29.4, 145, 80)
    cycles = with_column(cycles, "body_weight_kg", "", "72.5", "")
    patients = with_column(PATIENTS, "body_weight_kg", "73.5", "80")
    reading = read_csvs_of(tmp_path, sheets(cycles=cycles, patients=patients))
    assert column(reading, "cycles", "dose_g_per_kg") == [0.4, 2, 1]


def test_grams_without_a_weight_are_an_error(tmp_path: Path):
    cycles = with_column([line[:3] for line in CYCLES], "dose_g", 145, 145, 80)
    patients = with_column(PATIENTS, "body_weight_kg", "72.5", "")
    reading = read_csvs_of(tmp_path, sheets(cycles=cycles, patients=patients))
    assert places(reading, "dose_without_weight") == [("cycles", 4, "dose_g")]
    assert not places(reading, "missing")


def test_dates_without_a_first_infusion_are_an_error(tmp_path: Path):
    events = [["patient_id", "kind", "date"], ["007", "relapse", "2024-03-04"]]
    reading = read_csvs_of(tmp_path, sheets(events=events))
    assert places(reading, "date_without_first_infusion") == [("events", 2, "date")]


def test_the_first_infusion_may_be_stated_beside_days(tmp_path: Path):
    patients = with_column(PATIENTS, "first_ivig_date", "2024-03-01", "2024-01-01")
    events = [["patient_id", "kind", "date"], ["007", "relapse", "2024-03-04"]]
    reading = read_csvs_of(tmp_path, sheets(patients=patients, events=events))
    assert not reading.errors
    assert column(reading, "events", "day") == [3]


def test_a_stated_first_infusion_has_to_be_that_of_the_cycles(tmp_path: Path):
    patients = with_column(PATIENTS, "first_ivig_date", "2024-03-01", "2024-01-01")
    cycles = with_column(
        [[*line[:2], *line[3:]] for line in CYCLES],
        "date",
        "2024-03-02",
        "2024-04-01",
        "2024-01-01",
    )
    reading = read_csvs_of(tmp_path, sheets(patients=patients, cycles=cycles))
    assert places(reading, "first_infusion_differs") == [("patients", 2, "first_ivig_date")]


def test_day_and_date_may_stand_side_by_side_if_they_agree(tmp_path: Path):
    cycles = with_column(CYCLES, "date", "2024-03-01", "2024-03-29", "2024-01-01")
    reading = read_csvs_of(tmp_path, sheets(cycles=cycles))
    assert not reading.errors
    cycles = with_column(CYCLES, "date", "2024-03-01", "2024-03-30", "2024-01-01")
    reading = read_csvs_of(tmp_path, sheets(cycles=cycles))
    assert places(reading, "two_values_for_one") == [("cycles", 3, "date")]


def test_dates_under_the_heading_day_are_dates(tmp_path: Path):
    cycles = [[*line] for line in CYCLES]
    for line, day in zip(cycles[1:], ("01.03.2024", "29.03.2024", "01.01.2024"), strict=True):
        line[2] = day
    reading = read_csvs_of(tmp_path, sheets(cycles=cycles))
    assert not reading.errors
    assert column(reading, "cycles", "day") == [0, 28, 0]


def test_several_sources_are_put_together_and_findings_name_their_rows(tmp_path: Path):
    first = write_csvs(tmp_path / "a", sheets())
    others = sheets(
        patients=[PATIENTS[0], ["101", "Bonn", "dermatomyositis", "female", 300]],
        cycles=[CYCLES[0], ["101", 1, 0, 2], ["101", 3, 60, 2]],
    )
    second = write_workbook(tmp_path / "b.xlsx", others)
    reading = read_here([first, second], Options())
    assert reading.tables["patients"].num_rows == 3
    assert places(reading, "out_of_range") == [
        ("patients (b.xlsx, 2)", 2, "age_at_first_ivig_years")
    ]
    assert places(reading, "cycle_number_gap") == [("cycles (b.xlsx, 2)", 3, "cycle_no")]


def test_patients_of_two_sources_are_held_against_each_other(tmp_path: Path):
    first, second = (write_csvs(tmp_path / name, sheets()) for name in "ab")
    reading = read_here([first, second], Options())
    twice = [f for f in reading.errors if f.rule == "row_twice" and "patients" in f.sheet]
    assert [(f.sheet, f.row) for f in twice] == [
        ("patients (patients.csv, 2)", 2),
        ("patients (patients.csv, 2)", 3),
    ]
    assert "row 2 of patients (patients.csv, 1)" in twice[0].message


def test_a_registry_can_be_imported_again_beside_new_sheets(tmp_path: Path):
    write(read_csvs_of(tmp_path, sheets()), tmp_path / "registry", "Köln")
    others = sheets(
        patients=[PATIENTS[0], ["101", "Bonn", "dermatomyositis", "female", 30]],
        cycles=[CYCLES[0], ["101", 1, 0, 2]],
    )
    second = write_workbook(tmp_path / "bonn.xlsx", others)
    reading = read_here([tmp_path / "registry", second], Options())
    assert reading.can_be_imported
    assert column(reading, "patients", "centre") == ["Köln", "Köln", "Bonn"]
    assert not places(reading, "unknown_column") and not places(reading, "unknown_sheet")


def test_reconstructed_rows_are_not_taken_for_recorded_ones(tmp_path: Path):
    assert places(read_here([CASE_SERIES], Options()), "imputed_rows")


def test_every_row_is_imported_or_reported(tmp_path: Path):
    text = (
        as_csv(PATIENTS) + ";;;;\r\n\r\n009;Köln;dermatomyositis;female\r\n" + "010;a;b;c;1;2\r\n"
    )
    folder = write_csvs(tmp_path / "clinic", sheets())
    (folder / "patients.csv").write_text(text, encoding="utf-8")
    reading = read_here([folder], Options())
    [sheet] = [sheet for sheet in reading.sheets if sheet.table == "patients"]
    assert (sheet.n_rows, sheet.n_empty, sheet.n_imported, sheet.n_reported) == (4, 2, 2, 2)
    assert places(reading, "row_shape") == [("patients", 6, None), ("patients", 7, None)]
    assert reading.tables["patients"].num_rows == 2


@pytest.mark.parametrize(
    ("name", "drug"),
    [
        ("Decortin", "prednisone"),
        ("Decortin® H", "prednisolone"),
        ("URBASON", "methylprednisolone"),
        ("Imurek", "azathioprine"),
        ("CellCept", "mycophenolate mofetil"),
        ("Quensyl", "hydroxychloroquine"),
        ("Lantarel", "methotrexate"),
        ("MTX", "methotrexate"),
        ("MabThera", "rituximab"),
        ("Sandimmun Optoral", "ciclosporin"),
    ],
)
def test_a_trade_name_is_the_drug(tmp_path: Path, name: str, drug: str):
    treatments = [["patient_id", "drug", "role"], ["008", name, "prior"]]
    reading = read_workbook_of(tmp_path, sheets(treatments=treatments))
    assert column(reading, "treatments", "drug") == [drug]


def with_grades(*grades: object) -> dict:
    """A headache of every grade, each on its day."""
    rows = [["007", "headache", day, grade] for day, grade in enumerate(grades, start=1)]
    return sheets(side_effects=[["patient_id", "symptom", "day", "CTCAE-Grad"], *rows])


@pytest.mark.parametrize(
    ("grade", "written"),
    [
        (1, "I G1 G.1 Grad:1 1. grad_I °1 1° I° CTCAE:1 CTC-Grad_1 CTCAE_v5.0_Grad_1 1_(leicht)"),
        (2, "2 2,0 II Ⅱ g2 Grad_II Grade_2 °II CTCAE-Grad_2 CTCAE°2 2._Grades mäßig_(2) 2_-_mäßig"),
        (5, "V v G5 GRAD_V 5_=_Tod"),
    ],
)
def test_a_grade_is_read_in_any_form(tmp_path: Path, grade: int, written: str):
    """A figure or a Roman number says it, whatever stands around; a word beside it agrees."""
    forms = [form.replace("_", " ") for form in written.split()]
    reading = read_workbook_of(tmp_path, with_grades(*forms))
    assert not reading.errors and not reading.questions
    assert column(reading, "side_effects", "ctcae_grade") == [grade] * len(forms)


@pytest.mark.parametrize(
    "text", ["1-2", "Grad 1–2", "II-III", "≥3", "3 (leicht)", "leicht bis mäßig", "CTCAE v4.03 2"]
)
def test_what_may_be_two_grades_is_an_error(tmp_path: Path, text: str):
    reading = read_workbook_of(tmp_path, with_grades(2, text))
    assert places(reading, "not_a_grade") == [("side_effects", 3, "CTCAE-Grad")]


def test_a_grade_in_words_is_asked_for_and_never_guessed(tmp_path: Path):
    """Mäßig is CTCAE's word for grade 2, and what anybody says of a headache."""
    content = with_grades("mäßig", "G3", "Schwer", "life-threatening", "-", "mild")
    reading = read_workbook_of(tmp_path, content)
    [question] = reading.questions
    assert (question.column, question.row, question.example) == ("CTCAE-Grad", 2, "mäßig")
    assert question.option == "--grade-words"
    assert column(reading, "side_effects", "ctcae_grade") == [None, 3, None, None, None, None]
    # What is open is neither missing nor wrong yet.
    assert not [finding for finding in reading.findings if finding.sheet == "side_effects"]

    reading = read_workbook_of(tmp_path, content, grade_words="ctcae")
    assert column(reading, "side_effects", "ctcae_grade") == [2, 3, 3, 4, None, 1]
    assert not reading.questions

    answers = {("grade", "side_effects", "CTCAE-Grad"): "none"}
    reading = read_workbook_of(tmp_path, content, answers=answers)
    assert column(reading, "side_effects", "ctcae_grade") == [None, 3, None, None, None, None]
    assert [row for _, row, _ in places(reading, "grade_left_empty")] == [2, 4, 5, 7]
    assert reading.can_be_imported


def test_none_is_a_word_and_na_is_nothing(tmp_path: Path):
    """A diagnosis that reads “None” is no empty cell, and neither is an event called so."""
    patients = replaced(PATIENTS, 2, 3, "None")
    events = [["patient_id", "kind", "label"], ["007", "history", "None"], ["008", "history", "NA"]]
    reading = read_csvs_of(tmp_path, sheets(patients=patients, events=events))
    assert places(reading, "not_in_list") == [("patients", 2, "diagnosis")]
    assert column(reading, "events", "label") == ["None", None]
