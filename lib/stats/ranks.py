"""Comparisons by ranks: medians, scores and skewed values in small groups."""

from collections.abc import Sequence
from itertools import accumulate
from math import comb, floor, sqrt

import numpy as np

from lib.stats.results import KRUSKAL_WALLIS, MANN_WHITNEY, Comparison, Shift, not_compared
from lib.stats.samples import (
    Values,
    checked_level,
    normal_quantile,
    present,
    present_in_groups,
    sizes,
)

# The rule of R's wilcox.test, so that a reader who repeats a test there finds the same.
EXACT_BELOW = 50
# More pairs are searched instead of sorted: 4 million take 32 MB.
MAX_PAIRS = 4_000_000

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


def hodges_lehmann(a: Values, b: Values, level: float = 0.95) -> Shift:
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

    Returns
    -------
    Shift
        In the unit of the samples. Limits are None where even the widest interval, from the
        smallest to the largest difference, has less than ``level`` (3 against 3 at 0.95); all
        three figures are None if a group has no values.

    Raises
    ------
    ValueError
        A sample holds something that is not a finite number, or ``level`` is not one.

    References
    ----------
    Hodges JL, Lehmann EL. Ann Math Stat 1963;34:598–611. Moses LE, in: Walker HM, Lev J.
    Statistical Inference. 1953. Hollander M, Wolfe DA. Nonparametric Statistical Methods,
    2nd ed. 1999, sections 4.2 and 4.3.
    """
    checked_level(level)
    (sample_a, missing_a), (sample_b, missing_b) = present(a), present(b)
    n, n_missing = (len(sample_a), len(sample_b)), missing_a + missing_b
    if 0 in n:
        return Shift(None, None, None, level, NO_SHIFT, n, n_missing)
    k, method = _moses_rank(sample_a, sample_b, level)
    n_pairs = n[0] * n[1]
    middle = [(n_pairs - 1) // 2, n_pairs // 2]
    ends = [k - 1, n_pairs - k] if k else []
    below, above, *limits = _differences(sample_a, sample_b, middle + ends)
    lower, upper = limits or (None, None)
    return Shift((below + above) / 2, lower, upper, level, method, n, n_missing)


def mann_whitney(a: Values, b: Values) -> Comparison:
    """Mann–Whitney (Wilcoxon rank-sum) test of two independent samples.

    Exact if no two values are equal and both groups have fewer than 50, else the normal
    approximation with corrections for ties and continuity.

    Parameters
    ----------
    a, b
        Samples in one unit, of any lengths; missing values are dropped and counted.

    Returns
    -------
    Comparison
        ``statistic`` is U of a: the pairs in which a is larger, ties counting half.
        ``p_value`` is None if a group has no values or all values are equal.

    Raises
    ------
    ValueError
        A sample holds something that is not a finite number.

    References
    ----------
    Mann HB, Whitney DR. Ann Math Stat 1947;18:50–60.
    """
    samples, n_missing = present_in_groups([a, b])
    n = sizes(samples)
    obstacle = _obstacle(samples)
    if obstacle:
        return not_compared(MANN_WHITNEY, obstacle, n, n_missing)

    from scipy import stats

    exact = _is_exact(*samples)
    found = stats.mannwhitneyu(*samples, method="exact" if exact else "asymptotic")
    method = TEST_EXACT if exact else TEST_NORMAL
    return Comparison(
        MANN_WHITNEY, float(found.statistic), None, float(found.pvalue), method, n, n_missing
    )


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


def _is_exact(a: np.ndarray, b: np.ndarray) -> bool:
    pooled = np.concatenate([a, b])
    return max(len(a), len(b)) < EXACT_BELOW and len(np.unique(pooled)) == len(pooled)


def _moses_rank(a: np.ndarray, b: np.ndarray, level: float) -> tuple[int, str]:
    """K, the rank of the interval's ends among the differences; 0 if there is no interval."""
    n_a, n_b = len(a), len(b)
    # Two tails of one order each are the least that an interval leaves out, whatever the
    # values: with corrected ties the normal approximation would not see it.
    if min(n_a, n_b) < EXACT_BELOW and 1 / comb(n_a + n_b, n_a) > _tail(level):
        return 0, MOSES_NONE
    if _is_exact(a, b):
        return _exact_rank(n_a, n_b, level), MOSES_EXACT
    k = max(0, _normal_rank(a, b, level))
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


def _normal_rank(a: np.ndarray, b: np.ndarray, level: float) -> int:
    """K by the normal approximation: the nearest whole number, a continuity correction."""
    n_a, n_b = len(a), len(b)
    n = n_a + n_b
    _, n_tied = np.unique(np.concatenate([a, b]), return_counts=True)
    ties = float(sum(count**3 - count for count in n_tied.tolist())) / (n * (n - 1))
    spread = sqrt(n_a * n_b / 12 * max(0.0, n + 1 - ties))
    return floor(n_a * n_b / 2 - normal_quantile(level) * spread + 0.5)


def _differences(a: np.ndarray, b: np.ndarray, positions: list[int]) -> list[float]:
    """The differences a − b at these positions of their sorted list, counted from 0."""
    if len(a) * len(b) <= MAX_PAIRS:
        return np.sort(np.subtract.outer(a, b), axis=None)[positions].tolist()
    return [_searched_difference(np.sort(a), np.sort(b), position) for position in positions]


def _searched_difference(a: np.ndarray, b: np.ndarray, position: int) -> float:
    """One difference of two sorted samples by bisection, to a billionth of the range."""
    lower, upper = float(a[0] - b[-1]), float(a[-1] - b[0])
    accuracy = (upper - lower) * 1e-9
    while upper - lower > accuracy:
        middle = (lower + upper) / 2
        n_up_to_middle = int((len(b) - np.searchsorted(b, a - middle)).sum())
        lower, upper = (lower, middle) if n_up_to_middle > position else (middle, upper)
    return upper
