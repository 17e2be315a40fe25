"""Who belongs to a cohort, and what the filter's counts mean."""

import json
from collections.abc import Callable

import pandas as pd
import pytest

from lib import preparation
from lib.cohort import FIELDS, Cohort, FilterField
from lib.warehouse import Warehouse

Registry = Callable[..., Warehouse]
FOUR_PATIENTS = """
    patient_id | diagnosis             | sex    | age_at_first_ivig_years | response
    A          | dermatomyositis       | female | 40                      | response
    B          | dermatomyositis       | male   | 60                      | no response
    C          | pemphigus vulgaris    | female | 61                      | response
    D          | linear IgA dermatosis | female | 80                      |
"""
HEADACHE_OF_A = """
    patient_id | symptom
    A          | headache
"""


def members(warehouse: Warehouse, criteria: str) -> str:
    """The patients of a cohort, one letter each."""
    with warehouse.connection.cursor() as cursor:
        rows = cursor.execute(
            "select patient_id from cohort($cohort) order by all", {"cohort": criteria}
        ).fetchall()
    return "".join(patient_id for (patient_id,) in rows)


def size(warehouse: Warehouse, cohort: Cohort) -> pd.Series:
    return warehouse.query("cohort/facets", cohort=cohort.criteria).iloc[0]


def counts(warehouse: Warehouse, cohort: Cohort, column: str) -> dict[str, int]:
    """Patients by option of one field, as the filter shows them."""
    options = warehouse.query("cohort/facets", cohort=cohort.criteria)
    options = options[options["field"] == column]
    return dict(zip(options["value"], options["n_patients"], strict=True))


@pytest.mark.parametrize(
    ("cohort", "expected"),
    [
        (Cohort(), "ABCD"),
        (Cohort.of(sex=["female"]), "ACD"),
        (Cohort.of(sex=["female"], age=(40, 60)), "A"),
        (Cohort.of(age=(40, 60)), "AB"),
        (Cohort.of(age=(61, 61)), "C"),
        (Cohort.of(diagnosis=["bullous autoimmune dermatoses"]), "CD"),
        (Cohort.of(diagnosis=["pemphigus vulgaris", "dermatomyositis"]), "ABC"),
        (Cohort.of(side_effect=["none"]), "BCD"),
        (Cohort.of(side_effect=["any"]), "A"),
        (Cohort.of(response=["response", "no response"]), "ABC"),
        (Cohort.of(sex=["diverse"]), ""),
    ],
    ids=lambda value: value.words if isinstance(value, Cohort) else value,
)
def test_values_of_a_field_are_alternatives_and_all_fields_must_be_met(
    registry: Registry, cohort: Cohort, expected: str
):
    warehouse = registry(patients=FOUR_PATIENTS, side_effects=HEADACHE_OF_A)
    assert members(warehouse, cohort.criteria) == expected
    assert size(warehouse, cohort)["n_patients"] == len(expected)


def criterion(name: str, mode: str | None, *values: str) -> str:
    """The criteria of one field in any mode, also one that the filter does not offer."""
    (asked,) = json.loads(Cohort.of(**{name: list(values)}).criteria)
    return json.dumps([asked | {"mode": mode}])


@pytest.mark.parametrize(
    ("mode", "expected"), [("any", "ABC"), (None, "ABC"), ("all", "A"), ("none", "D"), ("some", "")]
)
def test_any_all_or_none_of_the_values(registry: Registry, mode: str | None, expected: str):
    warehouse = registry(
        patients="""
            patient_id
            A
            B
            C
            D
        """,
        side_effects="""
            patient_id | symptom
            A          | headache
            A          | nausea
            B          | headache
            C          | nausea
            D          | fever
        """,
    )
    criteria = criterion("side_effect", mode, "headache", "nausea")
    assert members(warehouse, criteria) == expected


@pytest.mark.parametrize("mode", ["any", "all", "none"])
def test_a_field_that_is_not_recorded_meets_nothing_in_any_mode(registry: Registry, mode: str):
    warehouse = registry(patients=FOUR_PATIENTS)
    expected = {"any": "AC", "all": "AC", "none": "B"}[mode]
    assert members(warehouse, criterion("response", mode, "response")) == expected


def test_all_of_values_is_met_by_nobody_if_one_of_them_does_not_occur(registry: Registry):
    warehouse = registry(patients=FOUR_PATIENTS, side_effects=HEADACHE_OF_A)
    assert members(warehouse, criterion("side_effect", "all", "headache", "nausea")) == ""
    assert members(warehouse, criterion("side_effect", "none", "nausea")) == "ABCD"


@pytest.mark.parametrize(("mode", "expected"), [("any", "A"), ("all", "A"), ("none", "BC")])
def test_an_empty_list_is_recorded_and_holds_none_of_the_values(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, mode: str, expected: str
):
    """A field that the filter does not have yet: one more entry in `FIELDS` is all it takes."""
    prior = FilterField("prior", "Prior drugs", "prior_drugs", "options")
    monkeypatch.setattr(preparation, "FIELDS", (*FIELDS, prior))
    warehouse = registry(
        patients="""
            patient_id
            A
            B
            C
        """,
        treatments="""
            patient_id | role  | drug
            A          | prior | prednisolone
            B          | prior | methotrexate
        """,
    )
    (asked,) = json.loads(criterion("sex", mode, "prednisolone"))
    criteria = [asked | {"field": "prior_drugs", "position": len(FIELDS) + 1}]
    assert members(warehouse, json.dumps(criteria)) == expected


def test_a_count_follows_the_other_filters_but_not_its_own(registry: Registry):
    warehouse = registry(patients=FOUR_PATIENTS)
    women = Cohort.of(sex=["female"])
    assert counts(warehouse, women, "sex") == {"female": 3, "male": 1}
    assert counts(warehouse, women, "response") == {"response": 2, "no response": 0}
    both = Cohort.of(sex=["female"], response=["no response"])
    assert counts(warehouse, both, "sex") == {"female": 0, "male": 1}
    assert counts(warehouse, both, "response") == {"response": 2, "no response": 0}


def test_a_group_counts_the_patients_of_all_its_diagnoses(registry: Registry):
    warehouse = registry(patients=FOUR_PATIENTS)
    found = counts(warehouse, Cohort(), "diagnoses")
    assert found["bullous autoimmune dermatoses"] == 1 + 1
    assert found["pemphigus vulgaris"] == 1


def test_a_version_without_such_a_patient_counts_0(registry: Registry):
    warehouse = registry(
        patients="""
            imputation | patient_id | sex
            1          | A          | female
            1          | B          | female
            2          | A          | male
            2          | B          | male
            3          | A          | male
            3          | B          | female
        """
    )
    found = size(warehouse, Cohort.of(sex=["female"]))
    assert found["n_patients_lowest"] == 0
    assert found["n_patients"] == sorted([2, 0, 1])[1]
    assert found["n_patients_highest"] == 2
    options = warehouse.query("cohort/facets", cohort=Cohort().criteria).set_index("value")
    assert options.loc["male", "n_patients_lowest"] == 0
    assert options.loc["male", "n_patients_highest"] == 2


def test_the_middle_of_an_even_number_of_versions_is_one_that_occurs(registry: Registry):
    warehouse = registry(
        patients="""
            imputation | patient_id | sex
            1          | A          | female
            2          | A          | male
        """
    )
    assert size(warehouse, Cohort.of(sex=["female"]))["n_patients"] in (0, 1)
