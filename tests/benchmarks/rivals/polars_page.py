"""The page in polars: tables in memory, joined and grouped anew at every click.

With ``on_facts`` what does not depend on the filter is made once, at opening: one row per patient
with all that pages ask for. That is the fastest that polars does this without an index.
"""

from collections.abc import Mapping
from functools import reduce

import polars as pl

from lib.cohort import Cohort
from tests.benchmarks.rivals import Given, lanes_on_page
from tests.benchmarks.rivals.pandas_page import LISTS, NUMBERS, OPTIONS, RANGES, TIER_NAMES, TIERS

KEYS = ["imputation", "patient_id"]
VERSION = "imputation"
STATISTICS = {"median": pl.Expr.median, "minimum": pl.Expr.min, "maximum": pl.Expr.max}
ENDED_OTHERWISE = ["ongoing", "lost to follow-up", "death"]


class PolarsPage:
    """See `Rival`; asks the registry's tables by name."""

    def __init__(
        self, tables: Mapping[str, pl.DataFrame], given: Given, *, on_facts: bool = False
    ) -> None:
        self.tables = tables
        self.given = given
        self.versions = tables["patients"][VERSION].unique().sort()
        self.facts = self._derive().collect() if on_facts else None
        self.prepare(Cohort())
        # The options that occur at all are offered whatever the filter is.
        self.known = self._counts()

    def _derive(self) -> pl.LazyFrame:
        """One row per patient and version with everything that is filtered and counted."""
        cycles = self.tables["cycles"].lazy()
        courses = cycles.group_by(KEYS).agg(
            n_cycles=pl.len(),
            last_cycle_day=pl.col("day").max(),
            therapy_duration_years=(pl.col("day").max() - pl.col("day").min()) / 365.25,
            cumulative_dose_g_per_kg=pl.col("dose_g_per_kg").sum().round(6),
        )
        usual = (
            cycles.group_by([*KEYS, "dose_g_per_kg"])
            .len()
            .group_by(KEYS)
            .agg(pl.col("dose_g_per_kg").sort_by("len", "dose_g_per_kg").last())
        )
        treatments = self.tables["treatments"].lazy()
        lists = {
            "symptoms": (self.tables["side_effects"].lazy(), "symptom"),
            "concomitant_drugs": (treatments.filter(role="concomitant"), "drug"),
            "prior_drugs": (treatments.filter(role="prior"), "drug"),
            "event_kinds": (self.tables["events"].lazy(), "kind"),
        }
        reported = (
            self.tables["provenance"].lazy().filter(status="reported").select("patient_id").unique()
        )
        patients = (
            self.tables["patients"]
            .lazy()
            .join(courses, on=KEYS, how="left")
            .join(usual, on=KEYS, how="left")
            .join(reported.with_columns(is_reported=True), on="patient_id", how="left")
        )
        for name, (rows, column) in lists.items():
            held = rows.group_by(KEYS).agg(pl.col(column).unique().alias(name))
            patients = patients.join(held, on=KEYS, how="left")
        return patients.with_columns(
            pl.col("diagnosis")
            .replace_strict(self.given.diagnosis_groups, default=None)
            .alias("diagnosis_group"),
            pl.col("dose_g_per_kg")
            .cut(TIERS[1:-1], labels=TIER_NAMES, left_closed=True)
            .cast(pl.String)
            .alias("dose_tier"),
            *(pl.col(name).fill_null([]) for name in lists),
            has_side_effect=pl.col("symptoms").is_not_null(),
            individually_reported=(pl.col(VERSION) == 0) | pl.col("is_reported").fill_null(False),
        )

    def prepare(self, cohort: Cohort) -> None:
        self.patients = self._derive().collect() if self.facts is None else self.facts
        self.masks = {name: self._mask(name, values) for name, values in cohort.selection}
        self.patients = self.patients.with_columns(
            **{f"meets {name}": mask for name, mask in self.masks.items()}
        )
        self.cohort = self.patients.filter(self._meets())

    def _mask(self, name: str, values: tuple) -> pl.Expr:
        """Who meets a criterion."""
        if name == "diagnosis":
            return pl.col("diagnosis").is_in(values) | pl.col("diagnosis_group").is_in(values)
        if name in OPTIONS:
            return pl.col(OPTIONS[name]).is_in(values)
        if name in RANGES:
            column, decimals = RANGES[name]
            return pl.col(column).round(decimals).is_between(*values)
        return pl.col(LISTS[name][0]).list.set_intersection(list(values)).list.len() > 0

    def _meets(self, but: str | None = None) -> pl.Expr:
        asked = [pl.col(f"meets {name}") for name in self.masks if name != but]
        return reduce(pl.Expr.__and__, asked, pl.lit(True))

    def _over_versions(self, by_version: pl.LazyFrame, by: list[str]) -> dict:
        """Middle, lowest and highest ``n`` of the versions; those without a row count 0."""
        n_versions = len(self.versions)
        rows = (
            by_version.group_by(by)
            .agg(n=pl.col("n").cast(pl.Int64).sort())
            .with_columns(
                n=pl.lit(0, pl.Int64)
                .repeat_by(n_versions - pl.col("n").list.len())
                .list.concat(pl.col("n"))
            )
            .select(
                *by,
                pl.col("n").list.get((n_versions - 1) // 2).alias("middle"),
                pl.col("n").list.first().alias("lowest"),
                pl.col("n").list.last().alias("highest"),
            )
        )
        k = len(by)
        return {(row[0] if k == 1 else row[:k]): row[k:] for row in rows.collect().iter_rows()}

    def size(self) -> tuple:
        counts = self.cohort.lazy().group_by(VERSION).agg(n=pl.len())
        found = self._over_versions(counts.with_columns(all=pl.lit("all")), ["all"])
        return found.get("all", (0, 0, 0))

    def facets(self) -> dict:
        counts = self._counts()
        return {key: counts.get(key, (0, 0, 0)) for key in self.known | counts}

    def _counts(self) -> dict:
        """The patients of each option, all other fields being asked."""
        asked = []
        patients = self.patients.lazy()
        for name, column in OPTIONS.items():
            rows = patients.filter(self._meets(name))
            if name == "diagnosis":
                field = "diagnoses"
                rows = rows.select(
                    VERSION,
                    pl.concat_list("diagnosis_group", "diagnosis").list.unique().alias(field),
                ).explode(field)
                column = field
            asked.append((column, rows.select(VERSION, value=pl.col(column))))
        for name, (column, decimals) in RANGES.items():
            scale = 10**decimals
            width = round(self.given.bin_widths[column] * scale)
            steps = (pl.col(column) * scale).round().cast(pl.Int64) // width * width / scale
            rows = patients.filter(self._meets(name))
            asked.append((column, rows.select(VERSION, value=steps.cast(pl.String))))
        for name, (field, _) in LISTS.items():
            has_any = pl.col(field).list.len() > 0
            listed = (
                pl.when(has_any)
                .then(pl.concat_list(pl.lit("any"), pl.col(field)))
                .otherwise(pl.concat_list(pl.lit("none")))
            )
            rows = patients.filter(self._meets(name)).select(VERSION, value=listed)
            asked.append((field, rows.explode("value")))
        field = "individually_reported"
        rows = patients.filter(self._meets(field))
        asked.append((field, rows.select(VERSION, value=pl.col(field).cast(pl.String))))
        counted = pl.concat(
            rows.drop_nulls()
            .group_by(VERSION, "value")
            .agg(n=pl.len())
            .with_columns(field=pl.lit(field))
            for field, rows in asked
        )
        return self._over_versions(counted, ["field", "value"])

    def table_1(self) -> dict:
        cohort = self.cohort.lazy()
        by_version = cohort.group_by(VERSION).agg(
            *(
                method(pl.col(measure)).alias(f"{measure} {statistic}")
                for measure in NUMBERS
                for statistic, method in STATISTICS.items()
            ),
            *(pl.col(measure).count().alias(f"{measure} n") for measure in NUMBERS),
            *self._shares(),
        )
        rows = self._padded(by_version.collect())
        figures = {}
        for measure in NUMBERS:
            known = _middle(rows[f"{measure} n"].fill_null(0))
            for statistic in STATISTICS:
                figures[measure, statistic] = _middle(rows[f"{measure} {statistic}"]), known
        for measure in ("female", "response", "not_evaluable", "has_side_effect"):
            figures[measure, "count"] = tuple(
                _middle(rows[f"{measure} {part}"].fill_null(0)) for part in ("has", "n")
            )
        return figures

    def _shares(self) -> list[pl.Expr]:
        response, sex = pl.col("response"), pl.col("sex")
        return [
            (sex == "female").sum().alias("female has"),
            (sex != "unknown").sum().alias("female n"),
            (response == "response").sum().alias("response has"),
            response.count().alias("response n"),
            (response == "not evaluable").sum().alias("not_evaluable has"),
            response.count().alias("not_evaluable n"),
            pl.col("has_side_effect").sum().alias("has_side_effect has"),
            pl.len().alias("has_side_effect n"),
        ]

    def _padded(self, by_version: pl.DataFrame) -> pl.DataFrame:
        """A row for every version, also for those in which nobody is in the cohort."""
        return self.versions.to_frame().join(by_version, on=VERSION, how="left")

    def table_2(self) -> dict:
        group = "diagnosis_group"
        measures = ("n_cycles", "cumulative_dose_g_per_kg")
        by_version = (
            self.cohort.lazy()
            .group_by(VERSION, group)
            .agg(
                pl.len().alias("members n"),
                pl.col("has_side_effect").sum().alias("has_side_effect n"),
                *(pl.col(measure).count().alias(f"{measure} n") for measure in measures),
                *(
                    method(pl.col(measure)).alias(f"{measure} {statistic}")
                    for measure in measures
                    for statistic, method in STATISTICS.items()
                ),
            )
            .collect()
        )
        symptoms = (
            self.cohort.lazy()
            .select(VERSION, group, symptom="symptoms")
            .explode("symptom")
            .drop_nulls()
            .group_by(VERSION, group, "symptom")
            .agg(n=pl.len())
        )
        figures, members = {}, {}
        for (name,), part in by_version.group_by(group):
            rows = self._padded(part)
            members[name] = _middle(rows["members n"].fill_null(0))
            with_side_effect = _middle(rows["has_side_effect n"].fill_null(0))
            figures[name, "has_side_effect", "count"] = with_side_effect, members[name]
            for measure in measures:
                known = _middle(rows[f"{measure} n"].fill_null(0))
                for statistic in STATISTICS:
                    value = _middle(rows[f"{measure} {statistic}"])
                    figures[name, measure, statistic] = value, known
        for (name, symptom), figure in self._over_versions(symptoms, [group, "symptom"]).items():
            figures[name, "symptom", symptom] = figure, members[name]
        return figures

    def patient(self, patient_id: str) -> list[tuple]:
        own = {
            name: table.lazy().filter(patient_id=patient_id, imputation=self.versions[0])
            for name, table in self.tables.items()
            if name in ("cycles", "side_effects", "treatments", "events")
        }
        cycle_days = own["cycles"].select("cycle_no", cycle_day="day")
        own["side_effects"] = (
            own["side_effects"]
            .join(cycle_days, on="cycle_no", how="left")
            .with_columns(day=pl.coalesce("day", "cycle_day"))
        )
        own["treatments"] = own["treatments"].rename({"start_day": "day"})
        frames = pl.collect_all(
            rows.select("day", "stop_day" if name == "treatments" else pl.lit(None))
            for name, rows in own.items()
        )
        rows = [
            (name, *days)
            for name, frame in zip(own, frames, strict=True)
            for days in frame.iter_rows()
        ]
        return sorted(rows, key=str)

    def lanes(self) -> list[tuple]:
        rows = self.cohort.filter(pl.col(VERSION) == self.versions[0])
        page = (
            rows.lazy()
            .with_columns(sort_day=pl.col("last_cycle_day").fill_null(0))
            .sort("sort_day", "patient_id", descending=[True, False])
            .head(lanes_on_page(len(rows), rows["n_cycles"].max() or 0))
            .select("patient_id", "last_cycle_day", "n_cycles")
        )
        return page.collect().rows()

    def survival(self) -> list[tuple]:
        stopped = ~pl.col("therapy_end_reason").is_in(ENDED_OTHERWISE)
        rows = (
            self.cohort.lazy()
            .drop_nulls(["last_cycle_day", "therapy_end_reason"])
            .group_by("last_cycle_day")
            .agg(size=pl.len(), events=stopped.sum())
            .sort("last_cycle_day")
            .with_columns(at_risk=pl.col("size").sum() - pl.col("size").cum_sum() + pl.col("size"))
            .with_columns(share=(1 - pl.col("events") / pl.col("at_risk")).cum_prod())
            .filter(pl.col("events") > 0)
            .select("last_cycle_day", "at_risk", "events", "share")
        )
        return rows.collect().rows()


def _middle(by_version: pl.Series) -> tuple:
    """Middle, lowest and highest of the versions; None where none has a figure."""
    known = by_version.drop_nulls()
    if known.is_empty():
        return (None, None, None)
    return (known.quantile(0.5, interpolation="lower"), known.min(), known.max())
