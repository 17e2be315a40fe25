"""Named cohorts: what a link and a file hold, what is refused, and that they stay."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from lib.cohort import Cohort
from lib.named_cohorts import (
    FORMAT,
    MAX_COHORTS,
    MAX_FILE_BYTES,
    NamedCohort,
    NamedCohortError,
    added,
    from_file,
    from_link,
    link_texts,
    named,
    to_file,
)
from tests.screen import open_app, texts
from tests.test_cohort import ALLOWED, cohorts

DATASET = "case_series"
REDUCED = Cohort.of(dose_tier=["1", "0.5"])
WOMEN = Cohort.of(sex=["female"])


def names() -> st.SearchStrategy[str]:
    """Whatever a reader may call a cohort."""
    return st.text(st.characters(codec="utf-8", exclude_characters="~"), min_size=1, max_size=40)


def content(**changes: object) -> bytes:
    """A good file, with something else in it."""
    file = {
        "format": FORMAT,
        "version": 1,
        "dataset": DATASET,
        "cohorts": [{"name": "Reduced dose", "filter": {"dose_tier": ["1", "0.5"]}}],
    }
    return json.dumps(file | changes).encode()


@given(st.lists(st.tuples(names(), cohorts()), max_size=4))
def test_a_link_and_a_file_bring_back_the_same_cohorts(drawn: list[tuple[str, Cohort]]):
    kept: tuple[NamedCohort, ...] = ()
    for name, cohort in drawn:
        try:
            kept = added(kept, [named(name, cohort, DATASET)])
        except NamedCohortError:
            continue
    assert from_link(link_texts(kept), DATASET, ALLOWED) == (kept, [])
    assert from_file(to_file(kept, DATASET), DATASET, ALLOWED) == kept


@given(st.text(max_size=60) | st.tuples(names(), st.text(max_size=40)).map("~".join))
def test_whatever_a_link_names_is_read_or_answered(text: str):
    kept, notices = from_link([text], DATASET, ALLOWED)
    assert len(kept) + len(notices) == 1
    assert from_link(link_texts(kept), DATASET, ALLOWED) == (kept, [])


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_a_file_holds_it_is_read_or_refused_in_a_sentence(data: bytes):
    with pytest.raises(NamedCohortError, match=r"\.$"):
        from_file(data, DATASET, ALLOWED)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "other"}, "does not say that it holds named cohorts"),
        ({"version": 2}, "has version “2” of the format, and only version 1 can be read"),
        ({"version": None}, "has version “None”"),
        ({"dataset": "demo_registry"}, "belong to the dataset “demo_registry”"),
        ({"dataset": ["case_series"]}, "belong to the dataset"),
        ({"author": "me"}, "“author” is unknown"),
        ({"cohorts": "all"}, "must be a list"),
        ({"cohorts": [1]}, "must be a list"),
        ({"cohorts": [{"name": "A"}]}, "“filter” is missing"),
        ({"cohorts": [{"name": "A", "filter": {}, "n": 3}]}, "“n” is unknown"),
        ({"cohorts": [{"name": 3, "filter": {}}]}, "not a name with a filter"),
        ({"cohorts": [{"name": "A", "filter": {"sex": "female"}}]}, "not a name with a filter"),
        ({"cohorts": [{"name": "A", "filter": {"sex": []}}]}, "not a name with a filter"),
        ({"cohorts": [{"name": "A", "filter": {"weight": ["70-80"]}}]}, "“weight”, which is no"),
        ({"cohorts": [{"name": "A", "filter": {"age": ["60-40"]}}]}, "contradicts itself"),
        ({"cohorts": [{"name": "A", "filter": {"age": ["old"]}}]}, "asks for age “old”"),
        ({"cohorts": [{"name": "A", "filter": {"age": ["1-2", "3-4"]}}]}, "asks for age “3-4”"),
        ({"cohorts": [{"name": "A", "filter": {"sex": ["robot"]}}]}, "asks for sex “robot”"),
        ({"cohorts": [{"name": " ", "filter": {}}]}, "needs a name"),
        ({"cohorts": [{"name": "a~b", "filter": {}}]}, "can't be a cohort's name"),
        ({"cohorts": [{"name": "x" * 41, "filter": {}}]}, "at most 40"),
        ({"cohorts": [{"name": "Present filter", "filter": {}}]}, "already means something else"),
        ({"cohorts": [{"name": "A", "filter": {}}, {"name": "a", "filter": {}}]}, "names two"),
        (
            {"cohorts": [{"name": str(n), "filter": {}} for n in range(MAX_COHORTS + 1)]},
            "a link keeps 10",
        ),
    ],
    ids=lambda value: None if isinstance(value, dict) else value[:30],
)
def test_a_file_is_refused_with_what_is_wrong(changes: dict, said: str):
    with pytest.raises(NamedCohortError) as refused:
        from_file(content(**changes), DATASET, ALLOWED)
    assert said in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b"\xff\xfe\x00", b"[" * 40_000, b"null"])
def test_what_is_no_file_of_ours_is_refused(data: bytes):
    with pytest.raises(NamedCohortError, match="Choose the file that this page exported"):
        from_file(data, DATASET, ALLOWED)


def test_a_file_that_is_too_large_is_not_even_parsed():
    with pytest.raises(NamedCohortError, match="at most 50,000"):
        from_file(content() + b" " * MAX_FILE_BYTES, DATASET, ALLOWED)


def test_a_name_stands_for_one_filter():
    kept = (named("Reduced", REDUCED, DATASET),)
    assert added(kept, [named(" reduced ", REDUCED, DATASET)]) == kept
    with pytest.raises(NamedCohortError, match="“Reduced” already, with another filter"):
        added(kept, [named("reduced", WOMEN, DATASET)])


def test_a_filter_too_long_for_a_link_has_no_name():
    long = Cohort.of(side_effect=[f"symptom {n}" for n in range(60)])
    with pytest.raises(NamedCohortError, match="a link keeps 600"):
        named("Many", long, DATASET)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no filter", "not written as name~filter"),
        ("A~sex=robot", "asks for sex “robot”"),
        ("A~sex=female&weight=3", "“weight”, which is no field"),
        ("A~age=60-40", "contradicts itself"),
        ("A~sex=" + "x" * 700, "more than 600"),
        ("~sex=female", "needs a name"),
    ],
)
def test_a_cohort_of_a_link_is_left_out_as_a_whole_and_said(text: str, said: str):
    kept, (notice,) = from_link([text, "Women~sex=female"], DATASET, ALLOWED)
    assert [each.cohort for each in kept] == [WOMEN]
    assert said in notice
    assert len(notice) < 400


# --- in the app ----------------------------------------------------------------------------


def listed(app: AppTest) -> list[str]:
    """The names of the page's list."""
    return [
        element.value.split("**")[1]
        for element in app.markdown
        if " patients" in element.value and ":small" in element.value
    ]


