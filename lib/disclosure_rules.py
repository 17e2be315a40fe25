"""What a query's header says of its columns, after ``disclosure:``; ``lib.disclosure`` keeps it.

The words are explained in ``queries/README.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from lib.named_queries import read_header

# Of so many times k patients a number is told: k of them are then on either side of it.
PATIENTS_PER_SIDE = {"median": 2, "lower quartile": 4, "upper quartile": 4, "quartile": 4}
EXTREMES = ("minimum", "maximum")
_STATEMENT = re.compile(
    r"(?P<kind>withheld|label|numbered|count|open|never|share|difference|median|quartile"
    r"|statistic|ends|rows|order|whole|parts?|partition|cover|asked of|sizes of)(?: (?P<rest>.+))?"
)
_CONDITION = re.compile(
    r"(?P<column>\$?\w+) (?:is (?P<null>null|not null)|(?P<sign>!?=) (?P<values>.+))"
)
_CELLS = re.compile(
    r"(?P<label>\w+) in \((?P<keys>[\w, ]*)\) by (?P<counts>[\w, +]+?)"
    r"(?: (?P<joint>of|within|among) (?P<whole>.+))?"
)
_ROWS = re.compile(r"\((?P<keys>[\w, ]*)\) by (?P<count>[\w +]+)")
_ORDER = re.compile(
    r"(?P<label>\w+) in \((?P<keys>[\w, ]*)\)(?: by (?P<count>\w+))?(?: under (?P<parent>\w+))?"
)


@dataclass(frozen=True)
class Condition:
    """A column that has one of some values, or none of them; null is a value as others are."""

    column: str
    values: tuple[str | None, ...]
    is_met_by_others: bool = False

    def holds(self, row: Mapping) -> bool:
        """Whether a row, or a parameter of the question in it, is so."""
        value = row[self.column]
        found = (None if value is None else str(value)) in self.values
        return found != self.is_met_by_others


@dataclass(frozen=True)
class Where:
    """Some rows of a result: those that meet all of the conditions."""

    conditions: tuple[Condition, ...] = ()

    def holds(self, row: Mapping) -> bool:
        """Whether a row is one of them."""
        return all(condition.holds(row) for condition in self.conditions)


@dataclass(frozen=True)
class Rows:
    """Rows that are told apart by ``keys`` and counted by ``count``."""

    keys: tuple[str, ...]
    count: str
    where: Where

    def key(self, row: Mapping) -> tuple | None:
        """What tells a row apart; None if it lacks that, as the row of the whole cohort does."""
        key = tuple(row[name] for name in self.keys)
        return None if None in key else key


@dataclass(frozen=True)
class Order:
    """Rows that are alike in ``keys``, in an order that tells no more than what is shown.

    By the steps of ``count``, if it is given, and then by ``label``; what has a ``parent`` stands
    below it.
    """

    label: str
    keys: tuple[str, ...]
    count: str
    parent: str
    where: Where


@dataclass(frozen=True)
class Whole:
    """Where the whole stands of which rows are parts.

    Attributes
    ----------
    joint
        How they make it up: ``of``, all together and nobody twice; ``within``, so with those of
        whom the column is not recorded; ``cover``, all together, some of them twice; ``among``,
        none is more than it. Empty if the whole is in no row.
    count
        Its column in the same row, or its parameter of a cohort; if it stands in another row,
        the column of the parts is meant.
    row
        That row, alike in the keys.
    is_parent
        Whether it is the row that the column ``parent``, one of the keys, names.
    """

    joint: str = ""
    count: str = ""
    row: Where | None = None
    is_parent: bool = False

    @property
    def is_row(self) -> bool:
        """Whether it stands in another row."""
        return self.row is not None or self.is_parent


@dataclass(frozen=True)
class Parts:
    """Rows that are alike in ``keys`` and told apart by ``label``: parts of a whole."""

    label: str
    keys: tuple[str, ...]
    counts: tuple[str, ...]
    whole: Whole
    where: Where

    def is_whole(self, row: Mapping) -> bool:
        """Whether a row is the whole of some."""
        if self.whole.is_parent:
            return row["parent"] is None
        return self.whole.row is not None and self.whole.row.holds(row)

    def whole_key(self, row: Mapping) -> tuple:
        """What the parts have in the keys of which a row is the whole."""
        named = dict(row) | ({"parent": row[self.label]} if self.whole.is_parent else {})
        return tuple(named[name] for name in self.keys)

    @property
    def are_named(self) -> bool:
        """Whether the header names each of them, so that there is no row too few or too many."""
        named = [each for each in self.where.conditions if not each.is_met_by_others]
        return self.label in [condition.column for condition in named]


@dataclass(frozen=True)
class Columns:
    """Counts of a row that make up another one; with ``rest`` and those in no column of it."""

    whole: str
    parts: tuple[str, ...]
    where: Where
    has_rest: bool = False


@dataclass(frozen=True)
class Rules:
    """What a query's header says of its columns.

    Attributes
    ----------
    withheld
        Why nothing of the result may be shown; empty if something may.
    labels
        Columns that tell nothing of patients.
    numbered
        Labels that are numbers of what there is: of the rows that are left, counted anew.
    counts
        Counts of patients, each with the rows in which it is one; in others it is not told.
    open
        Counts of which only what others leave of a whole is told.
    never
        Columns that are not told: extremes, sums, events, and what belongs to single patients.
    shares
        By name the columns of a part and of its whole.
    differences
        By name the two shares.
    quantiles
        By name how many times *k* patients it needs, and the column that counts them.
    statistics
        Columns whose kind the column ``statistic`` names, with the column that counts patients.
    ends
        Lowest and highest numbers of the registry; told rounded outwards.
    dropped
        Rows that are there only if somebody is counted in them: left out if these are few.
    ordered
        Rows that the query puts into an order by counts.
    wholes
        Counts of a row that make up another.
    single_parts
        A count and its whole, of which the others are told nowhere.
    several_parts
        Counts of a row that make up another with one that is told nowhere.
    partitions
        Rows that make up a whole.
    asked_of
        Parameters that are the criteria of a cohort, which must be of *k* patients.
    sizes_of
        Such parameters, of which only sizes are told, so that they may be of fewer.
    """

    withheld: str = ""
    labels: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()
    counts: Mapping[str, Where] = field(default_factory=dict)
    open: tuple[tuple[str, Where], ...] = ()
    never: frozenset[str] = frozenset()
    shares: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    differences: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    quantiles: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    statistics: Mapping[str, str] = field(default_factory=dict)
    ends: frozenset[str] = frozenset()
    dropped: tuple[Rows, ...] = ()
    ordered: tuple[Order, ...] = ()
    wholes: tuple[Columns, ...] = ()
    single_parts: tuple[Columns, ...] = ()
    several_parts: tuple[Columns, ...] = ()
    partitions: tuple[Parts, ...] = ()
    asked_of: tuple[str, ...] = ()
    sizes_of: tuple[str, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """All columns that are spoken of; each stands for its range over the versions, too."""
        told = (self.counts, self.shares, self.differences, self.quantiles, self.statistics)
        return frozenset().union(self.labels, self.numbered, self.never, self.ends, *told)

    def is_count(self, name: str, row: Mapping) -> bool:
        """Whether a column of a row counts patients and is told."""
        if name in self.statistics:
            return row["statistic"] not in (*PATIENTS_PER_SIDE, *EXTREMES)
        return name in self.counts and self.counts[name].holds(row)


@cache
def rules_of(name: str) -> Rules:
    """The rules of the query ``<domain>/<concept>``, from its header.

    Raises
    ------
    ValueError
        If the header has none, or says what nobody understands.
    """
    return parse_rules(read_header(name).get("disclosure", ""))


def parse_rules(text: str) -> Rules:
    """Read the statements of a header.

    Raises
    ------
    ValueError
        If one of them is none.
    """
    found: dict[str, list[str]] = {}
    for statement in text.split(";"):
        match = _STATEMENT.fullmatch(statement.strip())
        if not match:
            raise ValueError(f"No statement on disclosure: “{statement.strip()}”.")
        found.setdefault(match["kind"], []).append(match["rest"] or "")
    return Rules(
        withheld=(found.get("withheld") or [""])[0],
        labels=frozenset(_names(found, "label")),
        numbered=frozenset(_names(found, "numbered")),
        counts=dict(_names_where(found, "count")),
        open=tuple(_names_where(found, "open")),
        never=frozenset(_names(found, "never")),
        shares={name: _pair(rest, " of ") for name, rest in _named(found, "share")},
        differences={name: _pair(rest, " less ") for name, rest in _named(found, "difference")},
        quantiles={
            name: (PATIENTS_PER_SIDE[kind], n)
            for kind in ("median", "quartile")
            for rest in found.get(kind, ())
            for names, n in [_pair(rest, " of ")]
            for name in _listed(names)
        },
        statistics=dict(_pair(rest, " of ") for rest in found.get("statistic", ())),
        ends=frozenset(_names(found, "ends")),
        dropped=tuple(map(_rows, found.get("rows", ()))),
        ordered=tuple(map(_order, found.get("order", ()))),
        wholes=tuple(_columns(rest, " = ", " + ") for rest in found.get("whole", ())),
        single_parts=tuple(_columns(rest, " of ", ", ") for rest in found.get("part", ())),
        several_parts=tuple(_columns(rest, " of ", ", ") for rest in found.get("parts", ())),
        partitions=tuple(
            _parts(rest, kind) for kind in ("partition", "cover") for rest in found.get(kind, ())
        ),
        asked_of=tuple(_names(found, "asked of")),
        sizes_of=tuple(_names(found, "sizes of")),
    )


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _names(found: Mapping[str, list[str]], kind: str) -> list[str]:
    return [name for rest in found.get(kind, ()) for name in _listed(rest)]


def _names_where(found: Mapping[str, list[str]], kind: str) -> Iterator[tuple[str, Where]]:
    for rest in found.get(kind, ()):
        names, where = _where(rest)
        yield from ((name, where) for name in _listed(names))


def _named(found: Mapping[str, list[str]], kind: str) -> Iterable[tuple[str, str]]:
    return (_pair(rest, " = ") for rest in found.get(kind, ()))


def _pair(text: str, between: str) -> tuple[str, str]:
    first, found, second = text.partition(between)
    if not found:
        raise ValueError(f"“{text}” lacks “{between.strip()}”.")
    return first.strip(), second.strip()


def _where(text: str) -> tuple[str, Where]:
    head, _, conditions = text.partition(" where ")
    return head, _conditions(conditions)


def _conditions(text: str) -> Where:
    return Where(tuple(map(_condition, text.split(" and ")))) if text else Where()


def _condition(text: str) -> Condition:
    match = _matched(_CONDITION, text)
    if match["null"]:
        return Condition(match["column"], (None,), match["null"] == "not null")
    return Condition(match["column"], tuple(match["values"].split("|")), match["sign"] == "!=")


def _rows(text: str) -> Rows:
    head, where = _where(text)
    match = _matched(_ROWS, head)
    return Rows(tuple(_listed(match["keys"])), match["count"], where)


def _order(text: str) -> Order:
    head, where = _where(text)
    match = _matched(_ORDER, head)
    keys = tuple(_listed(match["keys"]))
    return Order(match["label"], keys, match["count"] or "", match["parent"] or "", where)


def _columns(text: str, between: str, plus: str) -> Columns:
    """``w = a + b + rest``, or ``a, b of w``."""
    head, where = _where(text)
    first, second = _pair(head, between)
    whole, parts = (first, second) if between == " = " else (second, first)
    names = [name.strip() for name in parts.split(plus)]
    return Columns(whole, tuple(name for name in names if name != "rest"), where, "rest" in names)


def _parts(text: str, kind: str) -> Parts:
    head, where = _where(text)
    match = _matched(_CELLS, head)
    joint, whole = match["joint"] or "", match["whole"] or ""
    row = _conditions(whole.removeprefix("row ")) if whole.startswith("row ") else None
    is_parent = whole == "their parent"
    return Parts(
        match["label"],
        tuple(_listed(match["keys"])),
        tuple(_listed(match["counts"])),
        Whole(
            "cover" if kind == "cover" else joint, "" if row or is_parent else whole, row, is_parent
        ),
        where,
    )


def _matched(pattern: re.Pattern, text: str) -> re.Match:
    if match := pattern.fullmatch(text.strip()):
        return match
    raise ValueError(f"No part of a statement on disclosure: “{text.strip()}”.")
