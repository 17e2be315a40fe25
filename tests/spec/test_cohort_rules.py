"""Who belongs to a cohort, and what the filter's counts mean."""

from collections.abc import Callable

import pandas as pd
import pytest

from lib.cohort import Cohort
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
    with warehouse.connection.cursor() as cursor:
        rows = cursor.execute(
            "select patient_id from cohort($cohort) order by all", {"cohort": cohort.criteria}
        ).fetchall()
    assert "".join(patient_id for (patient_id,) in rows) == expected
    assert size(warehouse, cohort)["n_patients"] == len(expected)


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
