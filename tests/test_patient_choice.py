"""The list of patients on the page Patient: of a large registry those around the one shown."""

import random
from bisect import bisect_left

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.cohort import Cohort
from lib.ui import patient_choice
from lib.warehouse import Warehouse, open_warehouse
from tests.registries import open_tables

N_PATIENTS, MOST_LISTED = 2500, 200
# Neither in the order of their ids nor in that of a filter.
IDS = random.Random(1).sample([f"P-{n:04}" for n in range(N_PATIENTS)], N_PATIENTS)
WOMEN = IDS[:1700]
IN_ORDER = [*sorted(WOMEN), *sorted(IDS[1700:])]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    lines = [f"{each} | {'female' if n < len(WOMEN) else 'male'}" for n, each in enumerate(IDS)]
    return open_tables(
        tmp_path_factory.mktemp("large"), patients="patient_id | sex\n" + "\n".join(lines)
    )


def around(
    warehouse: Warehouse,
    cohort: Cohort,
    *patients: str,
    version: int = 0,
    most_listed: int = MOST_LISTED,
) -> list[dict]:
    asked = {"version": version, "patients": patients, "most_listed": most_listed}
    return warehouse.records("patient/around", cohort=cohort.criteria, **asked)


@given(
    place=st.integers(0, N_PATIENTS - 1),
    other=st.integers(0, N_PATIENTS - 1),
    most=st.sampled_from([1, 2, 7, MOST_LISTED, N_PATIENTS, 9999]),
)
@example(place=0, other=N_PATIENTS - 1, most=MOST_LISTED)
@example(place=N_PATIENTS - 1, other=0, most=MOST_LISTED)
@example(place=N_PATIENTS - 1, other=0, most=1)
def test_the_list_is_of_those_around_the_patient_and_the_others_asked_for(
    large: Warehouse, place: int, other: int, most: int
):
    shown, also = IN_ORDER[place], IN_ORDER[other]
    rows = around(large, Cohort.of(sex=["female"]), shown, also, "nobody", most_listed=most)
    women = nearest(shown, sorted(WOMEN), most)
    men = nearest(shown, sorted(IDS[len(WOMEN) :]), most - len(women))
    listed = [each for each in IN_ORDER if each in {*women, *men, shown}]
    assert [row["patient_id"] for row in rows if row["is_listed"]] == listed
    assert {row["patient_id"] for row in rows} == {*listed, also}
    assert [row["is_in_cohort"] for row in rows] == [row["patient_id"] in WOMEN for row in rows]
    places = {row["patient_id"]: row["place"] for row in rows}
    assert all(places[each] == IN_ORDER.index(each) + 1 for each in (*women, *men))
    assert {(row["n_patients"], row["n_in_cohort"]) for row in rows} == {(2500, 1700)}


def nearest(shown: str, ids: list[str], n: int) -> list[str]:
    """So many ids of a sorted list, half of them before the one shown, if there are as many."""
    n = min(n, len(ids))
    first = max(0, min(bisect_left(ids, shown) - n // 2, len(ids) - n))
    return ids[first : first + n]


def test_without_a_patient_the_list_begins_with_the_cohort(large: Warehouse):
    for nobody in ((), ("nobody",)):
        rows = around(large, Cohort.of(sex=["male"]), *nobody)
        assert [row["patient_id"] for row in rows] == sorted(IDS[1700:])[:MOST_LISTED]
        assert len(rows) == MOST_LISTED


def test_a_list_of_few_holds_everybody_those_of_the_cohort_first():
    women = Cohort.of(diagnosis=["livedoid vasculopathy"])
    rows = around(open_warehouse(), women, "DM-01", version=1)
    ids = [row["patient_id"] for row in rows]
    assert ids == ["LV-01", "LV-02", *sorted(set(ids) - {"LV-01", "LV-02"})]
    assert [row["place"] for row in rows] == list(range(1, 33))
    assert all(row["is_listed"] for row in rows)


def test_whom_the_box_gives_is_found_by_a_label_of_before_too(monkeypatch: pytest.MonkeyPatch):
    shown: list[str] = []
    monkeypatch.setattr(patient_choice, "_show", shown.append)
    label = "LV-01 · livedoid vasculopathy (outside)"
    for chosen in ("LV-01", " LV-01 ", label, "XX-99", None, " "):
        patient_choice._show_chosen(chosen, ["DM-01", "LV-01"])
    assert shown == ["LV-01", "LV-01", "LV-01", "XX-99"]
