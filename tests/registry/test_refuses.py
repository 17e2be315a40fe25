"""What bad files get: one sentence that says what to do, soon, and nothing is lost."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook, load_workbook

from lib.errors import SourceError
from lib.registry.importer import bounded, limits
from lib.registry.importer.bounded import read
from lib.registry.importer.options import Options
from lib.registry.importer.stages import read_here
from tests.registry.clinic import (
    CYCLES,
    HAMBURG,
    PATIENTS,
    as_csv,
    places,
    read_csvs_of,
    read_workbook_of,
    replaced,
    sheets,
    with_column,
    write_csvs,
    write_workbook,
)


def refusal(*sources: Path, **options: str) -> str:
    with pytest.raises(SourceError) as caught:
        read_here(list(sources), Options(**options))
    return str(caught.value)


def file_of(tmp_path: Path, name: str, content: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def workbook_bytes(content: dict) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, lines in content.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("patients.csv", b"", "is empty"),
        ("patients.csv", b"\xff\xfe", "No data"),
        ("patients.csv", b"\x00\x01\x02" * 9, "no text"),
        ("clinic.xlsx", b"hello", "not what its ending says"),
        ("clinic.xlsx", b"PK\x03\x04 and nothing more", "damaged"),
        ("clinic.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password or an old"),
        ("patients.parquet", b"PAR1 cut off", "damaged"),
        ("patients.csv", b'patient_id;centre\n"P1;x\n', "quotation mark"),
        ("patients.csv", "patient_id;centre\nP1;K\u0081ln".encode("latin-1"), "encoding"),
        ("patients.csv", "patient_id;centre\nP1;Köln".encode("mac-roman"), "encoding"),
    ],
)
def test_a_bad_file_gets_a_sentence(tmp_path: Path, name: str, content: bytes, sentence: str):
    assert sentence in refusal(file_of(tmp_path, name, content))


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    assert "no file or folder “lost.xlsx”" in refusal(tmp_path / "lost.xlsx")


def test_an_empty_folder_holds_no_data(tmp_path: Path):
    assert "No data" in refusal(tmp_path)


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path):
    path = file_of(tmp_path, "patients.csv", b"x")
    with path.open("wb") as file:
        file.truncate(200_000_000)
    assert "200 MB" in refusal(path)


@pytest.mark.parametrize("name", ["clinic.xlsx", "clinic.zip"])
def test_a_bomb_is_not_opened(tmp_path: Path, name: str):
    path = tmp_path / name
    member = "xl/workbook.xml" if name.endswith("x") else "patients.csv"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, bytes(50_000_000))
    assert path.stat().st_size < 100_000
    assert "unpack to far more" in refusal(path)


def test_a_bomb_that_lies_about_its_size_is_stopped(tmp_path: Path):
    """The sizes stated in a ZIP are not what is packed: no more than stated is read."""
    path = tmp_path / "clinic.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("patients.csv", bytes(50_000_000))
    content = path.read_bytes().replace((50_000_000).to_bytes(4, "little"), b"\x10\0\0\0")
    path.write_bytes(content)
    assert "damaged" in refusal(path)


def test_too_many_rows_of_parquet_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "patients.parquet"
    n_rows = 5_000_001
    pq.write_table(pa.table({"patient_id": pa.array(["P1"] * n_rows)}), path)
    assert path.stat().st_size < 1_000_000
    assert "5,000,001 rows" in refusal(path)


def test_a_truncated_parquet_is_refused(tmp_path: Path):
    path = tmp_path / "patients.parquet"
    pq.write_table(pa.table({"patient_id": ["P1"] * 100}), path)
    path.write_bytes(path.read_bytes()[:-20])
    assert "damaged" in refusal(path)


def test_wrong_sheet_names_are_named(tmp_path: Path):
    content = {"Tabelle1": [["c"], ["d"]], "Tabelle2": [["a", "b"], [1, 2], [3, 4]]}
    reading = read_workbook_of(tmp_path, content)
    missing = [f for f in reading.errors if f.rule == "missing_sheet"]
    assert [f.sheet for f in missing] == ["patients", "cycles"]
    assert "Patienten" in missing[0].message and "Tabelle1" in missing[0].message
    assert [sheet.n_reported for sheet in reading.sheets] == [1, 2]


def test_a_sheet_whose_name_says_nothing_is_asked_for_by_its_columns(tmp_path: Path):
    content = {"Tabelle1": PATIENTS, "Tabelle2": CYCLES, "Notizen": [["a"], ["b"]]}
    reading = read_workbook_of(tmp_path, content)
    assert not reading.errors and not reading.can_be_imported
    asked = {question.sheet: question.choices[0][0] for question in reading.questions}
    assert asked == {"Tabelle1": "patients", "Tabelle2": "cycles"}
    answers = {("sheet", sheet, ""): table for sheet, table in asked.items()}
    reading = read_workbook_of(tmp_path, content, answers=answers)
    assert reading.can_be_imported and reading.tables["cycles"].num_rows == 3
    answers["sheet", "Tabelle2", ""] = "none"
    reading = read_workbook_of(tmp_path, content, answers=answers)
    assert [finding.rule for finding in reading.errors] == ["missing_sheet"]


def test_a_sheet_that_is_there_by_its_name_is_not_asked_for_again(tmp_path: Path):
    reading = read_workbook_of(tmp_path, sheets(Kopie=CYCLES))
    assert reading.can_be_imported and places(reading, "unknown_sheet") == [("Kopie", None, None)]


def test_formulas_without_values_are_named(tmp_path: Path):
    cycles = with_column(CYCLES, "infusion_days", 2, "=1+1", 2)
    reading = read_workbook_of(tmp_path, sheets(cycles=cycles))
    assert places(reading, "formula_without_value") == [("cycles", 3, "infusion_days")]


def test_merged_cells_among_the_data_are_named(tmp_path: Path):
    path = write_workbook(tmp_path / "clinic.xlsx", sheets(Notes=[["Stand"], ["März"]]))
    book = load_workbook(path)
    book["cycles"].merge_cells("A2:A3")
    book.save(path)
    reading = read_here([path], Options())
    assert places(reading, "merged_cells") == [("cycles", 2, None)]


def test_a_merged_title_does_no_harm(tmp_path: Path):
    title = [["Our clinic"], *PATIENTS]
    path = write_workbook(tmp_path / "clinic.xlsx", sheets(patients=title))
    book = load_workbook(path)
    book["patients"].merge_cells("A1:E1")
    book.save(path)
    assert not read_here([path], Options()).errors


def test_two_tables_on_one_sheet_are_told_apart(tmp_path: Path):
    reading = read_workbook_of(tmp_path, sheets(patients=[*PATIENTS, [], *PATIENTS]))
    assert places(reading, "second_table") == [("patients", 5, None)]


def test_two_tables_side_by_side_are_told_apart(tmp_path: Path):
    both = [[*left, None, *right] for left, right in zip(PATIENTS, PATIENTS, strict=True)]
    reading = read_workbook_of(tmp_path, sheets(patients=both))
    assert ("patients", 1, "patient_id") in places(reading, "duplicate_heading")


def test_control_characters_are_named(tmp_path: Path):
    patients = replaced(PATIENTS, 3, 2, "Kö\u200bln\x07")
    reading = read_csvs_of(tmp_path, sheets(patients=patients))
    assert places(reading, "control_character") == [("patients", 3, "centre")]


def test_duplicate_headings_are_named(tmp_path: Path):
    patients = with_column(PATIENTS, "Geschlecht", "female", "male")
    reading = read_csvs_of(tmp_path, sheets(patients=patients))
    assert places(reading, "duplicate_heading") == [("patients", 1, "Geschlecht")]


def test_a_column_of_errors_is_named(tmp_path: Path):
    patients = with_column(PATIENTS, "body_weight_kg", "#REF!", "#BEZUG!")
    for read_it in (read_csvs_of, read_workbook_of):
        reading = read_it(tmp_path, sheets(patients=patients))
        assert places(reading, "excel_error") == [
            ("patients", 2, "body_weight_kg"),
            ("patients", 3, "body_weight_kg"),
        ]


def test_a_rule_across_rows_shows_what_stands_in_the_cell_and_says_how_it_was_read(tmp_path: Path):
    """300 g at 68.5 kg are 4.38 g/kg; a birth date is shown nowhere."""
    cycles = replaced(replaced(HAMBURG["Zyklen"], 1, 4, "Dosis (g)"), 3, 4, 300)
    patients = replaced(HAMBURG["Patientenliste"], 2, 5, "01.02.1908")
    patients = with_column(patients, "Jahre seit Diagnose", 118, 2)
    reading = read_workbook_of(tmp_path, {"Patientenliste": patients, "Zyklen": cycles})
    found = {finding.rule: finding for finding in reading.findings}
    assert found["dose_high"].value == "300"
    assert found["dose_high"].message.startswith("4.37956 g/kg in one cycle.")
    assert "1908" not in str(reading.findings)


def test_an_unknown_column_is_reported_with_what_it_may_mean(tmp_path: Path):
    patients = with_column(PATIENTS, "Bodyweigth (kg)", 70, 80)
    reading = read_csvs_of(tmp_path, sheets(patients=patients))
    [finding] = [f for f in reading.findings if f.rule == "unknown_column"]
    assert (finding.severity, finding.rule, finding.column) == (
        "warning",
        "unknown_column",
        "Bodyweigth (kg)",
    )
    assert "body_weight_kg" in finding.message


def test_a_missing_column_is_one_finding(tmp_path: Path):
    patients = [[*line[:3], *line[4:]] for line in PATIENTS]
    reading = read_csvs_of(tmp_path, sheets(patients=patients))
    [finding] = reading.errors
    assert finding.rule == "missing_column" and "column “sex”, which" in finding.message


def test_reading_in_a_child_gives_the_same_and_its_refusals(tmp_path: Path):
    folder = write_csvs(tmp_path / "clinic", sheets(patients=replaced(PATIENTS, 2, 5, 300)))
    here, there = read_here([folder], Options()), read([folder], Options())
    assert here.report() == there.report()
    assert here.user_sheets == there.user_sheets
    assert all(here.tables[name].equals(there.tables[name]) for name in here.tables)
    with pytest.raises(SourceError, match="is empty"):
        read([file_of(tmp_path, "patients.csv", b"")])


def test_memory_has_a_bound(tmp_path: Path):
    """A file within all stated sizes that needs too much is refused by the bound itself."""
    path = tmp_path / "patients.csv"
    with path.open("w") as file:
        for number in range(1_400_000):
            file.write(f"{number:050}{number:050}\n")
    with pytest.raises(SourceError, match="memory|longer|stopped"):
        read([path, path, path])


def run(*arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "lib.registry.importer", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=limits_root(), check=False)


def limits_root() -> Path:
    return Path(limits.__file__).parents[3]


def test_exit_codes_and_the_report(tmp_path: Path):
    good = write_csvs(tmp_path / "good", sheets())
    bad = write_csvs(tmp_path / "bad", sheets(patients=replaced(PATIENTS, 2, 5, 300)))
    target = tmp_path / "registry"
    done = run(good, "--to", target, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["can_be_imported"] is True
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    done = run(bad, "--to", target, "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["findings_by_rule"]["out_of_range"] == 1
    assert [f["row"] for f in report["findings"] if f["severity"] == "error"] == [2]
    assert before == {path.name: path.read_bytes() for path in target.iterdir()}
    done = run(tmp_path / "lost", "--to", target)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert before == {path.name: path.read_bytes() for path in target.iterdir()}


def test_an_open_question_names_the_option_that_settles_it(tmp_path: Path):
    patients = with_column(PATIENTS, "body_weight_kg", "70.125", "80.125")
    folder = write_csvs(tmp_path / "clinic", sheets(patients=patients))
    done = run(folder, "--to", tmp_path / "registry")
    assert done.returncode == 1 and "--decimal point: 70.125" in done.stdout
    assert not (tmp_path / "registry").exists()
    assert run(folder, "--to", tmp_path / "registry", "--decimal", "point").returncode == 0


def test_suggestions_are_taken_only_if_that_was_said_and_then_reported(tmp_path: Path):
    folder = write_csvs(
        tmp_path / "clinic", sheets(patients=replaced(PATIENTS, 2, 3, "dermatomyositiss"))
    )
    assert read_here([folder], Options()).errors
    done = run(folder, "--to", tmp_path / "registry", "--take-suggestions")
    assert done.returncode == 0
    assert "1 as you decided" in done.stdout
    assert "“dermatomyositiss” is taken for dermatomyositis" in done.stdout


def test_a_suggestion_that_leaves_words_out_is_not_taken_unseen(tmp_path: Path):
    """Chills are not all of “fever and chills”; mycophenolate can be either of two drugs."""
    content = sheets(
        side_effects=[
            ["patient_id", "symptom"],
            ["007", "Fieber u. Schüttelfrost"],
            ["008", "headach"],
        ],
        treatments=[["patient_id", "drug", "role"], ["007", "Mykophenolat", "prior"]],
    )
    part, clear, either = read_workbook_of(tmp_path, content).suggestions
    assert part.values == ("chills",) and part.loses_words("chills") and not part.only_value
    assert clear.only_value == "headache"
    assert set(either.values) == {"mycophenolic acid", "mycophenolate mofetil"}
    assert not either.only_value


def test_of_a_mistake_in_every_row_the_first_are_listed_and_the_others_counted(tmp_path: Path):
    """A further separator in each of 10,050 rows."""
    folder = write_csvs(tmp_path / "clinic", sheets())
    too_wide = "007;1;0;2;9;9\r\n" * 10_050
    (folder / "cycles.csv").write_text(as_csv(CYCLES) + too_wide, encoding="utf-8")
    reading = read_here([folder], Options())
    found = [f for f in reading.findings if f.rule == "row_shape"]
    assert len(found) == 10_001 and "50 more rows" in found[-1].message
    [sheet] = [sheet for sheet in reading.sheets if sheet.table == "cycles"]
    assert (sheet.n_rows, sheet.n_imported, sheet.n_reported) == (10_053, 3, 10_050)


def test_the_report_marks_the_cells_in_the_users_sheet_and_withholds_identifiers(tmp_path: Path):
    patients = with_column(replaced(PATIENTS, 2, 5, 300), "Nachname", "Secretly", "Hidden")
    path = write_workbook(tmp_path / "clinic.xlsx", sheets(patients=[["Our clinic"], *patients]))
    reading = read([path])
    page = load_workbook(io.BytesIO(reading.findings_workbook()))["patients"]
    assert page["E3"].value == 300 and "outside what is possible" in page["E3"].comment.text
    assert page["E2"].value == "age_at_first_ivig_years"
    text = json.dumps([[cell.value for cell in row] for row in page.iter_rows()])
    assert "Secretly" not in text and "Hidden" not in text


def test_a_single_column_can_be_answered(tmp_path: Path):
    content = sheets(patients=with_column(PATIENTS, "body_weight_kg", "70.125", "80.125"))
    answers = {("decimal", "patients", "body_weight_kg"): "point"}
    reading = read_csvs_of(tmp_path, content, answers=answers)
    assert reading.can_be_imported


def test_a_dose_without_a_unit_is_asked(tmp_path: Path):
    cycles = replaced(CYCLES, 1, 4, "Dosis")
    reading = read_csvs_of(tmp_path, sheets(cycles=cycles))
    [question] = reading.questions
    assert (question.column, question.option) == ("Dosis", "--dose-unit")
    assert not reading.errors
    reading = read_csvs_of(tmp_path, sheets(cycles=cycles), dose_unit="g/kg")
    assert reading.can_be_imported


def test_a_stated_decimal_mark_holds_for_every_cell(tmp_path: Path):
    patients = with_column(PATIENTS, "body_weight_kg", "70,5", "80.5")
    reading = read_csvs_of(tmp_path, sheets(patients=patients), decimal="comma")
    assert ("patients", 3, "body_weight_kg") in places(reading, "decimal_mark")


def test_mixed_marks_are_read_and_warned_of(tmp_path: Path):
    patients = with_column(PATIENTS, "body_weight_kg", "70,5", "80.5")
    reading = read_csvs_of(tmp_path, sheets(patients=patients))
    assert reading.tables["patients"]["body_weight_kg"].to_pylist() == [70.5, 80.5]
    assert places(reading, "mixed_decimal_marks") == [("patients", 3, "body_weight_kg")]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2024", "partial_date"),
        ("03/2024", "partial_date"),
        ("31.02.2024", "not_a_date"),
        ("04.03.2999", "date_out_of_time"),
        ("yesterday", "not_a_date"),
        ("24-03-04", None),
    ],
)
def test_what_is_no_whole_date_is_an_error_or_asked(tmp_path: Path, text: str, rule: str | None):
    events = [["patient_id", "kind", "date"], ["007", "relapse", text]]
    patients = with_column(PATIENTS, "first_ivig_date", "2024-01-01", "2024-01-01")
    reading = read_csvs_of(tmp_path, sheets(patients=patients, events=events))
    if rule is None:
        assert [question.column for question in reading.questions] == ["date"]
    else:
        assert places(reading, rule) == [("events", 2, "date")]


def test_a_birth_date_is_never_shown(tmp_path: Path):
    patients = with_column([line[:4] for line in PATIENTS], "Geburtsdatum", "17.05.70", "x1950x")
    reading = read_csvs_of(tmp_path, sheets(patients=patients))
    assert places(reading, "two_digit_year") == [("patients", 2, "Geburtsdatum")]
    report = json.dumps(reading.report())
    assert "17.05" not in report and "1950" not in report


def test_csv_text_of_the_helper_is_as_excel_writes_it():
    assert as_csv([["a", "1,5"]], ",") == 'a,"1,5"\r\n'


def test_where_the_program_fails_it_does_not_blame_the_file(tmp_path: Path, monkeypatch):
    path = write_workbook(tmp_path / "clinic.xlsx", sheets())
    monkeypatch.setattr(bounded, "CHILD", "lib.registry.importer.no_such_program")
    with pytest.raises(SourceError, match="a fault of the program, not of your files"):
        read([path])


def test_the_command_line_says_what_a_sheet_holds(tmp_path: Path):
    path = write_workbook(tmp_path / "clinic.xlsx", {"Tabelle1": PATIENTS, "cycles": CYCLES})
    open_ = run(path, "--to", tmp_path / "registry")
    assert open_.returncode == 1 and "--sheet 'Tabelle1=patients'" in open_.stdout
    assert run(path, "--to", tmp_path / "r", "--sheet", "Tabelle1=people").returncode == 2
    settled = run(path, "--to", tmp_path / "registry", "--sheet", "Tabelle1=patients")
    assert settled.returncode == 0, settled.stderr


def rules(reading) -> list[str]:
    return [finding.rule for finding in reading.errors]


def test_what_is_due_to_a_missing_sheet_is_not_reported_by_itself(tmp_path: Path):
    content = {"Patientenliste": HAMBURG["Patientenliste"], "Zettel": [["a"], ["b"]]}
    content["Nebenwirkungen"] = [
        ["Pat.-Nr.", "Nebenwirkung", "Datum"],
        ["H1", "Kopfweh", "06.02.2024"],
    ]
    reading = read_workbook_of(tmp_path, content)
    assert rules(reading) == ["missing_sheet"]
    assert reading.findings[0].sheet == "Zyklen" and "no date can" in reading.findings[0].message


def test_what_is_due_to_a_refused_column_is_not_reported_by_itself(tmp_path: Path):
    """A cell that is filled in is never said to be empty."""
    names = {"H1": "Müller, Hans", "H2": "Schmidt, Anna"}
    content = {
        name: [[names.get(row[0], row[0]), *row[1:]] for row in lines]
        for name, lines in HAMBURG.items()
    }
    content["Zyklen"] = replaced(content["Zyklen"], 1, 4, "Dosis (g)")
    reading = read_workbook_of(tmp_path, content)
    assert places(reading, "identifier") == [
        ("Patientenliste", None, "Pat.-Nr."),
        ("Zyklen", None, "Pat.-Nr."),
    ]
    assert set(rules(reading)) == {"identifier"}


@pytest.mark.parametrize(("row", "n_days"), [(2, 0), (3, 1)])
def test_what_is_due_to_a_date_that_is_none_is_not_reported_by_itself(
    tmp_path: Path, row: int, n_days: int
):
    """Without the first cycle's date no day is known; a later one takes none of the others away."""
    cycles = replaced(replaced(HAMBURG["Zyklen"], row, 3, "31.02.2024"), 1, 4, "Dosis (g)")
    reading = read_workbook_of(tmp_path, HAMBURG | {"Zyklen": cycles})
    assert [(f.rule, f.row) for f in reading.errors] == [("not_a_date", row)]
    of_first = [
        day
        for patient, day in zip(
            *(reading.tables["cycles"][name].to_pylist() for name in ("patient_id", "day")),
            strict=True,
        )
        if patient == "H1" and day is not None
    ]
    assert len(of_first) == n_days


