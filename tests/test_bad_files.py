"""What bad files get on the page Import: a sentence, and nothing that was there is lost."""

import io
import zipfile
from html import unescape
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet._reader import WorkSheetParser
from streamlit.testing.v1 import AppTest

from lib.datasets import OWN
from lib.registry.importer.options import Options
from lib.registry.importer.stages import read_here
from lib.registry.importer.writing import in_memory
from lib.warehouse import open_tables
from tests.registry.clinic import (
    CYCLES,
    PATIENTS,
    Sheets,
    places,
    replaced,
    sheets,
    with_column,
    write_workbook,
)
from tests.screen import html_of, open_app, texts

MB = 1_000_000


def as_parquet() -> bytes:
    file = io.BytesIO()
    pq.write_table(pa.table({"patient_id": ["P1"] * 100}), file)
    return file.getvalue()


def bomb(member: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, bytes(50 * MB))
    return file.getvalue()


# A file, and what is said of it.
REFUSED = {
    "patients.csv": (lambda: b"", "is empty. Choose the file with the data"),
    "large.csv": (lambda: bytes(200 * MB), "has 200 MB; 150 MB are allowed"),
    "bomb.zip": (lambda: bomb("patients.csv"), "would unpack to far more than its size suggests"),
    "bomb.xlsx": (lambda: bomb("xl/workbook.xml"), "would unpack to far more than its size"),
    "cycles.parquet": (lambda: as_parquet()[:-20], "is damaged or incomplete"),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> AppTest:
    """The page in a session that has a registry of its own."""
    file = write_workbook(tmp_path_factory.mktemp("clinic") / "clinic.xlsx", sheets())
    app = open_app("import", {})
    app.session_state[OWN] = open_tables(*in_memory(read_here([file], Options()), "Mine"))
    return app


def upload(app: AppTest, name: str, content: bytes) -> None:
    [box] = app.get("file_uploader")
    box.set_value([(name, content, "")]).run()
    assert not app.exception
    assert "In this session: **Mine**" in texts(app)


def said(app: AppTest) -> str:
    """What the page says is wrong, without the marks that keep it from being a link."""
    return app.error[0].value.replace("\\", "").replace("\N{WORD JOINER}", "")


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_data_gets_a_sentence(app: AppTest, name: str):
    content, sentence = REFUSED[name]
    upload(app, name, content())
    assert sentence in said(app)


def test_a_workbook_with_every_kind_of_mistake_gets_each_named(app: AppTest, tmp_path: Path):
    """Rows and columns are where the mistakes were made."""
    patients = replaced(PATIENTS, 3, 2, "Kö\u200bln")
    patients = with_column(patients, "body_weight_kg", "#REF!", "#REF!")
    patients = with_column(patients, "Geschlecht", "female", "male")
    content = {
        "patients": [*patients, [], *PATIENTS],
        "cycles": with_column(replaced(CYCLES, 3, 4, None), "infusion_days", 2, "=1+1", 2),
        "Tabelle1": [["Stand", "März"], ["a", "b"]],
    }
    path = write_workbook(tmp_path / "clinic.xlsx", content)
    book = load_workbook(path)
    book["cycles"].merge_cells("D2:D3")
    book.save(path)
    upload(app, "clinic.xlsx", path.read_bytes())
    assert "errors to mend" in said(app)
    wrong = unescape(html_of(app))
    for place in (
        "patients, body_weight_kg, rows 2–3",
        "patients, Geschlecht, row 1",
        "patients, row 5",
        "cycles, row 2",
        "cycles, infusion_days, row 3",
        "patients, centre, row 3",
    ):
        assert f">Error: {place}<" in wrong
    for sentence in (
        "Excel could not compute the cell",
        "2 columns are called the same or mean the same",
        "as if a second table began",
        "The cells D2:D3 are merged",
        "The cell holds a formula, but not its result",
        "a character that can't be seen or printed",
        "The sheet is called like no table of a registry",
    ):
        assert sentence in wrong


def test_wrong_names_of_sheets_are_named_beside_the_right_ones(app: AppTest, tmp_path: Path):
    path = write_workbook(
        tmp_path / "clinic.xlsx", {"patients": PATIENTS, "Tabelle2": [["a"], ["b"]]}
    )
    upload(app, "clinic.xlsx", path.read_bytes())
    wrong = unescape(html_of(app))
    assert "There is no sheet or file “cycles” (“Zyklen”)" in wrong
    assert "“patients”, “Tabelle2”" in wrong


def all_formulas(n_cycles: int) -> Sheets:
    """Cycles of two patients whose number, day and dose are formulas that nothing computed."""
    ids = [PATIENTS[1][0], PATIENTS[2][0]]
    cycles = [[ids[n % 2], f"={n}//2+1", f"=28*{n}", "=1+1"] for n in range(n_cycles)]
    return sheets(cycles=[CYCLES[0], *cycles])


def test_each_formula_without_a_value_is_one_finding_whatever_their_number(
    app: AppTest, tmp_path: Path
):
    path = write_workbook(tmp_path / "clinic.xlsx", all_formulas(10_000))
    reading = read_here([path], Options())
    found = [finding for finding in reading.errors if finding.sheet == "cycles"]
    # 10,000 are listed, the rest is counted, and nobody is told that these cells were empty.
    assert {finding.rule for finding in found} == {"formula_without_value"}
    assert len(found) == 10_001
    assert found[-1].message == "The same in 20,000 more rows, which are not listed."
    assert places(reading, "formula_without_value")[3] == ("cycles", 3, "cycle_no")
    upload(app, "clinic.xlsx", path.read_bytes())
    wrong = unescape(html_of(app))
    assert "The cell holds a formula, but not its result" in wrong
    assert "The cell is empty" not in wrong


def test_a_sheet_of_formulas_is_gone_through_twice_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Once for the values, once for the formulas: more would take a large one past its time."""
    path = write_workbook(tmp_path / "clinic.xlsx", all_formulas(500))
    n_cells = sum(len(row) for rows in all_formulas(500).values() for row in rows)
    looked_at = []
    parse_cell = WorkSheetParser.parse_cell
    monkeypatch.setattr(
        WorkSheetParser,
        "parse_cell",
        lambda parser, element: (looked_at.append(1), parse_cell(parser, element))[1],
    )
    reading = read_here([path], Options())
    assert len(places(reading, "formula_without_value")) == 1500
    assert len(looked_at) <= 2 * n_cells
