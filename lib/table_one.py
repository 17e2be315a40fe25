"""Table 1 for any cohort and grouping: statistics → text cells, and the notes below.

The columns are the whole cohort and its groups, the rows the patients' characteristics. Everything
here starts from the rows of ``summary/table_1_counts`` and ``summary/table_1_numbers`` as dicts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from lib.caveats import DRUGS_AS_TOLD, left_out
from lib.figures import MIN_GROUP_SIZE, MISSING, Step, few_words
from lib.tables import (
    INDENT,
    TextTable,
    ends_text,
    figure_text,
    open_percent,
    percent_text,
    sized,
    steps_note,
    told_of,
    told_text,
    unknown_text,
    with_ends,
)
from lib.traits import NOT_RECORDED, value_words

# What groups the patients: as the page offers it, and the trait behind it.
GROUPINGS = {
    "diagnosis group": "diagnosis_group",
    "dose tier": "dose_tier",
    "sex": "sex",
    "centre": "centre",
    "response": "response",
    "any side-effect": "has_side_effect",
    "age decade": "age_decade",
    "none": "none",
}
# What stands in the brackets behind a median.
STATISTICS = {
    "median (range)": ("minimum", "maximum"),
    "median (IQR)": ("lower quartile", "upper quartile"),
}
# The place of the whole cohort among the groups.
EVERYBODY = 0
MOST_VALUES = 8


@dataclass(frozen=True)
class Number:
    """A row with a median, and the most digits of its figures."""

    measure: str
    label: str
    decimals: int = 1


@dataclass(frozen=True)
class Trait:
    """A row for each value of a trait, of which a patient has exactly one."""

    trait: str
    label: str


@dataclass(frozen=True)
class Several(Trait):
    """Rows for the most frequent values of a trait, of which a patient may have several or none.

    ``noun`` is what one of them is.
    """

    noun: str


@dataclass(frozen=True)
class Drugs(Several):
    """The same of drugs, of which a publication tells in some patients only."""


ROWS = (
    Number("age_at_first_ivig_years", "Age at first IVIg, years"),
    Trait("sex", "Sex"),
    Trait("centre", "Centre"),
    Trait("diagnosis_group", "Diagnosis group"),
    Trait("subtype", "Subtype of dermatomyositis"),
    Several("overlap", "Overlap with", "overlap"),
    Number("diagnosis_to_first_ivig_years", "Diagnosis to first IVIg, years"),
    Trait("dose_tier", "Usual dose per cycle"),
    Number("n_cycles", "Cycles"),
    Number("cumulative_dose_g_per_kg", "Cumulative dose, g/kg"),
    Number("therapy_duration_years", "Therapy duration, years"),
    Trait("response", "Response"),
    Trait("has_side_effect", "Side-effects"),
    Several("symptoms", "Symptoms of side-effects", "symptom"),
    Drugs("concomitant_drugs", "Other drugs during IVIg", "drug"),
    Drugs("prior_drugs", "Drugs before IVIg", "drug"),
)
NONE = {Trait: NOT_RECORDED, Several: "none recorded", Drugs: "none recorded"}
NOT_SHOWN = "not among those shown"
# A registry need not hold these: a table without them lacks nothing.
WHERE_PRESENT = ("subtype", "overlap")


class Statistics:
    """The results of both queries, by where they stand in the table.

    Attributes
    ----------
    groups
        The row that holds each column's size, by the group's place.
    values
        The values of each trait that occurs in the cohort, in order.
    k
        The threshold that they are told with; 0 for all of it.
    reconstructed
        Whether a publication tells them: then drugs are counted, and have no share of the patients.
    """

    def __init__(
        self, counts: list[dict], numbers: list[dict], k: int = 0, *, reconstructed: bool = False
    ) -> None:
        self.k = k
        self.reconstructed = reconstructed
        self.groups = {row["group_place"]: row for row in counts if row["trait"] is None}
        overall = [row for row in counts if row["trait"] and row["group_place"] == EVERYBODY]
        self.values = {
            trait: [row["value"] for row in rows]
            for trait, rows in groupby(overall, key=itemgetter("trait"))
        }
        self._counts = {(row["group_place"], row["trait"], row["value"]): row for row in counts}
        self._numbers = {
            (row["group_place"], row["measure"], row["statistic"]): row for row in numbers
        }

    def count(self, trait: str, value: str) -> list[dict]:
        """How many have a value, for each column."""
        return [self._counts[group, trait, value] for group in self.groups]

    def n_values(self, trait: str) -> int | None:
        """How many values of a trait occur in the cohort, also those that have no row.

        None if that is not told.
        """
        values = self.values.get(trait)
        return self._counts[EVERYBODY, trait, values[0]]["n_values"] if values else 0

    def number(self, measure: str, statistic: str) -> list[dict]:
        """A statistic of a measure, for each column."""
        return [self._numbers[group, measure, statistic] for group in self.groups]


def table_one(statistics: Statistics, statistic: str, grouping: str) -> TextTable:
    """Table 1.

    Parameters
    ----------
    statistic
        One of ``STATISTICS``: what stands in brackets behind a median.
    grouping
        What the queries were asked with, one of ``GROUPINGS``. It has no rows of its own.
    """
    trait = GROUPINGS[grouping]
    heads = [_heading(trait, size) for size in statistics.groups.values()]
    rows = []
    for row in ROWS:
        if isinstance(row, Number):
            rows += _number_rows(statistics, row, statistic)
        elif row.trait != trait:
            rows += _trait_rows(statistics, row)
    return TextTable(("Characteristic", *heads), rows)


def table_one_notes(statistics: Statistics, statistic: str, grouping: str) -> list[str]:
    """What a reader of the table has to know, from the same results."""
    cut = [
        f" {row.label}: {fewer}."
        for row in ROWS
        if isinstance(row, Several)
        and (
            fewer := left_out((statistics.n_values(row.trait) or 0) - MOST_VALUES, row.noun, "row")
        )
    ]
    return [
        *([OPEN_GROUPS.format(grouping=grouping)] if _is_open(statistics) else []),
        *([DRUGS_AS_TOLD] if statistics.reconstructed else []),
        f"{BRACKETS[statistic]} Who lacks a number is in no median. Therapy duration: from the "
        "first to the last cycle, 0 for a single one.",
        "n/N (%): N are the patients of the column in whom this is recorded; the others have a "
        "row of their own and are in no percentage, and fewer than "
        f"{MIN_GROUP_SIZE} have none. “Not evaluable” is a recorded response. "
        "Subtypes: N are the patients with dermatomyositis.",
        f"{SEVERAL[statistics.reconstructed]}: N are all patients of the column, as a registry "
        "holds only what there was; a patient may have several." + "".join(cut),
        "The columns are described, not compared: no difference is tested.",
        *steps_note(statistics.k),
    ]


# By whether a publication tells of the drugs, and of how many patients it does is not known.
SEVERAL = {False: "Overlap, side-effects and drugs", True: "Overlap and side-effects"}
OPEN_GROUPS = (
    "Who belongs to which column is partly filled in: the publication does not determine how "
    "patients differ by {grouping}."
)
BRACKETS = {
    "median (range)": "Median (lowest–highest).",
    "median (IQR)": (
        "Median (lower–upper quartile), interpolated between neighbours: type 7 of Hyndman and "
        "Fan 1996, DuckDB's quantile_cont, the default of numpy and R."
    ),
}


def _heading(trait: str, size: dict) -> str:
    is_everybody = size["group_place"] == EVERYBODY
    words = "all" if is_everybody else value_words(trait, size["group_value"])
    return sized(f"{words[0].upper()}{words[1:]}", figure_text(size, 0, "n"))


def _is_open(statistics: Statistics) -> bool:
    """Whether versions differ in who belongs to which column."""
    return any(
        size["n_lowest"] < size["n_highest"] and not isinstance(size["n"], Step)
        for size in statistics.groups.values()
    )


def _number_rows(statistics: Statistics, row: Number, statistic: str) -> list[tuple[str, ...]]:
    middles = statistics.number(row.measure, "median")
    ends = zip(*(statistics.number(row.measure, end) for end in STATISTICS[statistic]), strict=True)
    cells = [_number_cell(row, *figures) for figures in zip(middles, ends, strict=True)]
    return [(f"{row.label}, {statistic}", *cells), *_missing_rows(middles)]


def _number_cell(row: Number, middle: dict, ends: Sequence[dict]) -> str:
    if middle["n_highest"] == 0:
        return unknown_text(middle)
    return with_ends(told_text(middle, row.decimals), ends_text(ends, row.decimals))


def _trait_rows(statistics: Statistics, row: Trait) -> list[tuple[str, ...]]:
    values, k = statistics.values.get(row.trait, []), statistics.k
    # Where few are not told, that there is no value, or no second centre, is not known.
    is_nothing = not values if row.trait in WHERE_PRESENT else len(values) < 2
    if is_nothing and row.trait in (*WHERE_PRESENT, "centre") and not k:
        return []
    label, n_columns = _trait_label(row), len(statistics.groups)
    if not values:
        return [(label, *[few_words(k) if k else NONE[type(row)]] * n_columns)]
    counts = {value: statistics.count(row.trait, value) for value in values}
    rows = [
        (
            INDENT + value_words(row.trait, value),
            *(
                _told_of(n) if _is_told(statistics, row) else _count_cell(row, n)
                for n in counts[value]
            ),
        )
        for value in values
    ]
    # Who has another diagnosis lacks no subtype.
    missing = [] if row.trait == "subtype" else _missing_rows(counts[values[0]])
    return [(label, *[""] * n_columns), *rows, *missing]


def _trait_label(row: Trait) -> str:
    return f"{row.label}, n/N (%)"


def _count_cell(row: Trait, count: dict) -> str:
    """``12/18 (67%)``, each figure with its own range over the versions.

    In steps the share is what they leave open: ``10–14/15–19 (53–93%)``.
    """
    if count["n_highest"] == 0:
        return _unknown_text(row, count)
    text = f"{figure_text(count, 0, 'n_patients')}/{figure_text(count, 0, 'n')}"
    if count["n_highest"] < MIN_GROUP_SIZE or count["share"] is None:
        return text
    if isinstance(count["n"], Step):
        return text + open_percent(count["share_lowest"], count["share_highest"])
    percent, lowest, highest = (
        percent_text(count[name]) for name in ("share", "share_lowest", "share_highest")
    )
    return f"{text} ({percent}{f' ⟨{lowest}–{highest}⟩' * (lowest != highest)}%)"


def _is_told(statistics: Statistics, row: Trait) -> bool:
    """Whether a publication tells it of some patients: nobody knows of how many it could."""
    return statistics.reconstructed and isinstance(row, Drugs)


def _told_of(count: dict) -> str:
    """``told of 9 ⟨6–12⟩``, without a denominator; a dash for a column of nobody."""
    if count["n_highest"] == 0:
        return MISSING
    return told_of(figure_text(count, 0, "n_patients"))


def _unknown_text(row: Trait, count: dict) -> str:
    """Who has another diagnosis lacks no subtype, so that it is not missing."""
    return MISSING if row.trait == "subtype" else unknown_text(count)


def _missing_rows(figures: list[dict]) -> list[tuple[str, ...]]:
    """In how many patients it is not recorded; no row if it is recorded in all of them.

    Nor where that is few everywhere, which may be nobody.
    """
    if all(_is_none_or_few(figure["n_missing_highest"]) for figure in figures):
        return []
    return [(INDENT + NOT_RECORDED, *(figure_text(row, 0, "n_missing") for row in figures))]


def _is_none_or_few(n: int) -> bool:
    return n.is_few if isinstance(n, Step) else not n


def absent_cells(statistics: Statistics, grouping: str) -> dict[str, tuple[str, ...]]:
    """What stands in a row that the table lacks and another registry's has, by its heading.

    Nobody in any version has a value that has no row, unless it is not recorded, not among the
    most frequent.
    """
    sizes = [figure_text(size, 0, "n") for size in statistics.groups.values()]
    cells = {NOT_RECORDED: ("0",) * len(sizes)}
    for row in ROWS:
        if isinstance(row, Trait) and row.trait != GROUPINGS[grouping]:
            cells[_trait_label(row)] = _absent(statistics, row, sizes)
    return cells


def _absent(statistics: Statistics, row: Trait, sizes: Sequence[str]) -> tuple[str, ...]:
    values = statistics.values.get(row.trait, [])
    if isinstance(row, Several):
        if (statistics.n_values(row.trait) or 0) > MOST_VALUES:
            return (NOT_SHOWN,) * len(sizes)
        if _is_told(statistics, row):
            return (told_of("0"),) * len(sizes)
        return tuple(f"0/{size}" for size in sizes)
    if not values:
        return (NOT_RECORDED,) * len(sizes)
    counts = statistics.count(row.trait, values[0])
    return tuple(
        f"0/{figure_text(count, 0, 'n')}" if count["n_highest"] else _unknown_text(row, count)
        for count in counts
    )
