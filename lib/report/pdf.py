"""A packet as PDF: vectors, text that can be selected, tags for those who can't see it.

The layout is ``packet.typ``, which `lib.report.pdf_child` sets. What the packet holds is handed to
it as JSON and set as text, so that nothing of it is ever read as markup.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from xml.etree import ElementTree

from lib.bounds import REFUSED, start, stopped_after
from lib.export import pictures
from lib.palette import LIGHT
from lib.report.appendix import Asked, appendix, sql_text
from lib.report.content import Block, Chart, Packet, Table, Words
from lib.report.printed import (
    APPENDIX,
    APPENDIX_NOTE,
    COMMENT,
    CONTENTS,
    ORIGIN,
    RECORD_FILE,
    REMARK,
    caption,
    is_across,
    is_address,
    packed_sql,
)
from lib.report.subject import ReportError
from lib.tables import INDENT, TextTable
from lib.xml_text import plain

CHILD = "lib.report.pdf_child"
MAX_SECONDS = 120
SQL_FILE = "ivig-packet-queries.sql"
# Of the appendix, in signs, as wide as its columns.
SQL_WIDTH = 66
SQL_NOTE = (
    f"As they were written, with their comments, they are attached to this PDF as {SQL_FILE}: copy "
    "them from there."
)
# What a page leaves for a chart and its notes, height to width.
MOST_HEIGHT = {False: 1.25, True: 0.5}
# Tables, in points: text widths upright and across, sizes of type, the gap behind each column.
TEXT_WIDTH = {False: 493, True: 740}
USUAL_SIZE, SMALL_SIZE, SMALLEST_SIZE = 9, 8, 5
MOST_IN_USUAL_SIZE = 5
GUTTER = 8
# A letter's width to its height, in bold; bounds of a column in letters; which of the cells of a
# column, by length, are given their whole length.
LETTER = 0.53
LEAST_LETTERS, MOST_LETTERS = 4, 44
USUAL = 0.9
logger = logging.getLogger(__name__)


def write(packet: Packet) -> bytes:
    """A packet as PDF/A-3a and PDF/UA-1; the same packet gives the same bytes.

    Raises
    ------
    ReportError
        If no font has a sign of it, or it can't be set.
    """
    job = json.dumps(_content(packet), ensure_ascii=False).encode()
    with start(CHILD) as child:
        try:
            with stopped_after(child, MAX_SECONDS):
                made, said = child.communicate(job)
        finally:
            child.kill()
    if child.returncode == 0:
        return made
    if child.returncode == REFUSED:
        raise ReportError(said.decode())
    logger.error("A PDF ended with %s: %s", child.returncode, said.decode())
    raise ReportError(
        "The PDF was not made: the program that sets it was stopped, for want of memory or time. "
        "Choose fewer sections, or another format."
    )


def read_record(content: bytes) -> str:
    """The record that a packet carries, as JSON.

    Raises
    ------
    ReportError
        If it carries none, or is no PDF.
    """
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        found = PdfReader(io.BytesIO(content)).attachments.get(RECORD_FILE, [])
    except PyPdfError:
        found = []
    if not found:
        raise ReportError("The PDF file carries no record of its figures.")
    return found[0].decode("utf-8")


def _content(packet: Packet) -> dict:
    """What the layout reads: what is set, and what is attached as it is."""
    return _plain(_laid_out(packet)) | {
        "record": packet.record,
        "record_file": RECORD_FILE,
        "sql": sql_text(packet),
        "sql_file": SQL_FILE,
    }


def _plain(part: object) -> object:
    """The same with a mark in the place of control characters, which no font has."""
    if isinstance(part, str):
        return plain(part)
    if isinstance(part, dict):
        return {name: _plain(each) for name, each in part.items()}
    if isinstance(part, list | tuple):
        return [_plain(each) for each in part]
    return part


def _laid_out(packet: Packet) -> dict:
    origin = packet.origin
    return {
        "title": packet.title,
        "cohort": origin.cohort,
        "front": origin.front,
        "program": origin.program,
        "date": origin.date,
        "line": origin.line,
        "origin": [(what, value, is_address(value)) for what, value in origin.rows],
        "sections": [
            {
                "title": f"{number}. {section.title}",
                "comment": section.comment_paragraphs,
                "across": is_across(section),
                "blocks": [_block(block, is_across(section)) for block in section.blocks],
            }
            for number, section in enumerate(packet.sections, start=1)
        ],
        "appendix": [
            {"title": part.title, "questions": [_question(each) for each in part.asked]}
            for part in appendix(packet)
        ],
        "palette": {
            name: getattr(LIGHT, name)
            for name in ("text", "muted_text", "grid", "accent", "warning")
        },
        "words": {
            "contents": CONTENTS,
            "origin": ORIGIN,
            "comment": COMMENT,
            "remark": REMARK,
            "appendix": APPENDIX,
            "appendix_note": APPENDIX_NOTE,
            "sql_note": SQL_NOTE,
        },
    }


def _block(block: Block, across: bool) -> dict:
    if isinstance(block, Words):
        return {"kind": "remark" if block.is_remark else "words", "text": block.text}
    if isinstance(block, Chart):
        return _chart(block, MOST_HEIGHT[across])
    return _table(block, across)


def _chart(chart: Chart, most_height: float) -> dict:
    drawn = pictures.svg(chart.spec)
    _, _, width, height = map(float, ElementTree.fromstring(drawn).get("viewBox").split())
    return {
        "kind": "chart",
        "svg": drawn,
        "alt": chart.alt,
        "notes": caption(chart),
        "most_width": most_height * width / height,
    }


def _table(told: Table, across: bool) -> dict:
    return {
        "kind": "table",
        "title": told.title,
        "columns": told.table.columns,
        **_layout(told.table, across),
        "groups": told.table.groups,
        "rows": [
            {
                "heading": not any(row[1:]),
                "indented": row[0].startswith(INDENT),
                "cells": (row[0].strip(), *row[1:]),
            }
            for row in told.table.rows
        ],
        "notes": told.notes,
    }


def _lengths(table: TextTable) -> Iterator[tuple[int, int]]:
    """For each column the longest word, and how long most of its cells are, in letters."""
    rows = [row for row in (table.columns, *table.rows) if any(row[1:])]
    for cells in zip(*rows, strict=True):
        words = max(len(word) for cell in cells for word in cell.split() or [""])
        usual = sorted(map(len, cells))[round(USUAL * (len(cells) - 1))]
        # A heading may take two lines.
        usual = max(usual, words, len(cells[0]) // 2 + 1)
        yield max(words, LEAST_LETTERS), max(min(usual, MOST_LETTERS), words)


def _layout(table: TextTable, across: bool) -> dict:
    """Size of the type in points and shares of the width: no word is wider than its column."""
    size = USUAL_SIZE if len(table.columns) <= MOST_IN_USUAL_SIZE else SMALL_SIZE
    longest, usual = zip(*_lengths(table), strict=True)
    room = (TEXT_WIDTH[across] - GUTTER * len(table.columns)) / (LETTER * size)
    if sum(longest) > room:
        return {"size": max(size * room / sum(longest), SMALLEST_SIZE), "widths": longest}
    spare = min(1, (room - sum(longest)) / max(1, sum(usual) - sum(longest)))
    widths = [word + spare * (cell - word) for word, cell in zip(longest, usual, strict=True)]
    return {"size": size, "widths": widths}


def _question(asked: Asked) -> dict:
    question = asked.question
    return {
        "words": f"{question.name}{asked.elsewhere}",
        "sql": None if asked.first else packed_sql(question.sql, SQL_WIDTH),
    }
