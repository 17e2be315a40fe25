"""The form to fill in: complete in both languages, and read back as it was written."""

import csv
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from openpyxl import load_workbook

from lib.places import DEMO_REGISTRY
from lib.registry.importer.options import Options
from lib.registry.importer.reading import Reading
from lib.registry.importer.stages import read_here
from lib.registry.importer.writing import registry_tables
from lib.registry.language import (
    LANGUAGES,
    allowed_values,
    column_names,
    column_title,
    fold,
    missing_words,
    sheet_names,
    sheet_title,
    terms,
    value_names,
    value_titles,
)
from lib.registry.reference import REFERENCE
from lib.registry.sheets import SHEETS
from lib.registry.store import read_registry
from lib.registry.template import csv_files, dictionary, workbook

COLUMNS = [(sheet.name, column) for sheet in SHEETS.values() for column in sheet.accepted.values()]
FORMS = {"clinic.xlsx": workbook, "clinic.zip": csv_files}


@pytest.fixture(scope="module")
def demo() -> dict[str, pa.Table]:
    """The first 60 patients of the demo registry with all their rows."""
    _, tables = read_registry(DEMO_REGISTRY)
    patients = set(tables["patients"]["patient_id"].to_pylist()[:60])
    kept = {
        name: [row for row in tables[name].to_pylist() if row["patient_id"] in patients]
        for name in SHEETS
    }
    return {name: pa.Table.from_pylist(rows, tables[name].schema) for name, rows in kept.items()}


def read_form(folder: Path, name: str, content: bytes) -> Reading:
    (folder / name).write_bytes(content)
    return read_here([folder / name], Options())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORMS)
def test_a_registry_filled_in_and_imported_is_the_same(
    tmp_path: Path, demo: dict[str, pa.Table], name: str, language: str
):
    rows = {table: demo[table].to_pylist() for table in SHEETS}
    reading = read_form(tmp_path, name, FORMS[name](language, rows))
    assert reading.can_be_imported, (reading.errors[:3], reading.questions[:3])
    assert {table: demo[table] for table in SHEETS} == {
        table: rows for table, rows in registry_tables(reading).items() if table in SHEETS
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FORMS)
def test_every_heading_of_the_empty_form_is_understood(tmp_path: Path, name: str, language: str):
    reading = read_form(tmp_path, name, FORMS[name](language))
    assert not reading.findings
    assert {(entry.target) for entry in reading.interpretations} == {
        f"{sheet.name}.{column.name}" for sheet in SHEETS.values() for column in sheet.offered
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_can_be_imported(tmp_path: Path, language: str):
    """A patient filled in with the examples of the dictionary sheet breaks no rule."""
    lines = {}
    for sheet, title, *_, example in dictionary(language)[1:]:
        lines.setdefault(sheet, []).append((title, example))
    content = {}
    for sheet, cells in lines.items():
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows(zip(*cells, strict=True))
        content[sheet] = text.getvalue()
    for sheet, text in content.items():
        (tmp_path / f"{sheet}.csv").write_text(text, encoding="utf-8")
    reading = read_here([tmp_path], Options())
    assert not reading.errors and not reading.questions


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_has_lists_and_comments(language: str):
    book = load_workbook(io.BytesIO(workbook(language)))
    lists = book[sheet_title("lists", language)]
    for sheet in SHEETS.values():
        page = book[sheet_title(sheet.name, language)]
        choices = {}
        for drop_down in page.data_validations.dataValidation:
            cells = lists[drop_down.formula1.split("!")[1].replace("$", "")]
            letter = str(drop_down.sqref).split(":")[0].rstrip("0123456789")
            choices[letter] = [row[0].value for row in cells]
        for heading, column in zip(page[1], sheet.offered, strict=True):
            assert heading.value == column_title(sheet.name, column.name, language)
            told = heading.comment.text
            assert column.unit == "" or language == "de" or column.unit in told
            assert ("Example: " if language == "en" else "Beispiel: ") in told
            expected = value_titles(column, language) if allowed_values(column) else None
            assert choices.get(heading.column_letter) == expected


def test_csv_files_open_in_excel_by_a_double_click():
    with zipfile.ZipFile(io.BytesIO(csv_files("de"))) as archive:
        text = archive.read("Patienten.csv")
    assert text.startswith(b"\xef\xbb\xbfPatienten-ID;Zentrum;Diagnose;")


def test_the_command_writes_both_kinds_and_refuses_others(tmp_path: Path):
    def run(name: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "lib.registry.template", "--out", str(tmp_path / name)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert run("form.xlsx").returncode == 0 and (tmp_path / "form.xlsx").stat().st_size
    assert run("form.zip").returncode == 0 and (tmp_path / "form.zip").stat().st_size
    refused = run("form.pdf")
    assert refused.returncode == 2 and ".xlsx" in refused.stderr and not refused.stdout


@pytest.mark.parametrize(
    ("sheet", "column"), COLUMNS, ids=lambda value: getattr(value, "name", value)
)
def test_every_column_and_value_has_its_names(sheet: str, column):
    for language in LANGUAGES:
        assert column_names(sheet)[fold(column_title(sheet, column.name, language))] == column.name
        for title, value in zip(
            value_titles(column, language) if allowed_values(column) else [],
            allowed_values(column),
            strict=True,
        ):
            assert value_names(column)[fold(title)] == value


def test_no_spelling_means_two_things():
    """In a sheet's headings, and in each list."""
    for sheet in SHEETS:
        spelled = [
            (fold(spelling), term.english)
            for term in terms()
            if term.kind == "column" and term.of in ("*", sheet)
            for spelling in term.spellings
        ]
        assert len(dict(spelled)) == len(set(spelled))
    lists = {term.of for term in terms() if term.kind == "value"}
    for name in lists:
        spelled = [
            (fold(spelling), term.english)
            for term in terms()
            if (term.kind, term.of) == ("value", name)
            for spelling in term.spellings
        ]
        assert len(dict(spelled)) == len(set(spelled)), name
        if name != "sex":
            assert not missing_words() & {word for word, _ in spelled}


def test_nothing_is_named_that_the_schema_does_not_have():
    known = {column.vocabulary or column.name: set(allowed_values(column)) for _, column in COLUMNS}
    known["yes/no"] = {"yes", "no"}
    for term in terms():
        if term.kind == "value":
            assert term.english in known[term.of], term
        if term.kind == "column" and term.of != "*":
            assert term.english in SHEETS[term.of].accepted, term
    assert set(SHEETS) <= set(sheet_names().values())
    with (REFERENCE / "columns.csv").open(encoding="utf-8", newline="") as file:
        described = {(row["sheet"], row["column"]) for row in csv.DictReader(file)}
    assert described - {("*", "patient_id")} == {
        (sheet, column.name) for sheet, column in COLUMNS if column.name != "patient_id"
    }


def test_the_german_form_is_german_and_says_what_may_stand_instead():
    lines = {line[:2]: line for line in dictionary("de")[1:]}
    assert lines["Ereignisse", "Bezeichnung"][-1] == "weniger Muskelschmerzen"
    assert lines["Begleittherapien", "Schema"][-1] == "10 mg jeden Morgen"
    assert lines["Zyklen", "Tag"][-2] == "ja, oder stattdessen „Datum“"
    age = lines["Patienten", "Alter bei erster IVIg (Jahre)"]
    assert age[-2] == "ja, oder stattdessen „Geburtsdatum“"
