"""The published statements on the screen: what the reader narrows, and the table."""

from pathlib import Path

import pandas as pd
import streamlit as st

from lib.results import kept_with_source
from lib.ui.data import figures_of, warehouse
from lib.ui.notice import ignored_notice
from lib.verdicts import STATUSES, claims_table, narrow
from lib.warehouse import Warehouse

STYLE = Path(__file__).with_name("claims.css")


def chosen_statements(claims: pd.DataFrame) -> pd.DataFrame:
    """Let the reader narrow the statements by section, status and words, kept in the URL."""
    sections = claims["section"].unique().tolist()
    ignored_notice("publication_section", sections)
    ignored_notice("publication_status", STATUSES)
    with st.container(horizontal=True, vertical_alignment="top"):
        section = st.selectbox(
            "Section of the paper",
            sections,
            index=None,
            placeholder="All sections",
            key="publication_section",
            bind="query-params",
        )
        search = st.text_input(
            "Search",
            type="search",
            placeholder="Words of a statement",
            key="publication_search",
            bind="query-params",
        )
        statuses = st.pills(
            "Status",
            STATUSES,
            selection_mode="multi",
            key="publication_status",
            bind="query-params",
        )
    return narrow(claims, section, statuses, search)


def statements_table(claims: pd.DataFrame) -> None:
    """Draw the statements, or say that none fits."""
    if claims.empty:
        st.info("No statement fits. Choose another section or status, or clear the search.")
        return
    st.html(STYLE)
    st.html(_table(warehouse(), tuple(claims["claim_id"])))


@kept_with_source
def _table(source: Warehouse, claim_ids: tuple[str, ...]) -> str:
    """The table, kept by what is in it: it is drawn again at every change of the filter."""
    claims = figures_of(source, "publication/claims").set_index("claim_id", drop=False)
    return claims_table(claims.loc[list(claim_ids)])
