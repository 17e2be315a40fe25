"""Every page under filters, for an empty cohort, and with tampered links: never a traceback."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from lib import nature
from lib.cohort import PARAMETERS
from lib.errors import RegistryError
from lib.registry import store
from lib.ui import data
from lib.ui.notice import as_text
from tests.registries import open_tables
from tests.screen import html_of, open_app, texts

PAGES = (
    "overview",
    "summary_tables",
    "timelines",
    "patient",
    "cohorts",
    "response",
    "side_effects",
    "compare",
    "dose_and_cost",
    "publication",
    "dictionary",
    "import",
    "sql",
)
# What these show is not narrowed by the filter.
NEED_NO_COHORT = ("patient", "cohorts", "compare", "publication", "dictionary", "import", "sql")
# What these show does not depend on it at all.
SAME_FOR_ALL = ("publication", "dictionary", "import", "sql")
COHORTS = {
    "everybody": {},
    "diagnosis": {"diagnosis": ["dermatomyositis"]},
    "group": {"diagnosis": ["bullous autoimmune dermatoses"]},
    "several": {"dose_tier": ["1", "0.5"], "side_effect": ["any"]},
    "range": {"age": ["40-60"], "sex": ["female"]},
    "flag": {"individually_reported": ["true"]},
    "list and number": {
        "concomitant_drug": ["prednisolone", "methotrexate"],
        "concomitant_drug_match": ["none"],
        "duration": ["0.5-10.5"],
    },
    "one patient": {"diagnosis": ["Stevens-Johnson syndrome"]},
    "nobody": {"diagnosis": ["livedoid vasculopathy"], "sex": ["male"]},
}


def charts(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def describes_its_charts(app: AppTest) -> bool:
    """Whether each drawn chart has an alternative text."""
    return all(len(chart["description"].split()) > 5 for chart in charts(app))


@pytest.mark.parametrize(
    ("page", "cohort"),
    [
        (page, cohort)
        for page in PAGES
        for cohort in COHORTS
        if page not in SAME_FOR_ALL or cohort in ("everybody", "nobody")
    ],
)
def test_every_page_answers_every_cohort(page, cohort):
    app = open_app(page, COHORTS[cohort])
    assert not app.exception
    assert not app.error
    assert "of 32 patients" in texts(app)
    assert "Published aggregates; rows partly reconstructed (100 versions)" in texts(app)
    assert "not for decisions on an individual's treatment" in texts(app)
    assert describes_its_charts(app)
    if cohort == "nobody" and page not in NEED_NO_COHORT:
        assert "No patient meets all of these criteria." in texts(app)


TAMPERED = {
    "diagnosis": ["gout"],
    "sex": ["female' or 1=1 --"],
    "age": ["60-40", "old"],
    "individually_reported": ["maybe"],
    "prior_drug_match": ["some"],
}


@pytest.mark.parametrize("page", PAGES)
def test_a_tampered_link_is_ignored_with_a_notice_of_each_value(page):
    app = open_app(page, TAMPERED)
    assert not app.exception
    assert not app.error
    notices = [warning.value for warning in app.warning]
    for offending in [value for values in TAMPERED.values() for value in values]:
        assert any(as_text(f"“{offending}”") in notice for notice in notices), offending
    assert "32 of 32 patients" in texts(app)


@settings(max_examples=15)
@given(
    st.dictionaries(
        st.sampled_from(
            [
                *PARAMETERS,
                *("patient", "patient_beside", "version", "summary_tables_by"),
                *("timelines_sort", "timelines_group", "timelines_page"),
            ]
        ),
        st.lists(st.text(max_size=30), min_size=1, max_size=3),
        max_size=4,
    ),
    st.sampled_from(PAGES),
)
def test_no_link_whatever_brings_a_page_down(params, page):
    app = open_app(page, params)
    assert not app.exception
    assert "of 32 patients" in texts(app)


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("timelines", "patient")])
def test_a_page_opens_with_its_question(page):
    app = open_app(page, {})
    headings = re.findall("<h2>(.*?)</h2>", html_of(app))
    assert headings[0].endswith("?")


@pytest.mark.usefixtures("own_cache")
def test_a_failed_first_run_does_not_break_the_next_page(monkeypatch):
    def fail(folder):
        raise RegistryError("The registry is missing.")

    with monkeypatch.context() as patch:
        patch.setattr(data, "open_warehouse", fail)
        app = open_app("overview", {})
        assert [error.value for error in app.error] == [as_text("The registry is missing.")]
    app.switch_page("pages/timelines.py").run()
    assert not app.exception
    assert "32 of 32 patients" in texts(app)


@pytest.mark.usefixtures("own_cache")
def test_the_denominator_holds_every_patient_of_the_largest_version(monkeypatch, tmp_path):
    own = open_tables(
        tmp_path,
        patients="""
            imputation | patient_id
            1          | A
            1          | B
            1          | C
            2          | A
            3          | A
        """,
    )
    monkeypatch.setattr(data, "open_warehouse", lambda folder: own)
    assert "1 ⟨1–3⟩ of 3 patients" in texts(open_app("overview", {}))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("cohort", ["everybody", "several", "nobody"])
def test_every_page_answers_for_the_demo_and_calls_it_synthetic(page, cohort):
    nobody = {"diagnosis": ["dermatomyositis"], "age": ["0-1"]}
    asked = nobody if cohort == "nobody" else COHORTS[cohort]
    app = open_app(page, {"dataset": ["demo_registry"], **asked})
    assert not app.exception
    assert not app.error
    assert "of 600 patients" in texts(app)
    assert "Synthetic data: no real patient" in texts(app)
    titles = [chart["title"] for chart in charts(app)]
    assert all(title["subtitle"][0] == "Synthetic data: no real patient" for title in titles)
    assert describes_its_charts(app)
    if cohort == "nobody" and page not in NEED_NO_COHORT:
        assert "No patient meets all of these criteria." in texts(app)


@pytest.mark.parametrize("page", [page for page in PAGES if page not in SAME_FOR_ALL])
def test_only_a_reconstruction_has_versions(page):
    def said(dataset: str) -> str:
        app = open_app(page, {"dataset": [dataset], "dose_tier": ["2"], "sex": ["female"]})
        pieces = [chart["title"].get("subtitle", []) for chart in charts(app)]
        bodies = [html.proto.body for html in app.get("html")]
        return texts(app) + "".join(bodies) + str(pieces)

    assert "version" in said("case_series")
    assert "version" not in said("demo_registry")


def test_the_dataset_stays_when_the_page_changes():
    app = open_app("overview", {"dataset": ["demo_registry"]})
    app.switch_page("pages/timelines.py").run()
    assert app.query_params["dataset"] == "demo_registry"
    assert "of 600 patients" in texts(app)


def test_every_nature_that_a_manifest_may_name_has_words():
    assert set(nature.NATURES) == set(store.NATURES)


def test_a_dataset_that_does_not_exist_is_answered_with_the_series():
    app = open_app("overview", {"dataset": ["nowhere"]})
    assert any("nowhere" in warning.value for warning in app.warning)
    assert "32 of 32 patients" in texts(app)
