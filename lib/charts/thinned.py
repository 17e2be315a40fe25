"""Of more dots than a browser draws and an eye tells apart, so many, evenly spread.

Which of them is the queries' to choose: see ``queries/registry/is_drawn.sql``.
"""

from lib.dose_cost import grouped

# Of one chart; a dot may have a line of its own besides. A screen has room for fewer.
MOST_DOTS = 2000


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
