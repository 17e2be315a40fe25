"""Comparisons by ranks: printed examples, every order counted, and what must hold of any."""

import math
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lib.stats import hodges_lehmann, kruskal_wallis, mann_whitney, ranks
from tests.stats.published import AT_TERM, EARLIER, MUCOCILIARY

SCORES = st.lists(st.integers(0, 6), min_size=1, max_size=15)


@st.composite
def without_ties(draw: st.DrawFn, min_size: int = 1) -> tuple[list[float], list[float]]:
    values = draw(st.lists(st.integers(-500, 500), unique=True, min_size=2 * min_size, max_size=20))
    n_a = draw(st.integers(min_size, len(values) - min_size))
    return values[:n_a], values[n_a:]


def p_by_counting(a: list[float], b: list[float]) -> float:
    """The two-sided p-value of U by going through every division of the pooled values."""
    pooled = [*a, *b]

    def distance(in_a: tuple[int, ...]) -> float:
        rest = [value for at, value in enumerate(pooled) if at not in in_a]
        u = sum((pooled[at] > value) + (pooled[at] == value) / 2 for at in in_a for value in rest)
        return abs(u - len(a) * len(b) / 2)

    observed = distance(tuple(range(len(a))))
    distances = list(map(distance, combinations(range(len(pooled)), len(a))))
    return sum(found >= observed for found in distances) / len(distances)


def test_the_shift_of_hollander_and_wolfe():
    # The median of the 50 differences, and the 9th from either end: tables of U print 8 as the
    # critical value of 10 and 5.
    found = hodges_lehmann(AT_TERM, EARLIER)
    differences = sorted(x - y for x in AT_TERM for y in EARLIER)
    assert found.estimate == pytest.approx(0.305) == sum(differences[24:26]) / 2
    assert (found.lower, found.upper) == (differences[8], differences[-9])
    assert "exact" in found.method
    assert found.n == (10, 5)
    assert found.n_missing == 0


def test_the_test_of_hollander_and_wolfe():
    # Printed: U = 35, one-sided p = 0.1272.
    found = mann_whitney(AT_TERM, EARLIER)
    assert found.statistic == 35
    assert found.p_value == pytest.approx(2 * 0.1272, abs=1e-4)
    assert "exact" in found.method


def test_the_three_groups_of_hollander_and_wolfe():
    # Printed: H = 0.7714, 2 degrees of freedom, p = 0.68.
    found = kruskal_wallis(MUCOCILIARY)
    assert found.statistic == pytest.approx(0.7714, abs=1e-4)
    assert found.df == 2
    assert round(found.p_value, 2) == 0.68
    assert found.n == (5, 4, 5)


# Critical values of U, two-sided 0.05, as every table of them prints: K is one more.
@pytest.mark.parametrize(
    ("n_a", "n_b", "critical"),
    [
        (4, 4, 0),
        (3, 5, 0),
        (5, 5, 2),
        (5, 8, 6),
        (7, 9, 12),
        (8, 8, 13),
        (10, 10, 23),
        (20, 20, 127),
    ],
)
def test_the_limits_are_the_differences_that_tables_of_u_name(n_a: int, n_b: int, critical: int):
    random = np.random.default_rng(n_a * n_b)
    a, b = random.normal(size=n_a), random.normal(size=n_b)
    differences = sorted(x - y for x in a for y in b)
    found = hodges_lehmann(a, b)
    assert found.lower == differences[critical]
    assert found.upper == differences[-1 - critical]


@given(without_ties(min_size=4), st.sampled_from([0.8, 0.9, 0.95]))
def test_the_interval_holds_the_shifts_that_the_exact_test_does_not_reject(
    samples: tuple[list[float], list[float]], level: float
):
    a, b = samples
    found = hodges_lehmann(a, b, level)

    def p_of_shift(shift: float) -> float:
        return stats.mannwhitneyu([x - shift for x in a], b, method="exact").pvalue

    # The differences are whole numbers: half a unit away none is tied.
    outside = [found.lower - 0.5, found.upper + 0.5]
    assert all(p_of_shift(shift) <= 1 - level + 1e-9 for shift in outside)
    if found.lower < found.upper:
        inside = [found.lower + 0.5, found.upper - 0.5]
        assert all(p_of_shift(shift) > 1 - level for shift in inside)


