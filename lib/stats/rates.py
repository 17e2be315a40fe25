"""How often something happens in the time that patients were observed."""

from lib.stats.results import Interval
from lib.stats.samples import checked_amount, checked_count, checked_level

GARWOOD = "exact Poisson interval (Garwood)"


def person_time_rate(
    n_events: int, person_time: float, per: float = 1, level: float = 0.95
) -> Interval | None:
    """Events per person-time with Garwood's exact Poisson interval.

    It takes the events for independent. Several events of one patient are seldom that; the
    interval is then too narrow.

    Parameters
    ----------
    n_events
        A count.
    person_time
        Of all patients, with or without an event, in any unit, such as years.
    per
        The rate is given per so many of these units: 100 for "per 100 person-years".

    Returns
    -------
    Interval or None
        None if ``person_time`` is 0.

    Raises
    ------
    ValueError
        The count is not one; ``person_time`` is missing, negative or infinite; ``per`` is not
        above 0.

    References
    ----------
    Garwood F. Biometrika 1936;28:437–442. Ulm K. Am J Epidemiol 1990;131:373–375.
    """
    count, tail = checked_count(n_events, "n_events"), (1 - checked_level(level)) / 2
    time, unit = checked_amount(person_time, "person_time"), checked_amount(per, "per")
    if unit == 0:
        raise ValueError("per is above 0; got 0.")
    if time == 0:
        return None

    from scipy.special import gammaincinv

    # Quantiles of the gamma distribution: half of chi-square's with twice the shape.
    lower = float(gammaincinv(count, tail)) if count else 0.0
    upper = float(gammaincinv(count + 1, 1 - tail))
    scale = unit / time
    return Interval(count * scale, lower * scale, upper * scale, level, GARWOOD)
