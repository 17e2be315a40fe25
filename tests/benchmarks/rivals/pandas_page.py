"""The page in pandas: tables in memory, joined and grouped anew at every click."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from lib.cohort import Cohort
from tests.benchmarks.rivals import Given, lanes_on_page

KEYS = ["imputation", "patient_id"]
TIERS = [0, 0.45, 0.75, 1.5, np.inf]
TIER_NAMES = ["0.4", "0.5", "1", "2"]
NUMBERS = [
    "age_at_first_ivig_years",
    "diagnosis_to_first_ivig_years",
    "dose_g_per_kg",
    "n_cycles",
    "therapy_duration_years",
    "cumulative_dose_g_per_kg",
]
STATISTICS = {"median": "median", "minimum": "min", "maximum": "max"}
# Filter parameter → column of the patients.
OPTIONS = {
    "diagnosis": "diagnosis",
    "dose_tier": "dose_tier",
    "sex": "sex",
    "response": "response",
    "subtype": "subtype",
    "overlap": "overlap",
    "centre": "centre",
}
RANGES = {
    "age": ("age_at_first_ivig_years", 0),
    "cycles": ("n_cycles", 0),
    "duration": ("therapy_duration_years", 1),
}
# Filter parameter → the long table of who has what, and what it is called among the facets.
LISTS = {
    "side_effect": ("symptoms", "symptom"),
    "concomitant_drug": ("concomitant_drugs", "drug"),
    "prior_drug": ("prior_drugs", "drug"),
    "event": ("event_kinds", "kind"),
}


class PandasPage:
    """See `Rival`; asks the registry's tables by name."""

    def __init__(self, tables: Mapping[str, pd.DataFrame], given: Given) -> None:
        self.tables = tables
        self.bin_widths = given.bin_widths
        patients = tables["patients"].set_index(KEYS)
        patients["diagnosis_group"] = patients["diagnosis"].map(given.diagnosis_groups)
        reported = tables["provenance"].query("status == 'reported'")["patient_id"].unique()
        versions, ids = (patients.index.get_level_values(key) for key in KEYS)
        patients["individually_reported"] = (versions == 0) | ids.isin(reported)
        self.base = patients
        self.versions = versions.unique()
        self.known = {}
        self.prepare(Cohort())
        # The options that occur at all are offered whatever the filter is.
        self.known = {
            field: list(counts.index[counts["highest"] > 0])
            for field, counts in self._counts().items()
        }

    def prepare(self, cohort: Cohort) -> None:
        cycles = self.tables["cycles"]
        by_patient = cycles.groupby(KEYS)
        courses = by_patient.agg(
            n_cycles=("day", "size"),
            first_day=("day", "min"),
            last_cycle_day=("day", "max"),
            cumulative_dose_g_per_kg=("dose_g_per_kg", "sum"),
        )
        courses["therapy_duration_years"] = (
            courses["last_cycle_day"] - courses["first_day"]
        ) / 365.25
        courses["cumulative_dose_g_per_kg"] = courses["cumulative_dose_g_per_kg"].round(6)
        doses = cycles.groupby([*KEYS, "dose_g_per_kg"]).size().reset_index(name="n")
        usual = doses.sort_values(["n", "dose_g_per_kg"]).drop_duplicates(KEYS, keep="last")
        courses["dose_g_per_kg"] = usual.set_index(KEYS)["dose_g_per_kg"]
        self.patients = self.base.join(courses.drop(columns="first_day"))
        self.patients["dose_tier"] = pd.cut(
            self.patients["dose_g_per_kg"], TIERS, right=False, labels=TIER_NAMES
        ).astype(object)
        treatments = self.tables["treatments"]
        self.long = {
            "side_effect": self.tables["side_effects"][[*KEYS, "symptom"]],
            "concomitant_drug": treatments[treatments["role"] == "concomitant"][[*KEYS, "drug"]],
            "prior_drug": treatments[treatments["role"] == "prior"][[*KEYS, "drug"]],
            "event": self.tables["events"][[*KEYS, "kind"]],
        }
        self.long = {
            name: rows.drop_duplicates().set_index(KEYS) for name, rows in self.long.items()
        }
        self.patients["has_side_effect"] = self.patients.index.isin(self.long["side_effect"].index)
        self.masks = {name: self._mask(name, values) for name, values in cohort.selection}
        self.cohort = self.patients[self._meets()]

    def _mask(self, name: str, values: tuple) -> np.ndarray:
        """Who meets a criterion."""
        patients = self.patients
        if name == "diagnosis":
            return (
                patients["diagnosis"].isin(values) | patients["diagnosis_group"].isin(values)
            ).to_numpy()
        if name in OPTIONS:
            return patients[OPTIONS[name]].isin(values).to_numpy()
        if name in RANGES:
            column, decimals = RANGES[name]
            return patients[column].round(decimals).between(*values).to_numpy()
        rows = self.long[name]
        return patients.index.isin(rows[rows.iloc[:, 0].isin(values)].index)

    def _meets(self, but: str | None = None) -> np.ndarray:
        asked = [mask for name, mask in self.masks.items() if name != but]
        return np.logical_and.reduce(asked) if asked else np.ones(len(self.patients), bool)

    def _over_versions(self, by_version: pd.DataFrame | pd.Series) -> pd.DataFrame:
        """Middle, lowest and highest of the versions; those without a row count 0."""
        table = by_version.unstack("imputation", fill_value=0).reindex(
            columns=self.versions, fill_value=0
        )
        middle = table.quantile(0.5, axis=1, interpolation="lower")
        return pd.DataFrame(
            {"middle": middle, "lowest": table.min(axis=1), "highest": table.max(axis=1)}
        )

    def size(self) -> tuple:
        counts = self.cohort.groupby("imputation").size().reindex(self.versions, fill_value=0)
        return _middle(counts)

    def facets(self) -> dict:
        return {
            (field, value): tuple(row)
            for field, counts in self._counts().items()
            for value, row in zip(counts.index, counts.itertuples(index=False), strict=True)
        }

    def _counts(self) -> dict[str, pd.DataFrame]:
        """The patients of each option, all other fields being asked."""
        counts = {}
        for name, column in OPTIONS.items():
            rows = self.patients[self._meets(name)]
            found = rows.groupby(["imputation", column]).size()
            if name == "diagnosis":
                groups = rows.groupby(["imputation", "diagnosis_group"]).size()
                groups.index.names = found.index.names
                alone = ~groups.index.get_level_values(1).isin(self.patients["diagnosis"].unique())
                found, column = pd.concat([found, groups[alone]]), "diagnoses"
            counts[column] = self._offered(column, found)
        for name, (column, decimals) in RANGES.items():
            rows = self.patients[self._meets(name)]
            scale = 10**decimals
            width = round(self.bin_widths[column] * scale)
            steps = (rows[column] * scale).round() // width * width / scale
            found = rows.assign(bin=steps).groupby(["imputation", "bin"]).size()
            counts[column] = self._offered(column, found)
        for name, (field, column) in LISTS.items():
            inside = self.patients.index[self._meets(name)]
            rows = self.long[name]
            rows = rows[rows.index.isin(inside)]
            found = rows.groupby(["imputation", column]).size()
            with_any = rows.index.unique().to_frame(index=False).groupby("imputation").size()
            without = inside.to_frame(index=False).groupby("imputation").size() - with_any.reindex(
                self.versions, fill_value=0
            )
            whole = pd.concat({"any": with_any, "none": without}, names=[column])
            found = pd.concat([found, whole.swaplevel().rename_axis(found.index.names)])
            counts[field] = self._offered(field, found)
        rows = self.patients[self._meets("individually_reported")]
        found = rows.groupby(["imputation", "individually_reported"]).size()
        counts["individually_reported"] = self._offered("individually_reported", found)
        return counts

    def _offered(self, field: str, found: pd.Series) -> pd.DataFrame:
        counts = self._over_versions(found)
        if field in self.known:
            counts = counts.reindex(self.known[field], fill_value=0)
        return counts

    def table_1(self) -> dict:
        cohort = self.cohort
        figures = {}
        for measure in NUMBERS:
            by_version = cohort.groupby("imputation")[measure].agg([*STATISTICS.values(), "count"])
            for statistic, method in STATISTICS.items():
                figures[measure, statistic] = (
                    _middle(by_version[method].dropna()),
                    self._counted(by_version["count"]),
                )
        shares = {
            "female": (cohort["sex"] == "female", cohort["sex"] != "unknown"),
            "response": (cohort["response"] == "response", cohort["response"].notna()),
            "not_evaluable": (cohort["response"] == "not evaluable", cohort["response"].notna()),
            "has_side_effect": (cohort["has_side_effect"], cohort["has_side_effect"].notna()),
        }
        for measure, (has, is_known) in shares.items():
            figures[measure, "count"] = tuple(
                self._counted(who.groupby("imputation").sum()) for who in (has, is_known)
            )
        return figures

    def table_2(self) -> dict:
        by = ["imputation", "diagnosis_group"]
        groups = self.cohort.groupby(by)
        members = self._over_versions(groups.size())
        with_side_effect = self._over_versions(groups["has_side_effect"].sum())
        figures = {}
        for measure in ("n_cycles", "cumulative_dose_g_per_kg"):
            known = self._over_versions(groups[measure].count())
            for statistic, method in STATISTICS.items():
                values = groups[measure].agg(method).dropna()
                for group, numbers in values.groupby("diagnosis_group"):
                    figures[group, measure, statistic] = _middle(numbers), tuple(known.loc[group])
        for group in members.index:
            n = tuple(members.loc[group])
            figures[group, "has_side_effect", "count"] = tuple(with_side_effect.loc[group]), n
        symptoms = self.long["side_effect"].join(self.cohort["diagnosis_group"], how="inner")
        found = self._over_versions(symptoms.groupby([*by, "symptom"]).size())
        for (group, symptom), row in found.iterrows():
            figures[group, "symptom", symptom] = tuple(row), tuple(members.loc[group])
        return figures

    def _counted(self, by_version: pd.Series) -> tuple:
        return _middle(by_version.reindex(self.versions, fill_value=0))

    def patient(self, patient_id: str) -> list[tuple]:
        version = self.versions[0]
        rows = []
        own = {
            name: table[(table["patient_id"] == patient_id) & (table["imputation"] == version)]
            for name, table in self.tables.items()
            if name in ("cycles", "side_effects", "treatments", "events")
        }
        cycle_days = own["cycles"].set_index("cycle_no")["day"]
        side_effects = own["side_effects"]
        own["side_effects"] = side_effects.assign(
            day=side_effects["day"].fillna(side_effects["cycle_no"].map(cycle_days))
        )
        own["treatments"] = own["treatments"].rename(columns={"start_day": "day"})
        for name, table in own.items():
            stop = table["stop_day"] if "stop_day" in table else pd.Series(None, table.index)
            rows += [(name, *days) for days in zip(table["day"], stop, strict=True)]
        return sorted(rows, key=str)

    def lanes(self) -> list[tuple]:
        rows = self.cohort.loc[[self.versions[0]]] if len(self.cohort) else self.cohort
        rows = rows.reset_index().assign(sort_day=rows["last_cycle_day"].fillna(0).to_numpy())
        page = rows.sort_values(["sort_day", "patient_id"], ascending=[False, True])
        page = page.head(lanes_on_page(len(page), page["n_cycles"].max()))
        columns = ["patient_id", "last_cycle_day", "n_cycles"]
        return list(page[columns].itertuples(index=False, name=None))

    def survival(self) -> list[tuple]:
        rows = self.cohort.dropna(subset=["last_cycle_day", "therapy_end_reason"])
        stopped = ~rows["therapy_end_reason"].isin(["ongoing", "lost to follow-up", "death"])
        by_day = stopped.groupby(rows["last_cycle_day"]).agg(["size", "sum"])
        at_risk = len(rows) - by_day["size"].cumsum().shift(fill_value=0)
        share = (1 - by_day["sum"] / at_risk).cumprod()
        steps = pd.DataFrame({"at_risk": at_risk, "events": by_day["sum"], "share": share})
        return list(steps[steps["events"] > 0].itertuples(name=None))


def _middle(by_version: pd.Series) -> tuple:
    """Middle, lowest and highest of the versions; None where none has a figure."""
    if by_version.empty:
        return (None, None, None)
    middle = by_version.quantile(0.5, interpolation="lower")
    return (middle, by_version.min(), by_version.max())
