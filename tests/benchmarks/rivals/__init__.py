"""One page's worth of questions as the authors of other dashboards would write them.

Each file is to be judged by its reader: it is what a good author writes who does not know this
project, with nothing in it to make it slow. All of them answer the same questions (`Rival`) of the
tables that a registry has in memory, in the same plain values, so that they can be compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from lib.cohort import Cohort

MOST_LANES, LANES_OF_MANY = 32, 25
MOST_MARKS = 4000

# The middle, lowest and highest of the versions of a registry; recorded data have one version.
Figure = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Given:
    """What is no work of a page: the group of each diagnosis, the bins of each range by column."""

    diagnosis_groups: Mapping[str, str]
    bin_widths: Mapping[str, float]


def lanes_on_page(n_patients: int, most_cycles: float) -> int:
    """Lanes on a page of the swimmer plot, fewer if a patient has so many cycles."""
    most = LANES_OF_MANY if n_patients > MOST_LANES else MOST_LANES
    return int(min(most, max(MOST_MARKS // most_cycles, 1))) if most_cycles > 0 else most


class Rival(Protocol):
    """Answers the questions of a page about a cohort."""

    def prepare(self, cohort: Cohort) -> None:
        """What the answers to all questions stand on: made once a page."""

    def size(self) -> Figure:
        """How many patients the cohort has."""

    def facets(self) -> Mapping[tuple[str, str], Figure]:
        """How many patients have each option of the filter, all other fields being asked."""

    def table_1(self) -> Mapping[tuple[str, str], tuple[Figure, Figure]]:
        """The cohort's figures, and of how many they are, by (measure, statistic)."""

    def table_2(self) -> Mapping[tuple[str, str, str], tuple[Figure, Figure]]:
        """The same of each diagnosis group, and its symptoms."""

    def patient(self, patient_id: str) -> list[tuple]:
        """What happened to a patient: (table, day, day it stopped), sorted."""

    def lanes(self) -> list[tuple]:
        """The first page of the swimmer plot, longest first: (patient, last day, cycles)."""

    def survival(self) -> list[tuple[float, int, int, float]]:
        """Kaplan–Meier of time on therapy: (days, at risk, events, share), recorded data alone."""