def test_tied_values_take_the_normal_approximation():
    # Of 25 differences 2 are −1, 5 are 0, 8 are 1, 6 are 2 and 4 are 3; the 13th is 1.
    a, b = [1, 1, 2, 3, 3], [0, 0, 1, 1, 2]
    differences = sorted(x - y for x in a for y in b)
    found = hodges_lehmann(a, b)
    assert found.estimate == differences[12] == 1
    assert "normal approximation (ties" in found.method
    # Ties of both together: 0 twice, 1 four times, 2 twice, 3 twice.
    ties = sum(count**3 - count for count in (2, 4, 2, 2)) / (10 * 9)
    k = round(25 / 2 - 1.96 * math.sqrt(25 / 12 * (11 - ties)))
    assert (found.lower, found.upper) == (differences[k - 1], differences[-k])


@pytest.mark.parametrize("n_b", range(50, 56))
def test_the_interval_of_large_groups_is_what_the_test_does_not_reject(n_b: int):
    random = np.random.default_rng(n_b)
    a, b = random.normal(1, 1, 50), random.normal(0, 1, n_b)
    found, close = hodges_lehmann(a, b), 1e-9

    def p_of_shift(shift: float) -> float:
        return stats.mannwhitneyu(a - shift, b, method="asymptotic").pvalue

    assert p_of_shift(found.lower - close) < 0.05 < p_of_shift(found.lower + close)
    assert p_of_shift(found.upper + close) < 0.05 < p_of_shift(found.upper - close)


@pytest.mark.parametrize("seed", range(4))
def test_many_equal_values_narrow_the_interval(seed: int):
    # 30 against 30, of which 20 of a are 0.
    random = np.random.default_rng(seed)
    a, b = [*[0.0] * 20, *random.normal(size=10)], random.normal(size=30)
    differences = sorted(x - y for x in a for y in b)
    k = round(900 / 2 - 1.96 * math.sqrt(900 / 12 * (61 - (20**3 - 20) / (60 * 59))))
    assert k - round(900 / 2 - 1.96 * math.sqrt(900 / 12 * 61)) == 3
    found = hodges_lehmann(a, b)
    assert (found.lower, found.upper) == (differences[k - 1], differences[-k])


def test_large_groups_take_the_normal_approximation():
    a, b = [float(x) for x in range(50)], [x + 0.25 for x in range(50)]
    assert "normal" in hodges_lehmann(a, b).method
    assert "normal" in mann_whitney(a, b).method
    assert "exact" in hodges_lehmann(a[1:], b[1:]).method
    assert "exact" in mann_whitney(a[1:], b[1:]).method


@pytest.mark.parametrize("a", [[1, 2, 3], [1, 1, 1], [1, 1, 3]])
def test_three_against_three_have_no_95_percent_interval(a: list[float]):
    # The widest leaves out two orders of 6 over 3 = 20, a tenth.
    b = [10, 20, 20.5]
    assert (hodges_lehmann(a, b).lower, hodges_lehmann(a, b).upper) == (None, None)
    assert "too few" in hodges_lehmann(a, b).method
    if len(set(a)) == 3:
        at_90_percent = hodges_lehmann(a, b, 0.9)
        assert (at_90_percent.lower, at_90_percent.upper) == (1 - 20.5, 3 - 10)


@pytest.mark.parametrize(("n_a", "n_b"), [(1, 60), (2, 3), (1, 1)])
def test_groups_too_small_for_an_interval_still_have_an_estimate(n_a: int, n_b: int):
    found = hodges_lehmann([0.5] * n_a, list(range(n_b)))
    assert found.estimate == 0.5 - (n_b - 1) / 2
    assert found.lower is found.upper is None


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30),
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30),
)
def test_so_many_pairs_that_they_are_searched_give_the_same(a: list[float], b: list[float]):
    sorted_ = hodges_lehmann(a, b)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranks, "MAX_PAIRS", 0)
        searched = hodges_lehmann(a, b)
    assert searched.method == sorted_.method
    assert (searched.estimate, searched.lower, searched.upper) == pytest.approx(
        (sorted_.estimate, sorted_.lower, sorted_.upper), rel=1e-12, abs=1e-12
    )


