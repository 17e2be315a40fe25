"""Summary tables: the publication's Tables I and II, and a Table 1, for any cohort."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from lib.beside import Told
from lib.cohort import Cohort
from lib.table_one import GROUPINGS, STATISTICS, Statistics, table_one, table_one_notes
from lib.tables import table_1, table_1_notes, table_2, table_2_notes
from lib.ui.beside import View, table_beside
from lib.ui.choice import choice, menu, offered
from lib.ui.cohort_state import current_cohort
from lib.ui.data import warehouse
from lib.ui.prose import heading
from lib.ui.takeaway import Offer, take_away

QUESTION = "What do the tables say?"
VIEWS = ("Tables I and II", "Table 1 by group")
# Query, title, how its cells are written, and what has to be said below.
PUBLISHED = (
    ("summary/characteristics", "Table I. The cohort", table_1, table_1_notes),
    (
        "summary/by_diagnosis",
        "Table II. Cycles, doses and side-effects by diagnosis",
        table_2,
        table_2_notes,
    ),
)
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
    tables = []
    for query, title, write_cells, write_notes in PUBLISHED:
        write = partial(write_published, query, write_cells, write_notes)
        tables.append(table_beside(cohort, title, write))
    is_published = warehouse().manifest.publication is not None
    st.html("".join([*tables, COMPARED * is_published]))
    take_away(*(Offer(title.partition(".")[0], query, cohort) for query, title, *_ in PUBLISHED))


def write_published(query: str, cells: Callable, notes: Callable, view: View) -> Told:
    """One of the two tables, of one registry."""
    rows = view.records(query)
    return Told(cells(rows), notes(rows))


def draw_table_one(cohort: Cohort, by: str, statistic: str) -> None:
    """Draw the characteristics of the cohort and of its groups."""
    asked = {"by": GROUPINGS[by]}

    def write(view: View) -> Told:
        counts = view.records("summary/table_1_counts", **asked)
        numbers = view.records("summary/table_1_numbers", **asked)
        statistics = Statistics(counts, numbers)
        notes = table_one_notes(statistics, statistic, by, reconstructed=view.versions > 0)
        return Told(table_one(statistics, statistic, by), notes)

    title = "Table 1. Characteristics" + f" by {by}" * (by != "none")
    st.html(table_beside(cohort, title, write))
    take_away(
        Offer("Counts", "summary/table_1_counts", cohort, asked),
        Offer("Numbers", "summary/table_1_numbers", cohort, asked),
    )


main()
