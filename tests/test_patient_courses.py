"""Courses with scores, dose changes and grades; several patients on one axis; the page."""

import json

import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from lib.charts.patient import Course, course_chart
from lib.palette import LIGHT
from lib.patient import headline, sources, summary
from lib.places import CASE_SERIES, DEMO_REGISTRY
from lib.ui.notice import as_text
from lib.warehouse import Warehouse, open_warehouse
from tests.registries import open_tables
from tests.screen import texts


@pytest.fixture(scope="module")
def clinic(tmp_path_factory) -> Warehouse:
    """A got half the dose from the third cycle on, had headache twice, and was scored four times.

    B was scored once, by another rule of thumb; of C no day is known.
    """
    return open_tables(
        tmp_path_factory.mktemp("clinic"),
        patients="""
            patient_id | sex    | age_at_first_ivig_years | response | therapy_end_reason
            A          | female | 61                      | response | remission
            B          | male   | 40                      |          | ongoing
            C          | female | 50                      |          |
        """,
        cycles="""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | 2
            A          | 2        | 100 | 2
            A          | 3        | 200 | 1
            A          | 4        | 300 | 1
            A          | 5        | 400 | 2
            B          | 1        | 0   | 1
        """,
        side_effects="""
            patient_id | cycle_no | symptom  | ctcae_grade | day
            A          | 1        | headache | 1           | 1
            A          | 3        | headache | 3           | 201
            A          | 3        | nausea   | 2           | 202
            A          | 4        | rash     |             | 301
        """,
        events="""
            patient_id | day   | kind
            A          | -3000 | diagnosis
            A          | -100  | progression
        """,
        treatments="""
            patient_id | drug         | role        | start_day | stop_day
            A          | prednisolone | concomitant | -2000     | 90
        """,
        assessments="""
            patient_id | instrument     | day | score
            A          | MMT-8          | 0   | 60
            A          | CDASI activity | 0   | 41
            A          | CDASI activity | 90  | 20
            A          | CDASI activity | 180 | 9
            B          | CDASI activity | 30  | 52
        """,
    )


def course_of(warehouse: Warehouse, patient: str, *, with_heading: bool = False) -> Course:
    bound = {"patients": [patient], "version": 0}
    statements = warehouse.query("patient/statements", patient=patient, version=0)
    scores = [row for row in warehouse.records("patient/scores", **bound) if row["instrument"]]
    heading = headline(patient, summary(statements)) if with_heading else None
    return Course(warehouse.query("timelines/course", **bound), statements, scores, heading)


def drawn(*courses: Course) -> dict[str, pd.DataFrame]:
    spec = course_chart(list(courses), LIGHT)
    json.dumps(spec, allow_nan=False)
    return {name: pd.DataFrame(rows) for name, rows in spec["datasets"].items()}


# The query.


def test_a_recorded_weight_stands_as_it_was_recorded(tmp_path):
    """In no whole kilograms, which are enough for a range of versions."""
    source = open_tables(
        tmp_path / "clinic", patients="patient_id | body_weight_kg\nA | 71.5\nB | 68\nC | 80.25\n"
    )
    for patient, weight in (("A", "71.5 kg"), ("B", "68 kg"), ("C", "80.25 kg")):
        statements = source.query("patient/statements", patient=patient, version=0)
        [fact] = [fact for fact in summary(statements) if fact.label == "Body weight"]
        assert fact.value == weight
        said = sources(statements)
        assert said[said["Statement"] == "Body weight"]["Value"].tolist() == [weight]


@pytest.mark.parametrize("text", ["007", "1E5", "Infinity", "NaN", "true", "1.50", "=1+1"])
def test_a_text_that_looks_like_a_number_stands_as_it_was_written(tmp_path, text):
    source = open_tables(
        tmp_path,
        patients=f"patient_id | response_basis\nA | {text}",
        cycles="patient_id | cycle_no | day | dose_g_per_kg\nA | 1 | 0 | 2",
    )
    said = sources(source.query("patient/statements", patient="A", version=0))
    assert text in said["Value"].tolist()


