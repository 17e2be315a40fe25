"""Figures are written as they are printed in papers, and ranges never like an interval."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.figures import MISSING, counted, format_figure, format_number, round_half_up

NUMBERS = st.floats(min_value=0, max_value=1e6)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (2.4999, 0, "2"),
        (71.5, 1, "71.5"),
        (0.25, 1, "0.3"),
        (0.285, 2, "0.29"),  # in binary a little less than it says
        (1.005, 2, "1.01"),
        (2, 1, "2.0"),
        (2, None, "2"),
        (0.4, None, "0.4"),
        (4.567, None, "4.57"),
        (100, None, "100"),
        (0, None, "0"),
        (None, None, MISSING),
        (math.nan, 0, MISSING),
    ],
)
def test_a_number_is_rounded_half_up(value: float | None, decimals: int | None, expected: str):
    assert format_number(value, decimals) == expected


@given(NUMBERS, st.integers(min_value=0, max_value=3))
def test_rounding_moves_a_number_by_half_a_step_at_most(value: float, decimals: int):
    assert abs(round_half_up(value, decimals) - value) <= 0.5 / 10**decimals + 1e-6


@pytest.mark.parametrize(
    ("figure", "decimals", "expected"),
    [
        ((6, 6, 6), 0, "6"),
        ((6, 4, 9), 0, "6 ⟨4–9⟩"),
        ((0, 0, 1), 0, "0 ⟨0–1⟩"),
        ((4.5, 4.5, 4.5), 1, "4.5"),
        ((1.04, 1.02, 1.04), 1, "1.0"),  # differ, but read the same
        ((None, None, None), 0, MISSING),
    ],
)
def test_a_range_stands_only_where_versions_differ(figure: tuple, decimals: int, expected: str):
    assert format_figure(*figure, decimals) == expected


@given(st.lists(NUMBERS, min_size=3, max_size=3).map(sorted))
def test_a_range_is_no_confidence_interval(numbers: list[float]):
    lowest, value, highest = numbers
    text = format_figure(value, lowest, highest, 0)
    assert not set("()[]±") & set(text)
    assert ("⟨" in text) == (format_number(lowest, 0) != format_number(highest, 0))


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("1", "1 patient"),
        ("0", "0 patients"),
        ("12", "12 patients"),
        ("1 ⟨0–1⟩", "1 ⟨0–1⟩ patients"),
    ],
)
def test_one_of_a_thing_is_in_the_singular(figure: str, expected: str):
    assert counted(figure, "patient") == expected
