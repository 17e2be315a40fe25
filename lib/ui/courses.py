"""The courses of one patient or a few on the screen: what they are, the chart, what has no day."""

import pandas as pd
import streamlit as st

from lib.charts.patient import Course, course_chart
from lib.patient import headline, summary, undated, undated_html
from lib.ui.chart import draw_chart
from lib.ui.data import figures, records, warehouse
from lib.ui.look import palette
from lib.ui.prose import note
from lib.ui.version import RECORDED

ONLY_COUNTED = (
    "**The publication does not describe {who}**; it only counts them in its aggregates. "
    "What is shown of them is one of {m} possible versions, not a record."
)
OUTSIDE = "{who} outside the cohort that the filter selects."
NO_DAYS = "No day is recorded of {who}."
NO_SCORES = {
    True: "Clinical scores are not recorded in this registry.",
    False: "No clinical score is recorded of {who}.",
}
HOW_MARKS_ARE_DRAWN = (
    "Hollow marks and ○: filled in, differently in other versions; the dotted line is the range of "
    "such a day."
)
HOW_SCORES_ARE_DRAWN = (
    "A panel reaches from the number below to the number above it, the same for all patients "
    "shown; not over the whole range of the instrument."
)


def courses_of(patients: tuple[str, ...], version: int) -> dict[str, Course]:
    """What is known of each patient; of several, each has a heading."""
    events = figures("timelines/course", patients=patients, version=version)
    scores = records("patient/scores", patients=patients, version=version)
    courses = {}
    for patient in patients:
        statements = figures("patient/statements", patient=patient, version=version)
        heading = headline(patient, summary(statements)) if len(patients) > 1 else None
        own = [row for row in scores if row["patient_id"] == patient and row["instrument"]]
        courses[patient] = Course(events[events["patient_id"] == patient], statements, own, heading)
    return courses


def say_what_they_are(chosen: pd.DataFrame) -> None:
    """Say plainly how much is known of the patients, and whom the filter leaves out.

    Parameters
    ----------
    chosen
        Their rows of ``patient/roster``, by patient.
    """
    counted = chosen.index[~chosen["individually_reported"]]
    if len(counted):
        who = "this patient" if len(chosen) == 1 else ", ".join(counted)
        text = ONLY_COUNTED.format(who=who, m=warehouse().manifest.imputations)
        st.warning(text, icon=":material/help:")
    outside = chosen.index[~chosen["is_in_cohort"]]
    if len(outside):
        named = f"{', '.join(outside)} {'is' if len(outside) == 1 else 'are'}"
        who = "This patient is" if len(chosen) == 1 else named
        st.info(OUTSIDE.format(who=who), icon=":material/filter_alt:")


def draw_courses(courses: dict[str, Course], version: int) -> None:
    """Draw what has a day, and list what has none; say what is not recorded."""
    with_days = {patient: course for patient, course in courses.items() if course.has_days}
    if with_days:
        draw_chart(course_chart(list(with_days.values()), palette()))
    without = [patient for patient in courses if patient not in with_days]
    if without:
        st.info(NO_DAYS.format(who=", ".join(without)), icon=":material/event_busy:")
    marks = HOW_MARKS_ARE_DRAWN if version != RECORDED else ""
    note(" ".join(filter(None, [marks, _about_scores(courses, version)])))
    lists = {
        f"{patient}: {group[0].lower()}{group[1:]}" if len(courses) > 1 else group: said
        for patient, course in courses.items()
        for group, said in undated(course.events).items()
    }
    if lists:
        st.markdown("**Known, but without a day**, so not drawn")
        st.html(undated_html(lists))


def _about_scores(courses: dict[str, Course], version: int) -> str:
    rows = records("patient/scores", patients=tuple(courses), version=version)
    without = [patient for patient, course in courses.items() if not course.scores]
    drawn = HOW_SCORES_ARE_DRAWN if len(without) < len(courses) else ""
    nothing = NO_SCORES[rows[0]["n_in_registry"] == 0].format(who=", ".join(without))
    return " ".join(filter(None, [drawn, nothing if without else ""]))
