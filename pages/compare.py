"""Compare: two cohorts side by side, every difference with its interval and test, or why not."""

import streamlit as st

from lib.charts.compare import share_chart
from lib.comparison import (
    Basis,
    needs_seconds,
    number_differences,
    share_differences,
    sizes,
)
from lib.comparison_table import comparison_html
from lib.markup import question_html
from lib.ui.chart import draw_chart
from lib.ui.compared import choose_cohorts, choose_slow_tests
from lib.ui.data import records, warehouse
from lib.ui.look import palette
from lib.ui.takeaway import Offer, take_away

QUESTION = "How do two cohorts differ?"


def main() -> None:
    """Draw the choice of two cohorts, how far their shares differ, and everything as a table."""
    question, left, right = st.columns([2, 1, 1], gap="medium", vertical_alignment="bottom")
    question.html(question_html(QUESTION))
    compared = choose_cohorts(left, right)
    asked = compared.cohort, compared.parameters
    shares = records("compare/shares", asked[0], **asked[1])
    size = sizes(shares)
    st.markdown(compared.sizes_words(size))
    if not (size.n_a_highest and size.n_b_highest):
        return
    versions = warehouse().manifest.imputations
    chart = st.container()
    slow = needs_seconds(size, versions) and choose_slow_tests()
    basis = Basis(versions, compared.chosen_by, also_slow=slow)
    numbers = number_differences(records("compare/numbers", asked[0], **asked[1]), basis)
    differences = share_differences(shares, basis)
    with chart:
        draw_chart(share_chart(differences, palette(), imputed=versions > 0))
    st.html(comparison_html(differences, numbers, size, versions))
    take_away(
        Offer("Shares", "compare/shares", *asked), Offer("Numbers", "compare/numbers", *asked)
    )


main()
