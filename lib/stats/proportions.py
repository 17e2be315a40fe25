"""How sure a proportion is: of one group, between two, and what it makes of a cost."""

import math

from lib.stats.results import Interval
from lib.stats.samples import checked_amount, checked_part, normal_quantile

WILSON = "Wilson score interval, no continuity correction"
NEWCOMBE = "Newcombe's hybrid score interval (method 10), no continuity correction"
COST_PER_EVENT = "total per event; limits from the Wilson interval of the proportion"


def wilson_interval(n_events: int, n_total: int, level: float = 0.95) -> Interval | None:
    """A proportion with Wilson's score interval, without continuity correction.

    Parameters
    ----------
    n_events, n_total
        Counts: how many of how many.

    Returns
    -------
    Interval or None
        As fractions between 0 and 1; None if ``n_total`` is 0.

    Raises
    ------
    ValueError
        A count is missing, negative or no whole number, or events exceed the total.

    References
    ----------
    Wilson EB. J Am Stat Assoc 1927;22:209–212. Newcombe RG. Stat Med 1998;17:857–872
    (method 3).
    """
    z = normal_quantile(level)
    part, total = checked_part(n_events, n_total)
    if total == 0:
        return None
    p = part / total
    centre = (p + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z * math.sqrt(p * (1 - p) / total + z**2 / (4 * total**2)) / (1 + z**2 / total)
    # In exact arithmetic these two limits are 0 and 1; in floating point only nearly.
    lower = 0.0 if part == 0 else centre - half
    upper = 1.0 if part == total else centre + half
    return Interval(p, lower, upper, level, WILSON)


def newcombe_difference(
    events_a: int, n_a: int, events_b: int, n_b: int, level: float = 0.95
) -> Interval | None:
    """Difference of two independent proportions, a − b, with Newcombe's interval.

    Parameters
    ----------
    events_a, n_a, events_b, n_b
        Counts: how many of how many in each group.

    Returns
    -------
    Interval or None
        As fractions between −1 and 1; None if a group is empty.

    Raises
    ------
    ValueError
        A count is missing, negative or no whole number, or events exceed the total.

    References
    ----------
    Newcombe RG. Stat Med 1998;17:873–890 (method 10).
    """
    a = wilson_interval(events_a, n_a, level)
    b = wilson_interval(events_b, n_b, level)
    if a is None or b is None:
        return None
    difference = a.estimate - b.estimate
    down = math.hypot(a.estimate - a.lower, b.upper - b.estimate)
    up = math.hypot(a.upper - a.estimate, b.estimate - b.lower)
    return Interval(difference, difference - down, difference + up, level, NEWCOMBE)


def ratio_interval(
    total: float, n_events: int, n_total: int, level: float = 0.95
) -> Interval | None:
    """A total per event, such as cost per responder, with an interval from the proportion.

    ``total / n_events`` is the total per patient divided by the proportion; the limits divide
    by the limits of the proportion's Wilson interval. Only the proportion's uncertainty is in
    it: the total is taken as it was, as if it would not vary between samples of patients.

    Parameters
    ----------
    total
        Of all ``n_total`` patients, responders or not; its unit is the result's.
    n_events, n_total
        Counts: how many of how many.

    Returns
    -------
    Interval or None
        None if ``n_total`` is 0. Without events ``estimate`` and ``upper`` are None: there is
        no upper bound to what one event costs.

    Raises
    ------
    ValueError
        ``total`` is missing, negative or infinite, or a count is not one.

    References
    ----------
    For the proportion, Wilson EB. J Am Stat Assoc 1927;22:209–212. A limit of a decreasing
    function of it is the function of the other limit, so that the coverage is the same.
    """
    amount = checked_amount(total, "total")
    proportion = wilson_interval(n_events, n_total, level)
    if proportion is None:
        return None
    each = amount / n_total
    return Interval(
        _per(each, proportion.estimate),
        _per(each, proportion.upper),
        _per(each, proportion.lower),
        level,
        COST_PER_EVENT,
    )


def _per(amount: float, divisor: float) -> float | None:
    return amount / divisor if divisor > 0 else None
