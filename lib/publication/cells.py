"""The unknowns: for every patient and field a cell, and the values that it may take.

A cell's value is coded as a whole number, so that the solver and the mixer share it:
numbers in twentieths of their unit (cycles and days as they are), texts by their place
in the field's vocabulary (``NOTHING`` for none), yes/no as 1/0.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from lib.errors import PublicationError
from lib.publication.source import (
    Criterion,
    PlausibleRange,
    Publication,
    cycle_numbers,
    number_bounds,
    split_options,
)

TWENTIETHS = 20
WHOLE_NUMBERS = ("n_cycles", "therapy_duration_days")
NOTHING = -1
NOTHING_WORD = "none"

TEXT_FIELDS = (
    "sex",
    "subtype",
    "overlap",
    "response",
    "off_label",
    "therapy_end_reason",
    "serious_side_effect",
    "stopped_for_side_effect",
)
NUMBER_FIELDS = (
    "age_at_first_ivig_years",
    "body_weight_kg",
    "diagnosis_to_first_ivig_years",
    "n_cycles",
    "dose_g_per_kg",
    "infusion_days",
)
COURSE = ("n_cycles", "therapy_duration_days", "dose_g_per_kg", "cumulative_dose_g_per_kg")
AGE = ("diagnosis_to_first_ivig_years", "age_at_first_ivig_years")
ROLES = ("prior", "concomitant", "subsequent")
# Where the facts of a field stand, if not in the table patients.
CYCLE_FACTS = ("n_cycles", "dose_g_per_kg", "infusion_days", "therapy_duration_days")


@dataclass(frozen=True)
class Cell:
    """One unknown of one patient; ``domain`` holds the codes it may take, ascending."""

    patient_id: str
    field: str
    domain: tuple[int, ...]


@dataclass(frozen=True)
class Intervals:
    """How far apart a patient's cycles may lie, in days: bounds for cycle 2, 3, …

    ``ascending`` holds the spans of cycles whose intervals only grow.
    """

    lower: tuple[int, ...]
    upper: tuple[int, ...]
    ascending: tuple[range, ...]

    def duration_bounds(self, n_cycles: int) -> tuple[int, int]:
        """Shortest and longest time from the first to the last of so many cycles."""
        return sum(self.lower[: n_cycles - 1]), sum(self.upper[: n_cycles - 1])


@dataclass
class Cells:
    """All cells of a publication, found by patient and field."""

    publication: Publication
    cells: list[Cell] = field(default_factory=list)
    index: dict[tuple[str, str], int] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    intervals: dict[str, Intervals] = field(default_factory=dict)

    def add(self, patient_id: str, name: str, domain: list[int]) -> int:
        """Add a cell; an empty domain means that the sources contradict each other."""
        if not domain:
            raise PublicationError(f"no value of {name} fits its facts and range")
        self.index[patient_id, name] = len(self.cells)
        self.cells.append(Cell(patient_id, name, tuple(sorted(set(domain)))))
        return self.index[patient_id, name]

    def fields_of(self, patient_id: str, prefix: str) -> list[str]:
        """Names of a patient's cells that start with ``prefix``."""
        return [
            name for owner, name in self.index if owner == patient_id and name.startswith(prefix)
        ]

    def rules(self, patient_id: str) -> list[set[int]]:
        """The cells of each rule within a patient; empty where a rule can't be broken.

        The rules themselves: the course (duration and cumulative dose follow from the
        cycles), the age (nobody is diagnosed before birth), the side-effects (any symptom).
        """
        symptoms = self.fields_of(patient_id, "symptom.")
        course = {self.index[patient_id, name] for name in COURSE}
        side_effects = {self.index[patient_id, name] for name in ("has_side_effect", *symptoms)}
        return [course, self._age_rule(patient_id), side_effects if symptoms else set()]

    def _age_rule(self, patient_id: str) -> set[int]:
        numbers = [self.index.get((patient_id, name)) for name in AGE]
        if None in numbers:
            return set()
        since_diagnosis, age = (self.cells[number].domain for number in numbers)
        return set(numbers) if since_diagnosis[-1] > age[0] else set()

    def code(self, name: str, text: str) -> int:
        """Code of a text; a text seen for the first time enters the field's vocabulary."""
        if text == NOTHING_WORD:
            return NOTHING
        vocabulary = self.texts.setdefault(name, [])
        if text not in vocabulary:
            vocabulary.append(text)
        return vocabulary.index(text)

    def text(self, name: str, code: int) -> str | None:
        """The text of a code; ``None`` for none."""
        return None if code == NOTHING else self.texts[name][code]


def scale(name: str) -> int:
    """How many code units make one unit of a number field."""
    return 1 if name in WHOLE_NUMBERS else TWENTIETHS


def to_code(name: str, value: str | Fraction) -> int:
    """Code of a number; an error if it is none, or finer than a code unit."""
    code = read_number(name, value) * scale(name)
    if code.denominator != 1:
        raise PublicationError(f"{name}: {value} is finer than 1/{scale(name)} of its unit")
    return int(code)


