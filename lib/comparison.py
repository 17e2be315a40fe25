"""Two cohorts side by side: each difference with its interval, its test, or why there is none.

Shares are compared by their difference, numbers by their Hodges–Lehmann shift; everything is
the first cohort, A, less the second, B. Nothing here calls a difference significant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import groupby
from operator import itemgetter

import numpy as np

from lib.figures import MISSING, format_figure, format_number, round_half_up
from lib.markup import table_html
from lib.stats import (
    Comparison,
    choose_test,
    fisher_exact,
    hodges_lehmann,
    mann_whitney,
    newcombe_difference,
)
from lib.stats.choice import RECONSTRUCTED
from lib.tables import TextTable

OVERLAP = (
    "patients are in both cohorts: intervals and tests are made for groups of different patients"
)
SLOW = (
    "not computed unless asked for: the exact test of several categories takes seconds with so "
    "many patients"
)
# Below, the exact test of any table here takes less than a quarter of a second.
MAX_AT_ONCE = 80
# Of prior and concomitant drugs each; the CSV has all of them.
MOST_DRUGS = 4
MARKS = "abcdefgh"
METHOD = (
    "Shares: patients who have it, of those of whom it is known; their difference with Newcombe's "
    "hybrid score interval (method 10, no continuity correction).",
    "Numbers: median and quartiles of the patients in whom it is known; the difference is the "
    "Hodges–Lehmann shift, the median of all differences between a patient of A and one of B, "
    "with Moses' interval. It is in general not the difference of the two medians.",
    "“Not evaluable” is a known response. Whether a side-effect was serious or ended the therapy "
    "is unknown of a patient in whom one is not recorded and none was. A drug that is not recorded "
    f"counts as not taken; the {MOST_DRUGS} that most patients of both cohorts had are shown.",
    "The patients of both cohorts were not assigned at random: whatever differs may have other "
    "reasons than what the cohorts are called by.",
)
DRUGS_OF_PUBLICATION = (
    "Drugs: the publication tells them of some patients and diagnoses in more detail than of "
    "others, and one that it does not mention counts as not taken. A difference may be one of "
    "telling."
)

YES_OR_NO = {
    "response": "Responded",
    "has_side_effect": "Any side-effect",
    "serious_side_effect": "Serious side-effect",
    "stopped_for_side_effect": "Stopped for side-effects",
    "female": "Female",
}
# Their categories exclude each other and are tested together.
CATEGORIES = {"dose_tier": "Usual dose per cycle", "diagnosis_group": "Diagnosis"}
DRUGS = {"concomitant_drugs": "With IVIg", "prior_drugs": "Before IVIg"}
NUMBERS = {
    "n_cycles": "Number of cycles",
    "cumulative_dose_g_per_kg": "Cumulative dose, g/kg",
    "therapy_duration_years": "Therapy duration, years",
    "age_at_first_ivig_years": "Age at first IVIg, years",
    "diagnosis_to_first_ivig_years": "Diagnosis to first IVIg, years",
}
# What the chart shows: the outcomes, and what most often explains them.
DRAWN = (*YES_OR_NO, "dose_tier")
DECIMALS = 1


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
        the characteristic. None where it is not known in both cohorts.
    lower, upper
        Its 95% interval; None where there is none.
    test, reason
        Which test suits it, and why; empty for a category, which is tested with the others.
    p_value, withheld
        The test's p-value, or why it is not shown.
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

    @property
    def decimals(self) -> int:
        """Digits after the point: shares differ by whole percentage points."""
        return DECIMALS if self.characteristic in NUMBERS else 0


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


def share_differences(
    rows: Iterable[dict], n_versions: int, *, also_slow: bool = False
) -> list[Difference]:
    """The differences of shares, one a row, under a row for each group of categories.

    Parameters
    ----------
    rows
        Rows of ``compare/shares``.
    n_versions
        Of the registry; 0 if it is recorded.
    also_slow
        Whether tests that take seconds are made too.
    """
    imputed = n_versions > 0
    differences = []
    for characteristic, members in groupby(rows, key=itemgetter("characteristic")):
        shown = _shown(characteristic, list(members))
        if characteristic in CATEGORIES:
            differences.append(_categories(characteristic, shown, imputed, also_slow))
        differences += [_share(row, imputed) for row in shown]
    return differences


def number_differences(rows: Iterable[dict], n_versions: int) -> list[Difference]:
    """The shifts of numbers, from the rows of ``compare/numbers``."""
    return [_number(row, n_versions > 0) for row in rows]


def comparison_html(
    shares: Sequence[Difference], numbers: Sequence[Difference], size: Sizes, n_versions: int
) -> str:
    """Both tables with what a reader has to know below them."""
    reasons = reasons_withheld([*shares, *numbers])
    heads = (f"A (n = {size.a})", f"B (n = {size.b})")
    extent = "range over versions" if n_versions else "95% interval"
    tables = [
        table_html(differences_table(differences, reasons, heads, unit), title, [])
        for title, differences, unit in (
            (
                "Shares of patients: n/N (%)",
                shares,
                f"A − B, percentage points ({extent})",
            ),
            (
                "Numbers: median (quartiles)",
                numbers,
                f"A − B, typical difference ({extent})",
            ),
        )
    ]
    said = notes([*shares, *numbers], reasons)
    drugs = [DRUGS_OF_PUBLICATION] if n_versions else []
    return (
        f"<div class='compared'>{''.join(tables)}</div>"
        + "".join(f"<p class='table-note'>{escape(note)}</p>" for note in [*said, *drugs])
        + "<details class='table-note'><summary>Method, denominators, missing values</summary>"
        + "".join(f"<p>{escape(sentence)}</p>" for sentence in METHOD)
        + "</details>"
    )


def differences_table(
    differences: Iterable[Difference], reasons: Sequence[str], names: tuple[str, str], unit: str
) -> TextTable:
    """Both cohorts' figures, the difference, the test, and p or the mark of the reason.

    Parameters
    ----------
    reasons
        See `reasons_withheld`.
    names
        The cohorts' headings.
    unit
        Heading of the difference.
    """
    cells = [
        (
            each.label,
            each.figure_a,
            each.figure_b,
            difference_text(each),
            each.test,
            p_text(each, reasons),
        )
        for each in differences
    ]
    return TextTable(("Characteristic", *names, unit, "Test", "p"), cells)


def reasons_withheld(differences: Iterable[Difference]) -> list[str]:
    """Why p-values are not shown, each reason once, in the order of their marks."""
    return list(dict.fromkeys(each.withheld for each in differences if each.withheld))


def difference_text(difference: Difference) -> str:
    """``+9 (−12 to 31)``, over versions ``+9 ⟨+5 to +14⟩``, a dash where it is not known."""
    if difference.estimate is None:
        return MISSING if difference.figure_a else ""
    text, *ends = (
        _signed(end, difference.decimals)
        for end in (difference.estimate, difference.lowest, difference.highest)
    )
    if ends[0] != ends[1]:
        return f"{text} ⟨{ends[0]} to {ends[1]}⟩"
    if difference.lower is None or difference.upper is None:
        return text
    ends = [_signed(end, difference.decimals) for end in (difference.lower, difference.upper)]
    return f"{text} ({ends[0]} to {ends[1]})"


def p_text(difference: Difference, reasons: Sequence[str]) -> str:
    """A p-value as it is printed, or that it is withheld, with the mark of the reason."""
    if difference.withheld:
        return f"withheld ({MARKS[reasons.index(difference.withheld)]})"
    if difference.p_value is None:
        return ""
    if difference.p_value < 0.001:
        return "< 0.001"
    return f"{difference.p_value:.3f}" if difference.p_value < 0.1 else f"{difference.p_value:.2f}"


def notes(differences: Sequence[Difference], reasons: Sequence[str]) -> list[str]:
    """Why each test, why each p-value is withheld, and what many tests mean."""
    tests = dict.fromkeys((each.test, each.reason) for each in differences if each.test)
    n_tested = sum(each.p_value is not None for each in differences)
    withheld = [f"({mark}) {reason}" for mark, reason in zip(MARKS, reasons, strict=False)]
    return [
        *(f"{test}: {reason}" for test, reason in tests),
        *([f"p withheld: {'; '.join(withheld)}."] if withheld else []),
        *([_multiple(n_tested)] if n_tested else []),
    ]


def _multiple(n_tested: int) -> str:
    return (
        f"{n_tested} rows were tested, without correction: were nothing different, about "
        f"{format_number(0.05 * n_tested, 1)} of them would still be expected to have p below "
        "0.05. A p-value here is a hint at where to look, not a finding."
    )


def _shown(characteristic: str, rows: list[dict]) -> list[dict]:
    """Categories that somebody of either cohort is in; of drugs, those that most of them had."""
    if characteristic in YES_OR_NO:
        return rows
    occurring = [row for row in rows if row["n_a_highest"] + row["n_b_highest"]]
    if characteristic in CATEGORIES:
        return occurring
    by_frequency = sorted(occurring, key=lambda row: -(row["n_a"] + row["n_b"]))
    return by_frequency[:MOST_DRUGS]


def _share(row: dict, imputed: bool) -> Difference:
    characteristic, value = row["characteristic"], row["value"]
    obstacle = _obstacle(row, imputed)
    interval = None if obstacle else newcombe_difference(*_counts(row))
    found: dict[str, object] = {}
    if characteristic not in CATEGORIES:
        n_a, known_a, n_b, known_b = _counts(row)
        table = ((n_a, known_a - n_a), (n_b, known_b - n_b))
        found = _tested("categorical", row, imputed, lambda: _fisher(table))
    return Difference(
        characteristic,
        _share_label(characteristic, value),
        share_text(row, "a"),
        share_text(row, "b"),
        *(percent_text(row, cohort).partition(" ")[0] for cohort in "ab"),
        *(_percent(row[f"difference{end}"]) for end in ("", "_lowest", "_highest")),
        lower=interval and _percent(interval.lower),
        upper=interval and _percent(interval.upper),
        **found,
    )


def _categories(
    characteristic: str, rows: list[dict], imputed: bool, also_slow: bool
) -> Difference:
    """The row above the categories: their common test."""
    # Without a category nobody is known in either.
    first = rows[0] if rows else {"known_a": 0, "known_b": 0, "known_in_both": 0}
    table = tuple(tuple(row[name] for row in rows) for name in ("n_a", "n_b"))
    is_slow = sum(map(sum, table)) > MAX_AT_ONCE and not also_slow
    found = _tested("categorical", first, imputed, None if is_slow else lambda: _fisher(table))
    return Difference(characteristic, CATEGORIES[characteristic], **found)


def _number(row: dict, imputed: bool) -> Difference:
    obstacle = _obstacle(row, imputed)
    shifts = shifts_by_version(row["numbers_a"], row["numbers_b"])
    ends: dict[str, object] = {}
    found = _tested(
        "numeric", row, imputed, lambda: mann_whitney(row["numbers_a"][0], row["numbers_b"][0])
    )
    if shifts and not obstacle:
        shift = hodges_lehmann(row["numbers_a"][0], row["numbers_b"][0])
        ends = {"lower": shift.lower, "upper": shift.upper}
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


def _obstacle(row: dict, imputed: bool) -> str | None:
    """Why neither an interval nor a test would mean anything."""
    if imputed:
        return RECONSTRUCTED
    return OVERLAP if row["known_in_both"] else None


def _tested(kind: str, row: dict, imputed: bool, test: object) -> dict[str, object]:
    """Which test, why, and its p-value or why it is withheld; ``test`` is None if too slow."""
    chosen = choose_test(kind, (row["known_a"], row["known_b"]), imputed)
    named = {"test": chosen.test, "reason": chosen.reason}
    withheld = _obstacle(row, imputed) or chosen.withheld or (None if test else SLOW)
    if withheld:
        return named | {"withheld": withheld}
    found: Comparison = test()
    if found.p_value is None:
        return named | {"withheld": found.method}
    return named | {"p_value": found.p_value}


@lru_cache(200)
def _fisher(table: tuple[tuple[int, ...], ...]) -> Comparison:
    return fisher_exact(table)


def _counts(row: dict) -> tuple[int, int, int, int]:
    return row["n_a"], row["known_a"], row["n_b"], row["known_b"]


def shifts_by_version(
    numbers_a: Sequence[Sequence[float]], numbers_b: Sequence[Sequence[float]]
) -> list[float]:
    """The Hodges–Lehmann shift in every version that has numbers of both, in ascending order.

    Parameters
    ----------
    numbers_a, numbers_b
        For each version the numbers of the patients, without missing ones.
    """
    alike: dict[tuple[int, int], list[tuple]] = defaultdict(list)
    for a, b in zip(numbers_a, numbers_b, strict=True):
        if a and b:
            alike[len(a), len(b)].append((a, b))
    shifts: list[float] = []
    for pairs in alike.values():
        # Versions of equal sizes at once, which is ten times faster than one by one.
        a, b = (np.array(side) for side in zip(*pairs, strict=True))
        differences = a[:, :, np.newaxis] - b[:, np.newaxis, :]
        shifts += np.median(differences.reshape(len(pairs), -1), axis=1).tolist()
    return sorted(shifts)


def share_text(row: dict, cohort: str) -> str:
    """``17/18 (94%)``, each figure with its range over the versions."""
    if not row[f"known_{cohort}_highest"]:
        return MISSING
    count, known = (_figure(row, f"{name}_{cohort}", 0) for name in ("n", "known"))
    return f"{count}/{known} ({percent_text(row, cohort)})"


def percent_text(row: dict, cohort: str) -> str:
    """A share as a percentage with its range over the versions: ``94% ⟨88–100⟩``."""
    shares = (_percent(row[f"share_{cohort}{end}"]) for end in ("", "_lowest", "_highest"))
    figure, space, spread = format_figure(*shares, 0).partition(" ")
    return figure if figure == MISSING else f"{figure}%{space}{spread}"


def number_text(row: dict, cohort: str) -> str:
    """Median and quartiles, ``6 (3–13)``, each figure with its range over the versions."""
    if not row[f"known_{cohort}_highest"]:
        return MISSING
    lower, median, upper = (
        _figure(row, f"{name}_{cohort}", DECIMALS)
        for name in ("lower_quartile", "median", "upper_quartile")
    )
    joint = " to " if "⟨" in lower + upper else "–"
    return f"{median} ({lower}{joint}{upper})"


def _share_label(characteristic: str, value: str) -> str:
    if characteristic in YES_OR_NO:
        return YES_OR_NO[characteristic]
    if characteristic in DRUGS:
        return f"{DRUGS[characteristic]}: {value}"
    return f"– {value}{' g/kg' if characteristic == 'dose_tier' else ''}"


def _figure(row: dict, name: str, decimals: int) -> str:
    values = (row[f"{name}{end}"] for end in ("", "_lowest", "_highest"))
    return format_figure(
        *(None if value is None else round_half_up(value, decimals) for value in values)
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _signed(value: float, decimals: int) -> str:
    rounded = round_half_up(abs(value), decimals)
    sign = "" if rounded == 0 else "+" if value > 0 else "−"
    return f"{sign}{format_number(rounded)}"
