"""Find one complete dataset that fulfils every claim, with OR-tools' CP-SAT."""

import random

from ortools.sat.python import cp_model

from lib.errors import PublicationError
from lib.publication.cells import AGE, COURSE, Cells
from lib.publication.claims import CellClaim, Condition, components, within_end

# A measure of work, not of time: the same on every machine.
DETERMINISTIC_LIMIT = 120.0
SMALL_DOMAIN = 5


class _Model:
    """CP-SAT's view of one component; literals are made once and shared between claims."""

    def __init__(self, cells: Cells, component: set[int]) -> None:
        self.cells = cells
        self.model = cp_model.CpModel()
        self.variables = {
            number: self.model.new_int_var_from_domain(
                cp_model.Domain.from_values(cell.domain), f"{cell.patient_id}.{cell.field}"
            )
            for number, cell in enumerate(cells.cells)
            if number in component or len(cell.domain) == 1
        }
        self._literals: dict = {}

    def within(self, variable: int, codes: frozenset[int]) -> cp_model.IntVar:
        """A literal that is true just when the variable takes one of the codes."""
        key = (variable, codes)
        if key not in self._literals:
            literal = self.model.new_bool_var("")
            inside = cp_model.Domain.from_values(sorted(codes))
            self.model.add_linear_expression_in_domain(
                self.variables[variable], inside
            ).only_enforce_if(literal)
            self.model.add_linear_expression_in_domain(
                self.variables[variable], inside.complement()
            ).only_enforce_if(~literal)
            self._literals[key] = literal
        return self._literals[key]

    def meets(self, condition: Condition) -> cp_model.IntVar:
        """A literal that is true just when the condition holds."""
        if condition not in self._literals:
            clauses = [self._any([self.within(*way) for way in clause]) for clause in condition]
            self._literals[condition] = self._all(clauses)
        return self._literals[condition]

    def compare(self, left: object, right: object) -> cp_model.IntVar:
        """A literal that is true just when left ≤ right."""
        literal = self.model.new_bool_var("")
        self.model.add(left <= right).only_enforce_if(literal)
        self.model.add(left > right).only_enforce_if(~literal)
        return literal

    def both(self, one: cp_model.IntVar, other: cp_model.IntVar) -> cp_model.IntVar:
        """A literal that is true just when both are."""
        return self._all([one, other])

    def _any(self, literals: list) -> cp_model.IntVar:
        if len(literals) == 1:
            return literals[0]
        literal = self.model.new_bool_var("")
        self.model.add_max_equality(literal, literals or [0])
        return literal

    def _all(self, literals: list) -> cp_model.IntVar:
        if len(literals) == 1:
            return literals[0]
        literal = self.model.new_bool_var("")
        self.model.add_min_equality(literal, literals or [1])
        return literal


def solve(cells: Cells, claims: list[CellClaim], seed: int | str) -> list[int]:
    """A code for every cell, such that all claims and all rules within a patient hold.

    Each component is searched from random hints of its own, so that each seed leads to
    another corner of what is possible; one worker and a deterministic limit make it
    repeatable.

    Raises
    ------
    PublicationError
        If no dataset fulfils every claim, or none was found within the limit.
    """
    source = random.Random(seed)
    codes = [cell.domain[0] for cell in cells.cells]
    for component in components(cells, claims):
        for number, code in _solve_component(cells, claims, component, source).items():
            codes[number] = code
    return codes


def _solve_component(
    cells: Cells, claims: list[CellClaim], component: set[int], source: random.Random
) -> dict[int, int]:
    model = _Model(cells, component)
    for patient_id in cells.publication.patient_ids:
        for rule, add in zip(cells.rules(patient_id), _PATIENT_RULES, strict=True):
            if rule & component:
                add(model, patient_id)
    for claim in claims:
        if claim.cells & component:
            _CONSTRAINTS[claim.claim.statistic](model, claim)
    _randomise(model, component, source)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = source.randrange(2**31)
    solver.parameters.randomize_search = True
    solver.parameters.stop_after_first_solution = True
    solver.parameters.max_deterministic_time = DETERMINISTIC_LIMIT
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        fields = sorted({cells.cells[number].field for number in component})
        raise PublicationError(
            f"{cells.publication.name}: no dataset fulfils every claim on {', '.join(fields)} "
            f"({solver.status_name(status)}). Check the claims and ranges changed last; "
            "a claim that contradicts another is marked in the column contradictory."
        )
    return {number: solver.value(model.variables[number]) for number in component}


