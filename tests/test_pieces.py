"""Registries of more patients than a piece holds: the same figures as pandas counts.

A piece is 32,000 seats: one version has more, one a handful, one exactly as many.
"""

import dataclasses
import random

import pandas as pd
import pyarrow as pa
import pytest

from lib.cohort import Cohort
from lib.places import CASE_SERIES
from lib.registry.schema import TABLES
from lib.registry.store import MANIFEST, parse_manifest
from lib.warehouse import Warehouse, open_tables

SIZES = {1: 33_001, 2: 7, 3: 32_000}
COHORTS = [
    (Cohort(), lambda patients: patients["age_at_first_ivig_years"] > 0),
    (Cohort.of(sex=["female"]), lambda patients: patients["sex"] == "female"),
    (
        Cohort.of(age=(30, 40)),
        lambda patients: patients["age_at_first_ivig_years"].between(30, 40),
    ),
]


@pytest.fixture(scope="module")
def patients() -> pd.DataFrame:
    drawn = random.Random(1)
    return pd.DataFrame(
        {
            "imputation": version,
            "patient_id": f"P-{number:06}",
            "centre": drawn.choice(["North", "South"]),
            "diagnosis": drawn.choice(["dermatomyositis", "livedoid vasculopathy"]),
            "sex": drawn.choice(["female", "male", "unknown"]),
            "age_at_first_ivig_years": drawn.randint(20, 80),
            "response": drawn.choice([None, "response", "no response", "not evaluable"]),
        }
        for version, size in SIZES.items()
        for number in range(size)
    )


@pytest.fixture(scope="module")
def large(patients: pd.DataFrame) -> Warehouse:
    tables = {
        name: pa.Table.from_pylist([], schema=each.arrow_schema) for name, each in TABLES.items()
    }
    schema = TABLES["patients"].arrow_schema
    rows = patients.astype(object).where(patients.notna(), None).to_dict("records")
    tables["patients"] = pa.Table.from_pylist(
        [dict.fromkeys(schema.names) | row for row in rows], schema=schema
    )
    manifest = parse_manifest(CASE_SERIES / MANIFEST)
    return open_tables(
        dataclasses.replace(manifest, imputations=len(SIZES), publication=None), tables
    )


def over_versions(counts: pd.Series) -> tuple[int, int, int]:
    """The middle one of three versions, the lowest and the highest."""
    lowest, middle, highest = sorted(counts.reindex(SIZES, fill_value=0).tolist())
    return middle, lowest, highest


def test_every_seat_is_in_its_piece(large: Warehouse):
    rows = large.connection.execute(
        "select facts.imputation, count(distinct facts.piece), count(*)"
        " from patient_facts as facts join pieces using (piece)"
        " where facts.seat between first_seat and last_seat"
        " and facts.imputation = pieces.imputation group by all order by all"
    )
    assert rows.fetchall() == [(1, 2, 33_001), (2, 1, 7), (3, 1, 32_000)]


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
def test_the_overview_counts_what_pandas_counts(large, patients, cohort, is_member):
    members = patients[is_member(patients)].copy()
    members["age_decade"] = members["age_at_first_ivig_years"] // 10 * 10
    counted = {
        "n_patients": members["sex"].notna(),
        "n_responders": members["response"] == "response",
        "n_response_known": members["response"].notna(),
        "n_not_evaluable": members["response"] == "not evaluable",
    }
    rows = large.records("overview/counts", cohort=cohort.criteria)
    assert {row["field"] for row in rows} == {"age_decade", "centre", "diagnosis_group"}
    for row in rows:
        if row["field"] == "diagnosis_group":
            continue
        of_value = members[row["field"]].astype(str) == row["value"]
        for name, is_counted in counted.items():
            expected = over_versions(members[of_value & is_counted].groupby("imputation").size())
            assert tuple(row[name + end] for end in ("", "_lowest", "_highest")) == expected


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
def test_the_rates_count_what_pandas_counts(large, patients, cohort, is_member):
    members = patients[is_member(patients)]
    for row in large.records("response/rates", cohort=cohort.criteria, field="sex"):
        own = members if row["value"] is None else members[members["sex"] == row["value"]]
        for name, of_these in {
            "n_patients": own,
            "n_judged": own[own["response"].notna()],
            "n_responders": own[own["response"] == "response"],
        }.items():
            expected = over_versions(of_these.groupby("imputation").size())
            assert tuple(row[name + end] for end in ("", "_lowest", "_highest")) == expected


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
def test_the_facts_of_a_cohort_are_those_of_its_patients(large, patients, cohort, is_member):
    found = large.connection.execute(
        "select imputation, patient_id from cohort($criteria)", {"criteria": cohort.criteria}
    ).fetchall()
    members = patients.loc[is_member(patients), ["imputation", "patient_id"]]
    assert sorted(found) == sorted(members.itertuples(index=False, name=None))


def test_a_piece_knows_how_many_sit_in_it(large: Warehouse):
    rows = large.connection.execute(
        "select any_value(pieces.n_in_piece), count(*) from patient_facts"
        " join pieces using (piece) group by piece order by piece"
    )
    assert rows.fetchall() == [(32_000, 32_000), (1_001, 1_001), (7, 7), (32_000, 32_000)]


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
def test_the_filter_counts_what_pandas_counts(large, patients, cohort, is_member):
    members = patients[is_member(patients)]
    found = large.records("cohort/facets", cohort=cohort.criteria)
    rows = {row["value"]: row for row in found if row["field"] == "centre"}
    assert set(rows) == {"North", "South"}
    for centre, row in rows.items():
        expected = over_versions(members[members["centre"] == centre].groupby("imputation").size())
        assert tuple(row["n_patients" + end] for end in ("", "_lowest", "_highest")) == expected


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
@pytest.mark.parametrize("version", SIZES)
def test_the_list_of_patients_is_of_its_version(large, patients, version, cohort, is_member):
    own = patients[patients["imputation"] == version]
    inside = set(own.loc[is_member(own), "patient_id"])
    for shown in ("P-000000", "P-000006", own["patient_id"].max()):
        asked = {"version": version, "patients": (shown, shown, "nobody"), "most_listed": 3}
        rows = large.records("patient/around", cohort=cohort.criteria, **asked)
        assert {(row["n_patients"], row["n_in_cohort"]) for row in rows} == {
            (len(own), len(inside))
        }
        assert shown in {row["patient_id"] for row in rows if row["is_listed"]}
        assert all(row["is_in_cohort"] == (row["patient_id"] in inside) for row in rows)
        ids = sorted(inside)
        before = sum(each < shown for each in ids)
        first = max(0, min(before - 1, len(ids) - 3))
        listed = [row["patient_id"] for row in rows if row["is_in_cohort"]]
        assert listed == ids[first : first + 3]
