"""Timelines and Patient: queries on tiny tables, charts, and the pages as a reader meets them."""

import json

import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from lib.charts.marks import when_words
from lib.charts.patient import Course, course_chart, dated
from lib.charts.time_axis import duration_words, linear_axis, root_axis
from lib.charts.timelines import (
    FIELDS,
    OPEN_PATIENT,
    SORTS,
    color_scale,
    swimmer,
    undrawn,
)
from lib.cohort import Cohort
from lib.palette import DARK, LIGHT
from lib.patient import sources, summary, summary_html, undated, undated_html
from lib.places import DEMO_REGISTRY
from lib.time_units import DAYS_PER_MONTH
from lib.ui.notice import as_text
from lib.warehouse import Warehouse, open_warehouse
from tests.registries import open_tables
from tests.screen import texts

EVERYBODY = Cohort().criteria
PATIENTS = """
imputation | patient_id | diagnosis          | sex    | body_weight_kg | therapy_end_reason
1          | A          | dermatomyositis    | female | 60             | ongoing
1          | B          | pemphigus vulgaris | male   |                |
2          | A          | dermatomyositis    | female | 70             | ongoing
2          | B          | pemphigus vulgaris | female |                |
"""
CYCLES = """
imputation | patient_id | cycle_no | day | dose_g_per_kg | infusion_days
1          | A          | 1        | 0   | 1             | 2
1          | A          | 2        | 28  | 1             | 3
1          | B          | 1        | 0   | 0.4           |
2          | A          | 1        | 0   | 1             | 2
2          | A          | 2        | 42  | 1             | 3
2          | B          | 1        | 0   | 2             |
2          | B          | 2        | 60  | 2             |
"""
SIDE_EFFECTS = """
imputation | patient_id | cycle_no | day | symptom  | led_to_discontinuation
1          | A          | 2        |     | headache | true
2          | A          | 2        |     | headache | true
"""
TREATMENTS = """
imputation | patient_id | drug         | role        | dose | dose_unit | start_day | stop_day
1          | A          | prednisolone | concomitant | 10   | mg/day    |           |
1          | A          | prednisolone | concomitant | 5    | mg/day    |           |
1          | A          | infliximab   | subsequent  | 5    | mg/kg     | 60        | 90
2          | A          | prednisolone | concomitant | 10   | mg/day    |           |
2          | A          | prednisolone | concomitant | 5    | mg/day    |           |
2          | A          | infliximab   | subsequent  | 5    | mg/kg     | 74        | 104
"""
EVENTS = """
imputation | patient_id | day | kind    | label
1          | A          | 150 | relapse | at follow-up
1          | A          |     | history | thrombosis
2          | A          | 164 | relapse | at follow-up
2          | A          |     | history | thrombosis
"""
PROVENANCE = """
patient_id | table_name | row_key              | column_name   | status   | locator
A          | patients   |                      | sex           | reported | Results, paragraph 1
A          | cycles     | 1                    | day           | derived  |
A          | cycles     | 2                    | cycle_no      | reported | Results, paragraph 2
A          | cycles     | 1                    | dose_g_per_kg | reported | Table II
A          | events     | relapse: at follow-up | kind         | reported | Results, paragraph 3
A          | events     | relapse: at follow-up | day          | imputed  |
"""


@pytest.fixture(scope="module")
def reconstructed(tmp_path_factory) -> Warehouse:
    return open_tables(
        tmp_path_factory.mktemp("reconstructed"),
        patients=PATIENTS,
        cycles=CYCLES,
        side_effects=SIDE_EFFECTS,
        treatments=TREATMENTS,
        events=EVENTS,
        provenance=PROVENANCE,
    )


@pytest.fixture(scope="module")
def recorded(tmp_path_factory) -> Warehouse:
    return open_tables(
        tmp_path_factory.mktemp("recorded"),
        patients="""
            patient_id | sex  | therapy_end_reason
            A          | male |
            B          | male |
        """,
        cycles="""
            patient_id | cycle_no | day  | dose_g_per_kg
            A          | 1        | 0    | 2
            A          | 2        | 3700 | 1
        """,
        events="""
            patient_id | day | kind
            A          | -40 | diagnosis
        """,
    )


