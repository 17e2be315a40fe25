"""Publication: do the data say what the paper says, and what was decided where it is silent."""

import streamlit as st

from lib.published import read_citation, read_decisions, read_diagnostics
from lib.ui.choice import choice
from lib.ui.cohort_state import need_frame
from lib.ui.data import dataset, figures, warehouse
from lib.ui.method import METHOD, diagnostics_table
from lib.ui.prose import heading
from lib.ui.statements import chosen_statements, statements_table
from lib.ui.takeaway import Offer, take_away
from lib.verdicts import verdict

VIEWS = ("Statements", "Decisions", "Diagnostics")


def main() -> None:
    """Answer in one line, say where it comes from, then show what the reader chose."""
    need_frame()
    manifest = warehouse().manifest
    heading("Do the data say what the publication says?")
    if manifest.publication is None:
        st.info(
            f"“{manifest.name}” was not built from a publication: there are no published "
            "statements to compare it with.",
            icon=":material/menu_book:",
        )
        return

    claims = figures("publication/claims")
    st.subheader(f":material/fact_check: {verdict(claims)}", anchor=False)
    st.markdown(METHOD.format(m=manifest.imputations))
    st.caption(f"The publication: {read_citation(manifest.publication)}")

    view = choice("Show", "publication_view", VIEWS, label_visibility="collapsed")
    if view == "Decisions":
        st.markdown(read_decisions(manifest.publication) or "No decision was written down.")
    elif view == "Diagnostics":
        diagnostics_table(read_diagnostics(dataset().folder))
    else:
        shown = chosen_statements(claims)
        st.caption(
            f"{len(shown)} of {len(claims)} statements; the filter does not narrow them. Counts "
            "are of patients: of a single one, 1 means that it is so."
        )
        statements_table(shown)
        take_away(Offer("Statements", "publication/claims", shown=shown))


main()
