"""Whom the packet is about, and whom each criterion of the filter took."""

from collections.abc import Iterator

from lib.attrition import attrition_table, step_words, steps
from lib.beside import Told
from lib.charts.attrition import attrition
from lib.report.content import Bars, Block, Words
from lib.report.sections.kind import PALETTE, Kind, chart, remark, table
from lib.report.subject import Inquiry
from lib.tables import TextTable

METHOD = (
    "The criteria are applied one after another, in the filter's order: another order would take "
    "other patients at each step and leave the same in the end. A patient in whom a field is not "
    "recorded meets no criterion on it."
)
VERSIONS = "⟨ ⟩: range over the versions, or patients who are taken in some versions only."


def build(inquiry: Inquiry) -> Iterator[Block]:
    """The cohort in words, and its attrition."""
    subject, cohort = inquiry.subject, inquiry.cohort
    yield Words(f"{subject.words}.")
    if subject.is_nobody:
        yield remark("No patient meets all of these criteria.")
    if not cohort.selection:
        return
    asked = tuple(step.criteria for step in steps(cohort))
    rows = inquiry.ask("cohort/attrition", None, steps=asked, most_named=0)
    words = step_words(cohort)
    says = f"The filter leaves {subject.count}."
    yield chart(inquiry, attrition(rows, words, PALETTE), says=says, bars=_bars(rows, words))
    notes = [METHOD, VERSIONS] if inquiry.manifest.imputations else [METHOD]
    told = Told(_without_patients(attrition_table(rows, words)), notes)
    yield table(inquiry, "What each criterion took", told, says=says)


def _without_patients(told: TextTable) -> TextTable:
    """How many were taken, not who: that is the page's to show, not a slide's."""
    return TextTable(told.columns[:2], [row[:2] for row in told.rows])


def _bars(rows: list[dict], words: list[str]) -> Bars | None:
    if any(row["n_patients_lowest"] != row["n_patients_highest"] for row in rows):
        return None
    return Bars("Patients", tuple(words), tuple(row["n_patients"] for row in rows))


SECTION = Kind("cohort", "Cohort", "Who is this about?", build, needs_patients=False)
