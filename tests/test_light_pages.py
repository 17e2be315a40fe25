"""Of 20,000 patients every page sends the browser little: by the real server, on its websocket."""

import asyncio
import json
import math
import os
from collections.abc import Iterator
from functools import cache

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.charts.thinned import MOST_DOTS, said_of_thinned
from lib.demo_registry.build import write_demo_registry
from lib.named_queries import read_query
from lib.warehouse import open_warehouse
from tests.browser.harness import PAGES, ROOT, serving
from tests.reader import Run, in_a_loop, reader

N_PATIENTS = 20_000
MOST_BYTES = 2_000_000
MOST_MARKS = 5_000
SECONDS = 240
# Sets a whole document, at each visit: as long as a packet takes.
DOCUMENT = "report"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("registries")
    write_demo_registry(folder / "large", patients=N_PATIENTS, centres=3, seed=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "REGISTRY_DIR", str(folder))
        patch.setitem(os.environ, "REGISTRY_CACHE", str(tmp_path_factory.mktemp("prepared")))
        # Once, as a file: the pages are looked at, not how far that is.
        open_warehouse(folder / "large").close()
        with serving(ROOT / "app.py") as (url, _):
            yield url


async def opened(url: str, page: str, query: str) -> Run:
    async with reader(url, page, query) as session:
        return await asyncio.wait_for(session.open(), SECONDS)


def headings(run: Run) -> list[str]:
    return [each.heading.body for each in run.elements if each.WhichOneof("type") == "heading"]


def n_marks(spec: dict, n_rows: dict[str, int], data: str | None = None) -> int:
    """Marks of a chart whose data are named: a row of the data is one in each layer over them."""
    data = spec.get("data", {}).get("name", data)
    parts = [part for kind in ("layer", "hconcat", "vconcat") for part in spec.get(kind, ())]
    parts += [spec["spec"]] if "spec" in spec else []
    if parts:
        return sum(n_marks(part, n_rows, data) for part in parts)
    return n_rows[data]


@pytest.mark.parametrize(
    "page", [path.strip("/") for path in PAGES.values() if DOCUMENT not in path]
)
def test_a_page_of_a_large_registry_is_light(url: str, page: str):
    run = in_a_loop(opened(url, page, "dataset=large"))
    assert not run.problems
    assert not any("the first time" in heading for heading in headings(run))
    assert run.largest_bytes <= MOST_BYTES
    for element in run.elements:
        if element.WhichOneof("type") == "vega_lite_chart":
            chart = element.vega_lite_chart
            rows = {
                each.name: pa.ipc.open_stream(each.data.data).read_all().num_rows
                for each in chart.datasets
            }
            assert 0 < n_marks(json.loads(chart.spec), rows) <= MOST_MARKS


def test_a_patient_who_is_not_listed_is_found_by_the_link(url: str):
    run = in_a_loop(opened(url, "patient", "dataset=large&patient=SYN-19999"))
    assert not run.problems
    assert "What is recorded of SYN-19999" in headings(run)


@cache
def macro() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(read_query("registry/is_drawn"))
    return connection


def drawn(n_in_row: int, n_rows: int, n_dots: int, most: int) -> list[int]:
    """The places, from 1, of the dots of a row that ``registry/is_drawn`` lets be drawn."""
    rows = macro().execute(
        "select nth from range(1, $n + 1) t(nth) where is_drawn(nth, $n, $rows, $dots, $most)",
        {"n": n_in_row, "rows": n_rows, "dots": n_dots, "most": most},
    )
    return [place for (place,) in rows.fetchall()]


@given(st.lists(st.integers(1, 300), min_size=1, max_size=8), st.integers(1, 200))
def test_of_very_many_dots_each_row_has_its_share_from_the_middles_of_equal_parts(
    sizes: list[int], most: int
):
    kept = [drawn(n, len(sizes), sum(sizes), most) for n in sizes]
    if sum(sizes) <= most:
        assert [len(row) for row in kept] == sizes
    else:
        share = max(most // len(sizes), 1)
        assert [len(row) for row in kept] == [min(n, share) for n in sizes]
        # By hand: the middle of each of as many equal parts of the row.
        for n, row in zip(sizes, kept, strict=True):
            middles = [(i + 0.5) * n / len(row) for i in range(len(row))]
            assert row == [math.ceil(middle) for middle in middles]


def test_a_rare_row_stays_whole_and_the_quartiles_of_a_long_one_where_they_were():
    assert drawn(7, 2, 100_008, MOST_DOTS) == list(range(1, 8))
    long = drawn(100_001, 2, 100_008, MOST_DOTS)
    for place in (0.25, 0.5, 0.75):
        assert long[int(place * len(long))] == pytest.approx(place * 100_000, abs=110)


def test_a_chart_says_how_many_of_its_dots_are_drawn():
    spec = {"usermeta": {"subtitle": ["by dose"], "if_versions": ["by dose, hollow"]}}
    assert said_of_thinned(spec, 12, 12) is spec
    told = said_of_thinned(spec, 2000, 20_000)["usermeta"]
    assert all(
        "of 20 000 dots are drawn:" in lines[-2].replace("\N{NARROW NO-BREAK SPACE}", " ")
        for lines in told.values()
    )
    assert spec["usermeta"]["subtitle"] == ["by dose"]
