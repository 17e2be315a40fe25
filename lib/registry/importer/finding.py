"""What is wrong or odd in a user's sheet, where it is, and how to mend it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One rule that one place of the user's data breaks.

    ``rule`` is a stable id such as ``cycle_gap``. ``sheet`` and ``column`` are called what the
    user calls them; ``row`` counts from 1 as a spreadsheet does, the header included, and is
    None if no single row is meant. ``message`` says what happened and what is allowed, ``mend``
    what to do. ``value`` is shown to the user and never logged; it is None for identifiers.
    ``suggestions`` are values of the schema that ``value`` may have meant.
    """

    severity: Literal["error", "warning"]
    rule: str
    sheet: str
    row: int | None
    column: str | None
    message: str
    mend: str
    value: str | None = None
    suggestions: tuple[str, ...] = ()
