"""Who responded, by whose rule, and for how long."""

from collections.abc import Iterator

from lib import response, written
from lib.beside import Told
from lib.charts.response import response_rates
from lib.charts.survival import survival_chart
from lib.report.content import Block, Words
from lib.report.sections.kind import PALETTE, Kind, chart, remark, table
from lib.report.subject import Inquiry, Option
from lib.survival_curves import GROUPINGS, RELAPSE, STOP, Outcome

BY = Option("response_by", "Rates by", tuple(response.GROUPINGS))
CURVES_BY = Option("response_curves_by", "Curves by", tuple(GROUPINGS))


def build(inquiry: Inquiry) -> Iterator[Block]:
    """Rates, responders by the scores' own rules, and both curves."""
    field = response.GROUPINGS[inquiry.choice(BY)]
    rows = inquiry.records("response/rates", field=field)
    groups = response.rates(response.shown_groups(rows), field)
    whole = groups[0]
    says = f"{', '.join(filter(None, [whole['counts'], whole['percent']]))} responded."
    told = written.rates(field, inquiry)
    yield chart(inquiry, response_rates(groups, PALETTE), told.notes, says)
    yield table(inquiry, "Responders", Told(told.table, []), says=says)
    yield from _scores(inquiry)
    for outcome in (STOP, RELAPSE):
        yield from _curves(inquiry, outcome)


def _scores(inquiry: Inquiry) -> Iterator[Block]:
    found = response.instruments(inquiry.records("response/responders"))
    if not found:
        yield remark("Not recorded in this registry: no clinical score of these patients.")
        return
    yield Words(response.TWO_DEFINITIONS)
    for name, rules in found.items():
        said = response.responders_words(rules, rules[0]).replace("**", "")
        yield Words(f"{name}: {said} {response.rule_method(rules[0])}")


def _curves(inquiry: Inquiry, outcome: Outcome) -> Iterator[Block]:
    if why := inquiry.withheld("response/times_to_event"):
        yield remark(f"{outcome.title} {why}")
        return
    field = GROUPINGS[inquiry.choice(CURVES_BY)]
    rows = inquiry.records("response/times_to_event", event=outcome.event)
    groups, _, why = written.drawn_curves(rows, field, outcome, inquiry.manifest)
    if why:
        yield remark(f"{outcome.title} {why}")
        return
    told = written.curves(outcome, field, inquiry)
    events = sum(group.curve.n_events for group in groups)
    says = f"{events} of {sum(group.curve.n for group in groups)} patients {outcome.happened}."
    yield chart(inquiry, survival_chart(groups, outcome, field, PALETTE), says=says)
    yield table(inquiry, f"{outcome.title} In numbers", told, says=says)


SECTION = Kind("response", "Response", "Who responded, and for how long?", build, (BY, CURVES_BY))
