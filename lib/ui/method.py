"""How the versions were made: in five sentences, and in the build's own diagnostics."""

import pandas as pd
import streamlit as st

METHOD = """\
The publication prints figures for the whole series and tells the course of some patients, but
has no table of patients. So {m} complete tables were made: each holds everything that is told of
a single patient and, by construction, agrees with every figure that is printed. What is told of
nobody, such as most ages or body weights, was drawn at random within a plausible range,
differently in every table and without clinical weighting. A figure that comes out the same in all
{m} follows from what is printed and from our decisions where the text is ambiguous; one that does
not is shown with the range that these tables happen to have, as in 12 ⟨9–15⟩, and what is possible
may be wider. That range says how much is left open and is no confidence interval; a patient who
is only counted in the publication is nobody real.
"""


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
    st.dataframe(unknowns, hide_index=True)
