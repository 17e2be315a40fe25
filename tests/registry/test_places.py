"""Whose turn it is to write a registry, what is in its place then, and who may read it."""

import os
import shutil
import stat
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from lib.datasets import saved_datasets
from lib.errors import RegistryError, RegistryThereError
from lib.registry.importer import placing
from lib.registry.importer.options import APPEND, REPLACE_ALL, Existing, Options
from lib.registry.importer.placing import clear_leftovers
from lib.registry.importer.reading import Reading
from lib.registry.importer.stages import read_here
from lib.registry.importer.writing import Written, write
from lib.registry.store import read_registry
from tests.registry.clinic import CYCLES, PATIENTS, write_csvs
from tests.registry.test_refuses import run


def reading_of(place: Path, patient: str, existing: Existing | None = None) -> Reading:
    """A file of one patient."""
    content = {
        "patients": [PATIENTS[0], [patient, patient, "dermatomyositis", "female", 30]],
        "cycles": [CYCLES[0], [patient, 1, 0, 2]],
    }
    return read_here([write_csvs(place / f"file of {patient}", content)], Options(), existing)


def patients_in(folder: Path) -> list[str]:
    return read_registry(folder)[1]["patients"]["patient_id"].to_pylist()


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def registries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "registries"
    folder.mkdir()
    monkeypatch.setenv("REGISTRY_DIR", str(folder))
    return folder


@pytest.fixture
def clinic(registries: Path, tmp_path: Path) -> Path:
    """A registry with the patient A."""
    write(reading_of(tmp_path, "A"), registries / "clinic", "Clinic")
    return registries / "clinic"


@pytest.fixture
def no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the system can't exchange two folders in one step."""
    monkeypatch.setattr(placing, "_exchange", lambda _one, _other: False)


# --- two at once ----------------------------------------------------------------------------


