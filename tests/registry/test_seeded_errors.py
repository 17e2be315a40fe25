"""Two hundred mistakes in an otherwise clean registry: found, where they are."""

import random
from collections import Counter

import pyarrow.parquet as pq
import pytest

from lib.places import CASE_SERIES, DEMO_REGISTRY
from lib.registry.rules import find
from lib.registry.schema import TABLES
from tests.registry.seeded import MISTAKES, Place, Rows
from tests.registry.sheets import Sheets, numbered, to_tables

N_MISTAKES = 200
LEAST_SHARE_FOUND = 0.95
SHEETS = [name for name in TABLES if name != "provenance"]


def recorded(folder, version: int = 0) -> Sheets:
    """A registry as sheets of recorded data."""
    sheets = {name: pq.read_table(folder / f"{name}.parquet").to_pylist() for name in SHEETS}
    return numbered(
        {
            name: [row | {"imputation": 0} for row in rows if row["imputation"] == version]
            for name, rows in sheets.items()
        }
    )


def by_patient(sheets: Sheets) -> list[Rows]:
    of_patient = {row["patient_id"]: {sheet: [] for sheet in SHEETS} for row in sheets["patients"]}
    for sheet, rows in sheets.items():
        for row in rows:
            of_patient[row["patient_id"]][sheet].append(row)
    return list(of_patient.values())


def spoil(patients: list[Rows], rng: random.Random) -> dict[Place, str]:
    """Make the mistakes in turn, each in a patient of its own."""
    untouched = rng.sample(patients, len(patients))
    made: dict[Place, str] = {}
    while len(made) < N_MISTAKES:
        for rule, mistake in MISTAKES.items():
            for patient in untouched:
                if place := mistake(rng, patient):
                    untouched.remove(patient)
                    made[place] = rule
                    break
    return made


@pytest.mark.parametrize("seed", range(3))
def test_seeded_mistakes_are_found_at_their_row_and_column(seed: int):
    patients = by_patient(recorded(DEMO_REGISTRY))
    made = spoil(patients, random.Random(seed))
    spoiled = {sheet: [row for rows in patients for row in rows[sheet]] for sheet in SHEETS}
    found = {((f.sheet, f.row, f.column), f.rule) for f in find(to_tables(spoiled))}
    missed = [(rule, place) for place, rule in made.items() if (place, rule) not in found]
    assert len(made) >= N_MISTAKES
    assert len(missed) <= (1 - LEAST_SHARE_FOUND) * len(made), missed


def test_every_mistake_can_be_made_in_the_demo_registry():
    made = spoil(by_patient(recorded(DEMO_REGISTRY)), random.Random(0))
    assert set(made.values()) == set(MISTAKES)


def test_the_clean_demo_registry_has_no_error_and_few_warnings():
    counts = Counter((f.severity, f.rule) for f in find(to_tables(recorded(DEMO_REGISTRY))))
    assert not [rule for severity, rule in counts if severity == "error"]
    assert sum(counts.values()) < 50


def test_the_published_series_has_no_error():
    """A version is recorded data for once; its patients are the paper's, not a clinic's sheet."""
    found = find(to_tables(recorded(CASE_SERIES, version=1)))
    assert [f.rule for f in found if f.severity == "error"] == []
