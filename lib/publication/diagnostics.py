"""What the reconstruction did: do the versions differ, and how far does each unknown spread?"""

import math
from collections import Counter
from statistics import mean, pstdev

import numpy as np

from lib.publication.cells import NUMBER_FIELDS, Cells, build_cells, to_number
from lib.publication.mixing import DERIVED

NUMBERS = (*NUMBER_FIELDS, "therapy_duration_days")
PERMUTATIONS = 1999


def diagnose(
    cells: Cells, starts: list[list[int]], versions: list[list[int]], moves: dict[str, int]
) -> dict:
    """Figures on the versions, by variable.

    The spread of a cell tells how much its value varies over the versions: 0 if never,
    1 if as much as a draw in which every value of its documented range is equally likely.
    For numbers it is the ratio of the standard deviations, for texts and yes/no that of
    the entropies. ``solver_spread`` is that of the solver's datasets, ``mixed_spread``
    that of the same datasets after mixing.
    """
    # The ranges as documented: those in ``cells`` have been narrowed by the claims.
    documented = [cell.domain for cell in build_cells(cells.publication).cells]
    fields: dict[str, list[int]] = {}
    for number, cell in enumerate(cells.cells):
        if len(documented[number]) > 1 and cell.field not in DERIVED:
            fields.setdefault(cell.field, []).append(number)
    seed = cells.publication.settings["build"]["seed"]
    return {
        "seed": seed,
        "imputations": len(versions),
        "distinct_starts": len({tuple(codes) for codes in starts}),
        "distinct_versions": len({tuple(codes) for codes in versions}),
        **moves,
        "exchangeability": _exchangeability(cells, list(fields), versions, seed),
        "variables": [
            _diagnose_field(
                name, {number: documented[number] for number in numbers}, starts, versions
            )
            for name, numbers in fields.items()
        ],
    }


def is_number(name: str) -> bool:
    """Whether a field holds numbers; otherwise texts or yes/no."""
    return name in NUMBERS or "_dose." in name


def _diagnose_field(
    name: str, domains: dict[int, tuple], starts: list[list[int]], versions: list[list[int]]
) -> dict:
    possible = {code for domain in domains.values() for code in domain}
    observed = {codes[cell] for codes in versions for cell in domains}
    distinct = [len({codes[cell] for codes in versions}) for cell in domains]
    ends = {"plausible": possible, "observed": observed}
    return {
        "variable": name,
        "n_unknown_cells": len(domains),
        **{
            f"{what}_{end}": to_number(name, extreme(codes)) if is_number(name) else None
            for what, codes in ends.items()
            for end, extreme in (("lower", min), ("upper", max))
        },
        "mean_distinct_values": round(mean(distinct), 2),
        "pinned_cells": distinct.count(1),
        "solver_spread": _mean_spread(name, domains, starts),
        "mixed_spread": _mean_spread(name, domains, versions),
    }


def _mean_spread(name: str, domains: dict[int, tuple], datasets: list[list[int]]) -> float:
    measure = pstdev if is_number(name) else _entropy
    spreads = [
        measure([codes[cell] for codes in datasets]) / measure(domain)
        for cell, domain in domains.items()
    ]
    return round(mean(spreads), 3)


def _entropy(values: list[int] | tuple[int, ...]) -> float:
    shares = [count / len(values) for count in Counter(values).values()]
    return -sum(share * math.log(share) for share in shares)


def _exchangeability(
    cells: Cells, names: list[str], versions: list[list[int]], seed: int
) -> dict | None:
    """Whether the labels of patients of whom nothing is told mean nothing.

    Such patients of one diagnosis can be told apart by their label only, so that every
    text and yes/no must be spread over the labels as by chance. The chi-square of label
    and value is compared with that of versions whose labels are shuffled. Reported are
    the smallest of the p-values and its Bonferroni correction for their number.
    """
    source = np.random.default_rng(seed)
    tests = [
        {"p": _label_p(values, source), "diagnosis": diagnosis, "variable": name}
        for diagnosis, patients in _undescribed(cells).items()
        for name in names
        if not is_number(name)
        for values in [_values(cells, name, patients, versions)]
        if len(np.unique(values)) > 1
    ]
    if not tests:
        return None
    smallest = min(tests, key=lambda test: test["p"])
    corrected = round(min(1.0, smallest["p"] * len(tests)), 4)
    return {"tests": len(tests), "smallest": smallest, "corrected_p": corrected}


def _undescribed(cells: Cells) -> dict[str, list[str]]:
    """By diagnosis, the patients whom no fact describes, if there are several."""
    publication = cells.publication
    described = {fact.patient_id for fact in publication.facts}
    groups: dict[str, list[str]] = {}
    for patient_id, diagnosis in publication.diagnoses.items():
        if patient_id not in described:
            groups.setdefault(diagnosis, []).append(patient_id)
    return {diagnosis: patients for diagnosis, patients in groups.items() if len(patients) > 1}


def _values(cells: Cells, name: str, patients: list[str], versions: list[list[int]]) -> np.ndarray:
    """Codes of a field, one row a version and one column a patient."""
    numbers = [cells.index[patient, name] for patient in patients if (patient, name) in cells.index]
    return np.array(versions)[:, numbers]


def _label_p(values: np.ndarray, source: np.random.Generator) -> float:
    observed = _chi_square(values)
    shuffled = [_chi_square(source.permuted(values, axis=1)) for _ in range(PERMUTATIONS)]
    at_least = sum(figure >= observed - 1e-9 for figure in shuffled)
    return round((1 + at_least) / (1 + PERMUTATIONS), 4)


def _chi_square(values: np.ndarray) -> float:
    """Chi-square of the table of column (label) and value."""
    counts = np.array([(values == code).sum(axis=0) for code in np.unique(values)])
    expected = counts.mean(axis=1, keepdims=True)
    return float(((counts - expected) ** 2 / expected).sum())
