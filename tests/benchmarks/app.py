"""Measure the app beside a trivial Streamlit page, in one run on one machine.

`python -m tests.benchmarks.app` prints a table, with `--json` one JSON object, and with
`--patients N` also the clicks on registries of so many synthetic patients, made for it:

click_ratio_median  click on a filter option → last change on the page, over the same for the
                    trivial page's check box, clicked in turn; median over all pairs on the
                    published series (and of the demo registry under demo_registry, of others under
                    their number of patients)
start_ratio         start of the process → last change of the first rendered run, over the same
                    for the trivial page; ratio of the medians over starts in turn
rss_mb              resident memory of the app's server after 50 interactions, in MB (10⁶ bytes)

Times are taken inside the page (see tests/browser/probe.js), so that neither polling nor the
driver's own time is part of them.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil
from playwright.sync_api import Browser, Locator, Page

from lib.datasets import DATASETS, DEFAULT_DATASET
from lib.demo_registry.build import write_demo_registry
from lib.serving.public import REGISTRY_DIR
from tests.browser.harness import PAGES, ROOT, chromium, new_context, serving, settled

APP = ROOT / "app.py"
TRIVIAL = Path(__file__).parent / "trivial" / "app.py"
# Makes a whole document anew: tests/benchmarks/packets.py measures that.
OTHERWISE_MEASURED = "report"
WARM_UP_CLICKS = 4  # on each of the thirteen pages: after them 50 interactions have been made
N_FIELDS, N_OPTIONS = 3, 6


@dataclass
class FilterWalk:
    """Clicks through combinations of filter options, so that hardly any cohort comes twice."""

    options: list[Locator]
    n_clicks: int = 0

    def click(self) -> float:
        """Click the next option and return the milliseconds until the page settled."""
        self.n_clicks += 1
        # Gray code: option 0 on every second click, option 1 on every fourth, and so on.
        option = (self.n_clicks & -self.n_clicks).bit_length() - 1
        return click_ms(self.options[min(option, len(self.options) - 1)])


def filter_options(page: Page) -> list[Locator]:
    """Two options of each of the first three fields, the fields taking turns."""
    fields: dict[str, list[Locator]] = {}
    for option in page.locator("[data-testid=filter-option]:has(input[type=checkbox])").all():
        if option.is_visible():
            fields.setdefault(option.get_attribute("data-field"), []).append(option)
    in_turn = chain.from_iterable(zip_longest(*list(fields.values())[:N_FIELDS]))
    options = [option for option in in_turn if option][:N_OPTIONS]
    if not options:
        raise LookupError(f"no filter option with a check box on {page.url}")
    return options


def click_ms(target: Locator) -> float:
    """Milliseconds from a click to the last change that it led to."""
    target.click()
    changed = settled(target.page)
    elapsed = changed - target.page.evaluate("window.probe.clicked")
    if elapsed <= 0:
        raise RuntimeError(f"nothing changed after a click on {target} on {target.page.url}")
    return elapsed


@contextmanager
def opened(browser: Browser, url: str, path: str = "/") -> Iterator[Page]:
    """A page in a profile of its own, settled."""
    with new_context(browser, url) as context:
        page = context.new_page()
        page.goto(path)
        settled(page, quiet_ms=1000)
        yield page


def start_ms(browser: Browser, script: Path) -> float:
    """Milliseconds from the start of a server's process to its first rendered run."""
    began = time.time() * 1000
    with serving(script) as (url, _), opened(browser, url) as page:
        return page.evaluate("performance.timeOrigin + window.probe.changed") - began


def measure_starts(browser: Browser, n_starts: int) -> dict:
    """Start both apps in turn; the first start of each only fills the disk's cache."""
    rounds = [(start_ms(browser, APP), start_ms(browser, TRIVIAL)) for _ in range(n_starts + 1)]
    app, trivial = (median(times) for times in zip(*rounds[1:], strict=True))
    return {
        "start_ratio": round(app / trivial, 2),
        "start_ms": {"app": round(app), "trivial": round(trivial)},
    }


