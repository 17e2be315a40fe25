"""The open registry and its figures, shared by all sessions of the app."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from lib.cohort import Cohort
from lib.datasets import DATASETS, DEFAULT_DATASET, Dataset
from lib.warehouse import Warehouse, open_warehouse

# Not imported to run: that takes longer than all the rest of the first page.
if TYPE_CHECKING:
    import pandas as pd

# URL parameter, and key in the session.
DATASET = "dataset"
# Results of this many views are kept, those asked for last. Streamlit's own cache would take
# longer to hash a cohort and to copy a result than most queries take to run.
KEPT_RESULTS = 500

_opening = Lock()


def dataset() -> Dataset:
    """The registry that the frame read for this session; the published series before that."""
    return DATASETS[st.session_state.get(DATASET, DEFAULT_DATASET)]


def warehouse() -> Warehouse:
    """The registry that this session looks at, opened."""
    return open_dataset(dataset().name)


def open_dataset(name: str) -> Warehouse:
    """A registry, opened once per server; it never changes while the app runs.

    Every run asks a dozen times: Streamlit's own cache took as long as a query to answer them.
    """
    # Who comes while it is being opened waits, and does not open it a second time.
    with _opening:
        return _opened(name)


@cache
def _opened(name: str) -> Warehouse:
    return open_warehouse(DATASETS[name].folder)


def forget_datasets() -> None:
    """Open every registry anew when it is next asked for."""
    _opened.cache_clear()


def figures(name: str, cohort: Cohort | None = None, **parameters: object) -> pd.DataFrame:
    """Result of a named query, kept for the next reader of the same view.

    Parameters
    ----------
    name
        Query, as ``<domain>/<concept>``.
    cohort
        The query's ``$cohort``, if it has one.
    **parameters
        The query's other parameters; hashable values.
    """
    kept = figures_of(warehouse(), name, cohort, tuple(parameters.items()))
    # Costs nothing: pandas copies what a reader changes, when they change it.
    return kept.copy(deep=False)


def records(name: str, cohort: Cohort | None = None, **parameters: object) -> list[dict]:
    """Result of a named query as one dict a row: of a few hundred rows, faster than a DataFrame."""
    kept = _records(warehouse(), name, cohort, tuple(parameters.items()))
    return [dict(row) for row in kept]


@lru_cache(KEPT_RESULTS)
def _records(source: Warehouse, name: str, cohort: Cohort | None, parameters: tuple) -> list[dict]:
    return source.records(name, **bound(cohort, parameters))


@lru_cache(KEPT_RESULTS)
def figures_of(
    source: Warehouse, name: str, cohort: Cohort | None = None, parameters: tuple = ()
) -> pd.DataFrame:
    """As `figures`, of a registry that is named; shared by all, so not to be changed."""
    return source.query(name, **bound(cohort, parameters))


def bound(cohort: Cohort | None, parameters: Mapping[str, object] | tuple) -> dict[str, object]:
    """The values of a query's parameters: the cohort's criteria, if it has one, and the others."""
    return dict(parameters) if cohort is None else {"cohort": cohort.criteria, **dict(parameters)}
