"""Side-effects by dose at onset, grade and cycle number, and what each is counted against."""

from collections.abc import Callable

import pandas as pd
import pytest
from pytest import approx

from lib.cohort import Cohort
from lib.warehouse import Warehouse, open_warehouse

Registry = Callable[..., Warehouse]
ONE_PATIENT = """
    patient_id
    A
"""
REDUCED_AFTER_TWO_CYCLES = """
    patient_id | cycle_no | day | dose_g_per_kg
    A          | 1        | 0   | 2
    A          | 2        | 28  | 2
    A          | 3        | 56  | 1
    A          | 4        | 84  | 1
    A          | 5        | 112 | 1
"""


def frequency(warehouse: Warehouse, by: str, cohort: Cohort | None = None) -> pd.DataFrame:
    """The result by (symptom, column); any side-effect is ``any``."""
    criteria = (cohort or Cohort()).criteria
    found = warehouse.query("side_effects/frequency", cohort=criteria, counted_by=by)
    found["symptom"] = found["symptom"].fillna("any")
    return found.set_index(["symptom", "column_name"])


def where(found: pd.DataFrame, symptom: str) -> dict[str, int]:
    """In which columns a symptom occurred, and in how many patients."""
    counts = found.loc[symptom]["n_patients"]
    return counts[counts > 0].to_dict()


def test_the_dose_at_onset_counts_not_the_usual_dose(registry: Registry):
    found = frequency(
        registry(
            patients=ONE_PATIENT,
            cycles=REDUCED_AFTER_TWO_CYCLES,
            side_effects="""
                patient_id | cycle_no | symptom
                A          | 1        | headache
                A          | 2        | headache
                A          | 3        | nausea
            """,
        ),
        "dose",
    )
    assert where(found, "headache") == {"2 g/kg": 1, "All": 1}
    assert where(found, "nausea") == {"1 g/kg": 1, "All": 1}
    assert where(found, "any") == {"2 g/kg": 1, "1 g/kg": 1, "All": 1}
    headache = found.loc[("headache", "2 g/kg")]
    assert headache["n_side_effects"] == 2
    assert headache["per_100_cycles"] == approx(100 * 2 / 2)
    assert found.loc[("nausea", "1 g/kg"), "per_100_cycles"] == approx(100 * 1 / 3)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("0", "2 g/kg"),
        ("55", "2 g/kg"),
        ("56", "1 g/kg"),
        ("400", "1 g/kg"),
        ("-1", "Not recorded"),
        ("", "Not recorded"),
    ],
)
def test_without_a_cycle_it_is_the_last_one_begun_by_the_day(
    registry: Registry, day: str, expected: str
):
    found = frequency(
        registry(
            patients=ONE_PATIENT,
            cycles=REDUCED_AFTER_TWO_CYCLES,
            side_effects=f"""
                patient_id | cycle_no | day   | symptom
                A          |          | {day} | headache
            """,
        ),
        "dose",
    )
    assert where(found, "headache") == {expected: 1, "All": 1}


def test_without_cycle_and_day_the_only_dose_a_patient_ever_had_counts(registry: Registry):
    warehouse = registry(
        patients=ONE_PATIENT,
        cycles="""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | 0.5
            A          | 2        | 28  | 0.6
        """,
        side_effects="""
            patient_id | cycle_no | symptom
            A          |          | headache
        """,
    )
    assert where(frequency(warehouse, "dose"), "headache") == {"0.5 g/kg": 1, "All": 1}
    assert where(frequency(warehouse, "cycle"), "headache") == {"Not recorded": 1, "All": 1}


def test_in_a_reconstruction_a_constant_dose_is_assumed_and_places_nothing(registry: Registry):
    warehouse = registry(
        patients="""
            imputation | patient_id
            1          | A
        """,
        cycles="""
            imputation | patient_id | cycle_no | day | dose_g_per_kg
            1          | A          | 1        | 0   | 1
            1          | A          | 2        | 28  | 1
        """,
        side_effects="""
            imputation | patient_id | cycle_no | day | symptom
            1          | A          |          |     | headache
            1          | A          |          | 30  | nausea
        """,
    )
    found = frequency(warehouse, "dose")
    assert where(found, "headache") == {"Not recorded": 1, "All": 1}
    assert where(found, "nausea") == {"1 g/kg": 1, "All": 1}