@pytest.mark.parametrize("weight", ["heavy", "1000"])
def test_what_is_due_to_a_weight_that_is_none_is_not_reported_by_itself(
    tmp_path: Path, weight: str
):
    patients = replaced(HAMBURG["Patientenliste"], 2, 6, weight)
    cycles = replaced(HAMBURG["Zyklen"], 1, 4, "Dosis (g)")
    reading = read_workbook_of(tmp_path, {"Patientenliste": patients, "Zyklen": cycles})
    assert [(f.sheet, f.row) for f in reading.errors] == [("Patientenliste", 2)]


def test_a_german_sheet_is_answered_in_german(tmp_path: Path):
    patients = replaced(replaced(HAMBURG["Patientenliste"], 2, 3, "Lepra"), 3, 4, "qq")
    cycles = replaced(HAMBURG["Zyklen"], 1, 4, "Dosis (g)")
    reading = read_workbook_of(tmp_path, {"Patientenliste": patients, "Zyklen": cycles})
    diagnosis, sex = reading.errors
    assert "bullöses Pemphigoid" in diagnosis.message and "leave the patient out" in diagnosis.mend
    assert "weiblich, männlich, divers, unbekannt, or the same in English" in sex.message
    lacking = {"Patientenliste": [[*line[:3], *line[4:]] for line in patients], "Zyklen": cycles}
    missing = read_workbook_of(tmp_path, lacking).errors[0]
    assert missing.message.startswith("There is no column “Geschlecht”, which every registry")
