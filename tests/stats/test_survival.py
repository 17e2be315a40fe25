"""Survival: the leukaemia trial in every textbook, two other programs, and what must hold."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from lib.stats import kaplan_meier, logrank, median_survival, numbers_at_risk
from tests.stats.published import MERCAPTOPURINE, PLACEBO

Followed = tuple[list[float], list[bool]]


def followed(min_size: int = 1, max_size: int = 25) -> st.SearchStrategy[Followed]:
    """Durations in whole units, so that many are equal, and whether the event came."""
    patient = st.tuples(st.integers(0, 12), st.booleans())
    return st.lists(patient, min_size=min_size, max_size=max_size).map(
        lambda patients: tuple(map(list, zip(*patients, strict=True)))
    )


def test_the_curve_of_the_leukaemia_trial():
    # Kleinbaum DG, Klein M. Survival Analysis, 3rd ed. 2012, chapter 2, prints these steps.
    curve = kaplan_meier(*MERCAPTOPURINE)
    events = [
        (step.time, step.n_at_risk, step.n_events, round(step.survival, 4))
        for step in curve.steps
        if step.n_events
    ]
    assert events == [
        (6, 21, 3, 0.8571),
        (7, 17, 1, 0.8067),
        (10, 15, 1, 0.7529),
        (13, 12, 1, 0.6902),
        (16, 11, 1, 0.6275),
        (22, 7, 1, 0.5378),
        (23, 6, 1, 0.4482),
    ]
    assert (curve.n, curve.n_events, curve.n_missing) == (21, 9, 0)


def test_the_first_limits_by_hand():
    # At 6 weeks S = 18/21 and Greenwood's sum is 3 / (21 · 18): S ^ exp(± 1.96 √sum / ln S).
    step = kaplan_meier(*MERCAPTOPURINE).steps[1]
    survival, root = 18 / 21, math.sqrt(3 / (21 * 18))
    limits = [survival ** math.exp(z * root / math.log(survival)) for z in (1.959964, -1.959964)]
    assert sorted((step.lower, step.upper)) == pytest.approx(sorted(limits), abs=1e-6)


def test_the_medians_of_the_leukaemia_trial():
    # 23 and 8 weeks are in every textbook; the limits are those of statsmodels (SAS's method).
    for group, median, limits in [(MERCAPTOPURINE, 23, (13, None)), (PLACEBO, 8, (4, 11))]:
        found = median_survival(kaplan_meier(*group))
        assert found.estimate == median
        assert (found.lower, found.upper) == limits


def test_the_log_rank_test_of_the_leukaemia_trial():
    # Printed everywhere: chi-square 16.79 with 1 degree of freedom.
    found = logrank([MERCAPTOPURINE, PLACEBO])
    assert round(found.statistic, 2) == 16.79
    assert found.df == 1
    assert found.p_value == pytest.approx(math.erfc(math.sqrt(found.statistic / 2)))
    assert found.n == (21, 21)


def test_numbers_below_the_curve_of_the_leukaemia_trial():
    # Just before week 6 all 21, just before 10 those 15 that the curve's step has, then by hand.
    found = numbers_at_risk(MERCAPTOPURINE[0], [0, 6, 10, 20, 30, 40])
    assert found.n_at_risk == (21, 21, 15, 8, 4, 0)
    assert found.times == (0, 6, 10, 20, 30, 40)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@given(followed(), st.sampled_from([0.8, 0.95]))
def test_the_limits_agree_with_scipy(patients: Followed, level: float):
    durations, observed = patients
    assume(any(observed))
    curve = kaplan_meier(durations, observed, level)
    data = stats.CensoredData.right_censored(durations, [not event for event in observed])
    survival = stats.ecdf(data).sf
    expected = survival.confidence_interval(level, method="log-log")
    for step, height, lower, upper in zip(
        curve.steps[1:],
        survival.probabilities,
        expected.low.probabilities,
        expected.high.probabilities,
        strict=True,
    ):
        assert step.survival == pytest.approx(height, abs=1e-12)
        if step.lower is not None:
            assert (step.lower, step.upper) == pytest.approx((lower, upper), abs=1e-9)


@given(followed())
def test_the_steps_agree_with_statsmodels(patients: Followed):
    durations, observed = patients
    assume(any(observed))
    expected = SurvfuncRight(durations, np.array(observed, dtype=int))
    steps = [step for step in kaplan_meier(durations, observed).steps if step.n_events]
    assert [step.time for step in steps] == expected.surv_times.tolist()
    assert [step.n_at_risk for step in steps] == expected.n_risk.tolist()
    assert [step.n_events for step in steps] == expected.n_events.tolist()
    assert [step.survival for step in steps] == pytest.approx(expected.surv_prob.tolist())


@given(followed())
def test_a_curve_falls_inside_its_limits_and_accounts_for_everybody(patients: Followed):
    curve = kaplan_meier(*patients)
    first, *others = curve.steps
    assert (first.time, first.n_at_risk, first.survival) == (0, len(patients[0]), 1)
    for before, after in pairwise(curve.steps):
        assert before.time < after.time or before is first
        assert after.survival <= before.survival
        assert after.n_at_risk == before.n_at_risk - before.n_events - before.n_censored
    for step in others:
        assert 0 <= step.survival <= 1
        has_limits = 0 < step.survival < 1
        assert (step.lower is not None) == (step.upper is not None) == has_limits
        if has_limits:
            assert 0 <= step.lower <= step.survival <= step.upper <= 1
    assert sum(step.n_events for step in curve.steps) == curve.n_events == sum(patients[1])
    assert sum(step.n_events + step.n_censored for step in curve.steps) == curve.n


@given(followed())
def test_numbers_at_risk_are_those_of_the_steps(patients: Followed):
    steps = kaplan_meier(*patients).steps[1:]
    found = numbers_at_risk(patients[0], [step.time for step in steps])
    assert found.n_at_risk == tuple(step.n_at_risk for step in steps)


@given(followed(), st.randoms(use_true_random=False))
def test_the_order_of_the_patients_does_not_matter(patients: Followed, random):
    rows = list(zip(*patients, strict=True))
    shuffled = tuple(map(list, zip(*random.sample(rows, len(rows)), strict=True)))
    assert kaplan_meier(*shuffled) == kaplan_meier(*patients)


@given(st.lists(st.tuples(followed(), st.integers(1, 4)), min_size=2, max_size=3))
def test_patients_who_are_counted_are_as_many_as_those_who_are_listed(groups: list):
    """Each time once, with how many patients it is that of, or once a patient."""
    listed = [tuple(np.repeat(column, n).tolist() for column in own) for own, n in groups]
    counts = [(*own, [n] * len(own[0])) for own, n in groups]
    for (days, observed), (once, came, n) in zip(listed, counts, strict=True):
        assert kaplan_meier(once, came, counts=n) == kaplan_meier(days, observed)
        at_risk = numbers_at_risk(once, [0, 3, 12, 13], counts=n)
        assert at_risk == numbers_at_risk(days, [0, 3, 12, 13])
    assert logrank(counts) == logrank(listed)


@given(followed(), st.sampled_from([0.5, 7, 365.25]))
def test_another_unit_of_time_changes_the_times_only(patients: Followed, unit: float):
    durations, observed = patients
    there = kaplan_meier(durations, observed)
    scaled = kaplan_meier([time * unit for time in durations], observed)
    assert [step[1:] for step in scaled.steps] == [step[1:] for step in there.steps]
    median = median_survival(there).estimate
    assert median_survival(scaled).estimate == (None if median is None else median * unit)


@given(followed())
def test_the_median_is_where_half_have_had_the_event(patients: Followed):
    curve = kaplan_meier(*patients)
    median = median_survival(curve)
    if median.estimate is None:
        assert curve.steps[-1].survival > 0.5
        assert median.upper is None
    else:
        until = [step.survival for step in curve.steps if step.time <= median.estimate]
        assert until[-1] <= 0.5 + 1e-9
        assert median.lower is None or median.lower <= median.estimate
        assert median.upper is None or median.estimate <= median.upper


def test_a_survival_of_exactly_one_half_is_the_median_in_spite_of_rounding():
    # 23/24 · 22/23 · … · 12/13 = 1/2, in floating point a little more.
    assert math.prod(1 - 1 / n for n in range(24, 12, -1)) > 1 / 2
    curve = kaplan_meier(range(1, 25), [True] * 12 + [False] * 12)
    assert median_survival(curve).estimate == 12


def test_a_median_that_is_not_reached_is_none():
    found = median_survival(kaplan_meier([1, 2, 3, 4], [True, False, False, False]))
    assert found.estimate is found.upper is None


def test_a_patient_followed_for_no_time_leaves_at_time_0():
    # Single cycles last 0 years. 1 of 4 has the event at once: survival 3/4 from time 0 on.
    steps = kaplan_meier([0, 0, 1, 2], [True, False, False, False]).steps
    assert [step[:5] for step in steps[:3]] == [
        (0, 4, 0, 0, 1),
        (0, 4, 1, 1, 3 / 4),
        (1, 2, 0, 1, 3 / 4),
    ]


def test_without_events_there_are_no_limits():
    steps = kaplan_meier([1, 2], [False, False]).steps
    assert [(step.survival, step.lower, step.upper) for step in steps] == [(1, None, None)] * 3


def test_two_groups_agree_with_scipy_and_three_with_statsmodels():
    third = ([2, 5, 9, 14, 14, 21, 30, 33], [True, True, False, True, True, False, True, False])
    # scipy's statistic is the signed root of ours.
    data = [
        stats.CensoredData.right_censored(times, [not event for event in observed])
        for times, observed in (MERCAPTOPURINE, PLACEBO)
    ]
    found = logrank([MERCAPTOPURINE, PLACEBO])
    assert found.statistic == pytest.approx(stats.logrank(*data).statistic ** 2)

    groups = [MERCAPTOPURINE, PLACEBO, third]
    found = logrank(groups)
    assert (found.statistic, found.p_value) == pytest.approx(by_statsmodels(groups))
    assert found.df == 2


def by_statsmodels(groups: list[Followed]) -> tuple[float, float]:
    times = np.concatenate([times for times, _ in groups])
    status = np.concatenate([observed for _, observed in groups]).astype(int)
    return survdiff(times, status, np.repeat(range(len(groups)), [len(t) for t, _ in groups]))


@given(st.lists(followed(min_size=3), min_size=2, max_size=4))
def test_the_log_rank_test_agrees_with_statsmodels(groups: list[Followed]):
    found = logrank(groups)
    # statsmodels has no answer where a group adds no degree of freedom.
    assume(found.df == len(groups) - 1)
    statistic, p_value = by_statsmodels(groups)
    assert found.statistic == pytest.approx(statistic, rel=1e-6, abs=1e-9)
    assert found.p_value == pytest.approx(p_value, rel=1e-6, abs=1e-9)


@given(st.lists(followed(), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_the_groups_does_not_matter(groups: list[Followed], random):
    found, shuffled = logrank(groups), logrank(random.sample(groups, len(groups)))
    assert found.df == shuffled.df
    if found.p_value is None:
        assert shuffled.p_value is None
    else:
        assert found.p_value == pytest.approx(shuffled.p_value, rel=1e-6, abs=1e-9)
        assert 0 <= found.p_value <= 1


@given(st.lists(followed(), min_size=2, max_size=3))
def test_a_group_that_left_before_the_first_event_adds_nothing(groups: list[Followed]):
    later = [([time + 1 for time in times], observed) for times, observed in groups]
    found, with_another = logrank(later), logrank([*later, ([0, 0], [False, False])])
    assert with_another.df == found.df
    assert with_another.p_value == pytest.approx(found.p_value)


def test_patients_with_a_gap_are_dropped_and_counted():
    durations = [*MERCAPTOPURINE[0], None, 5.0]
    observed = pd.array([*MERCAPTOPURINE[1], True, None], dtype="boolean")
    curve = kaplan_meier(durations, observed)
    assert curve.steps == kaplan_meier(*MERCAPTOPURINE).steps
    assert curve.n_missing == 2
    found = logrank([(durations, observed), PLACEBO])
    assert round(found.statistic, 2) == 16.79
    assert found.n_missing == 2
    # Without `observed` nobody can know that the second is not in the curve.
    assert numbers_at_risk(durations, [5]).n_at_risk == (22,)
    assert numbers_at_risk(durations, [5]).n_missing == 1
    assert numbers_at_risk(durations, [5], observed).n_at_risk == (21,)
    assert numbers_at_risk(durations, [5], observed).n_missing == 2


def test_of_nobody_there_is_no_curve():
    curve = kaplan_meier([None], [True])
    assert (curve.steps, curve.n, curve.n_missing) == ((), 0, 1)
    assert median_survival(curve).estimate is None
    assert numbers_at_risk([], [0, 1]).n_at_risk == (0, 0)


def test_a_log_rank_test_without_anything_to_compare_says_so():
    nobody = logrank([MERCAPTOPURINE, ([None], [True])])
    assert (nobody.p_value, nobody.method) == (None, "not computed: a group has no patients")
    no_event = logrank([([1, 2], [False, False]), ([3], [False])])
    assert (no_event.p_value, no_event.df) == (None, None)
    assert no_event.method.startswith("not computed: no event")
    # The only event came when the other group had left.
    assert logrank([([1], [False]), ([5, 6], [True, False])]).p_value is None


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match="one length"):
        kaplan_meier([1, 2], [True])


def test_negative_durations_are_refused_and_not_repeated():
    with pytest.raises(ValueError, match="1 are negative") as refusal:
        kaplan_meier([-77.5, 2], [True, True])
    assert "77" not in str(refusal.value)
    with pytest.raises(ValueError, match="negative"):
        numbers_at_risk([-1], [0])


@pytest.mark.parametrize("event", [2, 0.5, "relapse"])
def test_an_observation_that_is_neither_true_nor_false_is_refused(event: object):
    with pytest.raises(ValueError, match=r"true or false|not a number"):
        kaplan_meier([1, 2], [True, event])


def test_an_infinite_duration_is_refused():
    with pytest.raises(ValueError, match="infinite"):
        kaplan_meier([1, math.inf], [True, False])


def test_one_group_is_refused():
    with pytest.raises(ValueError, match="At least two groups"):
        logrank([MERCAPTOPURINE])


def test_a_level_in_percent_is_refused():
    with pytest.raises(ValueError, match=r"such as 0\.95"):
        kaplan_meier(*MERCAPTOPURINE, level=95)
