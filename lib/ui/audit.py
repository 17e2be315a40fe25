"""What this session does, for the audit log."""

import secrets

import streamlit as st

from lib.serving.audit import Action, Entry, append
from lib.ui.data import dataset, warehouse

# In the session: its name in the log, and which data it was last seen to look at.
_NAME, _OPENED = "audit_name", "audit_opened"


def note(action: Action, dataset_name: str = "", data_version: str = "") -> None:
    """Record what the reader does.

    Raises
    ------
    UserFacingError
        If it can't be recorded.
    """
    append(Entry(_who(), action, dataset_name, data_version))


def about_present_data(action: Action) -> Entry:
    """What the reader does with the data on the screen; to be appended when it is done."""
    return Entry(_who(), action, dataset().name, warehouse().manifest.version)


def note_opened() -> None:
    """Record which data the reader looks at, once for each that come on the screen."""
    entry = about_present_data(Action.OPENED)
    if st.session_state.get(_OPENED) != entry:
        append(entry)
        st.session_state[_OPENED] = entry


def _who() -> str:
    """The same for all of a session: it belongs to one login, and ends with it."""
    if _NAME not in st.session_state:
        subject = st.user.get("sub")
        st.session_state[_NAME] = str(subject) if subject else f"session-{secrets.token_hex(8)}"
    return st.session_state[_NAME]
