"""Patient: what happened to one patient, and where does each statement come from?"""

import pandas as pd
import streamlit as st

from lib.patient import STATUS_LABELS
from lib.ui.cohort_state import current_cohort
from lib.ui.courses import (
    courses_of,
    draw_courses,
    say_what_they_are,
    sources_of,
    summary_of,
)
from lib.ui.notice import as_text, ignored_notice
from lib.ui.patient_choice import choose_patients
from lib.ui.prose import note
from lib.ui.shown import show_rows
from lib.ui.takeaway import Offer, take_away
from lib.ui.version import RECORDED, shown_version

SOURCES = {
    True: "What is recorded of {patient}",
    False: "Where each statement on {patient} comes from",
}
WIDE = st.column_config.Column(width="large")


def main() -> None:
    """Draw one patient, or a few: summary, course, what has no day, and the sources."""
    cohort, version = current_cohort(), shown_version()
    chosen = choose_patients(cohort, version)
    if not chosen:
        return
    # A room of its own: what is below is not drawn anew when the filter lets a patient in or out.
    with st.container():
        say_what_they_are(chosen)
    patients = tuple(row["patient_id"] for row in chosen)
    courses = courses_of(patients, version)
    if len(patients) == 1:
        st.html(summary_of(patients[0], version))
    draw_courses(courses, version)
    patient, shown = patients[0], {"patients": patients, "version": version}
    st.subheader(SOURCES[version == RECORDED].format(patient=as_text(patient)))
    show_sources(patient, sources_of(patient, version), version)
    bound = {"patient": patient, "version": version}
    take_away(
        Offer(f"Statements {patient}", "patient/statements", parameters=bound),
        Offer("Course", "timelines/course", parameters=shown),
        Offer("Scores", "patient/scores", parameters=shown),
        whom=", ".join(patients),
    )


def show_sources(patient: str, table: pd.DataFrame, version: int) -> None:
    """Show the table of statements, narrowed to one status if the reader wants to."""
    if version != RECORDED:
        present = [name for name, label in STATUS_LABELS.items() if label in set(table["Status"])]
        ignored_notice("patient_status", STATUS_LABELS)
        chosen = st.pills(
            "Show only", present, selection_mode="multi", key="patient_status", bind="query-params"
        )
        table = table[table["Status"].isin([STATUS_LABELS[name] for name in chosen or present])]
        note(
            "● the publication says it of this patient · ◐ follows from what it says, or is our "
            "decision · ○ filled in; ⟨ ⟩ is the range over the versions, no confidence interval"
        )
    else:
        # Everything is recorded: nothing to say of its status, and no publication to point to.
        table = table[["Statement", "Value"]]
    show_rows(f"Statements on {patient}", table, version)
    st.dataframe(
        table,
        hide_index=True,
        column_config={"Status": st.column_config.Column(width=100), "Where": WIDE},
    )


main()
