"""A reader's own query in the session, and what it can ask for."""

from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import streamlit as st

from lib.disclosure import withheld_words
from lib.errors import QueryRefusedError, WithheldError
from lib.markup import names_html
from lib.own_query import Answer, ask
from lib.serving.audit import Action, append
from lib.ui import audit
from lib.ui.data import records, warehouse
from lib.ui.disclosure import threshold

# In the session: the text in the editor, and what was asked last. Not the widget's own key:
# leaving the page would take the text along.
_DRAFT, _ASKED = "sql_draft", "sql_asked"
FREE_QUERY = "a query of one's own can ask for any single patient"


class Asked(NamedTuple):
    """A query, the version of the data that it was asked of, and what came of it."""

    text: str
    data_version: str
    outcome: Answer | QueryRefusedError


def refuse_if_shared() -> None:
    """Let nobody ask freely of a registry that is shared outside.

    Raises
    ------
    WithheldError
        If it is.
    """
    if k := threshold(warehouse()):
        forget_answer()
        raise WithheldError(withheld_words(FREE_QUERY, k))


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


def edited(example: str) -> str:
    """Draw the editor with the text as the reader left it; give the text."""
    text = st.text_area("Query", st.session_state.get(_DRAFT, example), height=230, key="sql_text")
    st.session_state[_DRAFT] = text
    return text


def draft(text: str) -> None:
    """Put a query into the editor, to be run when the page is opened."""
    st.session_state[_DRAFT] = text
    forget_answer()


def run(text: str) -> None:
    """Ask a query of the registry that the session looks at, and keep what comes of it."""
    source = warehouse()
    append(audit.about_present_data(Action.QUERIED))
    try:
        with st.spinner("Asking …"):
            outcome = ask(source, text)
    except QueryRefusedError as error:
        outcome = error
    st.session_state[_ASKED] = Asked(text, source.manifest.version, outcome)


def last_asked() -> Asked | None:
    """What was asked last, and what came of it; the page is drawn more often than it is asked."""
    return st.session_state.get(_ASKED)


def forget_answer() -> None:
    """Let go of what was asked last: it may hold the rows of a registry that is deleted."""
    st.session_state.pop(_ASKED, None)
