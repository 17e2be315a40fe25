"""Which theme this session uses, for the charts' colours."""

import streamlit as st

from lib.palette import DARK, LIGHT, Palette


def palette() -> Palette:
    """Colours that fit the reader's present theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT
