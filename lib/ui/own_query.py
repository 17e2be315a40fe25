"""A reader's own query in the session, and what it can ask for."""

from itertools import groupby
from operator import itemgetter

import streamlit as st

from lib.errors import UserFacingError
from lib.markup import names_html
from lib.own_query import Answer, ask
from lib.ui.data import dataset, records, warehouse

# In the session: the question that was asked last, of which dataset, and what came of it.
_ASKED, _ANSWER = "sql_asked", "sql_answer"


def show_tables() -> None:
    """List what can be asked for."""
    columns = records("dictionary/columns")
    tables = groupby(columns, key=itemgetter("table_name"))
    st.html(
        names_html(
            "Tables and columns",
            {
                table: {each["column_name"]: each["data_type"] for each in rows}
                for table, rows in tables
            },
        )
    )


def answer_to(text: str) -> Answer | UserFacingError:
    """The answer, or why there is none; asked for once, however often the page is drawn."""
    asked = dataset().name, text
    if st.session_state.get(_ASKED) != asked:
        try:
            st.session_state[_ANSWER] = ask(warehouse(), text)
        except UserFacingError as error:
            st.session_state[_ANSWER] = error
        st.session_state[_ASKED] = asked
    return st.session_state[_ANSWER]
