"""The courses of one patient or a few on the screen: what they are, the chart, what has no day."""

import pandas as pd
import streamlit as st

from lib.charts.patient import Course, course_chart
from lib.palette import Palette
from lib.patient import (
    headline,
    sources,
    summary,
    summary_html,
    summary_table,
    undated,
    undated_html,
)
from lib.report.content import Table
from lib.tables import TextTable
from lib.ui.chart import draw_chart
from lib.ui.data import figures_of, kept_with_source, records, records_of, warehouse
from lib.ui.look import palette
from lib.ui.notice import as_text
from lib.ui.prose import note
from lib.ui.shown import show_table
from lib.ui.version import RECORDED
from lib.warehouse import Warehouse

ONLY_COUNTED = (
    "**The publication does not describe {who}**; it only counts them in its aggregates. "
    "What is shown of them is one of {m} possible versions, not a record."
)
OUTSIDE = "{who} outside the cohort that the filter selects."
NO_DAYS = "No day is recorded of {who}."
NO_SCORES = {
    True: "No clinical score is recorded of {who}.",
    False: "Clinical scores are not recorded in this registry.",
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
    return _courses_of(warehouse(), patients, version)


# The filter does not change what is known of a patient: all of this is kept while it changes.
@kept_with_source
def _courses_of(source: Warehouse, patients: tuple[str, ...], version: int) -> dict[str, Course]:
    asked = (("patients", patients), ("version", version))
    events = figures_of(source, "timelines/course", parameters=asked)
    scores = records_of(source, "patient/scores", parameters=asked)
    courses = {}
    for patient in patients:
        said = (("patient", patient), ("version", version))
        statements = figures_of(source, "patient/statements", parameters=said)
        heading = headline(patient, summary(statements)) if len(patients) > 1 else None
        own = [row for row in scores if row["patient_id"] == patient and row["instrument"]]
        courses[patient] = Course(events[events["patient_id"] == patient], statements, own, heading)
    return courses


def say_what_they_are(chosen: list[dict]) -> None:
    """Say plainly how much is known of the patients, and whom the filter leaves out.

    Parameters
    ----------
    chosen
        Their rows of ``patient/around``.
    """
    counted = [row["patient_id"] for row in chosen if not row["individually_reported"]]
    if counted:
        who = "this patient" if len(chosen) == 1 else as_text(", ".join(counted))
        text = ONLY_COUNTED.format(who=who, m=warehouse().manifest.imputations)
        st.warning(text, icon=":material/help:")
    outside = [row["patient_id"] for row in chosen if not row["is_in_cohort"]]
    if outside:
        named = f"{as_text(', '.join(outside))} {'is' if len(outside) == 1 else 'are'}"
        who = "This patient is" if len(chosen) == 1 else named
        st.info(OUTSIDE.format(who=who), icon=":material/filter_alt:")


def draw_courses(courses: dict[str, Course], version: int) -> None:
    """Draw what has a day, and list what has none; say what is not recorded."""
    source, patients = warehouse(), tuple(courses)
    chart = _chart(source, patients, version, palette())
    if chart:
        draw_chart(chart, version=version)
    without = [patient for patient, course in courses.items() if not course.has_days]
    if without:
        st.info(NO_DAYS.format(who=as_text(", ".join(without))), icon=":material/event_busy:")
    marks = HOW_MARKS_ARE_DRAWN if version != RECORDED else ""
    note(" ".join(filter(None, [marks, _about_scores(courses, version)])))
    if lists := _undated(source, patients, version):
        st.html(undated_html(lists))


@kept_with_source
def _chart(
    source: Warehouse, patients: tuple[str, ...], version: int, colours: Palette
) -> dict | None:
    courses = _courses_of(source, patients, version).values()
    with_days = [course for course in courses if course.has_days]
    return course_chart(with_days, colours) if with_days else None


@kept_with_source
def _undated(source: Warehouse, patients: tuple[str, ...], version: int) -> dict[str, list[str]]:
    return {
        f"{patient}: {group[0].lower()}{group[1:]}" if len(patients) > 1 else group: said
        for patient, course in _courses_of(source, patients, version).items()
        for group, said in undated(course.events).items()
    }


def summary_of(patient: str, version: int) -> str:
    """What is known of a patient in a few facts, as HTML."""
    source, title = warehouse(), f"Patient {patient}"
    show_table(title, lambda: Table(title, _summary_table(source, patient, version)), version)
    return _summary(source, patient, version)


@kept_with_source
def _summary(source: Warehouse, patient: str, version: int) -> str:
    return summary_html(summary(_courses_of(source, (patient,), version)[patient].statements))


@kept_with_source
def _summary_table(source: Warehouse, patient: str, version: int) -> TextTable:
    return summary_table(summary(_courses_of(source, (patient,), version)[patient].statements))


def sources_of(patient: str, version: int) -> pd.DataFrame:
    """Where each statement on a patient comes from; see `lib.patient.sources`."""
    return _sources(warehouse(), patient, version)


@kept_with_source
def _sources(source: Warehouse, patient: str, version: int) -> pd.DataFrame:
    return sources(_courses_of(source, (patient,), version)[patient].statements)


def _about_scores(courses: dict[str, Course], version: int) -> str:
    rows = records("patient/scores", patients=tuple(courses), version=version)
    without = [patient for patient, course in courses.items() if not course.scores]
    drawn = HOW_SCORES_ARE_DRAWN if len(without) < len(courses) else ""
    nothing = NO_SCORES[rows[0]["are_in_registry"]].format(who=", ".join(without))
    return " ".join(filter(None, [drawn, nothing if without else ""]))
