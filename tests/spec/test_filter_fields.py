"""What the filter's lists and numbers mean: any, all, none; tenths of years; bins."""

from collections.abc import Callable

import pytest

from lib.cohort import Cohort
from lib.warehouse import Warehouse

Registry = Callable[..., Warehouse]
PATIENTS = """
    patient_id | response
    A          | response
    B          |
    C          | response
"""
DRUGS = """
    patient_id | drug         | role
    A          | prednisolone | concomitant
    A          | methotrexate | concomitant
    B          | prednisolone | concomitant
    B          | rituximab    | prior
"""


def members(warehouse: Warehouse, cohort: Cohort) -> str:
    """The patients of a cohort, one letter each."""
    with warehouse.connection.cursor() as cursor:
        rows = cursor.execute(
            "select patient_id from cohort($cohort) order by all", {"cohort": cohort.criteria}
        ).fetchall()
    return "".join(patient_id for (patient_id,) in rows)


def counts(warehouse: Warehouse, cohort: Cohort, column: str) -> dict[str, int]:
    """Patients by option of one field, as the filter shows them, in its order."""
    options = warehouse.records("cohort/facets", cohort=cohort.criteria)
    return {row["value"]: row["n_patients"] for row in options if row["field"] == column}


@pytest.mark.parametrize(
    ("match", "drugs", "expected"),
    [
        ("any", ["prednisolone", "methotrexate"], "AB"),
        ("all", ["prednisolone", "methotrexate"], "A"),
        ("none", ["prednisolone", "methotrexate"], "C"),
        ("none", ["methotrexate"], "BC"),
        ("any", ["any"], "AB"),
        ("any", ["none"], "C"),
        ("none", ["any"], "C"),
        ("none", ["none"], "AB"),
        ("any", ["none", "methotrexate"], "AC"),
        ("all", ["none", "methotrexate"], ""),
    ],
)
def test_any_all_or_none_of_the_drugs(
    registry: Registry, match: str, drugs: list[str], expected: str
):
    warehouse = registry(patients=PATIENTS, treatments=DRUGS)
    cohort = Cohort.of(concomitant_drug=drugs, concomitant_drug_match=match)
    assert members(warehouse, cohort) == expected


def test_a_drug_given_before_is_no_co_medication(registry: Registry):
    warehouse = registry(patients=PATIENTS, treatments=DRUGS)
    assert members(warehouse, Cohort.of(prior_drug=["rituximab"])) == "B"
    assert counts(warehouse, Cohort(), "prior_drugs") == {"any": 1, "none": 2, "rituximab": 1}
    assert "rituximab" not in counts(warehouse, Cohort(), "concomitant_drugs")


def test_who_relapsed_is_who_has_a_relapse_recorded(registry: Registry):
    warehouse = registry(
        patients=PATIENTS,
        events="""
            patient_id | kind      | day
            A          | relapse   | 200
            A          | relapse   | 400
            A          | follow-up | 500
            B          | follow-up | 300
        """,
    )
    relapsed = Cohort.of(event=["relapse"])
    assert members(warehouse, relapsed) == "A"
    assert relapsed.words == "with recorded relapse"
    expected = {"any": 2, "none": 1, "follow-up": 2, "relapse": 1}
    assert counts(warehouse, Cohort(), "event_kinds") == expected


def test_the_most_frequent_drug_stands_first(registry: Registry):
    warehouse = registry(patients=PATIENTS, treatments=DRUGS)
    drugs = list(counts(warehouse, Cohort(), "concomitant_drugs"))
    assert drugs == ["any", "none", "prednisolone", "methotrexate"]


def test_a_count_does_not_depend_on_how_its_own_field_is_matched(registry: Registry):
    warehouse = registry(patients=PATIENTS, treatments=DRUGS)
    none_of = Cohort.of(concomitant_drug=["methotrexate"], concomitant_drug_match="none")
    found = counts(warehouse, none_of, "concomitant_drugs")
    assert found == counts(warehouse, Cohort(), "concomitant_drugs")
    # Without methotrexate: B, whose response is not recorded, and C.
    assert counts(warehouse, none_of, "response") == {"response": 1}


def test_a_duration_counts_as_it_is_written(registry: Registry):
    warehouse = registry(
        patients=PATIENTS,
        cycles="""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | 2
            A          | 2        | 347 | 2
            B          | 1        | 0   | 2
            B          | 2        | 380 | 2
            C          | 1        | 0   | 2
            C          | 2        | 387 | 2
        """,
    )
    assert [round(days / 365.25, 1) for days in (347, 380, 387)] == [1, 1, 1.1]
    assert members(warehouse, Cohort.of(duration=(1, 1))) == "AB"
    assert members(warehouse, Cohort.of(duration=(1.1, 2))) == "C"


def test_patients_without_a_cycle_have_no_number_of_cycles(registry: Registry):
    warehouse = registry(
        patients=PATIENTS,
        cycles="""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | 2
        """,
    )
    assert members(warehouse, Cohort.of(cycles=(0, 999))) == "A"


@pytest.mark.parametrize(
    ("n_cycles", "width"), [(30, 1), (31, 2), (59, 2), (60, 5), (149, 5), (151, 10), (700, 50)]
)
def test_a_histogram_has_30_bins_at_most(registry: Registry, n_cycles: int, width: int):
    header = "patient_id | cycle_no | day | dose_g_per_kg"
    lines = [f"A | {number} | {28 * number} | 2" for number in range(1, n_cycles + 1)]
    warehouse = registry(patients=PATIENTS, cycles="\n".join([header, "B | 1 | 0 | 2", *lines]))
    ranges = {row["field"]: row for row in warehouse.records("cohort/ranges")}
    found = ranges["n_cycles"]
    assert (found["lowest"], found["highest"], found["bin_width"]) == (1, n_cycles, width)
    # The bins from that of 1 cycle to that of all.
    assert n_cycles // width - 1 // width + 1 <= 30
    assert counts(warehouse, Cohort(), "n_cycles") == {
        str(1 // width * width): 1,
        str(n_cycles // width * width): 1,
    }


def test_a_bin_of_tenths_holds_the_tenth_it_begins_with(registry: Registry):
    # 0.6 and 5 years in bins of a fifth; in floating point, 0.6 by 0.2 misses 3 by a hair.
    warehouse = registry(
        patients=PATIENTS,
        cycles="""
            patient_id | cycle_no | day  | dose_g_per_kg
            A          | 1        | 0    | 2
            A          | 2        | 219  | 2
            B          | 1        | 0    | 2
            B          | 2        | 1826 | 2
        """,
    )
    assert 0.6 // 0.2 == 2
    assert counts(warehouse, Cohort(), "therapy_duration_years") == {"0.6": 1, "5": 1}
