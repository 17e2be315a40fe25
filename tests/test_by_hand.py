"""Every figure on screen against pandas: any cohort, recomputed from the Parquet files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.cohort import FIELDS
from lib.places import CASE_SERIES
from lib.registry.store import write_registry
from lib.table_one import GROUPINGS
from lib.warehouse import Warehouse, open_warehouse
from tests.cohorts_by_hand import (
    KEYS,
    ByHand,
    bins,
    cohorts,
    counted,
    over_versions,
    patients_by_hand,
    read_tables,
)

NUMBERS = (
    "age_at_first_ivig_years",
    "diagnosis_to_first_ivig_years",
    "dose_g_per_kg",
    "n_cycles",
    "therapy_duration_years",
    "cumulative_dose_g_per_kg",
)
STATISTICS = {"median": "median", "minimum": "min", "maximum": "max"}
QUANTILES = {
    "minimum": 0,
    "lower quartile": 0.25,
    "median": 0.5,
    "upper quartile": 0.75,
    "maximum": 1,
}
# The case series itself lacks nothing: these have holes.
GAPS = {"versions with gaps": range(1, 7), "recorded, with gaps": range(1)}


def write_with_gaps(folder: Path, versions: range) -> Path:
    """Some versions of the case series, less what a real registry may lack."""
    tables = read_tables(CASE_SERIES)
    patients = tables["patients"]
    patients["imputation"] += versions[0] - 1
    patients = patients[patients["imputation"].isin(versions)].sample(frac=0.9, random_state=1)
    for seed, (name, gap) in enumerate(
        {"response": None, "diagnosis_to_first_ivig_years": None, "sex": "unknown"}.items()
    ):
        patients.loc[patients.sample(frac=0.2, random_state=seed).index, name] = gap
    kept = pd.MultiIndex.from_frame(patients[KEYS])
    tables["patients"] = patients
    for name in ("cycles", "side_effects", "treatments", "events"):
        tables[name]["imputation"] += versions[0] - 1
        tables[name] = tables[name][pd.MultiIndex.from_frame(tables[name][KEYS]).isin(kept)]
    treated = pd.MultiIndex.from_frame(tables["cycles"][KEYS]).isin(kept[len(kept) // 6 :])
    tables["cycles"] = tables["cycles"][treated]
    write_registry(
        folder,
        {name: plain(rows).to_dict("records") for name, rows in tables.items()},
        name="With gaps",
        nature="reconstructed" if versions[0] else "recorded",
        imputations=len(versions) if versions[0] else 0,
    )
    return folder


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """The same table with None for what is missing, whatever its columns' types."""
    return table.astype(object).where(table.notna(), None)


@pytest.fixture(scope="module", params=["case series", *GAPS])
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Warehouse, ByHand]:
    """A registry as the app opens it, and as pandas reads it."""
    folder = CASE_SERIES
    if request.param in GAPS:
        folder = write_with_gaps(tmp_path_factory.mktemp("gaps"), GAPS[request.param])
    return open_warehouse(folder), ByHand(patients_by_hand(read_tables(folder)))


def assert_same(found: pd.DataFrame, expected: list[dict], keys: list[str]) -> None:
    """Same rows, same columns, same figures, in whatever order."""
    frames = [found, pd.DataFrame(expected, columns=found.columns)]
    one, other = (plain(f).sort_values(keys, ignore_index=True) for f in frames)
    pd.testing.assert_frame_equal(one, other, check_dtype=False, rtol=1e-9)


def figures_by_hand(
    patients: pd.DataFrame, inside: pd.Series, measures: dict[str, pd.Series | None]
) -> list[dict]:
    """The summary of a cohort, one row per (measure, statistic).

    ``measures`` holds None for a number, and who had it for what is counted.
    """
    rows = []
    for measure, had in measures.items():
        known = inside & is_known(patients, measure)
        of_whom = counted("n", known) | counted("n_missing", inside & ~known)
        if had is not None:
            figures = {"count": counted("value", inside & had)}
        else:
            numbers = patients[measure].where(inside).groupby("imputation")
            figures = {
                name: over_versions("value", numbers.agg(method))
                for name, method in STATISTICS.items()
            }
        rows += [
            {"measure": measure, "statistic": statistic} | figure | of_whom
            for statistic, figure in figures.items()
        ]
    return rows


