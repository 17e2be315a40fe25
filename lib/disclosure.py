"""Small cells: what of a query's result may be shown outside the clinic that recorded it.

Every query says in its header, after ``disclosure:``, what each of its columns tells of patients
(``queries/README.md`` has the words). Here alone this is kept: what pages, charts and exports get
of a shared registry has been through `disclosed`.

With a threshold *k*, counts of patients stand in steps of *k*: 0 to k − 1 as ``<k``, then
``k–(2k − 1)`` and so on; of the parts of a whole one stands as what the others leave
(`lib.disclosure_cells`). Nobody is among the few, too: that somebody of one single patient is *not*
female would tell what she is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from lib.disclosure_cells import LACKING, Cells
from lib.disclosure_rules import PATIENTS_PER_SIDE, Order, Rules, rules_of
from lib.errors import WithheldError
from lib.figures import Step

# The operator's setting for the registries in REGISTRY_DIR.
DISCLOSURE_K = "DISCLOSURE_K"
INTERNAL = 0
THRESHOLDS = (5, 8, 11)
# What the setting may be, in the words of the environment variable and of the page Import.
SETTINGS = {"internal": INTERNAL} | {str(k): k for k in THRESHOLDS}
ENDS = ("", "_lowest", "_highest")


def operator_threshold() -> int:
    """Threshold of registries in the operator's folder; what is no setting is the strictest."""
    asked = os.environ.get(DISCLOSURE_K, "").strip() or str(THRESHOLDS[0])
    return SETTINGS.get(asked, THRESHOLDS[-1])


def chart_words(k: int) -> str:
    """What a threshold does, for a picture that is seen alone, where marks may be pale."""
    return f"Shared outside: counts in steps of {k}; pale: what these leave open"


def setting_words(k: int) -> str:
    """The same for the header of every page and export."""
    return f"shared outside: counts in steps of {k}, fewer than {k} not told" if k else "internal"


def disclosed(
    name: str,
    rows: Iterable[dict],
    k: int,
    asked: Mapping[str, object] | None = None,
    sizes: Mapping[str, tuple[int, int]] | None = None,
) -> list[dict]:
    """What of the rows of a query may be shown with threshold ``k``.

    Parameters
    ----------
    name
        Query, as ``<domain>/<concept>``.
    rows
        All rows of its result.
    k
        One of `THRESHOLDS`.
    asked
        The query's parameters.
    sizes
        Of those that are cohorts how many patients they have, in the versions with fewest and most.

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
    rows = list(rows)
    parameters = {f"${parameter}": value for parameter, value in (asked or {}).items()}
    seen = [row | parameters for row in rows]
    cells = Cells(seen, rules, k, sizes or {})
    kept = _in_order(_without_few(seen, rules, cells), seen, rules, cells)
    shown = [_row(rows[place], place, rules, cells, k) for place in kept]
    return _renumbered(shown, rules)


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


def _without_few(rows: Sequence[dict], rules: Rules, cells: Cells) -> list[int]:
    """The places of the rows that are left."""
    left = list(range(len(rows)))
    for dropped in rules.dropped:
        few = {
            dropped.key(rows[place])
            for place in left
            if dropped.where.holds(rows[place]) and cells.is_few(place, dropped.count)
        } - {None}
        left = [place for place in left if dropped.key(rows[place]) not in few]
    return left


def _in_order(left: list[int], rows: Sequence[dict], rules: Rules, cells: Cells) -> list[int]:
    """The places in an order that tells no more than the steps, where theirs is by counts."""
    for order in rules.ordered:
        positions: dict[tuple, list[int]] = {}
        for position, place in enumerate(left):
            if order.where.holds(rows[place]):
                key = tuple(rows[place][name] for name in order.keys)
                positions.setdefault(key, []).append(position)
        for alike in positions.values():
            places = [left[position] for position in alike]
            placed = sorted(places, key=lambda place: _rank(order, rows[place], place, cells))
            for position, place in zip(alike, placed, strict=True):
                left[position] = place
    return left


def _rank(order: Order, row: Mapping, place: int, cells: Cells) -> tuple:
    label, parent = row[order.label], row[order.parent] if order.parent else None
    lowest, highest = cells.span(place, order.count) if order.count else (0, 0)
    return label in LACKING, -lowest, -highest, str(parent or label), parent is not None, str(label)


def _renumbered(shown: list[dict], rules: Rules) -> list[dict]:
    """Rows whose numbers count what there is are counted anew; 0 is the whole."""
    for name in rules.numbered:
        left = sorted({row[name] for row in shown} | {0})
        shown = [{**row, name: left.index(row[name])} for row in shown]
    return shown


def step(lowest: int, highest: int) -> tuple[Step, Step, Step]:
    """A count of which only the ends are told: its three figures."""
    middle = (lowest + highest) // 2 if lowest else 0
    return tuple(Step(value, lowest, highest) for value in (middle, lowest, highest))


def _row(row: dict, place: int, rules: Rules, cells: Cells, k: int) -> dict:
    steps = {
        name: step(*cells.span(place, name))
        for name in (*rules.counts, *rules.statistics)
        if row[name] is not None and rules.is_count(name, row)
    }
    shares = {name: _share(steps, *parts, k) for name, parts in rules.shares.items()}
    differences = {
        name: _difference(shares[first], shares[second])
        for name, (first, second) in rules.differences.items()
    }
    figures = {**steps, **shares, **differences}
    return {column: _value(row, column, figures, rules, k) for column in row}


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
    if name in rules.labels | rules.numbered:
        return row[column]
    if name in figures:
        return figures[name][ENDS.index(end)]
    if name in rules.ends:
        return rounded_outwards(row[column], is_upper=name == "highest")
    return _quantile(row, column, name, figures, rules, k)


def _quantile(
    row: Mapping, column: str, name: str, figures: Mapping, rules: Rules, k: int
) -> object:
    """A number that has patients enough on both sides, as far as their count is told."""
    if name in rules.quantiles:
        times, n = rules.quantiles[name]
    elif name in rules.statistics and row["statistic"] in PATIENTS_PER_SIDE:
        times, n = PATIENTS_PER_SIDE[row["statistic"]], rules.statistics[name]
    else:
        return None
    return row[column] if n in figures and figures[n][0].lowest >= times * k else None


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
