"""The way out where a registry can't be looked at, or not yet: another one."""

import streamlit as st

from lib.datasets import DEFAULT_DATASET
from lib.ui.cohort_state import leave_for
from lib.ui.data import datasets

LABEL = "Another registry"
_KEY = "another_registry"


def offer_others(name: str) -> None:
    """Offer the registries beside the one of that name."""
    others = {each.name: each.label for each in datasets().values() if each.name != name}

    def go() -> None:
        leave_for(st.session_state[_KEY] or DEFAULT_DATASET)

    st.selectbox(
        LABEL,
        list(others),
        index=None,
        format_func=others.get,
        placeholder="Look at another one",
        key=_KEY,
        on_change=go,
        width=360,
    )