def test_in_a_reconstruction_a_told_side_effect_has_the_dose_that_is_told_of_all_told_cycles(
    registry: Registry,
):
    cycles = "\n".join(
        f"1 | {patient} | {number} | {28 * number - 28} | 2"
        for patient in "ABCD"
        for number in (1, 2)
    )
    told = [("A", 1), ("A", 2), ("B", 1), ("C", 1), ("C", 2), ("D", 1)]
    doses = "\n".join(
        f"{patient} | cycles | {number} | dose_g_per_kg | reported" for patient, number in told
    )
    warehouse = registry(
        patients="imputation | patient_id\n1 | A\n1 | B\n1 | C\n1 | D",
        cycles=f"imputation | patient_id | cycle_no | day | dose_g_per_kg\n{cycles}",
        side_effects="""
            imputation | patient_id | cycle_no | day | symptom
            1          | A          |          |     | headache
            1          | B          |          |     | nausea
            1          | C          |          |     | fever
            1          | D          |          |     | chest pain
        """,
        provenance=f"""
            patient_id | table_name   | row_key  | column_name   | status
            {doses}
            A          | side_effects | headache | symptom       | reported
            B          | side_effects | nausea   | symptom       | reported
            C          | side_effects | fever    | symptom       | imputed
            D          | cycles       | 2        | cycle_no      | imputed
            D          | cycles       | 2        | dose_g_per_kg | imputed
            D          | side_effects | chest pain | symptom     | reported
        """,
    )
    found = frequency(warehouse, "dose")
    # Of D the second cycle itself was filled in, with the dose that is told of the first.
    assert where(found, "chest pain") == {"2 g/kg": 1, "All": 1}
    assert where(found, "headache") == {"2 g/kg": 1, "All": 1}
    # Of B the dose of the second cycle was filled in, of C the side-effect.
    assert where(found, "nausea") == {"Not recorded": 1, "All": 1}
    assert where(found, "fever") == {"Not recorded": 1, "All": 1}


def test_the_published_side_effects_at_2_g_per_kg_are_of_two_described_patients():
    """UV-01 had headache at his first cycle; of LV-02 all six cycles are reported at 2 g/kg."""
    found = frequency(open_warehouse(), "dose")
    for symptom, n in {"any": 2, "headache": 2, "nausea": 1}.items():
        row = found.loc[(symptom, "2 g/kg")]
        counts = [row[f"n_patients{end}"] for end in ("", "_lowest", "_highest")]
        assert counts == [n, n, n], symptom
        assert row["n_exposed_lowest"] == row["n_exposed_highest"] == 23
    assert found.loc[("any", "1 g/kg"), "n_patients_highest"] == 2


def test_person_time_runs_to_the_next_cycle_and_28_days_after_the_last(registry: Registry):
    found = frequency(
        registry(
            patients=ONE_PATIENT,
            cycles="""
                patient_id | cycle_no | day | dose_g_per_kg
                A          | 1        | 0   | 2
                A          | 2        | 30  | 1
                A          | 3        | 130 | 2
            """,
            side_effects="""
                patient_id | cycle_no | symptom
                A          | 2        | headache
            """,
        ),
        "dose",
    )
    any_effect = found.loc["any"]
    assert any_effect.loc["2 g/kg", "person_years"] == approx((30 + 28) / 365.25)
    assert any_effect.loc["1 g/kg", "person_years"] == approx(100 / 365.25)
    assert any_effect.loc["All", "person_years"] == approx((130 + 28) / 365.25)
    assert found.loc[("headache", "1 g/kg"), "per_100_person_years"] == approx(100 * 365.25 / 100)
    assert any_effect.loc["0.4 g/kg", "n_exposed"] == 0
    assert pd.isna(any_effect.loc["0.4 g/kg", "per_100_cycles"])


def test_a_patient_counts_once_in_a_grade_at_worst_and_every_side_effect_in_its_own(
    registry: Registry,
):
    found = frequency(
        registry(
            patients="""
                patient_id
                A
                B
                C
            """,
            cycles=REDUCED_AFTER_TWO_CYCLES,
            side_effects="""
                patient_id | cycle_no | symptom  | ctcae_grade
                A          | 1        | headache | 1
                A          | 2        | headache | 3
                A          | 3        | headache |
                A          | 3        | nausea   | 2
                B          |          | headache |
            """,
        ),
        "grade",
    )
    assert where(found, "headache") == {"Grade 3": 1, "Not recorded": 1, "All": 2}
    assert where(found, "any") == {"Grade 3": 1, "Not recorded": 1, "All": 2}
    headaches = found.loc["headache"]["n_side_effects"].to_dict()
    assert headaches == {
        **{"Grade 1": 1, "Grade 2": 0, "Grade 3": 1, "Grade 4": 0, "Grade 5": 0},
        **{"Not recorded": 2, "All": 4},
    }
    # Whatever the grade, all three could have had it; the cycles are those of A.
    assert found.loc[("nausea", "Grade 2"), "n_exposed"] == 3
    assert found.loc[("nausea", "Grade 2"), "per_100_cycles"] == approx(100 * 1 / 5)


def test_cycle_numbers_have_the_cycles_in_them_for_denominator(registry: Registry):
    cycles = "\n".join(f"A | {n} | {28 * (n - 1)} | 2" for n in range(1, 15))
    found = frequency(
        registry(
            patients="""
                patient_id | sex
                A          | female
                B          | male
            """,
            cycles=f"""
                patient_id | cycle_no | day | dose_g_per_kg
                {cycles}
                B          | 1        | 0   | 2
            """,
            side_effects="""
                patient_id | cycle_no | symptom
                A          | 1        | headache
                A          | 3        | headache
                A          | 6        | headache
                A          | 12       | headache
                A          | 14       | headache
            """,
        ),
        "cycle",
    )
    heads = found.loc["any"]
    assert heads["n_cycles"].to_dict() == {
        **{"Cycle 1": 2, "2–3": 2, "4–6": 3, "7–12": 6, "13 and later": 2},
        **{"Not recorded": 0, "All": 15},
    }
    assert heads["n_exposed"].to_dict() == {
        **{"Cycle 1": 2, "2–3": 1, "4–6": 1, "7–12": 1, "13 and later": 1},
        **{"Not recorded": 0, "All": 2},
    }
    assert heads["n_side_effects"].to_dict() == {
        **{"Cycle 1": 1, "2–3": 1, "4–6": 1, "7–12": 1, "13 and later": 1},
        **{"Not recorded": 0, "All": 5},
    }


def test_everybody_of_the_cohort_is_counted_against_and_nobody_else(registry: Registry):
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
        """,
        side_effects="""
            patient_id | cycle_no | symptom
            A          | 1        | headache
        """,
    )
    everybody = frequency(warehouse, "dose").loc[("headache", "2 g/kg")]
    assert everybody["per_100_cycles"] == approx(100 / 3)
    women = frequency(warehouse, "dose", Cohort.of(sex=["female"])).loc[("headache", "2 g/kg")]
    assert women["per_100_cycles"] == approx(100 / 1)
    men = frequency(warehouse, "dose", Cohort.of(sex=["male"]))
    assert set(men.index.get_level_values("symptom")) == {"any"}
    assert men.loc[("any", "All"), ["n_patients", "n_exposed"]].to_list() == [0, 1]


def test_a_version_without_the_side_effect_counts_0(registry: Registry):
    found = frequency(
        registry(
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
        ),
        "dose",
    )
    high = found.loc[("headache", "2 g/kg")]
    assert [high[f"n_patients{end}"] for end in ("_lowest", "", "_highest")] == [0, 0, 1]
    # No cycle was given in this tier in the third version: no rate there, and 0 in the second.
    assert high["n_cycles_lowest"] == 0
    assert high["per_100_cycles_lowest"] == 0
    assert high["per_100_cycles_highest"] == approx(100)


def test_consequences_are_counted_of_those_of_whom_they_are_recorded(registry: Registry):
    found = registry(
        patients="""
            patient_id
            A
            B
            C
        """,
        side_effects="""
            patient_id | cycle_no | symptom  | serious | led_to_discontinuation
            A          | 1        | headache | false   | true
            A          | 2        | headache |         | false
            B          |          | headache |         |
            C          |          | nausea   | true    | false
        """,
    ).query("side_effects/consequences", cohort=Cohort().criteria)
    found["symptom"] = found["symptom"].fillna("any")
    counts = found.set_index("symptom")[
        ["n_patients", "n_stopped", "n_stopping_recorded", "n_serious", "n_seriousness_recorded"]
    ]
    # One headache of A was not serious, of the other nobody knows: so it is unknown of A.
    assert counts.loc["headache"].to_list() == [2, 1, 1, 0, 0]
    assert counts.loc["nausea"].to_list() == [1, 0, 1, 1, 1]
    assert counts.loc["any"].to_list() == [3, 1, 2, 1, 1]


def test_why_the_therapy_ended_tells_what_is_not_recorded_of_its_side_effects(registry: Registry):
    found = registry(
        patients="""
            patient_id | therapy_end_reason
            A          | side-effects
            B          | remission
            C          |
            D          | side-effects
        """,
        side_effects="""
            patient_id | cycle_no | symptom  | led_to_discontinuation
            A          | 1        | headache |
            A          | 2        | nausea   |
            B          | 1        | headache |
            C          | 1        | headache |
            D          | 1        | headache | false
            D          | 2        | nausea   |
        """,
    ).query("side_effects/consequences", cohort=Cohort().criteria)
    found["symptom"] = found["symptom"].fillna("any")
    counts = found.set_index("symptom")[["n_patients", "n_stopped", "n_stopping_recorded"]]
    # A and D stopped for one of theirs, nobody knows which; B for none; of C nothing is known.
    assert counts.loc["any"].to_list() == [4, 2, 3]
    assert counts.loc["headache"].to_list() == [4, 0, 2]
    assert counts.loc["nausea"].to_list() == [2, 0, 0]


def test_what_is_not_recorded_of_a_side_effect_is_unknown_on_every_page(registry: Registry):
    warehouse = registry(
        patients="""
            patient_id
            A
            B
            C
            D
        """,
        side_effects="""
            patient_id | symptom  | serious
            A          | headache | false
            A          | nausea   |
            B          | headache | true
            B          | nausea   |
            C          | headache | false
        """,
    )
    everybody = Cohort().criteria
    shares = warehouse.query(
        "compare/shares", cohort=everybody, other=everybody, less_first=False
    ).set_index("characteristic")
    # Serious in B, known not to be in C and in D, who had none; nobody knows of A.
    assert shares.loc["serious_side_effect", ["n_a", "known_a"]].to_list() == [1, 3]
    consequences = warehouse.query("side_effects/consequences", cohort=everybody)
    any_of_them = consequences[consequences["symptom"].isna()].iloc[0]
    # The same of the three who had a side-effect.
    assert any_of_them[["n_serious", "n_seriousness_recorded"]].to_list() == [1, 2]


def test_onset_is_counted_from_the_cycle_and_from_the_first_infusion(registry: Registry):
    found = registry(
        patients=ONE_PATIENT,
        cycles=REDUCED_AFTER_TWO_CYCLES,
        side_effects="""
            patient_id | cycle_no | day | symptom
            A          | 2        | 30  | headache
            A          |          | 60  | headache
            A          | 4        |     | headache
        """,
    ).query("side_effects/onset_days", cohort=Cohort().criteria, since="onset_day", most_drawn=10)
    assert found[["onset_day", "days_since_cycle"]].to_numpy().tolist() == [[30, 2], [60, 4]]
    assert found["dose"].to_list() == ["2 g/kg", "1 g/kg"]