@pytest.fixture(scope="module")
def demo() -> Warehouse:
    return open_warehouse(DEMO_REGISTRY)


def course_of(warehouse: Warehouse, *patients: str, version: int = 1) -> pd.DataFrame:
    return warehouse.query("timelines/course", patients=list(patients), version=version)


def statements_of(warehouse: Warehouse, patient: str, version: int = 1) -> pd.DataFrame:
    return warehouse.query("patient/statements", patient=patient, version=version)


def lanes_of(
    warehouse: Warehouse,
    version: int = 1,
    *,
    cohort: str = EVERYBODY,
    sort: str = "duration",
    group_by: str = "none",
    page: int = 1,
) -> list[dict]:
    arranged = {"sort": sort, "group_by": FIELDS.get(group_by, group_by), "page": page}
    return warehouse.records("timelines/lanes", cohort=cohort, version=version, **arranged)


def drawn(
    warehouse: Warehouse,
    *,
    version: int = 1,
    group_by: str = "none",
    color_by: str = "diagnosis group",
    window: str = "all",
    **asked: object,
) -> dict:
    lanes = lanes_of(warehouse, version, group_by=group_by, **asked)
    patients = [lane["patient_id"] for lane in lanes]
    course = warehouse.records("timelines/course", patients=patients, version=version)
    look = {"group_by": group_by, "color_by": color_by, "window": window}
    spec = swimmer(lanes, course, LIGHT, is_recorded=version == 0, **look)
    json.dumps(spec, allow_nan=False)
    return spec


# Queries.


def test_a_lane_shows_its_version_and_the_range_over_all(reconstructed):
    days = (
        pd.DataFrame(lanes_of(reconstructed)).set_index("patient_id").filter(like="last_cycle_day")
    )
    assert days.loc["A"].tolist() == [28, 28, 42]
    assert days.loc["B"].tolist() == [0, 0, 60]


def test_only_the_cohort_of_the_version_shown_has_lanes(reconstructed):
    male = Cohort.of(sex=["male"]).criteria
    first, second = (lanes_of(reconstructed, version, cohort=male) for version in (1, 2))
    assert [lane["patient_id"] for lane in first] == ["B"]
    assert not second


def test_a_side_effect_without_a_day_stands_on_its_cycle(reconstructed):
    course = course_of(reconstructed, "A").set_index("kind")
    assert course.loc["side-effect", "day"] == 28
    assert course.loc["side-effect", "statement"] == (
        "headache after cycle 2, led to discontinuation"
    )


def test_what_nobody_says_is_filled_in_a_day_and_how_long_a_cycle_lasted():
    course = course_of(open_warehouse(), "DM-01").set_index("row_key")
    # Headache after the only cycle is printed, its day is not, nor over how many days.
    assert course.loc["headache", ["status", "day_status"]].to_list() == ["reported", "imputed"]
    assert course.loc["1", "statement"].endswith(("day (○ filled in)", "days (○ filled in)"))
    told = course_of(open_warehouse(), "LV-01").set_index("row_key")
    assert told.loc["1", "statement"] == "cycle 1: 1 g/kg over 2 days"
    assert told.loc["headache", "day_status"] == "imputed"


def test_status_of_a_mark_and_of_its_day_are_told_apart(reconstructed):
    relapse = course_of(reconstructed, "A").set_index("kind").loc["relapse"]
    assert (relapse["status"], relapse["locator"]) == ("reported", "Results, paragraph 3")
    assert relapse["day_status"] == "imputed"


def test_courses_of_one_drug_are_numbered(reconstructed):
    course = course_of(reconstructed, "A")
    prednisolone = course[course["row_key"] == "concomitant:prednisolone"]
    assert prednisolone["number"].tolist() == [1, 2]
    assert prednisolone["statement"].tolist() == [
        "prednisolone 10 mg/day",
        "prednisolone 5 mg/day",
    ]


