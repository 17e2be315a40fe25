"""Small cells: what of a query's result may be shown outside the clinic that recorded it.

Every query says in its header, after ``disclosure:``, what each of its columns tells of patients
(``queries/README.md`` has the words). Here alone this is read and kept: what pages, charts and
exports get of a shared registry has been through `disclosed`.

With a threshold *k*, counts of patients stand in steps of *k*: 0 to k − 1 as ``<k``, then
``k–(2k − 1)`` and so on. So no cell can be found by subtracting others, be they of the same table
or of two filters; only how far apart the steps are is known. Nobody is among the few, too: that
somebody of one single patient is *not* female would tell what she is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from lib.errors import WithheldError
from lib.figures import Step
from lib.warehouse import read_header

# The operator's setting for the registries in REGISTRY_DIR.
DISCLOSURE_K = "DISCLOSURE_K"
INTERNAL = 0
THRESHOLDS = (5, 8, 11)
# What the setting may be, in the words of the environment variable and of the page Import.
SETTINGS = {"internal": INTERNAL} | {str(k): k for k in THRESHOLDS}
# Of so many times k patients a number is told: k of them are then on either side of it.
PATIENTS_PER_SIDE = {"median": 2, "lower quartile": 4, "upper quartile": 4, "quartile": 4}
EXTREMES = ("minimum", "maximum")
ENDS = ("", "_lowest", "_highest")
STATEMENT = re.compile(
    r"(?P<kind>withheld|label|count|never|share|difference|median|quartile|ends|statistic"
    r"|rows|partition)(?: (?P<rest>.+))?"
)
WHERE = re.compile(r"(.+?)(?: where (\w+) = (.+))?")


def operator_threshold() -> int:
    """Threshold of registries in the operator's folder; what is no setting is the strictest."""
    asked = os.environ.get(DISCLOSURE_K, "").strip() or str(THRESHOLDS[0])
    return SETTINGS.get(asked, THRESHOLDS[-1])


def chart_words(k: int) -> str:
    """The same for a picture that is seen alone, where marks may be pale."""
    return f"Shared outside: counts in steps of {k}; pale: what these leave open"


def setting_words(k: int) -> str:
    """What a threshold does, for the header of every page and export."""
    return f"shared outside: counts in steps of {k}, fewer than {k} not told" if k else "internal"


@dataclass(frozen=True)
class Where:
    """Some rows of a result: all, or those with certain values in one column."""

    column: str | None = None
    values: tuple[str, ...] = ()

    def holds(self, row: Mapping) -> bool:
        """Whether a row is one of them."""
        return self.column is None or str(row[self.column]) in self.values


@dataclass(frozen=True)
class Cells:
    """Rows that are told apart by ``keys`` and counted by ``count``."""

    keys: tuple[str, ...]
    count: str
    where: Where

    def key(self, row: Mapping) -> tuple | None:
        """What tells a row apart; None if it lacks that, as the row of the whole cohort does."""
        key = tuple(row[name] for name in self.keys)
        return None if None in key else key


