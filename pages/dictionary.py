"""Dictionary: what each table and column means, in which unit, and what it may hold."""

import streamlit as st

from lib.dictionary_table import dictionary_html, dictionary_tables
from lib.ui.cohort_state import need_frame
from lib.ui.prose import heading
from lib.ui.shown import show_table
from lib.ui.takeaway import take_away

NO_PATIENT = "no patient: what the columns mean"
QUESTION = "What does each column mean?"
WHAT_IT_IS = (
    "Every registry has these seven tables. Time is days since a patient's first infusion, so that "
    "no date is stored; `imputation` is 0 for recorded data and the number of the version in a "
    "reconstruction. The lists below hold the allowed names; a code (ICD-10, ORPHA, ATC) stands "
    "there only if its source was read. In SQL a table is `registry.patients`, a list "
    "`reference.diagnoses`."
)


def main() -> None:
    """Draw the search, the columns, and the lists of allowed names."""
    need_frame()
    heading(QUESTION, WHAT_IT_IS)
    words = st.text_input(
        "Search",
        type="search",
        placeholder="A word, such as dose or M33",
        key="dictionary_search",
        bind="query-params",
        max_chars=100,
    )
    found = dictionary_html(words)
    if found:
        st.html(found)
        for table in dictionary_tables(words):
            show_table(table.title, lambda table=table: table)
    else:
        st.info("No column and no allowed name fits. Try fewer words.", icon=":material/search:")
    take_away(whom=NO_PATIENT)


main()