def test_limits_that_are_searched_are_differences_of_two_patients():
    random = np.random.default_rng(1)
    a, b = random.normal(1, 1, 160), random.normal(0, 2, 191)
    assert len(a) * len(b) > ranks.MAX_PAIRS
    found, differences = hodges_lehmann(a, b), np.sort(np.subtract.outer(a, b), axis=None)
    assert found.estimate == np.median(differences)
    below = np.searchsorted(differences, found.lower)
    assert (differences[below], differences[-1 - below]) == (found.lower, found.upper)
    # So many as the normal approximation leaves out at each end.
    spread = math.sqrt(160 * 191 / 12 * (160 + 191 + 1))
    assert below + 1 == round(160 * 191 / 2 - 1.959964 * spread)


@given(SCORES, SCORES)
def test_the_estimate_is_the_median_difference_and_within_its_limits(a: list[int], b: list[int]):
    found = hodges_lehmann(a, b)
    assert found.estimate == pd.Series([x - y for x in a for y in b]).median()
    if found.lower is not None:
        assert found.lower <= found.estimate <= found.upper


@given(SCORES, SCORES)
def test_swapped_groups_swap_the_sign(a: list[int], b: list[int]):
    there, back = hodges_lehmann(a, b), hodges_lehmann(b, a)
    assert there.estimate == -back.estimate
    if there.lower is not None:
        assert (there.lower, there.upper) == (-back.upper, -back.lower)
    else:
        assert back.lower is None


@given(SCORES, SCORES, st.integers(-50, 50))
def test_what_is_added_to_a_group_is_added_to_the_shift(a: list[int], b: list[int], more: int):
    # Ties between the groups, and with them the limits, may change; the estimate may not.
    found = hodges_lehmann([x + more for x in a], b)
    assert found.estimate == hodges_lehmann(a, b).estimate + more


@given(st.permutations(AT_TERM), st.permutations(EARLIER))
def test_the_order_of_the_patients_does_not_matter(a: list[float], b: list[float]):
    assert hodges_lehmann(a, b) == hodges_lehmann(AT_TERM, EARLIER)
    assert mann_whitney(a, b) == mann_whitney(AT_TERM, EARLIER)
    assert kruskal_wallis([a, b]).p_value == pytest.approx(
        kruskal_wallis([AT_TERM, EARLIER]).p_value
    )


@given(without_ties().filter(lambda samples: sum(map(len, samples)) <= 9))
def test_the_exact_p_value_counts_every_order(samples: tuple[list[float], list[float]]):
    assert mann_whitney(*samples).p_value == pytest.approx(p_by_counting(*samples))


def test_the_p_value_of_tied_scores():
    # Of 25 pairs 18 are won and 5 are tied (see above): U = 18 + 5/2. z = (|U − 25/2| − ½) / σ.
    found = mann_whitney([1, 1, 2, 3, 3], [0, 0, 1, 1, 2])
    ties = sum(count**3 - count for count in (2, 4, 2, 2)) / (10 * 9)
    z = (8 - 0.5) / math.sqrt(25 / 12 * (11 - ties))
    assert found.statistic == 20.5
    assert found.p_value == pytest.approx(math.erfc(z / math.sqrt(2)))
    assert "ties" in found.method


@given(SCORES, SCORES)
def test_u_of_both_groups_adds_up_to_all_pairs(a: list[int], b: list[int]):
    there, back = mann_whitney(a, b), mann_whitney(b, a)
    if len({*a, *b}) == 1:
        assert there.p_value is back.p_value is None
    else:
        assert there.statistic + back.statistic == len(a) * len(b)
        assert there.p_value == pytest.approx(back.p_value)
        assert 0 < there.p_value <= 1


