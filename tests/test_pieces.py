"""Registries of more patients than a piece holds: the same figures as pandas counts.

A piece is 32,000 seats: one version has more, the others a handful, one exactly as many. Twenty
pieces are a stretch. All of it is asked as of a small registry and as of a large one.
"""

import dataclasses
import random
from collections.abc import Callable, Iterator

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


@pytest.fixture(scope="module")
def cycles(patients: pd.DataFrame) -> pd.DataFrame:
    """Every third patient has one to five cycles, all of one dose and four weeks apart."""
    drawn = random.Random(2)
    return pd.DataFrame(
        {
            "imputation": patient.imputation,
            "patient_id": patient.patient_id,
            "cycle_no": number,
            "day": 28 * (number - 1),
            "dose_g_per_kg": dose,
        }
        for patient in patients.iloc[::3].itertuples()
        for dose in [drawn.choice([0.4, 1.0, 2.0])]
        for number in range(1, drawn.randint(1, 5) + 1)
    )


@pytest.fixture(scope="module")
def side_effects(patients: pd.DataFrame) -> pd.DataFrame:
    """Every fifth patient has one or two symptoms."""
    drawn = random.Random(3)
    return pd.DataFrame(
        {"imputation": patient.imputation, "patient_id": patient.patient_id, "symptom": symptom}
        for patient in patients.iloc[::5].itertuples()
        for symptom in drawn.sample(["headache", "nausea", "fever"], drawn.randint(1, 2))
    )


def opened(is_large: bool, n_versions: int, **given: pd.DataFrame) -> Warehouse:
    """A registry of some tables, the others empty, prepared as a large one or as a small one."""
    tables = {}
    for name, table in TABLES.items():
        schema = table.arrow_schema
        rows = given.get(name, pd.DataFrame())
        records = rows.astype(object).where(rows.notna(), None).to_dict("records")
        tables[name] = pa.Table.from_pylist(
            [dict.fromkeys(schema.names) | row for row in records], schema=schema
        )
    manifest = parse_manifest(CASE_SERIES / MANIFEST)
    manifest = dataclasses.replace(manifest, imputations=n_versions, publication=None)
    source = open_tables(manifest, tables)
    for name in OF_MANY if is_large else ():
        source.connection.execute(read_query(f"registry/{name}"))
    return source


@pytest.fixture(scope="module", params=[False, True], ids=["as small", "as large"])
def registry(request, patients, cycles, side_effects) -> Iterator[Warehouse]:
    source = opened(
        request.param, len(SIZES), patients=patients, cycles=cycles, side_effects=side_effects
    )
    yield source
    source.close()


@pytest.fixture(scope="module")
def facts(patients, cycles, side_effects) -> pd.DataFrame:
    """What the summary tables measure of each patient, by pandas."""
    key = ["imputation", "patient_id"]
    by_patient = cycles.groupby(key)
    courses = pd.DataFrame(
        {
            "n_cycles": by_patient.size(),
            "therapy_duration_years": by_patient["day"].max() / 365.25,
            "dose_g_per_kg": by_patient["dose_g_per_kg"].first(),
            "cumulative_dose_g_per_kg": by_patient["dose_g_per_kg"].sum().round(6),
        }
    )
    symptoms = side_effects.groupby(key)["symptom"].agg(list).rename("symptoms")
    return patients.join(courses, on=key).join(symptoms, on=key)


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
    fields = {"age_decade", "centre", "diagnosis_group", "dose_tier"}
    assert {row["field"] for row in rows} == fields
    for row in rows:
        if row["field"] not in members:
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


NUMBERS = (
    "age_at_first_ivig_years",
    "diagnosis_to_first_ivig_years",
    "dose_g_per_kg",
    "n_cycles",
    "therapy_duration_years",
    "cumulative_dose_g_per_kg",
)
STATISTICS = {"median": "median", "minimum": "min", "maximum": "max"}


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
def test_medians_and_counts_are_those_of_pandas(registry, facts, cohort, is_member):
    members = facts[is_member(facts)]
    found = registry.records("summary/characteristics", cohort=cohort.criteria)
    rows = {(row["measure"], row["statistic"]): row for row in found}
    for measure in NUMBERS:
        assert_number(members, measure, lambda name, of=measure: rows[of, name])
    is_judged = members["response"].notna()
    yes_and_known = {
        "female": (members["sex"] == "female", members["sex"] != "unknown"),
        "response": (members["response"] == "response", is_judged),
        "not_evaluable": (members["response"] == "not evaluable", is_judged),
        "has_side_effect": (members["symptoms"].notna(), members["sex"].notna()),
    }
    for measure, (is_yes, is_known) in yes_and_known.items():
        for name, counted in {"value": is_yes, "n": is_known, "n_missing": ~is_known}.items():
            assert figure(rows[measure, "count"], name) == counts(members[counted]), measure


