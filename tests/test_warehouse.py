"""An opened registry answers queries, its own to each thread, and takes no other orders."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from lib.ask import rows_of
from lib.cohort import Cohort
from lib.errors import RegistryError
from lib.registry.reference import read_csv
from lib.registry.store import MANIFEST
from lib.warehouse import KEPT_RESULTS, MOST_PLANS, MOST_READERS, Warehouse, open_warehouse
from tests.registries import open_tables, sign, write_tables

PATIENTS = """
    patient_id | sex    | age_at_first_ivig_years
    A          | female | 41
    B          | male   | 55
    C          | female | 67
"""
CYCLES = """
    patient_id | cycle_no | day | dose_g_per_kg
    A          | 1        | 0   | 2
    B          | 1        | 0   | 1
    C          | 1        | 0   | 2
"""
ASKED_OF_A_COHORT = (
    "overview/counts",
    "cohort/described",
    "cohort/facets",
    "dose/by_tier",
    "response/responders",
    "side_effects/consequences",
    "summary/by_diagnosis",
    "summary/characteristics",
    "summary/dose_changes",
    "summary/events",
    "summary/follow_up",
    "summary/sources",
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return open_tables(tmp_path / "registry", patients=PATIENTS, cycles=CYCLES)


def test_what_needs_more_memory_is_not_written_to_a_disk(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    large = "select repeat('x', 200) || range as t from range(4000000) order by t desc"
    with open_warehouse().connection.cursor() as cursor, pytest.raises(duckdb.OutOfMemoryException):
        cursor.execute(large).fetchone()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "statement",
    [
        "from read_csv('/etc/passwd')",
        "from read_text('/etc/passwd')",
        "from read_parquet('data/case_series/patients.parquet')",
        "copy patient_facts to '/tmp/ivig_leak.csv'",
        "attach '/tmp/ivig_leak.duckdb' as leak",
        "export database '/tmp/ivig_leak'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "set memory_limit = '64GB'",
        "set threads = 64",
        "pragma enable_logging",
    ],
)
def test_a_locked_database_refuses_files_and_settings(warehouse: Warehouse, statement: str):
    with warehouse.connection.cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(statement)
    assert not list(Path("/tmp").glob("ivig_leak*"))


def test_variables_of_the_program_are_no_tables(warehouse: Warehouse):
    secret = duckdb.sql("select 'of another user' as upload").df()
    with warehouse.connection.cursor() as cursor, pytest.raises(duckdb.CatalogException):
        cursor.execute("from secret")
    assert len(secret) == 1


def test_each_thread_gets_its_own_rows(warehouse: Warehouse):
    cohorts = [Cohort(), Cohort.of(sex=["female"]), Cohort.of(age=(50, 60)), Cohort.of(age=(0, 1))]
    expected = [3, 2, 1, 0]

    def n_patients(k: int) -> int:
        found = warehouse.query("cohort/facets", cohort=cohorts[k % 4].criteria)
        return found["n_patients"].iloc[0]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(n_patients, range(200)))
    assert found == expected * 50


def test_many_who_ask_at_once_share_few_readers_and_the_memory():
    """Of the published series: with a reader for each thread this ran out of memory."""
    registry = open_warehouse()
    ages = [Cohort.of(age=[28, 40 + n]).criteria for n in range(30)]
    with ThreadPoolExecutor(30) as threads:
        found = list(
            threads.map(lambda age: registry.records("publication/beside", cohort=age), ages)
        )
    assert len({len(rows) for rows in found}) == 1
    assert 1 <= len(registry.idle_readers) <= MOST_READERS


@pytest.mark.parametrize(
    "patient_id",
    ["O'Brien", "'); drop table patient_facts; --", '"A"', "\\' or 1=1", "$cohort", "ä🙂"],
)
def test_a_value_is_never_read_as_sql(tmp_path: Path, patient_id: str):
    patients = PATIENTS + f"    {patient_id} | female | 30\n"
    warehouse = open_tables(tmp_path / "registry", patients=patients, cycles=CYCLES)
    found = warehouse.records("patient/statements", patient=patient_id, version=0)
    ages = [row["value"] for row in found if row["column_name"] == "age_at_first_ivig_years"]
    assert ages == ["30"]
    assert len(warehouse.query("patient/roster", cohort=Cohort().criteria, version=0)) == 4


@pytest.mark.parametrize("ids", [("O'Brien", "A"), ("'), ('A',", '"; --')], ids=str)
def test_a_list_of_values_is_never_read_as_sql(warehouse: Warehouse, ids: tuple[str, ...]):
    found = warehouse.query("timelines/course", patients=ids, version=0)
    assert set(found["patient_id"]) == {"A"} & set(ids)


def test_a_text_that_no_registry_can_hold_is_refused(warehouse: Warehouse):
    with pytest.raises(ValueError, match="NUL"):
        warehouse.query("patient/statements", patient="A\0", version=0)


@pytest.mark.parametrize("criteria", ["{}", "[{}]", '[{"Position": 1}]', "everybody"])
def test_criteria_that_cannot_be_read_select_nobody(warehouse: Warehouse, criteria: str):
    with pytest.raises(duckdb.Error):
        warehouse.query("cohort/facets", cohort=criteria)


def test_a_step_of_a_query_changes_no_cohort(warehouse: Warehouse):
    statement = """
        with
        versions as (select 1 as one), patient_facts as (select 1 as one),
        filter_index as (select 1 as one), filter_fields as (select 1 as one)
        select count(*) from cohort($cohort), versions, patient_facts, filter_index, filter_fields
    """
    women = {"cohort": Cohort.of(sex=["female"]).criteria}
    with warehouse.connection.cursor() as cursor:
        assert cursor.execute(statement, women).fetchone() == (2,)


def test_an_unknown_parameter_is_refused(warehouse: Warehouse):
    with pytest.raises(duckdb.InvalidInputException):
        warehouse.query("cohort/facets", cohort=Cohort().criteria, diagnosis="dermatomyositis")


@pytest.mark.parametrize("damage", ["flipped", "cut", "missing", "exchanged"])
def test_a_damaged_file_is_named(tmp_path: Path, damage: str):
    folder = write_tables(tmp_path / "registry", patients=PATIENTS)
    path = folder / "patients.parquet"
    whole = path.read_bytes()
    if damage == "flipped":
        path.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    elif damage == "cut":
        path.write_bytes(whole[:-100])
    elif damage == "exchanged":
        path.write_bytes((folder / "cycles.parquet").read_bytes())
    else:
        path.unlink()
    with pytest.raises(RegistryError, match=r"patients\.parquet"):
        open_warehouse(folder)


@pytest.mark.parametrize("manifest", [None, "", "{}", '{"name": "x"}', "[]"])
def test_a_folder_without_a_readable_manifest_is_no_registry(tmp_path: Path, manifest: str | None):
    folder = write_tables(tmp_path / "registry", patients=PATIENTS)
    (folder / MANIFEST).unlink()
    if manifest is not None:
        (folder / MANIFEST).write_text(manifest)
    with pytest.raises(RegistryError, match="no readable registry"):
        open_warehouse(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"files": None},
        {"files": ["patients.parquet"]},
        {"files": {}},
        {"name": None},
        {"nature": "imagined"},
        {"imputations": "many"},
        {"imputations": -1},
        {"imputations": 3},
        {"publication": 2020},
        {"publication": "nobody_1900"},
    ],
    ids=str,
)
def test_a_damaged_manifest_is_said(tmp_path: Path, changes: dict):
    folder = write_tables(tmp_path / "registry", patients=PATIENTS)
    sign(folder, **changes)
    with pytest.raises(RegistryError, match=r"Restore (it|the folder) from its source"):
        open_warehouse(folder)


@pytest.mark.parametrize("content", [b"", b"PAR1", None])
def test_a_file_that_is_no_parquet_is_named_although_its_checksum_is_right(
    tmp_path: Path, content: bytes | None
):
    folder = write_tables(tmp_path / "registry", patients=PATIENTS)
    path = folder / "patients.parquet"
    path.write_bytes(path.read_bytes()[:-100] if content is None else content)
    sign(folder)
    with pytest.raises(RegistryError, match=r"patients\.parquet can't be read as Parquet"):
        open_warehouse(folder)


@pytest.mark.parametrize(
    "content",
    [b"", b"diagnosis,diagnosis_group\na\n", b"diagnosis\n\xff\xfe\n", b"lower\nmuch\n", None],
)
def test_an_unreadable_reference_file_is_named(tmp_path: Path, content: bytes | None):
    path = tmp_path / "diagnoses.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RegistryError, match=r"diagnoses\.csv is missing or can't be read"):
        read_csv(path)


def test_the_version_changes_with_the_data(tmp_path: Path):
    first = open_tables(tmp_path / "first", patients=PATIENTS).manifest.version
    same = open_tables(tmp_path / "same", patients=PATIENTS).manifest.version
    older = open_tables(tmp_path / "older", patients=PATIENTS.replace("41", "42")).manifest.version
    assert first == same != older


@pytest.mark.parametrize("name", ["cohort/facets", "side_effects/consequences"])
def test_recorded_data_have_no_ranges(tmp_path: Path, name: str):
    warehouse = open_tables(
        tmp_path / "registry",
        patients=PATIENTS,
        cycles=CYCLES,
        side_effects="""
            patient_id | symptom  | cycle_no
            A          | headache | 1
        """,
    )
    found = warehouse.query(
        name,
        cohort=Cohort().criteria,
    )
    figures = [c.removesuffix("_lowest") for c in found.columns if c.endswith("_lowest")]
    assert figures
    for figure in figures:
        assert (found[f"{figure}_lowest"] == found[figure]).all()
        assert (found[f"{figure}_highest"] == found[figure]).all()


def test_a_reader_keeps_the_plans_of_the_questions_asked_last(warehouse: Warehouse):
    for name in ASKED_OF_A_COHORT:
        warehouse.query(name, cohort="[]")
    for by in ("none", "sex", "centre"):
        warehouse.query("response/curve_times", cohort="[]", event="stop", by=by)
    (reader,) = warehouse.idle_readers
    assert list(reader.planned) == [*ASKED_OF_A_COHORT[1 - MOST_PLANS :], "response/curve_times"]
    kept = reader.cursor.execute("select count(*) from duckdb_prepared_statements()").fetchone()
    assert kept == (MOST_PLANS,)
    # What was let go is planned again.
    assert len(warehouse.query(ASKED_OF_A_COHORT[0], cohort="[]"))


def test_patients_who_are_looked_at_do_not_drive_out_what_every_reader_opens():
    source = open_warehouse()
    sizes = rows_of(source, 0, "cohort/facets", Cohort())
    for n in range(KEPT_RESULTS + 1):
        asked = (("version", 1), ("patients", (f"DM-{n}",)), ("most_listed", 1))
        rows_of(source, 0, "patient/around", Cohort(), asked)
    assert rows_of(source, 0, "cohort/facets", Cohort()) is sizes
