"""The attrition: each criterion in turn, against pandas, in words and as a chart."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.ask import NO_LIMIT
from lib.attrition import EVERYBODY, TOO_MANY, attrition_table, step_words, steps, taken_words
from lib.charts.attrition import attrition
from lib.cohort import Cohort
from lib.palette import LIGHT
from lib.places import CASE_SERIES, DEMO_REGISTRY
from lib.warehouse import Warehouse, open_warehouse
from tests.cohorts_by_hand import ByHand, cohorts, counted, patients_by_hand, read_tables
from tests.registries import open_tables
from tests.screen import open_app, texts

REDUCED = Cohort.of(diagnosis=["dermatomyositis"], dose_tier=["1", "0.5"])


def asked(warehouse: Warehouse, cohort: Cohort) -> list[dict]:
    criteria = tuple(step.criteria for step in steps(cohort))
    return warehouse.records("cohort/attrition", steps=criteria, most_named=NO_LIMIT)


@pytest.fixture(scope="module", params=[CASE_SERIES, DEMO_REGISTRY], ids=lambda path: path.name)
def opened(request: pytest.FixtureRequest) -> tuple[Warehouse, ByHand]:
    folder = request.param
    return open_warehouse(folder), ByHand(patients_by_hand(read_tables(folder)))


@pytest.fixture(scope="module")
def case_series() -> Warehouse:
    return open_warehouse()


@settings(max_examples=15)
@given(data=st.data())
def test_every_step_is_what_pandas_counts(opened: tuple[Warehouse, ByHand], data: st.DataObject):
    warehouse, by_hand = opened
    cohort = data.draw(cohorts(by_hand))
    rows = asked(warehouse, cohort)
    assert len(rows) == len(cohort.selection) + 1
    before = by_hand.inside(Cohort())
    for row, step in zip(rows, steps(cohort), strict=True):
        inside = by_hand.inside(step)
        taken = before & ~inside
        expected = (
            counted("n_patients", inside)
            | counted("n_taken", taken)
            | counted("n_before", inside | taken)
        )
        assert {name: row[name] for name in expected} == expected
        by_patient = taken.groupby("patient_id")
        always = set(by_patient.all()[lambda flags: flags].index)
        assert set(row["taken"]) == always
        assert set(row["taken_in_some"]) == set(taken[taken].index.unique(1)) - always
        before = inside


def test_the_steps_are_the_criteria_in_the_filters_order():
    assert steps(REDUCED) == [Cohort(), Cohort.of(diagnosis=["dermatomyositis"]), REDUCED]
    assert step_words(REDUCED) == [EVERYBODY, "dermatomyositis", "1 or 0.5 g/kg per cycle"]
    assert steps(Cohort()) == [Cohort()]


def test_a_list_and_its_mode_are_one_step():
    cohort = Cohort.of(sex=["female"], side_effect=["headache", "nausea"], side_effect_match="none")
    words = step_words(cohort)
    assert len(words) == len(steps(cohort)) == 3
    assert steps(cohort)[1].match("side_effect") == "none"
    assert words[1] == "without headache or nausea"


def test_32_18_6(case_series: Warehouse):
    rows = asked(case_series, REDUCED)
    assert [row["n_patients"] for row in rows] == [32, 18, 6]
    assert attrition_table(rows, step_words(REDUCED)).rows[0] == (
        "dermatomyositis",
        "14",
        "LAD-01, LV-01, LV-02, MMP-01, MMP-02, NV-01, PG-01, PG-02, PG-03, PV-01, PV-02, SJS-01 "
        "and 2 more",
    )
    drawn = attrition(rows, step_words(REDUCED), LIGHT)["datasets"]["steps"]
    assert [row["text"] for row in drawn] == ["32", "32 → 18", "18 → 6"]
    assert [row["n_before"] for row in drawn] == [32, 32, 18]
    assert [row["words"] for row in drawn] == step_words(REDUCED)


def test_who_is_taken_in_some_versions_stands_in_angle_brackets(tmp_path: Path):
    warehouse = open_tables(
        tmp_path,
        patients="""
            imputation | patient_id | sex
            1          | A          | male
            1          | B          | female
            1          | C          | male
            2          | A          | male
            2          | B          | male
            2          | C          | female
        """,
    )
    row = asked(warehouse, Cohort.of(sex=["female"]))[1]
    assert (row["taken"], row["taken_in_some"]) == (["A"], ["B", "C"])
    assert taken_words(row) == "A, ⟨B, C⟩"
    assert taken_words({"is_named": True, "taken": [], "taken_in_some": []}) == "nobody"


def test_a_step_that_took_too_many_names_nobody(case_series: Warehouse):
    criteria = tuple(step.criteria for step in steps(REDUCED))
    rows = case_series.records("cohort/attrition", steps=criteria, most_named=13)
    assert [row["is_named"] for row in rows] == [True, False, True]
    assert [bool(row["taken"] or row["taken_in_some"]) for row in rows] == [False, False, True]
    assert taken_words(rows[1]) == TOO_MANY


def test_a_patient_in_whom_it_is_not_recorded_is_taken(tmp_path: Path):
    warehouse = open_tables(
        tmp_path,
        patients="""
            patient_id | response
            A          | response
            B          |
        """,
    )
    rows = asked(warehouse, Cohort.of(response=["response"]))
    assert [row["n_patients"] for row in rows] == [2, 1]
    assert rows[1]["taken"] == ["B"]


def test_the_form_of_the_chart_holds_no_data(case_series: Warehouse):
    def form(cohort: Cohort) -> dict:
        return attrition(asked(case_series, cohort), step_words(cohort), LIGHT) | {"datasets": 0}

    assert form(REDUCED) == form(Cohort.of(sex=["male"]))
    assert form(REDUCED)["title"]["text"].endswith("?")
    assert form(REDUCED)["description"]


def test_an_empty_cohort_shows_who_took_the_last():
    app = open_app("cohorts", {"diagnosis": ["livedoid vasculopathy"], "sex": ["male"]})
    assert not app.exception
    body = "".join(element.proto.body for element in app.get("html"))
    assert "<span>LV-01</span>, <span>LV-02</span>" in body


def test_without_a_filter_the_page_says_what_to_do():
    app = open_app("cohorts", {})
    body = "".join(element.proto.body for element in app.get("html"))
    assert "The filter takes nobody yet" in body
    assert "32 of 32 patients" in texts(app)
