"""Compare: two cohorts side by side, every difference with its interval and test, or why not."""

import streamlit as st

from lib.charts.compare import share_chart
from lib.comparison import (
    comparison_html,
    needs_seconds,
    number_differences,
    share_differences,
    sizes,
)
from lib.markup import question_html
from lib.ui.chart import draw_chart
from lib.ui.compared import choose_cohorts, choose_slow_tests
from lib.ui.data import records, warehouse
from lib.ui.look import palette
from lib.ui.takeaway import Offer, take_away

QUESTION = "How do two cohorts differ?"


def main() -> None:
    """Draw the choice of two cohorts, how far their shares differ, and everything as a table."""
    st.html(question_html(QUESTION))
    compared = choose_cohorts()
    asked = compared.cohort, compared.parameters
    shares = records("compare/shares", asked[0], **asked[1])
    size = sizes(shares)
    st.markdown(compared.sizes_words(size))
    if not (size.n_a_highest and size.n_b_highest):
        return
    versions = warehouse().manifest.imputations
    slow = needs_seconds(size, versions) and choose_slow_tests()
    numbers = number_differences(records("compare/numbers", asked[0], **asked[1]), versions)
    differences = share_differences(shares, versions, also_slow=slow)
    draw_chart(share_chart(differences, palette(), imputed=versions > 0))
    st.html(comparison_html(differences, numbers, size, versions))
    take_away(
        Offer("Shares", "compare/shares", *asked), Offer("Numbers", "compare/numbers", *asked)
    )


main()
