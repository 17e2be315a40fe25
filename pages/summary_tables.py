"""Summary tables: the publication's Tables I and II, and a Table 1, for any cohort."""

from functools import partial

import streamlit as st

from lib import written
from lib.cohort import Cohort
from lib.table_one import GROUPINGS, STATISTICS
from lib.ui.beside import table_beside
from lib.ui.choice import choice, menu, offered
from lib.ui.cohort_state import current_cohort
from lib.ui.data import warehouse
from lib.ui.prose import heading
from lib.ui.takeaway import Offer, take_away

QUESTION = "What do the tables say?"
VIEWS = ("Tables I and II", "Table 1 by group")
COMPARED = (
    "<p class='table-note'>The page Publication sets every printed value beside the recomputed "
    "one.</p>"
)


def main() -> None:
    """Draw the tables that the reader chose, for the present cohort."""
    cohort = current_cohort()
    with st.container(horizontal=True, vertical_alignment="center"):
        heading(QUESTION, width="content")
        view = choice("Tables", "summary_tables_view", VIEWS)
        if view == VIEWS[1]:
            by = menu("Columns", "summary_tables_by", offered(GROUPINGS), width=160)
            statistic = choice("Numbers", "summary_tables_statistic", STATISTICS)
    if view == VIEWS[1]:
        draw_table_one(cohort, by, statistic)
    else:
        draw_published(cohort)


def draw_published(cohort: Cohort) -> None:
    """Draw the publication's two tables, counted again."""
    tables, offers = [], []
    for name, (title, query, *_) in written.PUBLISHED_TABLES.items():
        tables.append(table_beside(cohort, title, partial(written.published, name)))
        offers.append(Offer(title.partition(".")[0], query, cohort))
    is_published = warehouse().manifest.publication is not None
    st.html("".join([*tables, COMPARED * is_published]))
    take_away(*offers)


def draw_table_one(cohort: Cohort, by: str, statistic: str) -> None:
    """Draw the characteristics of the cohort and of its groups."""
    write = partial(written.characteristics, by, statistic)
    st.html(table_beside(cohort, written.characteristics_title(by), write))
    asked = {"by": GROUPINGS[by]}
    take_away(
        Offer("Counts", "summary/table_1_counts", cohort, asked),
        Offer("Numbers", "summary/table_1_numbers", cohort, asked),
    )


main()
