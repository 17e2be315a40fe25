"""A packet for the public: it names no patient, neither in what is seen nor in what it carries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import chain

from lib.ask import rows_of
from lib.report.composition import Composition
from lib.report.content import Block, Chart, Packet, Section, Table
from lib.report.sections import SECTIONS, patients
from lib.report.subject import EVERYBODY, ReportError, Subject

SOMEBODY = "a patient"
# The column of ids, in the rows of any query and chart.
ID = "patient_id"
# What a link names single patients by.
OF_PATIENTS = tuple(option.name for option in (patients.PATIENTS, *patients.ON_THE_PAGE))
INTERNAL_INSTEAD = "Take it out, or make the packet for internal use."


@dataclass(frozen=True)
class Ids:
    """The ids of a registry's patients, as far as they are told from other words and numbers.

    One without a letter is like any number: it is known by its column alone.
    """

    in_text: re.Pattern

    def are_in(self, text: str) -> bool:
        """Whether a text names a patient."""
        return self.in_text.search(unicodedata.normalize("NFC", text)) is not None

    def without(self, text: str) -> str:
        """A text with ``SOMEBODY`` where it names a patient."""
        return self.in_text.sub(SOMEBODY, unicodedata.normalize("NFC", text))


def ids_in(subject: Subject) -> Ids:
    """The ids of everybody in the registry; they are never shown where a threshold stands."""
    asked = (("version", min(1, subject.manifest.imputations)),)
    rows = rows_of(subject.source, 0, "patient/roster", EVERYBODY, asked)
    normal = {unicodedata.normalize("NFC", row[ID]) for row in rows}
    told = [each for each in normal if re.search(r"[^\W\d_]", each)]
    # The longest first, as one may begin like another.
    any_of = "|".join(map(re.escape, sorted(told, key=len, reverse=True))) or r"(?!)"
    return Ids(re.compile(rf"(?<![^\W_])(?:{any_of})(?![^\W_])", re.IGNORECASE))


def refuse_patients(composition: Composition, subject: Subject, ids: Ids) -> None:
    """Refuse to name a patient in public.

    Raises
    ------
    ReportError
        If a section shows single patients, or a title, comment or the view holds a patient's id.
        The id is not repeated.
    """
    for chosen in composition.sections:
        if SECTIONS[chosen.section].names_patients:
            raise ReportError(
                f"The packet is public, and its section “{SECTIONS[chosen.section].label}” shows "
                "single patients by their ids. Leave it out, or make the packet for internal use."
            )
    view = " ".join(chain.from_iterable((name, *values) for name, values in subject.view.items()))
    texts = [("title of the packet", composition.title), ("view", view)]
    texts += chain.from_iterable(
        (
            (f"title of {chosen.section}", chosen.title),
            (f"comment on {chosen.section}", chosen.comment),
        )
        for chosen in composition.sections
    )
    if any(subject.view.get(name) for name in OF_PATIENTS):
        raise ReportError(f"The packet is public, and its view names a patient. {INTERNAL_INSTEAD}")
    for what, text in texts:
        if ids.are_in(text):
            raise ReportError(
                f"The packet is public, and its {what} holds a patient's id. {INTERNAL_INSTEAD}"
            )


def check_public(packet: Packet, ids: Ids) -> None:
    """Refuse a public packet that names a patient nevertheless, wherever in it.

    Raises
    ------
    ReportError
        If it does.
    """
    if ids.are_in(f"{packet!r}{packet.record}"):
        raise ReportError(
            "The packet is public, and one of its sections still names a patient, so it was not "
            "made. Make it for internal use, and tell those who run the dashboard."
        )


def without_ids(section: Section, ids: Ids) -> Section:
    """The same section with ``SOMEBODY`` where a patient is named, be it in a chart's data.

    Neither the form of a chart nor SQL is touched: they name nobody, and an id may look like a
    number in them.
    """
    return replace(section, blocks=tuple(_block(block, ids.without) for block in section.blocks))


def _block(block: Block, told: Callable[[str], str]) -> Block:
    if isinstance(block, Chart):
        datasets = {
            name: [{column: _value(column, row[column], told) for column in row} for row in rows]
            for name, rows in block.spec["datasets"].items()
        }
        return replace(
            block,
            spec={**block.spec, "datasets": datasets},
            alt=told(block.alt),
            notes=_texts(block.notes, told),
            says=told(block.says),
        )
    if isinstance(block, Table):
        table = block.table._replace(rows=[_texts(row, told) for row in block.table.rows])
        return replace(block, table=table, notes=_texts(block.notes, told), says=told(block.says))
    return replace(block, text=told(block.text))


def _texts(texts: Iterable[str], told: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(map(told, texts))


def _value(column: str, value: object, told: Callable[[str], str]) -> object:
    """A cell of a chart's data; the column of ids has them whatever they look like."""
    if column == ID:
        return SOMEBODY
    return told(value) if isinstance(value, str) else value
