"""Of 20,000 patients every page sends the browser little: by the real server, on its websocket."""

import asyncio
import json
import os
from collections.abc import Iterator

import pyarrow as pa
import pytest

from lib.charts.thinned import MOST_DOTS, said_of_thinned, thinned
from lib.demo_registry.build import write_demo_registry
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


def test_of_very_many_dots_a_rare_row_stays_whole_and_the_middle_of_a_long_one_where_it_was():
    dots = [{"row": "long", "value": n} for n in range(100_001)]
    dots += [{"row": "rare", "value": n} for n in range(7)]
    kept = thinned(dots, lambda dot: dot["row"], lambda dot: dot["value"])
    long = sorted(dot["value"] for dot in kept if dot["row"] == "long")
    assert sum(dot["row"] == "rare" for dot in kept) == 7
    assert len(kept) <= MOST_DOTS
    # By hand: the quartiles of 0, 1, …, 100,000, to a dot's distance.
    for place, quartile in ((0.25, 25_000), (0.5, 50_000), (0.75, 75_000)):
        assert long[int(place * len(long))] == pytest.approx(quartile, abs=110)


def test_a_chart_says_how_many_of_its_dots_are_drawn():
    spec = {"usermeta": {"subtitle": ["by dose"], "if_versions": ["by dose, hollow"]}}
    assert said_of_thinned(spec, 12, 12) is spec
    told = said_of_thinned(spec, 2000, 20_000)["usermeta"]
    assert all(
        "of 20 000 dots are drawn:" in lines[-2].replace("\N{NARROW NO-BREAK SPACE}", " ")
        for lines in told.values()
    )
    assert spec["usermeta"]["subtitle"] == ["by dose"]
