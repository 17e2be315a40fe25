"""Rates per person-time: Garwood's limits, statsmodels, and what must hold of any rate."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.rates import confint_poisson

from lib.stats import person_time_rate


# The 95% limits of a Poisson count as tables print them: Garwood F. Biometrika 1936;28:437–442;
# Ulm K. Am J Epidemiol 1990;131:373–375.
@pytest.mark.parametrize(
    ("n_events", "lower", "upper"),
    [(0, 0, 3.69), (1, 0.03, 5.57), (3, 0.62, 8.77), (10, 4.80, 18.39)],
)
def test_the_limits_of_a_count_are_garwoods(n_events: int, lower: float, upper: float):
    found = person_time_rate(n_events, person_time=1)
    assert found.estimate == n_events
    assert (round(found.lower, 2), round(found.upper, 2)) == (lower, upper)


def test_without_an_event_the_upper_limit_is_about_3_over_the_time():
    # exp(−upper) = 0.025, so upper = −ln 0.025 = 3.689, here over 50 years and per 100.
    found = person_time_rate(0, 50, per=100)
    assert (found.estimate, found.lower) == (0, 0)
    assert found.upper == pytest.approx(-math.log(0.025) / 50 * 100)


def test_the_unit_is_the_callers():
    # 3 events in 60 years are 0.05 a year and 5 in 100 years.
    assert person_time_rate(3, 60).estimate == pytest.approx(0.05)
    assert person_time_rate(3, 60, per=100).estimate == pytest.approx(5)


@given(
    st.integers(0, 300),
    st.floats(0.1, 1e4),
    st.sampled_from([1, 100, 1000]),
    st.sampled_from([0.8, 0.95, 0.99]),
)
def test_it_agrees_with_statsmodels(n_events: int, person_time: float, per: float, level: float):
    found = person_time_rate(n_events, person_time, per, level)
    expected = confint_poisson(n_events, person_time, method="exact-c", alpha=1 - level)
    # statsmodels gives NaN as the lower limit of no events; it is 0 (Garwood).
    assert found.lower == pytest.approx(0 if n_events == 0 else expected[0] * per, rel=1e-6)
    assert found.upper == pytest.approx(expected[1] * per, rel=1e-6)
    assert found.lower <= found.estimate <= found.upper


def test_in_no_time_there_is_no_rate():
    assert person_time_rate(0, 0) is None
    assert person_time_rate(2, 0) is None  # all had a single cycle, which lasts 0 years


@pytest.mark.parametrize("n_events", [-1, 1.5, math.nan, None])
def test_what_is_no_count_is_refused(n_events: float | None):
    with pytest.raises(ValueError, match="n_events is a whole number from 0"):
        person_time_rate(n_events, 10)


@pytest.mark.parametrize("person_time", [-1, math.nan, math.inf, None])
def test_what_is_no_time_is_refused(person_time: float | None):
    with pytest.raises(ValueError, match="person_time is a finite number from 0"):
        person_time_rate(1, person_time)


@pytest.mark.parametrize("per", [0, -100, math.nan])
def test_what_is_no_unit_is_refused(per: float):
    with pytest.raises(ValueError, match="per is"):
        person_time_rate(1, 10, per)
