"""Fisher's exact test: printed examples, every arrangement counted, and reproducible draws."""

import math
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.stats import fisher_exact

# Agresti A. Categorical Data Analysis, 2nd ed. 2002, p. 57 (also in R's ?fisher.test).
JOB_SATISFACTION = [[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]]


def tables(max_side: int, max_patients: int) -> st.SearchStrategy[list[list[int]]]:
    """Tables of up to so many patients: each a (row, column)."""
    patient = st.tuples(st.integers(0, max_side - 1), st.integers(0, max_side - 1))
    return st.lists(patient, min_size=1, max_size=max_patients).map(
        lambda patients: [
            [patients.count((row, column)) for column in range(max_side)] for row in range(max_side)
        ]
    )


def p_by_counting(table: list[list[int]]) -> float:
    """Give every patient of the rows every patient's column in turn, and count the tables."""
    cells = [(r, c, n) for r, row in enumerate(table) for c, n in enumerate(row)]
    rows = [r for r, _, n in cells for _ in range(n)]
    columns = [c for _, c, n in cells for _ in range(n)]
    found = Counter(tuple(sorted(zip(rows, order, strict=True))) for order in permutations(columns))
    observed = found[tuple(sorted(zip(rows, columns, strict=True)))]
    return sum(n for n in found.values() if n <= observed) / found.total()


@pytest.mark.parametrize(
    ("table", "p_value"),
    [
        # Fisher's tea tasting (R: ?fisher.test): (1 + 16 + 16 + 1) / 70.
        ([[3, 1], [1, 3]], 34 / 70),
        # The example of scipy.stats.fisher_exact: oceans, whales and sharks.
        ([[6, 2], [1, 4]], 0.10256410),
        ([[5, 0], [0, 5]], 2 / 252),
    ],
)
def test_four_cells_are_as_printed(table: list[list[int]], p_value: float):
    found = fisher_exact(table)
    assert found.p_value == pytest.approx(p_value)
    assert found.method.startswith("exact")
    assert found.statistic is found.df is None


@given(tables(max_side=3, max_patients=7))
@settings(max_examples=40)
def test_small_tables_are_counted_exactly(table: list[list[int]]):
    found = fisher_exact(table)
    if found.p_value is None:
        assert p_by_counting(table) == 1
    else:
        assert found.p_value == pytest.approx(p_by_counting(table))
        assert found.method.startswith("exact")


@given(st.lists(st.lists(st.integers(0, 40), min_size=2, max_size=2), min_size=2, max_size=2))
def test_four_cells_agree_with_scipy(table: list[list[int]]):
    found = fisher_exact(table)
    expected = stats.fisher_exact(table).pvalue
    assert found.p_value == pytest.approx(expected) or (found.p_value is None and expected == 1)


@given(tables(max_side=3, max_patients=25), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_groups_and_categories_does_not_matter(table: list[list[int]], random):
    rows = random.sample(table, len(table))
    turned = [list(column) for column in zip(*rows, strict=True)]
    expected = fisher_exact(table).p_value
    assert fisher_exact(rows).p_value == expected
    assert fisher_exact(turned).p_value == expected


def test_a_cohort_of_32_in_six_groups_is_exact():
    # Three answers in six diagnoses: as many cells as the series' own tables have.
    found = fisher_exact([[9, 1, 2], [4, 2, 1], [3, 1, 1], [2, 1, 0], [1, 0, 2], [1, 1, 0]])
    assert found.method.startswith("exact")
    drawn = stats.fisher_exact(
        [[9, 1, 2], [4, 2, 1], [3, 1, 1], [2, 1, 0], [1, 0, 2], [1, 1, 0]],
        method=stats.MonteCarloMethod(n_resamples=20_000, rng=1),
    )
    # Four standard errors of a proportion from 20,000 draws.
    assert found.p_value == pytest.approx(drawn.pvalue, abs=4 * math.sqrt(0.25 / 20_000))


def test_what_can_not_be_counted_is_drawn_said_and_the_same_each_time():
    # Printed in R's ?fisher.test: p = 0.7827.
    found = fisher_exact(JOB_SATISFACTION)
    assert "99,999 random tables" in found.method
    assert "seed 1935" in found.method
    assert found.p_value == pytest.approx(0.7827, abs=4 * math.sqrt(0.17 / 99_999))
    turned = [list(column) for column in zip(*reversed(JOB_SATISFACTION), strict=True)]
    assert fisher_exact(turned).p_value == found.p_value


def test_a_large_table_is_exact_with_four_cells_and_drawn_with_more():
    assert fisher_exact([[900, 800], [700, 850]]).method.startswith("exact")
    assert "random tables" in fisher_exact([[400, 100, 90], [380, 120, 80]]).method


def test_several_hundred_patients_are_counted_too():
    """The usual dose in two groups of the demo registry; by all tables in whole numbers 0.90408."""
    found = fisher_exact([[29, 9, 3, 1], [344, 136, 51, 27]])
    assert found.method.startswith("exact")
    assert found.p_value == pytest.approx(0.90408, abs=5e-6)


def test_empty_rows_and_columns_tell_nothing():
    assert fisher_exact([[3, 0, 1], [0, 0, 0], [1, 0, 3]]).p_value == pytest.approx(34 / 70)
    assert fisher_exact([[3, 0, 1], [0, 0, 0], [1, 0, 3]]).n == (4, 0, 4)


@pytest.mark.parametrize("table", [[[3, 1]], [[3, 1], [0, 0]], [[3, 0], [1, 0]], [[0, 0], [0, 0]]])
def test_one_group_or_category_has_no_p_value(table: list[list[int]]):
    found = fisher_exact(table)
    assert found.p_value is None
    assert found.method.startswith("not computed: fewer than two")


@pytest.mark.parametrize("cell", [-1, 0.5, math.nan, math.inf, None])
def test_what_is_no_count_is_refused(cell: float | None):
    with pytest.raises(ValueError, match="whole number from 0"):
        fisher_exact([[1, 2], [3, cell]])


@pytest.mark.parametrize("table", [[], [1, 2], [[1, 2], [3]], [["many", 2], [3, 4]], [[[1]]]])
def test_what_is_no_table_is_refused(table: list):
    with pytest.raises(ValueError, match="rows of one length"):
        fisher_exact(table)
