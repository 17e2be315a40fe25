"""Turn published claims into conditions on cells, shared by the solver and the mixer.

A population becomes, for every patient, a conjunction of clauses; a clause is a list of
alternatives (cell, codes). An empty conjunction is always true, an empty clause never.
"""

import math
from dataclasses import dataclass, replace
from fractions import Fraction

from lib.errors import PublicationError
from lib.publication.cells import (
    TEXT_FIELDS,
    Cells,
    fixed_attributes,
    read_number,
    scale,
    to_number,
)
from lib.publication.source import Claim, Criterion

DAYS_PER_YEAR = Fraction(36525, 100)
# Fields that list what a patient has, and the prefix of the cells behind them.
LISTS = {
    "symptoms": "symptom.",
    "prior_drugs": "prior.",
    "concomitant_drugs": "concomitant.",
    "subsequent_drugs": "subsequent.",
    "event_labels": "event.",
    "event_kinds": "event.",
}
DERIVED_NUMBERS = {"therapy_duration_years": ("therapy_duration_days", DAYS_PER_YEAR)}

Alternative = tuple[int, frozenset[int]]
Clause = tuple[Alternative, ...]
Condition = tuple[Clause, ...]
ALWAYS: Condition = ()
NEVER: Condition = ((),)


@dataclass(frozen=True)
class Bounds:
    """What a figure, in code units, may be; ``None`` is open."""

    lower: int | None
    upper: int | None

    def holds(self, figure: int) -> bool:
        """Whether the figure lies within."""
        above = self.lower is None or figure >= self.lower
        return above and (self.upper is None or figure <= self.upper)


@dataclass(frozen=True)
class CellClaim:
    """A claim on cells.

    ``members`` holds a condition per patient (count), ``measured`` a (condition, cell)
    for each value that enters the statistic, ``texts`` for each text of a ``values``
    claim whether it must occur and the conditions under which it does.
    """

    claim: Claim
    bounds: Bounds
    members: tuple[Condition, ...] = ()
    measured: tuple[tuple[Condition, int], ...] = ()
    texts: tuple[tuple[bool, tuple[Condition, ...]], ...] = ()

    @property
    def cells(self) -> set[int]:
        """Every cell on which the claim depends."""
        conditions = [*self.members, *(condition for condition, _ in self.measured)]
        conditions += [condition for _, ways in self.texts for condition in ways]
        named = {cell for condition in conditions for clause in condition for cell, _ in clause}
        return named | {cell for _, cell in self.measured}


def narrow(cells: Cells, claims: list[CellClaim]) -> None:
    """Take out of the domains what a printed lowest or highest value rules out.

    Only for patients who are certain to belong to the population; the claims stay in
    force, since somebody must still attain the printed end. What is left is far smaller,
    and falls apart into more components.

    Raises
    ------
    PublicationError
        If a claim leaves a patient without any value.
    """
    for claim in claims:
        if claim.claim.statistic in ("min", "max"):
            for condition, number in claim.measured:
                if condition == ALWAYS:
                    cell = cells.cells[number]
                    domain = tuple(code for code in cell.domain if within_end(code, claim))
                    if not domain:
                        raise PublicationError(
                            f"claim {claim.claim.claim_id}: no {cell.field} that {cell.patient_id} "
                            f"may have fits the printed {claim.claim.statistic} "
                            f"{claim.claim.value}"
                        )
                    cells.cells[number] = replace(cell, domain=domain)


def within_end(code: int, claim: CellClaim) -> bool:
    """Whether a value lies on the inner side of a printed lowest or highest one."""
    if claim.claim.statistic == "min":
        return claim.bounds.lower is None or code >= claim.bounds.lower
    return claim.bounds.upper is None or code <= claim.bounds.upper


def components(cells: Cells, claims: list[CellClaim]) -> list[set[int]]:
    """Sets of free cells that no claim and no rule within a patient links to each other.

    They can be solved one by one. Cells that may take one value only link nothing.
    """
    free = {number for number, cell in enumerate(cells.cells) if len(cell.domain) > 1}
    groups = [{number} for number in free]
    links = [claim.cells for claim in claims]
    links += [rule for patient in cells.publication.patient_ids for rule in cells.rules(patient)]
    for link in links:
        touched = [group for group in groups if group & link]
        groups = [group for group in groups if not group & link]
        if touched:
            groups.append(set().union(*touched))
    return sorted(groups, key=min)


def compile_claims(cells: Cells) -> list[CellClaim]:
    """All binding claims of a publication, as conditions on its cells."""
    publication = cells.publication
    members = {
        name: {patient: condition(cells, patient, criteria) for patient in publication.patient_ids}
        for name, criteria in publication.populations.items()
    }
    return [
        _compile(cells, claim, members[claim.population]) for claim in publication.binding_claims
    ]


def condition(cells: Cells, patient_id: str, criteria: tuple[Criterion, ...]) -> Condition:
    """When a patient belongs to a population."""
    clauses = []
    for name in dict.fromkeys(criterion.field for criterion in criteria):
        alternatives = [criterion for criterion in criteria if criterion.field == name]
        clause = _clause(cells, patient_id, name, alternatives)
        if clause is not True:
            clauses.append(clause)
    return NEVER if () in clauses else tuple(clauses)


def _clause(cells: Cells, patient_id: str, name: str, criteria: list[Criterion]) -> Clause | bool:
    fixed = fixed_attributes(cells.publication, patient_id)
    wanted = [criterion.value for criterion in criteria]
    if name in fixed:
        return True if fixed[name] in wanted else ()
    alternatives = []
    for criterion in criteria:
        alternatives += _alternatives(cells, patient_id, name, criterion)
    certain = any(set(cells.cells[cell].domain) <= codes for cell, codes in alternatives)
    return True if certain else tuple(alternatives)


