"""The lanes of the timelines: how they are arranged, which page of them is shown, their courses."""

from dataclasses import dataclass

import streamlit as st

from lib.charts.timelines import FIELDS, GROUPINGS, SORTS, WINDOWS
from lib.cohort import Cohort
from lib.ui.choice import choice, menu, offered
from lib.ui.cohort_state import n_in_registry
from lib.ui.data import records
from lib.ui.paging import page_control, shown_page
from lib.ui.prose import heading
from lib.ui.version import version_control

PAGE = "timelines_page"
# As many as a page holds at most (see queries/timelines/lanes.sql).
MOST_LANES = 32


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

    In a registry that fits on one page everybody's are asked for at once: one query a version,
    whatever the filter asks for next.
    """
    everybody = patients
    if n_in_registry() <= MOST_LANES:
        roster = records("patient/roster", Cohort(), version=version)
        everybody = tuple(row["patient_id"] for row in roster)
    shown = set(patients)
    course = records("timelines/course", patients=everybody, version=version)
    return [row for row in course if row["patient_id"] in shown]
