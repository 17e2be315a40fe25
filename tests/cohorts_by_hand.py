"""A registry's patients and cohorts, worked out in pandas from the Parquet files: no SQL.

What the queries are held against. The rules are written here a second time, on purpose.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from lib.cohort import FIELDS, MATCHES, Cohort
from lib.places import DATA

KEYS = ["imputation", "patient_id"]
TABLES = ("patients", "cycles", "side_effects", "treatments", "events", "provenance")
DOSE_TIERS = [(1.5, "2"), (0.75, "1"), (0.45, "0.5"), (0, "0.4")]
# What the filter asks of a number, and to how many decimals it counts.
NUMBERS = {
    "age": ("age_at_first_ivig_years", 0),
    "cycles": ("n_cycles", 0),
    "duration": ("therapy_duration_years", 1),
}
LISTS = {
    "side_effect": "symptoms",
    "concomitant_drug": "concomitant_drugs",
    "prior_drug": "prior_drugs",
    "event": "event_kinds",
}
MOST_BINS = 30
Registry = dict[str, pd.DataFrame]


def read_tables(folder: Path) -> Registry:
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}


def patients_by_hand(registry: Registry) -> pd.DataFrame:
    """One row per (imputation, patient) with everything that a page counts or filters."""
    patients = registry["patients"].set_index(KEYS).sort_index()
    groups = pd.read_csv(DATA / "reference" / "diagnoses.csv").set_index("diagnosis")
    cycles = registry["cycles"].groupby(KEYS)
    days = cycles["day"].agg(["min", "max"])
    dose = usual_dose(registry["cycles"])
    side_effects = registry["side_effects"]
    symptoms = sets(patients, side_effects, "symptom")
    drugs = registry["treatments"]
    reported = registry["provenance"].query("status == 'reported'")["patient_id"]
    versions, ids = (patients.index.get_level_values(key) for key in KEYS)
    return patients.assign(
        diagnosis_group=patients["diagnosis"].map(groups["diagnosis_group"]),
        n_cycles=cycles.size(),
        last_cycle_day=days["max"],
        therapy_duration_years=(days["max"] - days["min"]) / 365.25,
        dose_g_per_kg=dose,
        dose_tier=dose.map(lambda value: next(t for lower, t in DOSE_TIERS if value >= lower)),
        cumulative_dose_g_per_kg=cycles["dose_g_per_kg"].sum().round(6),
        symptoms=symptoms,
        has_side_effect=symptoms.map(bool),
        prior_drugs=sets(patients, drugs[drugs["role"] == "prior"], "drug"),
        concomitant_drugs=sets(patients, drugs[drugs["role"] == "concomitant"], "drug"),
        event_kinds=sets(patients, registry["events"], "kind"),
        serious_side_effect=with_row(patients, side_effects, "serious"),
        stopped_for_side_effect=stopped(patients, side_effects),
        individually_reported=(versions == 0) | ids.isin(reported),
    )


def usual_dose(cycles: pd.DataFrame) -> pd.Series:
    """The most frequent dose of each patient, the higher one on a tie."""
    counted = cycles.groupby([*KEYS, "dose_g_per_kg"]).size().rename("n").reset_index()
    in_order = counted.sort_values(["n", "dose_g_per_kg"])
    return in_order.groupby(KEYS)["dose_g_per_kg"].last()


def sets(patients: pd.DataFrame, rows: pd.DataFrame, column: str) -> pd.Series:
    """What each patient has in a column of their rows; an empty set without a row."""
    had = rows.groupby(KEYS)[column].agg(set).reindex(patients.index)
    return had.map(lambda values: values if isinstance(values, set) else set())


def with_row(patients: pd.DataFrame, rows: pd.DataFrame, flag: str) -> pd.Series:
    """Whether a patient has a row in which the flag is true; None if one is null and none is."""
    worst = {
        key: True if True in flags else None if None in flags else False
        for key, flags in rows.set_index(KEYS)[flag]
        .astype(object)
        .pipe(lambda flags: flags.where(flags.notna(), None))
        .groupby(KEYS)
        .agg(list)
        .items()
    }
    return pd.Series([worst.get(key, False) for key in patients.index], patients.index, object)


def stopped(patients: pd.DataFrame, side_effects: pd.DataFrame) -> pd.Series:
    """Whether a side-effect ended the therapy: as said of one, else as the reason says."""
    by_row = with_row(patients, side_effects, "led_to_discontinuation")

    def judged(said: bool | None, reason: str) -> bool | None:
        if reason == "side-effects":
            # A no to all, or no side-effect at all, contradicts the reason.
            return None if said is False else True
        is_another = reason in ("ongoing", "remission", "lack of efficacy", "reimbursement refused")
        return False if said is None and is_another else said

    pairs = zip(by_row, patients["therapy_end_reason"], strict=True)
    return pd.Series([judged(*pair) for pair in pairs], patients.index, object)


@dataclass(frozen=True)
class ByHand:
    """The patients of one registry, and what the filter and the pages ask of them."""

    patients: pd.DataFrame = field(repr=False)

    @cached_property
    def options(self) -> dict[str, pd.DataFrame]:
        """Who has which option: booleans by filter field, one column for each value."""
        patients = self.patients
        diagnosis, group = patients["diagnosis"], patients["diagnosis_group"]
        plain = ("dose_tier", "sex", "response", "subtype", "overlap", "centre")
        found = {
            "diagnosis": {v: (diagnosis == v) | (group == v) for v in {*diagnosis, *group}},
            "individually_reported": one_each(patients["individually_reported"]),
            **{name: one_each(patients[name]) for name in plain},
            **{name: members(patients[column]) for name, column in LISTS.items()},
            **{name: one_each(self.bins(name)) for name in NUMBERS},
        }
        frames = {name: pd.DataFrame(columns) for name, columns in found.items()}
        return {name: frame.loc[:, frame.any()] for name, frame in frames.items()}

    def numbers(self, name: str) -> pd.Series:
        """A number as the filter takes it: rounded to its decimals."""
        column, decimals = NUMBERS[name]
        return self.patients[column].astype(float).round(decimals)

    def bins(self, name: str) -> pd.Series:
        """The lower end of the bin that each patient's number falls into, as a text."""
        field = next(field for field in FIELDS if field.name == name)
        # In whole steps of the last decimal, as 0.6 / 0.2 is not quite 3.
        scale = 10**field.decimals
        steps = (self.numbers(name) * scale).round()
        narrowest = round(field.bin_width * scale)
        width = next(
            narrowest * factor * 10**power
            for power in range(9)
            for factor in (1, 2, 5)
            if len(range_of_bins(steps, narrowest * factor * 10**power)) <= MOST_BINS
        )
        return bins(steps, width).map(lambda lower: f"{lower / scale:g}", na_action="ignore")

    def meets(self, name: str, values: tuple, match: str) -> pd.Series:
        """Who meets what the filter says of one field."""
        if name in NUMBERS:
            return self.numbers(name).between(*values)
        if name == "individually_reported":
            return self.patients[name]
        having = self.options[name][list(values)]
        if match == "none":
            return ~having.any(axis=1)
        return having.all(axis=1) if match == "all" else having.any(axis=1)

    def inside(self, cohort: Cohort, *, but: str = "") -> pd.Series:
        """Who belongs to the cohort, or would without the field ``but``."""
        everybody = pd.Series(True, self.patients.index)
        for name, values in cohort.selection:
            everybody &= (name == but) | self.meets(name, values, cohort.match(name))
        return everybody


