"""Random values by the shares that ``plausible`` gives."""

from collections.abc import Mapping

import numpy as np


def pick(rng: np.random.Generator, shares: Mapping, n: int) -> np.ndarray:
    """Draw ``n`` of the keys by their shares, which need not add up to 1."""
    weights = np.array(list(shares.values()))
    places = rng.choice(len(shares), n, p=weights / weights.sum())
    return np.array(list(shares), dtype=object)[places]


def without(rng: np.random.Generator, values: np.ndarray, share: float) -> np.ndarray:
    """The values as objects, a share of them missing (``None``)."""
    kept = values.astype(object)
    kept[rng.random(len(values)) < share] = None
    return kept


def within_groups(sizes: np.ndarray) -> np.ndarray:
    """For groups of these sizes, one after the other, the place of each member from 0."""
    starts = np.cumsum(sizes) - sizes
    return np.arange(sizes.sum()) - np.repeat(starts, sizes)
