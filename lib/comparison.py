"""Two cohorts side by side: each difference with its interval, its test, or why there is none.

Shares are compared by their difference, numbers by their Hodges–Lehmann shift; everything is
the first cohort, A, less the second, B. Nothing here calls a difference significant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

import numpy as np

from lib.cohort import IN_HINDSIGHT
from lib.figures import MIN_GROUP_SIZE, MISSING, Step, format_figure, format_number, round_half_up
from lib.stats import (
    Comparison,
    choose_test,
    fisher_exact,
    hodges_lehmann,
    mann_whitney,
    newcombe_difference,
)
from lib.stats.choice import DESCRIBED, RECONSTRUCTED, Kind
from lib.stats.fisher import DRAWN as ESTIMATED
from lib.tables import told_of

UNKNOWN = "not recorded of anybody in either cohort"
IN_STEPS = "counts are given in steps, so that neither interval nor test can be computed"
OVERLAP = (
    "patients are in both cohorts: intervals and tests are made for groups of different patients"
)
CHOSEN = (
    "the cohorts were chosen by this, or by what implies it, so that a difference says how, and "
    "nothing else"
)
HINDSIGHT = (
    "the cohorts were chosen by what is known only in hindsight, so what happened in the course of "
    "therapy is described and not compared: whoever is treated for longer has more of it"
)
SLOW = (
    "the exact test of several categories was not computed, as it takes long with so many patients"
)
# Below, the exact test of any table here takes less than a quarter of a second.
MAX_AT_ONCE = 80
# Of more pairs of patients the shift is searched in each version; of fewer their differences are
# sorted, for all versions at once.
MOST_SORTED = 10_000
# Of prior and concomitant drugs each; the CSV has all of them.
MOST_DRUGS = 4

YES_OR_NO = {
    "response": "Responded",
    "has_side_effect": "Any side-effect",
    "serious_side_effect": "Serious side-effect",
    "stopped_for_side_effect": "Stopped for side-effects",
    "female": "Female",
}
# Their categories exclude each other and are tested together.
CATEGORIES = {"dose_tier": "Usual dose per cycle", "diagnosis_group": "Diagnosis"}
# Categories that have an order of their own; others stand by how many patients are in them.
IN_ORDER = {"dose_tier"}
DRUGS = {"concomitant_drugs": "With IVIg", "prior_drugs": "Before IVIg"}
SHARES = YES_OR_NO.keys() | CATEGORIES.keys() | DRUGS.keys()
NUMBERS = {
    "n_cycles": "Number of cycles",
    "cumulative_dose_g_per_kg": "Cumulative dose, g/kg",
    "therapy_duration_years": "Therapy duration, years",
    "age_at_first_ivig_years": "Age at first IVIg, years",
    "diagnosis_to_first_ivig_years": "Diagnosis to first IVIg, years",
}
# The filter's fields that choose a characteristic: its own, and those that imply something of it.
CHOSEN_BY = {
    "response": {"response"},
    "has_side_effect": {"side_effect"},
    "serious_side_effect": {"side_effect"},
    "stopped_for_side_effect": {"side_effect"},
    "female": {"sex"},
    "dose_tier": {"dose_tier"},
    "diagnosis_group": {"diagnosis", "subtype", "overlap"},
    "concomitant_drugs": {"concomitant_drug"},
    "prior_drugs": {"prior_drug"},
    "n_cycles": {"cycles", "duration"},
    "cumulative_dose_g_per_kg": {"cycles", "duration", "dose_tier"},
    "therapy_duration_years": {"cycles", "duration"},
    "age_at_first_ivig_years": {"age"},
    "stop": {"cycles", "duration"},
}
# Settled when therapy begins: how it went can't have made more or less of it.
BEFORE_THERAPY = {
    "female",
    "diagnosis_group",
    "prior_drugs",
    "age_at_first_ivig_years",
    "diagnosis_to_first_ivig_years",
}
# What the chart shows, if the cohorts were not chosen by it: outcomes, and what may explain them.
DRAWN = (*YES_OR_NO, "dose_tier")
DECIMALS = 1
# Of a version of the registry the different numbers, and how many patients of A and of B have each.
Version = tuple[Sequence[float], tuple[Sequence[int], Sequence[int]]]
# Behind the name of a figure: of the middle version, and its range over them.
ENDS = ("", "_lowest", "_highest")


@dataclass(frozen=True)
class Difference:
    """One characteristic in both cohorts, and how far they differ.

    Attributes
    ----------
    figure_a, figure_b
        As they are written in the table.
    short_a, short_b
        As they are written in the chart: the percentage alone.
    estimate, lowest, highest
        The difference, and its range over the versions; in percentage points or in the unit of
        the characteristic. None where it is not known in both cohorts, and of drugs in
        reconstructed data.
    lower, upper
        Its 95% interval; None where there is none.
    test, reason
        Which test suits it, and why; empty for a category, which is tested with the others.
    p_value, withheld
        The test's p-value, or why it is not shown.
    is_chosen
        Whether the cohorts were chosen by it.
    is_stepped
        Whether it is of counts in steps: lowest and highest are what these leave open, and the
        estimate is where that is drawn.
    """

    characteristic: str
    label: str
    figure_a: str = ""
    figure_b: str = ""
    short_a: str = ""
    short_b: str = ""
    estimate: float | None = None
    lowest: float | None = None
    highest: float | None = None
    lower: float | None = None
    upper: float | None = None
    test: str = ""
    reason: str = ""
    p_value: float | None = None
    withheld: str | None = None
    is_chosen: bool = False
    is_stepped: bool = False

    @property
    def decimals(self) -> int:
        """Digits after the point: shares differ by whole percentage points."""
        is_share = self.characteristic in SHARES
        return 0 if is_share else DECIMALS


@dataclass(frozen=True)
class Basis:
    """What all differences of two cohorts stand on.

    Attributes
    ----------
    n_versions
        Of the registry; 0 if it is recorded.
    chosen_by
        Names of the filter's fields that either cohort was chosen by.
    also_slow
        Whether tests that take seconds are made too.
    """

    n_versions: int = 0
    chosen_by: frozenset[str] = frozenset()
    also_slow: bool = False

    def is_chosen(self, characteristic: str) -> bool:
        """Whether either cohort was chosen by a characteristic, or by what implies it."""
        return bool(CHOSEN_BY.get(characteristic, set()) & self.chosen_by)

    def obstacle(self, row: dict) -> str | None:
        """Why neither an interval nor a test of a characteristic would mean anything."""
        if not row["known_a_highest"] + row["known_b_highest"]:
            return UNKNOWN
        if self.n_versions:
            return RECONSTRUCTED if _is_open(row) else DESCRIBED
        # Without versions only the steps of a registry that is shared outside leave a figure open.
        if _is_open(row):
            return IN_STEPS
        if row["known_in_both"]:
            return OVERLAP
        if self.is_chosen(row["characteristic"]):
            return CHOSEN
        is_of_the_course = row["characteristic"] not in BEFORE_THERAPY
        return HINDSIGHT if is_of_the_course and self.chosen_by & IN_HINDSIGHT else None


@dataclass(frozen=True)
class Sizes:
    """How many patients both cohorts have, as written, and how many are in both.

    ``n_a_highest`` and ``n_b_highest`` are of the version with most patients, as is ``n_both``.
    """

    a: str
    b: str
    n_a_highest: int
    n_b_highest: int
    n_both: int


def sizes(rows: Iterable[dict]) -> Sizes:
    """The sizes of both cohorts, from the rows of ``compare/shares``."""
    # Of every patient it is known whether there was a side-effect: none recorded, none had.
    row = next(row for row in rows if row["characteristic"] == "has_side_effect")
    return Sizes(
        _figure(row, "known_a", 0),
        _figure(row, "known_b", 0),
        row["known_a_highest"],
        row["known_b_highest"],
        row["known_in_both"],
    )


def needs_seconds(size: Sizes, n_versions: int) -> bool:
    """Whether the exact tests of several categories would keep the reader waiting."""
    may_be_tested = not n_versions and not size.n_both
    return may_be_tested and size.n_a_highest + size.n_b_highest > MAX_AT_ONCE


def share_differences(rows: Iterable[dict], basis: Basis) -> list[Difference]:
    """The differences of shares, one a row, under a row for each group of categories.

    Parameters
    ----------
    rows
        Rows of ``compare/shares``.
    """
    differences = []
    for characteristic, members in groupby(rows, key=itemgetter("characteristic")):
        shown = _shown(characteristic, list(members))
        if characteristic in CATEGORIES and shown:
            differences.append(_categories(shown, basis))
        differences += [_share(row, basis) for row in shown]
    return differences


def number_differences(rows: Iterable[dict], basis: Basis) -> list[Difference]:
    """The shifts of numbers, from the rows of ``compare/numbers``."""
    return [_number(row, basis) for row in rows]


def _shown(characteristic: str, rows: list[dict]) -> list[dict]:
    """Categories that somebody of either cohort is in; of drugs, those that most of them had."""
    if characteristic in YES_OR_NO:
        return rows
    occurring = [row for row in rows if row["n_a_highest"] + row["n_b_highest"]]
    if characteristic in IN_ORDER:
        return occurring
    by_frequency = sorted(occurring, key=lambda row: -(row["n_a"] + row["n_b"]))
    return by_frequency[:MOST_DRUGS] if characteristic in DRUGS else by_frequency


def _share(row: dict, basis: Basis) -> Difference:
    characteristic, value = row["characteristic"], row["value"]
    n_a, known_a, n_b, known_b = (row[name] for name in ("n_a", "known_a", "n_b", "known_b"))
    is_small = any(_is_small(row, cohort) for cohort in "ab")
    interval = None
    if not is_small and not basis.obstacle(row):
        interval = newcombe_difference(n_a, known_a, n_b, known_b)
    found: dict[str, object] = {}
    if characteristic not in CATEGORIES:
        table = ((n_a, known_a - n_a), (n_b, known_b - n_b))
        found = tested("categorical", row, basis, lambda: _fisher(table))
    return Difference(
        characteristic,
        _share_label(characteristic, value),
        *(_told_text(row, basis, cohort) for cohort in "ab"),
        *(percent_text(row, cohort).partition(" ")[0] for cohort in "ab"),
        *((None,) * 3 if is_small else _difference_of_shares(row, basis)),
        lower=interval and _percent(interval.lower),
        upper=interval and _percent(interval.upper),
        is_chosen=basis.is_chosen(characteristic),
        is_stepped=any(_is_stepped(row, cohort) for cohort in "ab"),
        **found,
    )


def _told_text(row: dict, basis: Basis, cohort: str) -> str:
    """A share as it is written; of drugs that a publication tells of, in how many it does."""
    if basis.n_versions and row["characteristic"] in DRUGS:
        is_nobody = not row[f"known_{cohort}_highest"]
        return MISSING if is_nobody else told_of(_figure(row, f"n_{cohort}", 0))
    return share_text(row, cohort)


def _difference_of_shares(row: dict, basis: Basis) -> Iterable[float | None]:
    """Its median and range over the versions; of drugs none, as a publication tells of a few."""
    if basis.n_versions and row["characteristic"] in DRUGS:
        return (None, None, None)
    return (_percent(row[f"difference{end}"]) for end in ("", "_lowest", "_highest"))


def _categories(rows: list[dict], basis: Basis) -> Difference:
    """The row above the categories: their common test."""
    table = tuple(tuple(row[name] for row in rows) for name in ("n_a", "n_b"))
    is_slow = sum(map(sum, table)) > MAX_AT_ONCE and not basis.also_slow
    # One that versions differ on speaks for all, as they are tested together.
    found = tested(
        "categorical", max(rows, key=_is_open), basis, None if is_slow else lambda: _fisher(table)
    )
    characteristic = rows[0]["characteristic"]
    return Difference(characteristic, CATEGORIES[characteristic], **found)


def _number(row: dict, basis: Basis) -> Difference:
    versions = _versions(row)
    # Of recorded data, which alone are tested, there is one.
    numbers, counts = versions[0] if versions else ((), ((), ()))
    ends: dict[str, object] = {}
    is_small = any(_is_small(row, cohort) for cohort in "ab")
    if not is_small and not basis.obstacle(row):
        shift = hodges_lehmann(numbers, numbers, counts=counts)
        shifts, ends = [shift.estimate], {"lower": shift.lower, "upper": shift.upper}
    else:
        shifts = shifts_by_version(versions)
    found = tested("numeric", row, basis, lambda: mann_whitney(numbers, numbers, counts=counts))
    return Difference(
        row["characteristic"],
        NUMBERS[row["characteristic"]],
        number_text(row, "a"),
        number_text(row, "b"),
        # As SQL counts: the discrete median of the versions.
        estimate=shifts[(len(shifts) - 1) // 2] if shifts else None,
        lowest=shifts[0] if shifts else None,
        highest=shifts[-1] if shifts else None,
        **ends,
        **found,
    )


def _versions(row: dict) -> list[Version]:
    """What is told of each version; of a registry that is shared outside nothing is."""
    if row["numbers"] is None:
        return []
    counts = zip(row["counts_a"], row["counts_b"], strict=True)
    return list(zip(row["numbers"], counts, strict=True))


def tested(
    kind: Kind,
    row: dict,
    basis: Basis,
    test: Callable[[], Comparison] | None,
    obstacle: str | None = None,
) -> dict[str, object]:
    """Which test, why, and its p-value or why it is withheld.

    Parameters
    ----------
    row
        How many are known in both cohorts, as in the rows of ``compare/shares``.
    test
        None if it is too slow.
    obstacle
        Why this characteristic is not tested, beside what `Basis.obstacle` says of all.
    """
    chosen = choose_test(kind, (row["known_a"], row["known_b"]), basis.n_versions > 0)
    named = {"test": chosen.test, "reason": chosen.reason}
    withheld = basis.obstacle(row) or obstacle or chosen.withheld or (None if test else SLOW)
    if withheld:
        return named | {"withheld": withheld}
    found = test()
    if found.p_value is None:
        return named | {"withheld": found.method}
    if found.method == ESTIMATED:
        named["reason"] = f"{ESTIMATED.capitalize()}: they are too many to be counted."
    return named | {"p_value": found.p_value}


@lru_cache(200)
def _fisher(table: tuple[tuple[int, ...], ...]) -> Comparison:
    return fisher_exact(table)


def shifts_by_version(versions: Iterable[Version]) -> list[float]:
    """The Hodges–Lehmann shift in every version that has numbers of both, in ascending order."""
    alike: dict[tuple[int, int], list[tuple]] = defaultdict(list)
    shifts: list[float] = []
    for numbers, counts in versions:
        n_a, n_b = map(sum, counts)
        if n_a * n_b > MOST_SORTED:
            # So many are searched one by one; fewer are sorted for all versions at once.
            shifts.append(hodges_lehmann(numbers, numbers, counts=counts).estimate)
        elif n_a and n_b:
            alike[n_a, n_b].append([_repeated(numbers, own) for own in counts])
    for pairs in alike.values():
        # Versions of equal sizes at once, which is ten times faster than one by one.
        a, b = (np.array(side) for side in zip(*pairs, strict=True))
        differences = a[:, :, np.newaxis] - b[:, np.newaxis, :]
        shifts += np.median(differences.reshape(len(pairs), -1), axis=1).tolist()
    return sorted(shifts)


def _repeated(numbers: Sequence[float], counts: Sequence[int]) -> list[float]:
    """Each number as often as it is counted; of a few, numpy takes twice the time."""
    return [number for number, n in zip(numbers, counts, strict=True) for _ in range(n)]


def share_text(row: dict, cohort: str) -> str:
    """``17/18 (94%)``, each figure with its range over the versions; of a few ``2/3`` alone."""
    if not row[f"known_{cohort}_highest"]:
        return MISSING
    count, known = (_figure(row, f"{name}_{cohort}", 0) for name in ("n", "known"))
    has_none = _is_small(row, cohort) or row[f"share_{cohort}"] is None
    percent = "" if has_none else f" ({percent_text(row, cohort)})"
    return f"{count}/{known}{percent}"


def percent_text(row: dict, cohort: str) -> str:
    """A share as a percentage with its range over the versions: ``94% ⟨88–100⟩``.

    Of counts in steps what these leave open, ``2–100%``: its middle would be nobody's share.
    """
    shares = [_percent(row[f"share_{cohort}{end}"]) for end in ENDS]
    if _is_stepped(row, cohort) and None not in shares and shares[1] != shares[2]:
        return "–".join(format_number(end, 0) for end in shares[1:]) + "%"
    figure, space, spread = format_figure(*shares, 0).partition(" ")
    return figure if figure == MISSING else f"{figure}%{space}{spread}"


def number_text(row: dict, cohort: str) -> str:
    """Median and quartiles, ``6 (3–13)``, each figure with its range over the versions.

    Where it is not known of everybody, of how many: ``6 (3–13), n = 258``.
    """
    if not row[f"known_{cohort}_highest"]:
        return MISSING
    lower, median, upper = (
        _figure(row, f"{name}_{cohort}", DECIMALS)
        for name in ("lower_quartile", "median", "upper_quartile")
    )
    joint = " to " if "⟨" in lower + upper else "–"
    quartiles = "" if MISSING in (lower, upper) else f" ({lower}{joint}{upper})"
    known, size = (_figure(row, f"{name}_{cohort}", 0) for name in ("known", "size"))
    # A count in steps would differ from the other though it is the same.
    is_told = median != MISSING and not isinstance(row[f"known_{cohort}"], Step)
    n = "" if known == size or not is_told else f", n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{known}"
    return f"{median}{quartiles}{n}"


def _is_stepped(row: dict, cohort: str) -> bool:
    """Whether its count stands in steps, as of a registry that is shared outside."""
    return isinstance(row[f"n_{cohort}"], Step)


def _is_open(row: dict) -> bool:
    """Whether any figure differs between the versions."""
    figures = (name.removesuffix("_lowest") for name in row if name.endswith("_lowest"))
    return any(row[f"{name}_lowest"] != row[f"{name}_highest"] for name in figures)


def _is_small(row: dict, cohort: str) -> bool:
    return row[f"known_{cohort}_highest"] < MIN_GROUP_SIZE


def _share_label(characteristic: str, value: str) -> str:
    if characteristic in YES_OR_NO:
        return YES_OR_NO[characteristic]
    if characteristic in DRUGS:
        return f"{DRUGS[characteristic]}: {value}"
    return f"– {value}{' g/kg' if characteristic == 'dose_tier' else ''}"


def _figure(row: dict, name: str, decimals: int) -> str:
    values = (row[f"{name}{end}"] for end in ENDS)
    return format_figure(
        *(None if value is None else round_half_up(value, decimals) for value in values)
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
