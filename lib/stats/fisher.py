"""Fisher's exact test for tables of any shape."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import factorial, prod
from operator import sub

import numpy as np

from lib.stats.results import FISHER_EXACT, Comparison, not_compared

Cells = tuple[int, ...]

# Beyond one of these, tables are drawn instead of counted: it would take seconds.
MAX_STEPS = 1_500_000
MAX_PATIENTS = 1_000
# Beyond this scipy is faster, and counts four cells too.
MAX_OF_FOUR_CELLS = 500
STEPS_OF_A_FILLING = 5  # it takes about five times as long as a multiplication
N_DRAWN = 99_999
SEED = 1935  # the year of The Design of Experiments, so that a figure stays as it was printed
EXACT = "exact, two-sided by table probability"
DRAWN = f"estimated from {N_DRAWN:,} random tables with the same margins (fixed seed {SEED})"


def fisher_exact(table: Sequence[Sequence[int]]) -> Comparison:
    """Fisher's exact test of independence in an r×c table (Freeman–Halton).

    The p-value is the probability, given both margins, of all tables no more probable than
    the observed one. It is exact where the tables can be counted in about a second, as with a
    few dozen patients; else it is estimated by Monte Carlo with a fixed seed, and ``method``
    says so. (scipy estimates it for every table larger than 2×2, differently in each run.)

    Parameters
    ----------
    table
        Counts, shape (groups, categories). A row or column of zeros tells nothing and is left
        out.

    Returns
    -------
    Comparison
        Without statistic and degrees of freedom. ``n`` has the total of each row, empty rows
        included. ``n_missing`` is 0: a missing value has no place in a table of counts.
        ``p_value`` is None if fewer than two rows or columns hold a count.

    Raises
    ------
    ValueError
        The table is not two-dimensional, or a cell is missing, negative or no whole number.

    References
    ----------
    Fisher RA. The Design of Experiments. 1935. Freeman GH, Halton JH. Biometrika
    1951;38:141–149. Counting column by column: Mehta CR, Patel NR. J Am Stat Assoc
    1983;78:427–434.
    """
    counts = _checked_table(table)
    n = tuple(int(total) for total in counts.sum(axis=1))
    filled = counts[counts.any(axis=1)][:, counts.any(axis=0)]
    if min(filled.shape) < 2:
        return not_compared(
            FISHER_EXACT, "fewer than two groups or categories hold a patient", n, 0
        )
    ordered = _ordered(filled)
    p_value = _exact_p_value(ordered)
    if p_value is None:
        return Comparison(FISHER_EXACT, None, None, _drawn_p_value(ordered), DRAWN, n, 0)
    return Comparison(FISHER_EXACT, None, None, p_value, EXACT, n, 0)


def _checked_table(table: Sequence[Sequence[int]]) -> np.ndarray:
    try:
        counts = np.array(table, dtype=float)
    except (TypeError, ValueError):
        counts = np.empty(0)
    if counts.ndim != 2:
        raise ValueError("A table has rows of one length, and numbers in all its cells.")
    if not (np.isfinite(counts) & (counts >= 0) & (counts == np.floor(counts))).all():
        raise ValueError("A cell of a table is a whole number from 0.")
    return counts.astype(int)


def _ordered(table: np.ndarray) -> np.ndarray:
    """The same table with its margins in order, at most as many rows as columns.

    The p-value, drawn or not, is then the same however groups and categories are listed. What
    is left to distribute column by column has few cells, and the largest column is the last,
    which takes no counting.
    """
    sides = [table.sum(axis=1), table.sum(axis=0)]
    ordered = table[np.argsort(sides[0], kind="stable")][:, np.argsort(sides[1], kind="stable")]
    rows, columns = ((len(side), sorted(side.tolist())) for side in sides)
    return ordered if rows <= columns else ordered.T


def _exact_p_value(table: np.ndarray) -> float | None:
    """The p-value without simulation, or None if the tables are too many to count."""
    if table.shape == (2, 2) and table.sum() > MAX_OF_FOUR_CELLS:
        from scipy import stats

        return float(stats.fisher_exact(table).pvalue)
    return _counted_p_value(table) if table.sum() <= MAX_PATIENTS else None


def _counted_p_value(table: np.ndarray) -> float | None:
    """Sum over all tables with these margins; None if that takes too many steps.

    A table's probability is proportional to a whole number, the ways in which patients can
    fill it, so that "no more probable" is decided without rounding. Column by column, tables
    that leave the same to distribute in equally many ways are counted together.
    """
    columns = table.T.tolist()
    tables = {tuple(table.sum(axis=1).tolist()): {1: 1}}
    n_steps = 0
    for column in columns[:-1]:
        following: dict[Cells, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for left, n_tables in tables.items():
            for cells in _fillings(sum(column), left):
                n_steps += STEPS_OF_A_FILLING + len(n_tables)
                if n_steps > MAX_STEPS:
                    return None
                ways, counter = _ways(cells), following[tuple(map(sub, left, cells))]
                for ways_before, number in n_tables.items():
                    counter[ways_before * ways] += number
        tables = following
    # What is left is the last column.
    observed = prod(map(_ways, columns))
    n_all = n_as_improbable = 0
    for left, n_tables in tables.items():
        last = _ways(left)
        n_all += last * sum(ways * number for ways, number in n_tables.items())
        n_as_improbable += last * sum(
            ways * number for ways, number in n_tables.items() if ways * last <= observed
        )
    return n_as_improbable / n_all


def _fillings(total: int, left: Cells) -> Iterator[Cells]:
    """Every way to spread a column's total over its cells, none above what its row has left."""
    if len(left) == 1:
        yield (total,)
        return
    for first in range(max(0, total - sum(left[1:])), min(total, left[0]) + 1):
        for others in _fillings(total - first, left[1:]):
            yield (first, *others)


def _ways(cells: Iterable[int]) -> int:
    """In how many ways a column's patients can be spread to give these cells."""
    return factorial(sum(cells)) // prod(map(factorial, cells))


def _drawn_p_value(table: np.ndarray) -> float:
    from scipy import stats

    method = stats.MonteCarloMethod(n_resamples=N_DRAWN, rng=np.random.default_rng(SEED))
    return float(stats.fisher_exact(table, method=method).pvalue)
