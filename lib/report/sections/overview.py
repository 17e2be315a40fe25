"""The cohort at one look: key figures, and the charts of the page Overview."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from lib import written
from lib.beside import Told
from lib.charts.overview import (
    ages,
    outcomes_by_diagnosis,
    patients_by_diagnosis,
    patients_by_dose,
)
from lib.report.content import Bars, Block
from lib.report.sections.kind import PALETTE, Kind, chart, table
from lib.report.subject import Inquiry
from lib.tables import key_figures, key_figures_table
from lib.traits import value_words

NO_TEST = "No difference between groups is tested or claimed."


def build(inquiry: Inquiry) -> Iterator[Block]:
    """Key figures, four charts, and these in numbers."""
    figures = key_figures(inquiry.records("summary/characteristics"))
    said = {figure.label: figure.value for figure in figures}
    treated = f"{said['Patients']} patients, {said['Cycles']} cycles in the median."
    yield table(
        inquiry, "The cohort at one look", Told(key_figures_table(figures), []), says=treated
    )
    rows = inquiry.records("overview/counts")
    by_field = {field: list(members) for field, members in groupby(rows, key=itemgetter("field"))}
    for field, draw in (
        ("diagnosis_group", patients_by_diagnosis),
        ("dose_tier", patients_by_dose),
        ("age_decade", ages),
    ):
        counts = by_field.get(field, [])
        if counts:
            yield chart(
                inquiry, draw(counts, PALETTE), says=_most(field, counts), bars=_bars(field, counts)
            )
    came_of_it = f"{said['Responded']} responded, {said['Side-effects']} had side-effects."
    outcomes = outcomes_by_diagnosis(by_field["diagnosis_group"], PALETTE)
    yield chart(inquiry, outcomes, [NO_TEST], came_of_it)
    yield table(inquiry, "The charts in numbers", written.counts(inquiry), [NO_TEST], came_of_it)


def _certain(row: dict) -> bool:
    return row["n_patients_lowest"] == row["n_patients_highest"]


def _most(field: str, counts: list[dict]) -> str:
    """The most frequent value, where it is told for certain."""
    if not all(map(_certain, counts)):
        return ""
    most = max(counts, key=itemgetter("n_patients"))
    total = sum(row["n_patients"] for row in counts)
    ties = sum(row["n_patients"] == most["n_patients"] for row in counts)
    if ties > 1 or not total:
        return ""
    return f"Most frequent: {value_words(field, most['value'])}, {most['n_patients']} of {total}."


def _bars(field: str, counts: list[dict]) -> Bars | None:
    """The counts as plain numbers, where all of them are certain."""
    if not all(map(_certain, counts)):
        return None
    names = tuple(value_words(field, row["value"]) for row in counts)
    return Bars("Patients", names, tuple(row["n_patients"] for row in counts))


SECTION = Kind("overview", "Overview", "Who was treated, with what, and how did it go?", build)
