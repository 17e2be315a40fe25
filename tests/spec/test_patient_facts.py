"""What is said of each patient follows from the rows that were recorded."""

from collections.abc import Callable

import pandas as pd
import pytest
from pytest import approx

from lib.warehouse import Warehouse

Registry = Callable[..., Warehouse]


def facts(warehouse: Warehouse, patient_id: str = "A") -> pd.Series:
    """The one row of a patient in the view that every page filters."""
    with warehouse.connection.cursor() as cursor:
        rows = cursor.execute("from patient_facts where patient_id = $id", {"id": patient_id}).df()
    assert len(rows) == 1
    return rows.iloc[0]


def test_the_usual_dose_is_the_most_frequent_one(registry: Registry):
    warehouse = registry(
        patients="""
            patient_id
            A
        """,
        cycles="""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | 2
            A          | 2        | 28  | 1
            A          | 3        | 56  | 1
        """,
    )
    assert facts(warehouse)["dose_g_per_kg"] == 1


def test_on_a_tie_the_usual_dose_is_the_higher_one(registry: Registry):
    warehouse = registry(
        patients="""
            patient_id
            A
        """,
        cycles="""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | 1
            A          | 2        | 28  | 2
            A          | 3        | 56  | 1
            A          | 4        | 84  | 2
        """,
    )
    assert facts(warehouse)["dose_g_per_kg"] == max(1, 2)


@pytest.mark.parametrize(
    ("dose", "tier"),
    [
        ("0.4", "0.4"),
        ("0.449", "0.4"),
        ("0.45", "0.5"),
        ("0.5", "0.5"),
        ("0.749", "0.5"),
        ("0.75", "1"),
        ("1", "1"),
        ("1.499", "1"),
        ("1.5", "2"),
        ("2", "2"),
        ("3", "2"),
    ],
)
def test_a_tier_begins_at_its_lower_border(registry: Registry, dose: str, tier: str):
    warehouse = registry(
        patients="""
            patient_id
            A
        """,
        cycles=f"""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | {dose}
        """,
    )
    assert facts(warehouse)["dose_tier"] == tier


def test_therapy_lasts_from_the_first_to_the_last_cycle(registry: Registry):
    warehouse = registry(
        patients="""
            patient_id
            A
        """,
        cycles="""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | 2
            A          | 2        | 100 | 2
            A          | 3        | 487 | 2
        """,
    )
    assert facts(warehouse)["therapy_duration_years"] == approx((487 - 0) / 365.25)


def test_a_single_cycle_lasts_no_time(registry: Registry):
    warehouse = registry(
        patients="""
            patient_id
            A
        """,
        cycles="""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | 2
        """,
    )
    assert facts(warehouse)["therapy_duration_years"] == 0
    assert facts(warehouse)["n_cycles"] == 1


def test_cumulative_grams_need_a_body_weight(registry: Registry):
    warehouse = registry(
        patients="""
            patient_id | body_weight_kg
            A          | 60
            B          |
        """,
        cycles="""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | 2
            A          | 2        | 28  | 0.4
            B          | 1        | 0   | 2
            B          | 2        | 28  | 0.4
        """,
    )
    assert facts(warehouse, "A")["cumulative_dose_g"] == approx((2 + 0.4) * 60)
    assert facts(warehouse, "B")["cumulative_dose_g_per_kg"] == approx(2 + 0.4)
    assert pd.isna(facts(warehouse, "B")["cumulative_dose_g"])


def test_without_a_cycle_nothing_is_said_of_dose_or_duration(registry: Registry):
    warehouse = registry(
        patients="""
            patient_id | body_weight_kg
            A          | 60
        """
    )
    about_cycles = [
        "n_cycles",
        "therapy_duration_years",
        "dose_g_per_kg",
        "dose_tier",
        "cumulative_dose_g_per_kg",
        "cumulative_dose_g",
    ]
    assert facts(warehouse)[about_cycles].isna().all()


def test_side_effects_are_any_and_the_symptoms_or_none(registry: Registry):
    warehouse = registry(
        patients="""
            patient_id
            A
            B
        """,
        side_effects="""
            patient_id | symptom  | cycle_no | serious | led_to_discontinuation
            A          | nausea   | 1        | false   | true
            A          | headache | 1        |         |
            A          | headache | 2        |         |
        """,
    )
    first, second = facts(warehouse, "A"), facts(warehouse, "B")
    assert list(first["symptoms"]) == ["headache", "nausea"]
    assert first["has_side_effect"]
    assert first["stopped_for_side_effect"]
    # Of the headaches nobody knows whether they were serious.
    assert pd.isna(first["serious_side_effect"])
    assert list(second["symptoms"]) == []
    assert not second["has_side_effect"]
    assert not pd.isna(second["serious_side_effect"])
    assert not second["serious_side_effect"]


@pytest.mark.parametrize(
    ("reason", "led", "stopped"),
    [
        ("side-effects", "", True),
        ("side-effects", "false", None),
        ("remission", "", False),
        ("ongoing", "", False),
        ("remission", "true", True),
        ("death", "false", False),
        ("death", "", None),
        ("lost to follow-up", "", None),
        ("other", "", None),
        ("", "", None),
        ("", "false", False),
    ],
)
def test_the_reason_of_the_end_says_whether_a_side_effect_ended_the_therapy(
    registry: Registry, reason: str, led: str, stopped: bool | None
):
    warehouse = registry(
        patients=f"""
            patient_id | therapy_end_reason
            A          | {reason}
        """,
        side_effects=f"""
            patient_id | symptom | led_to_discontinuation
            A          | nausea  | {led}
        """,
    )
    found = facts(warehouse)["stopped_for_side_effect"]
    assert pd.isna(found) if stopped is None else found == stopped


def test_a_therapy_that_ended_for_side_effects_of_which_none_is_recorded_is_open(
    registry: Registry,
):
    warehouse = registry(
        patients="""
            patient_id | therapy_end_reason
            A          | side-effects
            B          | lost to follow-up
        """,
    )
    assert pd.isna(facts(warehouse, "A")["stopped_for_side_effect"])
    assert not facts(warehouse, "B")["stopped_for_side_effect"]


def test_drugs_are_told_apart_by_their_role(registry: Registry):
    warehouse = registry(
        patients="""
            patient_id
            A
        """,
        treatments="""
            patient_id | drug         | role        | dose
            A          | prednisolone | concomitant | 10
            A          | prednisolone | concomitant | 5
            A          | azathioprine | prior       | 100
        """,
    )
    found = facts(warehouse)
    assert list(found["concomitant_drugs"]) == ["prednisolone"]
    assert list(found["prior_drugs"]) == ["azathioprine"]
    assert list(found["subsequent_drugs"]) == []


def test_a_patient_is_individually_reported_if_something_is_reported_of_them(registry: Registry):
    warehouse = registry(
        patients="""
            imputation | patient_id
            1          | A
            1          | B
        """,
        provenance="""
            patient_id | table_name | column_name | status
            A          | patients   | sex         | reported
            B          | patients   | sex         | imputed
        """,
    )
    assert facts(warehouse, "A")["individually_reported"]
    assert not facts(warehouse, "B")["individually_reported"]


def test_every_patient_of_recorded_data_is_individually_reported(registry: Registry):
    warehouse = registry(
        patients="""
            patient_id
            A
        """
    )
    assert facts(warehouse)["individually_reported"]
