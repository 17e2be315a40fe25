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
Rows = Sequence[dict]


def both(pair: Pair, outcome: Outcome, ask: Callable[..., Rows]) -> tuple[Rows, Rows]:
    """The rows of ``response/times_to_event`` of both cohorts.

    Parameters
    ----------
    ask
        Takes the query's name, a cohort and the query's other parameters.
    """
    first, second = (
        ask("response/times_to_event", cohort, event=outcome.event)
        for cohort in (pair.cohort, pair.other)
    )
    return first, rest(second, first) if pair.less_first else second


def rest(everybody: Rows, first: Rows) -> list[dict]:
    """The rows of the patients who are not in the first cohort."""
    inside = {row["patient_id"] for row in first}
    return [row for row in everybody if row["patient_id"] not in inside]


def time_differences(times: Mapping[Outcome, tuple[Rows, Rows]], basis: Basis) -> list[Difference]:
    """Both medians of each outcome, how far they differ, and the log-rank test of the curves.

    The difference of two medians has no interval.

    Parameters
    ----------
    times
        Rows of ``response/times_to_event`` of both cohorts. Of a reconstructed registry they are
        not looked at: its versions have other times, and others in the cohorts.
    """
    if basis.n_versions:
        return [_reconstructed(outcome) for outcome in LABELS]
    return [_difference(outcome, *rows, basis) for outcome, rows in times.items()]


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


def _difference(outcome: Outcome, rows_a: Rows, rows_b: Rows, basis: Basis) -> Difference:
    followed = [[row for row in rows if row["left_out"] is None] for rows in (rows_a, rows_b)]
    samples = [
        ([row["days"] for row in rows], [row["is_event"] for row in rows]) for rows in followed
    ]
    curves = [kaplan_meier(*sample) for sample in samples]
    is_told = [_is_mostly_followed(rows) for rows in (rows_a, rows_b)]
    medians = [median_survival(curve).estimate for curve in curves]
    shift = None
    if all(is_told) and None not in medians and min(curve.n for curve in curves) >= MIN_GROUP_SIZE:
        shift = (medians[0] - medians[1]) / DAYS_PER_MONTH
    in_both = len(followed[0]) - len(rest(followed[0], followed[1]))
    known = {
        "characteristic": outcome.event,
        "known_a": curves[0].n,
        "known_b": curves[1].n,
        "known_a_highest": curves[0].n,
        "known_b_highest": curves[1].n,
        "known_in_both": in_both,
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


def _is_mostly_followed(rows: Rows) -> bool:
    concerned = [row for row in rows if row["is_concerned"]]
    return are_most(sum(row["left_out"] is None for row in concerned), len(concerned))


def _median_text(curve: SurvivalCurve, median: float | None) -> str:
    """``11.2 (202/343)``: the median in months, and how many had the event, of how many."""
    if curve.n < MIN_GROUP_SIZE:
        return f"{MISSING} ({curve.n_events}/{curve.n})"
    figure = NOT_REACHED if median is None else months(median)
    return f"{figure} ({curve.n_events}/{curve.n})"
