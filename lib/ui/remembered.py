"""URL parameters that a change of page would lose: which version, which patient."""

from collections.abc import Callable

import streamlit as st

PREFIX = "remembered_"


def remembered(name: str, default: Callable[[], str]) -> str:
    """A URL parameter of the page; comes back by itself if the navigation emptied the URL.

    The page starts anew in that case, because the frame above it has read the URL already.
    The default is written without that: a link without it opens the same view.
    """
    if name not in st.query_params:
        kept = st.session_state.get(_key(name))
        st.query_params[name] = default() if kept is None else kept
        if kept is not None:
            st.rerun()
    return st.query_params[name]


def remember(name: str, value: str) -> None:
    """Keep a value that proved good for the pages that are opened later."""
    st.session_state[_key(name)] = value


def forget_all() -> None:
    """Let everything go, as another dataset knows none of it."""
    for key in list(st.session_state):
        if str(key).startswith(PREFIX):
            del st.session_state[key]
            st.query_params.pop(str(key).removeprefix(PREFIX), None)


def _key(name: str) -> str:
    return f"{PREFIX}{name}"
