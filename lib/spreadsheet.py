"""What a cell and a sheet of a workbook can hold; text that never becomes a formula."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from itertools import chain, count
from math import isfinite

from lib.xml_text import plain

# Excel's own limits.
MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767
MOST_TITLE_CHARACTERS = 31
MOST_EXACT_INTEGER = 10**15
RESERVED_TITLE = "history"
FIRST_YEAR = 1900
# What a spreadsheet takes for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def cell_value(value: object) -> object:
    """A value as a cell can hold it: what Excel has no type for is written as text."""
    is_held = (
        value is None
        or (isinstance(value, int) and abs(value) <= MOST_EXACT_INTEGER)
        or (isinstance(value, float) and isfinite(value))
        or (isinstance(value, date) and value.year > FIRST_YEAR and not _has_zone(value))
    )
    return value if is_held else writable(str(value))


def writable(text: str) -> str:
    """A text as a cell can hold it: what no file can is replaced, what is too long is cut."""
    return plain(text)[:MOST_CHARACTERS]


def sheet_title(name: str, taken: Collection[str]) -> str:
    """A name that Excel allows and that none of the others is, which are given in small letters."""
    wanted = NOT_IN_A_TITLE.sub(" ", writable(name))
    endings = chain([""], (f" ({number})" for number in count(2)))
    titles = (_shortened(wanted, MOST_TITLE_CHARACTERS - len(end)) + end for end in endings)
    return next(title for title in titles if title.lower() not in {RESERVED_TITLE, *taken})


def _shortened(title: str, n_characters: int) -> str:
    return title.strip(" '")[:n_characters].strip(" '") or "Sheet"


def _has_zone(value: date) -> bool:
    return getattr(value, "tzinfo", None) is not None
