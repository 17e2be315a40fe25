"""Lay a patient's cycles out in time: intervals within their bounds that add up to the duration."""

import random

from lib.errors import PublicationError
from lib.publication.cells import Intervals

TRANSFERS_PER_INTERVAL = 40


def draw_cycle_days(
    intervals: Intervals, n_cycles: int, duration_days: int, source: random.Random
) -> list[int]:
    """Days of the cycles, the first on day 0 and the last on ``duration_days``.

    The intervals are drawn uniformly from all that fit (Gibbs sampling: two intervals
    at a time share their sum anew), then sorted where the publication says they grew.

    Raises
    ------
    PublicationError
        If no intervals fit; the solver's rule on the course excludes that.
    """
    lower, upper = intervals.lower[: n_cycles - 1], intervals.upper[: n_cycles - 1]
    if not sum(lower) <= duration_days <= sum(upper):
        raise PublicationError(f"{n_cycles} cycles can't span {duration_days} days")
    gaps = _fill(list(lower), upper, duration_days - sum(lower))
    for _ in range(TRANSFERS_PER_INTERVAL * len(gaps) if len(gaps) > 1 else 0):
        one, other = source.sample(range(len(gaps)), 2)
        total = gaps[one] + gaps[other]
        gaps[one] = source.randint(
            max(lower[one], total - upper[other]), min(upper[one], total - lower[other])
        )
        gaps[other] = total - gaps[one]
    for span in intervals.ascending:
        # Cycle k follows interval k - 2 of the list; the last bounds are the largest.
        gaps[span.start - 2 : span.stop - 2] = sorted(gaps[span.start - 2 : span.stop - 2])
    return [sum(gaps[:k]) for k in range(n_cycles)]


def _fill(gaps: list[int], upper: tuple[int, ...], surplus: int) -> list[int]:
    """Hand out the surplus from the front, as far as the bounds allow."""
    for k, highest in enumerate(upper):
        share = min(surplus, highest - gaps[k])
        gaps[k] += share
        surplus -= share
    return gaps
