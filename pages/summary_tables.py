"""Summary tables: the publication's Tables I and II, counted again for any cohort."""

import streamlit as st

from lib.cohort import Cohort
from lib.palette import Palette
from lib.tables import drawn, table_1, table_1_notes, table_2, table_2_notes, versions_note
from lib.ui.cohort_state import current_cohort
from lib.ui.data import figures, warehouse
from lib.ui.look import palette
from lib.ui.takeaway import take_away

# Query, title, how its cells are written, and what has to be said below.
TABLES = {
    "table_1": ("summary/characteristics", "Table I. The cohort", table_1, table_1_notes),
    "table_2": (
        "summary/by_diagnosis",
        "Table II. Cycles, doses and side-effects by diagnosis",
        table_2,
        table_2_notes,
    ),
}


def main() -> None:
    """Draw both tables for the present cohort."""
    cohort = current_cohort()
    st.header("What would the publication's tables say of this cohort?")
    for table_id, (query, title, *_) in TABLES.items():
        st.html(table_html(table_id, cohort, palette(), warehouse().manifest.version))
        take_away(title.partition(".")[0], query, cohort, {}, figures(query, cohort), table_id)
    st.page_link(
        "pages/publication.py",
        label="Every printed value beside the recomputed one",
        icon=":material/fact_check:",
    )


@st.cache_data(max_entries=500, show_spinner=False)
def table_html(table_id: str, cohort: Cohort, colours: Palette, version: str) -> str:
    """A table as HTML, kept because drawing it takes longer than counting."""
    del version  # part of the key only: another registry must not answer for this one
    query, title, write_cells, write_notes = TABLES[table_id]
    statistics = figures(query, cohort)
    cells = write_cells(statistics)
    notes = write_notes(statistics) + versions_note(cells, warehouse().manifest.imputations)
    return drawn(cells, table_id=table_id, title=title, notes=notes, palette=colours).as_raw_html()


main()