def is_known(patients: pd.DataFrame, measure: str) -> pd.Series:
    if measure == "female":
        return patients["sex"] != "unknown"
    if measure == "not_evaluable":
        return patients["response"].notna()
    return patients[measure].notna()


@settings(max_examples=10)
@given(data=st.data())
def test_the_count_of_every_option_under_the_other_filters(
    opened: tuple[Warehouse, ByHand], data: st.DataObject
):
    warehouse, by_hand = opened
    cohort = data.draw(cohorts(by_hand))
    groups = by_hand.patients.groupby("diagnosis")["diagnosis_group"].first().to_dict()
    itself = {"field": None, "value": None, "bin_lower": None, "parent": None}
    inside = by_hand.inside(cohort)
    expected = [itself | counted("n_patients", inside) | counted("n_under_others", inside)]
    for field in FIELDS:
        others = by_hand.inside(cohort, but=field.name)
        for value, has in by_hand.options[field.name].items():
            parent = groups.get(value)
            place = {
                "field": field.column,
                "value": value,
                "bin_lower": float(value) if field.bin_width else None,
                "parent": None if parent == value else parent,
            }
            counts = counted("n_patients", has & others) | counted("n_under_others", others)
            expected.append(place | counts)
    found = warehouse.query("cohort/facets", cohort=cohort.criteria)
    assert_same(found, expected, ["field", "value"])


@settings(max_examples=10)
@given(data=st.data())
def test_table_1(opened: tuple[Warehouse, ByHand], data: st.DataObject):
    warehouse, by_hand = opened
    cohort, patients = data.draw(cohorts(by_hand)), by_hand.patients
    measures = dict.fromkeys(NUMBERS) | {
        "female": patients["sex"] == "female",
        "response": patients["response"] == "response",
        "not_evaluable": patients["response"] == "not evaluable",
        "has_side_effect": patients["has_side_effect"],
    }
    found = warehouse.query("summary/characteristics", cohort=cohort.criteria)
    expected = figures_by_hand(patients, by_hand.inside(cohort), measures)
    assert_same(found, expected, ["measure", "statistic"])


@settings(max_examples=10)
@given(data=st.data())
def test_table_2(opened: tuple[Warehouse, ByHand], data: st.DataObject):
    warehouse, by_hand = opened
    cohort, patients = data.draw(cohorts(by_hand)), by_hand.patients
    inside, expected = by_hand.inside(cohort), []
    for group in set(patients.loc[inside, "diagnosis_group"]):
        members = inside & (patients["diagnosis_group"] == group)
        measures = {"n_cycles": None, "cumulative_dose_g_per_kg": None}
        measures["has_side_effect"] = patients["has_side_effect"]
        rows = figures_by_hand(patients, members, measures)
        of_whom = counted("n", members) | counted("n_missing", members & False)
        for symptom in set().union(*patients.loc[members, "symptoms"]):
            had = members & by_hand.options["side_effect"][symptom]
            figure = counted("value", had) | of_whom
            rows.append({"measure": "symptom", "statistic": symptom} | figure)
        expected += [{"diagnosis_group": group} | row for row in rows]
    found = warehouse.query("summary/by_diagnosis", cohort=cohort.criteria)
    assert_same(found, expected, ["diagnosis_group", "measure", "statistic"])


