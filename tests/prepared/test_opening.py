"""A large registry is prepared once, answers as one in memory does, and is never an old one."""

import json
import os
import shutil
import signal
import stat
import threading
import time
from collections.abc import Callable, Iterator
from operator import itemgetter
from pathlib import Path

import duckdb
import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib import warehouse
from lib.ask import ask_together, rows_of
from lib.cohort import Cohort
from lib.errors import (
    NotPreparedYetError,
    OpeningStoppedError,
    RegistryError,
)
from lib.own_query import ask
from lib.places import CASE_SERIES, DEMO_REGISTRY, PUBLICATIONS
from lib.preparation import FIRST, LAST, built_later
from lib.prepared import place
from lib.prepared.builder import Job, build
from lib.prepared.opening import Opening
from lib.registry.reference import REFERENCE
from lib.registry.store import read_registry
from lib.warehouse import Warehouse, open_tables, open_warehouse
from tests.registries import sign, write_clinic
from tests.test_queries import EXAMPLES, QUESTIONS, header, name_of


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    return write_clinic(tmp_path / "clinic", 40)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Warehouse, Warehouse]]:
    """The published series as a prepared file and in memory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(place.REGISTRY_CACHE, str(tmp_path_factory.mktemp("cache")))
        patch.setattr(warehouse, "MOST_ROWS_IN_MEMORY", 0)
        yield open_warehouse(), open_tables(*read_registry(CASE_SERIES))


def prepared(cache: Path) -> list[str]:
    return sorted(each.name for each in cache.iterdir())


def n_patients(source: Warehouse) -> int:
    return source.connection.cursor().execute("select count(*) from patient_facts").fetchone()[0]


@pytest.mark.parametrize("path", QUESTIONS, ids=name_of)
def test_a_prepared_registry_answers_as_one_in_memory(both, path: Path):
    asked = {name: EXAMPLES[name] for name in header(path).parameters}
    from_file, in_memory = (source.query(name_of(path), **asked) for source in both)
    if "\norder by" not in path.read_text():
        from_file, in_memory = map(in_any_order, (from_file, in_memory))
    pd.testing.assert_frame_equal(from_file, in_memory, rtol=1e-12)


def in_any_order(rows: pd.DataFrame) -> pd.DataFrame:
    order = rows.astype(str).sort_values(list(rows.columns)).index
    return rows.loc[order].reset_index(drop=True)


def test_its_tables_are_those_of_the_registry(both):
    from_file, in_memory = (source.tables() for source in both)
    assert from_file.keys() == in_memory.keys()
    assert all(from_file[name].equals(in_memory[name]) for name in from_file)


def test_a_query_of_ones_own_reads_the_same_file(both):
    text = "select count(*) as n from registry.cycles join patient_facts using (patient_id)"
    assert both[0].file is not None
    assert both[1].file is None
    from_file, in_memory = (ask(source, text).rows["n"].tolist() for source in both)
    assert from_file == in_memory


@pytest.mark.parametrize(
    "statement",
    [
        "from read_csv('/etc/passwd')",
        "from read_text('/etc/passwd')",
        "from glob('/*')",
        "copy patient_facts to '/tmp/ivig_leak.csv'",
        "copy patient_facts to '{file}' (use_tmp_file false)",
        "copy patient_facts to '{file}.wal' (use_tmp_file false)",
        "copy patient_facts to '{opened}' (use_tmp_file false)",
        "copy patient_facts to '{opened}.wal' (use_tmp_file false)",
        "from read_text('{file}')",
        "attach '/tmp/ivig_leak.duckdb' as leak",
        "attach '{file}' as again",
        "attach '{opened}' as again",
        "export database '/tmp/ivig_leak'",
        "create table main.more as select 1",
        "delete from registry.patients",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set memory_limit = '64GB'",
        "set temp_directory = '/tmp/ivig_leak'",
        "set threads = 64",
    ],
)
def test_a_prepared_registry_refuses_files_changes_and_settings(both, statement: str):
    source = both[0]
    folder = source.file.parent
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    with source.connection.cursor() as cursor:
        opened = cursor.execute("select path from duckdb_databases() where not internal").fetchone()
        told = statement.format(file=source.file, opened=opened[0])
        with pytest.raises(duckdb.Error):
            cursor.execute(told)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    assert prepared(folder.parent) == [folder.name]
    assert not list(Path("/tmp").glob("ivig_leak*"))


def test_what_needs_more_memory_is_not_written_to_a_disk(cache: Path, clinic: Path, monkeypatch):
    monkeypatch.setattr("lib.prepared.opening.memory_mb", lambda: 100)
    source = open_warehouse(clinic)
    large = "select repeat('x', 200) || range as t from range(4000000) order by t desc"
    with source.connection.cursor() as cursor, pytest.raises(duckdb.OutOfMemoryException):
        cursor.execute(large).fetchone()
    assert prepared(cache) == [source.file.parent.name]


def test_the_second_opening_starts_no_process(cache: Path, clinic: Path):
    first, second = Opening(clinic), Opening(DEMO_REGISTRY)
    assert first.whole().file != second.whole().file
    again = Opening(clinic)
    assert n_patients(again.whole()) == 40
    assert first.is_first_time
    assert not again.is_first_time


def test_others_on_the_machine_can_read_nothing_of_it(cache: Path, clinic: Path):
    file = open_warehouse(clinic).file
    assert file.is_relative_to(cache)
    for each in [cache, file.parent, *file.parent.iterdir()]:
        mode = stat.S_IMODE(each.stat().st_mode)
        assert mode == (0o700 if each.is_dir() else 0o600), each


def test_small_registries_and_those_of_a_session_are_never_written(cache: Path, monkeypatch):
    open_tables(*read_registry(DEMO_REGISTRY))
    monkeypatch.setattr(warehouse, "MOST_ROWS_IN_MEMORY", 100_000)
    assert open_warehouse(DEMO_REGISTRY).file is None
    assert open_warehouse(CASE_SERIES).file is None
    assert prepared(cache) == []


def test_changed_data_are_prepared_anew_and_the_old_ones_go(cache: Path, clinic: Path, tmp_path):
    old = open_warehouse(clinic)
    old_folder = old.file.parent
    shutil.rmtree(clinic)
    write_clinic(clinic, 30)
    new = open_warehouse(clinic)
    assert (n_patients(old), n_patients(new)) == (40, 30)
    # Not while it is in use; then with the next opening.
    assert old_folder.exists()
    del old
    open_warehouse(clinic)
    assert prepared(cache) == [new.file.parent.name]


@pytest.mark.parametrize("what", ["query", "duckdb", "reference"])
def test_another_version_of_what_prepares_it_reads_no_old_one(
    cache: Path, clinic: Path, monkeypatch, what: str
):
    manifest, _ = read_registry(clinic)
    before = place.key_of(manifest, PUBLICATIONS)
    place._makers.cache_clear()
    if what == "query":
        read = place.read_query
        monkeypatch.setattr(place, "read_query", lambda name: read(name) + " " * ("facts" in name))
    elif what == "duckdb":
        monkeypatch.setattr(duckdb, "__version__", "9.9.9")
    else:
        own = shutil.copytree(REFERENCE, clinic.parent / "reference")
        (own / "drugs.csv").write_text((own / "drugs.csv").read_text() + "another,another\n")
        monkeypatch.setattr(place, "REFERENCE", own)
    after = place.key_of(manifest, PUBLICATIONS)
    place._makers.cache_clear()
    assert before != after


def test_only_those_used_last_are_kept(cache: Path, tmp_path: Path):
    made = []
    for n in range(place.KEPT + 2):
        made.append(open_warehouse(write_clinic(tmp_path / f"clinic{n}", n + 5)).file.parent.name)
        # Times of files are no finer on every disk.
        os.utime(cache / made[-1] / place.ABOUT, (n, n))
    open_warehouse(tmp_path / f"clinic{place.KEPT + 1}")
    assert prepared(cache) == sorted(made[-place.KEPT :])


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size - 5000)


def alter(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def remove_it(file: Path) -> None:
    file.unlink()


def garble(file: Path) -> None:
    (file.parent / place.ABOUT).write_text("{")


@pytest.mark.parametrize("damage", [cut, alter, empty, remove_it, garble])
def test_a_damaged_file_is_made_anew(cache: Path, clinic: Path, damage: Callable[[Path], None]):
    file = open_warehouse(clinic).file
    damage(file)
    again = Opening(clinic)
    assert n_patients(again.whole()) == 40
    assert again.is_first_time
    third = Opening(clinic)
    third.whole()
    assert not third.is_first_time
    assert prepared(cache) == [file.parent.name]


def test_two_who_open_at_once_prepare_it_once(cache: Path, clinic: Path):
    openings = [Opening(clinic) for _ in range(3)]
    assert [n_patients(each.whole()) for each in openings] == [40] * 3
    assert len(prepared(cache)) == 1
    assert len({each.whole().file.stat().st_ino for each in openings}) == 1


def builder_of(opening: Opening) -> psutil.Process:
    """The process that prepares, once it has begun."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for child in psutil.Process().children():
            if "lib.prepared.builder" in child.cmdline() and opening.progress.share > 0:
                return child
        time.sleep(0.01)
    raise AssertionError("No process prepares the registry.")


