"""The page Import without a browser, and the registries that an operator keeps for all."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.datasets import DATASETS, OWN, folder_name, saved_datasets
from lib.registry.importer.options import Options
from lib.registry.importer.stages import read_here
from lib.registry.importer.writing import write
from lib.registry.store import read_registry
from tests.registry.clinic import CYCLES, HAMBURG, PATIENTS, replaced, sheets, write_workbook
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


def in_words(markdown: str) -> str:
    """Markdown without the marks that keep it from being a link."""
    return markdown.replace("\\", "").replace("\N{WORD JOINER}", "")


def tables(app: AppTest) -> list[list[dict]]:
    return [table.value.to_dict("records") for table in app.dataframe]


@pytest.fixture
def registry_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "registries"
    folder.mkdir()
    monkeypatch.setenv("REGISTRY_DIR", str(folder))
    monkeypatch.setenv("REGISTRY_WRITE", "1")
    # Two patients are few. What is shown of few is the matter of tests/test_disclosure.py, and
    # that nothing is joined with a registry shared outside is tested below.
    monkeypatch.setenv("DISCLOSURE_K", "internal")
    return folder


@pytest.fixture
def rhineland(registry_dir: Path, tmp_path: Path) -> Path:
    """A saved registry of two centres: 007 and 008 in Köln, 101 in Bonn."""
    both = {name: [*lines, *BONN[name][1:]] for name, lines in sheets().items()}
    reading = read_here([write_workbook(tmp_path / "both.xlsx", both)], Options())
    write(reading, registry_dir / "rhineland", "Rhineland")
    return registry_dir / "rhineland"


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def options_of(app: AppTest, key: str) -> list[str]:
    """What a box has to choose from; nothing if there is no such box."""
    return next((box.options for box in app.selectbox if box.key == key), [])


def test_where_uploads_are_off_the_page_says_why_and_offers_no_box(monkeypatch):
    monkeypatch.setenv("ALLOW_UPLOADS", "0")
    app = open_app("import", {})
    assert "Uploads are turned off on this server" in texts(app)
    assert not app.get("file_uploader")
    assert "memory of this session" not in html_of(app)


def test_what_becomes_of_the_data_is_told_as_the_operator_has_set_it(
    registry_dir: Path, monkeypatch: pytest.MonkeyPatch
):
    told = html_of(open_app("import", {}))
    assert "unless you save it on this server" in told and "nothing is saved" not in told
    assert "may add to it and replace it" in told
    monkeypatch.setenv("DISCLOSURE_K", "8")
    told = html_of(open_app("import", {}))
    assert "with no count under 8" in told and "may add to it" not in told
    monkeypatch.delenv("REGISTRY_WRITE")
    told = html_of(open_app("import", {}))
    assert "nothing is saved on the server" in told and "unless you save it" not in told


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
        replaces_all=True,
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
    assert "or to settle above, under “Did you mean" in in_words(app.error[0].value)
    assert "“dermatomyositiss” \\(2 rows\\) means" in texts(app)
    click(app, "import_take_all")
    assert not app.error
    assert "you decided that “headach” is headache" in texts(app)
    assert "dermatomyositiss → dermatomyositis" in html_of(app)
    assert "headach → headache" in html_of(app)
    click(app, "import_undo_('side_effects', 'symptom', 'headach')")
    assert "1 error to mend" in app.error[0].value


def test_delete_my_data_leaves_nothing_of_them_in_the_session(tmp_path: Path):
    """Of the registry, and of a further file that was read and answered and not taken in."""
    app = open_app("import", {})
    upload(app, write_workbook(tmp_path / "one.xlsx", sheets()))
    click(app, "import_take_in")
    app.switch_page("pages/import.py").run()
    patients = [PATIENTS[0], ["CANARY-1", "Bonn", "dermatomyositiss", "female", 30]]
    cycles = [CYCLES[0], ["CANARY-1", 1, 0, 2]]
    content = {"patients": patients, "cycles": cycles}
    upload(app, write_workbook(tmp_path / "two.xlsx", content))
    [take] = [each for each in app.button if each.key.startswith("import_take_(")]
    click(app, take.key)
    kept = ("import_reading", "import_read", "import_spellings", OWN)
    assert all(name in app.session_state for name in kept)
    [box] = app.get("file_uploader")
    click(app, "import_delete")
    assert not any(name in app.session_state for name in kept)
    [empty] = app.get("file_uploader")
    assert empty.proto.id != box.proto.id and not empty.value
    assert "dermatomyositiss" not in texts(app) and not tables(app)


def test_what_was_read_goes_with_the_files_that_are_taken_out_of_the_box(tmp_path: Path):
    app = open_app("import", {})
    upload(app, write_workbook(tmp_path / "one.xlsx", sheets()))
    assert "import_reading" in app.session_state
    upload(app)
    assert "import_reading" not in app.session_state


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


def test_nothing_can_be_joined_with_a_saved_registry_that_is_shared_outside(
    rhineland: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Or a file with invented patients would tell how many a centre has, and who is there."""
    monkeypatch.delenv("DISCLOSURE_K")
    app = open_app("import", {"dataset": ["rhineland"]})
    assert not options_of(app, "import_into")
    assert "shared outside, with k = 5" in texts(app) and "by the command line" in texts(app)
    one_of_them = {
        "patients": [PATIENTS[0], ["007", "Aachen", "dermatomyositis", "female", 30]],
        "cycles": [CYCLES[0], ["007", 1, 0, 2]],
    }
    upload(app, write_workbook(tmp_path / "aachen.xlsx", one_of_them))
    assert not app.error and not app.exception
    shown = texts(app) + str(tables(app))
    assert "There now" not in shown and "already" not in shown


