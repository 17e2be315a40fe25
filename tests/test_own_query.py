"""A reader's own SQL: what is answered, and what is refused in words."""

import time

import pytest

from lib.own_query import QueryRefusedError, ask, require_one_select
from lib.warehouse import Warehouse, open_warehouse


@pytest.fixture(scope="module")
def case_series() -> Warehouse:
    return open_warehouse()


def test_a_select_is_answered(case_series: Warehouse):
    text = "select sex, count(*) as n from patient_facts where imputation = 1 group by sex;"
    rows, is_cut = ask(case_series, text)
    assert dict(zip(rows["sex"], rows["n"], strict=True)) == {"female": 24, "male": 8}
    assert not is_cut


@pytest.mark.parametrize(
    "text",
    [
        "-- who?\nselect 1",
        "/* a\nb */ with a as (select 1) select * from a",
        "from registry.patients",
        "describe patient_facts",
    ],
)
def test_other_forms_of_a_select_are_answered(case_series: Warehouse, text: str):
    assert len(ask(case_series, text).rows)


def test_more_rows_than_allowed_are_cut_and_it_is_said(case_series: Warehouse):
    rows, is_cut = ask(case_series, "select * from range(25)", max_rows=10)
    assert len(rows) == 10
    assert is_cut
    assert not ask(case_series, "select * from range(10)", max_rows=10).is_cut


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no query yet"),
        ("-- nothing", "no query yet"),
        ("select 1; select 2", "2 statements"),
        ("delete from registry.patients", "DELETE statement"),
        ("drop table patient_facts", "DROP statement"),
        ("copy patient_facts to 'x.csv'", "COPY statement"),
        ("attach 'x.db'", "ATTACH statement"),
        ("pragma database_list", "PRAGMA statement"),
        ("set threads = 8", "SET statement"),
        ("selekt 1", "can't read this"),
        ("select nothing_like_it from patient_facts", "can't run this"),
        ("select * from read_csv('/etc/passwd')", "can't run this"),
        ("select * from read_text('/etc/passwd')", "can't run this"),
        ("select * from glob('/*')", "can't run this"),
        ("select 1 -- " + "x" * 20_001, "at most 20,000 characters"),
    ],
)
def test_what_is_refused_says_why(case_series: Warehouse, text: str, reason: str):
    with pytest.raises(QueryRefusedError, match=reason):
        ask(case_series, text)


def test_a_query_that_takes_too_long_is_stopped_and_the_data_stay(case_series: Warehouse):
    began = time.monotonic()
    with pytest.raises(QueryRefusedError, match="longer than 0.2 seconds"):
        ask(
            case_series,
            "select count(*) from range(1000000) a, range(1000000) b where a.range != b.range",
            max_seconds=0.2,
        )
    assert time.monotonic() - began < 5
    assert len(ask(case_series, "from patient_facts where imputation = 1").rows) == 32


def test_a_query_that_needs_too_much_memory_is_stopped(case_series: Warehouse):
    with pytest.raises(QueryRefusedError, match=r"more memory|longer than"):
        ask(case_series, "select list(a.range || repeat('x', 1000)) from range(10000000) a")


def test_a_select_passes_without_being_run():
    require_one_select("select 1 from a_table_that_is_not_there")
