"""How long it took in two cohorts until something happened: medians and the log-rank test.

The rules of what is followed and of who is left out are those of `lib.survival_curves`.
"""

from collections.abc import Callable, Mapping, Sequence

from lib.comparison import Basis, Difference, tested
from lib.figures import MIN_GROUP_SIZE, MISSING
from lib.pair import Pair
from lib.stats import SurvivalCurve, kaplan_meier, logrank, median_survival
from lib.stats.choice import REASONS, RECONSTRUCTED
from lib.stats.results import LOG_RANK
from lib.survival_curves import (
    RELAPSE,
    STOP,
    Outcome,
    are_most,
    months,
)
from lib.time_units import DAYS_PER_MONTH

LABELS = {STOP: "Time on therapy", RELAPSE: "Time to relapse"}
NOT_REACHED = "not reached"
FEW_FOLLOWED = "recorded of fewer than half of those concerned in a cohort"
# Columns of how many patients of each cohort there are.
COUNTS = ("n_a", "n_b")
Rows = Sequence[dict]


def times(pair: Pair, ask: Callable[..., Rows]) -> dict[Outcome, Rows]:
    """The rows of ``compare/times`` by outcome.

    Parameters
    ----------
    ask
        Takes the query's name, a cohort and the query's other parameters.
    """
    rows = ask("compare/times", pair.cohort, **pair.parameters)
    return {outcome: [row for row in rows if row["event"] == outcome.event] for outcome in LABELS}


def time_differences(times: Mapping[Outcome, Rows], basis: Basis) -> list[Difference]:
    """Both medians of each outcome, how far they differ, and the log-rank test of the curves.

    The difference of two medians has no interval.

    Parameters
    ----------
    times
        Rows of ``compare/times``. Of a reconstructed registry they are not looked at: its versions
        have other times, and others in the cohorts.
    """
    if basis.n_versions:
        return [_reconstructed(outcome) for outcome in LABELS]
    return [_difference(outcome, rows, basis) for outcome, rows in times.items()]


def _reconstructed(outcome: Outcome) -> Difference:
    return Difference(
        outcome.event,
        LABELS[outcome],
        MISSING,
        MISSING,
        test=LOG_RANK,
        reason=REASONS[LOG_RANK],
        withheld=RECONSTRUCTED,
    )


def _difference(outcome: Outcome, rows: Rows, basis: Basis) -> Difference:
    followed = [row for row in rows if row["left_out"] is None]
    samples = [_sample(followed, n) for n in COUNTS]
    curves = [kaplan_meier(days, observed, counts=n) for days, observed, n in samples]
    is_told = [_is_mostly_followed(rows, n) for n in COUNTS]
    medians = [median_survival(curve).estimate for curve in curves]
    shift = None
    if all(is_told) and None not in medians and min(curve.n for curve in curves) >= MIN_GROUP_SIZE:
        shift = (medians[0] - medians[1]) / DAYS_PER_MONTH
    known = {
        "characteristic": outcome.event,
        "known_a": curves[0].n,
        "known_b": curves[1].n,
        "known_a_highest": curves[0].n,
        "known_b_highest": curves[1].n,
        "known_in_both": sum(row["n_both"] for row in followed),
    }
    is_known_of_few = not all(is_told) and min(curve.n for curve in curves)
    obstacle = FEW_FOLLOWED if is_known_of_few else None
    return Difference(
        outcome.event,
        LABELS[outcome],
        *(
            _median_text(curve, median) if told else MISSING
            for curve, median, told in zip(curves, medians, is_told, strict=True)
        ),
        estimate=shift,
        lowest=shift,
        highest=shift,
        **tested("time_to_event", known, basis, lambda: logrank(samples), obstacle),
    )


def _sample(followed: Rows, n: str) -> tuple[list[int], list[bool], list[int]]:
    """The days of one cohort, whether the event came, and of how many patients each is."""
    own = [row for row in followed if row[n]]
    return tuple([row[column] for row in own] for column in ("days", "is_event", n))


def _is_mostly_followed(rows: Rows, n: str) -> bool:
    concerned = [row for row in rows if row["is_concerned"]]
    n_followed = sum(row[n] for row in concerned if row["left_out"] is None)
    return are_most(n_followed, sum(row[n] for row in concerned))


def _median_text(curve: SurvivalCurve, median: float | None) -> str:
    """``11.2 (202/343)``: the median in months, and how many had the event, of how many."""
    if curve.n < MIN_GROUP_SIZE:
        return f"{MISSING} ({curve.n_events}/{curve.n})"
    figure = NOT_REACHED if median is None else months(median)
    return f"{figure} ({curve.n_events}/{curve.n})"
