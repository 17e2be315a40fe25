"""Packets for tests: of a dataset and a view, or of a registry that is shared outside."""

from datetime import date
from functools import cache
from pathlib import Path

from lib.report.composition import Composition, named_sections
from lib.report.content import Packet, Section, Table, Words
from lib.report.making import make
from lib.report.sections import SECTIONS
from lib.warehouse import CASE_SERIES, DEMO_REGISTRY, Warehouse, open_warehouse

FOLDERS = {"case_series": CASE_SERIES, "demo_registry": DEMO_REGISTRY}
# Nobody in either dataset.
NOBODY = "sex=female&age=0-1"
K = 5


@cache
def opened(folder: Path) -> Warehouse:
    return open_warehouse(folder)


def packet_of(
    dataset: str, view: str = "", sections: tuple[str, ...] = tuple(SECTIONS), title: str = "x"
) -> Packet:
    """A packet of one of the datasets that are told whole."""
    return packet_from(opened(FOLDERS[dataset]), view, sections, dataset=dataset, title=title)


def packet_from(
    source: Warehouse,
    view: str = "",
    sections: tuple[str, ...] = tuple(SECTIONS),
    *,
    k: int = 0,
    dataset: str = "clinic",
    title: str = "x",
) -> Packet:
    """A packet of an opened registry."""
    composition = Composition(view, named_sections(sections), title)
    return make(composition, source, dataset, k, today=date(2026, 11, 26))


def section_of(packet: Packet, name: str) -> Section:
    return next(section for section in packet.sections if section.name == name)


def tables_of(packet: Packet) -> dict[str, Table]:
    """The tables of a packet by their titles."""
    return {
        block.title: block
        for section in packet.sections
        for block in section.blocks
        if isinstance(block, Table)
    }


def words_of(section: Section) -> str:
    """What a section says in paragraphs."""
    return "\n".join(block.text for block in section.blocks if isinstance(block, Words))


def everything_in(packet: Packet) -> str:
    """Every word and figure of a packet but its SQL: what its readers see, and what charts hold."""
    return repr([(each.title, each.blocks) for each in packet.sections])
