"""Publication: do the data say what the paper says, and what was decided where it is silent."""

import streamlit as st

from lib.caveats import VERSIONS_MADE
from lib.cohort import Cohort
from lib.datasets import DEFAULT_DATASET
from lib.published import read_citation, read_decisions, read_diagnostics
from lib.ui.beside import is_beside, local_cohort
from lib.ui.choice import choice
from lib.ui.cohort_state import current_cohort, need_frame
from lib.ui.data import dataset, datasets, figures_of, open_dataset, warehouse
from lib.ui.method import diagnostics_table
from lib.ui.notice import as_text
from lib.ui.prose import heading
from lib.ui.statements import (
    answered,
    answers,
    beside_words,
    chosen_statements,
    statements_table,
)
from lib.ui.takeaway import Offer, take_away
from lib.verdicts import verdict

ALL = "all patients"
NOT_NARROWED = "the filter does not narrow published statements"
VIEWS = ("Statements", "Decisions", "Diagnostics")


def main() -> None:
    """Answer in one line, say where it comes from, then show what the reader chose."""
    need_frame()
    name = DEFAULT_DATASET if is_beside() else dataset().name
    source = open_dataset(name) if is_beside() else warehouse()
    manifest = source.manifest
    heading("Do the data say what the publication says?")
    if manifest.publication is None:
        st.info(
            f"“{as_text(manifest.name)}” was not built from a publication, so that there are no "
            "published statements of its own. “Beside the published series”, above, asks it those "
            "of the series.",
            icon=":material/menu_book:",
        )
        return

    claims = figures_of(source, "publication/claims")
    st.subheader(f":material/fact_check: {verdict(claims)}", anchor=False)
    st.markdown(VERSIONS_MADE.format(m=manifest.imputations))
    st.caption(f"The publication: {read_citation(manifest.publication)}")

    view = choice("Show", "publication_view", VIEWS, label_visibility="collapsed")
    if view == "Decisions":
        st.markdown(read_decisions(manifest.publication) or "No decision was written down.")
    elif view == "Diagnostics":
        diagnostics_table(read_diagnostics(datasets()[name].folder))
    else:
        shown = chosen_statements(claims)
        st.caption(
            f"{len(shown)} of {len(claims)} statements; the filter does not narrow them. Counts "
            "are of patients: of a single one, 1 means that it is so."
        )
        offer = Offer("Statements", "publication/claims", shown=shown)
        local = local_cohort(current_cohort()) if is_beside() else Cohort()
        if is_beside():
            st.caption(as_text(beside_words(current_cohort())))
            if answers(warehouse(), local) is not None:
                shown = answered(shown, warehouse(), local)
                offer = Offer("Statements", "publication/beside", local, shown=shown)
        statements_table(shown, source)
        take_away(offer, whom=f"{local.words or ALL}; {NOT_NARROWED}")


main()
