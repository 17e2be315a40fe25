"""The rows of one table as they were read, from one sheet or several, before conversion."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from lib.registry.importer.columns import ColumnReading
from lib.registry.importer.finding import MOST_FINDINGS_OF_A_RULE, Finding, more_of_the_same
from lib.registry.importer.grid import Grid
from lib.registry.language import column_title, language_of
from lib.registry.sheets import SHEETS

# Types of pandas that know a missing number or answer.
PANDAS_TYPES = {
    pa.int32(): pd.Int32Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype("pyarrow"),
    pa.date32(): pd.ArrowDtype(pa.date32()),
}


@dataclass(frozen=True)
class TypedTable:
    """``frame`` has the columns that were filled in; ``failed`` marks cells already reported.

    ``sheets`` and ``rows`` say of each row where it stands; ``headings`` what the user calls a
    column.
    """

    name: str
    frame: pd.DataFrame
    failed: dict[str, np.ndarray]
    sheets: np.ndarray
    rows: np.ndarray
    headings: dict[str, str]

    @cached_property
    def source_rows(self) -> np.ndarray:
        """A number for each row: the user's, or a running one if there are several sheets."""
        return self.rows if self._is_one_sheet else np.arange(1, len(self.rows) + 1)

    @cached_property
    def _is_one_sheet(self) -> bool:
        return bool((self.sheets == self.sheets[:1]).all())

    def row_in_words(self, source_row: int) -> str:
        """The user's number of a row, with its sheet if there are several."""
        sheet, row = self.place(source_row)
        return str(row) if self._is_one_sheet else f"{row} of {sheet}"

    def place(self, source_row: int) -> tuple[str, int]:
        """The user's sheet and row of a number in `source_rows`, which only grow."""
        at = int(np.searchsorted(self.source_rows, source_row))
        return str(self.sheets[at]), int(self.rows[at])

    def giving(self, column: str) -> list[str]:
        """The columns that can give the value of a column, itself first."""
        return SHEETS[self.name].replaced_by.get(column, [column])

    def heading(self, column: str, at: int | None = None) -> str:
        """What the user calls a column, or the one that gives its value in row ``at``."""
        there = [name for name in self.giving(column) if name in self.headings]
        if at is not None:
            there = [name for name in there if self._is_filled_in(name, at)] or there
        return self.headings[there[0]] if there else column_title(self.name, column, self.language)

    @cached_property
    def language(self) -> str:
        """The language of the user's own headings: what else is named is named in it."""
        return language_of(
            str(self.sheets[-1]) if len(self.sheets) else "", self.name, self.headings
        )

    def _is_filled_in(self, column: str, at: int) -> bool:
        return bool(self.failed[column][at] or pd.notna(self.frame[column].iloc[at]))

    def findings(
        self,
        severity: Literal["error", "warning"],
        rule: str,
        where: np.ndarray,
        words: Callable[[int], tuple[str, str, str]],
        value: Callable[[int], str | None] = lambda _at: None,
        suggestions: Callable[[int], tuple[str, ...]] = lambda _at: (),
    ) -> Iterator[Finding]:
        """A finding for each marked row; ``words`` gives its heading, message and mend."""
        marked = np.flatnonzero(where)
        for at in marked[:MOST_FINDINGS_OF_A_RULE]:
            heading, message, mend = words(at)
            sheet, row = str(self.sheets[at]), int(self.rows[at])
            said = (message, mend, value(at), suggestions(at))
            yield Finding(severity, rule, sheet, row, heading, *said)
        if len(marked) > MOST_FINDINGS_OF_A_RULE:
            heading = words(marked[0])[0]
            sheet = str(self.sheets[marked[0]])
            yield from more_of_the_same(severity, rule, sheet, heading, len(marked))


def typed_table(name: str, sheets: Sequence[tuple[Grid, list[ColumnReading]]]) -> TypedTable:
    """Put the sheets of one table under each other."""
    frames = [_frame(grid, columns) for grid, columns in sheets]
    headings = {
        column.name: column.interpretation.column for _, columns in sheets for column in columns
    }
    failed = {
        name: np.concatenate([_failed(grid, columns, name) for grid, columns in sheets])
        for name in headings
    }
    return TypedTable(
        name,
        pd.concat(frames, ignore_index=True),
        failed,
        np.concatenate(
            [np.repeat(np.array([grid.sheet], object), len(grid.rows)) for grid, _ in sheets]
        ),
        np.concatenate([grid.rows for grid, _ in sheets]),
        headings,
    )


def _frame(grid: Grid, columns: list[ColumnReading]) -> pd.DataFrame:
    frame = pd.DataFrame(index=pd.RangeIndex(len(grid.rows)))
    for column in columns:
        # Headings that mean the same were reported; the first of them counts.
        if column.name not in frame:
            kind = PANDAS_TYPES[column.values.type]
            frame[column.name] = column.values.to_pandas(
                types_mapper={column.values.type: kind}.get
            )
    return frame


def _failed(grid: Grid, columns: list[ColumnReading], name: str) -> np.ndarray:
    nowhere = np.zeros(len(grid.rows), bool)
    return next((column.failed for column in columns if column.name == name), nowhere)
