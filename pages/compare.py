"""Compare: two cohorts side by side, every difference with its interval and test, or why not."""

from functools import partial

import streamlit as st

from lib.charts.compare import share_chart
from lib.comparison import Basis, Sizes, needs_seconds, number_differences, share_differences, sizes
from lib.comparison_table import (
    comparison_html,
    comparison_method,
    comparison_notes,
    comparison_tables,
)
from lib.comparison_times import time_differences, times
from lib.pair import Pair
from lib.report.content import Table
from lib.ui.chart import draw_chart
from lib.ui.cohort_state import need_frame
from lib.ui.compared import choose_cohorts, choose_slow_tests, offer_example, sizes_html
from lib.ui.data import records, warehouse
from lib.ui.look import palette
from lib.ui.prose import heading
from lib.ui.shown import show_table
from lib.ui.takeaway import Offer, take_away
from lib.ui.withheld import is_withheld

QUESTION = "How do two cohorts differ?"


def main() -> None:
    """Draw the choice of two cohorts, and what differs if there is somebody in both."""
    need_frame()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        heading(QUESTION, width="stretch")
        compared = choose_cohorts()
    shares = records("compare/shares", compared.cohort, **compared.parameters)
    size = sizes(shares)
    st.html(sizes_html(compared, size))
    if not (size.n_a_highest and size.n_b_highest):
        offer_example()
    else:
        draw_differences(compared, shares, size)


def draw_differences(compared: Pair, shares: list[dict], size: Sizes) -> None:
    """Draw how far the shares differ, and everything as a table."""
    versions = warehouse().manifest.imputations
    slow = needs_seconds(size, versions) and choose_slow_tests()
    basis = Basis(versions, compared.chosen_by, also_slow=slow)
    differences = share_differences(shares, basis)
    # At once: the browser draws it while the other tests are computed.
    draw_chart(share_chart(differences, palette(), imputed=versions > 0))
    rows = records("compare/numbers", compared.cohort, **compared.parameters)
    numbers = number_differences(rows, basis)
    no_times = versions or is_withheld("compare/times")
    followed = {} if no_times else times(compared, records)
    durations = time_differences(followed, basis)
    tables = comparison_tables(differences, numbers, durations, size, versions)
    everything = [*differences, *numbers, *durations]
    below = comparison_notes(everything, versions)
    for title, told in tables.items():
        show_table(title, partial(Table, title, told.table, (*told.notes, *below)))
    st.html(comparison_html(tables, below, comparison_method(everything, versions)))
    asked = compared.cohort, compared.parameters
    take_away(
        Offer("Shares", "compare/shares", *asked),
        Offer("Numbers", "compare/numbers", *asked),
        *([Offer("Times", "compare/times", *asked)] if followed else []),
        whom=f"A: {size.a}, {compared.words[0]}; B: {size.b}, {compared.words[1]}",
    )


main()
