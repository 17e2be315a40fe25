"""Comparisons by ranks: medians, scores and skewed values in small groups."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import comb, erfc, floor, sqrt

import numpy as np

from lib.stats.results import KRUSKAL_WALLIS, MANN_WHITNEY, Comparison, Shift, not_compared
from lib.stats.samples import (
    Counted,
    Values,
    checked_level,
    counted,
    normal_quantile,
    present_in_groups,
    sizes,
)

# The rule of R's wilcox.test, so that a reader who repeats a test there finds the same.
EXACT_BELOW = 50
# Among more pairs than these, bisecting takes less time than sorting them.
MAX_PAIRS = 1_000
Counts = tuple[Iterable[int], Iterable[int]] | tuple[None, None]

MOSES_EXACT = "Hodges–Lehmann shift, Moses interval from the exact Mann–Whitney distribution"
MOSES_NORMAL = (
    "Hodges–Lehmann shift, Moses interval from the normal approximation (ties and continuity "
    "corrected)"
)
MOSES_NONE = "Hodges–Lehmann shift, too few values for an interval at this level"
NO_SHIFT = "not computed: a group has no values"

TEST_EXACT = "exact, two-sided"
TEST_NORMAL = "normal approximation, two-sided (ties and continuity corrected)"
TEST_CHI_SQUARE = "chi-square approximation (ties corrected)"
NO_VALUES = "a group has no values"
ALL_EQUAL = "all values are equal"


def hodges_lehmann(
    a: Values, b: Values, level: float = 0.95, *, counts: Counts = (None, None)
) -> Shift:
    """The shift of a against b: median of all pairwise differences a − b, with its interval.

    It is the typical difference between a patient of a and one of b, in general not the
    difference of the two medians. The interval presumes that the groups differ by a shift.

    The limits are the K-th smallest and K-th largest difference. K is exact if no two values
    are equal and both groups have fewer than 50; else it comes from the normal approximation,
    with the ties of both groups together and a continuity correction, as in the test.
    ``method`` says which.

    Parameters
    ----------
    a, b
        Samples in one unit, of any lengths; missing values are dropped and counted.
    counts
        For a and for b, of the same lengths: how many patients each value is that of, 0 for none;
        one if left out.

    Returns
    -------
    Shift
        In the unit of the samples. Limits are None where even the widest interval, from the
        smallest to the largest difference, has less than ``level`` (3 against 3 at 0.95); all
        three figures are None if a group has no values.

    Raises
    ------
    ValueError
        A sample holds something that is not a finite number, counts are of another length, or
        ``level`` is not one.

    References
    ----------
    Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598–611. Moses LE, in: Walker HM, Lev J.
    Statistical Inference. 1953. Hollander M, Wolfe DA. Nonparametric Statistical Methods,
    2nd ed. 1999, sections 4.2 and 4.3.
    """
    checked_level(level)
    (sample_a, missing_a), (sample_b, missing_b) = map(counted, (a, b), counts)
    n, n_missing = (sample_a.n, sample_b.n), missing_a + missing_b
    if 0 in n:
        return Shift(None, None, None, level, NO_SHIFT, n, n_missing)
    k, method = _moses_rank(sample_a, sample_b, level)
    n_pairs = n[0] * n[1]
    middle = [(n_pairs - 1) // 2, n_pairs // 2]
    ends = [k - 1, n_pairs - k] if k else []
    below, above, *limits = (_difference(sample_a, sample_b, at) for at in middle + ends)
    lower, upper = limits or (None, None)
    return Shift((below + above) / 2, lower, upper, level, method, n, n_missing)


def mann_whitney(a: Values, b: Values, *, counts: Counts = (None, None)) -> Comparison:
    """Mann–Whitney (Wilcoxon rank-sum) test of two independent samples.

    Exact if no two values are equal and both groups have fewer than 50, else the normal
    approximation with corrections for ties and continuity.

    Parameters
    ----------
    a, b
        Samples in one unit, of any lengths; missing values are dropped and counted.
    counts
        For a and for b, of the same lengths: how many patients each value is that of, 0 for none;
        one if left out.

    Returns
    -------
    Comparison
        ``statistic`` is U of a: the pairs in which a is larger, ties counting half.
        ``p_value`` is None if a group has no values or all values are equal.

    Raises
    ------
    ValueError
        A sample holds something that is not a finite number, or counts are of another length.

    References
    ----------
    Mann HB, Whitney DR. Ann Math Stat 1947;18:50–60.
    """
    (sample_a, missing_a), (sample_b, missing_b) = map(counted, (a, b), counts)
    n, n_missing = (sample_a.n, sample_b.n), missing_a + missing_b
    obstacle = _obstacle([sample_a.values, sample_b.values])
    if obstacle:
        return not_compared(MANN_WHITNEY, obstacle, n, n_missing)
    is_exact = _is_exact(sample_a, sample_b)
    method = TEST_EXACT if is_exact else TEST_NORMAL
    u, p_value = (_exact_test if is_exact else _normal_test)(sample_a, sample_b)
    return Comparison(MANN_WHITNEY, u, None, p_value, method, n, n_missing)


def kruskal_wallis(groups: Sequence[Values]) -> Comparison:
    """Kruskal–Wallis test of two or more independent samples.

    Parameters
    ----------
    groups
        Samples in one unit, of any lengths; missing values are dropped and counted.

    Returns
    -------
    Comparison
        ``statistic`` is H corrected for ties, ``df`` the number of groups less one.
        ``p_value`` (chi-square approximation, rough under 5 values a group) is None if a group
        has no values or all values are equal.

    Raises
    ------
    ValueError
        There are fewer than two groups, or one holds something that is not a finite number.

    References
    ----------
    Kruskal WH, Wallis WA. J Am Stat Assoc 1952;47:583–621.
    """
    samples, n_missing = present_in_groups(groups)
    n = sizes(samples)
    obstacle = _obstacle(samples)
    if obstacle:
        return not_compared(KRUSKAL_WALLIS, obstacle, n, n_missing)

    from scipy import stats

    found = stats.kruskal(*samples)
    return Comparison(
        KRUSKAL_WALLIS,
        float(found.statistic),
        len(samples) - 1,
        float(found.pvalue),
        TEST_CHI_SQUARE,
        n,
        n_missing,
    )


def _obstacle(samples: list[np.ndarray]) -> str | None:
    if 0 in sizes(samples):
        return NO_VALUES
    pooled = np.concatenate(samples)
    return ALL_EQUAL if (pooled == pooled[0]).all() else None


def _is_exact(a: Counted, b: Counted) -> bool:
    n_different = len(np.union1d(a.values, b.values))
    return max(a.n, b.n) < EXACT_BELOW and n_different == a.n + b.n


def _exact_test(a: Counted, b: Counted) -> tuple[float, float]:
    """U of a and its two-sided p-value, of values no two of which are equal."""
    from scipy import stats

    found = stats.mannwhitneyu(a.values, b.values, method="exact")
    return float(found.statistic), float(found.pvalue)


def _normal_test(a: Counted, b: Counted) -> tuple[float, float]:
    """U of a and its two-sided p-value by the normal approximation, corrected for continuity."""
    n_up_to = np.concatenate([[0], b.counts.cumsum()])
    # The sides differ by those of b that are equal: ties count half.
    n_below, n_up_to_equal = (
        n_up_to[np.searchsorted(b.values, a.values, side)] for side in ("left", "right")
    )
    u = float((a.counts * (n_below + n_up_to_equal)).sum()) / 2
    distance = abs(u - a.n * b.n / 2) - 0.5
    return u, min(1.0, erfc(distance / _spread(a, b) / sqrt(2)))


def _spread(a: Counted, b: Counted) -> float:
    """Standard deviation of U if the groups do not differ, with the ties of both together."""
    n = a.n + b.n
    _, place = np.unique(np.concatenate([a.values, b.values]), return_inverse=True)
    n_tied = np.bincount(place, weights=np.concatenate([a.counts, b.counts]))
    ties = float((n_tied**3 - n_tied).sum()) / (n * (n - 1))
    return sqrt(a.n * b.n / 12 * max(0.0, n + 1 - ties))


def _moses_rank(a: Counted, b: Counted, level: float) -> tuple[int, str]:
    """K, the rank of the interval's ends among the differences; 0 if there is no interval."""
    # Two tails of one order each are the least that an interval leaves out, whatever the
    # values: with corrected ties the normal approximation would not see it.
    if min(a.n, b.n) < EXACT_BELOW and 1 / comb(a.n + b.n, a.n) > _tail(level):
        return 0, MOSES_NONE
    if _is_exact(a, b):
        return _exact_rank(a.n, b.n, level), MOSES_EXACT
    # The nearest whole number is a continuity correction.
    k = max(0, floor(a.n * b.n / 2 - normal_quantile(level) * _spread(a, b) + 0.5))
    return k, MOSES_NORMAL if k else MOSES_NONE


