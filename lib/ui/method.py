"""How the versions were made: in five sentences, and in the build's own diagnostics."""

import pandas as pd
import streamlit as st

METHOD = """\
The publication prints figures for the whole series and tells the course of some patients, but
has no table of patients. So {m} complete tables were made: each holds everything that is told of
a single patient, and each agrees with every figure that is printed. What is told of nobody, such
as most ages or body weights, was drawn at random within a plausible range, differently in every
table. A figure that comes out the same in all {m} is what the publication determines; one that
does not is shown with its range, as in 12 ⟨9–15⟩. That range says how much the publication leaves
open and is no confidence interval; a patient who is only counted in it is nobody real.
"""
COLUMNS = {
    "variable": "Unknown",
    "n_unknown_cells": "Cells",
    "plausible_lower": "Plausible from",
    "plausible_upper": "Plausible to",
    "observed_lower": "Observed from",
    "observed_upper": "Observed to",
    "mean_distinct_values": "Values a cell",
    "pinned_cells": "Same in all versions",
    "solver_spread": "Spread, solver alone",
    "mixed_spread": "Spread, mixed",
}


def diagnostics_table(unknowns: pd.DataFrame | None) -> None:
    """Draw how far each unknown spreads over the versions (see ``lib.source``)."""
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
    st.dataframe(
        unknowns[list(COLUMNS)],
        hide_index=True,
        column_config={name: st.column_config.Column(label) for name, label in COLUMNS.items()},
    )