def test_statements_tell_known_from_imputed(reconstructed):
    said = statements_of(reconstructed, "A")
    patient = said[said["table_name"] == "patients"].set_index("column_name")
    assert patient.loc["sex", ["value", "status"]].tolist() == ["female", "reported"]
    assert patient.loc["body_weight_kg", ["lowest", "highest"]].tolist() == [60, 70]
    assert patient.loc["body_weight_kg", "status"] == "imputed"
    # 2 cycles in both versions, and the second one is reported.
    assert patient.loc["n_cycles", ["value", "status", "locator"]].tolist() == [
        "2",
        "reported",
        "Results, paragraph 2",
    ]


def test_cycles_that_are_alike_stand_in_one_row(reconstructed):
    said = statements_of(reconstructed, "B", version=2)
    dose = said[(said["table_name"] == "cycles") & (said["column_name"] == "dose_g_per_kg")]
    # Cycle 1 is there in both versions with another dose each, cycle 2 in the second alone.
    assert dose[["row_key", "value"]].values.tolist() == [["1", "2.0"], ["2", "2.0"]]
    said = statements_of(reconstructed, "A")
    dose = said[(said["table_name"] == "cycles") & (said["column_name"] == "infusion_days")]
    assert dose["row_key"].tolist() == ["1", "2"]


def test_recorded_data_are_recorded(recorded):
    said = statements_of(recorded, "A", version=0)
    assert set(said["status"].dropna()) == {"recorded"}
    assert set(course_of(recorded, "A", version=0)["day_status"]) == {"recorded"}


def test_an_unknown_patient_has_no_statements(reconstructed):
    assert statements_of(reconstructed, "X").empty
    assert course_of(reconstructed, "X").empty


# Time axis.


@pytest.mark.parametrize(
    ("days", "words"),
    [(1, "1 day"), (3, "3 days"), (28, "4 weeks"), (122, "4 months"), (3652.5, "10.0 years")],
)
def test_durations_in_words(days, words):
    assert duration_words(days) == words


@pytest.mark.parametrize(
    ("day", "status", "words"),
    [
        (0, "reported", "day 0, the first infusion"),
        (1, "reported", "1 day after the first infusion"),
        (-5, "imputed", "5 days before the first infusion (filled in)"),
        (28, "reported", "day 28, 4 weeks after the first infusion"),
        (None, None, ""),
    ],
)
def test_when_something_happened_is_said_once(day, status, words):
    assert when_words(day, status) == words


@pytest.mark.parametrize(
    ("first", "last", "unit"), [(0, 60, "wk"), (0, 731, "mo"), (-1300, 3700, "y")]
)
def test_a_linear_axis_counts_in_a_fitting_unit(first, last, unit):
    axis = linear_axis(first, last)
    assert axis.unit == unit
    assert all(first <= day <= last for _, day in axis.ticks)
    assert 3 <= len(axis.ticks) <= 14


def test_a_root_axis_labels_no_tick_beyond_its_end():
    assert [label for label, _ in root_axis(800).ticks][-1] == "2 y"


# Charts and words.


def test_no_filter_version_order_or_window_makes_the_browser_draw_anew(reconstructed):
    """Streamlit embeds a chart anew at any change of its specification but the data."""
    male = Cohort.of(sex=["male"]).criteria
    charts = [
        drawn(reconstructed),
        drawn(reconstructed, cohort=male),
        drawn(reconstructed, version=2),
        drawn(reconstructed, sort="dose", window="first 2 years"),
        drawn(reconstructed, group_by="dose tier"),
    ]
    datasets = [chart.pop("datasets") for chart in charts]
    assert len({json.dumps(chart) for chart in charts}) == 1
    assert [len(data["lanes"]) for data in datasets] == [2, 1, 2, 2, 2]


def test_the_time_axis_ends_with_the_longest_course_or_the_window(recorded):
    whole = drawn(recorded, version=0)["datasets"]["ticks"]
    assert {(tick["last"], tick["exponent"]) for tick in whole} == {(3700, 0.5)}
    assert whole[-1]["label"] == "10 y"
    cut = drawn(recorded, version=0, window="first 2 years")["datasets"]["ticks"]
    assert {(tick["last"], tick["exponent"]) for tick in cut} == {(731, 1)}