def read_number(name: str, value: str | Fraction) -> Fraction:
    """The number that stands for ``name`` in a file; an error if it is none."""
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError) as error:
        raise PublicationError(f"{name}: {value!r} is no number") from error


def to_number(name: str, code: int) -> float:
    """The number of a code."""
    return code / scale(name)


def build_cells(publication: Publication) -> Cells:
    """Lay out every patient's cells from the facts and the plausible ranges.

    Raises
    ------
    PublicationError
        Naming the patient and the field that can't have any value.
    """
    cells = Cells(publication)
    for patient_id in publication.patient_ids:
        try:
            _add_patient(cells, patient_id)
        except PublicationError as error:
            raise PublicationError(f"{patient_id}: {error}") from error
    return cells


def _add_patient(cells: Cells, patient_id: str) -> None:
    plausible = plausible_ranges_of(cells.publication, patient_id)
    for name in TEXT_FIELDS:
        _add_text(cells, patient_id, name, plausible)
    for name in NUMBER_FIELDS:
        _add_number(cells, patient_id, name, plausible)
    _add_course(cells, patient_id, plausible)
    _add_flags(cells, patient_id, plausible)


def plausible_ranges_of(publication: Publication, patient_id: str) -> dict[str, PlausibleRange]:
    """The plausible range of each variable for one patient; later rows override earlier ones."""
    return {
        row.variable: row
        for row in publication.plausible_ranges
        if all(
            _in_fixed(publication, patient_id, criteria)
            for criteria in _by_field(publication.populations[row.population])
        )
    }


def fixed_attributes(publication: Publication, patient_id: str) -> dict[str, str]:
    """What is the same in every version by the way the patients are laid out."""
    diagnosis = publication.diagnoses[patient_id]
    return {
        "patient_id": patient_id,
        "centre": publication.settings["study"]["centre"],
        "diagnosis": diagnosis,
        "diagnosis_group": publication.diagnosis_groups[diagnosis],
    }


def _by_field(criteria: tuple[Criterion, ...]) -> list[list[Criterion]]:
    names = dict.fromkeys(criterion.field for criterion in criteria)
    return [[c for c in criteria if c.field == name] for name in names]


def _in_fixed(publication: Publication, patient_id: str, alternatives: list[Criterion]) -> bool:
    attributes = fixed_attributes(publication, patient_id)
    name = alternatives[0].field
    if name not in attributes:
        raise PublicationError(
            f"plausible_ranges.csv: population {alternatives[0].population} depends on {name}; "
            f"a plausible range may depend on {', '.join(attributes)} only"
        )
    return attributes[name] in [criterion.value for criterion in alternatives]


def fact_value(publication: Publication, patient_id: str, name: str) -> str | None:
    """The stated value of a patient's field, as written; ``None`` if nothing is stated."""
    table = "cycles" if name in CYCLE_FACTS else "patients"
    values = [
        fact.value for fact in publication.facts_of(patient_id, table) if fact.column_name == name
    ]
    return values[0] if values else None


def _add_text(cells: Cells, patient_id: str, name: str, plausible: dict) -> None:
    stated = fact_value(cells.publication, patient_id, name)
    if stated is None:
        # What neither a fact nor a range speaks of is unknown, and stays so.
        stated = plausible[name].values if name in plausible else NOTHING_WORD
    cells.add(patient_id, name, [cells.code(name, text) for text in split_options(stated)])


def _add_number(cells: Cells, patient_id: str, name: str, plausible: dict) -> None:
    stated = fact_value(cells.publication, patient_id, name)
    domain = number_domain(name, stated, plausible.get(name))
    # A range printed of one patient's cycles is attained within the patient, at both ends.
    if name == "infusion_days" and stated and ".." in stated:
        cells.add(patient_id, "infusion_days_upper", domain[-1:])
        domain = domain[:1]
    # Without a fact and a range the number is unknown, and stays so.
    if stated is not None or name in plausible:
        cells.add(patient_id, name, domain)


def number_domain(name: str, stated: str | None, row: PlausibleRange | None) -> list[int]:
    """Codes that a number may take: what is stated, within the plausible range.

    An exactly stated number needs no plausible range; an open end takes the range's.
    """
    if stated is not None and "|" in stated:
        return [to_code(name, option) for option in split_options(stated)]
    lower, upper = _stated_bounds(name, stated) if stated else ("", "")
    if lower and lower == upper:
        return [to_code(name, lower)]
    if row is None:
        return [] if stated is None else _steps(name, lower, upper, "1")
    if row.values:
        codes = [to_code(name, option) for option in split_options(row.values)]
        low = to_code(name, lower) if lower else min(codes)
        high = to_code(name, upper) if upper else max(codes)
        return [code for code in codes if low <= code <= high]
    return _steps(name, lower or row.lower, upper or row.upper, row.step or "1")