def assert_number(members: pd.DataFrame, measure: str, row_of: Callable[[str], dict]) -> None:
    """Hold the rows of a number's statistics against pandas."""
    by_version = members.dropna(subset=measure).groupby("imputation")[measure]
    for name, statistic in STATISTICS.items():
        row = row_of(name)
        expected = middle_and_ends(by_version.agg(statistic))
        assert figure(row, "value") == pytest.approx(expected, rel=1e-12), (measure, name)
        assert figure(row, "n") == counts(members[members[measure].notna()])
        assert figure(row, "n_missing") == counts(members[members[measure].isna()])


def counts(members: pd.DataFrame) -> tuple[int, int, int]:
    return over_versions(members.groupby("imputation").size())


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS)
def test_each_diagnosis_measures_its_own_patients(registry, facts, cohort, is_member):
    members = facts[is_member(facts)]
    found = registry.records("summary/by_diagnosis", cohort=cohort.criteria)
    rows = {(row["diagnosis_group"], row["measure"], row["statistic"]): row for row in found}
    assert {group for group, _, _ in rows} == set(members["diagnosis"])
    for group, own in members.groupby("diagnosis"):
        for measure in ("n_cycles", "cumulative_dose_g_per_kg"):
            assert_number(own, measure, lambda name, of=(group, measure): rows[*of, name])
        row = rows[group, "has_side_effect", "count"]
        assert figure(row, "value") == counts(own[own["symptoms"].notna()])
        assert figure(row, "n") == counts(own)
        each = own.explode("symptoms")
        with_it = {symptom: counts(part) for symptom, part in each.groupby("symptoms")}
        symptoms = {
            name: row for (of, what, name), row in rows.items() if (of, what) == (group, "symptom")
        }
        assert {name: figure(row, "value") for name, row in symptoms.items()} == with_it
        assert {figure(row, "n") for row in symptoms.values()} <= {counts(own)}


def figure(row: dict, name: str) -> tuple:
    return tuple(row[name + end] for end in ("", "_lowest", "_highest"))


@pytest.mark.parametrize(("cohort", "is_member"), COHORTS[:-1])
@pytest.mark.parametrize("group_by", ["none", "centre"])
def test_the_pages_of_lanes_follow_one_another(registry, facts, cohort, is_member, group_by):
    own = facts[(facts["imputation"] == 1) & is_member(facts)].copy()
    own["shorter"] = -own["therapy_duration_years"].fillna(0)
    by = ["shorter", "patient_id"] if group_by == "none" else [group_by, "shorter", "patient_id"]
    ids = own.sort_values(by)["patient_id"].tolist()
    sizes = own["centre"].value_counts().to_dict()
    last = (len(ids) - 1) // 25 + 1
    for page in (1, 2, last // 2, last - 1, last, last + 1):
        rows = lanes(registry, cohort, page, group_by)
        begins = 25 * (min(page, last) - 1)
        assert [row["patient_id"] for row in rows] == ids[begins : begins + 25]
        assert [row["rank"] for row in rows] == [begins + n for n in range(1, len(rows) + 1)]
        assert {(row["n_lanes"], row["page"]) for row in rows} == {(len(ids), min(page, last))}
        for row in rows:
            expected = len(ids) if group_by == "none" else sizes[row["group_value"]]
            assert row["n_in_group"] == expected


def lanes(source: Warehouse, cohort: Cohort, page: int, group_by: str = "none") -> list[dict]:
    asked = {"version": 1, "sort": "duration", "group_by": group_by, "page": page}
    return source.records("timelines/lanes", cohort=cohort.criteria, **asked)


def test_of_nobody_there_is_no_lane(registry):
    assert lanes(registry, COHORTS[-1][0], 1) == []


@pytest.mark.parametrize(("most_cycles", "n_lanes"), [(0, 25), (5, 25), (500, 8), (4_001, 1)])
def test_of_patients_with_many_cycles_a_page_has_fewer(patients, most_cycles: int, n_lanes: int):
    forty = patients[patients["imputation"] == 1].head(40)
    cycles = pd.DataFrame(
        {"imputation": 1, "patient_id": patient, "cycle_no": n, "day": n - 1, "dose_g_per_kg": 1.0}
        for place, patient in enumerate(forty["patient_id"])
        for n in range(1, max(0, most_cycles - 150 * place) + 1)
    )
    source = opened(False, 1, patients=forty, cycles=cycles)
    ids = forty["patient_id"].tolist()
    for page in (1, 2):
        on_page = [row["patient_id"] for row in lanes(source, Cohort(), page)]
        assert on_page == ids[n_lanes * (page - 1) : n_lanes * page]
    source.close()