def test_the_range_of_the_last_cycle_is_drawn_only_for_patients_who_are_reported(reconstructed):
    # Nothing but aggregates speaks of patient B.
    lanes = {lane["patient_id"]: lane for lane in drawn(reconstructed)["datasets"]["lanes"]}
    assert (lanes["A"]["range_start"], lanes["A"]["range_end"]) == (28, 42)
    assert (lanes["B"]["range_start"], lanes["B"]["range_end"]) == (0, 0)


@pytest.mark.parametrize("sort", SORTS)
def test_every_lane_is_there_in_every_order(reconstructed, sort):
    lanes = drawn(reconstructed, sort=sort)["datasets"]["lanes"]
    assert sorted(lane["patient_id"] for lane in lanes) == ["A", "B"]
    assert [lane["row"] for lane in lanes] == [0, 1]


ORDERED = """
patient_id | diagnosis             | response      | imputation
A          | dermatomyositis       |               | 0
B          | livedoid vasculopathy | response      | 0
C          | dermatomyositis       | no response   | 0
D          | pemphigus vulgaris    | response      | 0
"""
ORDERED_CYCLES = """
patient_id | cycle_no | day | dose_g_per_kg
A          | 1        | 0   | 1
A          | 2        | 90  | 1
B          | 1        | 0   | 0.4
B          | 2        | 60  | 0.4
C          | 1        | 0   | 2
C          | 2        | 30  | 2
"""


@pytest.fixture(scope="module")
def ordered(tmp_path_factory) -> Warehouse:
    """A was treated for longest and D never; C had the highest dose; nobody judged A's response."""
    folder = tmp_path_factory.mktemp("ordered")
    return open_tables(folder, patients=ORDERED, cycles=ORDERED_CYCLES)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("duration", "ABCD"),
        ("dose", "CABD"),
        # As in the reference list: dermatomyositis, bullous dermatoses, livedoid vasculopathy.
        ("diagnosis", "ACDB"),
        ("response", "BDCA"),
    ],
)
def test_lanes_are_sorted_and_ties_are_sorted_by_duration(ordered, sort, expected):
    assert "".join(lane["patient_id"] for lane in lanes_of(ordered, 0, sort=sort)) == expected


def test_groups_stand_one_below_the_other_each_with_its_name_and_size(ordered):
    lanes = drawn(ordered, version=0, group_by="response", sort="dose")["datasets"]["lanes"]
    assert [(lane["row"], lane["heading"], lane["patient_id"]) for lane in lanes] == [
        (1, "response, n=2", "B"),
        (2, "", "D"),
        (4, "no response, n=1", "C"),
        (6, "response not recorded, n=1", "A"),
    ]
    assert {lane["n_rows"] for lane in lanes} == {7}
    without = drawn(ordered, version=0)["datasets"]["lanes"]
    assert {lane["heading"] for lane in without} == {""}
    assert {lane["n_rows"] for lane in without} == {4}


@pytest.mark.parametrize(
    ("color_by", "words"),
    [
        ("diagnosis group", "dermatomyositis"),
        ("dose tier", "2 g/kg"),
        ("response", "no response"),
    ],
)
def test_what_colours_a_lane_stands_beside_it_in_words(ordered, color_by, words):
    lanes = drawn(ordered, version=0, color_by=color_by)["datasets"]["lanes"]
    by_patient = {lane["patient_id"]: lane for lane in lanes}
    assert by_patient["C"]["words"] == words
    assert (
        by_patient["C"]["color"] == color_scale(FIELDS[color_by], LIGHT)[by_patient["C"]["value"]]
    )


def test_who_lacks_what_colours_says_so(ordered):
    lanes = drawn(ordered, version=0, color_by="response")["datasets"]["lanes"]
    (lane,) = (lane for lane in lanes if lane["patient_id"] == "A")
    assert (lane["words"], lane["color"]) == ("response not recorded", LIGHT.text)


def test_a_large_cohort_comes_in_pages_of_twenty_five_lanes(demo):
    pages = [lanes_of(demo, 0, page=page) for page in range(1, 25)]
    assert [len(page) for page in pages] == [25] * 24
    together = [lane["patient_id"] for page in pages for lane in page]
    assert len(set(together)) == 600
    days = [lane["last_cycle_day"] or 0 for page in pages for lane in page]
    assert days == sorted(days, reverse=True)
    assert {(page[0]["rank"], page[-1]["rank"]) for page in pages} >= {(1, 25), (576, 600)}
    assert lanes_of(demo, 0, page=99) == pages[-1]
    heaviest = drawn(demo, version=0)["datasets"]
    assert 700 < len(heaviest["marks"]) + len(heaviest["lanes"]) < 5000


