"""Figures are written as they are printed in papers, and ranges never like an interval."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.comparison import share_text
from lib.dose_cost import dose_table
from lib.figures import MISSING, counted, format_figure, format_number, percent_words, round_half_up
from lib.response import rates
from lib.side_effects import frequency_table
from lib.stats import wilson_interval
from lib.table_one import ROWS, Number, Statistics, table_one
from lib.tables import INDENT

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


# --- percentages ---------------------------------------------------------------------------


def certain(**figures: float) -> dict:
    """Figures of a query that are the same in every version."""
    ends = ("", "_lowest", "_highest")
    return {f"{name}{end}": figure for name, figure in figures.items() for end in ends}


def table_one_cell(n: int, total: int) -> str:
    """Of Table 1 for a registry in which so many of so many responded."""
    size = certain(n=total) | {"group_place": 0, "group_value": None, "trait": None, "value": None}
    row = certain(n_patients=n, n=total, share=n / total, n_missing=0, n_values=1)
    found = row | {"group_place": 0, "trait": "response", "value": "response"}
    number = {"group_place": 0} | certain(value=1, n=1, n_missing=0)
    numbers = [
        number | {"measure": each.measure, "statistic": statistic}
        for each in ROWS
        if isinstance(each, Number)
        for statistic in ("median", "minimum", "maximum")
    ]
    table = table_one(Statistics([size, found], numbers), "median (range)", "none")
    return dict(table.rows)[f"{INDENT}response"]


def shares_on_every_page(n: int, total: int) -> list[str]:
    """How the same share is written by all pages that have shares."""
    share = n / total
    judged = certain(n_judged=total, n_responders=n, n_not_evaluable=0, n_unknown=0, rate=share)
    (response,) = rates([judged | {"value": "female"}], "sex")
    heat = [
        certain(n_patients=n, n_exposed=total, n_side_effects=n)
        | {"symptom": symptom, "place": place, "column_name": "All"}
        for symptom in (None, "headache")
        for place in (98, 99)
    ]
    cell = frequency_table(heat, "grade", "patients").rows[0][1][-1]
    use = [
        {"value": None, "measure": name, "figure": of, "figure_lowest": of, "figure_highest": of}
        for name, of in {"n_responders": float(n), "n_judged": float(total)}.items()
    ]
    (dose,) = (
        row[-1] for row in dose_table(use, "dosing", "grams", None).rows if row[0] == "Responded"
    )
    compared = certain(n_a=n, known_a=total, share_a=share)
    table_1 = table_one_cell(n, total)
    return [response["percent"], cell.detail, dose, share_text(compared, "a"), table_1]


def percents(texts: list[str]) -> set[str]:
    return {re.search(r"(\d+)%", text)[1] for text in texts}


@pytest.mark.parametrize(("n", "total"), [(87, 120), (1, 8), (5, 8), (29, 32), (111, 200), (9, 40)])
def test_the_same_share_reads_the_same_on_every_page(n: int, total: int):
    half_up = (Decimal(100 * n) / total).quantize(Decimal(1), ROUND_HALF_UP)
    assert percents(shares_on_every_page(n, total)) == {str(half_up)}


@pytest.mark.parametrize(("n", "total"), [(1, 1), (0, 4), (4, 4)])
def test_of_fewer_than_five_no_page_has_a_percentage(n: int, total: int):
    assert [text.rstrip(")") for text in shares_on_every_page(n, total)] == [
        "",
        "",
        f"{n}/{total}",
        f"{n}/{total}",
        f"{n}/{total}",
    ]


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_percentage_is_rounded_half_up(part: tuple[int, int]):
    half_up = (Decimal(100 * part[0]) / part[1]).quantize(Decimal(1), ROUND_HALF_UP)
    assert percent_words(wilson_interval(*part)).partition("%")[0] == str(half_up)


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
