"""What a packet holds, whatever its format: sections of words, tables and charts, and its origin.

The writers of the formats (``html``, ``pdf``, ``word``, ``powerpoint``, ``excel``) get this and
nothing else: no registry is in it, and no figure is computed from it, so that each number in each
format is the one that the page shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lib.ask import bound
from lib.cohort import Cohort
from lib.named_queries import pasteable
from lib.nature import DISCLAIMER
from lib.tables import TextTable

BETWEEN_PARAGRAPHS = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Words:
    """A paragraph.

    Attributes
    ----------
    is_remark
        Whether it says why there is nothing to see, or what must not be concluded.
    """

    text: str
    is_remark: bool = False


@dataclass(frozen=True)
class Bars:
    """A chart of bars as plain numbers, for formats that draw their own: one value a category.

    ``axis`` is what the values are, with their unit. A value is ``None`` where it is not told.
    """

    axis: str
    categories: tuple[str, ...]
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """A chart.

    Attributes
    ----------
    title
        The question that it answers.
    spec
        Vega-Lite specification with its data under ``datasets``, title and subtitle included.
    alt
        What it shows, for those who can't see it.
    notes
        What stands below it.
    says
        What is seen, in one sentence made of its figures; may be empty.
    bars
        The same as plain numbers, if it is nothing but bars and every number is certain.
    """

    title: str
    spec: dict
    alt: str
    notes: tuple[str, ...] = ()
    says: str = ""
    bars: Bars | None = None


@dataclass(frozen=True)
class Table:
    """A table as it is printed, with its title and what stands below it; ``says``: see `Chart`."""

    title: str
    table: TextTable
    notes: tuple[str, ...] = ()
    says: str = ""


@dataclass(frozen=True)
class Question:
    """A query that figures came from, and the values that it was asked with."""

    name: str
    cohort: Cohort | None
    parameters: tuple[tuple[str, object], ...]

    @property
    def sql(self) -> str:
        """The query with its values in their places, ready to be run again."""
        return pasteable(self.name, bound(self.cohort, self.parameters))


Block = Words | Chart | Table


@dataclass(frozen=True)
class Section:
    """A part of a packet.

    Attributes
    ----------
    name
        Of ``lib.report.sections.SECTIONS``.
    title
        The reader's, or the section's own.
    blocks
        In their order; a section without data holds one remark that says so.
    comment
        The reader's, free; paragraphs are separated by empty lines.
    questions
        What was asked for its figures.
    """

    name: str
    title: str
    blocks: tuple[Block, ...]
    comment: str = ""
    questions: tuple[Question, ...] = ()

    @property
    def figures(self) -> Iterator[Chart | Table]:
        """Its charts and tables."""
        return (block for block in self.blocks if not isinstance(block, Words))

    @property
    def comment_paragraphs(self) -> list[str]:
        """The comment in its paragraphs; none if there is no comment."""
        return [part.strip() for part in BETWEEN_PARAGRAPHS.split(self.comment) if part.strip()]


@dataclass(frozen=True)
class Origin:
    """Where a packet comes from: enough to open the view again and to know whether it still holds.

    Attributes
    ----------
    link
        Opens the view in the dashboard; without the address of a server if none is known.
    cohort
        The cohort in words, with how many of how many patients.
    filters
        (field, what it asks) for each active field of the filter.
    dataset
        The registry's name.
    nature
        What kind of data it holds, and what of it is told.
    sha256
        Of the manifest, which names every file with its checksum.
    claims
        How many published statements hold; empty if none were published.
    program
        Name and version of this program.
    libraries
        (name, version) of what computed the figures.
    date
        When the packet was made, as ``2026-11-25``.
    """

    link: str
    cohort: str
    filters: tuple[tuple[str, str], ...]
    dataset: str
    nature: str
    sha256: str
    claims: str
    program: str
    libraries: tuple[tuple[str, str], ...]
    date: str

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """The same as it is printed: (what, value), in their order."""
        asked = "; ".join(f"{name}: {words}" for name, words in self.filters) or "none"
        return (
            ("Data", f"{self.dataset}: {self.nature}"),
            ("Cohort", self.cohort),
            ("Filter", asked),
            *([("Published statements", self.claims)] if self.claims else []),
            ("Data version (SHA-256 of the manifest)", self.sha256),
            ("Program", self.program),
            ("Computed with", ", ".join(f"{name} {number}" for name, number in self.libraries)),
            ("Made on", self.date),
            ("Opens this view", self.link),
        )

    @property
    def front(self) -> tuple[str, ...]:
        """What stands at the head of a packet beside its title and cohort: nature and date."""
        return f"{self.dataset}: {self.nature}.", f"{DISCLAIMER}.", f"Made on {self.date}."

    @property
    def line(self) -> str:
        """What stands on every page of a packet: nature, version and disclaimer."""
        return (
            f"{self.dataset}: {self.nature} · data {self.sha256[:8]} · {self.date} · {DISCLAIMER}"
        )


@dataclass(frozen=True)
class Packet:
    """A packet.

    Attributes
    ----------
    record
        What `lib.report.record` needs to hold it against present data.
    is_public
        Whether it leaves the department: then it names no patient.
    """

    title: str
    sections: tuple[Section, ...]
    origin: Origin
    record: str = field(default="", repr=False)
    is_public: bool = False