def test_a_page_has_fewer_lanes_if_they_have_very_many_cycles(tmp_path):
    ids = [f"P{number}" for number in range(1, 8)]
    warehouse = open_tables(
        tmp_path,
        patients="patient_id\n" + "\n".join(ids),
        cycles="patient_id | cycle_no | day | dose_g_per_kg\n"
        + "\n".join(f"{name} | {n} | {7 * n} | 1" for name in ids for n in range(1, 1001)),
    )
    # Four lanes of 1000 cycles each.
    assert [lane["patient_id"] for lane in lanes_of(warehouse, 0)] == ids[:4]
    assert [lane["patient_id"] for lane in lanes_of(warehouse, 0, page=2)] == ids[4:]


def test_a_long_course_is_cut_at_the_window_and_says_so(recorded):
    cut = drawn(recorded, version=0, window="first 2 years")["datasets"]
    assert cut["lanes"][0]["beyond"] == "… 10.1 y"
    assert cut["lanes"][0]["bar_end"] == 731
    assert [mark["day"] for mark in cut["marks"]] == [0]
    whole = drawn(recorded, version=0)["datasets"]
    assert whole["lanes"][0]["beyond"] == ""
    assert [mark["day"] for mark in whole["marks"]] == [0, 3700]


def test_a_lane_is_solid_as_far_as_all_versions_have_it(reconstructed, recorded):
    """A was treated for 28 days in one version and for 42 in the other; B is only counted."""
    lanes = {
        lane["patient_id"]: lane for lane in drawn(reconstructed, version=2)["datasets"]["lanes"]
    }
    told = {lane["individually_reported"] for lane in lanes.values()}
    ends = {
        name: (lane["solid_end"], lane["bar_end"])
        for name, lane in lanes.items()
        if lane["individually_reported"]
    }
    assert told == {True, False}
    assert ends == {"A": (28, 42)}
    assert all(lane["solid_end"] == 0 for lane in lanes.values() if lane["patient_id"] not in ends)
    for lane in drawn(recorded, version=0)["datasets"]["lanes"]:
        assert lane["solid_end"] == lane["bar_end"]


def test_what_is_filled_in_beside_a_lane_has_its_mark():
    """DM-03's years and her side-effect are one version's; LV-01's side-effect is the paper's."""
    lanes = drawn(open_warehouse(), version=1, window="first 2 years")["datasets"]["lanes"]
    beyond = {lane["patient_id"]: lane["beyond"] for lane in lanes}
    assert beyond["LV-01"] == "… ○ 10.3 y + side-effect"
    assert beyond["DM-03"] == "… ○ 4.0 y + ○ side-effect"


def test_only_ongoing_therapy_has_an_arrow(reconstructed, recorded):
    marks = drawn(reconstructed)["datasets"]["marks"]
    assert [mark["patient_id"] for mark in marks if mark["mark"] == "therapy ongoing"] == ["A"]
    marks = drawn(recorded, version=0)["datasets"]["marks"]
    assert "therapy ongoing" not in {mark["mark"] for mark in marks}


ENDED = """
patient_id | therapy_end_reason    | body_weight_kg
A          | reimbursement refused | 71.5
B          | side-effects          |
C          | remission             |
D          | ongoing               |
E          |                       |
F          | death                 |
"""


