"""The page Import without a browser, and the registries that an operator keeps for all."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.datasets import DATASETS, OWN, folder_name, saved_datasets
from lib.registry.importer.options import Options
from lib.registry.importer.stages import read_here
from lib.registry.importer.writing import write
from lib.registry.store import read_registry
from tests.registry.clinic import CYCLES, PATIENTS, replaced, sheets, write_workbook
from tests.screen import html_of, open_app, texts

BONN = {
    "patients": [PATIENTS[0], ["101", "Bonn", "dermatomyositis", "female", 30]],
    "cycles": [CYCLES[0], ["101", 1, 0, 2]],
}


def upload(app: AppTest, *files: Path) -> None:
    [box] = app.get("file_uploader")
    box.set_value([(file.name, file.read_bytes(), "") for file in files]).run()


def click(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()


def tables(app: AppTest) -> list[list[dict]]:
    return [table.value.to_dict("records") for table in app.dataframe]


@pytest.fixture
def registry_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "registries"
    folder.mkdir()
    monkeypatch.setenv("REGISTRY_DIR", str(folder))
    # Two patients are few; what is shown of few is the matter of tests/test_disclosure.py.
    monkeypatch.setenv("DISCLOSURE_K", "internal")
    return folder


def test_where_uploads_are_off_the_page_says_why_and_offers_no_box(monkeypatch):
    monkeypatch.setenv("ALLOW_UPLOADS", "0")
    app = open_app("import", {})
    assert "Uploads are turned off on this server" in texts(app)
    assert not app.get("file_uploader")


def test_a_link_to_a_registry_of_an_ended_session_says_that_it_is_gone():
    app = open_app("overview", {"dataset": [OWN]})
    assert "kept in the memory of one session only" in texts(app)
    assert "32 of 32 patients" in texts(app)


def test_a_saved_registry_is_offered_to_everybody(registry_dir: Path, tmp_path: Path):
    reading = read_here([write_workbook(tmp_path / "clinic.xlsx", sheets())], Options())
    write(reading, registry_dir / "koeln", "IVIg in Köln")
    app = open_app("timelines", {"dataset": ["koeln"]})
    assert not app.exception
    assert "2 of 2 patients" in texts(app)
    assert "IVIg in Köln: Recorded data" in texts(app)


def test_a_registry_that_is_replaced_is_opened_again(registry_dir: Path, tmp_path: Path):
    content = sheets()
    reading = read_here([write_workbook(tmp_path / "one.xlsx", content)], Options())
    write(reading, registry_dir / "koeln", "Köln")
    assert "2 of 2 patients" in texts(open_app("overview", {"dataset": ["koeln"]}))
    only_one = {
        name: [line for line in lines if line[0] != "008"] for name, lines in content.items()
    }
    write(
        read_here([write_workbook(tmp_path / "two.xlsx", only_one)], Options()),
        registry_dir / "koeln",
        "Köln",
    )
    assert "1 of 1 patients" in texts(open_app("overview", {"dataset": ["koeln"]}))


def test_what_is_no_registry_is_passed_over(registry_dir: Path):
    (registry_dir / "notes").mkdir()
    (registry_dir / "Ümlaut").mkdir()
    (registry_dir / "case_series").mkdir()
    (registry_dir / "file").write_text("no folder")
    assert saved_datasets() == {}


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("IVIg in Köln 2024", "ivig-in-koln-2024"),
        ("../../etc", "etc"),
        ("own", "own-registry"),
        ("case_series", "case-series"),
        ("日本", "registry"),
    ],
)
def test_a_registry_gets_a_folder_of_plain_letters(label: str, name: str):
    assert folder_name(label) == name
    assert name not in {*DATASETS, OWN}


def test_a_suggested_spelling_is_taken_in_every_row_and_shown_as_the_readers_own(tmp_path: Path):
    """“dermatomyositiss” stands in two rows, “headach” in one; one decision is taken back."""
    patients = replaced(replaced(PATIENTS, 2, 3, "dermatomyositiss"), 3, 3, "dermatomyositiss")
    side_effects = [["patient_id", "symptom"], ["008", "headach"]]
    content = sheets(patients=patients, side_effects=side_effects)
    app = open_app("import", {})
    upload(app, write_workbook(tmp_path / "clinic.xlsx", content))
    assert "3 errors to mend" in app.error[0].value
    assert "“dermatomyositiss” \\(2 rows\\) means" in texts(app)
    click(app, "import_take_all")
    assert not app.error
    assert "you decided that “headach” is headache" in texts(app)
    assert "dermatomyositiss → dermatomyositis" in html_of(app)
    assert "headach → headache" in html_of(app)
    click(app, "import_undo_('side_effects', 'symptom', 'headach')")
    assert "1 error to mend" in app.error[0].value


def test_a_further_file_joins_the_sessions_registry(tmp_path: Path):
    app = open_app("import", {})
    upload(app, write_workbook(tmp_path / "koeln.xlsx", sheets()))
    click(app, "import_take_in")
    assert "2 of 2 patients" in texts(app)
    app.selectbox(key="import_into").set_value(OWN).run()
    upload(app, write_workbook(tmp_path / "bonn.xlsx", BONN))
    assert tables(app)[0] == [
        {
            "Centre": centre,
            "There now": there,
            "Kept": there,
            "Taken out": 0,
            "Added": added,
            "Afterwards": there + added,
        }
        for centre, there, added in (("Bonn", 0, 1), ("Köln", 2, 0))
    ]
    click(app, "import_take_in")
    assert "3 of 3 patients" in texts(app)


def test_a_further_file_replaces_a_centre_of_a_saved_registry(registry_dir: Path, tmp_path: Path):
    both = {name: [*lines, *BONN[name][1:]] for name, lines in sheets().items()}
    reading = read_here([write_workbook(tmp_path / "both.xlsx", both)], Options())
    write(reading, registry_dir / "rhineland", "Rhineland")
    app = open_app("import", {})
    app.selectbox(key="import_into").set_value("rhineland").run()
    app.radio(key="import_how").set_value("replace-centres").run()
    only_one = {name: lines[:2] for name, lines in sheets().items()}
    upload(app, write_workbook(tmp_path / "koeln.xlsx", only_one))
    click(app, "import_save")
    assert "2 of 2 patients" in texts(app) and "Rhineland: Recorded data" in texts(app)
    _, saved = read_registry(registry_dir / "rhineland")
    assert saved["patients"]["patient_id"].to_pylist() == ["101", "007"]


def test_a_saved_registry_is_not_overwritten_by_one_of_the_same_name(
    registry_dir: Path, tmp_path: Path
):
    file = write_workbook(tmp_path / "koeln.xlsx", sheets())
    write(read_here([file], Options()), registry_dir / "own-registry", "Own registry")
    before = {path.name: path.read_bytes() for path in (registry_dir / "own-registry").iterdir()}
    app = open_app("import", {})
    upload(app, file)
    click(app, "import_save")
    assert "so nothing was saved" in app.error[0].value
    after = {path.name: path.read_bytes() for path in (registry_dir / "own-registry").iterdir()}
    assert after == before
