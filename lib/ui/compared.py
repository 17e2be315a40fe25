"""Which two cohorts are compared: the reader's choice, kept in the URL."""

from html import escape

import streamlit as st

from lib.cohort import Cohort
from lib.comparison import Sizes
from lib.named_cohorts import PRESENT
from lib.pair import Pair, example, pair_of, seconds
from lib.ui.choice import menu
from lib.ui.cohort_state import current_cohort, facets, write_cohort
from lib.ui.named_cohorts import named_cohorts
from lib.ui.notice import as_text, ignored_notice

# Pixels: two of them and the question fit beside each other on a projector.
CHOICE_WIDTH = 220
NOBODY = (
    "With nobody in one of them, there is nothing to compare. Narrow the filter on the left, or "
    "choose other cohorts: the page Cohorts gives the present filter a name."
)


def sizes_html(pair: Pair, size: Sizes) -> str:
    """Who both of them are, and what to do if one of them is nobody."""
    first, second = map(escape, pair.words)
    both = f" · <b>{size.n_both}</b> in both" if size.n_both else ""
    who = f"<p><b>A: {size.a}</b> {first} · <b>B: {size.b}</b> {second}{both}</p>"
    return who if size.n_a_highest and size.n_b_highest else f"{who}<p>{NOBODY}</p>"


def choose_cohorts() -> Pair:
    """Draw both choices: the present filter, a named cohort, or a part of the rest."""
    known = {PRESENT: current_cohort()} | {each.name: each.cohort for each in named_cohorts()}
    first = menu("Cohort A", "compare_a", known, width=CHOICE_WIDTH)
    second = menu("Cohort B", "compare_b", seconds(known[first], known), width=CHOICE_WIDTH)
    return pair_of(first, second, known)


def choose_slow_tests() -> bool:
    """Whether the exact tests of several categories, which take seconds, are made too."""
    ignored_notice("compare_whole", ["true", "false"])
    return st.checkbox(
        "Also test dose and diagnosis as a whole (takes some seconds)",
        key="compare_whole",
        bind="query-params",
    )


def offer_example() -> None:
    """Offer a comparison to a reader who has not narrowed the filter yet, if there is one."""
    cohort = example(facets(Cohort()))
    if cohort is None:
        return
    st.button(
        f"For example: {as_text(cohort.words)} against the rest",
        icon=":material/compare_arrows:",
        key="compare_example",
        on_click=write_cohort,
        args=(cohort,),
    )
