"""What the functions accept: levels, counts, and samples with missing values."""

import math
from collections.abc import Iterable, Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pandas as pd

Values = Iterable[float | None]
# What numpy makes a number or NaN of.
PLAIN = (int, float, type(None))


class Counted(NamedTuple):
    """A sample as its different values, in ascending order, and how many have each, from 1."""

    values: np.ndarray
    counts: np.ndarray

    @property
    def n(self) -> int:
        """How many values the sample has, equal ones counted each."""
        return int(self.counts.sum())


def normal_quantile(level: float) -> float:
    """Half-width of a two-sided interval in standard errors: 1.96 for a level of 0.95."""
    return NormalDist().inv_cdf((1 + checked_level(level)) / 2)


def checked_level(level: float) -> float:
    """A confidence level.

    Raises
    ------
    ValueError
        It is not between 0 and 1, such as 95 for 0.95.
    """
    if not 0 < level < 1:
        raise ValueError(f"A level lies between 0 and 1, such as 0.95; got {level!r}.")
    return level


def checked_count(count: int, name: str) -> int:
    """A count as int; 3.0 is one, as pandas writes it in a column with gaps.

    Raises
    ------
    ValueError
        It is missing, negative or not a whole number.
    """
    if pd.isna(count) or not 0 <= count < math.inf or count != math.floor(count):
        raise ValueError(f"{name} is a whole number from 0; got {count!r}.")
    return int(count)


def checked_amount(amount: float, name: str) -> float:
    """A sum of money or time.

    Raises
    ------
    ValueError
        It is missing, negative or infinite.
    """
    if pd.isna(amount) or not 0 <= amount < math.inf:
        raise ValueError(f"{name} is a finite number from 0; got {amount!r}.")
    return float(amount)


def checked_part(n_events: int, n_total: int) -> tuple[int, int]:
    """A count and the total that it is a part of.

    Raises
    ------
    ValueError
        One is not a count, or the part is larger than the total.
    """
    part, total = checked_count(n_events, "n_events"), checked_count(n_total, "n_total")
    if part > total:
        raise ValueError(f"n_events is at most n_total; got {part} of {total}.")
    return part, total


def present(values: Values) -> tuple[np.ndarray, int]:
    """A sample without its missing values, and how many those were.

    Returns
    -------
    sample
        One-dimensional, float, in the order given.
    n_missing
        How many were None, NaN, NA or NaT.

    Raises
    ------
    ValueError
        Something is not a number, or infinite. The message does not hold it.
    """
    (sample,), n_missing = present_together(values)
    return sample, n_missing


def present_together(*columns: Values) -> tuple[list[np.ndarray], int]:
    """Columns of one table without the rows in which any of them is missing.

    Raises
    ------
    ValueError
        The columns differ in length, or hold something that is not a finite number, in whichever
        row.
    """
    lists = [list(column) for column in columns]
    if len({len(column) for column in lists}) > 1:
        raise ValueError(f"Columns of one length belong together; got {list(map(len, lists))}.")
    try:
        table = np.array([_numbers(column) for column in lists])
    except (TypeError, ValueError):
        raise ValueError("A sample holds something that is not a number.") from None
    if np.isinf(table).any():
        raise ValueError("A sample holds an infinite value.")
    kept = table[:, ~np.isnan(table).any(axis=0)]
    return list(kept), table.shape[1] - kept.shape[1]


def counted(values: Values, counts: Iterable[int] | None = None) -> tuple[Counted, int]:
    """A sample with equal values counted, and how many were missing.

    Parameters
    ----------
    counts
        Of the same length: how many patients each value is that of, 0 for none; one if left out.

    Raises
    ------
    ValueError
        The columns differ in length, or hold something that is not a finite number.
    """
    if counts is None:
        sample, n_missing = present(values)
        return Counted(*np.unique(sample, return_counts=True)), n_missing
    counts = list(counts)
    (sample, n), _ = present_together(values, counts)
    distinct, place = np.unique(sample[n > 0], return_inverse=True)
    found = Counted(distinct, np.bincount(place, weights=n[n > 0]).astype(int))
    return found, int(sum(counts)) - found.n


def present_in_groups(groups: Sequence[Values]) -> tuple[list[np.ndarray], int]:
    """Several samples without their missing values, and how many those were in all.

    Raises
    ------
    ValueError
        There are fewer than two samples, or one holds something that is not a finite number.
    """
    if len(groups) < 2:
        raise ValueError(f"At least two groups are compared; got {len(groups)}.")
    samples, n_missing = zip(*map(present, groups), strict=True)
    return list(samples), sum(n_missing)


def sizes(samples: Iterable[np.ndarray]) -> tuple[int, ...]:
    """How many values each sample has."""
    return tuple(len(sample) for sample in samples)


def _numbers(column: list) -> np.ndarray:
    """A column with NaN where a value is missing; ValueError or TypeError if one is no number."""
    # Of all ways to say that it is missing numpy knows None and NaN alone; looking at each value
    # takes ten times as long as to convert them.
    if all(issubclass(kind, PLAIN) for kind in set(map(type, column))):
        return np.array(column, dtype=float)
    said = [None if _is_missing(value) else value for value in column]
    numbers = np.array(said, dtype=float)
    # A pair would be two numbers, and the text "nan" one that is missing.
    if numbers.ndim != 1 or np.isnan(numbers).sum() != said.count(None):
        raise ValueError
    return numbers


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value