def bins(numbers: pd.Series, width: int) -> pd.Series:
    return numbers // width * width


def range_of_bins(numbers: pd.Series, width: float) -> range:
    """The bins from the lowest to the highest number, those without anybody among them."""
    return range(int(numbers.min() // width), int(numbers.max() // width) + 1)


def members(lists: pd.Series) -> dict[str, pd.Series]:
    """Who has which value in their list, anything at all, or nothing."""
    found = {value: lists.map(lambda had, v=value: v in had) for value in set().union(*lists)}
    return {"any": lists.map(bool), "none": ~lists.map(bool), **found}


def one_each(values: pd.Series) -> dict[str, pd.Series]:
    """For every value that occurs, who has it."""
    texts = values.dropna().astype(str)
    texts = texts.replace({"True": "true", "False": "false"})
    return {text: (texts == text).reindex(values.index, fill_value=False) for text in set(texts)}


def over_versions(name: str, by_version: pd.Series) -> dict[str, float]:
    """Discrete median, lowest and highest; a version without a value does not count."""
    ordered = sorted(by_version.dropna()) or [math.nan]
    return {
        name: ordered[(len(ordered) - 1) // 2],
        f"{name}_lowest": ordered[0],
        f"{name}_highest": ordered[-1],
    }


def counted(name: str, who: pd.Series) -> dict[str, int]:
    """How many patients, over the versions; ``who`` is a boolean for everybody in each of them."""
    versions = who.index.codes[0]
    return over_versions(name, pd.Series(np.bincount(versions, weights=who)))


@st.composite
def cohorts(draw: st.DrawFn, by_hand: ByHand) -> Cohort:
    """Any cohort of at most three fields, of options that occur in the registry."""
    names = draw(st.sets(st.sampled_from([f.name for f in FIELDS]), max_size=3))
    selected = {}
    for name in sorted(names):
        if name in NUMBERS:
            known = sorted(set(by_hand.numbers(name).dropna()))
            ends = st.tuples(st.sampled_from(known), st.sampled_from(known))
            selected[name] = tuple(sorted(draw(ends)))
        elif name == "individually_reported":
            selected[name] = True
        else:
            options = sorted(by_hand.options[name])
            selected[name] = draw(st.lists(st.sampled_from(options), min_size=1, unique=True))
        if name in LISTS:
            selected[f"{name}_match"] = draw(st.sampled_from(MATCHES))
    return Cohort.of(**selected)
