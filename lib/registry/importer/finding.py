"""What is wrong or odd in a user's sheet, where it is, and how to mend it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

# A column of a million wrong units is one mistake: nobody reads on, and memory has an end.
MOST_FINDINGS_OF_A_RULE = 10_000


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


def more_of_the_same(
    severity: Literal["error", "warning"], rule: str, sheet: str, column: str | None, n_rows: int
) -> Iterator[Finding]:
    """What is said of rows that are not listed, if there are too many."""
    n_more = n_rows - MOST_FINDINGS_OF_A_RULE
    if n_more > 0:
        message = f"The same in {n_more:,} more rows, which are not listed."
        yield Finding(severity, rule, sheet, None, column, message, "Mend them in the same way.")


def first_of_a_rule(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings of one rule in one sheet: those that are listed, and how many more there are."""
    findings = iter(findings)
    first = None
    for first in islice(findings, MOST_FINDINGS_OF_A_RULE):
        yield first
    n_more = sum(1 for _ in findings)
    if n_more:
        n_rows = MOST_FINDINGS_OF_A_RULE + n_more
        yield from more_of_the_same(first.severity, first.rule, first.sheet, None, n_rows)
