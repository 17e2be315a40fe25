"""A reader's own SQL: what is answered, and what is refused in words."""

import gc
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from lib.cohort import Cohort
from lib.errors import QueryRefusedError, QueryStoppedError
from lib.own_query import ask, read_answer
from lib.own_query_child import MAX_ANSWER_MB, answer, require_one_select
from lib.places import DEMO_REGISTRY
from lib.registry.store import read_registry
from lib.warehouse import Warehouse, open_tables, open_warehouse
from tests.trust.sql_escapes import ABOUT_THE_MACHINE, BOMBS, LOGS, SECRET, escapes


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


CANARY = "canary-6b1f"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file, beside an environment, neither of which a reader may read."""
    (tmp_path / SECRET).write_text(f"{CANARY} 1\n")
    (tmp_path / "load.sql").write_text(f"{CANARY} 2\n")
    monkeypatch.setenv("SECRET_OF_THE_SERVER", CANARY)
    return tmp_path


def refusal(source: Warehouse, text: str, *, whole: bool) -> str:
    """What is said of a query that is refused; of one that is answered, nothing.

    Parameters
    ----------
    whole
        Whether it is answered as on the page, by a process of its own; or here, as there.
    """
    try:
        if whole:
            ask(source, text)
        else:
            require_one_select(text)
            answer(source.connection.cursor(), text, 10)
    except QueryRefusedError as error:
        return str(error)
    return ""


def assert_nothing_gets_out(source: Warehouse, folder: Path, *, whole: bool) -> int:
    """Every escape is refused in a sentence that holds no secret; how many there are."""
    texts = escapes(folder)
    found = {text: refusal(source, text, whole=whole) for text in texts}
    assert [text for text, said in found.items() if not said] == []
    assert [text for text, said in found.items() if CANARY in said or "Traceback" in said] == []
    assert {said[0].isupper() for said in found.values()} == {True}
    assert sorted(path.name for path in folder.iterdir()) == ["load.sql", SECRET]
    assert source.tables()["patients"].num_rows == 3200
    return len(texts)


def test_no_escape_succeeds(case_series: Warehouse, folder: Path):
    assert assert_nothing_gets_out(case_series, folder, whole=False) >= 200


@pytest.mark.long
def test_no_escape_succeeds_by_the_way_of_the_page(case_series: Warehouse, folder: Path):
    n_escapes = assert_nothing_gets_out(case_series, folder, whole=True)
    for text in LOGS:
        assert CANARY not in refusal(case_series, text.format(out=folder / "out"), whole=True)
    assert sorted(path.name for path in folder.iterdir()) == ["load.sql", SECRET]
    print(f"SQL page: 0 of {n_escapes + len(LOGS)} escapes succeeded")  # noqa: T201


@pytest.mark.parametrize("text", ABOUT_THE_MACHINE)
def test_the_machine_is_not_described(case_series: Warehouse, folder: Path, text: str):
    told = refusal(case_series, text, whole=False)
    if not told:
        rows = read_answer(answer(case_series.connection.cursor(), text, 10_000)).rows
        told = rows.to_csv()
    assert not [name for name in (str(Path.home()), os.getcwd(), CANARY) if name in told]


@pytest.mark.parametrize("value", ["'infinity'::date", "(2::bignum)", "'5877642-06-25 (BC)'::date"])
def test_an_answer_that_has_no_place_in_a_table_gets_a_sentence(case_series: Warehouse, value: str):
    told = answer(case_series.connection.cursor(), f"select {value} as a", 10)
    with pytest.raises(QueryRefusedError, match="can't be shown: .* Cast that column to text"):
        read_answer(told)


def test_a_query_that_takes_too_long_is_stopped_and_the_data_stay(case_series: Warehouse):
    with pytest.raises(QueryStoppedError, match=r"longer than 0.2 seconds"):
        ask(
            case_series,
            "select count(*) from range(1000000) a, range(1000000) b where a.range != b.range",
            max_seconds=0.2,
        )
    assert len(ask(case_series, "from patient_facts where imputation = 1").rows) == 32


# DuckDB looks at neither clock nor memory while it is inside one of these functions.
GREEDY = BOMBS[:5]


def test_greedy_queries_are_stopped_and_the_app_stays_small(case_series: Warehouse):
    app = psutil.Process()
    # What an ordinary question takes is no part of it, nor what other tests left to be collected.
    ask(case_series, "select count(*) from patient_facts")
    gc.collect()
    before, others = app.memory_info().rss, set(app.children())
    for text in 2 * GREEDY:
        with pytest.raises(QueryStoppedError, match=r"more memory|longer than|want of memory"):
            ask(case_series, text)
    assert app.memory_info().rss - before < 30_000_000
    assert set(app.children()) <= others


# So many readers set one off at the same time; two of them run at once (`lib.own_query`).
N_ATTACKERS = 4
MOST_SECONDS = 1.0


def stopped(source: Warehouse, text: str) -> str:
    """What is said of a query that asks for all that there is; nothing if it did within limits."""
    return refusal(source, text, whole=True)


@pytest.mark.long
def test_while_bombs_run_others_are_answered(case_series: Warehouse):
    seconds = []
    cohorts = [Cohort.of(age=(least, least + 30)) for least in range(0, 60, 3)]
    with ThreadPoolExecutor(N_ATTACKERS) as attackers:
        running = [attackers.submit(stopped, case_series, text) for text in BOMBS]
        while not all(each.done() for each in running):
            asked = cohorts[len(seconds) % len(cohorts)]
            began = time.monotonic()
            assert case_series.records("overview/counts", cohort=asked.criteria)
            seconds.append(time.monotonic() - began)
            time.sleep(0.1)
        said = [each.result() for each in running]
    n_answered = said.count("")
    said = [text for text in said if text]
    assert all(text[0].isupper() and "Traceback" not in text for text in said), said
    print(  # noqa: T201
        f"SQL page: {len(BOMBS)} bombs by {N_ATTACKERS} readers, {len(said)} stopped, {n_answered} "
        f"answered within the limits; meanwhile others were "
        f"answered {len(seconds)} times, within {max(seconds):.2f} s "
        f"(95% within {sorted(seconds)[int(0.95 * len(seconds))]:.2f} s)"
    )
    assert max(seconds) <= MOST_SECONDS


def test_large_rows_are_cut_where_the_answer_would_be_too_large(case_series: Warehouse):
    rows, is_cut = ask(case_series, "select repeat('x', 20000) as text from range(10000)")
    assert is_cut
    assert 0.9 < rows["text"].str.len().sum() / (MAX_ANSWER_MB * 1_000_000) <= 1


def test_a_list_counts_with_all_that_is_in_it(case_series: Warehouse):
    rows, is_cut = ask(case_series, "select list_resize([true], 5000, true) as l from range(9000)")
    assert is_cut
    assert 0.5 < 5000 * 8 * len(rows) / (MAX_ANSWER_MB * 1_000_000) <= 1


def test_a_row_that_is_too_large_alone_is_refused(case_series: Warehouse):
    with pytest.raises(QueryRefusedError, match="first row alone is larger"):
        ask(case_series, "select repeat('x', 30000000)")


def test_columns_of_the_same_name_are_told_apart(case_series: Warehouse):
    assert list(ask(case_series, "select 1 as a, 2 as a, 3 as A").rows) == ["a", "a_1", "A_2"]


def test_a_registry_in_memory_is_asked_as_it_is_there():
    manifest, tables = read_registry(DEMO_REGISTRY)
    own = open_tables(manifest, tables | {"patients": tables["patients"].slice(0, 7)})
    assert ask(own, "select count(*) as n from registry.patients").rows["n"].tolist() == [7]
    assert len(ask(own, "from patient_facts").rows) == 7


def test_what_is_said_of_pivot_is_true(case_series: Warehouse):
    facts = "pivot (from patient_facts where imputation = 1) on sex {} using count(*)"
    with pytest.raises(QueryRefusedError, match="PIVOT counts as several .* listed with IN"):
        ask(case_series, facts.format(""))
    rows = ask(case_series, facts.format("in ('female', 'male') ") + " group by imputation").rows
    assert rows[["female", "male"]].to_dict("records") == [{"female": 24, "male": 8}]


def test_a_select_passes_without_being_run():
    require_one_select("select 1 from a_table_that_is_not_there")
