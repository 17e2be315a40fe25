"""Packets of the registries that every clone has, each made and written once for all tests.

The full packets have every section, and comments that try what is possible: every format has to
carry them.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from lib.places import CASE_SERIES, DEMO_REGISTRY
from lib.report.composition import Chosen, Composition
from lib.report.content import Chart, Packet, Section, Table, Words
from lib.report.formats import FORMATS
from lib.report.making import make
from lib.report.sections import SECTIONS
from lib.warehouse import Warehouse, open_warehouse

FOLDERS = {"case_series": CASE_SERIES, "demo_registry": DEMO_REGISTRY}
# The views of the full packets; of the third nobody is.
VIEWS = {
    "case_series": "report_patients=DM-01&report_patients=LV-01",
    "demo_registry": "report_patients=SYN-0001&dose_tier=1&dose_and_cost_price=60",
    "nobody": "age=0-1",
}
# The threshold of a registry that is shared outside.
K = 5
TODAY = date(2026, 11, 26)
ADDRESS = "https://dashboard.example/report"
TITLE = "Reduced dosing <six> patients"
# Somebody who tries what is possible, and somebody with much to say.
FORMULAS = '=HYPERLINK("http://example.org")\n\nSecond paragraph, _x0041_ and µ.'
MARKUP = '<b>bold</b> & =1+1\n=HYPERLINK("http://evil")\n\n{{7*7}} ]]> \\u0000 %s'
LONG = "Discuss the reduction of the dose. " * 100
COMMENTS = {
    "cohort": FORMULAS,
    "table_i": "For discussion on Thursday.\n\nBring the charts.",
    "response": MARKUP,
    "side_effects": LONG,
}
# It would do something wherever a text is taken for markup.
HOSTILE = (
    "<script>document.title = 'run'</script> #eval(\"1 + 1\") $x^2$ *strong* _slant_ @someone "
    '`code` // </style></aside> <img src=x onerror=alert(1)> <a href="javascript:alert(1)">'
)


@cache
def opened(folder: Path) -> Warehouse:
    """A registry, opened once, so that what was computed of it is kept."""
    return open_warehouse(folder)


def composed(view: str, *names: str, **about: object) -> Composition:
    """A composition of sections by name, all of them if none are named."""
    chosen = tuple(Chosen(name, comment=COMMENTS.get(name, "")) for name in names or SECTIONS)
    return Composition(view, chosen, **{"title": TITLE} | about)


def made(
    composition: Composition,
    dataset: str = "case_series",
    *,
    source: Warehouse | None = None,
    k: int = 0,
) -> Packet:
    """The packet of a registry that every clone has, or of another one."""
    source = source or opened(FOLDERS[dataset])
    return make(composition, source, dataset, k, address=ADDRESS, today=TODAY)


@cache
def packet_of(dataset: str, view: str = "", *names: str) -> Packet:
    """A packet of a registry that every clone has; of all sections if none are named."""
    return made(composed(view, *names), dataset)


def full_packet(name: str) -> Packet:
    """Every section, of one of ``VIEWS``."""
    return packet_of(name if name in FOLDERS else "case_series", VIEWS[name])


@cache
def written(name: str, suffix: str) -> bytes:
    """A full packet in a format."""
    return FORMATS[suffix].write(full_packet(name))


def short_packet() -> Packet:
    """Four sections: with bars, a table, a chart that is drawn as a picture, and comments."""
    return packet_of("demo_registry", "dose_tier=1", "cohort", "overview", "table_i", "response")


def small(comment: str = "", title: str = TITLE, section: str = "What is said?") -> Packet:
    """A packet of the published series with one section of words."""
    told = Section("cohort", section, (Words("Nothing but words."),), comment)
    return replace(packet_of("case_series", "", "cohort"), title=title, sections=(told,))


def section_of(packet: Packet, name: str) -> Section:
    """A section by its name."""
    return next(section for section in packet.sections if section.name == name)


def figures(packet: Packet, kind: type) -> list[Chart] | list[Table]:
    """Its charts or its tables, in their order."""
    return [
        each for section in packet.sections for each in section.figures if isinstance(each, kind)
    ]


def tables_of(packet: Packet) -> dict[str, Table]:
    """The tables of a packet by their titles."""
    return {table.title: table for table in figures(packet, Table)}


def words_of(section: Section) -> str:
    """What a section says in paragraphs."""
    return "\n".join(block.text for block in section.blocks if isinstance(block, Words))


def everything_in(packet: Packet) -> str:
    """Every word and figure of a packet but its SQL: what its readers see, and what charts hold."""
    return repr([(each.title, each.blocks) for each in packet.sections])


def bare(text: str) -> str:
    """A text without its spaces, which lines and pages break in other places."""
    return re.sub(r"\s+", "", text)


def texts(packet: Packet) -> Iterator[str]:
    """Everything that has to stand in a packet that is read as pages, beside cells and charts."""
    yield packet.title
    yield packet.origin.line
    for row in packet.origin.rows:
        yield from row
    for number, section in enumerate(packet.sections, start=1):
        yield f"{number}. {section.title}"
        yield from section.comment.split("\n\n")
        for block in section.blocks:
            if isinstance(block, Words):
                yield block.text
            else:
                yield from block.notes
                yield block.title
        for question in section.questions:
            yield question.name
            yield question.sql