def _alternatives(
    cells: Cells, patient_id: str, name: str, criterion: Criterion
) -> list[Alternative]:
    if name in LISTS:
        flags = _flags(cells, patient_id, name, criterion.value)
        return [(cell, frozenset({1})) for cell in flags if 1 in cells.cells[cell].domain]
    if name == "has_side_effect":
        codes = {int(criterion.value == "true")}
    elif name in TEXT_FIELDS:
        codes = {cells.code(name, criterion.value)}
    elif name == "dose_tier":
        return _dose_alternatives(cells, patient_id, criterion.value)
    else:
        codes = None
    cell = _number_cell(cells, patient_id, name)
    if cell is None:
        return []
    domain = cells.cells[cell].domain
    if codes is None:
        bounds = _number_bounds(name, criterion.lower, criterion.upper)
        codes = {code for code in domain if bounds.holds(code)}
    met = frozenset(codes).intersection(domain)
    return [(cell, met)] if met else []


def _dose_alternatives(cells: Cells, patient_id: str, tier: str) -> list[Alternative]:
    name = "dose_g_per_kg"
    cell = cells.index[patient_id, name]
    met = frozenset(
        code
        for code in cells.cells[cell].domain
        if cells.publication.dose_tier_of(to_number(name, code)) == tier
    )
    return [(cell, met)] if met else []


def _flags(cells: Cells, patient_id: str, name: str, value: str) -> list[int]:
    prefix = LISTS[name]
    return [
        cells.index[patient_id, field]
        for field in cells.fields_of(patient_id, prefix)
        if field == prefix + value
        or (name == "event_kinds" and field.startswith(f"{prefix}{value}: "))
    ]


def _number_cell(cells: Cells, patient_id: str, name: str) -> int | None:
    return cells.index.get((patient_id, DERIVED_NUMBERS.get(name, (name, 1))[0]))


def _unit(name: str) -> Fraction:
    """Code units in one unit of the field as it is published."""
    cell_name, factor = DERIVED_NUMBERS.get(name, (name, Fraction(1)))
    return factor * scale(cell_name)


def _number_bounds(name: str, lower: str, upper: str) -> Bounds:
    unit = _unit(name)
    return Bounds(
        math.ceil(read_number(name, lower) * unit) if lower else None,
        math.floor(read_number(name, upper) * unit) if upper else None,
    )


def claim_bounds(claim: Claim, unit: Fraction) -> Bounds:
    """What a figure may be so that, rounded half up as printed, it fulfils the claim."""
    value = read_number(f"claim {claim.claim_id}, value", claim.value)
    decimals = read_number(f"claim {claim.claim_id}, decimals", claim.decimals or "0")
    half = Fraction(1, 2 * 10 ** int(decimals))
    if claim.operator == ">=":
        return Bounds(math.ceil(value * unit), None)
    if claim.operator == "<=":
        return Bounds(None, math.floor(value * unit))
    return Bounds(math.ceil((value - half) * unit), math.ceil((value + half) * unit) - 1)


def _compile(cells: Cells, claim: Claim, members: dict[str, Condition]) -> CellClaim:
    if claim.statistic == "count":
        return CellClaim(claim, claim_bounds(claim, Fraction(1)), tuple(members.values()))
    if claim.statistic == "values":
        return CellClaim(claim, Bounds(None, None), texts=_texts(cells, claim, members))
    measured = [
        pair
        for patient_id, member in members.items()
        for pair in _measured(cells, patient_id, member, claim.measure)
    ]
    if not measured:
        raise PublicationError(f"claim {claim.claim_id}: nobody has a value of {claim.measure}")
    # The median is compared as the sum of the two middle values, which is always whole.
    unit = _unit(claim.measure) * (2 if claim.statistic == "median" else 1)
    return CellClaim(claim, claim_bounds(claim, unit), measured=tuple(measured))


def _measured(
    cells: Cells, patient_id: str, member: Condition, measure: str
) -> list[tuple[Condition, int]]:
    if member == NEVER:
        return []
    if measure.startswith("concomitant_dose."):
        drug = cells.index.get((patient_id, "concomitant." + measure.partition(".")[2]))
        if drug is not None and cells.cells[drug].domain != (1,):
            member = (*member, ((drug, frozenset({1})),))
    name = DERIVED_NUMBERS.get(measure, (measure, 1))[0]
    fields = [
        field
        for field in cells.fields_of(patient_id, name)
        if field == name or field.startswith(f"{name}#") or field == f"{name}_upper"
    ]
    return [(member, cells.index[patient_id, field]) for field in fields]


def _texts(
    cells: Cells, claim: Claim, members: dict[str, Condition]
) -> tuple[tuple[bool, tuple[Condition, ...]], ...]:
    wanted = claim.value.split("|")
    prefix = LISTS.get(claim.measure)
    if prefix:
        known = {name.removeprefix(prefix) for _, name in cells.index if name.startswith(prefix)}
    else:
        known = set(cells.texts[claim.measure])
    conditions = []
    for text in sorted(known | set(wanted)):
        criterion = Criterion(claim.population, claim.measure, text, "", "")
        ways = []
        for patient_id, member in members.items():
            clause = _clause(cells, patient_id, claim.measure, [criterion])
            if member != NEVER and clause != ():
                ways.append(member if clause is True else (*member, clause))
        conditions.append((text in wanted, tuple(ways)))
    return tuple(conditions)