def _tail(level: float) -> float:
    """Half of what a level leaves out, with a margin for rounding: 0.025 for 0.95."""
    return (1 - level) / 2 + 1e-12


def _exact_rank(n_a: int, n_b: int, level: float) -> int:
    """The largest K with P(U < K) in the tail."""
    n_all, tail = comb(n_a + n_b, n_a), _tail(level)
    return sum(n_below / n_all <= tail for n_below in accumulate(_orders(n_a, n_b)))


def _orders(n_a: int, n_b: int) -> list[int]:
    """In how many orders of n_a and n_b values U is 0, 1, … n_a·n_b, were all equally likely.

    These are the coefficients of the Gaussian binomial, the product over i = 1…n_a of
    (1 − q^(n_b + i)) / (1 − q^i).
    """
    counts = [1] + [0] * (n_a * n_b)
    for i in range(1, n_a + 1):
        for u in range(len(counts) - 1, n_b + i - 1, -1):
            counts[u] -= counts[u - n_b - i]
        for u in range(i, len(counts)):
            counts[u] += counts[u - i]
    return counts


def _difference(a: Counted, b: Counted, position: int) -> float:
    """The difference a − b at this position of their sorted list, counted from 0.

    The list would be long, and the different values are few: it is bisected by how many
    differences do not exceed its middle, until those that are left can be sorted.
    """
    # A difference is the sum of a and of what is negated, both in ascending order.
    negated, n_negated = -b.values[::-1], b.counts[::-1]
    n_up_to = np.concatenate([[0], n_negated.cumsum()])
    # For each value of a, which differences may be the one: from the first to before the last.
    first, last = np.zeros(len(a.values), int), np.full(len(a.values), len(negated))
    lower, upper = a.values[0] + negated[0], a.values[-1] + negated[-1]
    while (last - first).sum() > MAX_PAIRS and lower < (middle := (lower + upper) / 2) < upper:
        place = np.searchsorted(negated, middle - a.values, "right")
        if (a.counts * n_up_to[place]).sum() > position:
            upper, last = middle, place
        else:
            lower, first = middle, place
    n_left = last - first
    of_a = np.repeat(np.arange(len(n_left)), n_left)
    of_b = np.arange(len(of_a)) - np.repeat(n_left.cumsum() - last, n_left)
    differences = a.values[of_a] + negated[of_b]
    order = np.argsort(differences)
    n_pairs = (a.counts[of_a] * n_negated[of_b])[order].cumsum()
    further = position - (a.counts * n_up_to[first]).sum()
    return float(differences[order][np.searchsorted(n_pairs, further, "right")])
