"""A sheet as it stands in the file: headings, and under each the distinct cells and their rows.

Cells are text, or what a workbook or Parquet file says more exactly: numbers, dates, yes or no.
A column keeps each distinct cell once: a million rows hold few different ones, and whatever has
to be understood is understood once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice

import numpy as np

from lib.registry.importer.finding import Finding, first_of_a_rule

Cell = str | int | float | bool | date | datetime | None
Score = Callable[[Sequence[Cell]], int]
# A title, a date and a remark may stand above the headings.
ROWS_TO_SEARCH = 20


@dataclass(frozen=True)
class RawColumn:
    """``codes`` says of each row which of the distinct ``cells`` stands there.

    ``unread`` marks rows in which something stands that could not be read, as was reported; their
    cell is empty.
    """

    heading: str
    cells: list[Cell]
    codes: np.ndarray
    unread: np.ndarray | None = None


@dataclass(frozen=True)
class Grid:
    """One sheet. ``rows`` are the row numbers of the user's spreadsheet, the first row being 1."""

    file: str
    sheet: str
    form: str
    heading_row: int
    columns: list[RawColumn]
    rows: np.ndarray
    n_empty: int
    n_reported: int = 0
    findings: list[Finding] = field(default_factory=list)
    starts_1904: bool = False

    def cells_of(self, rows: Collection[int]) -> list[tuple[int, list[Cell]]]:
        """Row number and cells of some rows, in their order."""
        places = np.flatnonzero(np.isin(self.rows, list(rows)))
        return [
            (int(self.rows[at]), [column.cells[column.codes[at]] for column in self.columns])
            for at in places
        ]


@dataclass(frozen=True)
class RowForm:
    """How rows of a kind of file are told to be whole."""

    description: str
    all_cells_written: bool


def is_blank(row: Sequence[Cell]) -> bool:
    """Whether nothing stands in a row."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in row)


def find_headings(head: list[Sequence[Cell]], score: Score) -> int:
    """Which of the first rows holds the headings: the one with the most known ones."""
    scores = [score(row) for row in head]
    if any(scores):
        return scores.index(max(scores))
    return next((i for i, row in enumerate(head) if not is_blank(row)), 0)


def read_grid(
    file: str, sheet: str, rows: Iterable[Sequence[Cell]], score: Score, form: RowForm
) -> Grid | None:
    """Take up the rows of a sheet; None if nothing stands in it.

    A row that does not fit under the headings is reported and not taken up.
    """
    rows = iter(rows)
    head = list(islice(rows, ROWS_TO_SEARCH))
    if all(is_blank(row) for row in head):
        return None
    at = find_headings(head, score)
    headings = _headings(head[at])
    misfits: list[tuple[int, int]] = []
    collected = _Collector(len(headings))
    n_empty = 0
    for number, row in enumerate(chain(head[at + 1 :], rows), start=at + 2):
        # Most rows begin with something, and then need not be looked through.
        if (not row or str(row[0] or "").strip() == "") and is_blank(row):
            n_empty += 1
        elif _fits(row, len(headings), form):
            collected.add(number, row)
        else:
            misfits.append((number, len(row)))
    return Grid(
        file,
        sheet,
        form.description,
        at + 1,
        list(collected.columns(headings)),
        np.array(collected.rows, dtype=np.int64),
        n_empty,
        len(misfits),
        list(first_of_a_rule(_misfit(sheet, *misfit, len(headings)) for misfit in misfits)),
    )


class _Collector:
    """Distinct cells and codes of each column, row by row."""

    def __init__(self, width: int) -> None:
        self.rows: list[int] = []
        self._indexes: list[dict] = [{} for _ in range(width)]
        self._codes: list[list[int]] = [[] for _ in range(width)]

    def add(self, number: int, row: Sequence[Cell]) -> None:
        self.rows.append(number)
        padded = chain(row, (None,) * (len(self._codes) - len(row)))
        for cell, index, codes in zip(padded, self._indexes, self._codes, strict=False):
            # 1, 1.0 and True are equal in Python, and different in a sheet.
            key = cell if cell.__class__ is str else (cell.__class__, cell)
            codes.append(index.setdefault(key, len(index)))

    def columns(self, headings: list[str]) -> Iterator[RawColumn]:
        for heading, index, codes in zip(headings, self._indexes, self._codes, strict=True):
            cells = [key if key.__class__ is str else key[1] for key in index]
            yield RawColumn(heading, cells, np.array(codes, dtype=np.int32))


def _fits(row: Sequence[Cell], width: int, form: RowForm) -> bool:
    """Whether no cell of a row is beyond the last heading, or lacks where all are written."""
    if len(row) > width:
        return is_blank(row[width:])
    return len(row) == width or not form.all_cells_written


def _headings(row: Sequence[Cell]) -> list[str]:
    texts = ["" if cell is None else " ".join(str(cell).split()) for cell in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _misfit(sheet: str, row: int, n_cells: int, n_headings: int) -> Finding:
    return Finding(
        "error",
        "row_shape",
        sheet,
        row,
        None,
        f"The row has {n_cells} cells, but there are {n_headings} headings, so it is not clear "
        "which value belongs where. A row has one cell for each heading.",
        "Look for a missing or an extra separator, often a decimal comma without quotation marks.",
    )