def test_a_recorded_end_without_a_day_is_marked_beside_the_last_cycle_and_only_once(tmp_path):
    clinic = open_tables(
        tmp_path / "clinic",
        patients=ENDED,
        cycles="patient_id | cycle_no | day | dose_g_per_kg\n"
        + "".join(f"{who} | 1 | 0 | 1\n{who} | 2 | 30 | 1\n" for who in "ABCDEF"),
        events="""
            patient_id | kind            | day
            B          | discontinuation | 45
            C          | remission       |
        """,
    )
    marks = drawn(clinic, version=0)["datasets"]["marks"]
    ends = [(mark["patient_id"], mark["mark"], mark["day"]) for mark in marks
            if "g/kg" not in mark["mark"] and mark["mark"] != "therapy ongoing"]  # fmt: skip
    beside = 30 + DAYS_PER_MONTH / 2
    assert sorted(ends) == [
        ("A", "reimbursement refused", beside),
        ("B", "discontinuation", 45),
        ("C", "improvement or remission", beside),
        ("F", "discontinuation", beside),
    ]
    assert "IVIg ended: death" in {mark["statement"] for mark in marks}


def test_the_legend_explains_hollow_and_dashed_only_if_anything_is_reconstructed(
    reconstructed, recorded
):
    assert "hollow: filled in" in json.dumps(drawn(reconstructed))
    words = json.dumps(drawn(recorded, version=0))
    assert "hollow" not in words
    assert "dashed" not in words


def test_an_event_without_a_day_is_counted_and_not_drawn(reconstructed):
    course = reconstructed.records("timelines/course", patients=["A"], version=1)
    assert undrawn(course) == 0
    assert undrawn([{**row, "day": None} for row in course]) == 2


def test_the_patients_chart_has_a_row_each_and_bars_for_dated_drugs(reconstructed):
    course = Course(course_of(reconstructed, "A"), statements_of(reconstructed, "A"))
    spec = course_chart([course], DARK)
    json.dumps(spec, allow_nan=False)
    assert [row["label"] for row in spec["datasets"]["rows"]] == [
        "IVIg, 1 g/kg each",
        "relapse",
        "headache",
        "infliximab (subsequent)",
    ]
    items = pd.DataFrame(spec["datasets"]["items"])
    bar = items.set_index("row").loc["infliximab (subsequent)"]
    assert (bar["bar_start"], bar["bar_end"]) == (60, 90)
    relapse = items.set_index("row").loc["relapse"]
    assert (relapse["lowest"], relapse["highest"]) == (150, 164)
    therapy = items[items["kind"] == "therapy"].iloc[0]
    assert (therapy["bar_start"], therapy["bar_end"]) == (0, 28)


def test_what_has_no_day_is_listed(reconstructed):
    course = course_of(reconstructed, "A")
    assert "history" not in set(dated(course)["kind"])
    assert undated(course) == {
        "During IVIg": ["○ prednisolone 10 mg/day", "○ prednisolone 5 mg/day"],
        "Course and history": ["○ history: thrombosis"],
    }


def test_what_a_version_fills_in_does_not_stand_among_what_is_told():
    told, _, drawn = undated_html({"During IVIg": ["● told", "○ drawn"]}).partition("Filled in for")
    assert "told" in told and "○ drawn" not in told
    assert "○ drawn" in drawn and "● told" not in drawn
    assert "Filled in" not in undated_html({"During IVIg": ["● told"]})
    assert "Told, but" not in undated_html({"During IVIg": ["○ drawn"]})


def test_the_summary_marks_what_is_imputed(reconstructed):
    facts = {fact.label: fact for fact in summary(statements_of(reconstructed, "A"))}
    assert facts["Sex"].value == "female"
    assert facts["Sex"].form != "imputed"
    assert facts["Body weight"].value == "60 kg"
    assert facts["Body weight"].basis == "⟨60–70⟩; here ○ 60 kg"
    html = summary_html(facts.values())
    assert "<dt>Body weight</dt><dd>not told<small>⟨60–70⟩; here ○ 60 kg" in html
    assert facts["Response"].value == "not stated"


@pytest.mark.parametrize(
    ("days", "expected"), [((0,), "single cycle"), ((0, 0), "0.0 years"), ((0, 731), "2.0 years")]
)
def test_a_duration_of_nothing_is_a_single_cycle_only_if_there_is_one(tmp_path, days, expected):
    rows = "".join(f"A | {n} | {day} | 2\n" for n, day in enumerate(days, start=1))
    warehouse = open_tables(
        tmp_path,
        patients="patient_id\nA",
        cycles=f"patient_id | cycle_no | day | dose_g_per_kg\n{rows}",
    )
    facts = {fact.label: fact.value for fact in summary(statements_of(warehouse, "A", 0))}
    assert facts["Therapy duration"] == expected


