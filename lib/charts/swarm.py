"""Dots that would lie on each other stand above each other and, where there is room, beside."""

from collections import Counter
from collections.abc import Hashable, Sequence


def swarm(places: Sequence[Hashable], most: int, columns: int) -> list[tuple[float, float]]:
    """Pack the dots of each place around its middle.

    Parameters
    ----------
    places
        Where each dot belongs; those of equal places would lie on each other.
    most
        So many dots fit above each other. Where even so many columns have more, they stand closer.
    columns
        So many columns a place has at most: more than one move dots along the axis.

    Returns
    -------
    list of (column, height)
        For each dot: columns from the middle of its place, and height from −1 to 1.
    """
    n_dots = Counter(places)
    n_columns = {place: min(columns, -(-n // most)) for place, n in n_dots.items()}
    placed: Counter[Hashable] = Counter()
    packed = []
    for place in places:
        level, column = divmod(placed[place], n_columns[place])
        # Evenly: 5 dots in columns of at most 4 are 3 and 2, not 4 and 1.
        n_in_column = -(-(n_dots[place] - column) // n_columns[place])
        height = (2 * level - (n_in_column - 1)) / max(most - 1, n_in_column - 1, 1)
        packed.append((column - (n_columns[place] - 1) / 2, height))
        placed[place] += 1
    return packed
