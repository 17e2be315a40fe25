"""Which cohort this session looks at: the URL is the state, and it survives a change of page."""

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lib.cohort import FIELDS, Cohort, cohort_from_url
from lib.ui.data import records


def size(cohort: Cohort) -> dict:
    """How many patients a cohort has: the row of ``queries/cohort/facets.sql`` without a field."""
    return next(row for row in records("cohort/facets", cohort) if row["field"] is None)


def n_in_registry() -> int:
    """How many patients the registry has; in the largest version, should they differ."""
    return size(Cohort())["n_patients_highest"]


def facets(cohort: Cohort) -> dict[str, list[dict]]:
    """The filter's options by column, with their counts; see ``queries/cohort/facets.sql``."""
    options: dict[str, list[dict]] = {field.column: [] for field in FIELDS}
    for row in records("cohort/facets", cohort):
        if row["field"] is not None:
            options[row["field"]].append(row)
    return options


def read_cohort(page: str) -> tuple[Cohort, list[str]]:
    """The cohort of this run, and a sentence for each URL parameter that was ignored.

    Following a link of the navigation empties the URL, so a page that opens without any
    filter parameter takes over the cohort of the page before. The browser's Back and Forward
    don't: what they open had no filter.
    """
    state = st.session_state
    came_from_another_page = state.get("page", page) != page
    if came_from_another_page and not _filter_params() and not _opened_from_history():
        write_cohort(state["cohort"])
    everybody = facets(Cohort())
    allowed = {
        field.name: [option["value"] for option in everybody[field.column]]
        for field in FIELDS
        if field.kind == "options"
    }
    cohort, notices = cohort_from_url(_filter_params(), allowed)
    # Together and last: a run that failed leaves neither, and the next one is the first.
    state["page"], state["cohort"] = page, cohort
    return cohort, notices


def current_cohort() -> Cohort:
    """The cohort that the frame read for this run; what every page shows."""
    need_frame()
    return st.session_state["cohort"]


def need_frame() -> None:
    """Start the run again, with ``app.py``, if this page was opened without it.

    A new server takes the folder ``pages/`` for Streamlit's old way to have several pages
    until ``app.py`` has called ``st.navigation``. If its very first request asks for a
    page, the page runs alone, and would for ever. The flag is Streamlit's own, which is
    why ``requirements.txt`` pins Streamlit exactly.
    """
    if "cohort" not in st.session_state:
        PagesManager.uses_pages_directory = False
        st.rerun()


def write_cohort(cohort: Cohort) -> None:
    """Put a cohort into the URL; parameters of the page itself stay."""
    others = {
        name: st.query_params.get_all(name)
        for name in st.query_params
        if name not in {field.name for field in FIELDS}
    }
    st.query_params.from_dict({**others, **cohort.query_params})


def _filter_params() -> dict[str, list[str]]:
    return {
        field.name: st.query_params.get_all(field.name)
        for field in FIELDS
        if field.name in st.query_params
    }


def _opened_from_history() -> bool:
    # Known inside Streamlit alone, as is the flag of `need_frame`.
    return get_script_run_ctx().is_history_navigation
