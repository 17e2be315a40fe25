"""Files that come to a registry that is there: added, or in place of centres; all or nothing."""

import json
from pathlib import Path

import pytest

from lib.errors import RegistryError
from lib.places import CASE_SERIES
from lib.registry.importer.options import APPEND, REPLACE_ALL, REPLACE_CENTRES, Existing, Options
from lib.registry.importer.reading import Reading
from lib.registry.importer.stages import read_here
from lib.registry.importer.writing import write
from lib.registry.store import read_registry
from tests.registry.clinic import (
    CYCLES,
    PATIENTS,
    Sheets,
    places,
    read_csvs_of,
    sheets,
    write_csvs,
)
from tests.registry.test_refuses import run

BONN = {
    "patients": [PATIENTS[0], ["101", "Bonn", "dermatomyositis", "female", 30]],
    "cycles": [CYCLES[0], ["101", 1, 0, 2]],
}
# Köln again, a year later: 007 has a further cycle, 008 is gone and 009 is new.
KOELN_LATER = {
    "patients": [PATIENTS[0], PATIENTS[1], ["009", "Köln", "dermatomyositis", "male", 70]],
    "cycles": [*CYCLES[:3], ["007", 3, 56, 1], ["009", 1, 0, 2]],
    "side_effects": [["patient_id", "symptom"], ["009", "headache"]],
}


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """Köln with two patients, and Bonn with one; patient 008 has a side-effect."""
    side_effects = [["patient_id", "symptom"], ["008", "nausea"]]
    both = sheets(
        patients=[*PATIENTS, *BONN["patients"][1:]],
        cycles=[*CYCLES, *BONN["cycles"][1:]],
        side_effects=side_effects,
    )
    write(read_csvs_of(tmp_path, both), tmp_path / "registry", "Rhineland")
    return tmp_path / "registry"


def joined_with(registry: Path, how: str, content: Sheets) -> Reading:
    source = write_csvs(registry.parent / "further", content)
    return read_here([source], Options(), Existing(registry, how))


def rows(folder: Path, table: str, *columns: str) -> set[tuple]:
    _, tables = read_registry(folder)
    return {tuple(row[name] for name in columns) for row in tables[table].to_pylist()}


def changes(reading: Reading) -> dict[str, tuple[int, int, int, int]]:
    """By centre: kept, taken out, added, afterwards."""
    return {
        each.centre: (each.n_kept, each.n_taken_out, each.n_added, each.n_after)
        for each in reading.joined.centres
    }


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_further_centre_is_added(registry: Path):
    aachen = {
        "patients": [PATIENTS[0], ["201", "Aachen", "pemphigus vulgaris", "male", 40]],
        "cycles": [CYCLES[0], ["201", 1, 0, 1]],
    }
    reading = joined_with(registry, APPEND, aachen)
    assert changes(reading) == {
        "Aachen": (0, 0, 1, 1),
        "Bonn": (1, 0, 0, 1),
        "Köln": (2, 0, 0, 2),
    }
    assert reading.can_be_imported
    before = rows(registry, "cycles", "patient_id", "cycle_no", "day", "dose_g_per_kg")
    write(reading, registry, "Rhineland")
    after = rows(registry, "cycles", "patient_id", "cycle_no", "day", "dose_g_per_kg")
    assert after == before | {("201", 1, 0, 1.0)}
    assert rows(registry, "side_effects", "patient_id", "symptom") == {("008", "nausea")}


def test_a_centre_is_replaced_with_all_that_was_said_of_its_patients(registry: Path):
    reading = joined_with(registry, REPLACE_CENTRES, KOELN_LATER)
    assert changes(reading) == {"Bonn": (1, 0, 0, 1), "Köln": (0, 2, 2, 2)}
    write(reading, registry, "Rhineland")
    assert rows(registry, "patients", "patient_id", "centre") == {
        ("007", "Köln"),
        ("009", "Köln"),
        ("101", "Bonn"),
    }
    assert rows(registry, "cycles", "patient_id", "cycle_no") == {
        ("007", 1),
        ("007", 2),
        ("007", 3),
        ("009", 1),
        ("101", 1),
    }
    assert rows(registry, "side_effects", "patient_id", "symptom") == {("009", "headache")}


def test_all_of_a_registry_is_replaced(registry: Path):
    reading = joined_with(registry, REPLACE_ALL, KOELN_LATER)
    assert changes(reading) == {"Bonn": (0, 1, 0, 0), "Köln": (0, 2, 2, 2)}
    write(reading, registry, "Rhineland")
    assert rows(registry, "patients", "patient_id") == {("007",), ("009",)}


