"""Registries of more patients than a piece holds: the same figures as pandas counts.

A piece is 32,000 seats: one version has more, the others a handful, one exactly as many. Twenty
pieces are a stretch. All of it is asked as of a small registry and as of a large one.
"""

import dataclasses
import random
from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pytest

from lib.cohort import Cohort
from lib.named_queries import read_query
from lib.places import CASE_SERIES
from lib.preparation import OF_MANY
from lib.registry.schema import TABLES
from lib.registry.store import MANIFEST, parse_manifest
from lib.warehouse import Warehouse, open_tables

SIZES = {1: 33_001, 2: 7, 3: 32_000} | {version: version for version in range(4, 24)}
N_PIECES = len(SIZES) + 1
# Of some pieces all, part or nobody.
COHORTS = [
    (Cohort(), lambda patients: patients["age_at_first_ivig_years"] > 0),
    (Cohort.of(sex=["female"]), lambda patients: patients["sex"] == "female"),
    (
        Cohort.of(age=(30, 40)),
        lambda patients: patients["age_at_first_ivig_years"].between(30, 40),
    ),
    (
        Cohort.of(diagnosis=["livedoid vasculopathy"], age=(60, 61)),
        lambda patients: (
            (patients["diagnosis"] == "livedoid vasculopathy")
            & patients["age_at_first_ivig_years"].between(60, 61)
        ),
    ),
    (Cohort.of(age=(1, 2)), lambda patients: patients["age_at_first_ivig_years"] < 3),
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
            "diagnosis_to_first_ivig_years": drawn.choice([None, *(n / 4 for n in range(40))]),
            "response": drawn.choice([None, "response", "no response", "not evaluable"]),
        }
        for version, size in SIZES.items()
        for number in range(size)
    )


@pytest.fixture(scope="module", params=[(), OF_MANY], ids=["as small", "as large"])
def registry(request, patients: pd.DataFrame) -> Iterator[Warehouse]:
    tables = {
        name: pa.Table.from_pylist([], schema=each.arrow_schema) for name, each in TABLES.items()
    }
    schema = TABLES["patients"].arrow_schema
    rows = patients.astype(object).where(patients.notna(), None).to_dict("records")
    tables["patients"] = pa.Table.from_pylist(
        [dict.fromkeys(schema.names) | row for row in rows], schema=schema
    )
    manifest = parse_manifest(CASE_SERIES / MANIFEST)
    source = open_tables(
        dataclasses.replace(manifest, imputations=len(SIZES), publication=None), tables
    )
    for name in request.param:
        source.connection.execute(read_query(f"registry/{name}"))
    yield source
    source.close()


def over_versions(counts: pd.Series) -> tuple[int, int, int]:
    """The middle one of the versions, the lowest and the highest; one without anybody counts 0."""
    return middle_and_ends(counts.reindex(SIZES, fill_value=0))


