"""Two cohorts side by side."""

from collections.abc import Iterator
from dataclasses import dataclass

from lib.charts.compare import share_chart
from lib.comparison import Basis, Difference, Sizes, number_differences, share_differences, sizes
from lib.comparison_table import comparison_method, comparison_notes, comparison_tables
from lib.comparison_times import time_differences, times
from lib.figures import MISSING
from lib.named_cohorts import OTHER_DOSES, PRESENT, REST
from lib.pair import Pair, pair_of, seconds
from lib.report.content import Block, Words
from lib.report.sections.kind import LONGEST_TITLE, PALETTE, Kind, chart, remark, table
from lib.report.subject import Inquiry, Option, ReportError
from lib.tables import TextTable, steps_note

FIRST = Option("compare_a", "Cohort A")
SECOND = Option("compare_b", "Cohort B")
NOBODY_TO_COMPARE = "With nobody in one of them, there is nothing to compare."


@dataclass(frozen=True)
class Compared:
    """Two cohorts and how far they differ; no differences if nobody is in one of them."""

    pair: Pair
    size: Sizes
    shares: list[Difference]
    numbers: list[Difference]
    times: list[Difference]

    @property
    def differences(self) -> list[Difference]:
        """All of them, in the order of the tables."""
        return [*self.shares, *self.numbers, *self.times]


def compared(inquiry: Inquiry) -> Compared:
    """The two cohorts that the view chooses.

    Raises
    ------
    ReportError
        If it chooses one that there is not.
    """
    known = {PRESENT: inquiry.cohort} | {each.name: each.cohort for each in inquiry.subject.named}
    names = inquiry.choice(FIRST) or PRESENT, inquiry.choice(SECOND) or REST
    if names[0] not in known:
        raise ReportError(f"There is no cohort “{names[0][:60]}”. There are: {', '.join(known)}.")
    if names[1] not in (possible := seconds(known[names[0]], known)):
        needs = " It needs a usual dose in the filter." * (names[1] == OTHER_DOSES)
        raise ReportError(
            f"There is no cohort “{names[1][:60]}” to compare with.{needs} There are: "
            f"{', '.join(possible)}."
        )
    pair = pair_of(*names, known)
    shares = inquiry.ask("compare/shares", pair.cohort, **pair.parameters)
    size = sizes(shares)
    if not (size.n_a_highest and size.n_b_highest):
        return Compared(pair, size, [], [], [])
    versions = inquiry.manifest.imputations
    basis = Basis(versions, pair.chosen_by)
    numbers = inquiry.ask("compare/numbers", pair.cohort, **pair.parameters)
    no_times = versions or inquiry.withheld("compare/times")
    followed = {} if no_times else times(pair, inquiry.ask)
    return Compared(
        pair,
        size,
        share_differences(shares, basis),
        number_differences(numbers, basis),
        time_differences(followed, basis),
    )


def build(inquiry: Inquiry) -> Iterator[Block]:
    """How far shares, numbers and times differ."""
    found, versions = compared(inquiry), inquiry.manifest.imputations
    size, words = found.size, found.pair.words
    in_both = f" {size.n_both} are in both." * bool(size.n_both)
    yield Words(f"A: {size.a}, {words[0]}. B: {size.b}, {words[1]}.{in_both}")
    if not found.differences:
        yield remark(NOBODY_TO_COMPARE)
        return
    says = f"A: {words[0]}, beside B: {words[1]}."
    if len(says) > LONGEST_TITLE:
        says = f"A, {size.a} patients, beside B, {size.b} patients."
    drawn = share_chart(found.shares, PALETTE, imputed=versions > 0)
    if drawn["datasets"]["differences"]:
        yield chart(inquiry, drawn, says=says)
    parts = found.shares, found.numbers, found.times
    tables = comparison_tables(*parts, size, versions)
    for title, told in tables.items():
        if _is_empty(told.table):
            continue
        yield table(inquiry, title, told, steps_note(inquiry.k), says=says)
    below = comparison_notes(found.differences, versions)
    for note in (*below, *comparison_method(found.differences, versions)):
        yield Words(note)


def _is_empty(told: TextTable) -> bool:
    """Whether a table has no figure of either cohort, as of times that are not compared."""
    return all(cell in ("", MISSING) for row in told.rows for cell in row[1:])


SECTION = Kind("comparison", "Comparison", "How do two cohorts differ?", build, (FIRST, SECOND))