def test_stopping_it_leaves_nothing_behind_and_it_can_begin_anew(cache: Path):
    opening = Opening(CASE_SERIES)
    builder = builder_of(opening)
    assert prepared(cache)
    opening.stop()
    with pytest.raises(OpeningStoppedError, match="was stopped"):
        opening.result()
    assert opening.is_stopped
    assert not builder.is_running()
    assert prepared(cache) == []
    assert n_patients(open_warehouse(CASE_SERIES)) == 3200


def test_a_killed_builder_is_said_and_its_leftovers_go(cache: Path):
    opening = Opening(CASE_SERIES)
    builder_of(opening).send_signal(signal.SIGKILL)
    with pytest.raises(RegistryError, match="Open it again"):
        opening.result()
    assert prepared(cache) == []
    # What a builder left that was killed together with its server.
    (cache / f"{place.BUILDING}0123").mkdir()
    place.clear_leftovers()
    assert prepared(cache) == []


def test_one_at_a_time_is_prepared_and_who_waits_can_stop(cache: Path, clinic: Path):
    first = Opening(CASE_SERIES)
    builder_of(first)
    second = Opening(clinic)
    deadline = time.monotonic() + 30
    while not second.progress.doing.startswith("waiting") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert second.progress.doing.startswith("waiting for another registry")
    second.stop()
    assert second.is_stopped
    assert n_patients(first.result()) == 3200


