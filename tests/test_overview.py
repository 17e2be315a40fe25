"""The overview: what the charts draw, and what a click does."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib import written
from lib.charts.overview import (
    BAR_LENGTH,
    OUTCOMES_BY,
    ages,
    outcomes,
    patients_by_diagnosis,
    patients_by_dose,
)
from lib.cohort import Cohort
from lib.markup import key_figures_html
from lib.palette import DARK, LIGHT, Palette
from lib.places import DEMO_REGISTRY
from lib.registry.store import Manifest
from lib.tables import KeyFigure, key_figures
from lib.ui.pick import toggled
from lib.warehouse import Warehouse, open_warehouse
from tests.cohorts_by_hand import patients_by_hand, read_tables
from tests.registries import open_tables
from tests.screen import html_of

ROOT = Path(__file__).parents[1]


def outcomes_by_diagnosis(counts: list[dict], palette: Palette) -> dict:
    return outcomes(counts, "diagnosis group", palette)


CHARTS = {
    "diagnosis_group": [patients_by_diagnosis, outcomes_by_diagnosis],
    "dose_tier": [patients_by_dose],
    "age_decade": [ages],
}


@dataclass(frozen=True)
class Everything:
    """All patients of a registry, as a page asks for them."""

    source: Warehouse
    cohort: Cohort = Cohort()
    k: int = 0

    @property
    def manifest(self) -> Manifest:
        return self.source.manifest

    def records(self, name: str, **parameters: object) -> list[dict]:
        return self.source.records(name, cohort=self.cohort.criteria, **parameters)


@pytest.fixture(scope="module")
def case_series() -> Warehouse:
    return open_warehouse()


@pytest.fixture(scope="module")
def demo_patients() -> pd.DataFrame:
    return patients_by_hand(read_tables(DEMO_REGISTRY))


def counts(warehouse: Warehouse, field: str, **selected: object) -> list[dict]:
    rows = warehouse.records("overview/counts", cohort=Cohort.of(**selected).criteria)
    return [row for row in rows if row["field"] == field]


@pytest.mark.parametrize(("field", "draw"), [(f, d) for f in CHARTS for d in CHARTS[f]])
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_a_chart_asks_its_question_and_describes_itself(
    case_series: Warehouse, field: str, draw: object, palette: object
):
    spec = draw(counts(case_series, field), palette)
    assert spec["title"]["text"].endswith("?")
    assert spec["description"]
    assert spec["config"]["title"]["color"] == palette.text


@pytest.mark.parametrize(("field", "draw"), [(f, d) for f in CHARTS for d in CHARTS[f]])
def test_a_filter_changes_the_data_and_nothing_else(
    case_series: Warehouse, field: str, draw: object
):
    def form(**selected: object) -> dict:
        return draw(counts(case_series, field, **selected), LIGHT) | {"datasets": None}

    assert form() == form(diagnosis=["pyoderma gangrenosum"])


def test_dots_are_patients_and_say_what_is_open():
    row = {
        "value": "dermatomyositis",
        **{"n_patients": 4, "n_patients_lowest": 4, "n_patients_highest": 4},
        **{"n_response_known": 4, "n_response_known_lowest": 4, "n_response_known_highest": 4},
        **{"n_responders": 2, "n_responders_lowest": 1, "n_responders_highest": 3},
        **{"n_with_side_effects": 0, "n_with_side_effects_lowest": 0},
        **{"n_with_side_effects_highest": 0},
        **{"n_not_evaluable": 0, "n_not_evaluable_lowest": 0, "n_not_evaluable_highest": 0},
    }
    data = outcomes_by_diagnosis([row], LIGHT)["datasets"]
    states = [row["state"] for row in data["dots"] if row["outcome"] == "responded"]
    texts = {row["outcome"]: row["text"] for row in data["rates"]}
    assert states == ["yes", "in some versions", "in some versions", "no"]
    assert texts == {"responded": "2 ⟨1–3⟩/4", "side-effects": "0/4"}


def test_who_is_not_evaluable_is_no_hollow_dot(tmp_path: Path):
    registry = open_tables(
        tmp_path / "clinic",
        patients="""
            patient_id | diagnosis           | response
            A          | dermatomyositis     | response
            B          | dermatomyositis     | no response
            C          | dermatomyositis     | not evaluable
            D          | pyoderma gangrenosum | not evaluable
        """,
    )
    drawn = outcomes_by_diagnosis(counts(registry, "diagnosis_group"), LIGHT)
    states = [row["state"] for row in drawn["datasets"]["dots"] if row["outcome"] == "responded"]
    assert states == ["yes", "no", "not evaluable", "not evaluable"]
    assert "×: not evaluable" in str(drawn)
    figures = key_figures(registry.records("summary/characteristics", cohort=Cohort().criteria))
    responded = next(figure for figure in figures if figure.label == "Responded")
    assert responded.value == "1/4"
    assert responded.detail == "of all with a recorded response; 2 not evaluable"


def test_in_large_groups_a_bar_is_filled_as_far_as_the_share_goes():
    rows = counts(open_warehouse(DEMO_REGISTRY), "diagnosis_group")
    data = outcomes_by_diagnosis(rows, LIGHT)["datasets"]
    assert "dots" not in data
    for drawn in data["rates"]:
        part, whole = map(int, drawn["text"].split("/"))
        assert drawn["certain"] == drawn["possible"] == pytest.approx(BAR_LENGTH * part / whole)


def test_of_several_centres_outcomes_stand_by_centre(demo_patients: pd.DataFrame):
    rows = counts(open_warehouse(DEMO_REGISTRY), "centre")
    data = outcomes(rows, "centre", LIGHT)["datasets"]
    by_hand = {}
    for centre, part in demo_patients.groupby("centre"):
        known = part[part["response"].notna()]
        n = (known["response"] == "response").sum()
        by_hand[centre, "responded"] = f"{n}/{len(known)}"
        by_hand[centre, "side-effects"] = f"{part['has_side_effect'].sum()}/{len(part)}"
    assert {(row["value"], row["outcome"]): row["text"] for row in data["rates"]} == by_hand
    assert len(by_hand) == 6


def test_the_table_holds_the_centres_if_they_are_asked_for(demo_patients: pd.DataFrame):
    asked = Everything(open_warehouse(DEMO_REGISTRY))
    plain, with_centres = (written.counts(by, asked).table.rows for by in OUTCOMES_BY)
    assert with_centres[4:] == plain
    assert with_centres[0][0] == "Centre"
    sizes = demo_patients["centre"].value_counts()
    assert [row[1].split("/")[0] for row in with_centres[1:4]] == [
        str(sizes[f"Centre {n}"]) for n in (1, 2, 3)
    ]


def test_a_registry_of_one_centre_has_no_rows_of_it(case_series: Warehouse):
    assert not counts(case_series, "centre")


def test_key_figures_stand_under_the_question_they_answer(case_series: Warehouse):
    everybody = Cohort().criteria
    figures = key_figures(case_series.records("summary/characteristics", cohort=everybody))
    parts = [figure.part for figure in figures]
    assert list(dict.fromkeys(parts)) == ["Who they are", "What they got", "How it went"]
    assert figures[0].value == "32"
    assert "<dt>Patients</dt>" in key_figures_html(figures)
    assert "class='long'" not in key_figures_html(figures)


def test_a_share_of_a_million_is_written_smaller():
    figures = ("704036/949903", "9/12")
    shares = [KeyFigure("How it went", "Responded", figure, "") for figure in figures]
    told = key_figures_html(shares)
    assert told.count("<b class='long'>") == 1
    assert told.index("<b class='long'>") < told.index("704036")


def test_of_one_patient_no_value_stands_where_the_publication_tells_none(case_series: Warehouse):
    one = Cohort.of(diagnosis=["urticarial vasculitis"]).criteria
    found = {
        figure.label: figure
        for figure in key_figures(case_series.records("summary/characteristics", cohort=one))
    }
    assert (found["Cycles"].value, found["Cycles"].detail) == ("2", "one patient")
    dermatosis = Cohort.of(diagnosis=["linear IgA dermatosis"]).criteria
    rows = case_series.records("summary/characteristics", cohort=dermatosis)
    age = {figure.label: figure for figure in key_figures(rows)}["Age at first IVIg"]
    assert age.value == "not told"
    assert age.detail.startswith("⟨") and age.detail.endswith("⟩ in versions")


# --- the page ------------------------------------------------------------------------------


def page(**params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def test_the_page_shows_figures_and_charts():
    app = page()
    assert not app.exception
    assert "Who they are" in html_of(app)
    assert len(app.get("vega_lite_chart")) == 4


def test_outcomes_by_centre_are_offered_where_there_are_several():
    app = page(dataset="demo_registry", overview_by="centre", beside="1")
    assert not app.exception
    assert not app.warning
    assert "Centre 2" in html_of(app)
    alone = page(overview_by="centre")
    assert not alone.get("button_group")
    assert "overview\\_by" in alone.warning[0].value
    assert len(alone.get("vega_lite_chart")) == 4


@pytest.mark.parametrize("params", [
    {"diagnosis": "livedoid vasculopathy"},
    {"dose_tier": "0.5", "sex": "female"},
    {"side_effect": "none", "age": "28-95"},
    {"individually_reported": "true"},
    {"dose_tier": "17"},
])  # fmt: skip
def test_the_page_follows_the_filter(params: dict):
    app = page(**params)
    assert not app.exception
    assert "How it went" in html_of(app)


def test_a_click_adds_a_value_and_a_second_one_takes_it_away():
    women = Cohort.of(sex=["female"])
    narrowed = toggled(women, "diagnosis", ["dermatomyositis"])
    assert narrowed == Cohort.of(sex=["female"], diagnosis=["dermatomyositis"])
    assert toggled(narrowed, "diagnosis", ["dermatomyositis"]) == women
    both = toggled(narrowed, "diagnosis", ["pyoderma gangrenosum"])
    assert both.values("diagnosis") == ("dermatomyositis", "pyoderma gangrenosum")


def test_an_empty_cohort_is_a_sentence():
    app = page(diagnosis="dermatomyositis", age="1-2")
    assert not app.exception
    assert "No patient" in app.info[0].value
