"""The page Import without a browser, and the registries that an operator keeps for all."""

from pathlib import Path

import pytest

from lib.datasets import DATASETS, OWN, folder_name, saved_datasets
from lib.registry.importer.bounded import read
from lib.registry.importer.writing import write
from tests.registry.clinic import sheets, write_workbook
from tests.screen import open_app, texts


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
    reading = read([write_workbook(tmp_path / "clinic.xlsx", sheets())])
    write(reading, registry_dir / "koeln", "IVIg in Köln")
    app = open_app("timelines", {"dataset": ["koeln"]})
    assert not app.exception
    assert "2 of 2 patients" in texts(app)
    assert "IVIg in Köln: Recorded data" in texts(app)


def test_a_registry_that_is_replaced_is_opened_again(registry_dir: Path, tmp_path: Path):
    content = sheets()
    reading = read([write_workbook(tmp_path / "one.xlsx", content)])
    write(reading, registry_dir / "koeln", "Köln")
    assert "2 of 2 patients" in texts(open_app("overview", {"dataset": ["koeln"]}))
    only_one = {
        name: [line for line in lines if line[0] != "008"] for name, lines in content.items()
    }
    write(read([write_workbook(tmp_path / "two.xlsx", only_one)]), registry_dir / "koeln", "Köln")
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