@pytest.fixture
def go_on(monkeypatch) -> threading.Event:
    """Until it is set, nothing but the first part of a registry is prepared."""
    may_go_on, prepare = threading.Event(), Opening._prepare

    def wait(opening: Opening, root: Path, is_whole: bool) -> None:
        assert not is_whole or may_go_on.wait(60)
        prepare(opening, root, is_whole)

    monkeypatch.setattr(Opening, "_prepare", wait)
    return may_go_on


def test_nothing_of_the_first_part_stands_on_the_last():
    for table in FIRST:
        assert not set(built_later(f"registry/{table}")) & set(LAST)


def test_the_first_part_is_open_before_the_rest_is_there(cache: Path, clinic: Path, go_on):
    opening = Opening(clinic)
    first = opening.result()
    assert n_patients(first) == 40
    assert not first.is_whole
    with pytest.raises(NotPreparedYetError):
        rows_of(first, 0, "side_effects/onset_days", Cohort())
    with pytest.raises(NotPreparedYetError):
        ask(first, "select 1")
    # What the page before asked is left to who needs it.
    ask_together(first, [("side_effects/onset_days", ()), ("cohort/facets", ())], Cohort())
    assert rows_of(first, 0, "cohort/facets", Cohort())
    go_on.set()
    whole = opening.whole()
    assert whole.is_whole
    assert opening.result() is whole
    # What somebody looks at goes with the next opening.
    assert prepared(cache) == sorted([whole.file.parent.name, first.file.parent.name])
    del first
    open_warehouse(clinic)
    assert prepared(cache) == [whole.file.parent.name]


