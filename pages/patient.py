"""Patient: what happened to one patient, and where does each statement come from?"""

import pandas as pd
import streamlit as st

from lib.charts.patient import course_chart, dated
from lib.patient import STATUS_LABELS, sources, summary, summary_html, undated, undated_html
from lib.ui.chart import draw_chart
from lib.ui.cohort_state import current_cohort
from lib.ui.data import figures, warehouse
from lib.ui.look import palette
from lib.ui.notice import ignored_notice
from lib.ui.patient_choice import choose_patient
from lib.ui.takeaway import Offer, take_away
from lib.ui.version import RECORDED, shown_version

ONLY_COUNTED = (
    "**The publication does not describe this patient**; it only counts them in its aggregates. "
    "Everything below is one of {m} possible versions, not a record."
)
WIDE = st.column_config.Column(width="large")
OUTSIDE = "This patient is outside the cohort that the filter selects."


def main() -> None:
    """Draw one patient: summary, course, what has no day, and the sources."""
    version = shown_version()
    roster = figures("patient/roster", current_cohort(), version=version)
    patient = choose_patient(roster, version)
    if patient is None:
        return
    chosen = roster.set_index("patient_id").loc[patient]
    bound = {"patient": patient, "version": version}
    statements = figures("patient/statements", **bound)
    course = figures("timelines/course", patients=(patient,), version=version)
    say_what_it_is(chosen)
    st.html(summary_html(summary(statements)))
    draw_course(course, statements)
    st.subheader("Where each statement comes from")
    show_sources(statements, version)
    take_away(Offer(f"Statements {patient}", "patient/statements", parameters=bound))


def say_what_it_is(chosen: pd.Series) -> None:
    """Say plainly how much of the page is known, and whether the filter leaves the patient out."""
    if not chosen["individually_reported"]:
        st.warning(ONLY_COUNTED.format(m=warehouse().manifest.imputations), icon=":material/help:")
    if not chosen["is_in_cohort"]:
        st.info(OUTSIDE, icon=":material/filter_alt:")


def draw_course(course: pd.DataFrame, statements: pd.DataFrame) -> None:
    """Draw what has a day, and list what has none."""
    if dated(course).empty:
        st.info("No day of this patient's course is recorded.", icon=":material/event_busy:")
    else:
        draw_chart(course_chart(course, statements, palette()))
    without_day = undated(course)
    if without_day:
        st.markdown("**Known, but without a day**, so not drawn")
        st.html(undated_html(without_day))


def show_sources(statements: pd.DataFrame, version: int) -> None:
    """Show the table of statements, narrowed to one status if the reader wants to."""
    table = sources(statements)
    if version != RECORDED:
        present = [status for status in STATUS_LABELS if (statements["status"] == status).any()]
        ignored_notice("patient_status", STATUS_LABELS)
        chosen = st.pills(
            "Show only", present, selection_mode="multi", key="patient_status", bind="query-params"
        )
        table = table[table["Status"].isin([STATUS_LABELS[name] for name in chosen or present])]
        st.caption(
            "● the publication says it of this patient · ◐ follows from what it says · ○ filled "
            "in; ⟨ ⟩ is the range over the versions, no confidence interval"
        )
    st.dataframe(
        table,
        hide_index=True,
        column_config={"Status": st.column_config.Column(width=100), "Where": WIDE},
    )


main()