def test_a_reader_who_shares_the_screen_is_not_offered_to_join_with_saved_registries(
    rhineland: Path,
):
    app = open_app("import", {"dataset": ["rhineland"]})
    assert options_of(app, "import_into") == ["a registry of its own", "part of Rhineland"]
    [who_sees_it] = [box for box in app.selectbox if "import_disclosure" in str(box.key)]
    who_sees_it.select("8").run()
    assert not options_of(app, "import_into")
    assert "you chose that others see them, with k = 8" in texts(app)


def test_what_was_joined_before_a_registry_was_shared_outside_is_not_saved(
    rhineland: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = content_of(rhineland)
    app = open_app("import", {})
    app.selectbox(key="import_into").set_value("rhineland").run()
    app.radio(key="import_how").set_value("replace-centres").run()
    upload(app, write_workbook(tmp_path / "koeln.xlsx", sheets()))
    monkeypatch.setenv("DISCLOSURE_K", "5")
    click(app, "import_save")
    assert content_of(rhineland) == before
    assert "these are shared outside" in app.error[0].value


def test_nobody_writes_into_the_operators_folder_from_the_page_unless_its_operator_says_so(
    rhineland: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = content_of(rhineland)
    app = open_app("import", {})
    app.selectbox(key="import_into").set_value("rhineland").run()
    app.radio(key="import_how").set_value("replace-centres").run()
    upload(app, write_workbook(tmp_path / "koeln.xlsx", sheets()))
    monkeypatch.delenv("REGISTRY_WRITE")
    click(app, "import_save")
    assert content_of(rhineland) == before and not copies_in(rhineland.parent)
    assert "Nothing is saved on this server" in app.error[0].value
    app = open_app("import", {})
    assert not options_of(app, "import_into")
    assert "Nothing is saved on this server" in texts(app)
    upload(app, write_workbook(tmp_path / "koeln.xlsx", sheets()))
    assert [button.label for button in app.button if button.key == "import_take_in"]
    assert not [button for button in app.button if button.key == "import_save"]


def test_where_the_operator_keeps_no_registries_saving_is_not_spoken_of():
    assert "saved on this server" not in texts(open_app("import", {}))


def test_all_of_a_saved_registry_is_replaced_only_by_who_says_that_it_goes(
    rhineland: Path, tmp_path: Path
):
    before = content_of(rhineland)
    app = open_app("import", {})
    app.selectbox(key="import_into").set_value("rhineland").run()
    app.radio(key="import_how").set_value("replace-all").run()
    upload(app, write_workbook(tmp_path / "bonn.xlsx", BONN))
    assert app.button(key="import_save").disabled
    [confirm] = app.checkbox
    assert "“Rhineland” from everybody\\, with all its 3 patients" in confirm.label
    assert "Bonn\\, Köln" in confirm.label
    confirm.check().run()
    click(app, "import_save")
    assert read_registry(rhineland)[1]["patients"]["patient_id"].to_pylist() == ["101"]
    [copy] = copies_in(rhineland.parent)
    assert content_of(copy) == before
    assert list(saved_datasets()) == ["rhineland"]


def copies_in(folder: Path) -> list[Path]:
    return list(folder.glob(".*.previous"))


def test_a_further_file_replaces_a_centre_of_a_saved_registry(rhineland: Path, tmp_path: Path):
    app = open_app("import", {})
    app.selectbox(key="import_into").set_value("rhineland").run()
    app.radio(key="import_how").set_value("replace-centres").run()
    only_one = {name: lines[:2] for name, lines in sheets().items()}
    upload(app, write_workbook(tmp_path / "koeln.xlsx", only_one))
    click(app, "import_save")
    assert "2 of 2 patients" in texts(app) and "Rhineland: Recorded data" in texts(app)
    _, saved = read_registry(rhineland)
    assert saved["patients"]["patient_id"].to_pylist() == ["101", "007"]


def test_a_saved_registry_is_not_overwritten_by_one_of_the_same_name(
    registry_dir: Path, tmp_path: Path
):
    file = write_workbook(tmp_path / "koeln.xlsx", sheets())
    write(read_here([file], Options()), registry_dir / "own-registry", "Own registry")
    before = content_of(registry_dir / "own-registry")
    app = open_app("import", {})
    upload(app, file)
    click(app, "import_save")
    assert "so nothing was saved" in app.error[0].value
    assert content_of(registry_dir / "own-registry") == before


def test_what_can_not_be_recorded_is_not_saved(
    registry_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    log = tmp_path / "audit.jsonl"
    monkeypatch.setenv("AUDIT_LOG", str(log))
    app = open_app("import", {})
    upload(app, write_workbook(tmp_path / "koeln.xlsx", sheets()))
    log.unlink()
    log.mkdir()
    click(app, "import_save")
    assert "The audit log (AUDIT_LOG) can't be written" in in_words(app.error[0].value)
    assert not list(registry_dir.iterdir())


def test_each_answer_on_a_unit_is_taken_and_can_be_taken_back(tmp_path: Path):
    """137 and 176 are far too much as g/kg, 2 g/kg as grams."""
    app = open_app("import", {})
    upload(app, write_workbook(tmp_path / "hamburg.xlsx", HAMBURG))
    place = ("unit", "Zyklen", "Dosis")

    def answer(unit: str) -> None:
        app.radio(key=f"import_answer_{place}").set_value(unit).run()
        assert not app.exception
        assert f"you said that the doses are in {unit} per cycle" in in_words(texts(app))

    assert "imported yet: 1 question to answer above." in in_words(app.error[0].value)
    answer("g/kg")
    assert "3 errors to mend" in app.error[0].value and "0.01 to 5 g/kg" in html_of(app)
    click(app, f"import_answer_undo_{place}")
    answer("mg/kg")
    assert not app.error and "cycles: dose_mg_per_kg" in html_of(app)
    click(app, f"import_answer_undo_{place}")
    answer("g")
    assert not app.error and "What to look at" not in texts(app)
    click(app, "import_take_in")
    assert "2 patients, 3 cycles and 1 centre are in **Own registry** now." in app.success[0].value


def test_what_was_taken_in_stays_said_until_it_is_deleted(tmp_path: Path):
    """With the warnings and the reading of the columns, but without the clinic's dates."""
    app = open_app("import", {})
    cycles = [[*row[:3], 1.37] for row in HAMBURG["Zyklen"][1:]]
    content = HAMBURG | {"Zyklen": [["Pat.-Nr.", "Zyklus", "Datum", "Dosis (g/kg)"], *cycles]}
    content["Patientenliste"] = [
        [*row, cell]
        for row, cell in zip(content["Patientenliste"], ("Bemerkung", "a", "b"), strict=True)
    ]
    upload(app, write_workbook(tmp_path / "hamburg.xlsx", content))
    assert "05.02.2024" in html_of(app)
    assert [each.value for each in app.subheader] == ["What to look at"]
    click(app, "import_take_in")
    assert "2 patients, 3 cycles and 1 centre" in app.success[0].value
    assert "Warning: Patientenliste, Bemerkung, row 1" in html_of(app)
    assert "dates" in html_of(app) and "05.02.2024" not in html_of(app)
    click(app, "import_delete")
    assert not app.success and "Bemerkung" not in html_of(app)


def test_a_decision_on_a_spelling_holds_for_the_mended_file(tmp_path: Path):
    app = open_app("import", {})
    wrong = replaced(HAMBURG["Patientenliste"], 2, 3, "Dermatomyosits")
    dose = replaced(HAMBURG["Zyklen"], 1, 4, "Dosis (g)")
    content = {"Patientenliste": replaced(wrong, 3, 4, "?!"), "Zyklen": dose}
    upload(app, write_workbook(tmp_path / "one.xlsx", content))
    [button] = [each for each in app.button if "Dermatomyosits" in str(each.key)]
    button.click().run()
    assert "1 error to mend" in app.error[0].value
    mended = {"Stammdaten": wrong, "Zyklen": dose}
    upload(app, write_workbook(tmp_path / "two.xlsx", mended))
    assert not app.error
    assert "Stammdaten, Diagnose: you decided that “Dermatomyosits” is" in in_words(texts(app))


def test_a_class_is_not_taken_together_with_misspellings(tmp_path: Path):
    treatments = [["patient_id", "drug", "role"], ["008", "Steroid", "prior"]]
    treatments += [["008", "methotrexat ee", "prior"], ["007", "prednisolonn", "prior"]]
    app = open_app("import", {})
    upload(app, write_workbook(tmp_path / "clinic.xlsx", sheets(treatments=treatments)))
    labels = " ".join(in_words(button.label) for button in app.button)
    assert "glucocorticoid, not specified" in labels and "the drug itself is lost" in labels
    click(app, "import_take_all")
    assert "1 error to mend" in app.error[0].value and "Steroid" in html_of(app)


def test_where_two_files_are_read_each_place_is_told_with_its_file(tmp_path: Path):
    patients = write_workbook(tmp_path / "one.xlsx", {"Patienten": HAMBURG["Patientenliste"]})
    cycles = [[*row, "x"] for row in HAMBURG["Zyklen"]]
    app = open_app("import", {})
    upload(app, patients, write_workbook(tmp_path / "two.xlsx", {"Zyklen": cycles}))
    assert "Warning: Zyklen (two.xlsx), x, row 1" in html_of(app)
