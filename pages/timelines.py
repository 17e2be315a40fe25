"""Timelines: how long was each patient treated, and what happened?"""

import streamlit as st

from lib.charts.timelines import OPEN_PATIENT, SORTS, WINDOWS, swimmer, undrawn
from lib.cohort import Cohort
from lib.ui.chart import draw_chart
from lib.ui.choice import choice
from lib.ui.cohort_state import current_cohort, view_params
from lib.ui.data import records
from lib.ui.look import palette
from lib.ui.takeaway import Offer, take_away
from lib.ui.version import RECORDED, shown_version, version_control

CAVEAT = {
    True: "Every mark is as it was recorded.",
    False: (
        "Filled marks and solid lanes are as published. Hollow marks have a day or a dose that the "
        "publication leaves open; dashed lanes are patients whom it only counts. Step through "
        "the versions to see what moves."
    ),
}


def main() -> None:
    """Draw the controls, the swimmer plot, and the way to a patient."""
    cohort = current_cohort()
    version = shown_version()
    lanes = records("timelines/lanes", cohort, version=version)
    patients = [lane["patient_id"] for lane in lanes]
    inside = set(patients)
    course = [row for row in courses(version) if row["patient_id"] in inside]
    sort, window = controls(version)
    if not lanes:
        st.info(
            f"In version {version} no patient meets all criteria of the filter; in another "
            "version somebody does. Step to the next version, or remove a criterion.",
            icon=":material/person_search:",
        )
        return
    event = draw_chart(
        swimmer(
            lanes, course, palette(), sort=sort, window=window, is_recorded=version == RECORDED
        ),
        key="timelines_lanes",
        on_select="rerun",
        selection_mode=OPEN_PATIENT,
    )
    for lane in event["selection"][OPEN_PATIENT]:
        open_patient(lane["patient_id"], cohort, version)
    caveats(course, version)
    chosen = st.selectbox(
        "Open a patient", patients, index=None, placeholder="or click on a lane", width=260
    )
    if chosen:
        open_patient(chosen, cohort, version)
    asked = {"version": version}
    take_away(
        Offer("Lanes", "timelines/lanes", cohort, asked),
        Offer("Marks", "timelines/course", None, asked | {"patients": tuple(patients)}),
    )


def courses(version: int) -> list[dict]:
    """The courses of all patients: one query a version, whatever the filter asks for next."""
    everybody = records("patient/roster", Cohort(), version=version)
    patients = tuple(row["patient_id"] for row in everybody)
    return records("timelines/course", patients=patients, version=version)


def controls(version: int) -> tuple[str, str]:
    """Draw what can be chosen on this page; the choices live in the URL."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Timelines", width="content")
        sort = choice("Sort lanes by", "timelines_sort", SORTS)
        window = choice("Time shown", "timelines_window", WINDOWS)
        version_control(version)
    return sort, window


def caveats(course: list[dict], version: int) -> None:
    """Say how certain the picture is, and what it leaves out."""
    n_undrawn = undrawn(course)
    left_out = (
        f" Not drawn because no day is known: {n_undrawn} side-effects and events; the patient's "
        "page lists them."
    )
    st.caption(CAVEAT[version == RECORDED] + left_out * (n_undrawn > 0))


def open_patient(patient_id: str, cohort: Cohort, version: int) -> None:
    """Go to a patient's page with the filter and the version of this one."""
    params = {"patient": patient_id, "version": str(version), **view_params(cohort)}
    st.switch_page("pages/patient.py", query_params=params)


main()
