"""What SQL should not do: intervals, tests and survival, on plain numbers.

Every result carries its method in words and how many values were missing. A missing value
(None, NaN, NA) is dropped and counted; an empty group gives a result without figures; an
impossible argument raises ValueError, whose message never holds a patient's value.
scipy is imported by the functions that need it: importing it costs half a second or more.
"""

from lib.stats.choice import MIN_GROUP_SIZE, ChosenTest, choose_test
from lib.stats.fisher import fisher_exact
from lib.stats.proportions import newcombe_difference, ratio_interval, wilson_interval
from lib.stats.ranks import hodges_lehmann, kruskal_wallis, mann_whitney
from lib.stats.rates import person_time_rate
from lib.stats.results import (
    FISHER_EXACT,
    KRUSKAL_WALLIS,
    LOG_RANK,
    MANN_WHITNEY,
    Comparison,
    Interval,
    Shift,
)
from lib.stats.survival import (
    NumbersAtRisk,
    Step,
    SurvivalCurve,
    kaplan_meier,
    logrank,
    median_survival,
    numbers_at_risk,
)

__all__ = [
    "FISHER_EXACT",
    "KRUSKAL_WALLIS",
    "LOG_RANK",
    "MANN_WHITNEY",
    "MIN_GROUP_SIZE",
    "ChosenTest",
    "Comparison",
    "Interval",
    "NumbersAtRisk",
    "Shift",
    "Step",
    "SurvivalCurve",
    "choose_test",
    "fisher_exact",
    "hodges_lehmann",
    "kaplan_meier",
    "kruskal_wallis",
    "logrank",
    "mann_whitney",
    "median_survival",
    "newcombe_difference",
    "numbers_at_risk",
    "person_time_rate",
    "ratio_interval",
    "wilson_interval",
]
