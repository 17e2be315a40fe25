"""Packets that the tests of the formats write and read again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

from lib.report.composition import Chosen, Composition
from lib.report.content import Chart, Packet, Section, Table, Words
from lib.report.making import make
from lib.report.sections import SECTIONS
from lib.warehouse import CASE_SERIES, DEMO_REGISTRY, open_warehouse

FOLDERS = {"case_series": CASE_SERIES, "demo_registry": DEMO_REGISTRY}
# Of each dataset a view with patients, and one of nobody.
VIEWS = (
    ("case_series", "patient=DM-01,LV-01"),
    ("demo_registry", "patient=SYN-0001&dose_tier=1"),
    ("case_series", "age=0-1"),
)
TITLE = "Reduced dosing, six patients"
COMMENT = "For discussion on Thursday.\n\nBring the charts."
# It would do something wherever a text is taken for markup.
HOSTILE = (
    "<script>document.title = 'run'</script> #eval(\"1 + 1\") $x^2$ *strong* _slant_ @someone "
    '`code` // </style></aside> <img src=x onerror=alert(1)> <a href="javascript:alert(1)">'
)


@cache
def made(dataset: str, view: str) -> Packet:
    """A packet of all sections, each with a comment."""
    chosen = tuple(Chosen(name, comment=COMMENT) for name in SECTIONS)
    return make(
        Composition(view, chosen, title=TITLE),
        open_warehouse(FOLDERS[dataset]),
        dataset,
        0,
        address="https://dashboard.example/",
        today=date(2026, 11, 26),
    )


def small(comment: str = "", title: str = TITLE, section: str = "What is said?") -> Packet:
    """A packet of the published series with one section of words."""
    packet = made(*VIEWS[0])
    told = Section("cohort", section, (Words("Nothing but words."),), comment)
    return replace(packet, title=title, sections=(told,))


def tables(packet: Packet) -> Iterator[Table]:
    """Its tables in their order."""
    yield from (block for block in _figures(packet) if isinstance(block, Table))


def charts(packet: Packet) -> Iterator[Chart]:
    """Its charts in their order."""
    yield from (block for block in _figures(packet) if isinstance(block, Chart))


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


def _figures(packet: Packet) -> Iterator[Chart | Table]:
    for section in packet.sections:
        yield from section.figures
