"""The same figures of two registries side by side, in one table: the one way to join them.

Two tables are joined by the names of their rows and columns, whatever they hold; nothing is
computed, and nothing is tested: who was treated in which registry is no accident.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from lib.cohort import FIELDS_BY_NAME, Cohort
from lib.figures import MISSING, WITHHELD
from lib.tables import INDENT, KeyFigure, TextTable, sized, unsized

PUBLISHED = "Published"
# What the registry on the screen is called at the head of a column, by its nature.
HERE = {"recorded": "Here", "synthetic": "Synthetic", "reconstructed": "Here"}
ABSENT = f"{MISSING}: there is nobody of whom this could be said."
NO_TEST = (
    "No difference between the two is tested: patients were not assigned to them by chance. The "
    "series is one centre's rare cases that had resisted other drugs; whom a clinic treats, how "
    "ill they are, the dose and how response is judged may explain every difference (selection)."
)
# The heads of columns with the number of patients of each row.
PATIENTS = "Patients"


class Absent(NamedTuple):
    """What it means that a table lacks a row which the table beside it has.

    Attributes
    ----------
    cells
        What stands in the row instead, a text for each column: by the row's name, or by the
        heading that it stands under, or by an empty text for any other row. A dash without it.
    size
        How many patients the row is of.
    """

    cells: Mapping[str, tuple[str, ...]] = {}
    size: str = "0"

    def row(self, heading: str, name: str, n_columns: int) -> tuple[str, ...]:
        """The cells of a row."""
        for key in (name.removeprefix(INDENT), heading, ""):
            if key in self.cells:
                return self.cells[key]
        return (MISSING,) * n_columns


class Told(NamedTuple):
    """A table, the notes that have to stand below it, and what a row means that it lacks."""

    table: TextTable
    notes: list[str]
    absent: Absent = Absent()

    def withholding(self) -> Told:
        """The same of a registry that is shared outside: what has no figure is withheld.

        Nobody is among the few there, so that a dash would tell more than may be told.
        """
        rows = [tuple(WITHHELD if c == MISSING else c for c in row) for row in self.table.rows]
        return self._replace(table=self.table._replace(rows=rows))


def side_by_side(
    sides: Mapping[str, TextTable], absent: Mapping[str, Absent] | None = None
) -> TextTable:
    """Join tables of the same form: each figure has one column for each of them.

    Parameters
    ----------
    sides
        By what the columns of a table are called, such as ``Here`` and ``Published``. A table
        without rows is of nobody.
    absent
        By the same names, what a row means that a table lacks; without it: nobody.

    Returns
    -------
    TextTable
        The rows and columns that any of the tables has, in the order of the first; the others'
        own ones stand where they stood there. The size behind a row's name becomes a figure of
        its own, that behind a column's name stays with the column. A figure that a table lacks
        is what ``absent`` says, and a column that a table with rows lacks is left out.
    """
    meant = {side: (absent or {}).get(side, Absent()) for side in sides}
    columns = {side: _columns(table) for side, table in sides.items()}
    rows = {side: _rows(table) for side, table in sides.items()}
    names = merged(columns.values())
    keys = merged(rows.values())
    has_sizes = any(size for found in rows.values() for size, _ in found.values())
    groups, heads = [("", 1)], [next(iter(sides.values())).columns[0]]
    if has_sizes:
        groups.append((PATIENTS, len(sides)))
        heads += sides
    for name in names:
        present = [side for side in sides if name in columns[side]]
        groups.append((name, len(present)))
        heads += [_leaf(side, columns[side][name][1]) for side in present]
    return TextTable(
        tuple(heads),
        [_joined_row(key, names, columns, rows, meant, has_sizes=has_sizes) for key in keys],
        tuple(groups),
    )


def _columns(table: TextTable) -> dict[str, tuple[int, str]]:
    """Each column's place among the cells and its size, by its name."""
    split = map(unsized, table.columns[1:])
    return {name: (place, size) for place, (name, size) in enumerate(split)}


def _rows(table: TextTable) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """Each row's size and cells, by the heading that it stands under and its name."""
    found, heading = {}, ""
    for name, *cells in table.rows:
        plain, size = unsized(name)
        if name.startswith(INDENT):
            found[heading, plain] = size, tuple(cells)
        else:
            heading = plain
            found[heading, ""] = size, tuple(cells)
    return found


def merged(orders: Iterable[Iterable[Hashable]]) -> list:
    """What any order holds, as the first one has it; the rest stands behind what it followed."""
    together: list = []
    for order in orders:
        place = 0
        for each in order:
            if each in together:
                place = together.index(each) + 1
            else:
                together.insert(place, each)
                place += 1
    return together


def _leaf(side: str, size: str) -> str:
    return f"{side}, n={size}" if size else side


def _joined_row(
    key: tuple[str, str],
    names: list[str],
    columns: Mapping[str, Mapping[str, tuple[int, str]]],
    rows: Mapping[str, Mapping[tuple[str, str], tuple[str, tuple[str, ...]]]],
    meant: Mapping[str, Absent],
    *,
    has_sizes: bool,
) -> tuple[str, ...]:
    heading, name = key
    found = {side: rows[side].get(key) for side in rows}
    is_heading = not any(any(cells) for _, cells in filter(None, found.values()))
    cells = {
        side: row[1]
        if row is not None
        else ("",) * len(columns[side])
        if is_heading
        else meant[side].row(heading, name, len(columns[side]))
        for side, row in found.items()
    }
    joined = [name or heading]
    if has_sizes:
        joined += [meant[side].size if row is None else row[0] for side, row in found.items()]
    for column in names:
        joined += [
            cells[side][columns[side][column][0]] for side in columns if column in columns[side]
        ]
    return tuple(joined)


def of_nobody(table: TextTable) -> TextTable:
    """The same table of an empty cohort: no rows, and columns of nobody."""
    split = map(unsized, table.columns)
    return TextTable(tuple(sized(name, "0") if size else name for name, size in split), [])


def joined_notes(sides: Mapping[str, list[str]]) -> list[str]:
    """The notes of all tables: once what holds of each, the others with the name of their side."""
    return [
        note
        if all(note in notes for notes in sides.values())
        else f"{' and '.join(s for s, notes in sides.items() if note in notes)}: {note}"
        for note in dict.fromkeys(chain.from_iterable(sides.values()))
    ]


def key_figures_beside(here: list[KeyFigure], other: list[KeyFigure], side: str) -> list[KeyFigure]:
    """Key figures, each with the same one of another registry in small."""
    found = {figure.label: figure for figure in other}
    return [
        figure._replace(beside=f"{side}: {_in_small(figure, found.get(figure.label))}")
        for figure in here
    ]


def _in_small(figure: KeyFigure, other: KeyFigure | None) -> str:
    """The other one's value, and what is said of it if that is not the same."""
    if other is None:
        return MISSING
    return other.value if other.detail == figure.detail else f"{other.value}, {other.detail}"


def shared_cohort(cohort: Cohort, known: Mapping[str, bool]) -> tuple[Cohort, list[str]]:
    """The part of a filter that another registry can be asked, and the labels of what it can't.

    Parameters
    ----------
    known
        By field name, whether the other registry records it of anybody.

    Returns
    -------
    cohort, not_asked
        A field that names places of one registry, such as its centres, is never asked of another.
    """
    left_out = [
        name
        for name, _ in cohort.selection
        if FIELDS_BY_NAME[name].is_local or not known.get(name, False)
    ]
    labels = [FIELDS_BY_NAME[name].label.lower() for name in left_out]
    return cohort.changed(**dict.fromkeys(left_out, ())), labels