@settings(max_examples=10)
@given(data=st.data())
def test_the_counts_of_the_overview(opened: tuple[Warehouse, ByHand], data: st.DataObject):
    warehouse, by_hand = opened
    cohort, patients = data.draw(cohorts(by_hand)), by_hand.patients
    inside = by_hand.inside(cohort)
    counts = {
        "n_patients": inside,
        "n_responders": inside & (patients["response"] == "response"),
        "n_response_known": inside & patients["response"].notna(),
        "n_not_evaluable": inside & (patients["response"] == "not evaluable"),
        "n_with_side_effects": inside & patients["has_side_effect"],
    }
    fields = patients[["diagnosis_group", "dose_tier"]].assign(
        age_decade=bins(patients["age_at_first_ivig_years"], 10).astype(str)
    )
    if patients["centre"].nunique() > 1:
        fields["centre"] = patients["centre"]
    expected = []
    for field, values in fields.items():
        for value in set(values.dropna()):
            row = {"field": field, "value": value}
            for name, who in counts.items():
                row |= counted(name, who & (values == value))
            expected.append(row)
    found = warehouse.query("overview/counts", cohort=cohort.criteria)
    assert_same(found, expected, ["field", "value"])


@settings(max_examples=20)
@given(data=st.data())
def test_response_rates(opened: tuple[Warehouse, ByHand], data: st.DataObject):
    warehouse, by_hand = opened
    cohort, patients = data.draw(cohorts(by_hand)), by_hand.patients
    values = {
        "diagnosis_group": patients["diagnosis_group"],
        "dose_tier": patients["dose_tier"].astype(object).fillna("none recorded"),
        "sex": patients["sex"],
        "age_decade": bins(patients["age_at_first_ivig_years"], 10).astype(str),
        "side_effect": patients["has_side_effect"].map({True: "any", False: "none"}),
    }
    field = data.draw(st.sampled_from(sorted(values)))
    inside, responded = by_hand.inside(cohort), patients["response"] == "response"
    judged = patients["response"].notna()
    expected = []
    for value in [None, *set(values[field])]:
        who = inside if value is None else inside & (values[field] == value)
        if not who.any():
            continue
        by_version = {
            "n_responders": who & responded,
            "n_judged": who & judged,
            "n_not_evaluable": who & (patients["response"] == "not evaluable"),
            "n_unknown": who & ~judged,
            "n_patients": who,
        }
        row = {"value": value}
        for name, counted_patients in by_version.items():
            row |= counted(name, counted_patients)
        shares = (who & responded).groupby("imputation").sum() / (who & judged).groupby(
            "imputation"
        ).sum().replace(0, np.nan)
        expected.append(row | over_versions("rate", shares))
    found = warehouse.query("response/rates", cohort=cohort.criteria, field=field)
    assert_same(found, expected, ["value"])


@settings(max_examples=10)
@given(data=st.data())
def test_the_lanes_of_one_version(opened: tuple[Warehouse, ByHand], data: st.DataObject):
    warehouse, by_hand = opened
    cohort, patients = data.draw(cohorts(by_hand)), by_hand.patients
    version = data.draw(st.sampled_from(sorted(set(patients.index.get_level_values(0)))))
    last_cycles = patients.groupby("patient_id")["last_cycle_day"]
    ranges = last_cycles.agg(last_cycle_day_lowest="min", last_cycle_day_highest="max")
    members = patients[by_hand.inside(cohort)].query("imputation == @version")
    lanes = members.reset_index("patient_id").merge(ranges, on="patient_id")
    arranged = {"version": version, "sort": "dose", "group_by": "response", "page": 1}
    found = warehouse.query("timelines/lanes", cohort=cohort.criteria, **arranged)
    known = found[[name for name in found if name in lanes]]
    assert_same(known, lanes[known.columns].to_dict("records"), ["patient_id"])
    sizes = lanes["response"].fillna("").value_counts().to_dict()
    groups = found["group_value"].astype(object).where(found["group_value"].notna(), "")
    assert dict(zip(groups, found["n_in_group"], strict=True)) == sizes


