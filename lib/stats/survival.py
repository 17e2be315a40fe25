"""Time to an event, where some patients were not followed until it came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lib.stats.results import LOG_RANK, Comparison, Interval, not_compared
from lib.stats.samples import (
    Values,
    normal_quantile,
    present_together,
)

KAPLAN_MEIER = "Kaplan–Meier, pointwise log-log interval with Greenwood's variance"
BROOKMEYER_CROWLEY = "Kaplan–Meier median, Brookmeyer–Crowley interval from log-log limits"
CHI_SQUARE = "chi-square approximation, variance by the hypergeometric distribution"
# A survival of one half reached by multiplication may be off by a rounding error.
ROUNDING = 1e-9


class Step(NamedTuple):
    """Survival from a time on, until the next step.

    ``n_at_risk`` counts the patients just before ``time``, ``n_events`` and ``n_censored``
    those who leave at it; a patient censored at the time of an event was at risk of it.
    Limits are None while survival is 1 and once it is 0: the log-log method has none there.
    """

    time: float
    n_at_risk: int
    n_events: int
    n_censored: int
    survival: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True)
class SurvivalCurve:
    """A Kaplan–Meier curve: at time 0 and at each time of an event or censoring, one step."""

    steps: tuple[Step, ...]
    n: int
    n_events: int
    n_missing: int
    level: float
    method: str = KAPLAN_MEIER


@dataclass(frozen=True)
class NumbersAtRisk:
    """How many patients were still at risk at each of some times, for below a curve."""

    times: tuple[float, ...]
    n_at_risk: tuple[int, ...]
    n_missing: int


def kaplan_meier(
    durations: Values,
    observed: Iterable[bool | None],
    level: float = 0.95,
    *,
    counts: Iterable[int] | None = None,
) -> SurvivalCurve:
    """The Kaplan–Meier estimate of survival with pointwise log-log (Greenwood) limits.

    Parameters
    ----------
    durations
        Time to the event or to the end of follow-up, one a patient, from 0, in any unit.
    observed
        Of the same length: whether the event came (True, 1) or follow-up ended first
        (censored: False, 0). A patient of whom either is missing is dropped and counted.
    counts
        Of the same length: how many patients each duration is that of; one if left out.

    Returns
    -------
    SurvivalCurve
        Its first step is time 0 with survival 1, also where a patient's duration is 0: that
        patient leaves in a second step at time 0. Without patients there are no steps.

    Raises
    ------
    ValueError
        The columns differ in length; a duration is negative or infinite; ``observed`` holds
        anything but true and false.

    References
    ----------
    Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457–481. Greenwood M. The Natural Duration of
    Cancer. 1926. Log-log limits: Kalbfleisch JD, Prentice RL. The Statistical Analysis of
    Failure Time Data. 1980; Borgan Ø, Liestøl K. Scand J Stat 1990;17:35–41.
    """
    z = normal_quantile(level)
    times, is_event, n_patients, n_missing = _followed(durations, observed, counts)
    if len(times) == 0:
        return SurvivalCurve((), 0, 0, n_missing, level)
    n, at = int(n_patients.sum()), np.unique(times)
    n_leaving = _summed(at, times, n_patients)
    n_events = _summed(at, times, n_patients * is_event)
    n_at_risk = n - n_leaving.cumsum() + n_leaving
    survival = np.cumprod(1 - n_events / n_at_risk)
    lower, upper = _log_log_limits(survival, n_events, n_at_risk, z)
    columns = (at, n_at_risk, n_events, n_leaving - n_events, survival)
    rows = zip(*(column.tolist() for column in columns), lower, upper, strict=True)
    start = Step(0.0, n, 0, 0, 1.0, None, None)
    steps = (start, *(Step(*row) for row in rows))
    return SurvivalCurve(steps, n, int(n_events.sum()), n_missing, level)


def median_survival(curve: SurvivalCurve) -> Interval:
    """The median of a Kaplan–Meier curve with its Brookmeyer–Crowley interval.

    The median is the first time at which survival is one half or less; its limits are the
    first times at which the lower and the upper limit of survival are.

    Parameters
    ----------
    curve
        From ``kaplan_meier``; the interval has its level.

    Returns
    -------
    Interval
        In the unit of the durations. What is not reached is None: the median if survival
        stays above one half, a limit if that limit of survival does, the upper one often. Where
        survival falls from 1 to 0 at once it has no limits, and its median none either.

    References
    ----------
    Brookmeyer R, Crowley J. Biometrics 1982;38:29–41. Klein JP, Moeschberger ML. Survival
    Analysis, 2nd ed. 2003, section 4.5.
    """
    median, lower, upper = (
        _first_time_at_half(curve.steps, name) for name in ("survival", "lower", "upper")
    )
    return Interval(median, lower, upper, curve.level, BROOKMEYER_CROWLEY)


def numbers_at_risk(
    durations: Values,
    times: Sequence[float],
    observed: Iterable[bool | None] | None = None,
    *,
    counts: Iterable[int] | None = None,
) -> NumbersAtRisk:
    """How many patients are at risk just before each time: their duration is that or longer.

    Parameters
    ----------
    durations
        As for ``kaplan_meier``; missing ones are dropped and counted.
    times
        In the unit of the durations, in any order.
    observed
        As for ``kaplan_meier``. Pass it where it has gaps: a patient without it is not in the
        curve, and then not counted here either.
    counts
        As for ``kaplan_meier``.

    Raises
    ------
    ValueError
        As ``kaplan_meier``.
    """
    durations = list(durations)
    everybody = [True] * len(durations) if observed is None else observed
    kept, _, n_patients, n_missing = _followed(durations, everybody, counts)
    order = np.argsort(kept)
    asked = np.array(list(times), dtype=float)
    n_before = np.concatenate([[0], n_patients[order].cumsum()])
    n_at_risk = n_before[-1] - n_before[np.searchsorted(kept[order], asked)]
    return NumbersAtRisk(tuple(asked.tolist()), tuple(n_at_risk.tolist()), n_missing)


def logrank(groups: Sequence[tuple]) -> Comparison:
    """The log-rank test of two or more groups (unweighted, two-sided).

    At each time of an event, the events of a group are compared with its share of the patients
    then at risk. (scipy.stats.logrank knows two groups only.)

    Parameters
    ----------
    groups
        For each group its durations and whether the event was observed, and if need be how many
        patients each is that of, as for ``kaplan_meier``.

    Returns
    -------
    Comparison
        ``statistic`` is chi-square. ``df`` is the number of groups less one; groups that are
        never at risk when an event comes add none. ``p_value`` is None if a group has no
        patients, or no event came while patients of two groups were at risk.

    Raises
    ------
    ValueError
        There are fewer than two groups, or as ``kaplan_meier``.

    References
    ----------
    Mantel N. Cancer Chemother Rep 1966;50:163–170. Peto R, Peto J. J R Stat Soc A
    1972;135:185–207. For several groups: Klein JP, Moeschberger ML. Survival Analysis, 2nd
    ed. 2003, section 7.3.
    """
    if len(groups) < 2:
        raise ValueError(f"At least two groups are compared; got {len(groups)}.")
    followed = [_followed(*group) for group in groups]
    n = tuple(int(n_patients.sum()) for _, _, n_patients, _ in followed)
    n_missing = sum(missing for *_, missing in followed)
    if 0 in n:
        return not_compared(LOG_RANK, "a group has no patients", n, n_missing)
    statistic, df = _chi_square(*_excess_events([group[:3] for group in followed]))
    if df == 0:
        return not_compared(
            LOG_RANK, "no event while patients of two groups were at risk", n, n_missing
        )

    from scipy.special import chdtrc

    p_value = float(chdtrc(df, statistic))
    return Comparison(LOG_RANK, statistic, df, p_value, CHI_SQUARE, n, n_missing)


def _followed(
    durations: Values, observed: Iterable[bool | None], counts: Iterable[int] | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Durations, whether the event came, and of how many patients; and how many lack either."""
    columns = (durations, observed) if counts is None else (durations, observed, counts)
    (times, is_event, *n_patients), n_missing = present_together(*columns)
    _check_durations(times)
    if not np.isin(is_event, (0, 1)).all():
        raise ValueError("Whether an event was observed is true or false.")
    n = n_patients[0].astype(int) if n_patients else np.ones(len(times), int)
    return times, is_event.astype(bool), n, n_missing


