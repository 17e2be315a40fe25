"""A table as Markdown: pipes, the title above, the notes below; any text in it stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lib.export.label import Label
from lib.report.content import Table
from lib.tables import INDENT
from lib.xml_text import plain

# What means something within a line, and what does at the beginning of a paragraph.
MARKS = re.compile(r"([\\`*_\[\]<>|~$&])")
AT_THE_BEGINNING = re.compile(r"^(\d*)([#+=.)-])")
BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")


def table_markdown(table: Table, label: Label) -> bytes:
    """The table as GitHub and most other programs read it."""
    heads = [escaped(head) for head in table.table.heads]
    lines = [
        f"**{escaped(table.title)}**",
        "",
        _row(heads),
        _row(["---", *["---:"] * (len(heads) - 1)]),
        *(_row(map(_cell, row)) for row in table.table.rows),
        "",
        *(AT_THE_BEGINNING.sub(r"\1\\\2", escaped(note)) + "\n" for note in table.notes),
        f"*{escaped(label.line)}*",
    ]
    return "\n".join([*lines, ""]).encode()


def escaped(text: str) -> str:
    """A text that Markdown shows as it is, in one line."""
    return MARKS.sub(r"\\\1", BREAKS.sub(" ", plain(text))).strip(" ")


def _cell(text: str) -> str:
    """A cell; spaces at its beginning would be left out."""
    return "&emsp;" * text.startswith(INDENT) + escaped(text.removeprefix(INDENT))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
