"""Mix a dataset by random moves that keep every claim true.

A solver finds corners; the mixer walks from there through what is possible. Every
proposal is as likely as its reverse and is taken whenever all claims still hold, so
that the walk leads towards the uniform distribution over the datasets it can reach
(the Metropolis rule: Metropolis et al., J Chem Phys 1953; 21: 1087–1092).
"""

import random
from collections import defaultdict

from lib.publication.cells import AGE, COURSE, Cells
from lib.publication.claims import CellClaim, Condition

DERIVED = ("cumulative_dose_g_per_kg", "has_side_effect")


def meets(condition: Condition, codes: list[int]) -> bool:
    """Whether a dataset fulfils a condition."""
    for clause in condition:
        for cell, allowed in clause:
            if codes[cell] in allowed:
                break
        else:
            return False
    return True


def holds(claim: CellClaim, codes: list[int]) -> bool:
    """Whether a dataset fulfils a claim."""
    statistic = claim.claim.statistic
    if statistic == "count":
        return claim.bounds.holds(sum(meets(member, codes) for member in claim.members))
    if statistic == "values":
        return all(wanted == any(meets(way, codes) for way in ways) for wanted, ways in claim.texts)
    values = [codes[cell] for condition, cell in claim.measured if meets(condition, codes)]
    if not values:
        return False
    if statistic == "median":
        values.sort()
        figure = values[(len(values) - 1) // 2] + values[len(values) // 2]
    else:
        figure = min(values) if statistic == "min" else max(values)
    return claim.bounds.holds(figure)


def _families(fields: list[str]) -> list[list[str]]:
    """Fields that describe one thing together: the course, and each kind of yes/no cells."""
    families: dict[str, list[str]] = {"course": [name for name in fields if name in COURSE]}
    for name in fields:
        if "." in name:
            families.setdefault(name.partition(".")[0].removesuffix("_dose"), []).append(name)
    return [names for names in families.values() if names]


class Mixer:
    """The moves over one publication's cells."""

    def __init__(self, cells: Cells, claims: list[CellClaim]) -> None:
        self.cells = cells
        self.domains = [cell.domain for cell in cells.cells]
        self.allowed = [frozenset(cell.domain) for cell in cells.cells]
        self.free = defaultdict(list)
        for number, cell in enumerate(cells.cells):
            if len(cell.domain) > 1 and cell.field not in DERIVED:
                self.free[cell.field].append(number)
        self.fields = sorted(self.free)
        self.is_free = {number for numbers in self.free.values() for number in numbers}
        # Everything at once as well: it makes patients of whom nothing is told exchangeable.
        self.families = [*_families(self.fields), self.fields]
        self.claims_of = defaultdict(list)
        for claim in claims:
            for cell in claim.cells:
                self.claims_of[cell].append(claim)
        self.course = {
            patient: [cells.index[patient, name] for name in COURSE]
            for patient in cells.publication.patient_ids
        }
        self.patients = cells.publication.patient_ids
        self.symptoms = {
            patient: [cells.index[patient, name] for name in cells.fields_of(patient, "symptom.")]
            for patient in self.patients
        }
        self.proposals = (
            self._redraw,
            self._redraw_two,
            self._redraw_course,
            self._swap,
            self._swap_families,
        )

    def mix(self, codes: list[int], moves: int, seed: int | str) -> tuple[list[int], int]:
        """Walk so many moves from a dataset that fulfils all claims.

        Returns
        -------
        codes, accepted
            Another such dataset, and how many moves were taken.
        """
        codes = list(codes)
        source = random.Random(seed)
        accepted = 0
        for _ in range(moves):
            changes = source.choice(self.proposals)(codes, source)
            accepted += bool(changes) and self._take(codes, changes)
        return codes, accepted

    def _take(self, codes: list[int], changes: dict[int, int]) -> bool:
        """Make the changes if everything still holds; else leave the dataset as it was."""
        changes = {cell: code for cell, code in changes.items() if codes[cell] != code}
        if any(code not in self.allowed[cell] for cell, code in changes.items()):
            return False
        before = {cell: codes[cell] for cell in changes}
        for cell, code in changes.items():
            codes[cell] = code
        for patient in self._patients_of(changes):
            for cell, code in self._derived(patient, codes).items():
                before[cell] = codes[cell]
                codes[cell] = code
        if changes and self._all_hold(codes, before):
            return True
        for cell, code in before.items():
            codes[cell] = code
        return False

    def _patients_of(self, changed: dict[int, int]) -> dict[str, None]:
        """Whom the cells belong to, in their order: that of a set would change with each run."""
        return dict.fromkeys(self.cells.cells[cell].patient_id for cell in changed)

    def _derived(self, patient: str, codes: list[int]) -> dict[int, int]:
        n_cycles, _, dose, cumulative = self.course[patient]
        figures = {cumulative: codes[n_cycles] * codes[dose]}
        if self.symptoms[patient]:
            side_effect = self.cells.index[patient, "has_side_effect"]
            figures[side_effect] = max(codes[cell] for cell in self.symptoms[patient])
        return {cell: code for cell, code in figures.items() if codes[cell] != code}

    def _all_hold(self, codes: list[int], changed: dict[int, int]) -> bool:
        if not all(self._patient_holds(patient, codes) for patient in self._patients_of(changed)):
            return False
        claims = {id(claim): claim for cell in changed for claim in self.claims_of[cell]}
        return all(holds(claim, codes) for claim in claims.values())

    def _patient_holds(self, patient: str, codes: list[int]) -> bool:
        n_cycles, duration, *_ = self.course[patient]
        shortest, longest = self.cells.intervals[patient].duration_bounds(codes[n_cycles])
        if not shortest <= codes[duration] <= longest:
            return False
        since_diagnosis, age = (self.cells.index.get((patient, name)) for name in AGE)
        return since_diagnosis is None or age is None or codes[since_diagnosis] <= codes[age]

    def _redraw(self, codes: list[int], source: random.Random) -> dict[int, int]:
        del codes  # every proposal has the same form; this one starts from nothing
        cell = source.choice(self.free[source.choice(self.fields)])
        return {cell: source.choice(self.domains[cell])}

    def _redraw_two(self, codes: list[int], source: random.Random) -> dict[int, int]:
        del codes
        cells = self.free[source.choice(self.fields)]
        if len(cells) < 2:
            return {}
        return {cell: source.choice(self.domains[cell]) for cell in source.sample(cells, 2)}

    def _swap(self, codes: list[int], source: random.Random) -> dict[int, int]:
        cells = self.free[source.choice(self.fields)]
        if len(cells) < 2:
            return {}
        one, other = source.sample(cells, 2)
        return {one: codes[other], other: codes[one]}

    def _swap_families(self, codes: list[int], source: random.Random) -> dict[int, int]:
        """Swap what belongs together (a course, all symptoms, everything) as a whole."""
        if len(self.patients) < 2:
            return {}
        one, other = source.sample(self.patients, 2)
        changes = {}
        for name in source.choice(self.families):
            a, b = self.cells.index.get((one, name)), self.cells.index.get((other, name))
            if a in self.is_free and b in self.is_free:
                changes |= {a: codes[b], b: codes[a]}
        return changes

    def _redraw_course(self, codes: list[int], source: random.Random) -> dict[int, int]:
        """Redraw the number of cycles and the duration together, each from its whole domain."""
        del codes
        n_cycles, duration, *_ = self.course[source.choice(self.patients)]
        return {cell: source.choice(self.domains[cell]) for cell in (n_cycles, duration)}