def _summed(at: np.ndarray, times: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Sums of ``n`` over equal ``times``, for each of the sorted ``at``, which hold them all."""
    return np.bincount(np.searchsorted(at, times), weights=n, minlength=len(at)).astype(int)


def _check_durations(times: np.ndarray) -> None:
    if (times < 0).any():
        raise ValueError(f"A duration is 0 or longer; {int((times < 0).sum())} are negative.")


def _log_log_limits(
    survival: np.ndarray, n_events: np.ndarray, n_at_risk: np.ndarray, z: float
) -> tuple[list[float | None], list[float | None]]:
    inside = (survival > 0) & (n_events.cumsum() > 0)
    # Greenwood's variance of log survival; the last step down to 0 has none.
    left = np.where(n_at_risk > n_events, n_at_risk - n_events, 1)
    log_variance = np.cumsum(n_events / (n_at_risk * left))
    log_survival = np.log(survival, where=inside, out=np.full_like(survival, -1.0))
    exponent = np.exp(z * np.sqrt(log_variance) / np.abs(log_survival))
    limits = (np.exp(log_survival * exponent), np.exp(log_survival / exponent))
    lower, upper = (np.where(inside, limit, None).tolist() for limit in limits)
    return lower, upper


def _first_time_at_half(steps: Iterable[Step], name: str) -> float | None:
    heights = ((step.time, getattr(step, name)) for step in steps)
    return next(
        (time for time, height in heights if height is not None and height <= 0.5 + ROUNDING),
        None,
    )


def _excess_events(
    followed: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
) -> tuple[np.ndarray, np.ndarray]:
    """Observed less expected events of each group (groups), and their covariance matrix."""
    when = np.unique(np.concatenate([times[is_event] for times, is_event, _ in followed]))
    at_risk = np.array(
        [numbers_at_risk(times, when, counts=n).n_at_risk for times, _, n in followed]
    )
    events = np.array(
        [_summed(when, times[is_event], n[is_event]) for times, is_event, n in followed]
    )
    n_at_risk, n_events = at_risk.sum(axis=0), events.sum(axis=0)
    share = at_risk / n_at_risk
    excess = (events - share * n_events).sum(axis=1)
    # With one patient at risk nothing can vary, and the divisor would be 0.
    spread = n_events * (n_at_risk - n_events) / np.maximum(n_at_risk - 1, 1)
    covariance = np.diag(share @ spread) - (share * spread) @ share.T
    return excess, covariance


def _chi_square(excess: np.ndarray, covariance: np.ndarray) -> tuple[float, int]:
    """The excess in standard deviations, squared and summed, and its degrees of freedom.

    The excesses add up to 0, so that the covariance has no inverse. Summing over the directions
    in which something varies gives what leaving out one group would.
    """
    variances, directions = np.linalg.eigh(covariance)
    # Rounding leaves about 1e-16 where the variance is 0.
    varies = variances > 1e-10 * max(1.0, variances.max())
    statistic = ((excess @ directions[:, varies]) ** 2 / variances[varies]).sum()
    return float(statistic), int(varies.sum())