def test_a_cohort_gets_a_name_and_the_name_goes_into_the_link():
    app = open_app("cohorts", {"sex": ["female"]})
    app.text_input(key="cohorts_name").set_value("Women")
    app.button[0].click().run()
    assert listed(app) == ["Women"]
    assert app.query_params["cohort"] == "Women~sex=female"
    assert app.query_params["sex"] == "female"


def test_names_survive_another_page_and_another_filter():
    app = open_app("cohorts", {"cohort": ["Women~sex=female", "Reduced~dose_tier=1"]})
    app.switch_page("pages/timelines.py").run()
    app.switch_page("pages/cohorts.py").run()
    assert listed(app) == ["Women", "Reduced"]
    assert app.query_params["cohort"] == ["Women~sex=female", "Reduced~dose_tier=1"]


def test_opening_sets_the_filter_and_removing_keeps_it():
    app = open_app("cohorts", {"cohort": ["Women~sex=female", "Reduced~dose_tier=1"]})
    app.button(key="cohorts_open_Women_icon").click().run()
    assert "24 of 32 patients" in texts(app)
    app.button(key="cohorts_remove_Women_icon").click().run()
    assert listed(app) == ["Reduced"]
    assert "24 of 32 patients" in texts(app)
    assert app.query_params["cohort"] == "Reduced~dose_tier=1"


def test_a_name_that_is_taken_is_refused_and_nothing_changes():
    app = open_app("cohorts", {"cohort": ["Women~sex=female"], "sex": ["male"]})
    app.text_input(key="cohorts_name").set_value("women")
    app.button[0].click().run()
    assert "with another filter" in app.error[0].value
    assert listed(app) == ["Women"]
    assert "8 of 32 patients" in texts(app)
    # Said once.
    assert not app.run().error


def test_a_bad_cohort_in_a_link_is_said_and_the_others_are_kept():
    app = open_app("cohorts", {"cohort": ["Robots~sex=robot", "Women~sex=female"]})
    assert any("Robots" in warning.value for warning in app.warning)
    assert listed(app) == ["Women"]


def test_cohorts_of_one_dataset_are_not_those_of_another():
    app = open_app("cohorts", {"dataset": ["demo_registry"], "cohort": ["Women~sex=female"]})
    assert listed(app) == ["Women"]
    assert "356 patients" in texts(app)
