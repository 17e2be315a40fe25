"""The tables of the pages, as one registry tells them: the same on a page and in a report."""

from collections.abc import Callable
from typing import Protocol

from lib import response
from lib import survival_curves as survival
from lib.beside import Absent, Told
from lib.cohort import Cohort
from lib.dose_cost import dose_table, use_notes
from lib.figures import MISSING, WITHHELD
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
from lib.table_one import GROUPINGS, Statistics, absent_cells, table_one, table_one_notes
from lib.tables import (
    TextTable,
    by_statistic,
    counts_table,
    figure_text,
    steps_note,
    table_1,
    table_1_notes,
    table_2,
    table_2_notes,
)

NO_GROUP = f"No group has enough patients: {survival.TOO_FEW}."
# What the overview counts, by its field.
COUNTED_NOUNS = {
    "diagnosis_group": "Diagnoses",
    "dose_tier": "Doses",
    "age_decade": "Ages",
    "centre": "Centres",
}
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

    @property
    def k(self) -> int:
        """The threshold that it is told with; 0 for all of it."""

    def records(self, name: str, **parameters: object) -> list[dict]:
        """The rows of a query that has the cohort as ``$cohort``."""


def counts(by: str, asked: Asked) -> Told:
    """What the charts of the overview show, outcomes by one of ``overview.OUTCOMES_BY``."""
    everybody = by_statistic(asked.records("summary/characteristics"))["has_side_effect", "count"]
    rows = asked.records("overview/counts")
    table = counts_table(rows, everybody, by_centre=by == "centre")
    nobody = (f"0/{figure_text(everybody, 0, 'n')}", MISSING, MISSING)
    notes = [*remarks("response", asked), *steps_note(asked.k)]
    return _told(asked, Told(table, notes, Absent({"": nobody})))


def remarks(subject: str, asked: Asked) -> list[str]:
    """What a publication's readers must know of a subject, such as who was not evaluable.

    Of single patients only if they are in the cohort; where that may not be told, of all.
    """
    if asked.manifest.publication is None:
        return []
    patients = None
    if asked.cohort.selection and not asked.k:
        patients = {row["patient_id"] for row in asked.records("cohort/described")}
    remark = read_remark(asked.manifest.publication, subject, patients)
    return [remark] if remark else []


def no_counts(field: str, k: int) -> str:
    """Why a chart of the overview has nothing to draw, by its field in ``overview/counts``."""
    name = COUNTED_NOUNS[field]
    if k:
        return f"{name} not shown: too few, no group has {k} patients or more."
    return f"{name} not recorded."


def published(name: str, asked: Asked) -> Told:
    """One of ``PUBLISHED_TABLES``."""
    _, query, cells, notes = PUBLISHED_TABLES[name]
    rows = asked.records(query)
    # Only its own figures are compared with what the paper prints.
    printed = {"as_printed": is_printed(asked)} if name == "table_i" else {}
    return _told(asked, Told(cells(rows, **printed), notes(rows, asked.k, **printed)))


def characteristics(by: str, statistic: str, asked: Asked) -> Told:
    """Table 1, in the groups of one of ``table_one.GROUPINGS``."""
    statistics = _statistics(by, asked)
    if by == "centre" and not asked.k and len(statistics.groups) == 2:
        # Of a registry of one centre it is the whole cohort once more.
        by = "none"
        statistics = _statistics(by, asked)
    notes = table_one_notes(statistics, statistic, by)
    absent = Absent(absent_cells(statistics, by))
    return _told(asked, Told(table_one(statistics, statistic, by), notes, absent))


def _statistics(by: str, asked: Asked) -> Statistics:
    trait = GROUPINGS[by]
    return Statistics(
        asked.records("summary/table_1_counts", by=trait),
        asked.records("summary/table_1_numbers", by=trait),
        asked.k,
        reconstructed=is_reconstructed(asked),
    )


def characteristics_title(by: str) -> str:
    """The title of Table 1."""
    return "Table 1. Characteristics" + f" by {by}" * (by != "none")


def rates(field: str, asked: Asked) -> Told:
    """Response rates in the groups of a field, one of the values of ``response.GROUPINGS``."""
    rows = asked.records("response/rates", field=field)
    if field == "centre" and not asked.k:
        # Of a registry of one centre it is the whole cohort once more.
        rows = rows if len(rows) > 2 else rows[:1]
    shown = response.rates(response.shown_groups(rows), field)
    absent = Absent({"": (response.absent_group(rows), MISSING, MISSING)})
    caption = response.rates_caption(rows, field, reconstructed=is_reconstructed(asked))
    notes = [caption, *remarks("response", asked), *steps_note(asked.k)]
    return _told(asked, Told(response.rates_table(shown), notes, absent))


def curves(outcome: survival.Outcome, field: str | None, asked: Asked) -> Told:
    """Kaplan–Meier curves in numbers; no rows and the reason if there are none."""
    rows = survival.curve_times(
        asked.records, outcome, field, reconstructed=is_reconstructed(asked)
    )
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


def frequency(by: str, per: str, asked: Asked, *, all_first: bool = False) -> Told:
    """How often each side-effect occurred; all patients in the last column, or in the first."""
    rows = asked.records("side_effects/frequency", counted_by=COUNTED_BY[by])
    table = as_text(frequency_table(rows, by, per, reconstructed=is_reconstructed(asked)))
    if all_first:
        table = TextTable(_last_first(table.columns), [_last_first(row) for row in table.rows])
    # A registry records what there was: what has no row had nobody.
    nobody = tuple(cell if cell == MISSING else "0" for cell in table.rows[0][1:])
    return _told(asked, Told(table, steps_note(asked.k), Absent({"": nobody})))


def _last_first(cells: tuple[str, ...]) -> tuple[str, ...]:
    """A row of a table with its last cell before the others, behind the row's name."""
    name, *others, last = cells
    return (name, last, *others)


def consequences(by: str, asked: Asked, *, one_by_one: bool) -> Told:
    """What side-effects led to."""
    rows = asked.records("side_effects/frequency", counted_by=COUNTED_BY[by])
    table = consequences_table(
        asked.records("side_effects/consequences"), symptoms_in_order(rows), one_by_one=one_by_one
    )
    absent = Absent({"": ("0", MISSING, MISSING)})
    notes = [CONSEQUENCES, *remarks("side_effects", asked), *steps_note(asked.k)]
    return _told(asked, Told(table, notes, absent))


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
    return _told(asked, Told(table, [*use_notes(rows, by, price, m), *steps_note(asked.k)]))


def _told(asked: Asked, told: Told) -> Told:
    """What is told of a registry: of one that is shared outside, few and nobody are the same."""
    if not asked.k:
        return told
    n_columns = len(told.table.columns) - 1
    cells = told.absent.cells or {"": (MISSING,) * n_columns}
    withheld = dict.fromkeys(cells, (WITHHELD,) * n_columns)
    return told.withholding()._replace(absent=Absent(withheld, f"<{asked.k}"))


def is_printed(asked: Asked) -> bool:
    """Whether a publication prints figures of the registry, which it is rounded like."""
    return asked.manifest.publication is not None


def is_reconstructed(asked: Asked) -> bool:
    """Whether the registry has versions."""
    return asked.manifest.imputations > 0
