"""Dots that would lie on each other, above and beside each other."""

from collections import Counter
from collections.abc import Hashable, Sequence


def swarm(
    places: Sequence[tuple[Hashable, Hashable]], most: int, columns: int = 1
) -> list[tuple[float, float]]:
    """Pack the dots of each place around its middle.

    Those of all columns of a row are equally far apart, so that its outline says where many are.

    Parameters
    ----------
    places
        Row of each dot, and where in it; those of equal places would lie on each other.
    most
        So many dots fit above each other; of a row with higher columns all dots stand closer.
    columns
        So many columns a place has room for. More than one moves dots along the axis.

    Returns
    -------
    list of (column, height)
        For each dot: columns from the middle of its place, and height from −1 to 1.
    """
    n_dots = Counter(places)
    n_columns = {place: min(columns, -(-n // most)) for place, n in n_dots.items()}
    tallest: dict[Hashable, int] = {}
    for place, n in n_dots.items():
        tallest[place[0]] = max(-(-n // n_columns[place]), tallest.get(place[0], most))
    placed: Counter[tuple[Hashable, Hashable]] = Counter()
    packed = []
    for place in places:
        level, column = divmod(placed[place], n_columns[place])
        # Evenly: 5 dots in columns of at most 4 are 3 and 2, not 4 and 1.
        n_above_each_other = -(-(n_dots[place] - column) // n_columns[place])
        height = (2 * level - (n_above_each_other - 1)) / max(tallest[place[0]] - 1, 1)
        packed.append((column - (n_columns[place] - 1) / 2, height))
        placed[place] += 1
    return packed
