"""The frame around every page: filter, cohort in words, nature of the data, footer."""

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import Page

from lib.cohort import Cohort
from lib.errors import UserFacingError, WithheldError
from lib.nature import DISCLAIMER, nature_words
from lib.ui.beside import beside_note, can_be_beside, is_beside
from lib.ui.cohort_state import (
    can_undo,
    count_in_words,
    current_cohort,
    notices_are_said,
    undo,
    url_params,
    view_params,
    write_beside,
    write_cohort,
    write_dataset,
)
from lib.ui.data import dataset, datasets, warehouse
from lib.ui.disclosure import threshold
from lib.ui.filter import filter_fields
from lib.ui.notice import as_text, link_notice
from lib.ui.page_header import page_header
from lib.ui.shown import forget_shown
from lib.ui.sidebar import sidebar
from lib.warehouse import Warehouse

# Whether this run was asked to show what the page lets the reader take away.
TAKE_AWAY = "take_away"


def nature_in_words(source: Warehouse) -> str:
    """What kind of data this is and what of it is told, for the header of every page and export."""
    return nature_words(source.manifest, threshold(source))


def draw_sidebar(pages: Mapping[str, Sequence[Page]], current: Page, cohort: Cohort) -> None:
    """Draw the way to the pages, by section, and the filter; go to the page that was clicked."""
    query = urlencode(view_params(cohort), doseq=True)
    sections = [
        {"title": title, "pages": [_link_to(page, current, query) for page in members]}
        for title, members in pages.items()
    ]
    with st.sidebar:
        clicked = sidebar(
            sections,
            _dataset_options(),
            filter_fields(cohort),
            key="sidebar",
            on_dataset=write_dataset,
            on_change=_select,
        )
    if clicked:
        target = next(
            page for members in pages.values() for page in members if page.title == clicked
        )
        st.switch_page(target, query_params=view_params(cohort))


def header(cohort: Cohort, notices: list[str]) -> None:
    """Write what stands above every page."""
    for notice in notices:
        link_notice(notice)
    notices_are_said()
    forget_shown()
    manifest = warehouse().manifest
    st.session_state[TAKE_AWAY] = page_header(
        count_in_words(cohort),
        f"{manifest.name}: {nature_in_words(warehouse())}",
        cohort.words_by_field,
        can_undo=can_undo(),
        on_remove=_remove,
        on_undo=undo,
        on_reset=_reset,
        beside=is_beside() if can_be_beside() else None,
        on_beside=write_beside,
        link=_link(),
        versions=manifest.imputations,
    )
    if is_beside():
        beside_note(cohort)


def empty_cohort() -> None:
    """Say that nobody fits the filter, and offer the way back."""
    st.info("No patient meets all of these criteria.", icon=":material/person_search:")
    st.markdown("Remove one of them in the filter, or start again with everybody.")
    st.button(
        "Show all patients", icon=":material/filter_alt_off:", on_click=_reset, key="empty_reset"
    )


def show_error(error: UserFacingError | str) -> None:
    """Show a problem in plain words, which may repeat those of a file, a link or a query."""
    st.error(as_text(str(error)), icon=":material/error:")


def show_withheld(why: WithheldError) -> None:
    """Say what is not shown of a registry that is shared outside, in the place of the figures."""
    st.info(as_text(str(why)), icon=":material/visibility_lock:")


def footer() -> None:
    """Write what stands below every page."""
    manifest = warehouse().manifest
    st.html(
        f"<footer class='page-footer'>{DISCLAIMER} · {escape(manifest.name)}: "
        f"{nature_in_words(warehouse()).lower()} · data {manifest.version}</footer>"
    )


def _link_to(page: Page, current: Page, query: str) -> dict:
    return {
        "title": page.title,
        "icon": page.icon.removeprefix(":material/").removesuffix(":"),
        # All pages stand side by side, under whatever path the server has.
        "href": f"./{page.url_path}{query and f'?{query}'}",
        "current": page == current,
    }


def _dataset_options() -> list[dict]:
    return [
        {"name": name, "label": each.label, "current": name == dataset().name}
        for name, each in datasets().items()
    ]


def _select(selected: dict) -> None:
    write_cohort(Cohort.of(**selected))


def _remove(field: str) -> None:
    write_cohort(current_cohort().changed(**{field: ()}))


def _reset() -> None:
    write_cohort(Cohort())


def _link() -> str:
    base = st.context.url or ""
    params = url_params()
    return f"{base}?{urlencode(params, doseq=True)}" if params else base
