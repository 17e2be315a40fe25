"""Summary tables: the publication's Tables I and II, and a Table 1, for any cohort."""

import streamlit as st

from lib.cohort import Cohort
from lib.markup import table_html
from lib.table_one import GROUPINGS, STATISTICS, Statistics, table_one, table_one_notes
from lib.tables import TextTable, table_1, table_1_notes, table_2, table_2_notes, versions_note
from lib.ui.choice import choice, menu
from lib.ui.cohort_state import current_cohort
from lib.ui.data import records, warehouse
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
            by = menu("Columns", "summary_tables_by", GROUPINGS, width=160)
            statistic = choice("Numbers", "summary_tables_statistic", STATISTICS)
    if view == VIEWS[1]:
        draw_table_one(cohort, by, statistic)
    else:
        draw_published(cohort)


def draw_published(cohort: Cohort) -> None:
    """Draw the publication's two tables, counted again."""
    tables = []
    for query, title, write_cells, write_notes in PUBLISHED:
        rows = records(query, cohort)
        cells = write_cells(rows)
        tables.append(as_html(cells, title, write_notes(rows)))
    is_published = warehouse().manifest.publication is not None
    st.html("".join([*tables, COMPARED * is_published]))
    take_away(*(Offer(title.partition(".")[0], query, cohort) for query, title, *_ in PUBLISHED))


def draw_table_one(cohort: Cohort, by: str, statistic: str) -> None:
    """Draw the characteristics of the cohort and of its groups."""
    asked = {"by": GROUPINGS[by]}
    counts = records("summary/table_1_counts", cohort, **asked)
    numbers = records("summary/table_1_numbers", cohort, **asked)
    statistics = Statistics(counts, numbers)
    title = "Table 1. Characteristics" + f" by {by}" * (by != "none")
    cells = table_one(statistics, statistic, by)
    reconstructed = warehouse().manifest.imputations > 0
    notes = table_one_notes(statistics, statistic, by, reconstructed=reconstructed)
    st.html(as_html(cells, title, notes))
    take_away(
        Offer("Counts", "summary/table_1_counts", cohort, asked),
        Offer("Numbers", "summary/table_1_numbers", cohort, asked),
    )


def as_html(cells: TextTable, title: str, notes: list[str]) -> str:
    """A table with its notes, and what its ranges over versions mean if it has any."""
    return table_html(cells, title, notes + versions_note(cells, warehouse().manifest.imputations))


main()
