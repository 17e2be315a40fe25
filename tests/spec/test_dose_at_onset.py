"""Side-effects are counted under the dose of the cycle in which they occurred."""

from collections.abc import Callable

import pandas as pd
from pytest import approx

from lib.cohort import Cohort
from lib.warehouse import Warehouse

Registry = Callable[..., Warehouse]
REDUCED_AFTER_TWO_CYCLES = """
    patient_id | cycle_no | day | dose_g_per_kg
    A          | 1        | 0   | 2
    A          | 2        | 28  | 2
    A          | 3        | 56  | 1
    A          | 4        | 84  | 1
    A          | 5        | 112 | 1
"""


def by_dose(warehouse: Warehouse, cohort: Cohort | None = None) -> pd.DataFrame:
    criteria = (cohort or Cohort()).criteria
    found = warehouse.query("side_effects/dose_at_onset", cohort=criteria)
    return found.set_index(["dose_tier", "symptom"])


def test_the_dose_at_onset_counts_not_the_usual_dose(registry: Registry):
    warehouse = registry(
        patients="""
            patient_id
            A
        """,
        cycles=REDUCED_AFTER_TWO_CYCLES,
        side_effects="""
            patient_id | cycle_no | symptom
            A          | 1        | headache
            A          | 2        | headache
            A          | 3        | nausea
        """,
    )
    found = by_dose(warehouse)
    assert list(found.index) == [("2", "headache"), ("1", "nausea")]
    assert found.loc[("2", "headache"), "n_patients"] == 1
    assert found.loc[("2", "headache"), "n_side_effects"] == 2
    assert found.loc[("2", "headache"), "per_100_cycles"] == approx(100 * 2 / 2)
    assert found.loc[("1", "nausea"), "per_100_cycles"] == approx(100 * 1 / 3)


def test_without_a_cycle_the_usual_dose_counts(registry: Registry):
    warehouse = registry(
        patients="""
            patient_id
            A
        """,
        cycles=REDUCED_AFTER_TWO_CYCLES,
        side_effects="""
            patient_id | cycle_no | symptom
            A          |          | headache
        """,
    )
    assert list(by_dose(warehouse).index) == [("1", "headache")]


def test_cycles_of_everybody_in_the_cohort_are_the_denominator(registry: Registry):
    warehouse = registry(
        patients="""
            patient_id | sex
            A          | female
            B          | male
        """,
        cycles="""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | 2
            B          | 1        | 0   | 2
            B          | 2        | 28  | 2
            B          | 3        | 56  | 2
        """,
        side_effects="""
            patient_id | cycle_no | symptom
            A          | 1        | headache
        """,
    )
    assert by_dose(warehouse).loc[("2", "headache"), "per_100_cycles"] == approx(100 / (1 + 3))
    women = by_dose(warehouse, Cohort.of(sex=["female"]))
    assert women.loc[("2", "headache"), "per_100_cycles"] == approx(100 / 1)
    assert by_dose(warehouse, Cohort.of(sex=["male"])).empty


def test_a_version_without_the_side_effect_counts_0(registry: Registry):
    warehouse = registry(
        patients="""
            imputation | patient_id
            1          | A
            2          | A
            3          | A
        """,
        cycles="""
            imputation | patient_id | cycle_no | day | dose_g_per_kg
            1          | A          | 1        | 0   | 2
            2          | A          | 1        | 0   | 2
            3          | A          | 1        | 0   | 1
        """,
        side_effects="""
            imputation | patient_id | cycle_no | symptom
            1          | A          | 1        | headache
            3          | A          | 1        | headache
        """,
    )
    high = by_dose(warehouse).loc[("2", "headache")]
    assert high["n_patients_lowest"] == 0
    assert high["n_patients"] == sorted([1, 0, 0])[1]
    assert high["n_patients_highest"] == 1
    # No cycle was given in this tier in the third version: no rate there, and 0 in the second.
    assert high["n_cycles_lowest"] == 0
    assert high["per_100_cycles_lowest"] == 0
    assert high["per_100_cycles_highest"] == 100