def test_the_summary_is_escaped(reconstructed):
    statements = statements_of(reconstructed, "A").replace("female", "<b>female</b>")
    assert "<b>female" not in summary_html(summary(statements))


def test_what_we_decided_is_not_called_reported():
    """The response of MMP-01 “could not be ultimately evaluated”; counted it is by our decision."""
    said = statements_of(open_warehouse(), "MMP-01")
    response = next(fact for fact in summary(said) if fact.label == "Response")
    assert (response.value, response.basis) == ("response", "◐ our decision")
    told = {fact.label: fact for fact in summary(statements_of(open_warehouse(), "PV-01"))}
    assert told["Response"].form == "reported"


def test_sources_show_value_status_and_place(reconstructed):
    table = sources(statements_of(reconstructed, "A")).set_index("Statement")
    assert table.loc["Sex"].tolist() == ["female", "● reported", "Results, paragraph 1"]
    assert table.loc["Cycle 2: day", "Value"] == "28 ⟨28–42⟩"
    assert table.loc["prednisolone (concomitant), no. 2: dose", "Value"] == "5"


# Pages.


def open_page(page: str, **params: object) -> AppTest:
    app = AppTest.from_file("../app.py", default_timeout=60)
    app.run()
    app.switch_page(f"pages/{page}.py")
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def patients_in_lanes(app: AppTest) -> list[str]:
    datasets = app.get("vega_lite_chart")[0].proto.datasets
    lanes = next(dataset.data.data for dataset in datasets if dataset.name == "lanes")
    return pa.ipc.open_stream(lanes).read_all()["patient_id"].to_pylist()


@pytest.fixture(scope="module")
def series() -> pd.DataFrame:
    return open_warehouse().query("patient/roster", cohort=EVERYBODY, version=1)


@pytest.mark.parametrize("sort", SORTS)
def test_timelines_show_every_patient(sort):
    app = open_page("timelines", timelines_sort=sort, timelines_window="all")
    assert not app.exception
    assert len(patients_in_lanes(app)) == 32


@pytest.mark.parametrize("group_by", ["none", *FIELDS])
@pytest.mark.parametrize("color_by", FIELDS)
def test_timelines_are_grouped_and_coloured(group_by, color_by):
    app = open_page("timelines", timelines_group=group_by, timelines_color=color_by)
    assert not app.exception
    assert not app.warning
    assert len(patients_in_lanes(app)) == 32


def test_the_series_is_on_one_page_and_the_demo_on_twenty_four():
    assert not [button for button in open_page("timelines").button if "page" in button.label]
    app = open_page("timelines", dataset="demo_registry")
    assert "**1–25** of 600" in texts(app)
    assert app.button(key="timelines_page_previous_icon").disabled
    first = patients_in_lanes(app)
    app.button(key="timelines_page_next_icon").click().run()
    assert "**26–50** of 600" in texts(app)
    assert app.query_params["timelines_page"] == "2"
    assert not set(first) & set(patients_in_lanes(app))
    app.query_params["timelines_page"] = "999"
    app.run()
    assert "**576–600** of 600" in texts(app)
    assert app.button(key="timelines_page_next_icon").disabled
    app.button(key="timelines_page_previous_icon").click().run()
    assert app.query_params["timelines_page"] == "23"


@pytest.mark.parametrize("page", ["0", "-1", "two", "1e3", "99999999"])
def test_a_page_that_does_not_exist_is_said_and_the_first_one_shown(page):
    app = open_page("timelines", dataset="demo_registry", timelines_page=page)
    assert not app.exception
    assert as_text(f"page “{page}”, which does not exist") in texts(app)
    assert "**1–25** of 600" in texts(app)


def test_timelines_follow_the_filter():
    app = open_page("timelines", diagnosis="pyoderma gangrenosum")
    assert sorted(patients_in_lanes(app)) == ["PG-01", "PG-02", "PG-03"]


@pytest.mark.parametrize("version", ["0", "101", "abc", "-1", "1e2", ""])
def test_a_version_that_does_not_exist_is_said_and_the_first_one_shown(version):
    app = open_page("timelines", version=version)
    assert not app.exception
    assert "version **1** of 100" in texts(app)
    if version:
        assert as_text(f"version “{version}”, which does not exist") in texts(app)