def test_scores_come_by_instrument_in_the_order_of_the_reference_list(clinic):
    rows = clinic.records("patient/scores", patients=["A", "C"], version=0)
    assert [(row["instrument"], row["day"], row["score"]) for row in rows] == [
        ("CDASI activity", 0, 41),
        ("CDASI activity", 90, 20),
        ("CDASI activity", 180, 9),
        ("MMT-8", 0, 60),
        (None, None, None),
    ]
    assert all(row["are_in_registry"] for row in rows)
    assert [row["direction"] for row in rows[2:4]] == ["higher is worse", "higher is better"]


def test_a_registry_without_scores_says_that_it_has_none():
    rows = open_warehouse().records("patient/scores", patients=["DM-01"], version=1)
    assert [(row["instrument"], row["are_in_registry"]) for row in rows] == [(None, False)]


# The chart.


def test_every_row_and_panel_has_its_own_stretch(clinic):
    rows = drawn(course_of(clinic, "A"))["rows"]
    assert rows["label"].tolist() == [
        "IVIg, 1–2 g/kg each",
        "diagnosis",
        "progression",
        "headache",
        "nausea",
        "rash",
        "prednisolone (concomitant)",
        "CDASI activity",
        "MMT-8",
    ]
    assert (rows["top"].iloc[1:].to_numpy() >= rows["bottom"].iloc[:-1].to_numpy() - 1e-9).all()
    assert rows["bottom"].iloc[-1] <= rows["n_units"].iloc[0]


def test_a_dose_is_named_where_it_changes(clinic):
    items = drawn(course_of(clinic, "A"))["items"]
    cycles = items[(items["kind"] == "cycle") & items["is_above"]]
    assert list(zip(cycles["anchor"], cycles["label"], strict=True)) == [
        (0, "2 g/kg"),
        (200, "1 g/kg"),
        (400, "2 g/kg"),
    ]


def test_a_dose_that_never_changes_stands_in_the_rows_name_alone(clinic):
    twice = course_of(clinic, "A")
    same = twice.events.query("kind != 'cycle' or dose_g_per_kg == 2")
    drawing = drawn(Course(same, twice.statements))
    assert "IVIg, 2 g/kg each" in drawing["rows"]["label"].tolist()
    assert not drawing["items"].query("kind == 'cycle'")["is_above"].any()


def test_a_side_effect_says_its_grade(clinic):
    items = drawn(course_of(clinic, "A"))["items"].set_index("row")
    assert items.loc["headache", "label"].tolist() == ["CTCAE grade 1", "CTCAE grade 3"]
    assert items.loc["headache", "is_above"].all()
    assert items.loc["nausea", "words"] == "after cycle 3, CTCAE grade 2"
    assert items.loc["rash", "words"] == "after cycle 4"


def test_what_lies_far_before_the_first_infusion_stands_at_the_edge(clinic):
    drawing = drawn(course_of(clinic, "A"))
    ticks, items = drawing["ticks"], drawing["items"].set_index("row")
    # As much as half of the 400 days of therapy is shown before it: not the diagnosis.
    assert -230 < ticks["first"].iloc[0] < -200
    assert items.loc["progression", "anchor"] == -100
    assert items.loc["diagnosis", "anchor"] == ticks["first"].iloc[0]
    assert items.loc["diagnosis", "words"] == "8.2 years before the first infusion"
    assert items.loc["diagnosis", "when"].startswith("day -3000")
    assert items.loc["prednisolone (concomitant)", "bar_start"] == ticks["first"].iloc[0]
    assert items.loc["prednisolone (concomitant)", "bar_end"] == 90
    assert (
        items.loc["prednisolone (concomitant)", "words"]
        == "from 5.5 years before the first infusion"
    )


