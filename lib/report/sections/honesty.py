"""What the data are, and what can't be read from them."""

from collections.abc import Iterator

from lib.beside import Told
from lib.caveats import DRUGS_AS_TOLD, LONG_COURSES, VERSIONS_MADE
from lib.nature import DISCLAIMER, nature_words
from lib.published import read_plain_citation
from lib.report.content import Block, Words
from lib.report.sections.kind import Kind, remark, table
from lib.report.subject import Inquiry
from lib.tables import TextTable
from lib.verdicts import recomputed_words, status_words, verdict

NATURES = {
    "synthetic": "Invented by a program: no real patient, and nothing about IVIg follows from it.",
    "recorded": "Entered by a clinic; nothing was filled in. What is missing is shown as missing.",
}


def build(inquiry: Inquiry) -> Iterator[Block]:
    """Nature, claims, and what must not be concluded."""
    manifest = inquiry.manifest
    yield Words(f"{manifest.name}: {nature_words(manifest, inquiry.subject.k)}.")
    yield remark(f"{DISCLAIMER}.")
    if manifest.nature in NATURES:
        yield Words(NATURES[manifest.nature])
    if manifest.imputations:
        yield Words(VERSIONS_MADE.format(m=manifest.imputations).replace("\n", " ").strip())
        yield remark(LONG_COURSES)
        yield remark(DRUGS_AS_TOLD)
    if manifest.publication:
        yield from _claims(inquiry)


def _claims(inquiry: Inquiry) -> Iterator[Block]:
    claims = inquiry.frame("publication/claims", None)
    yield Words(f"{verdict(claims)}.")
    yield Words(f"The publication: {read_plain_citation(inquiry.manifest.publication)}")
    others = claims[claims["status"] != "reproduced"]
    if len(others):
        cells = [
            (claim["statement"], claim["published"], recomputed_words(claim), status_words(claim))
            for _, claim in others.iterrows()
        ]
        told = TextTable(("Statement", "Published", "Recomputed", "Status"), cells)
        yield table(inquiry, "Statements that are not reproduced", Told(told, []))


SECTION = Kind(
    "honesty", "What the data are", "What can these figures tell, and what not?", build,
    needs_patients=False,
)  # fmt: skip
