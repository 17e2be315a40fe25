"""What the sections of a packet computed: which intervals and tests are really in it.

Asked as the sections ask, so that a method names what was done and nothing else. An interval that
could not be given, as of versions that differ, was not computed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lib import response, written
from lib.comparison import CATEGORIES
from lib.comparison_table import has_limits, reasons_withheld
from lib.dose_cost import intervals_in, read_price
from lib.errors import WithheldError
from lib.report.sections import comparison, cost, side_effects
from lib.report.sections import response as responses
from lib.report.sections.comparison import Compared
from lib.report.subject import Inquiry
from lib.side_effects import PER, has_intervals
from lib.stats import LOG_RANK, Comparison
from lib.stats.proportions import NEWCOMBE, WILSON
from lib.stats.ranks import MOSES_EXACT
from lib.stats.rates import GARWOOD
from lib.stats.survival import KAPLAN_MEIER
from lib.survival_curves import GROUPINGS, OUTCOMES, Group, Outcome
from lib.survival_curves import comparison as curves_test


@dataclass
class Done:
    """What was computed.

    Attributes
    ----------
    intervals
        Methods of those that are given, by the names that ``lib.stats`` has for them.
    tests
        How many p-values are given, by the test's name.
    withheld
        Why others are not, each reason once.
    curves
        The Kaplan–Meier curves that are drawn.
    rules
        The first published response rule of each clinical score of which there are responders.
    compared
        The two cohorts that are compared; None if none are.
    """

    intervals: set[str] = field(default_factory=set)
    tests: Counter = field(default_factory=Counter)
    withheld: list[str] = field(default_factory=list)
    curves: dict[Outcome, list[Group]] = field(default_factory=dict)
    rules: list[dict] = field(default_factory=list)
    compared: Compared | None = None

    @property
    def has_several_categories(self) -> bool:
        """Whether a p-value is that of categories that exclude each other, tested together."""
        differences = self.compared.differences if self.compared else []
        return any(
            each.characteristic in CATEGORIES and each.p_value is not None for each in differences
        )


def done_in(inquiry: Inquiry) -> Done:
    """What the sections of an inquiry's packet compute.

    Raises
    ------
    WithheldError
        If nothing of the cohort may be told.
    """
    done, sections = Done(), inquiry.subject.sections
    for name, add in (
        ("response", _response),
        ("side_effects", _side_effects),
        ("comparison", _comparison),
        ("cost", _cost),
    ):
        if name in sections:
            add(done, inquiry)
    return done


def _response(done: Done, inquiry: Inquiry) -> None:
    field_name = response.GROUPINGS[inquiry.choice(responses.BY)]
    rows = inquiry.records("response/rates", field=field_name)
    groups = response.rates(response.shown_groups(rows), field_name)
    found = response.instruments(inquiry.records("response/responders"))
    done.rules = [rules[0] for rules in found.values() if rules[0]["rule"] is not None]
    by_rule = [response.interval_of(row, "n_responders", "n_assessed") for row in done.rules]
    if any(group["percent"] for group in groups) or any(by_rule):
        done.intervals.add(WILSON)
    for outcome in OUTCOMES:
        drawn, why = responses.curve_groups(inquiry, outcome)
        if not why:
            _curves(done, inquiry, outcome, drawn)


def _curves(done: Done, inquiry: Inquiry, outcome: Outcome, groups: list[Group]) -> None:
    done.curves[outcome] = groups
    if any(step.lower is not None for group in groups for step in group.curve.steps):
        done.intervals.add(KAPLAN_MEIER)
    tested = curves_test(
        groups,
        GROUPINGS[inquiry.choice(responses.CURVES_BY)],
        imputed=written.is_reconstructed(inquiry),
        chosen_by=inquiry.cohort.words_by_field,
    )
    if isinstance(tested, Comparison) and tested.p_value is not None:
        done.tests[LOG_RANK] += 1
    elif reason := tested.method if isinstance(tested, Comparison) else tested:
        done.withheld.append(reason)


def _side_effects(done: Done, inquiry: Inquiry) -> None:
    by, per = inquiry.choice(side_effects.BY), inquiry.choice(side_effects.PER_WHAT)
    told = written.frequency(by, per, inquiry)
    if has_intervals(told.table):
        done.intervals.add(WILSON if PER[per].in_brackets == WILSON else GARWOOD)


def _comparison(done: Done, inquiry: Inquiry) -> None:
    try:
        found = comparison.compared(inquiry)
    except WithheldError:
        # The other cohort is too small to be told of.
        return
    if not found.differences:
        return
    done.compared = found
    for differences, method in ((found.shares, NEWCOMBE), (found.numbers, MOSES_EXACT)):
        if any(has_limits(each) for each in differences):
            done.intervals.add(method)
    done.tests.update(each.test for each in found.differences if each.p_value is not None)
    done.withheld += reasons_withheld(found.differences)


def _cost(done: Done, inquiry: Inquiry) -> None:
    price, _ = read_price(inquiry.choice(cost.PRICE))
    is_told = not inquiry.withheld("dose/cost_basis")
    told = written.use(
        inquiry.choice(cost.BY), inquiry.choice(cost.UNIT), price, inquiry, is_basis_told=is_told
    )
    done.intervals |= intervals_in(told.table)
