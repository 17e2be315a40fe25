"""Make a packet: ask for what each section shows, and write down where it came from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from lib.ask import frame_of
from lib.cohort import FIELDS_BY_NAME
from lib.datasets import OWN
from lib.errors import WithheldError
from lib.nature import nature_words
from lib.report.composition import Chosen, Composition, checked
from lib.report.content import Block, Origin, Packet, Section
from lib.report.program import PROGRAM, libraries
from lib.report.public import check_public, ids_in, refuse_patients, without_ids
from lib.report.record import written_record
from lib.report.sections import SECTIONS, is_known
from lib.report.sections.kind import Kind, remark
from lib.report.subject import Inquiry, ReportError, Subject, read_subject, read_view
from lib.verdicts import verdict
from lib.warehouse import Warehouse

NO_LINK = "none: this registry was in the memory of one session, and is gone with it"
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
    section_made: Callable[[Section], None] = lambda _: None,
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
    section_made
        Given each section as soon as it is made, to draw its charts meanwhile.

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
    if unknown := next((name for name in view if not is_known(name)), None):
        raise ReportError(
            f"The view asks for “{unknown[:60]}”, which is no field of the filter and no choice "
            f"of a page. Fields are: {', '.join(FIELDS_BY_NAME)}."
        )
    subject = replace(read_subject(view, source, dataset, k), sections=titles)
    ids = ids_in(subject) if composition.is_public else None
    if ids:
        refuse_patients(composition, subject, ids)
    sections = []
    for place, chosen in enumerate(composition.sections):
        kind = SECTIONS[chosen.section]
        progress(place, len(composition.sections), kind.label)
        section = _section(chosen, kind, subject)
        sections.append(without_ids(section, ids) if ids else section)
        section_made(sections[-1])
    origin = origin_of(subject, address, today or date.today())
    packet = Packet(composition.title, tuple(sections), origin, is_public=composition.is_public)
    made = replace(packet, record=written_record(packet, composition, dataset, k))
    if ids:
        check_public(made, ids)
    return made


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
        link=NO_LINK if subject.dataset == OWN else f"{address}?{subject.link}",
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
