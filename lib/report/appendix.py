"""The appendix of a packet, whatever its format: each query that figures came from, once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lib.report.content import Packet, Question, Section


class Asked(NamedTuple):
    """A query of a section; ``first`` is the number of another section that has its text."""

    question: Question
    first: int | None

    @property
    def elsewhere(self) -> str:
        """Where its text stands, if in another section; to be put behind its name."""
        return f": as in section {self.first}." if self.first else ""


class Part(NamedTuple):
    """A section that asked something, with its number in the packet and its queries."""

    number: int
    section: Section
    asked: list[Asked]

    @property
    def title(self) -> str:
        """``3. Response``."""
        return f"{self.number}. {self.section.title}"


def appendix(packet: Packet) -> Iterator[Part]:
    """The appendix in the packet's order; a query stands under the first section that asks it."""
    first: dict[Question, int] = {}
    for number, section in enumerate(packet.sections, start=1):
        places = [(each, first.setdefault(each, number)) for each in section.questions]
        asked = [Asked(each, None if place == number else place) for each, place in places]
        if asked:
            yield Part(number, section, asked)


def each_once(packet: Packet) -> Iterator[tuple[Section, Question]]:
    """Every query, with the section that asks it first."""
    for part in appendix(packet):
        yield from ((part.section, each.question) for each in part.asked if not each.first)


def sql_text(packet: Packet) -> str:
    """The appendix as one file of SQL; empty if nothing was asked."""
    return "\n".join(
        f"-- Section {part.number}: {each.question.name}\n"
        f"{each.question.sql.strip().rstrip(';')}\n;\n"
        for part in appendix(packet)
        for each in part.asked
        if not each.first
    )
