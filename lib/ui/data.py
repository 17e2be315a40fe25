"""The open registry and its figures, shared by all sessions of the app."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache, partial, wraps
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from lib.ask import ask_together, frame_of, rows_of
from lib.cohort import Cohort
from lib.datasets import DATASETS, DEFAULT_DATASET, OWN, Dataset, saved_datasets
from lib.errors import RegistryError
from lib.registry.store import MANIFEST
from lib.ui.disclosure import threshold
from lib.ui.openings import forget_openings, opened
from lib.view import DATASET
from lib.warehouse import Warehouse, is_large, open_warehouse

# Not imported to run: that takes longer than all the rest of the first page.
if TYPE_CHECKING:
    import pandas as pd

# Registries in memory at the same time; of more, those asked for longest ago are opened again.
MOST_OPEN = 8
# In the session: what the present run has asked of its cohort, in that order.
_ASKED = "asked_of_the_cohort"

_opening = Lock()


def datasets() -> dict[str, Dataset]:
    """The registries that this session may look at, its own last."""
    own = st.session_state.get(OWN)
    mine = {OWN: Dataset(OWN, f"{own.manifest.name} (this session)", None)} if own else {}
    return {**DATASETS, **saved_datasets(), **mine}


def dataset() -> Dataset:
    """The registry that the frame read for this session; the published series before that."""
    return datasets()[st.session_state.get(DATASET, DEFAULT_DATASET)]


def warehouse() -> Warehouse:
    """The registry that this session looks at, opened."""
    name = st.session_state.get(DATASET, DEFAULT_DATASET)
    return st.session_state[OWN] if name == OWN else open_dataset(name)


def open_dataset(name: str) -> Warehouse:
    """A registry that everybody may look at, opened once per server, and again if it is replaced.

    Every run asks a dozen times: Streamlit's own cache took as long as a query to answer them.

    Raises
    ------
    StillOpeningError
        If it is a large one, and takes longer than a reader looks at an empty page.
    RegistryError
        If it is damaged, or gone.
    """
    folder, written = DATASETS[name].folder if name in DATASETS else None, 0
    if folder is None:
        folder, written = _saved(name)
    if _is_large(folder, written):
        return opened(name, folder, written)
    # Who comes while it is being opened waits, and does not open it a second time.
    with _opening:
        try:
            return _opened(folder, written)
        except RegistryError:
            # A file that can't be read has no size: it may be a large one, once it is restored.
            _is_large.cache_clear()
            raise


def _saved(name: str) -> tuple[Path, int]:
    """The folder of a saved registry, and when it was written."""
    try:
        folder = saved_datasets()[name].folder
        return folder, (folder / MANIFEST).stat().st_mtime_ns
    except (KeyError, OSError):
        raise RegistryError(
            f"The registry “{name}” was taken away or is being replaced. Load the page again in a "
            "moment, or look at another one."
        ) from None


@lru_cache(MOST_OPEN)
def _is_large(folder: Path, written: int) -> bool:
    del written
    return is_large(folder)


@lru_cache(MOST_OPEN)
def _opened(folder: Path, written: int) -> Warehouse:
    """``written`` tells a registry that was replaced from the one before it."""
    del written
    return open_warehouse(folder)


def forget_datasets() -> None:
    """Open every registry anew when it is next asked for."""
    _opened.cache_clear()
    _is_large.cache_clear()
    forget_openings()


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


def figures_of(
    source: Warehouse, name: str, cohort: Cohort | None = None, parameters: tuple = ()
) -> pd.DataFrame:
    """As `figures`, of a registry that is named; shared by all, so not to be changed.

    Of a registry that is shared outside a count is the text of its step.
    """
    return frame_of(source, threshold(source), name, cohort, parameters)


def records(name: str, cohort: Cohort | None = None, **parameters: object) -> list[dict]:
    """Result of a named query as one dict a row: of a few hundred rows, faster than a DataFrame."""
    asked = name, tuple(parameters.items())
    if cohort is not None and cohort == st.session_state.get("cohort"):
        st.session_state.setdefault(_ASKED, {})[asked] = None
    return [dict(row) for row in records_of(warehouse(), name, cohort, asked[1])]


def records_of(
    source: Warehouse, name: str, cohort: Cohort | None = None, parameters: tuple = ()
) -> list[dict]:
    """As `records`, of a registry that is named; shared by all, so not to be changed."""
    return rows_of(source, threshold(source), name, cohort, parameters)


def kept_with_source(function: Callable) -> Callable:
    """Keep what a function makes of a registry, its first argument, and of the others.

    It is kept by the registry alone, so that it goes when that goes: a clinic's own leaves nothing
    behind. What was made of every figure is not shown to who may see only some of them.
    """

    @wraps(function)
    def kept(source: Warehouse, *others: Hashable) -> object:
        key = (function.__qualname__, threshold(source), *others)
        results = source.results if others else source.unfiltered
        return results.get(key, partial(function, source, *others))

    return kept


def ask_ahead(cohort: Cohort) -> None:
    """Ask at once what the run before asked of its cohort: this one most likely will too.

    What the page draws then reaches the browser in one go, which draws it once instead of a
    little at a time.
    """
    asked_before = st.session_state.get(_ASKED, {})
    st.session_state[_ASKED] = {}
    source = warehouse()
    # Of a registry that is shared outside an answer may be refused: it is, where it is asked for.
    if not threshold(source):
        ask_together(source, asked_before, cohort)