def measure_clicks(browser: Browser, n_clicks: int, dataset: str) -> dict:
    """Click through the filter on every page, in turn with the trivial page's check box."""
    with ExitStack() as stack:
        url, pid = stack.enter_context(serving(APP))
        trivial_url, _ = stack.enter_context(serving(TRIVIAL))
        trivial = stack.enter_context(opened(browser, trivial_url))
        check_box = trivial.locator("[data-testid=stCheckbox]")
        walks = {
            name: FilterWalk(
                filter_options(
                    stack.enter_context(opened(browser, url, f"{path}?dataset={dataset}"))
                )
            )
            for name, path in PAGES.items()
            if name != OTHERWISE_MEASURED
        }
        for walk in walks.values():
            measure_pairs(walk, check_box, WARM_UP_CLICKS)
        rss_mb = resident_mb(pid)
        pairs = {name: measure_pairs(walk, check_box, n_clicks) for name, walk in walks.items()}
        return summarise(pairs) | {
            "rss_mb": rss_mb,
            "rss_mb_at_end": resident_mb(pid),
        }


def measure_large(browser: Browser, n_clicks: int, sizes: list[int]) -> dict[str, dict]:
    """As `measure_clicks`, on registries of so many synthetic patients, by their number."""
    with TemporaryDirectory() as folder:
        os.environ[REGISTRY_DIR] = folder
        for n in sizes:
            write_demo_registry(Path(folder, str(n)), patients=n, centres=3, seed=1)
        return {str(n): measure_clicks(browser, n_clicks, str(n)) for n in sizes}


def measure_pairs(walk: FilterWalk, check_box: Locator, n: int) -> list[tuple[float, float]]:
    return [(walk.click(), click_ms(check_box)) for _ in range(n)]


def summarise(pairs: dict[str, list[tuple[float, float]]]) -> dict:
    """Medians of each page and over all pages."""
    return {
        "click_ratio_median": median_ratio(list(chain.from_iterable(pairs.values()))),
        "pages": {
            name: {
                "click_ratio_median": median_ratio(times),
                "app_ms": round(median(app for app, _ in times)),
                "trivial_ms": round(median(trivial for _, trivial in times)),
                "clicks": len(times),
            }
            for name, times in pairs.items()
        },
    }


def median_ratio(pairs: list[tuple[float, float]]) -> float:
    return round(median(app / trivial for app, trivial in pairs), 2)


def resident_mb(pid: int) -> float:
    """Resident memory of a process and its children."""
    server = psutil.Process(pid)
    processes = [server, *server.children(recursive=True)]
    return round(sum(process.memory_info().rss for process in processes) / 1e6, 1)


def as_table(result: dict) -> str:
    rows = []
    for name in (*DATASETS, *(name for name in result if name.isdigit())):
        measured = result.get(name, result)
        rows.append(f"{name:<18}{'app ms':>8}{'trivial ms':>12}{'ratio':>8}   click → settled")
        rows += [
            f"{name:<18}{page['app_ms']:>8}{page['trivial_ms']:>12}{page['click_ratio_median']:>8}"
            for name, page in measured["pages"].items()
        ]
        rows.append(f"{'all pages':<18}{'':>20}{measured['click_ratio_median']:>8}")
    start = result["start_ms"]
    rows += [
        f"{'start → rendered':<18}{start['app']:>8}{start['trivial']:>12}"
        f"{result['start_ratio']:>8}",
        f"resident memory   {result['rss_mb']} MB after 50 interactions, "
        f"{result['rss_mb_at_end']} MB at the end",
    ]
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--clicks", type=int, default=20, help="measured clicks on each page")
    parser.add_argument("--starts", type=int, default=5, help="measured starts of each app")
    parser.add_argument(
        "--patients", type=int, nargs="+", default=[], help="clicks on such registries, too"
    )
    options = parser.parse_args()
    with chromium() as browser:
        starts = measure_starts(browser, options.starts)
        clicks = {name: measure_clicks(browser, options.clicks, name) for name in DATASETS}
        clicks |= measure_large(browser, options.clicks, options.patients)
    published = clicks.pop(DEFAULT_DATASET)
    result = {
        "click_ratio_median": published.pop("click_ratio_median"),
        **starts,
        **published,
        **clicks,
    }
    print(json.dumps(result) if options.json else as_table(result))


if __name__ == "__main__":
    main()
