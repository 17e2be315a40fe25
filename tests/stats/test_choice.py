"""Which test is named, and when its p-value is withheld: the rule by example."""

import math

import pytest

from lib.stats import (
    MIN_GROUP_SIZE,
    choose_test,
    fisher_exact,
    kruskal_wallis,
    logrank,
    mann_whitney,
)
from tests.stats.published import AT_TERM, EARLIER, MERCAPTOPURINE, MUCOCILIARY, PLACEBO

TOO_FEW = "fewer than 5 patients in a group: a p-value would mean little"
RECONSTRUCTED = "rows are partly reconstructed; the publication does not determine this"


@pytest.mark.parametrize(
    ("kind", "group_sizes", "test"),
    [
        ("categorical", [5, 5], "Fisher's exact test"),
        ("categorical", [500, 900, 20], "Fisher's exact test"),
        ("numeric", [5, 12], "Mann–Whitney test"),
        ("numeric", [5, 5, 5], "Kruskal–Wallis test"),
        ("time_to_event", [5, 5], "Log-rank test"),
        ("time_to_event", [5, 5, 5, 5], "Log-rank test"),
    ],
)
def test_the_test_of_a_comparison(kind: str, group_sizes: list[int], test: str):
    chosen = choose_test(kind, group_sizes, imputed=False)
    assert chosen.test == test
    assert chosen.withheld is None
    assert chosen.reason.endswith(".")


@pytest.mark.parametrize(
    ("group_sizes", "imputed", "withheld"),
    [
        ([5, 5], False, None),
        ([4, 5], False, TOO_FEW),
        ([50, 50, 4], False, TOO_FEW),
        ([50, 0], False, TOO_FEW),
        ([50, 50], True, RECONSTRUCTED),
        # A larger cohort would not help: this is the reason that stays.
        ([4, 5], True, RECONSTRUCTED),
    ],
)
@pytest.mark.parametrize("kind", ["categorical", "numeric", "time_to_event"])
def test_when_the_p_value_is_withheld(
    kind: str, group_sizes: list[int], imputed: bool, withheld: str | None
):
    chosen = choose_test(kind, group_sizes, imputed)
    assert chosen.withheld == withheld
    assert chosen.test == choose_test(kind, [99] * len(group_sizes), imputed=False).test


def test_the_boundary_is_the_one_that_the_words_name():
    assert f"fewer than {MIN_GROUP_SIZE} patients" in TOO_FEW


def test_a_chosen_test_and_its_result_have_one_name():
    comparisons = {
        "categorical": fisher_exact([[3, 1], [1, 3]]),
        "numeric": mann_whitney(AT_TERM, EARLIER),
        "time_to_event": logrank([MERCAPTOPURINE, PLACEBO]),
    }
    for kind, comparison in comparisons.items():
        assert choose_test(kind, comparison.n, imputed=False).test == comparison.test
    three = kruskal_wallis(MUCOCILIARY)
    assert choose_test("numeric", three.n, imputed=False).test == three.test


def test_an_unknown_kind_is_refused_with_those_that_are_known():
    with pytest.raises(ValueError, match="categorical, numeric, time_to_event; got 'paired'"):
        choose_test("paired", [5, 5], imputed=False)


@pytest.mark.parametrize("group_sizes", [[], [12]])
def test_one_group_is_refused(group_sizes: list[int]):
    with pytest.raises(ValueError, match="At least two groups"):
        choose_test("numeric", group_sizes, imputed=False)


@pytest.mark.parametrize("size", [-1, 4.5, math.nan, None])
def test_a_size_that_is_no_count_is_refused(size: float | None):
    with pytest.raises(ValueError, match="whole number from 0"):
        choose_test("numeric", [5, size], imputed=False)
