"""What the functions return: an estimate with its interval, or a test with its p-value."""

from dataclasses import dataclass

MANN_WHITNEY = "Mann–Whitney test"
KRUSKAL_WALLIS = "Kruskal–Wallis test"
FISHER_EXACT = "Fisher's exact test"
LOG_RANK = "Log-rank test"


@dataclass(frozen=True)
class Interval:
    """An estimate and its two-sided confidence interval.

    ``estimate``, ``lower`` and ``upper`` are in the same unit. A limit is None where the
    method gives none: ``method`` says of what sort it is, each function when that happens.
    """

    estimate: float | None
    lower: float | None
    upper: float | None
    level: float
    method: str


@dataclass(frozen=True)
class Shift(Interval):
    """An interval from two samples; ``n`` counts the values used, ``n_missing`` the dropped."""

    n: tuple[int, int]
    n_missing: int


@dataclass(frozen=True)
class Comparison:
    """A test of the hypothesis that all groups come from one population.

    ``statistic`` and ``df`` (degrees of freedom) are None where the test has none.
    ``p_value`` (two-sided) is None where nothing can be compared; ``method`` then says why.
    ``n`` counts the values used in each group, ``n_missing`` those dropped in all.
    """

    test: str
    statistic: float | None
    df: int | None
    p_value: float | None
    method: str
    n: tuple[int, ...]
    n_missing: int


def not_compared(test: str, why: str, n: tuple[int, ...], n_missing: int) -> Comparison:
    """A test without a p-value, and why there is none."""
    return Comparison(test, None, None, None, f"not computed: {why}", n, n_missing)