def test_patients_who_are_there_are_refused_by_row_and_never_by_id(registry: Path):
    cycles_of_another = [*KOELN_LATER["cycles"], ["101", 2, 30, 2]]
    reading = joined_with(registry, APPEND, KOELN_LATER | {"cycles": cycles_of_another})
    assert not reading.can_be_imported
    assert [(f.rule, f.sheet, f.row, f.column, f.value) for f in reading.errors] == [
        ("patient_already_there", "patients", 2, "patient_id", None),
        ("patient_already_there", "cycles", 6, "patient_id", None),
    ]
    assert not any(name in f.message + f.mend for f in reading.errors for name in ("007", "101"))


def test_a_patient_of_a_centre_that_stays_is_refused_when_another_is_replaced(registry: Path):
    moved = {
        "patients": [PATIENTS[0], ["101", "Köln", "dermatomyositis", "female", 30]],
        "cycles": [CYCLES[0], ["101", 1, 0, 2]],
    }
    reading = joined_with(registry, REPLACE_CENTRES, moved)
    assert places(reading, "patient_already_there") == [("patients", 2, "patient_id")]


def test_duplicates_across_centres_are_reported_at_the_new_row(tmp_path: Path):
    """The same sex, age, diagnosis, weight and days of two cycles, at another centre."""
    headings = [*PATIENTS[0], "body_weight_kg"]
    of_koeln = sheets(patients=[headings, [*PATIENTS[1], 70], [*PATIENTS[2], 80]])
    write(read_csvs_of(tmp_path, of_koeln), tmp_path / "registry", "Rhineland")
    of_bonn = {
        "patients": [
            headings,
            ["102", "Bonn", "dermatomyositis", "female", 20, 60],
            ["101", "Bonn", *PATIENTS[1][2:], 70],
        ],
        "cycles": [CYCLES[0], ["102", 1, 0, 2], ["101", 1, 0, 2], ["101", 2, 28, 2]],
    }
    reading = joined_with(tmp_path / "registry", APPEND, of_bonn)
    [found] = [f for f in reading.findings if f.rule == "patient_in_two_centres"]
    assert (found.severity, found.sheet, found.row) == ("warning", "patients", 3)
    assert "row 2 of patients (Rhineland, there already)" in found.message


def test_errors_leave_the_registry_as_it_was(registry: Path):
    before = content_of(registry)
    source = write_csvs(registry.parent / "further", KOELN_LATER)
    done = run(source, "--to", registry, "--existing", APPEND)
    assert done.returncode == 1 and "nothing was imported" in done.stderr
    assert "007" not in done.stdout + done.stderr
    assert content_of(registry) == before


def test_what_becomes_of_a_registry_has_to_be_said_and_can_be_tried(registry: Path):
    before = content_of(registry)
    source = write_csvs(registry.parent / "further", KOELN_LATER)
    done = run(source, "--to", registry, "--json")
    assert done.returncode == 1 and "--existing append" in done.stderr
    assert json.loads(done.stdout)["can_be_imported"] is False
    tried = run(source, "--to", registry, "--existing", REPLACE_CENTRES, "--dry-run")
    assert tried.returncode == 0 and content_of(registry) == before
    assert "centre Köln: 0 patients kept, 2 taken out, 2 added, 2 afterwards" in tried.stdout
    assert "centre Bonn: 1 patients kept, 0 taken out, 0 added, 1 afterwards" in tried.stdout
    assert run(source, "--to", registry, "--existing", REPLACE_CENTRES).returncode == 0
    manifest, tables = read_registry(registry)
    assert manifest.name == "Rhineland" and tables["patients"].num_rows == 3


def test_nothing_can_be_added_to_a_folder_without_a_registry(tmp_path: Path):
    source = write_csvs(tmp_path / "clinic", sheets())
    done = run(source, "--to", tmp_path / "typo", "--existing", APPEND)
    assert done.returncode == 2 and "There is no registry" in done.stderr
    assert not (tmp_path / "typo").exists()


def test_only_recorded_data_are_joined(tmp_path: Path):
    source = write_csvs(tmp_path / "clinic", sheets())
    with pytest.raises(RegistryError, match="reconstructed data"):
        read_here([source], Options(), Existing(CASE_SERIES, APPEND))


def test_a_registry_that_changed_meanwhile_is_not_overwritten(registry: Path):
    """Two people look at their reports at the same time; the second to decide is told."""
    aachen = {
        "patients": [PATIENTS[0], ["201", "Aachen", "pemphigus vulgaris", "male", 40]],
        "cycles": [CYCLES[0], ["201", 1, 0, 1]],
    }
    one = joined_with(registry, APPEND, aachen)
    other = joined_with(registry, REPLACE_CENTRES, KOELN_LATER)
    write(one, registry, "Rhineland")
    before = content_of(registry)
    with pytest.raises(RegistryError, match="was changed while"):
        write(other, registry, "Rhineland")
    assert content_of(registry) == before