def at_once(*ways: Callable[[], Written]) -> list[Written | RegistryError]:
    """What came of several imports that start in the same moment."""
    gate = threading.Barrier(len(ways))
    came_of_it: list[Written | RegistryError] = []

    def start(way: Callable[[], Written]) -> None:
        gate.wait()
        try:
            came_of_it.append(way())
        except RegistryError as error:
            came_of_it.append(error)

    threads = [threading.Thread(target=start, args=(way,)) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came_of_it


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_who_save_under_one_name_at_once_one_is_told(
    registries: Path, tmp_path: Path, attempt: int
):
    one, other = reading_of(tmp_path, "A"), reading_of(tmp_path, "B")
    folder = registries / f"clinic {attempt}"
    came_of_it = at_once(
        lambda: write(one, folder, "Clinic"), lambda: write(other, folder, "Clinic")
    )
    [written] = [each for each in came_of_it if isinstance(each, Written)]
    [refused] = [each for each in came_of_it if isinstance(each, RegistryThereError)]
    assert "There is a registry" in str(refused)
    assert read_registry(folder)[0].version == written.manifest.version
    assert [each.name for each in registries.iterdir()] == [folder.name]


def test_of_two_who_add_to_one_registry_at_once_one_is_told(clinic: Path, tmp_path: Path):
    readings = [reading_of(tmp_path, patient, Existing(clinic, APPEND)) for patient in "BC"]
    came_of_it = at_once(*[lambda each=each: write(each, clinic, "Clinic") for each in readings])
    [refused] = [each for each in came_of_it if isinstance(each, RegistryError)]
    assert "was changed while" in str(refused)
    assert patients_in(clinic) in (["A", "B"], ["A", "C"])


def test_a_registry_that_came_while_files_were_read_is_not_replaced(clinic: Path, tmp_path: Path):
    before = content_of(clinic)
    with pytest.raises(RegistryThereError, match="--existing"):
        write(reading_of(tmp_path, "B"), clinic, "Clinic")
    assert content_of(clinic) == before
    write(reading_of(tmp_path, "B"), clinic, "Clinic", replaces_all=True)
    assert patients_in(clinic) == ["B"]


# --- what was there ---------------------------------------------------------------------------


def test_the_last_state_but_one_is_kept_hidden_and_no_older_one(clinic: Path, tmp_path: Path):
    states = [content_of(clinic)]
    for patient in "BC":
        reading = reading_of(tmp_path, patient, Existing(clinic, APPEND))
        written = write(reading, clinic, "Clinic")
        assert content_of(written.previous) == states[-1]
        states.append(content_of(clinic))
        hidden = [each.name for each in clinic.parent.iterdir() if each != clinic]
        assert hidden == [written.previous.name]
        assert written.previous.name.startswith(".clinic.2")
        assert list(saved_datasets()) == ["clinic"]
    # A copy of another registry, and what is only called like one, are left alone.
    copy = written.previous
    others = [copy.with_name(f".clinic.b{copy.name.removeprefix('.clinic')}")]
    others.append(copy.with_name(".clinic.20200101T000000.previous"))
    for each in others:
        shutil.copytree(copy, each)
    (others[1] / "thesis.docx").write_bytes(b"x")
    write(reading_of(tmp_path, "D", Existing(clinic, APPEND)), clinic, "Clinic")
    assert all(each.is_dir() for each in others)


def test_the_command_says_where_it_is(clinic: Path, tmp_path: Path):
    before = content_of(clinic)
    reading_of(tmp_path, "B")
    done = run(tmp_path / "file of B", "--to", clinic, "--existing", REPLACE_ALL)
    assert done.returncode == 0
    [copy] = clinic.parent.glob(".clinic.*.previous")
    assert f"is kept in {copy}" in done.stderr
    assert content_of(copy) == before


@pytest.mark.parametrize("foreign", ["pseudonym_key.csv", "originals"])
def test_what_is_in_a_registrys_folder_and_none_of_it_is_not_deleted(
    clinic: Path, tmp_path: Path, foreign: str
):
    if foreign == "originals":
        (clinic / foreign).mkdir()
        (clinic / foreign / "form.xlsx").write_bytes(b"x")
    else:
        (clinic / foreign).write_text("A;x")
    before = sorted(clinic.rglob("*"))
    with pytest.raises(RegistryError, match=f"“{foreign}”, which is no file of a registry"):
        write(reading_of(tmp_path, "B", Existing(clinic, APPEND)), clinic, "Clinic")
    assert sorted(clinic.rglob("*")) == before and patients_in(clinic) == ["A"]


# --- where folders can't be exchanged ---------------------------------------------------------


@pytest.mark.usefixtures("no_exchange")
def test_without_an_exchange_the_old_one_is_kept_too(clinic: Path, tmp_path: Path):
    before = content_of(clinic)
    written = write(reading_of(tmp_path, "B", Existing(clinic, APPEND)), clinic, "Clinic")
    assert patients_in(clinic) == ["A", "B"]
    assert content_of(written.previous) == before
    assert set(clinic.parent.iterdir()) == {clinic, written.previous}


def failing_renames(monkeypatch: pytest.MonkeyPatch, *numbers: int) -> None:
    """Let some of the renames that follow fail as on a full disk."""
    rename = Path.rename
    asked = iter(range(1, 100))

    def fail_or_rename(path: Path, to: Path) -> Path:
        if next(asked) in numbers:
            raise OSError(28, "No space left on device")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", fail_or_rename)


@pytest.mark.usefixtures("no_exchange")
def test_if_the_new_one_can_not_be_put_in_place_the_old_one_is_put_back(
    clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = content_of(clinic)
    reading = reading_of(tmp_path, "B", Existing(clinic, APPEND))
    with monkeypatch.context() as patch:
        failing_renames(patch, 2)
        with pytest.raises(RegistryError, match="No space left"):
            write(reading, clinic, "Clinic")
    assert content_of(clinic) == before
    assert list(clinic.parent.iterdir()) == [clinic]


@pytest.mark.usefixtures("no_exchange")
@pytest.mark.parametrize("by", ["the server's start", "another import"])
def test_a_registry_that_could_not_be_put_back_is_by_who_comes_next(
    clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
):
    before = content_of(clinic)
    reading = reading_of(tmp_path, "B", Existing(clinic, APPEND))
    with monkeypatch.context() as patch:
        failing_renames(patch, 2, 3)
        with pytest.raises(RegistryError, match=r"whole, in .*\.clinic\.replaced"):
            write(reading, clinic, "Clinic")
    assert not clinic.exists()
    if by == "another import":
        # Of another registry; and who would save under the name of the lost one is told.
        write(reading_of(tmp_path, "C"), clinic.with_name("other"), "Other")
        with pytest.raises(RegistryThereError):
            write(reading_of(tmp_path, "C"), clinic, "Clinic")
    else:
        clear_leftovers(clinic.parent)
        assert list(clinic.parent.iterdir()) == [clinic]
    assert content_of(clinic) == before


def test_killed_after_the_new_one_is_in_place_the_old_one_is_the_copy(clinic: Path):
    shutil.copytree(clinic, clinic.with_name(".clinic.replaced"))
    clear_leftovers(clinic.parent)
    assert len(list(clinic.parent.glob(".clinic.*.previous"))) == 1
    assert not clinic.with_name(".clinic.replaced").exists()


# --- who reads it meanwhile -------------------------------------------------------------------


def test_a_registry_that_is_replaced_while_it_is_read_is_the_old_or_the_new_one(
    clinic: Path, tmp_path: Path
):
    """Two registries of different size change places again and again."""
    other = clinic.with_name("other")
    patients = [[f"B{number}", "Bonn", "dermatomyositis", "female", 30] for number in range(30)]
    content = {
        "patients": [PATIENTS[0], *patients],
        "cycles": [CYCLES[0], *([patient[0], 1, 0, 2] for patient in patients)],
    }
    write(read_here([write_csvs(tmp_path / "b", content)], Options()), other, "Other")
    is_over = threading.Event()

    def change_places() -> None:
        while not is_over.wait(0.02):
            placing._exchange(clinic, other)

    changing = threading.Thread(target=change_places)
    changing.start()
    seen = Counter()
    try:
        while len(seen) < 2 or seen.total() < 150:
            manifest, tables = read_registry(clinic)
            seen[manifest.name, tables["patients"].num_rows, tables["cycles"].num_rows] += 1
    finally:
        is_over.set()
        changing.join()
    assert set(seen) == {("Clinic", 1, 1), ("Other", 30, 30)}


def test_a_registry_is_read_at_each_moment_of_being_replaced(clinic: Path, tmp_path: Path):
    """By imports: what a reader gets is what stood there before or after one of them."""
    versions = {read_registry(clinic)[0].version}
    is_over = threading.Event()
    seen = set()

    def read_again_and_again() -> None:
        while not is_over.is_set():
            seen.add(read_registry(clinic)[0].version)

    reading = threading.Thread(target=read_again_and_again)
    reading.start()
    try:
        for number in range(6):
            further = reading_of(tmp_path, f"B{number}", Existing(clinic, APPEND))
            versions.add(write(further, clinic, "Clinic").manifest.version)
    finally:
        is_over.set()
        reading.join()
    assert seen <= versions and len(seen) > 1


# --- who may read it --------------------------------------------------------------------------


def test_a_first_registry_is_its_owners_and_their_groups(clinic: Path):
    assert mode_of(clinic) == 0o750
    assert {mode_of(file) for file in clinic.iterdir()} == {0o640}


@pytest.mark.parametrize("mode", [0o700, 0o770, 0o755, 0o2770])
def test_who_could_not_read_a_registry_can_not_read_what_takes_its_place(
    clinic: Path, tmp_path: Path, mode: int
):
    clinic.chmod(mode)
    write(reading_of(tmp_path, "B", Existing(clinic, APPEND)), clinic, "Clinic")
    assert mode_of(clinic) == mode
    assert {mode_of(file) for file in clinic.iterdir()} == {mode & 0o666}


def test_a_registry_stays_with_its_group(clinic: Path, tmp_path: Path):
    """To another group only the superuser can give it, or who is in both."""
    groups = {*os.getgroups(), *([4242] if os.geteuid() == 0 else [])} - {clinic.stat().st_gid}
    for group in groups:
        os.chown(clinic, -1, group)
        clinic.chmod(0o750)
        write(reading_of(tmp_path, f"B{group}", Existing(clinic, APPEND)), clinic, "Clinic")
        assert {each.stat().st_gid for each in (clinic, *clinic.iterdir())} == {group}
        assert mode_of(clinic) == 0o750


@pytest.mark.parametrize(("mode", "given"), [(0o770, 0o700), (0o755, 0o755)])
def test_another_group_gets_no_rights_that_all_others_did_not_have(
    clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, given: int
):
    """Where the group of the old folder can't be given to the new one."""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    clinic.chmod(mode)
    is_of_another_group = os.geteuid() == 0
    if is_of_another_group:
        os.chown(clinic, -1, 4242)
    monkeypatch.setattr(os, "chown", refuse)
    write(reading_of(tmp_path, "B", Existing(clinic, APPEND)), clinic, "Clinic")
    assert mode_of(clinic) == (given if is_of_another_group else mode)
