"""Make a packet: ask for what each section shows, and write down where it came from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import chain

from lib.ask import frame_of, rows_of
from lib.cohort import FIELDS_BY_NAME
from lib.errors import WithheldError
from lib.nature import nature_words
from lib.report.composition import Chosen, Composition, checked
from lib.report.content import Block, Origin, Packet, Section
from lib.report.program import PROGRAM, libraries
from lib.report.record import written_record
from lib.report.sections import SECTIONS
from lib.report.sections.kind import Kind, remark
from lib.report.subject import EVERYBODY, Inquiry, ReportError, Subject, read_subject, read_view
from lib.verdicts import verdict
from lib.warehouse import Warehouse

NOBODY = "No patient meets all of these criteria, so there is nothing to show."


def make(
    composition: Composition,
    source: Warehouse,
    dataset: str,
    k: int,
    *,
    address: str = "",
    today: date | None = None,
    progress: Callable[[int, int, str], None] = lambda *_: None,
) -> Packet:
    """Make a packet of a registry.

    Parameters
    ----------
    composition
        What is in it; its view selects the cohort.
    source
        The registry, opened.
    dataset
        What links call the registry.
    k
        The threshold that it is told with; 0 for all of it.
    address
        Of the dashboard, for the link; empty if none is known.
    today
        The date that is written on it.
    progress
        Told (sections made, sections in all, label of the next one).

    Raises
    ------
    ReportError
        If it can't be made as it was asked for.
    """
    checked(composition, SECTIONS)
    titles = {
        chosen.section: chosen.title or SECTIONS[chosen.section].title
        for chosen in reversed(composition.sections)
    }
    view = read_view(composition.view)
    subject = replace(read_subject(view, source, dataset, k), sections=titles)
    if composition.is_public:
        refuse_patients(composition, subject)
    sections = []
    for place, chosen in enumerate(composition.sections):
        kind = SECTIONS[chosen.section]
        progress(place, len(composition.sections), kind.label)
        sections.append(_section(chosen, kind, subject))
    origin = origin_of(subject, address, today or date.today())
    packet = Packet(composition.title, tuple(sections), origin)
    return replace(packet, record=written_record(packet, composition, dataset))


def _section(chosen: Chosen, kind: Kind, subject: Subject) -> Section:
    inquiry = Inquiry(subject)
    if kind.needs_patients and subject.is_nobody:
        blocks: tuple[Block, ...] = (remark(NOBODY),)
    else:
        try:
            blocks = tuple(kind.build(inquiry))
        except WithheldError as why:
            blocks = (remark(str(why)),)
    return Section(kind.name, chosen.title or kind.title, blocks, chosen.comment, inquiry.questions)


def origin_of(subject: Subject, address: str, today: date) -> Origin:
    """Where a packet comes from."""
    manifest = subject.manifest
    claims = ""
    if manifest.publication and not subject.k:
        claims = f"{verdict(frame_of(subject.source, 0, 'publication/claims'))}."
    return Origin(
        link=f"{address}?{subject.link}",
        cohort=subject.words,
        filters=tuple(
            (FIELDS_BY_NAME[name].label, words)
            for name, words in subject.cohort.words_by_field.items()
        ),
        dataset=manifest.name,
        nature=nature_words(manifest, subject.k),
        sha256=subject.sha256,
        claims=claims,
        program=PROGRAM,
        libraries=libraries(),
        date=today.isoformat(),
    )


def refuse_patients(composition: Composition, subject: Subject) -> None:
    """Refuse a packet for the public that names a patient.

    Raises
    ------
    ReportError
        If a section shows single patients, or a title or comment holds a patient's id. The id
        is not repeated.
    """
    for chosen in composition.sections:
        if SECTIONS[chosen.section].names_patients:
            raise ReportError(
                f"The packet is public, and its section “{SECTIONS[chosen.section].label}” shows "
                "single patients by their ids. Leave it out, or make the packet for internal use."
            )
    ids = patient_ids(subject)
    texts = [("title of the packet", composition.title), ("view", composition.view)]
    texts += chain.from_iterable(
        (
            (f"title of {chosen.section}", chosen.title),
            (f"comment on {chosen.section}", chosen.comment),
        )
        for chosen in composition.sections
    )
    for what, text in texts:
        if any(_holds(text, patient) for patient in ids):
            raise ReportError(
                f"The packet is public, and its {what} holds a patient's id. Take it out, or make "
                "the packet for internal use."
            )


def patient_ids(subject: Subject) -> list[str]:
    """The ids of everybody in the registry; never shown where a threshold stands."""
    asked = (("version", min(1, subject.manifest.imputations)),)
    rows = rows_of(subject.source, 0, "patient/roster", EVERYBODY, asked)
    return [row["patient_id"] for row in rows]


def _holds(text: str, patient: str) -> bool:
    """Whether a text names a patient: the id stands by itself, in any case."""
    bare = rf"(?<![^\W_]){re.escape(patient)}(?![^\W_])"
    return re.search(bare, text, re.IGNORECASE) is not None
