"""The packet that a reader puts together on the page Report: kept in the session and the link."""

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from lib.datasets import DEFAULT_DATASET
from lib.errors import UserFacingError
from lib.report.composition import (
    TITLE,
    Chosen,
    Composition,
    from_json,
    from_link,
    named_sections,
)
from lib.report.sections import DEFAULT, SECTIONS, is_known
from lib.report.subject import read_view
from lib.ui.cohort_state import url_params
from lib.ui.data import dataset
from lib.ui.notice import link_notice
from lib.ui.streamlit_internals import is_opened_from_history
from lib.view import DATASET

# URL parameter that holds all but the view, which the rest of the link is.
PARAMETER = "packet"
# Some servers refuse addresses of more than 8,000 characters, and the view needs some.
MAX_LINK_CHARACTERS = 5_000
FORMAT_PARAMETER = "report_format"
# In the session: the packet, what of it the link holds, and what went wrong in the last click.
_DRAFT, _WRITTEN, _PROBLEM = "packet_draft", "packet_written", "packet_problem"
# How the keys of the fields begin that belong to a section.
FIELDS = ("packet_title_", "packet_comment_")
IS_PUBLIC = "packet_public"
NEW = Composition("", named_sections(DEFAULT), TITLE)


def draft() -> Composition:
    """The packet as it is now; a link that was opened brings its own."""
    asked = st.query_params.get(PARAMETER)
    if asked is not None and asked != st.session_state.get(_WRITTEN):
        st.session_state[_WRITTEN] = asked
        try:
            take(from_link(asked, SECTIONS))
        except UserFacingError as error:
            link_notice(f"{error} A new packet is shown.")
    elif asked is None and st.session_state.get(_WRITTEN) and is_opened_from_history():
        # The browser's Back has left the first change behind.
        st.session_state[_WRITTEN] = None
        take(NEW)
    return st.session_state.get(_DRAFT, NEW)


def present() -> Composition:
    """The packet with the view that is on the screen."""
    view = {name: values for name, values in url_params().items() if name not in _OWN_PARAMETERS}
    return replace(draft(), view=urlencode({DATASET: dataset().name} | view, doseq=True))


_OWN_PARAMETERS = (PARAMETER, FORMAT_PARAMETER)


def take(composition: Composition) -> None:
    """Put another packet in the place of this one."""
    st.session_state[_DRAFT] = replace(composition, view="")
    for key in [key for key in st.session_state if str(key).startswith((*FIELDS, IS_PUBLIC))]:
        del st.session_state[key]


def change(**parts: object) -> None:
    """Change parts of the packet."""
    st.session_state[_DRAFT] = replace(draft(), **parts)


def change_section(place: int, **parts: str) -> None:
    """Change the title or the comment of a section."""
    sections = list(draft().sections)
    sections[place] = replace(sections[place], **parts)
    change(sections=tuple(sections))


def move(place: int, by: int) -> None:
    """Move a section up or down."""
    st.session_state[_DRAFT] = draft().moved(place, by)


def remove(place: int) -> None:
    """Take a section out."""
    sections = draft().sections
    change(sections=sections[:place] + sections[place + 1 :])


def add(name: str) -> None:
    """Put a section at the end."""
    change(sections=(*draft().sections, Chosen(name)))


def open_file(content: bytes) -> dict[str, list[str]] | None:
    """Take a saved packet; returns the parameters of its view, or None if it can't be read."""
    try:
        composition = from_json(content, SECTIONS)
    except UserFacingError as error:
        st.session_state[_PROBLEM] = f"The file was not opened. {error}"
        return None
    take(composition)
    view = {
        name: list(values) for name, values in read_view(composition.view).items() if is_known(name)
    }
    if view.get(DATASET) == [DEFAULT_DATASET]:
        del view[DATASET]
    return view | {PARAMETER: [st.session_state[_DRAFT].to_link()]}


def forget() -> None:
    """Let go of the packet, its preview and its file: they are of a registry that goes."""
    for key in [key for key in st.session_state if str(key).startswith("packet_")]:
        del st.session_state[key]


def problem() -> str:
    """What went wrong in the last click, once."""
    return st.session_state.pop(_PROBLEM, "")


def write_link() -> bool:
    """Put the packet into the link; False if it is too long for one."""
    now = draft()
    text = "" if now == NEW else now.to_link()
    fits = len(text) <= MAX_LINK_CHARACTERS
    st.session_state[_WRITTEN] = text if fits else None
    if text and fits:
        if st.query_params.get(PARAMETER) != text:
            st.query_params[PARAMETER] = text
    else:
        st.query_params.pop(PARAMETER, None)
    return fits
