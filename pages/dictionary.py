"""Dictionary: what each table and column means, in which unit, and what it may hold."""

import streamlit as st

from lib.registry.dictionary import dictionary, matching, reference_lists
from lib.registry.schema import TABLES
from lib.ui.cohort_state import need_frame

WHAT_IT_IS = (
    "Every registry has these seven tables. Time is days since a patient's first infusion, so that "
    "no date is stored; `imputation` is 0 for recorded data and the number of the version in a "
    "reconstruction. The lists below hold the allowed names; a code (ICD-10, ORPHA, ATC) stands "
    "there only if its source was read."
)
WIDE = st.column_config.Column(width="large")


def main() -> None:
    """Draw the search, the columns, and the lists of allowed names."""
    need_frame()
    st.header("What does each column mean?")
    st.caption(WHAT_IT_IS)
    words = st.text_input(
        "Search",
        type="search",
        placeholder="A word, such as dose or M33",
        key="dictionary_search",
        bind="query-params",
        max_chars=100,
    )
    columns = matching(dictionary(), words)
    lists = {name: matching(rows, words) for name, rows in reference_lists().items()}
    found = {name: rows for name, rows in lists.items() if len(rows)}
    if columns.empty and not found:
        st.info("No column and no allowed name fits. Try fewer words.", icon=":material/search:")
    if len(columns):
        st.subheader(f"{len(columns)} columns of {columns['Table'].nunique()} tables")
        st.dataframe(columns, hide_index=True, column_config={"Meaning": WIDE, "Allowed": WIDE})
        with st.expander("What the tables are, and what identifies a row"):
            for table in TABLES.values():
                st.markdown(f"**{table.name}**: {table.description} Key: {', '.join(table.key)}.")
    for name, rows in found.items():
        st.subheader(name.replace("_", " ").capitalize())
        st.dataframe(rows, hide_index=True)


main()
