"""The published statements on the screen: what the reader narrows, and the table."""

from pathlib import Path

import pandas as pd
import streamlit as st

from lib.beside import HERE
from lib.cohort import Cohort
from lib.datasets import DEFAULT_DATASET
from lib.errors import WithheldError
from lib.report.content import Table
from lib.ui.beside import here_name, is_beside, local_cohort
from lib.ui.cohort_state import current_cohort
from lib.ui.data import figures_of, kept_with_source, open_dataset, warehouse
from lib.ui.notice import ignored_notice
from lib.ui.shown import show_table
from lib.verdicts import (
    STATUSES,
    answers_note,
    claims_table,
    claims_text_table,
    narrow,
    with_answers,
)
from lib.warehouse import Warehouse

STATEMENTS = "Published statements"
WITH_ANSWER = ("with an answer here",)
STYLE = Path(__file__).with_name("claims.css")


def chosen_statements(claims: pd.DataFrame) -> pd.DataFrame:
    """Let the reader narrow the statements by section, status and words, kept in the URL."""
    sections = claims["section"].unique().tolist()
    ignored_notice("publication_section", sections)
    ignored_notice("publication_status", STATUSES)
    own = answers(warehouse(), local_cohort(current_cohort())) if is_beside() else None
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
        if own is not None:
            ignored_notice("publication_here", WITH_ANSWER)
            only = st.pills(
                "Only", WITH_ANSWER, selection_mode="multi", key="publication_here",
                bind="query-params",
            )  # fmt: skip
            if only:
                claims = claims[
                    claims["claim_id"].isin(own.loc[own["answer"] == "figure", "claim_id"])
                ]
    return narrow(claims, section, statuses, search)


def statements_table(claims: pd.DataFrame, source: Warehouse) -> None:
    """Draw the statements of a registry, or say that none fits."""
    if claims.empty:
        st.info("No statement fits. Choose another section or status, or clear the search.")
        return
    st.html(STYLE)
    claim_ids = tuple(claims["claim_id"])
    here = here_name() if is_beside() else None
    show_table(STATEMENTS, lambda: Table(STATEMENTS, claims_text_table(claims, here)))
    if is_beside():
        st.html(_table_beside(warehouse(), claim_ids, local_cohort(current_cohort())))
    else:
        st.html(_table(source, claim_ids))


@kept_with_source
def _table(source: Warehouse, claim_ids: tuple[str, ...]) -> str:
    """The table, kept by what is in it: it is drawn again at every change of the filter."""
    claims = figures_of(source, "publication/claims").set_index("claim_id", drop=False)
    return claims_table(claims.loc[list(claim_ids)])


def answers(source: Warehouse, cohort: Cohort) -> pd.DataFrame | None:
    """What a registry answers to the statements: rows of ``publication/beside``.

    None where they may not be told (see `why_withheld`): the publication's part may.
    """
    try:
        return figures_of(source, "publication/beside", cohort)
    except WithheldError:
        return None


def why_withheld(source: Warehouse, cohort: Cohort) -> str:
    """Why a registry's answers may not be told; empty if they may."""
    try:
        figures_of(source, "publication/beside", cohort)
    except WithheldError as error:
        return str(error)
    return ""


def answered(claims: pd.DataFrame, source: Warehouse, cohort: Cohort) -> pd.DataFrame:
    """The statements of the series with a registry's answers and the series' own."""
    series = open_dataset(DEFAULT_DATASET)
    return with_answers(claims, answers(source, cohort), answers(series, Cohort()))


@kept_with_source
def _table_beside(source: Warehouse, claim_ids: tuple[str, ...], cohort: Cohort) -> str:
    claims = figures_of(open_dataset(DEFAULT_DATASET), "publication/claims")
    shown = claims.set_index("claim_id", drop=False).loc[list(claim_ids)]
    return claims_table(answered(shown, source, cohort), HERE[source.manifest.nature])


def beside_words(cohort: Cohort) -> str:
    """How many statements the registry on the screen answers, and which of its patients do."""
    local = local_cohort(cohort)
    whom = f" ({local.words}; nothing else of the filter narrows it)" if local.selection else ""
    own = answers(warehouse(), local)
    said = why_withheld(warehouse(), local) if own is None else answers_note(own)
    return f"Column “{here_name()}”{whom}: {said}"
