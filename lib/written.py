"""The tables of the pages, as one registry tells them: the same on a page and in a report."""

from collections.abc import Callable
from typing import Protocol

from lib import response
from lib import survival_curves as survival
from lib.beside import Told
from lib.cohort import Cohort
from lib.dose_cost import dose_table, use_notes
from lib.published import read_remark
from lib.registry.store import Manifest
from lib.side_effects import (
    CONSEQUENCES,
    COUNTED_BY,
    as_text,
    consequences_table,
    frequency_table,
    symptoms_in_order,
)
from lib.table_one import GROUPINGS, Statistics, table_one, table_one_notes
from lib.tables import (
    TextTable,
    by_statistic,
    counts_table,
    table_1,
    table_1_notes,
    table_2,
    table_2_notes,
)

NO_GROUP = f"No group has enough patients: {survival.TOO_FEW}."
# The publication's two tables: title, query, how its cells are written, what is said below.
PUBLISHED_TABLES: dict[str, tuple[str, str, Callable, Callable]] = {
    "table_i": ("Table I. The cohort", "summary/characteristics", table_1, table_1_notes),
    "table_ii": (
        "Table II. Cycles, doses and side-effects by diagnosis",
        "summary/by_diagnosis",
        table_2,
        table_2_notes,
    ),
}


class Asked(Protocol):
    """A registry of whom a table is written, and the cohort that it is written of."""

    cohort: Cohort

    @property
    def manifest(self) -> Manifest:
        """What the registry says of itself."""

    def records(self, name: str, **parameters: object) -> list[dict]:
        """The rows of a query that has the cohort as ``$cohort``."""


def counts(by: str, asked: Asked) -> Told:
    """What the charts of the overview show, outcomes by one of ``overview.OUTCOMES_BY``."""
    everybody = by_statistic(asked.records("summary/characteristics"))["has_side_effect", "count"]
    rows = asked.records("overview/counts")
    return Told(counts_table(rows, everybody, by_centre=by == "centre"), [])


def published(name: str, asked: Asked) -> Told:
    """One of ``PUBLISHED_TABLES``."""
    _, query, cells, notes = PUBLISHED_TABLES[name]
    rows = asked.records(query)
    return Told(cells(rows), notes(rows))


def characteristics(by: str, statistic: str, asked: Asked) -> Told:
    """Table 1, in the groups of one of ``table_one.GROUPINGS``."""
    trait = GROUPINGS[by]
    statistics = Statistics(
        asked.records("summary/table_1_counts", by=trait),
        asked.records("summary/table_1_numbers", by=trait),
    )
    notes = table_one_notes(statistics, statistic, by, reconstructed=is_reconstructed(asked))
    return Told(table_one(statistics, statistic, by), notes)


def characteristics_title(by: str) -> str:
    """The title of Table 1."""
    return "Table 1. Characteristics" + f" by {by}" * (by != "none")


def rates(field: str, asked: Asked) -> Told:
    """Response rates in the groups of a field, one of the values of ``response.GROUPINGS``."""
    rows = asked.records("response/rates", field=field)
    shown = response.rates(response.shown_groups(rows), field)
    return Told(response.rates_table(shown), [rates_note(rows, field, asked.manifest)])


def rates_note(rows: list[dict], field: str, manifest: Manifest) -> str:
    """What has to be said below response rates."""
    caption = response.rates_caption(rows, field, reconstructed=manifest.imputations > 0)
    return f"{caption} {read_remark(manifest.publication, 'response')}".strip()


def curves(outcome: survival.Outcome, field: str | None, asked: Asked) -> Told:
    """Kaplan–Meier curves in numbers; no rows and the reason if there are none."""
    rows = asked.records("response/times_to_event", event=outcome.event)
    groups, n_ungrouped, why = drawn_curves(rows, field, outcome)
    if why:
        return Told(survival.curves_table((), outcome), [why])
    notes = survival.notes(
        rows,
        groups,
        n_ungrouped,
        outcome,
        field,
        imputed=is_reconstructed(asked),
        chosen_by=asked.cohort.words_by_field,
    )
    return Told(survival.curves_table(groups, outcome), notes)


def drawn_curves(
    rows: list[dict], field: str | None, outcome: survival.Outcome
) -> tuple[list[survival.Group], int, str]:
    """The groups with a curve, how many patients are in none, and why there is no curve, if so."""
    if why := survival.why_no_curve(rows, outcome):
        return [], 0, why
    groups, n_ungrouped = survival.groups_of(rows, field)
    return groups, n_ungrouped, "" if groups else NO_GROUP


def frequency(by: str, per: str, asked: Asked) -> Told:
    """How often each side-effect occurred."""
    rows = asked.records("side_effects/frequency", counted_by=COUNTED_BY[by])
    table = frequency_table(rows, by, per, reconstructed=is_reconstructed(asked))
    return Told(as_text(table), [])


def consequences(by: str, asked: Asked, *, one_by_one: bool) -> Told:
    """What side-effects led to."""
    rows = asked.records("side_effects/frequency", counted_by=COUNTED_BY[by])
    table = consequences_table(
        asked.records("side_effects/consequences"), symptoms_in_order(rows), one_by_one=one_by_one
    )
    remark = read_remark(asked.manifest.publication, "side_effects")
    return Told(table, [CONSEQUENCES, *([remark.strip()] if remark else [])])


def use(by: str, unit: str, price: float | None, asked: Asked, *, is_basis_told: bool) -> Told:
    """What was used and what it cost.

    Parameters
    ----------
    by
        What the columns are, one of ``dose_cost.GROUPINGS``.
    is_basis_told
        Whether the figures that the interval of a cost rests on may be told.
    """
    m, rows = asked.manifest.imputations, asked.records("dose/use", by=by)
    has_basis = price is not None and not m and is_basis_told
    basis = asked.records("dose/cost_basis", by=by) if has_basis else []
    table: TextTable = dose_table(rows, by, unit, price, basis, reconstructed=m > 0)
    return Told(table, use_notes(rows, by, price, m))


def is_reconstructed(asked: Asked) -> bool:
    """Whether the registry has versions."""
    return asked.manifest.imputations > 0
