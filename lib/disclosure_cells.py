"""Which counts of a result are told by their step, and what these leave open of the others.

Steps alone do not hide a small cell: of 40–44 patients four centres of 5–9 leave at least 4 to the
fifth. So of the parts of every whole one is *open*: not told, and shown as what the whole and the
others leave to it. Which one depends on no count but that it is not small, and on names, so that it
is the same in every query that shows them. Then the small parts can all be nobody, or any other
number below *k*: round every told count down to its step, and the open ones take up the rest.

That holds of all the fields of a cohort together. In tables by two traits at once a cell may be
told to be at least 1, or at most *k* − 2 (`tests/test_disclosure_attack.py`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lib.disclosure_rules import Columns, Parts, Rules

# A count by the place of its row and its column; a sum of columns; a cohort; what is in no column.
Cell = tuple
# Of fewer than so many times k patients it is told how many are in the small parts of a whole.
MOST_FEW = 3
# What is told of those who lack something is not what anybody asks for: it is open last of all.
LACKING = (None, "unknown", "none recorded", "Not recorded")


@dataclass
class Span:
    """What is known of a count, both ends included."""

    lowest: float
    highest: float

    def narrow(self, lowest: float, highest: float) -> bool:
        """Take in what else is known; whether that is more than before.

        Raises
        ------
        ValueError
            If nothing is left: then a header says of counts what they are not, and each would
            narrow the others for ever.
        """
        before = self.lowest, self.highest
        self.lowest, self.highest = max(self.lowest, lowest), min(self.highest, highest)
        if self.lowest > self.highest:
            raise ValueError("The counts of this query do not add up as its header says.")
        return before != (self.lowest, self.highest)


def step_down(count: float, k: int) -> int:
    """The lower end of a count's step."""
    return int(count) // k * k


def opening_order(label: object) -> tuple:
    """The order in which the parts of a whole are left open: the first that is not small.

    What is not so comes first (“no”, “none”, “no response”, “not stated”), then numbers from the
    lowest on, then names from the end of the alphabet; last who lacks it.
    """
    name = str(label)
    if label in LACKING:
        return 3, name
    if name.startswith("no") or name == "false":
        return 0, name
    try:
        return 1, float(name)
    except ValueError:
        return 2, [-ord(letter) for letter in name]