def test_scores_are_a_line_for_each_instrument_between_the_panels_ends(clinic):
    drawing = drawn(course_of(clinic, "A"))
    rows, scores = drawing["rows"].set_index("label"), drawing["scores"]
    panel = rows.loc["CDASI activity"]
    assert (panel["low"], panel["high"], panel["detail"]) == ("0", "50", "higher is worse")
    cdasi = scores[scores["statement"].str.startswith("CDASI")]
    heights = (panel["bottom"] - cdasi["y"]) / (panel["bottom"] - panel["top"])
    assert heights.tolist() == pytest.approx([41 / 50, 20 / 50, 9 / 50])
    assert cdasi["label"].tolist() == ["41", "", "9"]
    assert scores.groupby("series").size().tolist() == [3, 1]


def test_patients_share_the_axis_and_the_ends_of_each_instrument(clinic):
    together = [course_of(clinic, patient, with_heading=True) for patient in ("A", "B")]
    drawing = drawn(*together)
    rows = drawing["rows"]
    headings = rows[rows["kind"] == "heading"]
    assert headings[["label", "detail"]].to_numpy().tolist() == [
        [
            "A · dermatomyositis · response",
            "female · 61 years · 5 cycles over 1.1 years · usually 2 g/kg · end: remission",
        ],
        [
            "B · dermatomyositis · response not stated",
            "male · 40 years · 1 cycle · usually 1 g/kg · end: ongoing",
        ],
    ]
    panels = rows[rows["label"] == "CDASI activity"]
    assert panels["high"].tolist() == ["60", "60"]
    assert drawing["scores"].groupby("series").size().tolist() == [3, 1, 1]
    alone = drawn(together[1])["ticks"]["last"].iloc[0]
    assert drawing["ticks"]["last"].iloc[0] > alone


def test_no_patient_makes_the_browser_draw_anew(clinic):
    """Streamlit embeds a chart anew at any change of its specification but the data."""
    charts = [
        course_chart([course_of(clinic, "A")], LIGHT),
        course_chart([course_of(clinic, "B")], LIGHT),
        course_chart([course_of(clinic, name, with_heading=True) for name in "AB"], LIGHT),
    ]
    assert len({json.dumps(chart | {"datasets": None}) for chart in charts}) == 1
    assert charts[0]["title"]["text"].endswith("?")
    assert charts[0]["description"]


def test_a_patient_without_a_day_has_nothing_to_draw(clinic):
    assert course_of(clinic, "A").has_days
    assert not course_of(clinic, "C").has_days


@pytest.mark.parametrize("patient", [f"SYN-{number:04}" for number in range(1, 600, 60)])
def test_nothing_of_the_demo_is_drawn_outside_the_plot(demo, patient):
    course = course_of(demo, patient)
    if not course.has_days:
        return
    drawing = drawn(course)
    first, last = drawing["ticks"][["first", "last"]].iloc[0]
    for name, column in [("items", "anchor"), ("items", "bar_start"), ("scores", "day")]:
        if column in drawing[name]:
            assert drawing[name][column].dropna().between(first, last).all()
    n_units = drawing["rows"]["n_units"].iloc[0]
    for name in ("items", "scores"):
        if len(drawing[name]):
            assert drawing[name]["y"].between(0, n_units).all()


@pytest.fixture(scope="module")
def demo() -> Warehouse:
    return open_warehouse(DEMO_REGISTRY)


def test_a_heading_marks_what_is_filled_in():
    statements = open_warehouse().query("patient/statements", patient="DM-05", version=1)
    name, details = headline("DM-05", summary(statements))
    assert name == "DM-05 · dermatomyositis · response"
    assert details.split(" · ")[0].startswith("○ ")


