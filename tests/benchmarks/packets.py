"""Measure packets: how long one of each format takes, what twenty leave, what others notice.

`python -m tests.benchmarks.packets` prints a table, with `--json` one JSON object:

seconds        of a full packet, made and written, by dataset and format; the first one of a
               process pays for its libraries and is given apart (first)
rss_mb         resident memory after each of the twenty packets, the formats in turn; children,
               which a PDF is set in, are gone by then
others_ratio   median time of a page's questions in another thread while packets are made, over the
               same before: what the other sessions of a server notice
"""

import argparse
import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle, islice
from statistics import median

import psutil

from lib.ask import rows_of
from lib.cohort import Cohort
from lib.report.formats import FORMATS
from lib.report.making import make
from lib.ui.data import open_dataset
from tests.report.packets import VIEWS, composed

N_PACKETS = 20
DATASETS = ("case_series", "demo_registry")
THINK_S = 0.05


def packet_seconds(dataset: str, suffix: str) -> float:
    """Seconds that a full packet takes."""
    began = time.perf_counter()
    packet = make(composed(VIEWS[dataset]), open_dataset(dataset), dataset, 0)
    FORMATS[suffix].write(packet)
    return time.perf_counter() - began


def measure_packets() -> dict:
    """Twenty packets, formats and datasets in turn."""
    seconds: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    rss_mb = []
    asked = [(dataset, suffix) for dataset in DATASETS for suffix in FORMATS]
    for dataset, suffix in islice(cycle(asked), N_PACKETS):
        seconds[dataset][suffix].append(packet_seconds(dataset, suffix))
        rss_mb.append(round(psutil.Process().memory_info().rss / 1e6))
    return {
        "seconds": {
            dataset: {
                suffix: {"first": round(times[0], 1), "then": round(median(times[1:]), 1)}
                for suffix, times in formats.items()
            }
            for dataset, formats in seconds.items()
        },
        "rss_mb": rss_mb,
    }


def cohorts() -> Iterator[Cohort]:
    """Cohorts that nobody has asked of before."""
    return (Cohort.of(age=(low, high)) for low in range(90) for high in range(low + 1, 100))


def question_ms(cohort: Cohort) -> float:
    """Milliseconds of the questions of the page Summary tables."""
    began = time.perf_counter()
    for name in ("cohort/facets", "summary/characteristics", "summary/by_diagnosis"):
        rows_of(open_dataset("demo_registry"), 0, name, cohort)
    return 1000 * (time.perf_counter() - began)


def measure_others() -> dict:
    """What another thread notices of packets, one after another."""
    asked = cohorts()
    alone = _times(asked, lambda n: n < N_PACKETS)
    done = threading.Event()

    def work() -> None:
        for suffix in FORMATS:
            packet_seconds("demo_registry", suffix)
        done.set()

    threading.Thread(target=work, daemon=True).start()
    beside = _times(asked, lambda _: not done.is_set())
    return {
        "others_ratio": round(median(beside) / median(alone), 2),
        "others_ms": {"alone": round(median(alone)), "beside": round(median(beside))},
    }


def _times(asked: Iterator[Cohort], goes_on) -> list[float]:
    times: list[float] = []
    while goes_on(len(times)):
        times.append(question_ms(next(asked)))
        time.sleep(THINK_S)
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    as_json = parser.parse_args().json
    found = measure_packets() | measure_others()
    if as_json:
        print(json.dumps(found))
        return
    for dataset, formats in found["seconds"].items():
        for suffix, each in formats.items():
            print(f"{dataset:14} {suffix:5} first {each['first']:5} s, then {each['then']:5} s")
    print("resident memory, MB:", *found["rss_mb"])
    print(f"others: {found['others_ms']}, ratio {found['others_ratio']}")


if __name__ == "__main__":
    main()
