"""Turn what may stand instead into what the schema wants: dates into days, grams into g/kg.

No date is kept: days count from the patient's first infusion, and of a birth date only the age
in full years remains. Here every number is a float and an unknown one is NaN.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from lib.registry.importer.finding import Finding
from lib.registry.importer.typed import PANDAS_TYPES, TypedTable
from lib.registry.schema import TABLES, TYPES, Column
from lib.registry.sheets import DATE, SHEETS
from lib.time_units import DAYS_PER_YEAR

WEIGHT = next(c for c in TABLES["patients"].columns if c.name == "body_weight_kg")
MG_PER_G = 1000
# 29.4 g at 73.5 kg are 0.4 g/kg, not 0.39999999999999997, which is another dose tier.
DOSE_DECIMALS = 6
YEARS_DECIMALS = 2
# How far two columns that say the same may be apart, where one is rounded to a digit.
TOLERANCES = {"diagnosis_to_first_ivig_years": 0.05, "dose_g_per_kg": 0.05}
NO_FIRST_INFUSION = (
    "date_without_first_infusion",
    "The date can't become a day: the date of the patient's first infusion is not known.",
    "Give the cycles their dates, or the patient the date of the first infusion.",
)
NO_WEIGHT = (
    "dose_without_weight",
    "The dose in grams can't become g/kg: the patient's body weight is not known.",
    "Enter the body weight of the patient or the cycle, or the dose in g/kg.",
)


@dataclass(frozen=True)
class Converted:
    """A table in the columns of the schema; ``failed`` marks cells that were reported already."""

    frame: pd.DataFrame
    failed: dict[str, np.ndarray]

    def has_failed(self) -> np.ndarray:
        """The rows with such a cell."""
        nowhere = np.zeros(len(self.frame), bool)
        return np.logical_or.reduce([nowhere, *self.failed.values()])

    def without_failed(self) -> pd.DataFrame:
        """The table with those cells empty."""
        return self.frame.assign(
            **{
                name: self.frame[name].mask(failed)
                for name, failed in self.failed.items()
                if failed.any()
            }
        )


class Reference:
    """What values are converted by: each patient's first infusion and weight.

    Of some patients they are unknown because a cell or a sheet was reported already. What can't
    be converted for that reason is not reported once more.
    """

    def __init__(self, tables: Mapping[str, TypedTable]) -> None:
        stated = _first_of_each(_by_patient(tables, "patients", "first_ivig_date"))
        by_cycles = _by_patient(tables, "cycles", "date").groupby(level=0).min()
        unsure = _unsure_of_first_cycle(tables) - set(stated.index)
        self.first_by_cycles = by_cycles.drop(unsure, errors="ignore")
        self.first = self.first_by_cycles.combine_first(stated)
        self._first_reported = unsure | _failed_patients(tables, "patients", "first_ivig_date")
        cycles = tables["cycles"].frame if "cycles" in tables else pd.DataFrame()
        self._all_first_reported = "patient_id" not in cycles or not {"date", "day"} & set(cycles)
        weights = _first_of_each(_by_patient(tables, "patients", "body_weight_kg"))
        possible = weights.between(WEIGHT.lower, WEIGHT.upper)
        self.weights = weights[possible]
        self._weight_reported = set(weights.index[~possible]) | _failed_patients(
            tables, "patients", "body_weight_kg"
        )
        patients = tables["patients"].frame if "patients" in tables else pd.DataFrame()
        self._all_weights_reported = "patient_id" not in patients

    def is_reported(self, table: TypedTable, column: str) -> np.ndarray:
        """The rows in which a column can't be converted because of what was reported elsewhere."""
        if "patient_id" not in table.frame:
            return np.ones(len(table.frame), bool)
        patients = table.frame["patient_id"]
        if SHEETS[table.name].accepted[column].type == DATE:
            everywhere, reported = self._all_first_reported, self._first_reported
            own = np.zeros(len(patients), bool)
        else:
            everywhere, reported = self._all_weights_reported, self._weight_reported
            own = table.failed.get("body_weight_kg", np.zeros(len(patients), bool))
        of_patient = patients.isin(reported) | patients.isna()
        return own | everywhere | of_patient.to_numpy(bool)

    def first_infusion(self, frame: pd.DataFrame) -> np.ndarray:
        """The first infusion of each row's patient, as a day since 1970."""
        return _looked_up(frame, self.first)

    def weight_kg(self, frame: pd.DataFrame) -> np.ndarray:
        """The weight at each row's cycle, else the patient's."""
        of_patient = _looked_up(frame, self.weights)
        if "body_weight_kg" not in frame:
            return of_patient
        own = _numbers(frame["body_weight_kg"])
        return np.where(np.isnan(own), of_patient, own)


