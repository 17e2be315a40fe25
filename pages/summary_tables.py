"""Summary tables: the publication's Tables I and II, counted again for any cohort."""

import streamlit as st

from lib.markup import question_html, table_html
from lib.tables import table_1, table_1_notes, table_2, table_2_notes, versions_note
from lib.ui.cohort_state import current_cohort
from lib.ui.data import records, warehouse
from lib.ui.takeaway import Offer, take_away

# Query, title, how its cells are written, and what has to be said below.
TABLES = (
    ("summary/characteristics", "Table I. The cohort", table_1, table_1_notes),
    (
        "summary/by_diagnosis",
        "Table II. Cycles, doses and side-effects by diagnosis",
        table_2,
        table_2_notes,
    ),
)

QUESTION = "What would the publication's tables say of this cohort?"
COMPARED = (
    "<p class='table-note'>The page Publication sets every printed value beside the recomputed "
    "one.</p>"
)


def main() -> None:
    """Draw both tables for the present cohort."""
    cohort = current_cohort()
    tables = []
    for query, title, write_cells, write_notes in TABLES:
        rows = records(query, cohort)
        cells = write_cells(rows)
        notes = write_notes(rows) + versions_note(cells, warehouse().manifest.imputations)
        tables.append(table_html(cells, title, notes))
    st.html("".join([question_html(QUESTION), *tables, COMPARED]))
    take_away(*(Offer(title.partition(".")[0], query, cohort) for query, title, *_ in TABLES))


main()