def _stated_bounds(name: str, stated: str) -> tuple[str, str]:
    bounds = number_bounds(stated)
    if bounds is None:
        raise PublicationError(f"{name}: {stated!r} is no number or range")
    return bounds


def _steps(name: str, lower: str, upper: str, step: str) -> list[int]:
    return list(range(to_code(name, lower), to_code(name, upper) + 1, to_code(name, step)))


def _add_course(cells: Cells, patient_id: str, plausible: dict) -> None:
    """Add the duration and the cumulative dose, which hang on the number of cycles."""
    numbers = cells.cells[cells.index[patient_id, "n_cycles"]].domain
    intervals = _intervals(cells.publication, patient_id, plausible["interval_days"], numbers[-1])
    cells.intervals[patient_id] = intervals
    shortest = min(intervals.duration_bounds(n)[0] for n in numbers)
    longest = max(intervals.duration_bounds(n)[1] for n in numbers)
    name = "therapy_duration_days"
    stated = fact_value(cells.publication, patient_id, name)
    days = number_domain(name, stated, plausible.get(name)) or range(shortest, longest + 1)
    cells.add(patient_id, name, [day for day in days if shortest <= day <= longest])
    doses = cells.cells[cells.index[patient_id, "dose_g_per_kg"]].domain
    products = [n * dose for n in numbers for dose in doses]
    cells.add(patient_id, "cumulative_dose_g_per_kg", products)


def _intervals(
    publication: Publication, patient_id: str, row: PlausibleRange, n_cycles: int
) -> Intervals:
    bounds = {k: (int(row.lower), int(row.upper)) for k in range(2, n_cycles + 1)}
    ascending = []
    for fact in publication.facts_of(patient_id, "cycles"):
        named = [k for k in cycle_numbers(fact.row_key, n_cycles) if k > 1] if fact.row_key else []
        if fact.column_name == "interval_days":
            lower, upper = _stated_bounds(fact.column_name, fact.value)
            bounds |= {k: (int(lower or row.lower), int(upper or row.upper)) for k in named}
        if fact.column_name == "interval_trend":
            ascending.append(range(named[0], named[-1] + 1))
    lower, upper = zip(*bounds.values(), strict=True) if bounds else ((), ())
    return Intervals(lower, upper, tuple(ascending))


def _add_flags(cells: Cells, patient_id: str, plausible: dict) -> None:
    """Add what a patient has or has not: other drugs, symptoms, events."""
    stated = stated_flags(cells.publication, patient_id)
    for name in stated:
        cells.add(patient_id, name, [1])
    for name, row in plausible.items():
        kind = name.partition(".")[0]
        if name not in stated and kind in (*ROLES, "symptom", "event"):
            codes = [("no", "yes").index(option) for option in split_options(row.values)]
            cells.add(patient_id, name, codes)
    for name in cells.fields_of(patient_id, "concomitant."):
        _add_concomitant_doses(cells, patient_id, name.partition(".")[2], plausible)
    symptoms = cells.fields_of(patient_id, "symptom.")
    certain = any(cells.cells[cells.index[patient_id, name]].domain == (1,) for name in symptoms)
    possible = [1] if certain else [0, 1] if symptoms else [0]
    cells.add(patient_id, "has_side_effect", possible)


def stated_flags(publication: Publication, patient_id: str) -> list[str]:
    """What the publication says a patient had: ``role.drug``, ``symptom.…``, ``event.…``."""
    names = [
        f"{fact.row_key.partition(':')[0]}.{fact.value}"
        for fact in publication.facts_of(patient_id, "treatments")
        if fact.column_name == "drug"
    ]
    names += [
        f"symptom.{fact.value}"
        for fact in publication.facts_of(patient_id, "side_effects")
        if fact.column_name == "symptom"
    ]
    names += [f"event.{label}" for label in stated_events(publication, patient_id)]
    return list(dict.fromkeys(names))


def stated_events(publication: Publication, patient_id: str) -> list[str]:
    """The stated events of a patient as ``kind`` or ``kind: label``."""
    facts = publication.facts_of(patient_id, "events")
    labels = {fact.row_key: fact.value for fact in facts if fact.column_name == "label"}
    return [
        f"{fact.value}: {labels[fact.row_key]}" if fact.row_key in labels else fact.value
        for fact in facts
        if fact.column_name == "kind"
    ]


def _add_concomitant_doses(cells: Cells, patient_id: str, drug: str, plausible: dict) -> None:
    """Add a dose cell for each course: the stated doses, or one within the plausible range."""
    name = f"concomitant_dose.{drug}"
    stated = [
        fact.value
        for fact in cells.publication.facts_of(patient_id, "treatments")
        if fact.column_name == "dose" and fact.row_key.split(":")[:2] == ["concomitant", drug]
    ]
    for number, value in enumerate(stated, start=1):
        domain = number_domain(name, value, plausible.get(name))
        cells.add(patient_id, name if number == 1 else f"{name}#{number}", domain)
    if not stated and name in plausible:
        cells.add(patient_id, name, number_domain(name, None, plausible[name]))
