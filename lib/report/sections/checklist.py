"""Three checklists of reporting, filled from the data where a registry can answer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from lib.beside import Told
from lib.figures import MISSING
from lib.registry.reference import REFERENCE, read_csv
from lib.report.content import Block
from lib.report.sections.checklist_answers import ANSWERS, Facts
from lib.report.sections.kind import Kind, table
from lib.report.subject import Inquiry
from lib.tables import TextTable

FILE = REFERENCE / "reporting_checklists.csv"
NOT_HELD = "The registry does not hold this"
NOT_IN_PACKET = "Not in this packet"
COLUMNS = ("Item", "Asks for", "Answer from the data", "Where")
TITLES = {
    "CARE": "CARE 2013: reporting of cases",
    "STROBE": "STROBE: what a registry can answer of a cohort",
    "JBI": "JBI: ten questions on case series",
}
SOURCES = {
    "CARE": "Items after Gagnier et al. J Med Case Rep 2013;7:223, in our words.",
    "STROBE": (
        "Items for cohort studies after von Elm et al. PLoS Med 2007;4:e296, in our words; left "
        "out are title, abstract, introduction, interpretation and generalisability."
    ),
    "JBI": "Questions after Munn et al. JBI Evid Synth 2020;18:2127–2133, in our words.",
}
ANSWERED = (
    "An answer says what the data hold, and not whether the item is met: that is for authors and "
    "reviewers to judge."
)


def build(inquiry: Inquiry) -> Iterator[Block]:
    """One table a checklist."""
    facts = Facts(inquiry)
    for name, members in groupby(read_csv(FILE).to_pylist(), key=itemgetter("checklist")):
        items = list(members)
        words = [_words(item, facts) for item in items]
        rows = [_row(*each, facts) for each in zip(items, words, strict=True)]
        n_answered = sum(map(bool, words))
        says = f"{name}: this packet answers something on {n_answered} of {len(rows)} items."
        told = Told(TextTable(COLUMNS, rows), [SOURCES[name], ANSWERED])
        yield table(inquiry, TITLES[name], told, says=says)


def _words(item: dict, facts: Facts) -> str:
    """The answer; empty if there is none."""
    return ANSWERS[item["answer"]].words(facts) if item["answer"] else ""


def _row(item: dict, words: str, facts: Facts) -> tuple[str, ...]:
    """Number, what is asked, the answer, and where in the packet it is."""
    if not words:
        where = NOT_IN_PACKET if item["lacking_in"] == "packet" else NOT_HELD
        return item["number"], item["asks"], item["without_answer"] or MISSING, where
    where = "; ".join(f"“{title}”" for title in ANSWERS[item["answer"]].where(facts))
    return item["number"], item["asks"], words, where or NOT_IN_PACKET


SECTION = Kind(
    "checklist", "Checklists", "What do checklists of reporting ask, and what is here?", build
)