@given(st.data(), SCORES, SCORES)
def test_p_of_tied_values_is_that_of_scipy(data: st.DataObject, a: list[int], b: list[int]):
    # So many that the normal approximation is taken.
    a, b = a * data.draw(st.integers(4, 20)), b * data.draw(st.integers(50, 60))
    if len({*a, *b}) > 1:
        found = mann_whitney(a, b)
        expected = stats.mannwhitneyu(a, b, method="asymptotic")
        assert found.statistic == expected.statistic
        assert found.p_value == pytest.approx(expected.pvalue, rel=1e-12, abs=1e-300)


COUNTED = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(-9, 9)), st.integers(0, 30)), max_size=12
)


@given(COUNTED, COUNTED)
def test_counted_values_compare_as_repeated_ones(a: list[tuple], b: list[tuple]):
    values, counts = zip(
        *([list(each) for each in zip(*rows, strict=True)] or [[], []] for rows in (a, b)),
        strict=True,
    )
    repeated = [[value for value, n in rows for _ in range(n)] for rows in (a, b)]
    assert hodges_lehmann(*values, counts=counts) == hodges_lehmann(*repeated)
    assert mann_whitney(*values, counts=counts) == mann_whitney(*repeated)


def test_a_million_patients_are_compared_by_their_counts():
    # Of each 100,000 with 0 to 4 and with 1 to 5: of 25 differences 5 are −1, 10 less, 10 more.
    counts = [100_000] * 5
    shift = hodges_lehmann(range(5), range(1, 6), counts=(counts, counts))
    assert (shift.estimate, shift.n) == (-1, (500_000, 500_000))
    test = mann_whitney(range(5), range(1, 6), counts=(counts, counts))
    # a is larger in 6 of 25 kinds of pairs, and equal in 4.
    assert test.statistic == (6 + 4 / 2) * 100_000**2
    assert test.p_value == 0


@pytest.mark.parametrize("function", [hodges_lehmann, mann_whitney])
def test_counts_of_another_length_are_refused(function: Callable):
    with pytest.raises(ValueError, match="one length"):
        function(AT_TERM, EARLIER, counts=([1], [1] * len(EARLIER)))


def test_missing_values_are_dropped_and_counted():
    a = [None, *AT_TERM, math.nan]
    b = pd.Series([*EARLIER, pd.NA], dtype="Float64")
    shift, test, groups = hodges_lehmann(a, b), mann_whitney(a, b), kruskal_wallis([a, b])
    assert shift.estimate == pytest.approx(0.305)
    assert test.statistic == 35
    assert {found.n_missing for found in (shift, test, groups)} == {3}
    assert {found.n for found in (shift, test, groups)} == {(10, 5)}


@pytest.mark.parametrize("empty", [[], [None, math.nan]])
def test_an_empty_group_compares_with_nothing(empty: list[float | None]):
    shift = hodges_lehmann(AT_TERM, empty)
    assert (shift.estimate, shift.lower, shift.upper) == (None, None, None)
    for found in (shift, mann_whitney(AT_TERM, empty), kruskal_wallis([AT_TERM, EARLIER, empty])):
        assert found.method == "not computed: a group has no values"
        assert found.n_missing == len(empty)
    assert mann_whitney(AT_TERM, empty).p_value is None
    assert kruskal_wallis([AT_TERM, EARLIER, empty]).p_value is None


def test_equal_values_have_no_p_value():
    for found in (mann_whitney([2, 2], [2]), kruskal_wallis([[2, 2], [2], [2]])):
        assert (found.statistic, found.p_value) == (None, None)
        assert found.method == "not computed: all values are equal"


@pytest.mark.parametrize("function", [hodges_lehmann, mann_whitney])
@pytest.mark.parametrize("value", [-math.inf, "mild", [7, 8]])
def test_what_is_no_number_is_refused_and_not_repeated(function: Callable, value: object):
    with pytest.raises(ValueError, match="A sample holds") as refusal:
        function([1, 2, value], EARLIER)
    assert str(value) not in str(refusal.value)


def test_one_group_is_refused():
    with pytest.raises(ValueError, match="At least two groups"):
        kruskal_wallis([AT_TERM])


def test_a_level_in_percent_is_refused():
    with pytest.raises(ValueError, match=r"such as 0\.95"):
        hodges_lehmann(AT_TERM, EARLIER, 95)
