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
    if subject := st.user.get("sub"):
        return str(subject)
    return st.session_state.setdefault(_NAME, f"session-{secrets.token_hex(8)}")
