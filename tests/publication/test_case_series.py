"""The committed series against its sources, recomputed by hand in pandas: no SQL, no solver."""

import json
import math
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib.places import CASE_SERIES, DATA
from tests.cohorts_by_hand import KEYS, patients_by_hand, read_tables

SOURCE = DATA / "publications" / "scarpone_2020"
FLAGS = [
    "off_label",
    "individually_reported",
    "has_side_effect",
    "serious_side_effect",
    "stopped_for_side_effect",
]
M = 100
DAY = re.compile(
    r"(?:(first_cycle|last_cycle|own_cycle|cycle_(\d+))\s*([+-])\s*)?(-?\d+)(?:\.\.(-?\d+))?"
)


def source(name: str) -> pd.DataFrame:
    return pd.read_csv(SOURCE / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def series() -> dict[str, pd.DataFrame]:
    return read_tables(CASE_SERIES)


# --- claims -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def attributes(series) -> dict[str, pd.DataFrame]:
    """Every attribute a claim may ask for, as (imputation, patient_id, value) by field."""
    patients = patients_by_hand(series)
    patients["patient_id"] = patients.index.get_level_values("patient_id")
    for name in FLAGS:
        patients[name] = patients[name].map({True: "true", False: "false"})
    fields = {name: values.rename("value").reset_index() for name, values in patients.items()}
    treatments, events = series["treatments"], series["events"]
    for role in ("prior", "concomitant", "subsequent"):
        fields[f"{role}_drugs"] = column(treatments[treatments["role"] == role], "drug")
    concomitant = treatments[treatments["role"] == "concomitant"]
    for drug, rows in concomitant.groupby("drug"):
        fields[f"concomitant_dose.{drug}"] = column(rows, "dose")
    fields["infusion_days"] = column(series["cycles"], "infusion_days")
    fields["symptoms"] = column(series["side_effects"], "symptom")
    fields["event_kinds"] = column(events, "kind")
    labelled = events.assign(label=events["kind"] + ": " + events["label"].fillna(""))
    fields["event_labels"] = column(labelled, "label")
    return {name: rows.dropna(subset="value") for name, rows in fields.items()}


def column(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return rows[[*KEYS, name]].rename(columns={name: "value"}).drop_duplicates()


def members(attributes: dict, criteria: pd.DataFrame) -> pd.MultiIndex:
    """Who meets every field of a population, in which version."""
    inside = None
    for name, alternatives in criteria.groupby("field"):
        rows = attributes[name]
        met = pd.Series(False, rows.index)
        for criterion in alternatives.itertuples():
            if criterion.lower or criterion.upper:
                lowest, highest = float(criterion.lower or -1e9), float(criterion.upper or 1e9)
                met |= rows["value"].astype(float).between(lowest, highest)
            else:
                met |= rows["value"] == criterion.value
        found = pd.MultiIndex.from_frame(rows.loc[met, KEYS].drop_duplicates())
        inside = found if inside is None else inside.intersection(found)
    return inside


def recomputed(claim: pd.Series, attributes: dict, inside: pd.MultiIndex) -> list:
    """The claim's figure in each of the versions."""
    versions = range(1, M + 1)
    if claim["statistic"] == "count":
        counts = inside.to_frame(index=False).groupby("imputation").size()
        return [counts.get(version, 0) for version in versions]
    rows = attributes[claim["measure"]]
    rows = rows[rows.set_index(KEYS).index.isin(inside)]
    by_version = rows.groupby("imputation")["value"]
    if claim["statistic"] == "values":
        texts = by_version.agg(lambda values: "|".join(sorted(set(values))))
        return [texts.get(version, "") for version in versions]
    numbers = rows.assign(value=pd.to_numeric(rows["value"])).groupby("imputation")["value"]
    figures = getattr(numbers, claim["statistic"])()
    return [figures.get(version, math.nan) for version in versions]


def fulfils(figure: object, claim: pd.Series) -> bool:
    if claim["statistic"] == "values":
        return figure == claim["value"]
    value, decimals = float(claim["value"]), int(claim["decimals"] or 0)
    if claim["operator"] == ">=":
        return figure >= value
    if claim["operator"] == "<=":
        return figure <= value
    return math.floor(figure * 10**decimals + 0.5 + 1e-9) / 10**decimals == value


def test_every_claim_holds_in_every_version_by_hand(attributes):
    claims, populations = source("claims"), source("populations")
    assert len(claims) >= 100
    broken = []
    for _, claim in claims[claims["contradictory"] == ""].iterrows():
        criteria = populations[populations["population"] == claim["population"]]
        inside = members(attributes, criteria)
        figures = recomputed(claim, attributes, inside)
        failing = sum(not fulfils(figure, claim) for figure in figures)
        if failing or len(figures) != M:
            broken.append((claim["claim_id"], failing))
    assert broken == []


# --- facts ------------------------------------------------------------------------------


def fits(value: object, stated: str) -> bool:
    """Whether a stored value fits what the publication states: exact, range, bound or choice."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).lower() == stated
    if "|" in stated:
        return any(fits(value, option) for option in stated.split("|"))
    if match := re.fullmatch(r"(-?[\d.]+?)\.\.(-?[\d.]+)", stated):
        return float(match[1]) <= value <= float(match[2])
    if stated.startswith((">=", "<=")):
        return value >= float(stated[2:]) if stated[0] == ">" else value <= float(stated[2:])
    return str(value) == stated if isinstance(value, str) else float(value) == float(stated)


def of_patient(series: dict, name: str, patient_id: str) -> pd.DataFrame:
    rows = series[name]
    return rows[rows["patient_id"] == patient_id]


def test_facts_on_patients_stand_in_every_version(series):
    for fact in source("facts").query("table_name == 'patients'").itertuples():
        values = of_patient(series, "patients", fact.patient_id)[fact.column_name]
        assert len(values) == M
        assert all(fits(value, fact.value) for value in values), fact


def cycles_named(row_key: str, cycle_no: pd.Series) -> pd.Series:
    if row_key == "*":
        return cycle_no > 0
    first, _, last = row_key.partition("-")
    return cycle_no.between(int(first), int(last or first))


def test_facts_on_cycles_stand_in_every_version(series):
    for fact in source("facts").query("table_name == 'cycles'").itertuples():
        cycles = of_patient(series, "cycles", fact.patient_id)
        by_version = cycles.groupby("imputation")
        if fact.column_name == "n_cycles":
            assert all(fits(n, fact.value) for n in by_version.size()), fact
        elif fact.column_name == "therapy_duration_days":
            assert all(fits(days, fact.value) for days in by_version["day"].max()), fact
        else:
            gaps = cycles.assign(interval_days=by_version["day"].diff())
            named = gaps[cycles_named(fact.row_key, gaps["cycle_no"])]
            if fact.column_name == "interval_trend":
                grew = named.groupby("imputation")["interval_days"]
                assert all(values.is_monotonic_increasing for _, values in grew), fact
            else:
                assert len(named)
                assert all(fits(value, fact.value) for value in named[fact.column_name]), fact


def test_a_printed_range_of_infusion_days_is_attained_at_both_ends(series):
    for fact in source("facts").query("column_name == 'infusion_days'").itertuples():
        if ".." in fact.value:
            lowest, highest = map(int, fact.value.split(".."))
            days = of_patient(series, "cycles", fact.patient_id).groupby("imputation")
            assert set(days["infusion_days"].min()) == {lowest}
            assert set(days["infusion_days"].max()) == {highest}


def fits_day(row: dict, column: str, expression: str, days: dict[int, int]) -> bool:
    """Whether a day lies where an expression such as ``last_cycle + 122`` puts it."""
    anchor, number, sign, lower, upper = DAY.fullmatch(expression).groups()
    own = row.get("cycle_no") if anchor == "own_cycle" else number
    origin = {"last_cycle": max(days.values()), "first_cycle": 0, None: 0}.get(anchor)
    origin = days[int(own)] if origin is None else origin
    offsets = [int(lower), int(upper or lower)]
    ends = sorted(origin + (-offset if sign == "-" else offset) for offset in offsets)
    return ends[0] <= row[column] <= ends[1]


def stated_rows(series: dict, fact, facts: pd.DataFrame) -> pd.DataFrame:
    """The stored rows that a fact's row key names."""
    rows = of_patient(series, fact.table_name, fact.patient_id)
    siblings = facts[
        (facts["patient_id"] == fact.patient_id)
        & (facts["table_name"] == fact.table_name)
        & (facts["row_key"] == fact.row_key)
    ].set_index("column_name")["value"]
    if fact.table_name == "side_effects":
        return rows[rows["symptom"] == fact.row_key]
    if fact.table_name == "treatments":
        rows = rows[
            (rows["role"] == fact.row_key.partition(":")[0]) & (rows["drug"] == siblings["drug"])
        ]
        for name in ("dose", "schedule"):
            if name in siblings:
                exact = float(siblings[name]) if name == "dose" else siblings[name]
                rows = rows[rows[name] == exact]
        return rows
    rows = rows[rows["kind"] == siblings["kind"]]
    return rows[rows["label"] == siblings["label"]] if "label" in siblings else rows


def test_facts_on_side_effects_drugs_and_events_stand_in_every_version(series):
    facts = source("facts")
    stated = facts[facts["table_name"].isin(["side_effects", "treatments", "events"])]
    assert len(stated) > 200
    days = defaultdict(lambda: defaultdict(dict))
    for cycle in series["cycles"].itertuples():
        days[cycle.patient_id][cycle.imputation][cycle.cycle_no] = cycle.day
    for fact in stated.itertuples():
        rows = stated_rows(series, fact, facts)
        assert set(rows["imputation"]) == set(range(1, M + 1)), fact
        for row in rows.to_dict("records"):
            assert holds_in(row, fact, days[fact.patient_id][row["imputation"]]), fact


def holds_in(row: dict, fact, days: dict[int, int]) -> bool:
    if fact.column_name in ("day", "start_day", "stop_day"):
        return fits_day(row, fact.column_name, fact.value, days)
    if fact.column_name == "cycle_no" and fact.value.startswith("last-"):
        last = max(days)
        return last - int(fact.value[5:].partition("..")[0]) <= row["cycle_no"] <= last
    return fits(row[fact.column_name], fact.value)


# --- spread -----------------------------------------------------------------------------


def test_no_two_versions_are_alike(series):
    patients = series["patients"]
    versions = {
        tuple(map(tuple, rows.drop(columns="imputation").astype(str).to_numpy()))
        for _, rows in patients.groupby("imputation")
    }
    assert len(versions) == M


@pytest.mark.parametrize(
    "name", ["age_at_first_ivig_years", "body_weight_kg", "diagnosis_to_first_ivig_years"]
)
def test_unknown_figures_of_patients_vary(series, name):
    """What no fact states exactly takes many values over the versions."""
    facts = source("facts").query("table_name == 'patients' and column_name == @name")
    exact = set(facts.loc[facts["value"].str.fullmatch(r"[\d.]+"), "patient_id"])
    pinned = {"SJS-01"} if name == "diagnosis_to_first_ivig_years" else set()
    unknown = series["patients"][~series["patients"]["patient_id"].isin(exact | pinned)]
    assert unknown["patient_id"].nunique() >= 19
    assert unknown.groupby("patient_id")[name].nunique().min() >= 5


def test_unknown_numbers_of_cycles_and_drugs_vary(series):
    anonymous = [f"DM-{number:02d}" for number in range(5, 19)]
    cycles = series["cycles"].groupby(["patient_id", "imputation"]).size()
    assert cycles[anonymous].groupby("patient_id").nunique().min() >= 8
    concomitant = series["treatments"].query("role == 'concomitant'")
    drugs = concomitant.groupby(["patient_id", "imputation"])["drug"].agg(
        lambda d: tuple(sorted(d))
    )
    assert drugs[anonymous].groupby("patient_id").nunique().min() >= 5


# The fields behind the variables that say whether a patient has something.
HAS = {
    "symptom": "symptoms",
    "prior": "prior_drugs",
    "concomitant": "concomitant_drugs",
    "subsequent": "subsequent_drugs",
    "event": "event_labels",
}


def stated_variables() -> set[tuple[str, str]]:
    """(variable, patient) wherever a fact speaks of it; intervals are stated cycle by cycle."""
    facts = source("facts")
    labels = facts.query("table_name == 'events'").pivot(
        index=["patient_id", "row_key"], columns="column_name", values="value"
    )
    events = labels["kind"] + (": " + labels["label"]).fillna("")
    stated = {(f"event.{event}", patient_id) for (patient_id, _), event in events.items()}
    for fact in facts.itertuples():
        role, _, drug = fact.row_key.partition(":")
        drug = drug.partition(":")[0]
        stated |= {
            "patients": {(fact.column_name, fact.patient_id)},
            "cycles": {(fact.column_name, fact.patient_id)},
            "side_effects": {(f"symptom.{fact.row_key}", fact.patient_id)},
            "treatments": {
                (f"{role}{what}.{drug}", fact.patient_id)
                for what in ("", "_dose", "_dose_unit", "_schedule")
            },
        }.get(fact.table_name, set())
    return {(name, patient_id) for name, patient_id in stated if name != "interval_days"}


@pytest.fixture(scope="module")
def variables(series, attributes) -> dict[str, pd.DataFrame]:
    """What each variable of plausible_ranges.csv holds, as (imputation, patient_id, value)."""
    cycles = series["cycles"].sort_values([*KEYS, "cycle_no"])
    cycles["value"] = cycles.groupby(KEYS)["day"].diff()
    for fact in source("facts").query("column_name == 'interval_days'").itertuples():
        of_patient = cycles["patient_id"] == fact.patient_id
        cycles = cycles[~(of_patient & cycles_named(fact.row_key, cycles["cycle_no"]))]
    found = attributes | {
        "interval_days": cycles.dropna(subset="value"),
        "therapy_duration_days": attributes["last_cycle_day"],
    }
    concomitant = series["treatments"].query("role == 'concomitant'")
    for drug, rows in concomitant.groupby("drug"):
        for name in ("dose_unit", "schedule"):
            found[f"concomitant_{name}.{drug}"] = column(rows, name).dropna()
    return found


def values_held(rows: pd.DataFrame, variable: str) -> set:
    """The values of one patient's variable over the versions; `none` where it has none.

    ``rows`` are the patient's of the variable's field.
    """
    kind, _, name = variable.partition(".")
    if kind in HAS:
        n_having = rows.loc[rows["value"] == name, "imputation"].nunique()
        return {*["yes"] * (n_having > 0), *["no"] * (n_having < M)}
    unknown = "." not in variable and variable != "interval_days"
    is_missing = unknown and rows["imputation"].nunique() < M
    return {*rows["value"], *["none"] * is_missing}


def is_plausible(value: object, row: pd.Series) -> bool:
    if row["values"]:
        options = row["values"].split("|")
        return str(value) in options if isinstance(value, str) else value in map(float, options)
    steps = (value - float(row["lower"])) / float(row["step"])
    return float(row["lower"]) <= value <= float(row["upper"]) and steps == round(steps)


def test_every_unknown_stays_within_its_plausible_range(variables):
    """Of every patient and variable the last row that applies, unless a fact says otherwise."""
    populations, binding = source("populations"), {}
    for _, row in source("plausible_ranges").iterrows():
        criteria = populations[populations["population"] == row["population"]]
        for patient_id in members(variables, criteria).unique("patient_id"):
            binding[row["variable"], patient_id] = row
    unknown = binding.keys() - stated_variables()
    assert len({variable for variable, _ in unknown}) >= 25
    by_patient = {name: dict(list(rows.groupby("patient_id"))) for name, rows in variables.items()}
    outside = set()
    for variable, patient_id in unknown:
        field, row = HAS.get(variable.partition(".")[0], variable), binding[variable, patient_id]
        rows = by_patient[field].get(patient_id, variables[field][:0])
        if not all(is_plausible(value, row) for value in values_held(rows, variable)):
            outside.add((variable, patient_id, row["population"]))
    assert outside == set()


def test_diagnostics_stand_beside_the_data():
    diagnostics = json.loads((CASE_SERIES / "diagnostics.json").read_text())
    assert diagnostics["imputations"] == diagnostics["distinct_versions"] == M
    assert {"solver_spread", "mixed_spread"} <= set(diagnostics["variables"][0])
    # Patients of whom nothing is told differ in their label only.
    assert diagnostics["exchangeability"]["corrected_p"] > 0.001


def test_what_the_text_relates_is_related_in_every_version(series):
    """Relations between cells that no single claim or fact prints."""
    day = series["events"].set_index(["imputation", "patient_id", "kind"])["day"]
    last = series["cycles"].groupby(["imputation", "patient_id"])["day"].max()
    for version in range(1, M + 1):
        stopped = day[version, "PV-01", "discontinuation"]
        assert day[version, "PV-01", "improvement"] <= stopped
        assert day[version, "MMP-01", "remission"] >= last[version, "MMP-01"]
    treatments = series["treatments"]
    given = treatments.groupby(["imputation", "patient_id", "role"])["drug"].agg(set)
    concomitant = given.xs("concomitant", level="role")
    assert all("prednisolone" in drugs for drugs in concomitant if "rituximab" in drugs)
    prior = given.xs("prior", level="role").reset_index()
    prior = prior[prior["patient_id"].str.startswith("DM-")]
    assert all("glucocorticoid, not specified" in drugs for drugs in prior["drug"])


def test_what_only_the_counts_imply_is_derived(series):
    provenance = series["provenance"].set_index(["patient_id", "table_name", "column_name"])
    assert provenance.loc[("UV-01", "patients", "response"), "status"] == "derived"


def test_the_folder_is_small():
    assert sum(Path(path).stat().st_size for path in CASE_SERIES.iterdir()) < 5_000_000