def traits_by_hand(patients: pd.DataFrame) -> dict[str, pd.Series]:
    """The single-valued traits; NA where one is not recorded."""
    subtype = patients["subtype"].fillna("not stated")
    return {
        "diagnosis_group": patients["diagnosis_group"],
        "dose_tier": patients["dose_tier"],
        "sex": patients["sex"].replace("unknown", None),
        "centre": patients["centre"],
        "response": patients["response"],
        "has_side_effect": patients["has_side_effect"].map({True: "yes", False: "no"}),
        "age_decade": (patients["age_at_first_ivig_years"] // 10 * 10).astype(str),
        "subtype": subtype.where(patients["diagnosis"] == "dermatomyositis"),
    }


def groups_by_hand(traits: dict[str, pd.Series], inside: pd.Series, by: str) -> dict:
    """Who is in which column: the whole cohort, and each value of what groups."""
    columns = {"everybody": inside}
    if by != "none":
        values = traits[by].astype(object).where(traits[by].notna(), None)
        for value in set(values[inside]):
            is_it = values.isna() if value is None else values == value
            columns[value] = inside & is_it
    return columns


def columns_found(counts: pd.DataFrame) -> pd.Series:
    """The group of each row as `groups_by_hand` names it."""
    values = counts["group_value"].astype(object).where(counts["group_value"].notna(), None)
    return values.where(counts["group_place"] != 0, "everybody")


def assert_row(found: pd.Series, expected: dict) -> None:
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-9, err_msg=name)


@settings(max_examples=8)
@given(data=st.data())
def test_the_counts_of_table_1_by_any_grouping(
    opened: tuple[Warehouse, ByHand], data: st.DataObject
):
    warehouse, by_hand = opened
    cohort = data.draw(cohorts(by_hand))
    by = data.draw(st.sampled_from(sorted(GROUPINGS.values())))
    traits, inside = traits_by_hand(by_hand.patients), by_hand.inside(cohort)
    columns = groups_by_hand(traits, inside, by)
    found = warehouse.query("summary/table_1_counts", cohort=cohort.criteria, by=by)
    found["column"] = columns_found(found)
    if not inside.any():
        assert found.empty
        return
    assert set(found["column"]) == set(columns)
    for row in found[found["trait"].isin([*traits]) | found["trait"].isna()].to_dict("records"):
        members = columns[row["column"]]
        if pd.isna(row["trait"]):
            assert_row(row, counted("n_patients", members))
            continue
        values = traits[row["trait"]]
        known = members & values.notna()
        having = members & (values == row["value"])
        share = having.groupby("imputation").sum() / known.groupby("imputation").sum()
        expected = counted("n_patients", having) | counted("n", known)
        expected |= counted("n_missing", members & ~known) | over_versions("share", share)
        assert_row(row, expected)
    shown = set(found.loc[found["group_place"] == 0, "trait"].dropna()) & set(traits)
    occurring = {name for name, values in traits.items() if values[inside].notna().any()}
    assert shown == occurring - {by, "age_decade"}


@settings(max_examples=8)
@given(data=st.data())
def test_the_medians_and_quartiles_of_table_1_are_numpys(
    opened: tuple[Warehouse, ByHand],
    data: st.DataObject,
):
    warehouse, by_hand = opened
    cohort = data.draw(cohorts(by_hand))
    by = data.draw(st.sampled_from(sorted(GROUPINGS.values())))
    patients, inside = by_hand.patients, by_hand.inside(cohort)
    asked = {"cohort": cohort.criteria, "by": by}
    places = warehouse.query("summary/table_1_counts", **asked)
    names = dict(zip(places["group_place"], columns_found(places), strict=True))
    columns = groups_by_hand(traits_by_hand(patients), inside, by)
    found = warehouse.query("summary/table_1_numbers", **asked)
    assert len(found) == len(columns) * (len(NUMBERS) - 1) * len(QUANTILES) * inside.any()
    for (place, measure), rows in found.groupby(["group_place", "measure"]):
        members, known = columns[names[place]], patients[measure].notna()
        numbers = patients.loc[members & known, measure].astype(float).groupby("imputation")
        by_version = {
            version: dict(zip(QUANTILES, np.quantile(values, [*QUANTILES.values()]), strict=True))
            for version, values in numbers
        }
        figures = pd.DataFrame.from_dict(by_version, orient="index", columns=[*QUANTILES])
        sizes = counted("n", members & known) | counted("n_missing", members & ~known)
        for row in rows.to_dict("records"):
            assert_row(row, over_versions("value", figures[row["statistic"]]) | sizes)
