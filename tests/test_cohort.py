"""The filter as a value: it survives the URL, says what it can't read, and reads as words."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.cohort import FIELDS, Cohort, cohort_from_url

ALLOWED = {
    "diagnosis": ["dermatomyositis", "pemphigus vulgaris", "linear IgA dermatosis"],
    "dose_tier": ["2", "1", "0.5", "0.4"],
    "side_effect": ["any", "none", "headache", "abdominal pain"],
    "sex": ["female", "male"],
    "response": ["response", "no response"],
}


@st.composite
def cohorts(draw: st.DrawFn) -> Cohort:
    """Any cohort that the filter can make."""
    selected = {
        name: draw(st.lists(st.sampled_from(values), unique=True))
        for name, values in ALLOWED.items()
    }
    ages = st.tuples(st.integers(0, 120), st.integers(0, 120)).map(lambda ends: tuple(sorted(ends)))
    selected["age"] = draw(st.none() | ages)
    selected["individually_reported"] = draw(st.booleans())
    return Cohort.of(**selected)


@given(cohorts())
def test_a_link_reopens_exactly_the_same_cohort(cohort: Cohort):
    reopened, notices = cohort_from_url(parse_qs(cohort.query_string), ALLOWED)
    assert reopened == cohort
    assert notices == []


@given(st.dictionaries(st.sampled_from([f.name for f in FIELDS]), st.lists(st.text(max_size=80))))
def test_whatever_a_link_says_it_is_read_or_answered(params: dict[str, list[str]]):
    cohort, notices = cohort_from_url(params, ALLOWED)
    reopened, further = cohort_from_url(cohort.query_params, ALLOWED)
    assert (reopened, further) == (cohort, [])
    n_values = sum(len(set(values)) for values in params.values())
    n_read = sum(len(values) for values in cohort.query_params.values())
    assert n_read + len(notices) >= n_values


def test_the_link_has_bare_names_and_raw_values():
    cohort = Cohort.of(
        diagnosis=["dermatomyositis"],
        dose_tier=["1", "0.5"],
        side_effect=["headache"],
        sex=["female"],
        age=(40, 60),
    )
    assert cohort.query_string == (
        "diagnosis=dermatomyositis&dose_tier=1&dose_tier=0.5"
        "&side_effect=headache&sex=female&age=40-60"
    )


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("sex", "robot", "female, male"),
        ("diagnosis", "' or 1=1 --", "dermatomyositis"),
        ("dose_tier", "2.0", "2, 1, 0.5, 0.4"),
        ("age", "60-40", "the lower one first"),
        ("age", "old", "such as 40-60"),
        ("age", "-5-40", "such as 40-60"),
        ("age", "1e3-2e3", "such as 40-60"),
        ("individually_reported", "yes", "Write true"),
    ],
)
def test_a_bad_value_is_left_out_and_said(name: str, value: str, advice: str):
    cohort, notices = cohort_from_url({name: [value], "response": ["response"]}, ALLOWED)
    assert cohort == Cohort.of(response=["response"])
    (notice,) = notices
    assert value in notice
    assert advice in notice


def test_good_values_beside_a_bad_one_are_kept():
    cohort, notices = cohort_from_url({"sex": ["female", "robot"]}, ALLOWED)
    assert cohort == Cohort.of(sex=["female"])
    assert len(notices) == 1


def test_parameters_of_other_things_are_not_looked_at():
    assert cohort_from_url({"publication_view": ["Decisions"]}, ALLOWED) == (Cohort(), [])


def test_a_very_long_value_is_not_repeated_in_full():
    _, notices = cohort_from_url({"sex": ["x" * 5000]}, ALLOWED)
    assert len(notices[0]) < 500


def test_equal_selections_are_equal_cohorts():
    assert Cohort.of(sex=["female"], age=(40, 60)) == Cohort.of(age=(40, 60), sex=["female"])
    assert hash(Cohort.of(sex=["female"])) == hash(Cohort.of(sex=["female"]))
    assert Cohort.of(sex=[], age=None, individually_reported=False) == Cohort()


@pytest.mark.parametrize(
    ("cohort", "words"),
    [
        (Cohort(), ""),
        (Cohort.of(sex=["female"]), "female"),
        (Cohort.of(diagnosis=["dermatomyositis"], sex=["female"]), "dermatomyositis · female"),
        (Cohort.of(dose_tier=["1", "0.5"]), "1 or 0.5 g/kg per cycle"),
        (Cohort.of(side_effect=["any"]), "with side-effects"),
        (Cohort.of(side_effect=["none"]), "without side-effects"),
        (Cohort.of(side_effect=["headache", "nausea"]), "with headache or with nausea"),
        (Cohort.of(age=(40, 60)), "aged 40–60 years"),
        (Cohort.of(individually_reported=True), "only individually reported patients"),
    ],
)
def test_a_cohort_reads_as_words(cohort: Cohort, words: str):
    assert cohort.words == words
