"""Dictionary: what each table and column means, in which unit, and what it may hold."""

from functools import lru_cache

import streamlit as st

from lib.markup import table_html
from lib.registry.dictionary import dictionary, matching, reference_lists
from lib.registry.schema import TABLES
from lib.ui.cohort_state import need_frame

WHAT_IT_IS = (
    "Every registry has these seven tables. Time is days since a patient's first infusion, so that "
    "no date is stored; `imputation` is 0 for recorded data and the number of the version in a "
    "reconstruction. The lists below hold the allowed names; a code (ICD-10, ORPHA, ATC) stands "
    "there only if its source was read."
)
KEYS = [
    f"{table.name}: {table.description} Key: {', '.join(table.key)}." for table in TABLES.values()
]


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
    found = found_html(words)
    if found:
        st.html(found)
    else:
        st.info("No column and no allowed name fits. Try fewer words.", icon=":material/search:")


@lru_cache(50)
def found_html(words: str) -> str:
    """The columns and the lists, as far as the words occur in them."""
    tables = {"Columns": dictionary()} | {
        name.replace("_", " ").capitalize(): rows for name, rows in reference_lists().items()
    }
    narrowed = {title: matching(table, words) for title, table in tables.items()}
    return "".join(
        table_html(table, f"{title} ({len(table.rows)})", KEYS if title == "Columns" else [])
        for title, table in narrowed.items()
        if table.rows
    )


main()
