"""Findings as a reader mends them: what is wrong in one column in the same way is said once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from lib.registry.importer.finding import Finding

MOST_RANGES = 8


@dataclass(frozen=True)
class Mistake:
    """Findings that differ in their row alone; ``rows`` is empty if no single row is meant."""

    severity: str
    sheet: str
    column: str | None
    value: str | None
    message: str
    mend: str
    rows: tuple[int, ...]


def mistakes(findings: Iterable[Finding]) -> list[Mistake]:
    """Put findings together that say the same of the same value: errors first, in their order."""
    rows: dict[tuple, list[int]] = {}
    for finding in sorted(findings, key=lambda finding: finding.severity != "error"):
        same = (
            finding.severity,
            finding.sheet,
            finding.column,
            finding.value,
            finding.message,
            finding.mend,
        )
        rows.setdefault(same, []).extend([] if finding.row is None else [finding.row])
    return [Mistake(*same, tuple(found)) for same, found in rows.items()]


def rows_in_words(rows: Sequence[int]) -> str:
    """“row 3”, “rows 2–13, 15”; of very many the first ranges, and how many rows are left."""
    ordered = sorted(set(rows))
    ranges = [
        [row for _, row in group]
        for _, group in groupby(enumerate(ordered), lambda pair: pair[1] - pair[0])
    ]
    shown = ranges[:MOST_RANGES]
    words = ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 1 else str(r[0]) for r in shown)
    n_left = len(ordered) - sum(map(len, shown))
    more = f" and {n_left:,} more" if n_left else ""
    return f"row{'s' * (len(ordered) > 1)} {words}{more}" if ordered else ""
