"""The lanes of the timelines: how they are arranged, which page of them is shown, their courses."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import streamlit as st

from lib.charts.timelines import FIELDS, GROUPINGS, SORTS, WINDOWS
from lib.cohort import Cohort
from lib.ui.choice import choice, menu, offered
from lib.ui.cohort_state import n_in_registry
from lib.ui.data import kept_with_source, records, records_of, warehouse
from lib.ui.paging import page_control, shown_page
from lib.ui.prose import heading
from lib.ui.version import version_control
from lib.warehouse import Warehouse

PAGE = "timelines_page"
# Patients whose courses are kept: those of 600, with all that happened, take 16 MB.
MOST_ASKED_AT_ONCE = 1_000


@dataclass(frozen=True)
class Arrangement:
    """What the reader chose; the fields are those of `lib.charts.timelines`."""

    sort: str
    group_by: str
    color_by: str
    window: str
    page: int

    def asked(self, version: int) -> dict[str, object]:
        """The parameters of ``timelines/lanes``, besides the cohort."""
        return {
            "version": version,
            "sort": self.sort,
            "group_by": GROUPINGS.get(self.group_by, self.group_by),
            "page": self.page,
        }


def arranged_lanes(cohort: Cohort, version: int) -> tuple[Arrangement, list[dict]]:
    """Draw how the lanes are arranged, and give those of the page; choices live in the URL."""
    with st.container(horizontal=True, vertical_alignment="center"):
        heading("Timelines", width="content")
        chosen = Arrangement(
            menu("Sort by", "timelines_sort", SORTS, width=115),
            menu("Group by", "timelines_group", ("none", *offered(GROUPINGS)), width=145),
            menu("Colour by", "timelines_color", FIELDS, width=145),
            choice("Time shown", "timelines_window", WINDOWS),
            shown_page(PAGE),
        )
        lanes = records("timelines/lanes", cohort, **chosen.asked(version))
        if lanes:
            first, last = lanes[0], lanes[-1]
            page_control(PAGE, first["page"], first["rank"], last["rank"], first["n_lanes"])
        version_control(version)
    return chosen, lanes


def courses(patients: tuple[str, ...], version: int) -> list[dict]:
    """Rows of ``timelines/course`` for the patients of a page.

    In a registry that is not large everybody's are asked for at once: one query a version,
    whatever the filter asks for next.
    """
    if n_in_registry() > MOST_ASKED_AT_ONCE:
        return records("timelines/course", patients=patients, version=version)
    everybodys = _courses_of_all(warehouse(), version)
    return [dict(row) for patient in sorted(patients) for row in everybodys[patient]]


@kept_with_source
def _courses_of_all(source: Warehouse, version: int) -> dict[str, list[dict]]:
    """By patient, in the query's own order, which begins with the patient."""
    roster = records_of(source, "patient/roster", Cohort(), (("version", version),))
    asked = ("patients", tuple(row["patient_id"] for row in roster)), ("version", version)
    rows = records_of(source, "timelines/course", None, asked)
    found = {patient: list(own) for patient, own in groupby(rows, itemgetter("patient_id"))}
    # Of some nothing is known but that they were there.
    return {row["patient_id"]: found.get(row["patient_id"], []) for row in roster}
