"""Timelines: how long was each patient treated, and what happened?"""

import streamlit as st

from lib.charts.timelines import GROUPINGS, OPEN_PATIENT, READ_AS, swimmer, undrawn
from lib.cohort import Cohort
from lib.ui.chart import draw_chart
from lib.ui.cohort_state import current_cohort, view_params
from lib.ui.lanes import arranged_lanes, courses
from lib.ui.look import palette
from lib.ui.prose import note
from lib.ui.takeaway import Offer, take_away
from lib.ui.version import RECORDED, shown_version

CAVEAT = {
    True: (
        "Every mark is as it was recorded; a side-effect of a cycle, without a day, stands on the "
        "cycle's. The end of a therapy of which only the reason is recorded stands beside the last "
        "cycle, whose day is the last that is known."
    ),
    False: (
        f"{READ_AS} A side-effect without a day stands on its cycle's. Step through the versions "
        "to see what moves."
    ),
}


def main() -> None:
    """Draw the controls, a page of the swimmer plot, and the way to a patient."""
    cohort = current_cohort()
    version = shown_version()
    chosen, lanes = arranged_lanes(cohort, version)
    if not lanes:
        st.info(
            f"In version {version} no patient meets all criteria of the filter; in another "
            "version somebody does. Step to the next version, or remove a criterion.",
            icon=":material/person_search:",
        )
        return
    patients = tuple(lane["patient_id"] for lane in lanes)
    course = courses(patients, version)
    # The lanes, the most that the browser has to draw, are sent last: with the end of the run.
    place = st.container()
    caveats(course, version, is_grouped=chosen.group_by in GROUPINGS)
    # The key keeps the box in the browser when the filter changes whom it offers.
    named = st.selectbox(
        "Open a patient",
        patients,
        index=None,
        placeholder="or click on a lane",
        key="timelines_patient",
        width=260,
    )
    with place:
        event = draw_chart(
            swimmer(
                lanes,
                course,
                palette(),
                group_by=chosen.group_by,
                color_by=chosen.color_by,
                window=chosen.window,
                is_recorded=version == RECORDED,
            ),
            version=version,
            key="timelines_lanes",
            on_select="rerun",
            selection_mode=OPEN_PATIENT,
        )
    opened = [named, *(lane["patient_id"] for lane in event["selection"][OPEN_PATIENT])]
    for patient in filter(None, opened):
        open_patient(patient, cohort, version)
    take_away(
        Offer("Lanes", "timelines/lanes", cohort, chosen.asked(version)),
        Offer("Marks", "timelines/course", None, {"version": version, "patients": patients}),
    )


def caveats(course: list[dict], version: int, *, is_grouped: bool) -> None:
    """Say how certain the picture is, and what it leaves out."""
    n_undrawn = undrawn(course)
    what = "1 side-effect or event" if n_undrawn == 1 else f"{n_undrawn} side-effects and events"
    left_out = f" Not drawn because no day is known: {what}; the patient's page lists them."
    sizes = f" Each n is that of version {version}." * (is_grouped and version != RECORDED)
    note(CAVEAT[version == RECORDED] + sizes + left_out * (n_undrawn > 0))


def open_patient(patient_id: str, cohort: Cohort, version: int) -> None:
    """Go to a patient's page with the filter and the version of this one."""
    params = {"patient": patient_id, "version": str(version), **view_params(cohort)}
    st.switch_page("pages/patient.py", query_params=params)


main()