def test_that_some_versions_have_none_is_part_of_the_range():
    series = open_warehouse()
    rows = pd.read_parquet(CASE_SERIES / "patients.parquet")
    for column, label in (("subtype", "Subtype"), ("overlap", "Overlap with")):
        found = rows[rows["diagnosis"] == "dermatomyositis"].groupby("patient_id")[column]
        assert found.count().between(1, 99).any()
        for patient, values in found:
            expected = {*values.dropna(), *(["none"] if values.isna().any() else [])}
            statements = series.query("patient/statements", patient=patient, version=3)
            said = sources(statements).set_index("Statement")["Value"].get(label)
            if len(expected) > 1:
                shown, _, spread = said.removesuffix("⟩").partition(" ⟨")
                assert set(spread.split(" · ")) == expected
                assert shown in expected


# The page.


def page(*beside: str, **params: str) -> AppTest:
    app = AppTest.from_file("../app.py", default_timeout=120)
    app.run()
    app.switch_page("pages/patient.py")
    for name, value in params.items():
        app.query_params[name] = value
    if beside:
        app.query_params["patient_beside"] = list(beside)
    return app.run()


def rows_drawn(app: AppTest) -> list[dict]:
    datasets = app.get("vega_lite_chart")[0].proto.datasets
    rows = next(dataset.data.data for dataset in datasets if dataset.name == "rows")
    return pa.ipc.open_stream(rows).read_all().to_pylist()


def headings(app: AppTest) -> list[str]:
    return [row["label"].split()[0] for row in rows_drawn(app) if row["kind"] == "heading"]


def test_up_to_four_patients_stand_below_each_other():
    app = page("PG-02", "LV-01", "SSC-01", patient="DM-02")
    assert not app.exception
    assert headings(app) == ["DM-02", "PG-02", "LV-01", "SSC-01"]
    assert app.subheader[0].value == "Where each statement on DM-02 comes from"


def test_patients_are_added_and_taken_away():
    app = page(patient="DM-02")
    assert headings(app) == []
    app.multiselect(key="patient_beside").select("PG-02").run()
    assert headings(app) == ["DM-02", "PG-02"]
    app.multiselect(key="patient_beside").unselect("PG-02").run()
    assert headings(app) == []


def test_a_patient_is_not_compared_with_themselves():
    assert headings(page("DM-02", patient="DM-02")) == []


def test_a_patient_to_compare_who_does_not_exist_is_ignored_with_a_notice():
    app = page("<b>XX-99", "PG-02", patient="DM-02")
    assert not app.exception
    assert as_text("“<b>XX-99”, which does not exist") in texts(app)
    assert headings(app) in (["DM-02", "PG-02"], [])


def test_more_patients_than_fit_do_not_bring_the_page_down():
    app = page("PG-01", "PG-02", "PG-03", "LV-01", "LV-02", patient="DM-02")
    assert not app.exception
    assert len(headings(app)) <= 4


def test_whoever_is_only_counted_or_outside_is_named():
    app = page("DM-05", patient="LV-01", diagnosis="livedoid vasculopathy")
    assert "does not describe DM-05**" in texts(app)
    assert "DM-05 is outside the cohort that the filter selects." in texts(app)


def test_the_series_says_that_scores_are_not_recorded():
    assert "Clinical scores are not recorded in this registry." in texts(page(patient="DM-02"))


def test_the_demo_draws_scores_and_says_of_whom_there_are_none():
    demo = open_warehouse(DEMO_REGISTRY)
    roster = demo.query("timelines/course", patients=["SYN-0003"], version=0)
    assert len(roster)
    ids = tuple(f"SYN-{number:04}" for number in range(1, 601))
    rows = demo.records("patient/scores", patients=ids, version=0)
    nobody = next(row["patient_id"] for row in rows if row["instrument"] is None)
    app = page(nobody, patient="SYN-0003", dataset="demo_registry")
    assert not app.exception
    panels = [row["label"] for row in rows_drawn(app) if row["kind"] == "panel"]
    assert panels[:2] == ["CDASI activity", "MMT-8"]
    assert f"No clinical score is recorded of {nobody}." in texts(app)
    assert "⟨" not in texts(app)
