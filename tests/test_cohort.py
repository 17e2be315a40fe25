"""The filter as a value: it survives the URL, says what it can't read, and reads as words."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.cohort import FIELDS, MATCHES, PARAMETERS, Cohort, cohort_from_url

ALLOWED = {
    "diagnosis": ["dermatomyositis", "pemphigus vulgaris", "linear IgA dermatosis"],
    "dose_tier": ["2", "1", "0.5", "0.4"],
    "side_effect": ["any", "none", "headache", "abdominal pain"],
    "sex": ["female", "male"],
    "response": ["response", "no response"],
    "event": ["any", "none", "relapse", "remission"],
    "concomitant_drug": ["any", "none", "prednisolone", "methotrexate"],
    "prior_drug": ["any", "none", "rituximab", "glucocorticoid, not specified"],
    "subtype": ["classic", "amyopathic"],
    "overlap": ["lupus erythematosus"],
    "centre": ["Centre 1", "Centre 2"],
}
LISTS = ("side_effect", "event", "concomitant_drug", "prior_drug")
# Whole numbers, or tenths; in tenths, because those are exact.
TENTHS = {"age": 10, "cycles": 10, "duration": 1}


@st.composite
def cohorts(draw: st.DrawFn) -> Cohort:
    """Any cohort that the filter can make."""
    selected = {
        name: draw(st.lists(st.sampled_from(values), unique=True))
        for name, values in ALLOWED.items()
    }
    for name, tenths in TENTHS.items():
        end = st.integers(0, 999 // tenths).map(lambda n, tenths=tenths: n * tenths / 10)
        ends = st.tuples(end, end).map(lambda ends: tuple(sorted(ends)))
        selected[name] = draw(st.none() | ends)
    selected["individually_reported"] = draw(st.booleans())
    matches = {f"{name}_match": draw(st.sampled_from(MATCHES)) for name in LISTS}
    return Cohort.of(**selected, **matches)


def test_the_examples_name_every_field():
    named = {*ALLOWED, *TENTHS, "individually_reported"}
    assert named == {field.name for field in FIELDS}
    assert set(LISTS) == {field.name for field in FIELDS if field.kind == "list"}


@given(cohorts())
def test_a_link_reopens_exactly_the_same_cohort(cohort: Cohort):
    reopened, notices = cohort_from_url(parse_qs(cohort.query_string), ALLOWED)
    assert reopened == cohort
    assert notices == []


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.lists(st.text(max_size=80))))
def test_whatever_a_link_says_it_is_read_or_answered(params: dict[str, list[str]]):
    cohort, notices = cohort_from_url(params, ALLOWED)
    reopened, further = cohort_from_url(cohort.query_params, ALLOWED)
    assert (reopened, further) == (cohort, [])
    n_values = sum(len(set(values)) for values in params.values())
    n_read = sum(len(values) for values in cohort.query_params.values())
    # What a link says of how to match is no filter in itself: it may be read, and select nothing.
    n_matches = sum(value in MATCHES for values in params.values() for value in set(values))
    assert n_read + len(notices) + n_matches >= n_values


def test_the_link_has_bare_names_and_raw_values():
    cohort = Cohort.of(
        diagnosis=["dermatomyositis"],
        dose_tier=["1", "0.5"],
        side_effect=["headache"],
        sex=["female"],
        age=(40, 60),
        duration=(0.5, 2),
    )
    assert cohort.query_string == (
        "diagnosis=dermatomyositis&dose_tier=1&dose_tier=0.5"
        "&side_effect=headache&sex=female&age=40-60&duration=0.5-2"
    )


def test_the_link_says_how_a_list_is_matched_if_it_is_not_any():
    headache_and_nausea = Cohort.of(side_effect=["nausea", "headache"], side_effect_match="all")
    assert headache_and_nausea.query_string == (
        "side_effect=headache&side_effect=nausea&side_effect_match=all"
    )
    assert "match" not in Cohort.of(prior_drug=["any"], prior_drug_match="any").query_string


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
        ("age", "40.5-60", "two whole numbers"),
        ("duration", "0.55-2", "one decimal at most"),
        ("duration", "2-0.5", "the lower one first"),
        ("cycles", "3", "such as 40-60"),
        ("individually_reported", "yes", "Write true"),
        ("side_effect_match", "some", "any, all, none"),
        ("prior_drug_match", "", "any, all, none"),
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
    assert Cohort.of(duration=(1, 2)) == Cohort.of(duration=(1.04, 2.0))
    assert hash(Cohort.of(duration=(1, 2))) == hash(Cohort.of(duration=(1.0, 2.0)))
    assert Cohort.of(sex=["female", "female"]) == Cohort.of(sex=["female"])


def test_all_of_one_value_is_any_of_it_but_none_of_it_is_not():
    any_of = Cohort.of(prior_drug=["rituximab"])
    assert Cohort.of(prior_drug=["rituximab"], prior_drug_match="any") == any_of
    assert Cohort.of(prior_drug=["rituximab"], prior_drug_match="all") == any_of
    assert Cohort.of(prior_drug=["rituximab"], prior_drug_match="none") != any_of
    assert Cohort.of(prior_drug=[], prior_drug_match="none") == Cohort()


def test_the_same_values_matched_otherwise_are_other_cohorts():
    two = {"side_effect": ["headache", "nausea"]}
    found = [Cohort.of(**two, side_effect_match=match) for match in MATCHES]
    assert len(set(found)) == len({cohort.criteria for cohort in found}) == len(MATCHES)


def test_a_changed_cohort_keeps_everything_else():
    cohort = Cohort.of(
        sex=["female"], side_effect=["headache", "nausea"], side_effect_match="all", age=(40, 60)
    )
    assert cohort.changed() == cohort
    assert cohort.changed(sex=()) == Cohort.of(
        side_effect=["headache", "nausea"], side_effect_match="all", age=(40, 60)
    )
    assert cohort.changed(side_effect=()) == Cohort.of(sex=["female"], age=(40, 60))
    assert cohort.changed(age=(50, 60)).match("side_effect") == "all"


def test_the_first_way_to_match_counts_and_the_others_are_said():
    params = {"side_effect": ["headache", "abdominal pain"]}
    cohort, notices = cohort_from_url(params | {"side_effect_match": ["all", "none"]}, ALLOWED)
    assert cohort == Cohort.of(**params, side_effect_match="all")
    assert len(notices) == 1


def test_a_field_that_a_dataset_lacks_says_so():
    _, (notice,) = cohort_from_url({"overlap": ["scleroderma"]}, {})
    assert "This dataset has none." in notice


@pytest.mark.parametrize(
    ("cohort", "words"),
    [
        (Cohort(), ""),
        (Cohort.of(sex=["female"]), "female"),
        (Cohort.of(diagnosis=["dermatomyositis"], sex=["female"]), "dermatomyositis · female"),
        (Cohort.of(dose_tier=["1", "0.5"]), "1 or 0.5 g/kg per cycle"),
        (Cohort.of(side_effect=["any"]), "with side-effects"),
        (Cohort.of(side_effect=["none"]), "without side-effects"),
        (Cohort.of(side_effect=["headache", "nausea"]), "with headache or nausea"),
        (Cohort.of(side_effect=["any", "none"]), "with side-effects or without side-effects"),
        (
            Cohort.of(side_effect=["headache", "nausea"], side_effect_match="all"),
            "with headache and nausea",
        ),
        (
            Cohort.of(side_effect=["headache", "nausea"], side_effect_match="none"),
            "without headache or nausea",
        ),
        (
            Cohort.of(side_effect=["any", "headache"], side_effect_match="none"),
            "without side-effects and without headache",
        ),
        (
            Cohort.of(side_effect=["none"], side_effect_match="none"),
            "with side-effects",
        ),
        (
            Cohort.of(concomitant_drug=["methotrexate"], concomitant_drug_match="none"),
            "without concomitant methotrexate",
        ),
        (Cohort.of(concomitant_drug=["none"]), "without co-medication"),
        (Cohort.of(prior_drug=["rituximab"]), "with prior rituximab"),
        (Cohort.of(age=(40, 60)), "aged 40–60 years"),
        (Cohort.of(age=(40, 40)), "aged 40 years"),
        (Cohort.of(cycles=(1, 1)), "1 cycle"),
        (Cohort.of(cycles=(2, 6)), "2–6 cycles"),
        (Cohort.of(duration=(0.5, 2)), "treated for 0.5–2 years"),
        (Cohort.of(subtype=["amyopathic"]), "amyopathic subtype"),
        (Cohort.of(overlap=["lupus erythematosus"]), "overlap with lupus erythematosus"),
        (Cohort.of(individually_reported=True), "only individually reported patients"),
    ],
)
def test_a_cohort_reads_as_words(cohort: Cohort, words: str):
    assert cohort.words == words
