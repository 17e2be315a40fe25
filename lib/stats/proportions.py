"""How sure a proportion is: of one group, between two, and what it makes of a cost."""

import math

from lib.stats.results import Interval
from lib.stats.samples import checked_amount, checked_part, normal_quantile

WILSON = "Wilson score interval, no continuity correction"
NEWCOMBE = "Newcombe's hybrid score interval (method 10), no continuity correction"
COST_PER_EVENT = (
    "mean amount divided by the proportion with an event; limits by MOVER from Student's of the "
    "mean on the log scale, Wilson's of the proportion, and their correlation"
)


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
    mean: float,
    deviation: float,
    correlation: float | None,
    n_events: int,
    n_total: int,
    level: float = 0.95,
) -> Interval | None:
    """An amount per event, such as cost per responder, of patients who differ in both.

    The mean amount per patient, events or not, divided by the proportion with an event. Its
    limits are the ratios R for which ``mean − R × proportion`` may be 0, found from the limits
    of both (MOVER): Student's of the mean on the log scale, as amounts are positive and skewed,
    Wilson's of the proportion, and their correlation. With limits at equal distances on both
    sides this would be Fieller's interval.

    Parameters
    ----------
    mean, deviation
        Of the amount per patient, in any unit, and its standard deviation in the sample.
    correlation
        Of a patient's amount with having the event (1 or 0); None, taken as 0, where either is
        the same in all patients.
    n_events, n_total
        Counts: how many of how many.

    Returns
    -------
    Interval or None
        In the unit of the amount. None if ``n_total`` is below 2. Without events ``estimate``
        and ``upper`` are None: there is no upper bound to what one event costs.

    Raises
    ------
    ValueError
        An amount is missing, negative or infinite, the correlation is none, or a count is none.

    References
    ----------
    Donner A, Zou GY. Stat Methods Med Res 2012;21:347–359. Newcombe RG. Stat Methods Med Res
    2016;25:1774–1778. Fieller EC. J R Stat Soc B 1954;16:175–185. For the proportion, Wilson EB.
    J Am Stat Assoc 1927;22:209–212.
    """
    amount, spread = checked_amount(mean, "mean"), checked_amount(deviation, "deviation")
    r = 0.0 if correlation is None else correlation
    if not -1 <= r <= 1:
        raise ValueError(f"A correlation lies between -1 and 1; got {correlation!r}.")
    proportion = wilson_interval(n_events, n_total, level)
    if proportion is None or n_total < 2:
        return None

    from scipy.special import stdtrit

    p = proportion.estimate
    t = float(stdtrit(n_total - 1, (1 + level) / 2))
    # In units of the mean: of nothing spent there is none.
    log_half = t * spread / amount / math.sqrt(n_total) if amount else 0.0
    lower = _mover_ratio(p, -math.expm1(-log_half), proportion.upper - p, r, -1)
    if p == 0:
        return Interval(None, amount * lower, None, level, COST_PER_EVENT)
    upper = _mover_ratio(p, math.expm1(log_half), p - proportion.lower, r, 1)
    return Interval(amount / p, amount * lower, amount * upper, level, COST_PER_EVENT)


def _mover_ratio(p: float, off_1: float, off_p: float, r: float, side: int) -> float:
    """The R below or above 1/p with ``(1 − R p)² = off_1² + (R off_p)² − 2 r R off_1 off_p``."""
    middle = p - r * off_1 * off_p
    first, last = p**2 - off_p**2, 1 - off_1**2
    # Rounding can take it below 0 where it is 0.
    root = math.sqrt(max(0.0, middle**2 - first * last))
    return last / (middle + root) if side < 0 else (middle + root) / first
