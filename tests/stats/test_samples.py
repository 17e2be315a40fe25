"""What a sample may hold, what counts as missing in it, and what is refused."""

import math

import numpy as np
import pandas as pd
import pytest

from lib.stats import hodges_lehmann
from lib.stats.samples import present, present_together

MISSING = [None, math.nan, np.nan, pd.NA, pd.NaT, np.datetime64("NaT"), np.float32("nan")]
NO_NUMBERS = ["K.", "nan", (1, 2), [], pd.Timestamp("2020-01-01"), math.inf]


@pytest.mark.parametrize("missing", MISSING, ids=repr)
def test_whatever_says_that_a_value_is_missing_is_left_out(missing: object):
    sample, n_missing = present([2, missing, 1.5, np.int64(3), True])
    assert sample.tolist() == [2, 1.5, 3, 1]
    assert n_missing == 1


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
def test_what_is_not_a_finite_number_is_refused_and_not_repeated(value: object):
    for sample in ([value], [1, value], [value, None]):
        with pytest.raises(ValueError, match=r"^A sample holds") as refused:
            present(sample)
        assert repr(value) not in str(refused.value).replace("infinite", "")
    with pytest.raises(ValueError, match=r"^A sample holds"):
        hodges_lehmann([1, 2], [value])


def test_a_row_of_which_a_part_is_missing_is_left_out_whole():
    (days, is_event), n_missing = present_together([1, None, 3, 4], [1, 0, pd.NA, 0])
    assert (days.tolist(), is_event.tolist(), n_missing) == ([1, 4], [1, 0], 2)
    assert [len(each) for each in present_together([], [])[0]] == [0, 0]


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match=r"one length.*\[1, 2\]"):
        present_together([1], [1, 2])