def convert(tables: Mapping[str, TypedTable]) -> tuple[dict[str, Converted], list[Finding]]:
    """Give every table the columns of the schema, and say what could not be converted."""
    reference = Reference(tables)
    findings = list(_first_infusions_that_differ(tables, reference))
    converted = {}
    for name, table in tables.items():
        columns, failed = {}, {}
        for column in SHEETS[name].columns:
            columns[column.name], failed[column.name], found = _column(table, column, reference)
            findings += found
        converted[name] = Converted(pd.DataFrame(columns, index=table.frame.index), failed)
    return converted, findings


def _column(
    table: TypedTable, column: Column, reference: Reference
) -> tuple[pd.Series, np.ndarray, list[Finding]]:
    """A column of the schema from whichever columns give it, the one of its own name first."""
    given = [name for name in table.giving(column.name) if name in table.frame]
    failed = np.zeros(len(table.frame), bool)
    for name in given:
        failed |= table.failed[name]
    kind = PANDAS_TYPES[TYPES[column.type]]
    if not given:
        return pd.Series(pd.NA, index=table.frame.index, dtype=kind), failed, []
    if given == [column.name]:
        return table.frame[column.name], failed, []
    values = np.full(len(table.frame), np.nan)
    findings: list[Finding] = []
    for name in given:
        found, lost = _converted(table, column.name, name, reference)
        differs = np.abs(values - found) > TOLERANCES.get(column.name, 0)
        if lost.any():
            findings += _lost(table, name, lost & ~reference.is_reported(table, name))
        findings += _two_values(table, column.name, name, differs)
        failed |= lost
        values = np.where(np.isnan(values), found, values)
    return (
        pd.Series(values, index=table.frame.index, dtype="Float64").astype(kind),
        failed,
        findings,
    )


def _converted(
    table: TypedTable, column: str, name: str, reference: Reference
) -> tuple[np.ndarray, np.ndarray]:
    """The values that a column gives, and where it says something that gives none."""
    frame = table.frame
    if name == column:
        return _numbers(frame[name]), np.zeros(len(frame), bool)
    values = CONVERSIONS[name](frame, reference)
    return values, frame[name].notna().to_numpy(bool) & np.isnan(values)


def _since_first(column: str) -> Callable[[pd.DataFrame, Reference], np.ndarray]:
    return lambda frame, reference: _days(frame[column]) - reference.first_infusion(frame)


def _age(frame: pd.DataFrame, reference: Reference) -> np.ndarray:
    """Full years between birth and the first infusion, by the calendar."""
    born, first = (
        pd.to_datetime(pd.Series(days), unit="D").dt
        for days in (_days(frame["birth_date"]), reference.first_infusion(frame))
    )
    # Whoever is born on 29 February has a birthday on 1 March of other years.
    is_before_birthday = (first.month * 100 + first.day) < (born.month * 100 + born.day)
    return (first.year - born.year - is_before_birthday).to_numpy("float64")


def _years_since_diagnosis(frame: pd.DataFrame, reference: Reference) -> np.ndarray:
    days = reference.first_infusion(frame) - _days(frame["diagnosis_date"])
    return np.round(days / DAYS_PER_YEAR, YEARS_DECIMALS)


def _g_per_kg_from_mg(frame: pd.DataFrame, _reference: Reference) -> np.ndarray:
    return np.round(_numbers(frame["dose_mg_per_kg"]) / MG_PER_G, DOSE_DECIMALS)


def _g_per_kg_from_g(frame: pd.DataFrame, reference: Reference) -> np.ndarray:
    weight = reference.weight_kg(frame)
    usable = np.where(weight > 0, weight, np.nan)
    return np.round(_numbers(frame["dose_g"]) / usable, DOSE_DECIMALS)


