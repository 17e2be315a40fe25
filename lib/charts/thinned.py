"""Of more dots than a browser draws and an eye tells apart, so many, evenly spread."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from lib.dose_cost import grouped

# Of one chart; a dot may have a line of its own besides. A screen has room for fewer.
MOST_DOTS = 2000


def thinned(
    dots: Sequence[dict], row_of: Callable[[dict], Hashable], value_of: Callable[[dict], float]
) -> list[dict]:
    """So many of the dots of each row of a chart, evenly spread over the row's values in order.

    A row with few dots keeps them all: what is rare must not vanish. How dense a long row is then
    says nothing; where it lies does.

    Parameters
    ----------
    dots
        What would be drawn.
    row_of, value_of
        The row that one belongs to, and its value on the axis.
    """
    if len(dots) <= MOST_DOTS:
        return list(dots)
    rows = defaultdict(list)
    for dot in dots:
        rows[row_of(dot)].append(dot)
    most = MOST_DOTS // len(rows)
    kept = []
    for members in rows.values():
        members.sort(key=value_of)
        n = min(most, len(members))
        # The middle of each of n equal parts.
        kept += [members[(2 * i + 1) * len(members) // (2 * n)] for i in range(n)]
    return kept


def said_of_thinned(spec: dict, n_drawn: int, n_all: int) -> dict:
    """A specification whose subtitle says how many of the dots are drawn, if not all are."""
    if n_drawn == n_all:
        return spec
    # Two lines: a narrow chart cuts a long one off.
    lines = [
        grouped(f"{n_drawn} of {n_all} dots are drawn:"),
        "of a long row so many, evenly spread over it",
    ]
    told = {name: [*spec["usermeta"][name], *lines] for name in ("subtitle", "if_versions")}
    return {**spec, "usermeta": spec["usermeta"] | told}