def _randomise(model: _Model, component: set[int], source: random.Random) -> None:
    """Send the search to a corner of its own: random hints, and a random wish for small cells.

    Hints alone leave yes/no cells where presolve puts them, the same in every version.
    """
    wishes = []
    for number in sorted(component):
        domain = model.cells.cells[number].domain
        model.model.add_hint(model.variables[number], source.choice(domain))
        if len(domain) <= SMALL_DOMAIN:
            wishes.append(source.randint(-9, 9) * model.variables[number])
    if wishes:
        model.model.maximize(sum(wishes))


def _add_course(model: _Model, patient_id: str) -> None:
    index = model.cells.index
    n_cycles, duration, dose, cumulative = (
        model.variables[index[patient_id, field]] for field in COURSE
    )
    intervals = model.cells.intervals[patient_id]
    numbers = model.cells.cells[index[patient_id, "n_cycles"]].domain
    bounds = [(n, *intervals.duration_bounds(n)) for n in numbers]
    shortest, longest = (model.model.new_int_var(0, bounds[-1][2], "") for _ in range(2))
    model.model.add_allowed_assignments((n_cycles, shortest, longest), bounds)
    model.model.add(duration >= shortest)
    model.model.add(duration <= longest)
    model.model.add_multiplication_equality(cumulative, [n_cycles, dose])


def _add_age(model: _Model, patient_id: str) -> None:
    since_diagnosis, age = (model.variables[model.cells.index[patient_id, name]] for name in AGE)
    model.model.add(since_diagnosis <= age)


def _add_side_effects(model: _Model, patient_id: str) -> None:
    index = model.cells.index
    symptoms = [
        model.variables[index[patient_id, name]]
        for name in model.cells.fields_of(patient_id, "symptom.")
    ]
    model.model.add_max_equality(model.variables[index[patient_id, "has_side_effect"]], symptoms)


# In the order of ``Cells.rules``.
_PATIENT_RULES = (_add_course, _add_age, _add_side_effects)


def _count(model: _Model, claim: CellClaim) -> None:
    total = sum(model.meets(member) for member in claim.members)
    _bound(model, total, claim)


def _bound(model: _Model, figure: object, claim: CellClaim) -> None:
    if claim.bounds.lower is not None:
        model.model.add(figure >= claim.bounds.lower)
    if claim.bounds.upper is not None:
        model.model.add(figure <= claim.bounds.upper)


def _extreme(model: _Model, claim: CellClaim) -> None:
    """Nobody lies beyond the printed end, and somebody attains it."""
    attained = []
    for condition, cell in claim.measured:
        member = model.meets(condition)
        domain = model.cells.cells[cell].domain
        inside = frozenset(code for code in domain if within_end(code, claim))
        if len(inside) < len(domain):
            model.model.add_implication(member, model.within(cell, inside))
        attaining = {code for code in domain if claim.bounds.holds(code)}
        if attaining:
            attained.append(model.both(member, model.within(cell, frozenset(attaining))))
    model.model.add_bool_or(attained)


def _median(model: _Model, claim: CellClaim) -> None:
    """Pin the two middle values by counting who lies at or below, and at or above them.

    With N values the lower middle is the one that at least half of them do not exceed
    and more than half are not below; the upper middle mirrors it.
    """
    members = [model.meets(condition) for condition, _ in claim.measured]
    values = [model.variables[cell] for _, cell in claim.measured]
    domains = [model.cells.cells[cell].domain for _, cell in claim.measured]
    possible = cp_model.Domain.from_values(sorted(set().union(*domains)))
    lower, upper = (model.model.new_int_var_from_domain(possible, "") for _ in range(2))
    model.model.add(lower <= upper)
    n_values = sum(members)

    def count(middle: object, *, below: bool) -> object:
        sides = [
            model.compare(value, middle) if below else model.compare(middle, value)
            for value in values
        ]
        return sum(model.both(m, side) for m, side in zip(members, sides, strict=True))

    model.model.add(2 * count(lower, below=True) >= n_values)
    model.model.add(2 * count(lower, below=False) >= n_values + 1)
    model.model.add(2 * count(upper, below=False) >= n_values)
    model.model.add(2 * count(upper, below=True) >= n_values + 1)
    model.model.add(n_values >= 1)
    _bound(model, lower + upper, claim)


def _values(model: _Model, claim: CellClaim) -> None:
    for wanted, ways in claim.texts:
        occurs = [model.meets(condition) for condition in ways]
        if wanted:
            model.model.add_bool_or(occurs)
        else:
            for literal in occurs:
                model.model.add(literal == 0)


_CONSTRAINTS = {
    "count": _count,
    "min": _extreme,
    "max": _extreme,
    "median": _median,
    "values": _values,
}
