"""Dots side by side instead of on top of each other."""

from collections import defaultdict
from collections.abc import Hashable, Sequence


def swarm(places: Sequence[Hashable], rows: int) -> list[tuple[float, float]]:
    """Pack the dots of each place into rows and columns around its middle.

    Parameters
    ----------
    places
        Where each dot belongs; those of equal places lie on each other otherwise.
    rows
        How many dots fit above each other.

    Returns
    -------
    list of (column, height)
        For each dot: columns from the middle of its place (0 up to ``rows`` dots), and height
        from −1 to 1.
    """
    members = defaultdict(list)
    for index, place in enumerate(places):
        members[place].append(index)
    packed: list[tuple[float, float]] = [(0.0, 0.0)] * len(places)
    for indices in members.values():
        n_columns = -(-len(indices) // rows)
        for column in range(n_columns):
            # Evenly: 5 dots in rows of 4 are 3 and 2, not 4 and 1.
            stack = indices[column::n_columns]
            for row, index in enumerate(stack):
                height = (2 * row - (len(stack) - 1)) / max(rows - 1, 1)
                packed[index] = (column - (n_columns - 1) / 2, height)
    return packed
