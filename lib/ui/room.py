"""How many readers one process serves: who comes when it is full is told so."""

import os
from threading import Lock

import streamlit as st

from lib.errors import UserFacingError
from lib.figures import counted
from lib.ui.streamlit_internals import n_connected

# The operator sets it for a machine that carries more, or fewer.
MAX_SESSIONS = "MAX_SESSIONS"
# Each takes some 2 MB; of 100 who click, answers take up to a second.
USUAL_SESSIONS = 200
# In the session: that it found room. Nobody who reads is sent away by who comes later.
_ADMITTED = "admitted"
_door = Lock()


class FullError(UserFacingError):
    """As many readers are here as this process serves."""


def most_sessions() -> int:
    """How many sessions the operator lets one process serve."""
    said = os.environ.get(MAX_SESSIONS, "").strip()
    return int(said) if said.isdecimal() and int(said) else USUAL_SESSIONS


def require_room() -> None:
    """Refuse a session that comes when the process is full.

    Raises
    ------
    FullError
        With how many there are; who clicks again later may find room.
    """
    if _ADMITTED in st.session_state:
        return
    # Many may come at the same moment, as after a restart: each is counted by the next.
    with _door:
        if n_connected(_ADMITTED) >= most_sessions():
            raise FullError(
                f"This server has {counted(f'{most_sessions():,}', 'open page')}, which is as many "
                "as it serves at the same time. Close one that you do not need, or load this page "
                "again in a few minutes."
            )
        st.session_state[_ADMITTED] = True
