"""Who responded, by whose rule, and for how long."""

from collections.abc import Iterator

from lib import response, written
from lib.beside import Told
from lib.charts.response import response_rates
from lib.charts.survival import survival_chart
from lib.figures import MISSING
from lib.report.content import Block, Words
from lib.report.sections.kind import PALETTE, Kind, chart, remark, table
from lib.report.subject import Inquiry, Option
from lib.survival_curves import GROUPINGS, OUTCOMES, Group, Outcome, curve_times

BY = Option("response_by", "Rates by", tuple(response.GROUPINGS))
CURVES_BY = Option("response_curves_by", "Curves by", tuple(GROUPINGS))


def build(inquiry: Inquiry) -> Iterator[Block]:
    """Rates, responders by the scores' own rules, and both curves."""
    field = response.GROUPINGS[inquiry.choice(BY)]
    rows = response.shown_groups(inquiry.records("response/rates", field=field))
    once, all_alike = _once(rows, field, inquiry.k)
    groups = response.rates(once, field)
    says = _says(groups[0])
    remarks = written.remarks("response", inquiry)
    notes = [each for each in written.rates(field, inquiry).notes if each not in remarks]
    yield chart(inquiry, response_rates(groups, PALETTE), [*notes, *all_alike], says)
    # At the figures that it is about, and seen with them on a slide.
    for each in remarks:
        yield remark(each)
    told = Told(response.rates_table(groups), all_alike)
    yield table(inquiry, "Responders", told, says=says)
    yield from _scores(inquiry)
    for outcome in OUTCOMES:
        yield from _curves(inquiry, outcome)


def _once(rows: list[dict], field: str, k: int) -> tuple[list[dict], list[str]]:
    """The rows without a group that is the whole cohort once more, and a note on it.

    Of a registry that is told in steps the same step may be of fewer patients.
    """
    ends = ("n_patients_lowest", "n_patients_highest")
    sizes = {row[end] for row in rows for end in ends}
    if k or len(rows) != 2 or len(sizes) != 1:
        return rows, []
    name = response.group_label(field, rows[1]["value"])
    return rows[:1], [f"All are of one group, which has no row of its own: {name}."]


def _says(whole: dict) -> str:
    """``29 of 32 with a recorded response responded: 91% (76–97).``"""
    if whole["counts"] == MISSING:
        return "No response is recorded."
    share = f": {whole['percent']}" * bool(whole["percent"])
    return f"{whole['counts'].replace('/', ' of ')} with a recorded response responded{share}."


def _scores(inquiry: Inquiry) -> Iterator[Block]:
    found = response.instruments(inquiry.records("response/responders"))
    if not found:
        yield remark("Not recorded in this registry: no clinical score of these patients.")
        return
    yield Words(response.TWO_DEFINITIONS)
    for name, rules in found.items():
        said = response.responders_words(rules, rules[0]).replace("**", "")
        yield Words(f"{name}: {said} {response.rule_method(rules[0])}")


def curve_groups(inquiry: Inquiry, outcome: Outcome) -> tuple[list[Group], str]:
    """The groups with a curve, and why there is none, if so."""
    if why := inquiry.withheld("response/times_to_event"):
        return [], why
    field = GROUPINGS[inquiry.choice(CURVES_BY)]
    rows = curve_times(
        inquiry.records, outcome, field, reconstructed=inquiry.manifest.imputations > 0
    )
    groups, _, why = written.drawn_curves(rows, field, outcome)
    return groups, why


def _curves(inquiry: Inquiry, outcome: Outcome) -> Iterator[Block]:
    groups, why = curve_groups(inquiry, outcome)
    if why:
        yield remark(f"{outcome.title} {why}")
        return
    field = GROUPINGS[inquiry.choice(CURVES_BY)]
    told = written.curves(outcome, field, inquiry)
    events, n = (sum(getattr(each.curve, name) for each in groups) for name in ("n_events", "n"))
    says = f"{events} of {n} patients in the {CURVES[len(groups) > 1]} {outcome.happened}."
    yield chart(inquiry, survival_chart(groups, outcome, field, PALETTE), says=says)
    yield table(inquiry, f"{outcome.title} In numbers", told, says=says)


CURVES = ("curve", "curves")
SECTION = Kind("response", "Response", "Who responded, and for how long?", build, (BY, CURVES_BY))
