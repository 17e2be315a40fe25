"""Two cohorts side by side."""

from collections.abc import Iterator

from lib.charts.compare import share_chart
from lib.comparison import Basis, number_differences, pair_of, share_differences, sizes
from lib.comparison_table import METHOD, comparison_notes, comparison_tables
from lib.comparison_times import LABELS, both, time_differences
from lib.named_cohorts import PRESENT, REST
from lib.report.content import Block, Words
from lib.report.sections.kind import PALETTE, Kind, chart, remark, table
from lib.report.subject import Inquiry, Option, ReportError

FIRST = Option("compare_a", "Cohort A")
SECOND = Option("compare_b", "Cohort B")


def build(inquiry: Inquiry) -> Iterator[Block]:
    """How far shares, numbers and times differ."""
    known = {PRESENT: inquiry.cohort} | {each.name: each.cohort for each in inquiry.subject.named}
    names = inquiry.choice(FIRST) or PRESENT, inquiry.choice(SECOND) or REST
    for name in names:
        if name not in (*known, REST):
            raise ReportError(f"There is no cohort “{name[:60]}”. There are: {', '.join(known)}.")
    pair = pair_of(*names, known)
    shares = inquiry.ask("compare/shares", pair.cohort, **pair.parameters)
    size, versions = sizes(shares), inquiry.manifest.imputations
    in_both = f" {size.n_both} are in both." * bool(size.n_both)
    yield Words(f"A: {size.a}, {pair.words[0]}. B: {size.b}, {pair.words[1]}.{in_both}")
    if not (size.n_a_highest and size.n_b_highest):
        yield remark("With nobody in one of them, there is nothing to compare.")
        return
    basis = Basis(versions, pair.chosen_by)
    numbers = number_differences(
        inquiry.ask("compare/numbers", pair.cohort, **pair.parameters), basis
    )
    differences = share_differences(shares, basis)
    no_times = versions or inquiry.withheld("response/times_to_event")
    followed = {} if no_times else {each: both(pair, each, inquiry.ask) for each in LABELS}
    times = time_differences(followed, basis)
    notes = comparison_notes([*differences, *numbers, *times], versions)
    says = f"A ({size.a} patients) beside B ({size.b})."
    drawn = share_chart(differences, PALETTE, imputed=versions > 0)
    if drawn["datasets"]["differences"]:
        yield chart(inquiry, drawn, says=says)
    for title, told in comparison_tables(differences, numbers, times, size, versions).items():
        yield table(inquiry, title, told, says=says)
    for note in (*notes, *METHOD):
        yield Words(note)


SECTION = Kind("comparison", "Comparison", "How do two cohorts differ?", build, (FIRST, SECOND))
