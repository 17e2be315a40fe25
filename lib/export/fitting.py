"""How much room words take, for formats whose programs break lines only when they open the file.

The face that is used there is not known here, so that widths are those of a broad one: what fits
by them fits in Arial and Calibri, too.
"""

import math
import re
from collections.abc import Sequence

from lib.tables import TextTable

# Widths in em, after DejaVu Sans, which is broader than the faces that office programs have.
OTHER = 0.66


class _Widths(dict):
    """Widths of signs; those that are not listed are a little broader than most letters."""

    def __missing__(self, sign: str) -> float:
        return OTHER


_EM = _Widths(
    {
        **dict.fromkeys("ijlI.,:;'|! ·", 0.32),
        **dict.fromkeys('frt()[]⟨⟩-/"', 0.4),
        **dict.fromkeys("abcdeghknopqsuvxyz0123456789–", 0.64),
        **dict.fromkeys("mwMW%@≥≤—ODGQNHU", 0.92),
    }
)
BOLD = 1.1
LINE_HEIGHT = 1.2
# Where a line can be broken: behind a space or a hyphen.
_PARTS = re.compile(r"[^\s-]*-|[^\s-]+\s*|\s+")


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is on one line, in points, at a size in points."""
    return size * sum(map(_EM.__getitem__, text)) * (BOLD if bold else 1)


def line_count(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """How many lines a text takes; a word that is broader than a line is broken."""
    return sum(_lines_of(line, width, size, bold) for line in text.split("\n"))


def _lines_of(line: str, width: float, size: float, bold: bool) -> int:
    lines, used = 1, 0.0
    # A text that is exactly as wide as its column was made for it must not wrap by rounding.
    room = max(width, size) + 0.01
    for part in _PARTS.findall(line):
        wide = text_width(part.rstrip(), size, bold=bold)
        if used and used + wide > room:
            lines, used = lines + 1, 0.0
        if wide > room:
            lines += math.ceil(wide / room) - 1
            used = wide % room
        else:
            used += text_width(part, size, bold=bold)
    return lines


def longest_word(texts: Sequence[str], size: float, *, bold: bool = False) -> float:
    """How wide a column has to be so that no word is broken, in points."""
    words = (part.rstrip() for text in texts for part in _PARTS.findall(text))
    return max((text_width(word, size, bold=bold) for word in words), default=0.0)


def is_heading(row: Sequence[str]) -> bool:
    """Whether a row is a heading: it has a name and no cell."""
    return len(row) > 1 and bool(row[0]) and not any(row[1:])


def least_widths(table: TextTable, size: float, padding: float) -> list[float]:
    """How wide each column has to be so that no word is broken, with its padding, in points."""
    columns = _columns(table)
    heads = [longest_word([name], size, bold=True) for name in table.columns]
    return [
        max(head, longest_word(cells, size)) + padding
        for head, cells in zip(heads, columns, strict=True)
    ]


def column_widths(table: TextTable, room: float, size: float, padding: float) -> list[float]:
    """Widths of columns in points, together at most ``room``.

    Each gets what its longest word takes, and of what is left the more, the longer its texts are.
    A table that is narrower on one line each stays as narrow.
    """
    least = least_widths(table, size, padding)
    if sum(least) >= room:
        return [width * room / sum(least) for width in least]
    natural = [
        max(
            text_width(name, size, bold=True),
            *(text_width(cell, size) for cell in cells),
            0.0,
        )
        + padding
        for name, cells in zip(table.columns, _columns(table), strict=True)
    ]
    wished = [max(pair) for pair in zip(least, natural, strict=True)]
    if sum(wished) <= room:
        return wished
    share = (room - sum(least)) / (sum(wished) - sum(least))
    return [narrow + (wide - narrow) * share for narrow, wide in zip(least, wished, strict=True)]


def _columns(table: TextTable) -> list[list[str]]:
    """The cells of each column; headings are as wide as the table."""
    rows = [row for row in table.rows if not is_heading(row)]
    return [[row[place] for row in rows] for place in range(len(table.columns))]
