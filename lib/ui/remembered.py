"""URL parameters that a change of page would lose: which version, which patient."""

import streamlit as st


def remembered(name: str) -> str | None:
    """A URL parameter of the page; comes back by itself if the navigation emptied the URL.

    The page starts anew in that case, because the frame above it has read the URL already.
    """
    if name not in st.query_params and _key(name) in st.session_state:
        st.query_params[name] = st.session_state[_key(name)]
        st.rerun()
    return st.query_params.get(name)


def remember(name: str, value: str) -> None:
    """Keep a value that proved good for the pages that are opened later."""
    st.session_state[_key(name)] = value


def _key(name: str) -> str:
    return f"remembered_{name}"
