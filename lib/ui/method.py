"""The build's own diagnostics: how far what is unknown spreads over the versions."""

import pandas as pd
import streamlit as st

from lib.ui.shown import show_rows


def diagnostics_table(unknowns: pd.DataFrame | None) -> None:
    """Draw how far each unknown spreads over the versions (see ``lib.published``)."""
    if unknowns is None:
        st.info("The build left no diagnostics beside these data.", icon=":material/query_stats:")
        return
    st.markdown(
        "Each unknown should vary over its plausible range, unless what is printed pins it. "
        "*Values a cell*: how many different values an unknown cell takes over the versions, on "
        "average. *Spread*: 0 if it never varies, 1 if it varies as much as draws in which every "
        "plausible value is equally likely; of the solver's own solutions, and after they were "
        "mixed."
    )
    show_rows("How far the unknowns spread over the versions", unknowns)
    st.dataframe(unknowns, hide_index=True)
