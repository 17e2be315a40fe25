"""What a reader of all answers can find out of a registry that is shared outside.

The reader asks every question that is answered of a cohort, by every grouping, knows the rules, and
computes: which registries would be shown the same? Patients are of so many kinds; how many there
are of each kind is unknown; each count that is shown bounds a sum of them. Of each count that is
told to be few, integer programming finds the least and the most that it may be.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from lib.ask import rows_of
from lib.cohort import FIELDS_BY_NAME, Cohort
from lib.errors import WithheldError
from lib.figures import Step
from lib.registry.store import write_registry
from lib.warehouse import Warehouse, open_warehouse

K = 5
GROUPS = {
    "dermatomyositis": "dermatomyositis",
    "pemphigus vulgaris": "bullous autoimmune dermatoses",
    "livedoid vasculopathy": "livedoid vasculopathy",
}
KINDS = {
    "diagnosis": tuple(GROUPS),
    "centre": ("Centre A", "Centre B", "Centre C"),
    "sex": ("female", "male"),
    "response": ("response", "no response", "not evaluable", None),
    "symptom": ("headache", "nausea", None),
}
PEOPLE = [dict(zip(KINDS, values, strict=True)) for values in product(*KINDS.values())]

Person = dict[str, str | None]
Kind = Callable[[Person], bool]


def everybody(person: Person) -> bool:
    del person
    return True


# What a patient has, by the names that queries give to it.
HELD = {
    "diagnoses": lambda person: {GROUPS[person["diagnosis"]], person["diagnosis"]},
    "diagnosis_group": lambda person: {GROUPS[person["diagnosis"]]},
    "sex": lambda person: {person["sex"]},
    "centre": lambda person: {person["centre"]},
    "response": lambda person: {person["response"]},
    "has_side_effect": lambda person: {"yes" if person["symptom"] else "no"},
    "side_effect": lambda person: {"any" if person["symptom"] else "none"},
    "symptoms": lambda person: {person["symptom"], "any" if person["symptom"] else "none"},
}


def having(trait: str, value: str | None) -> Kind:
    return lambda person: value in HELD[trait](person)


def both(first: Kind, second: Kind) -> Kind:
    return lambda person: first(person) and second(person)


def responded(person: Person) -> bool:
    return person["response"] == "response"


def judged(person: Person) -> bool:
    return person["response"] is not None


def not_evaluable(person: Person) -> bool:
    return person["response"] == "not evaluable"


def unknown(person: Person) -> bool:
    return person["response"] is None


def had_any(person: Person) -> bool:
    return person["symptom"] is not None


Counts = Iterator[tuple[str, Kind]]


def of_rates(row: dict, asked: dict) -> Counts:
    kind = everybody if row["value"] is None else having(asked["field"], row["value"])
    yield "n_patients", kind
    yield "n_responders", both(kind, responded)
    yield "n_judged", both(kind, judged)
    yield "n_not_evaluable", both(kind, not_evaluable)
    yield "n_unknown", both(kind, unknown)


def of_overview(row: dict, asked: dict) -> Counts:
    del asked
    if row["field"] == "diagnosis_group":
        kind = having("diagnosis_group", row["value"])
        yield "n_patients", kind
        yield "n_responders", both(kind, responded)
        yield "n_response_known", both(kind, judged)
        yield "n_with_side_effects", both(kind, had_any)


def of_characteristics(row: dict, asked: dict) -> Counts:
    del asked
    kind, known = {
        "female": (having("sex", "female"), everybody),
        "has_side_effect": (had_any, everybody),
        "response": (responded, judged),
    }.get(row["measure"], (None, None))
    if kind:
        yield "value", kind
        yield "n", known


def of_diagnoses(row: dict, asked: dict) -> Counts:
    del asked
    kind = having("diagnosis_group", row["diagnosis_group"])
    if row["measure"] == "symptom":
        yield "value", both(kind, having("symptoms", row["statistic"]))
    else:
        yield "n", kind
    if row["measure"] == "has_side_effect":
        yield "value", both(kind, had_any)


def of_table_1(row: dict, asked: dict) -> Counts:
    group = everybody if row["group_place"] == 0 else having(asked["by"], row["group_value"])
    if row["trait"] is None:
        yield "n", group
    elif row["trait"] in HELD:
        yield "n_patients", both(group, having(row["trait"], row["value"]))
        yield "n", both(group, judged) if row["trait"] == "response" else group
        if row["trait"] == "response":
            yield "n_missing", both(group, unknown)


def of_frequency(row: dict, asked: dict) -> Counts:
    kind = had_any if row["symptom"] is None else having("symptoms", row["symptom"])
    if row["place"] == 99:
        column = everybody
    elif asked["counted_by"] == "centre":
        column = having("centre", row["column_name"])
    else:
        # All had one cycle, of one dose, and every side-effect was of grade 1.
        is_all = row["column_name"] in ("Cycle 1", "2 g/kg", "Grade 1")
        column = everybody if is_all else lambda person: not person
    yield "n_patients", both(kind, column)
    if row["place"] != 98:
        yield "n_exposed", everybody if asked["counted_by"] == "grade" else column


def of_consequences(row: dict, asked: dict) -> Counts:
    del asked
    kind = had_any if row["symptom"] is None else having("symptoms", row["symptom"])
    yield "n_patients", kind
    yield "n_seriousness_recorded", kind


QUESTIONS = [
    *(
        ("response/rates", {"field": trait}, of_rates)
        for trait in ("diagnosis_group", "sex", "centre", "side_effect")
    ),
    ("overview/counts", {}, of_overview),
    ("summary/characteristics", {}, of_characteristics),
    ("summary/by_diagnosis", {}, of_diagnoses),
    ("side_effects/consequences", {}, of_consequences),
    *(
        ("summary/table_1_counts", {"by": trait}, of_table_1)
        for trait in ("none", "diagnosis_group", "sex", "centre", "response", "has_side_effect")
    ),
    *(
        ("side_effects/frequency", {"counted_by": name}, of_frequency)
        for name in ("dose", "grade", "cycle", "centre")
    ),
]


@dataclass
class Asked:
    """A cohort as it is asked for: what is asked of each field."""

    criteria: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def cohort(self) -> Cohort:
        return Cohort.of(**self.criteria)

    def kind(self, left_out: str | None = None) -> Kind:
        asked = {
            name: values
            for name, values in self.criteria.items()
            if FIELDS_BY_NAME[name].column != left_out
        }
        return lambda person: all(person[name] in values for name, values in asked.items())


class Reader:
    """Who asks, and remembers how many patients of which kinds there may be."""

    def __init__(self, source: Warehouse, people: list[Person]) -> None:
        self._source = source
        self._true = np.array([people.count(person) for person in PEOPLE])
        self._bounds: dict[bytes, tuple[int, int]] = {}
        self.n_tables = 0

    def ask(self, asked: Asked, *, one_trait: bool = False) -> None:
        """Read all that is shown of a cohort, or the filter and Table 1 alone."""
        self.n_tables += 1
        for row in rows_of(self._source, K, "cohort/facets", asked.cohort):
            self._read_option(row, asked)
        for name, parameters, meaning in QUESTIONS:
            if not one_trait or parameters.get("by") == "none":
                self._read(name, parameters, meaning, asked)

    def _read_option(self, row: dict, asked: Asked) -> None:
        kind = asked.kind(left_out=row["field"])
        self._remember(kind, row["n_under_others"])
        if row["field"] in HELD:
            self._remember(both(kind, having(row["field"], row["value"])), row["n_patients"])

    def _read(self, name: str, parameters: dict, meaning: Callable, asked: Asked) -> None:
        try:
            rows = rows_of(self._source, K, name, asked.cohort, tuple(parameters.items()))
        except WithheldError:
            return
        self.n_tables += 1
        seen = set()
        for row in rows:
            for column, kind in meaning(row, parameters):
                self._remember(both(asked.kind(), kind), row[column])
                seen.add(self._vector(both(asked.kind(), kind)).tobytes())
        # What is left out is few: the reader knows from the filter what there is.
        for row in self._source.records(name, cohort=asked.cohort.criteria, **parameters):
            for _, kind in list(meaning(row, parameters))[:1]:
                if self._vector(both(asked.kind(), kind)).tobytes() not in seen:
                    self._remember(both(asked.kind(), kind), Step(0, 0, K - 1))

    def _vector(self, kind: Kind) -> np.ndarray:
        return np.array([kind(person) for person in PEOPLE], dtype=bool)

    def _remember(self, kind: Kind, shown: Step | None) -> None:
        if shown is None:
            return
        vector = self._vector(kind)
        # What is shown is so.
        assert shown.lowest <= vector @ self._true <= shown.highest
        lowest, highest = self._bounds.get(vector.tobytes(), (0, 10**6))
        bounds = max(lowest, shown.lowest), min(highest, shown.highest)
        self._bounds[vector.tobytes()] = bounds

    def found_out(self) -> Counter[tuple[int, int]]:
        """Between which ends each count lies that is told to be few."""
        vectors = [np.frombuffer(key, dtype=bool) for key in self._bounds]
        lowest, highest = np.array(list(self._bounds.values())).T
        known = LinearConstraint(csr_matrix(np.array(vectors, dtype=float)), lowest, highest)
        return Counter(
            tuple(round(sign * _least(sign * vector, known)) for sign in (1, -1))
            for vector, most in zip(vectors, highest, strict=True)
            if most < K and vector.any()
        )


def _least(sum_of: np.ndarray, known: LinearConstraint) -> float:
    found = milp(
        sum_of.astype(float), constraints=known, integrality=np.ones(len(PEOPLE)), bounds=Bounds(0)
    )
    assert found.success, found.message
    return found.fun


def registry(folder: Path, people: list[Person]) -> Warehouse:
    rows: dict[str, list[dict]] = {name: [] for name in ("patients", "cycles", "side_effects")}
    for number, person in enumerate(people):
        key = {"imputation": 0, "patient_id": f"P{number:03}"}
        own = {name: person[name] for name in ("diagnosis", "centre", "sex", "response")}
        rows["patients"].append(key | own | {"age_at_first_ivig_years": 45})
        rows["cycles"].append(key | {"cycle_no": 1, "day": 0, "dose_g_per_kg": 2.0})
        if person["symptom"]:
            happened = {"symptom": person["symptom"], "cycle_no": 1, "ctcae_grade": 1}
            rows["side_effects"].append(key | happened | {"serious": False})
    write_registry(folder, rows, name="Clinic", nature="recorded", publication=None, imputations=0)
    return open_warehouse(folder)


def at_random(seed: int) -> list[Person]:
    """Between K and 60 patients, of whom some kinds are rare."""
    dice = random.Random(seed)
    weights = {name: [dice.random() ** 2 + 0.02 for _ in values] for name, values in KINDS.items()}
    return [
        {name: dice.choices(values, weights[name])[0] for name, values in KINDS.items()}
        for _ in range(dice.randint(K, 60))
    ]


def attacker(folder: Path, people: list[Person], *asked: Asked, **how: bool) -> Reader:
    reader = Reader(registry(folder, people), people)
    for each in asked:
        reader.ask(each, **how)
    return reader


def attack(folder: Path, people: list[Person], *asked: Asked, **how: bool) -> Counter:
    return attacker(folder, people, *asked, **how).found_out()


N_REGISTRIES = 100
WOMEN = Asked({"sex": ("female",)})


@pytest.mark.parametrize("seed", range(4))
def test_of_the_fields_of_a_cohort_every_small_cell_may_be_any_number_of_few(tmp_path, seed):
    found = attack(tmp_path, at_random(seed), Asked(), one_trait=True)
    assert set(found) == {(0, K - 1)}


@pytest.mark.parametrize(
    ("name", "sizes"),
    [("centre", (9, 9, 4)), ("centre", (4, 4, 36)), ("sex", (36, 4)), ("response", (9, 9, 9, 4))],
)
def test_no_small_cell_is_what_large_ones_leave_of_the_whole(tmp_path, name, sizes):
    """In all questions together, by any grouping."""
    usual = {name: values[0] for name, values in KINDS.items()}
    values = zip(KINDS[name], sizes, strict=True)
    people = [usual | {name: value} for value, size in values for _ in range(size)]
    assert set(attack(tmp_path, people, Asked())) == {(0, K - 1)}


@pytest.mark.parametrize("seed", [7])
def test_no_small_cell_is_found_out_by_all_questions_and_groupings(tmp_path, seed):
    found = attack(tmp_path, at_random(seed), Asked())
    assert found.total() > 20
    assert_not_found_out(found)


@pytest.mark.parametrize("seed", [103])
def test_no_small_cell_is_found_out_by_two_filters(tmp_path, seed):
    assert_not_found_out(attack(tmp_path, at_random(seed), Asked(), WOMEN))


@pytest.mark.long
def test_no_small_cell_of_many_registries_is_found_out(tmp_path):
    """By all questions of everybody, and of a narrower cohort too, by sex or by a field at random.

    Takes about an hour: the sentence of each registry is the figure as far as it is.
    """
    found, n_tables, n_pairs = Counter(), 0, 0
    for seed in range(N_REGISTRIES):
        people = at_random(1000 + seed)
        for asked in ((Asked(),), (Asked(), WOMEN), (Asked(), narrower(seed))):
            reader = attacker(tmp_path / f"{seed} {n_pairs}", people, *asked)
            found += reader.found_out()
            n_tables += reader.n_tables
            # The same question of two cohorts, of which the one is within the other.
            n_pairs += reader.n_tables // 2 * (len(asked) - 1)
        n_exact = sum(n for (lowest, highest), n in found.items() if lowest == highest)
        print(  # noqa: T201
            f"disclosure: {seed + 1} random registries, {n_tables} tables, {n_pairs} pairs of them "
            f"by two filters, {found.total()} small cells, {n_exact} recoverable"
        )
    assert n_tables >= 5000
    assert_not_found_out(found)


def narrower(seed: int) -> Asked:
    """The cohort of a value of a field, both at random."""
    dice = random.Random(seed)
    name = dice.choice(("sex", "centre", "diagnosis", "response"))
    return Asked({name: (dice.choice([value for value in KINDS[name] if value]),)})


def assert_not_found_out(found: Counter[tuple[int, int]]) -> None:
    """None is known exactly, and nearly all may still be any of 0 to K − 1."""
    assert all(lowest < highest for lowest, highest in found)
    assert found[0, K - 1] >= 0.6 * found.total()
