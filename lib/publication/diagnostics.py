"""What the reconstruction did: do the versions differ, and how far does each unknown spread?"""

from lib.publication.cells import NUMBER_FIELDS, Cells, to_number
from lib.publication.mixing import DERIVED

NUMBERS = (*NUMBER_FIELDS, "therapy_duration_days")


def diagnose(
    cells: Cells, starts: list[list[int]], versions: list[list[int]], moves: dict[str, int]
) -> dict:
    """Figures on the versions, by variable.

    The spread of a cell is the share of its plausible range that its values cover
    over the versions, 0 to 1; a cell with spread 0 is pinned by the claims.
    ``solver_spread`` is that of the solver's datasets, ``mixed_spread`` that of the
    same datasets after mixing.
    """
    fields: dict[str, list[int]] = {}
    for number, cell in enumerate(cells.cells):
        if len(cell.domain) > 1 and cell.field not in DERIVED:
            fields.setdefault(cell.field, []).append(number)
    return {
        "seed": cells.publication.settings["build"]["seed"],
        "imputations": len(versions),
        "distinct_starts": len({tuple(codes) for codes in starts}),
        "distinct_versions": len({tuple(codes) for codes in versions}),
        **moves,
        "variables": [
            _diagnose_field(cells, name, numbers, starts, versions)
            for name, numbers in fields.items()
        ],
    }


def _diagnose_field(
    cells: Cells, name: str, numbers: list[int], starts: list[list[int]], versions: list[list[int]]
) -> dict:
    domain = {code for number in numbers for code in cells.cells[number].domain}
    observed = {codes[number] for codes in versions for number in numbers}
    distinct = [len({codes[number] for codes in versions}) for number in numbers]
    is_number = name in NUMBERS or "_dose." in name
    return {
        "variable": name,
        "n_unknown_cells": len(numbers),
        "plausible_lower": to_number(name, min(domain)) if is_number else None,
        "plausible_upper": to_number(name, max(domain)) if is_number else None,
        "observed_lower": to_number(name, min(observed)) if is_number else None,
        "observed_upper": to_number(name, max(observed)) if is_number else None,
        "mean_distinct_values": round(sum(distinct) / len(numbers), 2),
        "pinned_cells": distinct.count(1),
        "solver_spread": _mean_spread(cells, numbers, starts),
        "mixed_spread": _mean_spread(cells, numbers, versions),
    }


def _mean_spread(cells: Cells, numbers: list[int], datasets: list[list[int]]) -> float:
    shares = []
    for number in numbers:
        domain = cells.cells[number].domain
        values = [codes[number] for codes in datasets]
        shares.append((max(values) - min(values)) / (domain[-1] - domain[0]))
    return round(sum(shares) / len(shares), 3)
