"""A packet for the public: it names no patient, neither in what is seen nor in what it carries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import chain

from lib.ask import rows_of
from lib.report.composition import Composition
from lib.report.content import Block, Chart, Question, Section, Table
from lib.report.sections import SECTIONS
from lib.report.subject import EVERYBODY, ReportError, Subject

SOMEBODY = "a patient"


def ids_in(subject: Subject) -> re.Pattern:
    """What finds the ids of the registry's patients in a text: whole ones, in any case."""
    asked = (("version", min(1, subject.manifest.imputations)),)
    rows = rows_of(subject.source, 0, "patient/roster", EVERYBODY, asked)
    # The longest first, as one may begin like another.
    ids = sorted((row["patient_id"] for row in rows), key=len, reverse=True)
    any_of = "|".join(map(re.escape, ids)) or r"(?!)"
    return re.compile(rf"(?<![^\W_])(?:{any_of})(?![^\W_])", re.IGNORECASE)


def refuse_patients(composition: Composition, ids: re.Pattern) -> None:
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
    texts = [("title of the packet", composition.title), ("view", composition.view)]
    texts += chain.from_iterable(
        (
            (f"title of {chosen.section}", chosen.title),
            (f"comment on {chosen.section}", chosen.comment),
        )
        for chosen in composition.sections
    )
    for what, text in texts:
        if ids.search(text):
            raise ReportError(
                f"The packet is public, and its {what} holds a patient's id. Take it out, or make "
                "the packet for internal use."
            )


def without_ids(section: Section, ids: re.Pattern) -> Section:
    """The same section with ``SOMEBODY`` where a patient is named, be it in a chart's data."""

    def told(text: str) -> str:
        return ids.sub(SOMEBODY, text)

    return replace(
        section,
        blocks=tuple(_block(block, told) for block in section.blocks),
        questions=tuple(Question(each.name, told(each.sql)) for each in section.questions),
    )


def _block(block: Block, told: Callable[[str], str]) -> Block:
    if isinstance(block, Chart):
        return replace(
            block,
            spec=_within(block.spec, told),
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


def _within(value: object, told: Callable[[str], str]) -> object:
    """A specification with every text of it told."""
    if isinstance(value, str):
        return told(value)
    if isinstance(value, dict):
        return {name: _within(each, told) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_within(each, told) for each in value]
    return value
