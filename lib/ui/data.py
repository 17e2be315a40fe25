"""The open registry and its figures, shared by all sessions of the app."""

import pandas as pd
import streamlit as st

from lib.cohort import Cohort
from lib.warehouse import Warehouse, open_warehouse


@st.cache_resource(show_spinner="Reading the data …")
def warehouse() -> Warehouse:
    """The published series, opened once per server; it never changes while the app runs."""
    return open_warehouse()


def figures(name: str, cohort: Cohort | None = None, **parameters: object) -> pd.DataFrame:
    """Result of a named query, kept for the next reader of the same view.

    Parameters
    ----------
    name
        Query, as ``<domain>/<concept>``.
    cohort
        Bound as ``$cohort`` if given.
    **parameters
        The query's other parameters; hashable values.
    """
    return _figures(warehouse().manifest.version, name, cohort, parameters)


def records(name: str, cohort: Cohort) -> list[dict]:
    """Result of a named query on a cohort as one dict a row, for what is no chart or table."""
    return _records(warehouse().manifest.version, name, cohort)


@st.cache_data(max_entries=2000, show_spinner=False)
def _records(version: str, name: str, cohort: Cohort) -> list[dict]:
    del version
    frame = warehouse().query(name, cohort=cohort.criteria)
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


@st.cache_data(max_entries=500, show_spinner=False)
def _figures(version: str, name: str, cohort: Cohort | None, parameters: dict) -> pd.DataFrame:
    del version  # part of the key only: another registry must not answer for this one
    bound = parameters if cohort is None else {"cohort": cohort.criteria, **parameters}
    return warehouse().query(name, **bound)