class Cells:
    """The counts of a result with threshold ``k``.

    Parameters
    ----------
    rows
        Of the query, all of them; parameters of the question stand in them behind a dollar.
    sizes
        By parameter the fewest and most patients of a cohort.
    """

    def __init__(
        self, rows: Sequence[Mapping], rules: Rules, k: int, sizes: Mapping[str, tuple[int, int]]
    ) -> None:
        self._rows, self._rules, self._k = rows, rules, k
        self._sizes = sizes
        self._true: dict[Cell, tuple[int, int]] = {}
        self._spans: dict[Cell, Span] = {}
        self._open: set[Cell] = set()
        # A whole, its parts, and whether they make it up exactly, or only cover it.
        self._sums: list[tuple[Cell, list[Cell], bool]] = []
        self._join()
        self._leave_parts_open()
        self._narrow()

    def span(self, place: int, name: str) -> tuple[int, int]:
        """What is told of a count: its step, or of which steps the others leave it."""
        cell = self._cell(place, name)
        if cell in self._open:
            return self._step(self._spans[cell].lowest, self._spans[cell].highest)
        return self._step(*self._true[cell])

    def is_few(self, place: int, name: str) -> bool:
        """Whether nothing is told of a count but that it is small or nobody, or not even that."""
        if " + " not in name and not self._rules.is_count(name, self._rows[place]):
            return True
        cell = self._cell(place, name)
        return cell is None or self._is_small(cell)

    def _step(self, lowest: float, highest: float) -> tuple[int, int]:
        return step_down(lowest, self._k), step_down(highest, self._k) + self._k - 1

    def _cell(self, place: int, name: str) -> Cell | None:
        """A column of a row, the sum of some, or a cohort; None if it counts nothing."""
        if name.startswith("$"):
            return self._cohort(name.removeprefix("$"))
        cell, row = (place, name), self._rows[place]
        if cell in self._true:
            return cell
        names = name.split(" + ")
        if any(row[each] is None for each in names):
            return None
        ends = (
            sum(row.get(f"{each}{end}", row[each]) for each in names)
            for end in ("_lowest", "_highest")
        )
        self._true[cell] = tuple(map(int, ends))
        self._spans[cell] = Span(0, math.inf)
        if len(names) > 1:
            self._sums.append((cell, [self._cell(place, each) for each in names], True))
            self._tell(cell)
        elif self._rules.is_count(name, row) and not self._is_open_by_rule(name, row):
            self._tell(cell)
        else:
            self._open.add(cell)
        return cell

    def _is_open_by_rule(self, name: str, row: Mapping) -> bool:
        return any(name == each and where.holds(row) for each, where in self._rules.open)

    def _cohort(self, parameter: str) -> Cell:
        return self._made(("cohort", parameter), *self._sizes[parameter])

    def _made(self, cell: Cell, lowest: int, highest: int) -> Cell:
        """A cell that stands in no column, told by its step."""
        if cell not in self._true:
            self._true[cell] = max(0, lowest), max(0, highest)
            self._spans[cell] = Span(0, math.inf)
            self._tell(cell)
        return cell

    def _tell(self, cell: Cell) -> None:
        self._spans[cell].narrow(*self._step(*self._true[cell]))

    def _leave_open(self, cell: Cell) -> None:
        """Take back what was told of a cell; that it is not small is seen from its being open."""
        self._open.add(cell)
        self._spans[cell] = Span(0 if self._is_small(cell) else self._k, math.inf)

    def _rest(self, whole: Cell, parts: Sequence[Cell]) -> tuple[int, int]:
        (lowest, highest), found = self._true[whole], [self._true[part] for part in parts]
        return lowest - sum(most for _, most in found), highest - sum(least for least, _ in found)

    def _join(self) -> None:
        for partition in self._rules.partitions:
            self._join_rows(partition)
        for place, columns in self._places_of(self._rules.wholes):
            self._join_whole(place, columns)
        for place, columns in self._places_of(self._rules.several_parts):
            self._join_several(place, columns)

    def _places_of(self, statements: Sequence[Columns]) -> Iterator[tuple[int, Columns]]:
        """The rows that statements speak of, where what they speak of is counted."""
        for place, row in enumerate(self._rows):
            for columns in statements:
                if columns.where.holds(row) and None not in (
                    self._cell(place, name) for name in (columns.whole, *columns.parts)
                ):
                    yield place, columns

    def _join_rows(self, partition: Parts) -> None:
        for count in partition.counts:
            wholes, groups = {}, {}
            for place, row in enumerate(self._rows):
                key = tuple(row[name] for name in partition.keys)
                if partition.is_whole(row):
                    wholes[partition.whole_key(row)] = self._cell(place, count)
                elif partition.where.holds(row) and self._cell(place, count):
                    groups.setdefault(key, []).append(place)
            for key, places in groups.items():
                whole = wholes.get(key)
                if not partition.whole.is_row:
                    whole = self._in_all(places, partition.whole.count)
                labelled = [
                    (self._cell(place, count), self._rows[place][partition.label])
                    for place in places
                ]
                self._join_cells(whole, labelled, partition)

    def _in_all(self, places: Sequence[int], count: str) -> Cell | None:
        """A count that is the same in several rows."""
        first, *others = (self._cell(place, count) for place in places)
        self._sums += [(first, [other], True) for other in others if other not in (None, first)]
        return first

    def _join_cells(
        self, whole: Cell | None, labelled: list[tuple[Cell, object]], partition: Parts
    ) -> None:
        joint = partition.whole.joint
        labelled = sorted(labelled, key=lambda each: opening_order(each[1]))
        parts = [cell for cell, _ in labelled]
        several = [part for part in parts if not self._is_small(part)]
        few = [part for part in parts if self._is_small(part)]
        # One by one the few do not count, where rows are there only if somebody is in them.
        summed = [*several, *(few if partition.are_named else [self._together(few)])]
        if several:
            self._leave_open(several[0])
        if joint == "within" and whole:
            summed.append(self._lacking(whole, parts, is_told=bool(several)))
        elif joint == "of" and not several and not self._is_told_small(whole):
            # Somebody has to be what nobody is, if all are told to be few.
            for part in parts:
                self._leave_open(part)
        if whole is None:
            return
        if joint != "among":
            self._sums.append((whole, summed, joint != "cover"))
        for part in parts:
            # None is more than the whole.
            self._sums.append((whole, [part, self._unknown(("beside", whole, part))], True))

    def _lacking(self, whole: Cell, parts: Sequence[Cell], *, is_told: bool) -> Cell:
        """Those of a whole of whom it is not recorded; open themselves if no part is."""
        cell, rest = ("rest", *parts), self._rest(whole, parts)
        return self._made(cell, *rest) if is_told else self._unknown(cell)

    def _is_small(self, cell: Cell) -> bool:
        return self._true[cell][1] < self._k

    def _is_told_small(self, cell: Cell | None) -> bool:
        return cell is not None and cell not in self._open and self._is_small(cell)

    def _together(self, few: Sequence[Cell]) -> Cell:
        """All small parts of a whole: their step is told too, while it settles none of them."""
        n = sum(self._true[cell][1] for cell in few)
        highest = step_down(n, self._k) + self._k - 1
        span = highest if highest < MOST_FEW * self._k else math.inf
        return self._unknown(("few", *few, len(self._sums)), span)

    def _unknown(self, cell: Cell, highest: float = math.inf) -> Cell:
        self._spans[cell] = Span(0, highest)
        return cell

    def _join_whole(self, place: int, columns: Columns) -> None:
        whole, parts = self._named(place, columns)
        if columns.has_rest:
            parts.append(self._made(("rest", *parts), *self._rest(whole, parts)))
        self._sums.append((whole, parts, True))

    def _join_several(self, place: int, columns: Columns) -> None:
        whole, parts = self._named(place, columns)
        few = self._rest(whole, parts)[0] < self._k
        if few:
            several = [part for part in parts if not self._is_small(part)]
            for part in several[:1] or parts:
                self._leave_open(part)
        rest = self._unknown(("others", *parts), self._k - 1 if few else math.inf)
        self._sums.append((whole, [*parts, rest], True))

    def _named(self, place: int, columns: Columns) -> tuple[Cell, list[Cell]]:
        return self._cell(place, columns.whole), [self._cell(place, part) for part in columns.parts]

    def _leave_parts_open(self) -> None:
        """Leave a part open, if what is known of its whole may leave few others.

        Nothing else may decide it: that it is open would tell it. So this comes when all is known
        of the wholes but what the parts tell. Of the others there may be several kinds.
        """
        named = [
            (whole, part)
            for place, columns in self._places_of(self._rules.single_parts)
            for whole, parts in [self._named(place, columns)]
            for part in parts
        ]
        told = [(whole, part) for whole, part in named if part not in self._open]
        for _, part in told:
            self._spans[part] = Span(0, math.inf)
        self._narrow()
        # From the first step on that may leave fewer.
        first = {
            part: step_down(self._spans[whole].lowest - 2 * self._k + 1, self._k)
            for whole, part in told
        }
        for part, lowest in first.items():
            step = self._step(*self._true[part])
            if step[0] >= max(self._k, lowest):
                self._leave_open(part)
                self._spans[part].narrow(lowest, math.inf)
            else:
                self._spans[part].narrow(*step)
        for whole, part in named:
            self._sums.append((whole, [part, self._unknown(("others", part))], True))

    def _narrow(self) -> None:
        """Take in what the sums leave of each count, until that is all."""
        changed = True
        while changed:
            changed = False
            for whole, parts, is_exact in self._sums:
                changed |= self._narrow_sum(
                    self._spans[whole], [self._spans[part] for part in parts], is_exact
                )

    def _narrow_sum(self, whole: Span, parts: Sequence[Span], is_exact: bool) -> bool:
        lowest, highest = sum(part.lowest for part in parts), sum(part.highest for part in parts)
        changed = whole.narrow(lowest if is_exact else 0, highest)
        for part in parts:
            others = sum(other.highest for other in parts if other is not part)
            least = whole.lowest - others
            most = whole.highest - (lowest - part.lowest) if is_exact else math.inf
            before = part.lowest
            changed |= part.narrow(least, most)
            lowest += part.lowest - before
        return changed
