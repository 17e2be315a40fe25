"""What the distinct cells of one column mean, and which of them mean nothing that is allowed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from lib.registry.importer.grid import Cell
from lib.registry.language import fold, missing_words

Value = str | int | float | bool | date | None
NO_WORD = re.compile(r"[-–—.?/*_\s]+")
# As Excel writes them, in English and in German.
EXCEL_ERROR = re.compile(
    r"#(?:REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|N/A|SPILL!|CALC!|BEZUG!|WERT!|ZAHL!|NV)",
    re.IGNORECASE,
)


class Problem(NamedTuple):
    """Why a cell means nothing that is allowed; where ``value`` may be shown is decided later."""

    rule: str
    message: str
    mend: str


@dataclass(frozen=True)
class Understood:
    """``values`` has one entry for each distinct cell; ``problems`` are by their index.

    ``choices`` lists the readings to choose from if ``open_cell`` (an index) can be read in
    several ways: pairs of what to answer and what the cell would be; ``asks`` is the kind of that
    question, as in `OPTION_OF`. ``decided`` are pairs of a text and the value that the user took
    it for.
    """

    reading: str
    values: list[Value]
    problems: dict[int, Problem] = field(default_factory=dict)
    warnings: dict[int, Problem] = field(default_factory=dict)
    choices: tuple[tuple[str, str], ...] = ()
    open_cell: int | None = None
    asks: str = "decimal"
    decided: tuple[tuple[str, str], ...] = ()


def is_missing(cell: Cell) -> bool:
    """Whether a cell says that nothing is known: empty, a dash, “n. a.”, not a number."""
    if isinstance(cell, str):
        text = cell.strip()
        return not text or NO_WORD.fullmatch(text) is not None or fold(text) in missing_words()
    return cell is None or cell != cell


def each(cells: list[Cell], read: Callable[[Cell], Value | Problem], reading: str) -> Understood:
    """Read every distinct cell by itself, those without a value left empty."""
    values: list[Value] = []
    problems: dict[int, Problem] = {}
    for at, cell in enumerate(cells):
        value = None if is_missing(cell) else excel_error(cell) or read(cell)
        if isinstance(value, Problem):
            problems[at], value = value, None
        values.append(value)
    return Understood(reading, values, problems)


def excel_error(cell: Cell) -> Problem | None:
    """The problem of a cell in which Excel could not compute a value."""
    if isinstance(cell, str) and EXCEL_ERROR.fullmatch(cell.strip()):
        return Problem(
            "excel_error",
            "Excel could not compute the cell and shows an error instead of a value.",
            "Mend the formula, or enter the value.",
        )
    return None


def shown(cell: Cell) -> str:
    """A cell as its user knows it."""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return "" if cell is None else str(cell)