def middle_and_ends(values: pd.Series) -> tuple:
    """Of so many values as there are: of an even number the lower one of the two in the middle."""
    if values.empty:
        return (None,) * 3
    in_order = sorted(values.tolist())
    return in_order[(len(in_order) - 1) // 2], in_order[0], in_order[-1]


def test_every_seat_is_in_its_piece(registry: Warehouse):
    rows = registry.connection.execute(
        "select facts.imputation, count(distinct facts.piece), count(*)"
        " from patient_facts as facts join pieces using (piece)"
        " where facts.seat between first_seat and last_seat"
        " and facts.imputation = pieces.imputation group by all order by all"
    )
    sizes = {version: (1 if size < 33_000 else 2, size) for version, size in SIZES.items()}
    assert rows.fetchall() == [(version, *size) for version, size in sizes.items()]


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
def test_the_overview_counts_what_pandas_counts(registry, patients, cohort, is_member):
    members = patients[is_member(patients)].copy()
    members["age_decade"] = members["age_at_first_ivig_years"] // 10 * 10
    counted = {
        "n_patients": members["sex"].notna(),
        "n_responders": members["response"] == "response",
        "n_response_known": members["response"].notna(),
        "n_not_evaluable": members["response"] == "not evaluable",
    }
    rows = registry.records("overview/counts", cohort=cohort.criteria)
    assert {row["field"] for row in rows} == {"age_decade", "centre", "diagnosis_group"}
    for row in rows:
        if row["field"] == "diagnosis_group":
            continue
        of_value = members[row["field"]].astype(str) == row["value"]
        for name, is_counted in counted.items():
            expected = over_versions(members[of_value & is_counted].groupby("imputation").size())
            assert figure(row, name) == expected


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
def test_the_rates_count_what_pandas_counts(registry, patients, cohort, is_member):
    members = patients[is_member(patients)]
    for row in registry.records("response/rates", cohort=cohort.criteria, field="sex"):
        own = members if row["value"] is None else members[members["sex"] == row["value"]]
        for name, of_these in {
            "n_patients": own,
            "n_judged": own[own["response"].notna()],
            "n_responders": own[own["response"] == "response"],
        }.items():
            expected = over_versions(of_these.groupby("imputation").size())
            assert figure(row, name) == expected


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
def test_the_facts_of_a_cohort_are_those_of_its_patients(registry, patients, cohort, is_member):
    found = registry.connection.execute(
        "select imputation, patient_id from cohort($criteria)", {"criteria": cohort.criteria}
    ).fetchall()
    members = patients.loc[is_member(patients), ["imputation", "patient_id"]]
    assert sorted(found) == sorted(members.itertuples(index=False, name=None))


def test_a_piece_knows_how_many_sit_in_it(registry: Warehouse):
    rows = registry.connection.execute(
        "select any_value(pieces.n_in_piece), count(*) from patient_facts"
        " join pieces using (piece) group by piece order by piece"
    )
    own = [32_000, 1_001, *list(SIZES.values())[1:]]
    assert rows.fetchall() == [(size, size) for size in own]
    assert len(own) == N_PIECES


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
def test_the_filter_counts_what_pandas_counts(registry, patients, cohort, is_member):
    members = patients[is_member(patients)]
    found = registry.records("cohort/facets", cohort=cohort.criteria)
    rows = {row["value"]: row for row in found if row["field"] == "centre"}
    assert set(rows) == {"North", "South"}
    for centre, row in rows.items():
        expected = over_versions(members[members["centre"] == centre].groupby("imputation").size())
        assert figure(row, "n_patients") == expected


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
@pytest.mark.parametrize("version", [1, 2, 3, 23])
def test_the_list_of_patients_is_of_its_version(registry, patients, version, cohort, is_member):
    own = patients[patients["imputation"] == version]
    inside = set(own.loc[is_member(own), "patient_id"])
    for shown in ("P-000000", "P-000006", own["patient_id"].max()):
        asked = {"version": version, "patients": (shown, shown, "nobody"), "most_listed": 3}
        rows = registry.records("patient/around", cohort=cohort.criteria, **asked)
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


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
def test_medians_and_counts_are_those_of_pandas(registry, patients, cohort, is_member):
    members = patients[is_member(patients)]
    found = registry.records("summary/characteristics", cohort=cohort.criteria)
    rows = {(row["measure"], row["statistic"]): row for row in found}
    for measure in ("age_at_first_ivig_years", "diagnosis_to_first_ivig_years"):
        by_version = members.dropna(subset=measure).groupby("imputation")[measure]
        for statistic, values in {
            "median": by_version.median(),
            "minimum": by_version.min(),
            "maximum": by_version.max(),
        }.items():
            row = rows[measure, statistic]
            assert figure(row, "value") == middle_and_ends(values)
            assert figure(row, "n") == over_versions(by_version.size())
            is_missing = members[members[measure].isna()].groupby("imputation").size()
            assert figure(row, "n_missing") == over_versions(is_missing)
    is_known, is_yes = members["sex"] != "unknown", members["sex"] == "female"
    for name, counted in {"value": is_yes, "n": is_known, "n_missing": ~is_known}.items():
        expected = over_versions(members[counted].groupby("imputation").size())
        assert figure(rows["female", "count"], name) == expected


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
def test_each_diagnosis_counts_its_patients(registry, patients, cohort, is_member):
    members = patients[is_member(patients)]
    rows = registry.records("summary/by_diagnosis", cohort=cohort.criteria)
    groups = {row["diagnosis_group"]: row for row in rows if row["measure"] == "has_side_effect"}
    assert set(groups) == set(members["diagnosis"])
    for diagnosis, row in groups.items():
        of_group = members[members["diagnosis"] == diagnosis]
        assert figure(row, "n") == over_versions(of_group.groupby("imputation").size())
        assert figure(row, "value") == (0, 0, 0)


def figure(row: dict, name: str) -> tuple:
    return tuple(row[name + end] for end in ("", "_lowest", "_highest"))


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS[:-1])
@pytest.mark.parametrize("group_by", ["none", "centre"])
def test_the_pages_of_lanes_follow_one_another(registry, patients, cohort, is_member, group_by):
    own = patients[(patients["imputation"] == 1) & is_member(patients)]
    # Nobody has a cycle: all were treated for as long, and stand in the order of their ids.
    by = ["patient_id"] if group_by == "none" else [group_by, "patient_id"]
    ids = own.sort_values(by)["patient_id"].tolist()
    sizes = own["centre"].value_counts().to_dict()
    last = (len(ids) - 1) // 25 + 1
    for page in (1, 2, last // 2, last - 1, last):
        rows = registry.records(
            "timelines/lanes",
            cohort=cohort.criteria,
            version=1,
            sort="duration",
            group_by=group_by,
            page=page,
        )
        begins = 25 * (page - 1)
        assert [row["patient_id"] for row in rows] == ids[begins : begins + 25]
        assert [row["rank"] for row in rows] == [begins + n for n in range(1, len(rows) + 1)]
        assert {row["n_lanes"] for row in rows} == {len(ids)}
        for row in rows:
            expected = len(ids) if group_by == "none" else sizes[row["group_value"]]
            assert row["n_in_group"] == expected