def test_a_first_part_that_was_left_is_gone_on_with(cache: Path, clinic: Path, go_on):
    left = Opening(clinic)
    file = left.result().file
    made = file.stat().st_mtime_ns
    left._stopped = True
    go_on.set()
    with pytest.raises(OpeningStoppedError):
        left.whole()
    assert n_patients(left.result()) == 40
    again, seen = Opening(clinic), set()
    while not again.wait(0.01, for_all=True):
        seen.add(again.progress.doing)
    assert again.whole().is_whole
    assert file.stat().st_mtime_ns == made
    assert not any(doing.startswith("reading") for doing in seen)


def test_of_a_damaged_first_part_nothing_is_taken_up(cache: Path, clinic: Path, go_on):
    opening = Opening(clinic)
    alter(opening.result().file)
    go_on.set()
    assert (
        open_tables(*read_registry(clinic))
        .query("side_effects/consequences", cohort="[]")
        .equals(opening.whole().query("side_effects/consequences", cohort="[]"))
    )


def test_a_registry_that_is_there_as_a_whole_gets_no_first_part_again(cache: Path, clinic: Path):
    whole = open_warehouse(clinic)
    before = prepared(cache)
    told = []
    build(Job(clinic, PUBLICATIONS, cache, is_whole=False), told.append)
    assert prepared(cache) == before == [whole.file.parent.name]
    assert told == []


def test_who_cannot_tidy_up_has_the_registry_all_the_same(cache: Path, clinic: Path, monkeypatch):
    def refuse() -> None:
        raise RegistryError("Another process keeps the folder for itself.")

    monkeypatch.setattr("lib.prepared.opening.clear_leftovers", refuse)
    assert Opening(clinic).whole().is_whole


def test_a_file_that_cannot_be_opened_is_let_go(cache: Path, clinic: Path, monkeypatch):
    open_warehouse(clinic)

    def refuse(file: Path, memory_mb: int) -> None:
        raise duckdb.OutOfMemoryException("no memory")

    monkeypatch.setattr("lib.prepared.opening.connect", refuse)
    before = psutil.Process().num_fds()
    with pytest.raises(RegistryError, match="could not be opened"):
        Opening(clinic).whole()
    assert psutil.Process().num_fds() == before


def test_progress_grows_and_is_told_in_words(cache: Path):
    opening, seen = Opening(CASE_SERIES), []
    # Of the rest the progress begins anew.
    while not opening.wait(0.01):
        seen.append(opening.progress)
    shares = [each.share for each in seen]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.2 < 0.8 < shares[-1] <= 1
    said = " ".join(each.doing for each in seen)
    assert "reading cycles" in said
    assert "preparing patient facts" in said


def test_a_damaged_registry_is_refused_as_a_small_one_is(cache: Path, clinic: Path):
    path = clinic / "cycles.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    with pytest.raises(RegistryError, match=r"differ from the manifest: cycles\.parquet"):
        open_warehouse(clinic)
    assert prepared(cache) == []


@pytest.mark.parametrize("in_order", [True, False])
def test_the_rules_of_the_schema_are_held(cache: Path, clinic: Path, in_order: bool):
    path = clinic / "cycles.parquet"
    table = pq.read_table(path)
    rows = table.to_pylist()
    rows[0]["dose_g_per_kg"] = 7.0
    rows += [rows[4], rows[4]]
    if in_order:
        rows.sort(key=itemgetter("imputation", "patient_id"))
    pq.write_table(pa.Table.from_pylist(rows, table.schema), path)
    sign(clinic)
    with pytest.raises(RegistryError) as caught:
        open_warehouse(clinic)
    assert "dose_g_per_kg: no number from 0.01 up to 5 (1 row)" in str(caught.value)
    same = "imputation + patient_id + cycle_no: the same key as another row (2 rows)"
    assert same in str(caught.value)
    assert prepared(cache) == []


def test_a_folder_that_cannot_be_written_to_is_named(cache: Path, clinic: Path, monkeypatch):
    (clinic.parent / "file").write_text("no folder")
    monkeypatch.setenv(place.REGISTRY_CACHE, str(clinic.parent / "file"))
    with pytest.raises(RegistryError, match="can't write there.*REGISTRY_CACHE"):
        open_warehouse(clinic)


def test_what_is_known_of_a_file_says_nothing_of_patients(cache: Path, clinic: Path):
    about = json.loads((open_warehouse(clinic).file.parent / place.ABOUT).read_text())
    assert set(about) == {"registry", "version", "n_bytes", "sha256"}