CONVERSIONS = {
    "birth_date": _age,
    "diagnosis_date": _years_since_diagnosis,
    "dose_mg_per_kg": _g_per_kg_from_mg,
    "dose_g": _g_per_kg_from_g,
    "date": _since_first("date"),
    "start_date": _since_first("start_date"),
    "stop_date": _since_first("stop_date"),
}


def _numbers(values: pd.Series) -> np.ndarray:
    return values.to_numpy("float64", na_value=np.nan)


def _days(dates: pd.Series) -> np.ndarray:
    """Dates as days since 1970."""
    return pa.array(dates).cast(pa.int32()).cast(pa.float64()).to_numpy(zero_copy_only=False)


def _by_patient(tables: Mapping[str, TypedTable], table: str, column: str) -> pd.Series:
    """The known values of a column by patient; dates as days since 1970."""
    frame = tables[table].frame if table in tables else pd.DataFrame()
    if column not in frame or "patient_id" not in frame:
        return pd.Series(dtype="float64")
    is_date = SHEETS[table].accepted[column].type == DATE
    values = _days(frame[column]) if is_date else _numbers(frame[column])
    by_patient = pd.Series(values, index=frame["patient_id"].to_numpy(object, na_value=None))
    return by_patient[by_patient.notna() & by_patient.index.notna()]


def _failed_patients(tables: Mapping[str, TypedTable], table: str, column: str) -> set[str]:
    """The patients in whose rows a cell of a column was reported."""
    if table not in tables or not {column, "patient_id"} <= set(tables[table].frame):
        return set()
    return set(tables[table].frame["patient_id"][tables[table].failed[column]].dropna())


def _unsure_of_first_cycle(tables: Mapping[str, TypedTable]) -> set[str]:
    """Patients whose first cycle may be one with a date that was reported.

    A later one does not matter, if the cycles are numbered.
    """
    failed = _failed_patients(tables, "cycles", "date")
    if not failed or "cycle_no" not in tables["cycles"].frame:
        return failed
    frame = tables["cycles"].frame
    is_failed = tables["cycles"].failed["date"]
    numbers = pd.Series(_numbers(frame["cycle_no"]), index=frame["patient_id"].astype(object))
    first_known = numbers[frame["date"].notna().to_numpy(bool)].groupby(level=0).min()
    first_failed = numbers[is_failed].fillna(0).groupby(level=0).min()
    is_later = first_failed > first_known.reindex(first_failed.index)
    return failed - set(is_later.index[is_later])


def _first_of_each(by_patient: pd.Series) -> pd.Series:
    return by_patient[~by_patient.index.duplicated()]


def _looked_up(frame: pd.DataFrame, by_patient: pd.Series) -> np.ndarray:
    if "patient_id" not in frame:
        return np.full(len(frame), np.nan)
    found = frame["patient_id"].astype(object).map(by_patient)
    return found.to_numpy("float64", na_value=np.nan)


def _lost(table: TypedTable, column: str, where: np.ndarray) -> Iterator[Finding]:
    is_date = SHEETS[table.name].accepted[column].type == DATE
    rule, message, mend = NO_FIRST_INFUSION if is_date else NO_WEIGHT
    return table.findings("error", rule, where, lambda at: (table.headings[column], message, mend))


def _two_values(table: TypedTable, column: str, other: str, where: np.ndarray) -> Iterator[Finding]:
    def words(at: int) -> tuple[str, str, str]:
        return (
            table.headings[other],
            f"The cell says something else than “{table.heading(column, at)}” in the same row, "
            "and only one of them can be right.",
            "Empty the wrong one of the two cells.",
        )

    return table.findings("error", "two_values_for_one", where, words)


def _first_infusions_that_differ(
    tables: Mapping[str, TypedTable], reference: Reference
) -> Iterator[Finding]:
    table = tables.get("patients")
    if table is None or "first_ivig_date" not in table.frame:
        return iter(())
    by_cycles = _looked_up(table.frame, reference.first_by_cycles)
    differs = np.abs(_days(table.frame["first_ivig_date"]) - by_cycles) > 0
    words = (
        table.headings["first_ivig_date"],
        "The date is not that of the patient's first cycle, from which all days count.",
        "Correct one of the two dates.",
    )
    return table.findings("error", "first_infusion_differs", differs, lambda _at: words)