@dataclass(frozen=True)
class Rules:
    """What a query's header says of its columns.

    Attributes
    ----------
    withheld
        Why nothing of the result may be shown; empty if something may.
    labels
        Columns that tell nothing of patients.
    counts
        Counts of patients, each with the rows in which it is one; in others it is not told.
    never
        Columns that are not told: extremes, sums, and what belongs to single patients.
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
    partitions
        Rows that add up to a whole.
    """

    withheld: str = ""
    labels: frozenset[str] = frozenset()
    counts: Mapping[str, Where] = field(default_factory=dict)
    never: frozenset[str] = frozenset()
    shares: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    differences: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    quantiles: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    statistics: Mapping[str, str] = field(default_factory=dict)
    ends: frozenset[str] = frozenset()
    dropped: tuple[Cells, ...] = ()
    partitions: tuple[Cells, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """All columns that are spoken of; each stands for its range over the versions, too."""
        told = (self.counts, self.shares, self.differences, self.quantiles, self.statistics)
        return self.labels | self.never | self.ends | frozenset().union(*told)


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
    """Read the statements of a header: see ``queries/README.md``."""
    found: dict[str, list] = {}
    for statement in text.split(";"):
        match = STATEMENT.fullmatch(statement.strip())
        if not match:
            raise ValueError(f"No statement on disclosure: “{statement.strip()}”.")
        found.setdefault(match["kind"], []).append(match["rest"] or "")
    return Rules(
        withheld=(found.get("withheld") or [""])[0],
        labels=frozenset(_names(found, "label")),
        counts={
            name: where
            for names, where in map(_where, found.get("count", ()))
            for name in _listed(names)
        },
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
        dropped=tuple(map(_cells, found.get("rows", ()))),
        partitions=tuple(map(_cells, found.get("partition", ()))),
    )


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _names(found: Mapping[str, list[str]], kind: str) -> list[str]:
    return [name for rest in found.get(kind, ()) for name in _listed(rest)]


def _named(found: Mapping[str, list[str]], kind: str) -> Iterable[tuple[str, str]]:
    return (_pair(rest, " = ") for rest in found.get(kind, ()))


def _pair(text: str, between: str) -> tuple[str, str]:
    first, found, second = text.partition(between)
    if not found:
        raise ValueError(f"“{text}” lacks “{between.strip()}”.")
    return first.strip(), second.strip()


def _where(text: str) -> tuple[str, Where]:
    head, column, values = WHERE.fullmatch(text).groups()
    return head, Where(column, tuple(values.split("|")) if values else ())


def _cells(text: str) -> Cells:
    head, where = _where(text)
    keys, count = _pair(head, "by ")
    return Cells(tuple(_listed(keys.strip("() "))), count, where)


def disclosed(name: str, rows: Iterable[dict], k: int) -> list[dict]:
    """What of the rows of a query may be shown with threshold ``k``.

    Parameters
    ----------
    name
        Query, as ``<domain>/<concept>``.
    k
        One of `THRESHOLDS`.

    Returns
    -------
    list of dict
        The same columns. Counts are `Step`; of a figure with a range over the versions all three.
        None is what is not told. Columns that the header does not speak of are not told either.

    Raises
    ------
    WithheldError
        If nothing of the result may be shown.
    """
    rules = rules_of(name)
    if rules.withheld:
        raise WithheldError(withheld_words(rules.withheld, k))
    kept = _without_few(list(rows), rules, k)
    hidden = _complements(kept, rules, k)
    return [
        _row(row, rules, k, {name: hidden.get((place, name)) for name in rules.counts})
        for place, row in enumerate(kept)
    ]


def withheld_words(why: str, k: int) -> str:
    """The sentence that stands where nothing may be shown."""
    return f"Not shown, because this registry is shared outside (threshold {k}): {why}."


def refused(n_patients: int, n_registry: int, k: int, *, is_everybody: bool) -> str:
    """Why nothing is said of a cohort; empty if something is.

    A cohort that leaves out nobody is refused like one that leaves out a few: otherwise a
    criterion would tell whether the one patient who may fail it does.

    Parameters
    ----------
    n_patients, n_registry
        How many patients the cohort and the registry have.
    is_everybody
        Whether the cohort has no criterion.
    """
    if n_patients < k:
        return f"Fewer than {k} patients, or nobody: no figure of them is shown."
    if not is_everybody and n_registry - n_patients < k:
        return (
            f"The filter leaves out fewer than {k} patients, or nobody: beside the figures of all "
            "patients, these would tell who they are. Remove the criterion, or narrow it further."
        )
    return ""


def _without_few(rows: list[dict], rules: Rules, k: int) -> list[dict]:
    for cells in rules.dropped:
        few = {
            cells.key(row) for row in rows if cells.where.holds(row) and _most(row, cells.count) < k
        } - {None}
        rows = [row for row in rows if cells.key(row) not in few]
    return rows


def _most(row: Mapping, name: str) -> float:
    """A count in the version with most."""
    most = row[f"{name}_highest"] if f"{name}_highest" in row else row[name]
    return most or 0


def _complements(rows: Sequence[dict], rules: Rules, k: int) -> dict[tuple[int, str], int]:
    """The counts that would give away a small one, by place and name, with the most they may be."""
    hidden = {}
    for cells in rules.partitions:
        groups: dict[tuple, list[int]] = {}
        for place, row in enumerate(rows):
            if cells.where.holds(row):
                groups.setdefault(tuple(row[name] for name in cells.keys), []).append(place)
        for places in groups.values():
            counts = [int(_most(rows[place], cells.count)) for place in places]
            for chosen in complements(counts, k):
                shown = sum(_step(count, k) for count in counts) - _step(counts[chosen], k)
                hidden[places[chosen], cells.count] = _step(sum(counts), k) + k - 1 - shown
    return hidden


def complements(counts: Sequence[int], k: int) -> set[int]:
    """Which further cells are hidden, so that the whole does not tell those that are small.

    Parameters
    ----------
    counts
        Cells that add up to a whole, whose step is known.

    Returns
    -------
    set of int
        Places in ``counts``: the smallest of those of *k* and more if just one cell is small, or
        if the small ones can only all be k − 1.
    """
    n_small = sum(count < k for count in counts)
    shown = sorted((count, place) for place, count in enumerate(counts) if count >= k)
    if not n_small or not shown:
        return set()
    least = _step(sum(counts), k) - sum(_step(count, k) + k - 1 for count, _ in shown)
    is_settled = least >= n_small * (k - 1)
    return {shown[0][1]} if n_small == 1 or is_settled else set()


def _step(count: float, k: int) -> int:
    """The lower end of a count's step."""
    return int(count) // k * k


def step(lowest: float, highest: float, k: int) -> tuple[Step, Step, Step]:
    """A count, which may have a range over the versions, in steps of ``k``: its three figures."""
    ends = _step(lowest, k), _step(highest, k) + k - 1
    middle = 0 if highest < k else sum(ends) // 2
    return _three(middle, *ends)


def _three(middle: int, lowest: int, highest: int) -> tuple[Step, Step, Step]:
    return tuple(Step(value, lowest, highest) for value in (middle, lowest, highest))


def _row(row: dict, rules: Rules, k: int, most: Mapping[str, int | None]) -> dict:
    """A row as it may be shown; of a count in ``most`` only that it is not more."""
    steps = {
        name: _three(0, 0, most[name]) if most.get(name) else _counted(row, name, k)
        for name in _counts_in(row, rules)
        if row[name] is not None
    }
    shares = {name: _share(steps, *parts, k) for name, parts in rules.shares.items()}
    differences = {
        name: _difference(shares[first], shares[second])
        for name, (first, second) in rules.differences.items()
    }
    figures = {**steps, **shares, **differences}
    return {column: _value(row, column, figures, rules, k) for column in row}


def _counts_in(row: Mapping, rules: Rules) -> list[str]:
    counts = [name for name, where in rules.counts.items() if where.holds(row)]
    told = (*PATIENTS_PER_SIDE, *EXTREMES)
    return counts + [name for name in rules.statistics if row["statistic"] not in told]


def _counted(row: Mapping, name: str, k: int) -> tuple[Step, Step, Step]:
    ends = (row.get(f"{name}{end}", row[name]) for end in ENDS[1:])
    return step(*ends, k)


def _share(steps: Mapping, part: str, whole: str, k: int) -> tuple[float | None, ...]:
    """What the steps of both leave open; nothing where either may be few."""
    if part not in steps or whole not in steps:
        return (None,) * 3
    (n, n_lowest, n_highest), (of, of_lowest, of_highest) = steps[part], steps[whole]
    if n_lowest < k or of_lowest < k:
        return (None,) * 3
    return min(1.0, n / of), n_lowest / of_highest, min(1.0, n_highest / of_lowest)


def _difference(first: tuple, second: tuple) -> tuple[float | None, ...]:
    if None in (*first, *second):
        return (None,) * 3
    return first[0] - second[0], first[1] - second[2], first[2] - second[1]


def _value(row: Mapping, column: str, figures: Mapping, rules: Rules, k: int) -> object:
    name, end = _base(column, row)
    if name in rules.labels:
        return row[column]
    if name in figures:
        return figures[name][ENDS.index(end)]
    if name in rules.ends:
        return rounded_outwards(row[column], is_upper=name == "highest")
    return _quantile(row, column, name, rules, k)


def _quantile(row: Mapping, column: str, name: str, rules: Rules, k: int) -> object:
    if name in rules.quantiles:
        times, n = rules.quantiles[name]
    elif name in rules.statistics and row["statistic"] in PATIENTS_PER_SIDE:
        times, n = PATIENTS_PER_SIDE[row["statistic"]], rules.statistics[name]
    else:
        return None
    fewest = row.get(f"{n}_lowest", row[n]) or 0
    return row[column] if fewest >= times * k else None


def _base(column: str, row: Mapping) -> tuple[str, str]:
    """A column's name without what says that it is an end of a range over the versions."""
    for end in ENDS[1:]:
        if column.endswith(end) and column.removesuffix(end) in row:
            return column.removesuffix(end), end
    return column, ""


def rounded_outwards(value: float | None, *, is_upper: bool) -> float | None:
    """The end of a number's domain: 0, or the next of 1, 2, 5, 10, 20 … that is not below it."""
    if value is None or not is_upper:
        return None if value is None else float(min(0, value))
    nice = 1.0
    for factor in (2, 2.5, 2) * 20:
        if nice >= value:
            break
        nice *= factor
    return nice
