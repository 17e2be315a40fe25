"""Which side-effects, how often, when, and what came of them."""

from collections.abc import Iterator

from lib import written
from lib.beside import Told
from lib.charts.side_effects import ONSET_FROM, onset_strip
from lib.charts.thinned import MOST_DOTS
from lib.figures import MISSING, WITHHELD
from lib.report.content import Block
from lib.report.sections.kind import PALETTE, Kind, chart, of_somebody, remark, table
from lib.report.subject import Inquiry, Option
from lib.side_effects import (
    COUNTED_BY,
    LED_TO,
    PER,
    caveats,
    has_intervals,
    method,
    onset_note,
    symptoms_in_order,
)
from lib.tables import TextTable, unsized

BY = Option("side_effects_by", "Columns", tuple(COUNTED_BY))
PER_WHAT = Option("side_effects_per", "Per", tuple(PER))
ONSET = Option("side_effects_onset", "Time of onset from", tuple(ONSET_FROM))


def build(inquiry: Inquiry) -> Iterator[Block]:
    """How often, when, and with which consequences."""
    by, per = inquiry.choice(BY), inquiry.choice(PER_WHAT)
    m, k = inquiry.manifest.imputations, inquiry.subject.k
    told = written.frequency(by, per, inquiry)
    is_estimated = has_intervals(told.table)
    rows = inquiry.records("side_effects/frequency", counted_by=COUNTED_BY[by])
    notes = [*caveats(rows, by, per, m, k), *method(by, per, m, has_intervals=is_estimated)]
    title = f"{PER[per].title}, by {by}"
    frequency = of_somebody(Told(told.table, notes))
    yield table(inquiry, title, frequency, says=_says(told.table, per))
    yield from _onsets(inquiry, by)
    led_to = written.consequences(by, inquiry, one_by_one=False)
    row = led_to.table.rows[0]
    came_of_it = f"Stopped IVIg for side-effects: {row[2]}; had a serious one: {row[3]}."
    yield table(inquiry, LED_TO, led_to, says=came_of_it)


def _says(told: TextTable, per: str) -> str:
    """Any side-effect in the whole cohort: ``7 of 32 patients had a side-effect: 22% (11–39).``"""
    figure, _, interval = told.rows[0][-1].partition(", ")
    if per == "patients":
        _, patients = unsized(told.columns[-1])
        share = f": {interval}" * bool(interval)
        return f"{figure} of {patients} had a side-effect{share}."
    if figure in (MISSING, WITHHELD):
        return ""
    return f"{' '.join(filter(None, [figure, interval]))} side-effects per {per}."


def _onsets(inquiry: Inquiry, by: str) -> Iterator[Block]:
    if why := inquiry.withheld("side_effects/onset_days"):
        yield remark(why)
        return
    since = inquiry.choice(ONSET)
    asked = {"since": ONSET_FROM[since].measure, "most_drawn": MOST_DOTS}
    rows = inquiry.records("side_effects/frequency", counted_by=COUNTED_BY[by])
    onsets = inquiry.records("side_effects/onset_days", **asked)
    if not onsets:
        yield remark("When side-effects began is not recorded in this cohort.")
        return
    note = onset_note(rows, onsets)
    drawn = onset_strip(onsets, symptoms_in_order(rows), since, PALETTE)
    yield chart(inquiry, drawn, [note], f"{note.partition(';')[0]}.")


SECTION = Kind(
    "side_effects", "Side-effects", "Which side-effects, how often?", build, (BY, PER_WHAT, ONSET)
)
