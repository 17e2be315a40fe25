"""Proportions: Newcombe's printed examples, statsmodels, and what must hold of any counts."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as t_distribution
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from lib.stats import newcombe_difference, ratio_interval, wilson_interval

LEVELS = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
NOT_COUNTS = [-1, 0.5, math.nan, None, math.inf]


@st.composite
def parts(draw: st.DrawFn) -> tuple[int, int]:
    """How many of how many, of at least one."""
    total = draw(st.integers(1, 200))
    return draw(st.integers(0, total)), total


# Newcombe RG. Stat Med 1998;17:857–872, Table I, method 3.
@pytest.mark.parametrize(
    ("n_events", "n_total", "lower", "upper"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_as_newcombe_printed_it(n_events: int, n_total: int, lower: float, upper: float):
    found = wilson_interval(n_events, n_total)
    assert found.estimate == n_events / n_total
    assert (round(found.lower, 4), round(found.upper, 4)) == (lower, upper)


# Newcombe RG. Stat Med 1998;17:873–890, Table II, method 10.
@pytest.mark.parametrize(
    ("a", "b", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0000),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_the_difference_is_as_newcombe_printed_it(
    a: tuple[int, int], b: tuple[int, int], lower: float, upper: float
):
    found = newcombe_difference(*a, *b)
    assert found.estimate == a[0] / a[1] - b[0] / b[1]
    assert (round(found.lower, 4), round(found.upper, 4)) == (lower, upper)


@given(parts(), LEVELS)
def test_wilson_agrees_with_statsmodels(part: tuple[int, int], level: float):
    found = wilson_interval(*part, level)
    expected = proportion_confint(*part, alpha=1 - level, method="wilson")
    assert (found.lower, found.upper) == pytest.approx(expected, abs=1e-9)


@given(parts(), parts(), LEVELS)
def test_the_difference_agrees_with_statsmodels(
    a: tuple[int, int], b: tuple[int, int], level: float
):
    found = newcombe_difference(*a, *b, level)
    expected = confint_proportions_2indep(*a, *b, method="newcomb", alpha=1 - level)
    assert (found.lower, found.upper) == pytest.approx(expected, abs=1e-9)


@given(parts(), LEVELS)
def test_wilson_contains_the_proportion_and_stays_between_0_and_1(
    part: tuple[int, int], level: float
):
    found = wilson_interval(*part, level)
    assert 0 <= found.lower <= found.estimate <= found.upper <= 1


@given(parts())
def test_a_higher_level_is_a_wider_interval(part: tuple[int, int]):
    narrow, wide = wilson_interval(*part, 0.8), wilson_interval(*part, 0.95)
    assert wide.lower <= narrow.lower
    assert narrow.upper <= wide.upper


@given(parts())
def test_not_having_it_is_the_mirror_image(part: tuple[int, int]):
    n_events, n_total = part
    having, not_having = (
        wilson_interval(n_events, n_total),
        wilson_interval(n_total - n_events, n_total),
    )
    assert having.lower == pytest.approx(1 - not_having.upper)
    assert having.upper == pytest.approx(1 - not_having.lower)


@given(parts(), parts(), LEVELS)
def test_swapped_groups_swap_the_sign_of_the_difference(
    a: tuple[int, int], b: tuple[int, int], level: float
):
    there, back = newcombe_difference(*a, *b, level), newcombe_difference(*b, *a, level)
    assert -1 - 1e-12 <= there.lower <= there.estimate <= there.upper <= 1 + 1e-12
    assert (there.estimate, there.lower, there.upper) == pytest.approx(
        (-back.estimate, -back.upper, -back.lower)
    )


def test_of_nobody_there_is_no_proportion():
    assert wilson_interval(0, 0) is None
    assert newcombe_difference(0, 0, 1, 2) is None
    assert newcombe_difference(1, 2, 0, 0) is None
    assert ratio_interval(100, 10, None, 0, 0) is None


def test_the_method_is_said():
    assert "Wilson" in wilson_interval(1, 2).method
    assert "Newcombe" in newcombe_difference(1, 2, 1, 2).method


def test_without_variation_the_cost_per_responder_has_the_limits_of_the_proportion():
    # 200 for each of 20 patients; 5 of 20 responded, so 800 per responder.
    found = ratio_interval(200, 0, None, 5, 20)
    lower, upper = proportion_confint(5, 20, method="wilson")
    assert found.estimate == 200 / 0.25
    assert (found.lower, found.upper) == pytest.approx((200 / upper, 200 / lower))


def test_where_everybody_responded_the_proportion_still_varies():
    everybody = ratio_interval(200, 0, None, 20, 20)
    # 20 of 20: at least 0.8389 (Newcombe's 0 of 20, the other way round).
    assert (everybody.lower, everybody.upper) == pytest.approx((200, 200 / 0.8389), rel=1e-3)


def test_without_responders_their_cost_has_no_upper_bound():
    # 0 of 20: the proportion is at most 0.1611 (Newcombe), so the cost is at least 200 / 0.1611.
    found = ratio_interval(200, 0, None, 0, 20)
    assert found.lower == pytest.approx(200 / 0.1611, rel=1e-3)
    assert found.estimate is None
    assert found.upper is None


def test_an_amount_may_come_as_decimal_and_be_0():
    assert ratio_interval(Decimal("200.00"), 0, None, 5, 20).estimate == 800
    nothing_spent = ratio_interval(0, 0, None, 5, 20)
    assert (nothing_spent.estimate, nothing_spent.lower, nothing_spent.upper) == (0, 0, 0)


AMOUNTS, SPREADS = st.floats(1, 1e6), st.floats(0, 2)


@given(parts(), AMOUNTS, SPREADS, st.floats(-1, 1))
def test_the_cost_per_responder_lies_within_its_limits(
    part: tuple[int, int], mean: float, spread: float, r: float
):
    found = ratio_interval(mean, spread * mean, r, *part)
    if part[1] < 2:
        assert found is None
    elif part[0] == 0:
        assert found.upper is found.estimate is None
        assert found.lower >= 0
    else:
        assert 0 <= found.lower <= found.estimate * (1 + 1e-9)
        assert found.estimate <= found.upper * (1 + 1e-9)


@given(parts().filter(lambda part: part[1] > 20), AMOUNTS, st.floats(0, 1), st.floats(-1, 1))
def test_at_its_limits_mean_less_ratio_times_proportion_may_just_be_0(
    part: tuple[int, int], mean: float, spread: float, r: float
):
    """The definition itself, by the limits of a difference (Zou and Donner 2008)."""
    found = ratio_interval(mean, spread * mean, r, *part)
    p = part[0] / part[1]
    low, high = proportion_confint(*part, method="wilson")
    factor = math.exp(t_distribution.ppf(0.975, part[1] - 1) * spread / math.sqrt(part[1]))

    def distance(ratio: float, off: float, p_off: float) -> float:
        squared = off**2 + (ratio * p_off) ** 2 - 2 * r * ratio * off * p_off
        return abs(mean - ratio * p) - math.sqrt(max(0, squared))

    assert distance(found.lower, mean - mean / factor, high - p) == pytest.approx(
        0, abs=1e-5 * mean
    )
    if part[0]:
        at_upper = distance(found.upper, mean * factor - mean, p - low)
        assert at_upper == pytest.approx(0, abs=1e-5 * found.upper)


def test_of_many_patients_it_is_as_wide_as_the_delta_method_says():
    n, events, mean, deviation, r = 4000, 2000, 300.0, 210.0, 0.3
    found = ratio_interval(mean, deviation, r, events, n)
    # The relative variance of a ratio: those of both, less twice their covariance.
    cv_mean, cv_share = deviation / mean, math.sqrt(0.5 * 0.5) / 0.5
    relative = math.sqrt((cv_mean**2 + cv_share**2 - 2 * r * cv_mean * cv_share) / n)
    assert (found.upper - found.lower) / 2 == pytest.approx(1.96 * relative * 600, rel=0.01)


def test_it_covers_the_truth_about_95_times_in_100():
    """Skewed costs of 30 patients, higher in those who respond (7 in 10)."""
    rng = np.random.default_rng(7)
    responds = rng.random((2000, 30)) < 0.7
    costs = rng.lognormal(0, 0.5, responds.shape) * np.where(responds, 2.0, 1.0)
    truth = math.exp(0.125) * (0.7 * 2 + 0.3) / 0.7
    hits = 0
    for cost, response in zip(costs, responds, strict=True):
        r = np.corrcoef(cost, response)[0, 1] if 0 < response.sum() < 30 else None
        found = ratio_interval(cost.mean(), cost.std(ddof=1), r, int(response.sum()), 30)
        hits += found.lower <= truth <= found.upper
    assert 0.93 < hits / 2000 < 0.97


def test_an_impossible_correlation_is_refused():
    with pytest.raises(ValueError, match="between -1 and 1"):
        ratio_interval(1, 1, 1.1, 5, 20)


@pytest.mark.parametrize("count", NOT_COUNTS)
def test_what_is_no_count_is_refused(count: float | None):
    for arguments in [(count, 10), (1, count)]:
        with pytest.raises(ValueError, match="whole number from 0"):
            wilson_interval(*arguments)
        with pytest.raises(ValueError, match="whole number from 0"):
            newcombe_difference(*arguments, 1, 2)
        with pytest.raises(ValueError, match="whole number from 0"):
            ratio_interval(100, 10, 0, *arguments)


def test_more_events_than_patients_are_refused():
    with pytest.raises(ValueError, match="3 of 2"):
        wilson_interval(3, 2)
    with pytest.raises(ValueError, match="3 of 2"):
        newcombe_difference(1, 2, 3, 2)


@pytest.mark.parametrize("level", [0, 1, 95, -0.95, math.nan])
def test_a_level_in_percent_is_refused(level: float):
    with pytest.raises(ValueError, match=r"such as 0\.95"):
        wilson_interval(1, 2, level)


@pytest.mark.parametrize("amount", [-1, math.nan, math.inf, None])
def test_an_amount_that_is_no_sum_of_money_is_refused(amount: float | None):
    with pytest.raises(ValueError, match="mean is a finite number from 0"):
        ratio_interval(amount, 1, 0, 1, 2)
    with pytest.raises(ValueError, match="deviation is a finite number from 0"):
        ratio_interval(1, amount, 0, 1, 2)
