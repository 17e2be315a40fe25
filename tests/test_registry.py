"""The schema is kept: every rule is broken once, and what is said names no patient."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.errors import RegistryError
from lib.places import CASE_SERIES
from lib.registry.checks import check_tables
from lib.registry.reference import read_reference
from lib.registry.schema import TABLES
from lib.registry.store import read_registry, write_registry
from lib.warehouse import open_warehouse
from tests.registries import sign

SECRET = "Ms Miller, born 1951"
PATIENT = {
    "imputation": 0,
    "patient_id": SECRET,
    "centre": "Clinic",
    "diagnosis": "dermatomyositis",
    "sex": "female",
    "age_at_first_ivig_years": 50,
}
KEYS = {"imputation": 0, "patient_id": SECRET}
CYCLE = KEYS | {"cycle_no": 1, "day": 0, "dose_g_per_kg": 2.0}
HEADACHE = KEYS | {"symptom": "headache"}
PREDNISOLONE = KEYS | {"drug": "prednisolone", "role": "prior", "dose": 10.0}
SCORE = KEYS | {"day": 0, "instrument": "DLQI"}


def write(folder: Path, table: str, *rows: dict) -> None:
    tables = {"patients": [PATIENT]} | {table: list(rows)}
    write_registry(folder, tables, name="Test", nature="recorded")


@pytest.mark.parametrize(
    ("table", "row", "named"),
    [
        ("patients", PATIENT | {"centre": None}, "centre: empty"),
        ("patients", PATIENT | {"sex": SECRET}, "sex: none of female, male, diverse, unknown"),
        ("patients", PATIENT | {"diagnosis": SECRET}, "diagnosis: not listed in data/reference"),
        ("patients", PATIENT | {"age_at_first_ivig_years": 121}, "no number from 0 up to 120"),
        ("patients", PATIENT | {"age_at_first_ivig_years": SECRET}, "no INTEGER"),
        ("patients", PATIENT | {"age_at_first_ivig_years": 2**40}, "no INTEGER"),
        ("patients", PATIENT | {"off_label": "yes"}, "off_label: no BOOLEAN"),
        ("patients", PATIENT | {"diagnosis_to_first_ivig_years": -1.0}, "no number from 0"),
        ("cycles", CYCLE | {"dose_g_per_kg": float("nan")}, "no number from 0.01 up to 5"),
        ("cycles", CYCLE | {"cycle_no": 0}, "cycle_no: no number from 1 up to 1000"),
        ("side_effects", HEADACHE | {"symptom": SECRET}, "symptoms.csv"),
        ("side_effects", HEADACHE | {"ctcae_grade": 6}, "no number from 1 up to 5"),
        ("treatments", PREDNISOLONE | {"drug": SECRET}, "drugs.csv"),
        ("assessments", SCORE | {"score": float("inf")}, "score: no number"),
    ],
)
def test_a_row_that_breaks_a_rule_is_named_without_its_value(
    tmp_path: Path, table: str, row: dict, named: str
):
    with pytest.raises(RegistryError) as caught:
        write(tmp_path / "registry", table, row)
    message = str(caught.value)
    assert f"table {table}, " in message
    assert named in message
    assert "(1 row)" in message
    assert "write the registry again" in message
    assert SECRET not in message
    assert not (tmp_path / "registry").exists()


@pytest.mark.parametrize(
    ("table", "row"),
    [("patients", PATIENT), ("side_effects", HEADACHE), ("treatments", PREDNISOLONE)],
)
def test_two_rows_with_the_same_key_are_refused(tmp_path: Path, table: str, row: dict):
    with pytest.raises(RegistryError, match=r"same key as another row \(1 row\)"):
        write(tmp_path / "registry", table, row, row)


@pytest.mark.parametrize(
    ("table", "row", "other"),
    [
        ("side_effects", HEADACHE, {"cycle_no": 2}),
        ("side_effects", HEADACHE, {"day": 30}),
        ("treatments", PREDNISOLONE, {"dose": 5.0}),
        ("treatments", PREDNISOLONE, {"start_day": 30}),
    ],
)
def test_a_second_course_or_occurrence_is_another_row(
    tmp_path: Path, table: str, row: dict, other: dict
):
    write(tmp_path / "registry", table, row, row | other)
    open_warehouse(tmp_path / "registry")


def test_every_broken_rule_is_said_at_once(tmp_path: Path):
    bad = PATIENT | {"sex": "robot", "centre": None}
    with pytest.raises(RegistryError) as caught:
        write(tmp_path / "registry", "patients", bad, bad | {"patient_id": "other"})
    assert "centre: empty (2 rows)" in str(caught.value)
    assert "sex: none of" in str(caught.value)


def test_columns_and_types_are_those_of_the_schema():
    tables = {name: table.arrow_schema.empty_table() for name, table in TABLES.items()}
    check_tables(tables, read_reference())
    for changed in (
        tables["cycles"].drop_columns("day"),
        tables["cycles"].append_column("note", pa.array([], pa.string())),
        tables["cycles"].cast(
            pa.schema([f.with_type(pa.string()) for f in tables["cycles"].schema])
        ),
    ):
        with pytest.raises(RegistryError, match="table cycles: its columns and types must be"):
            check_tables(tables | {"cycles": changed}, read_reference())


def test_a_registry_from_elsewhere_is_checked_when_it_is_read(tmp_path: Path):
    write(tmp_path, "patients", PATIENT)
    path = tmp_path / "patients.parquet"
    rows = pq.read_table(path).to_pylist()
    any_text = pa.schema([f.with_nullable(True) for f in TABLES["patients"].arrow_schema])
    row = rows[0] | {"sex": "robot", "centre": None}
    pq.write_table(pa.Table.from_pylist([row], schema=any_text), path)
    sign(tmp_path)
    with pytest.raises(RegistryError, match="centre: empty.*sex: none of"):
        open_warehouse(tmp_path)


def test_the_case_series_keeps_the_schema():
    manifest, tables = read_registry(CASE_SERIES)
    assert set(tables) == set(TABLES)
    assert manifest.imputations == 100