@pytest.mark.parametrize(
    "name", ["timelines_sort", "timelines_window", "timelines_group", "timelines_color"]
)
def test_an_order_or_window_that_does_not_exist_is_ignored_with_a_notice(name):
    app = open_page("timelines", **{name: "backwards"})
    assert not app.exception
    assert "“backwards”" in texts(app)
    assert len(patients_in_lanes(app)) == 32


def test_a_default_is_in_the_link_at_once():
    app = open_page("patient")
    assert app.query_params == {"version": "1", "patient": "DM-01"}


def test_the_next_version_is_one_click_away():
    app = open_page("timelines", version="7")
    app.button(key="version_next_icon").click().run()
    assert "version **8** of 100" in texts(app)
    assert app.query_params["version"] == "8"


def test_a_lane_opens_its_patient_with_filter_and_version():
    app = open_page("timelines", diagnosis="pyoderma gangrenosum", version="3")
    app.session_state["timelines_lanes"] = {"selection": {OPEN_PATIENT: [{"patient_id": "PG-02"}]}}
    app.run()
    assert not app.exception
    assert app.query_params["patient"] == "PG-02"
    assert app.query_params["version"] == "3"
    assert app.query_params["diagnosis"] == "pyoderma gangrenosum"
    assert "2** of 3 in the cohort" in texts(app)


def test_a_patient_can_be_opened_from_the_keyboard():
    app = open_page("timelines")
    box = next(box for box in app.selectbox if box.label == "Open a patient")
    box.select("LV-01").run()
    assert app.query_params["patient"] == "LV-01"


def test_every_patient_has_a_page(series):
    app = open_page("patient")
    for patient in series["patient_id"]:
        app.query_params["patient"] = patient
        app.run()
        assert not app.exception, patient
        described = series.set_index("patient_id").loc[patient, "individually_reported"]
        assert ("only counts them in its aggregates" in texts(app)) == (not described)


def test_an_unknown_patient_is_a_plain_sentence_and_a_way_back():
    app = open_page("patient", patient="<b>XX-99")
    assert not app.exception
    assert as_text("patient “<b>XX-99”, who is not in this dataset") in texts(app)
    app.button(key="patient_first").click().run()
    assert app.query_params["patient"] == "DM-01"
    assert not app.exception


def test_a_patient_outside_the_cohort_says_so():
    app = open_page("patient", patient="LV-01", diagnosis="pyoderma gangrenosum")
    assert "outside the cohort" in texts(app)
    assert app.button(key="patient_next_icon").disabled
    app.query_params["patient"] = "PG-01"
    app.run()
    assert "outside the cohort that" not in texts(app)
    app.button(key="patient_next_icon").click().run()
    assert app.query_params["patient"] == "PG-02"


def test_an_empty_cohort_leaves_the_patient_and_empties_the_timelines():
    nobody = {"diagnosis": "livedoid vasculopathy", "sex": "male"}
    assert "No patient meets all of these criteria." in texts(open_page("timelines", **nobody))
    app = open_page("patient", patient="DM-02", **nobody)
    assert not app.exception
    assert "outside the cohort" in texts(app)


def test_the_sources_can_be_narrowed_to_a_status():
    app = open_page("patient", patient="DM-02")
    everything = len(app.dataframe[0].value)
    app.button_group[0].select("reported").run()
    reported = app.dataframe[0].value
    assert set(reported["Status"]) == {"● reported"}
    assert 0 < len(reported) < everything


def test_of_recorded_data_there_is_no_column_on_where_a_statement_comes_from():
    app = open_page("patient", dataset="demo_registry", patient="SYN-0001")
    assert list(app.dataframe[0].value) == ["Statement", "Value"]
    assert app.subheader[-1].value == "What is recorded of SYN-0001"


def test_a_status_that_does_not_exist_is_ignored_with_a_notice():
    app = open_page("patient", patient="DM-02", patient_status="certain")
    assert not app.exception
    assert "“certain”" in texts(app)
    assert len(app.dataframe[0].value) > 1
