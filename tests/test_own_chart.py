"""A chart of any two columns that a reader's own query may give."""

import duckdb
import pytest

from lib.charts.own_query import MARKS, own_chart
from lib.palette import LIGHT
from lib.ui.chart import arrow_stream

# As DuckDB gives them: two rows of each type, the second odd where the type allows it.
COLUMNS = {
    "integer": "unnest([1, 2])",
    "missing integer": "unnest([1, null])",
    "nothing": "unnest([null, null])",
    "fraction": "unnest([0.5::double, 'nan'::double])",
    "endless": "unnest([0.5::double, 'infinity'::double])",
    "hugeint": "unnest([1::hugeint, 170141183460469231731687303715884105727::hugeint])",
    "decimal": "unnest([1.5::decimal(4, 1), null])",
    "yes or no": "unnest([true, false])",
    "yes, no or unknown": "unnest([true, null])",
    "text": "unnest(['a', null])",
    "list": "unnest([[1, 2], null])",
    "struct": "unnest([{'a': 1}, null])",
    "date": "unnest([date '2020-01-02', null])",
    "interval": "unnest([interval 1 day, null])",
    "enum": "unnest(['a', null]::enum('a')[])",
}


@pytest.mark.parametrize("view", MARKS)
@pytest.mark.parametrize("column", COLUMNS)
def test_any_column_can_be_drawn_over_another(view: str, column: str):
    rows = duckdb.sql(f'select {COLUMNS[column]} as "x: [{column}]", unnest([1, 2]) as y').df()
    asked, other = rows.columns
    for x, y in ((asked, other), (other, asked)):
        drawn = own_chart(rows, view, x, y, LIGHT)["datasets"]["rows"]
        assert len(drawn) == 2
        assert arrow_stream(drawn)


def test_what_is_drawn_are_the_values():
    rows = duckdb.sql("select unnest([1, null]) as n, unnest([true, null]) as b").df()
    drawn = own_chart(rows, "Bars", "b", "n", LIGHT)["datasets"]["rows"]
    assert drawn == [{"x": "True", "y": 1.0}, {"x": None, "y": None}]


def test_columns_of_the_same_name_are_two():
    rows = duckdb.sql("select 1 as n, 2 as n").df()
    drawn = own_chart(rows, "Points", *rows.columns, LIGHT)["datasets"]["rows"]
    assert drawn == [{"x": 1.0, "y": 2.0}]
