"""Measure one page's worth of questions beside what good authors write in pandas and polars.

`python -m tests.benchmarks.page --patients N` prints a table, with `--json` one JSON object. Of
32 patients the published series is asked, of more a synthetic registry that is made first.

rows      one of each filter (none, age, narrow) and rival (pandas, polars, polars on facts):
          ratio is the rival's median time over ours
openings  seconds until the questions can be asked, and by how many MB the process grew: of the
          dashboard the first time, which prepares a large registry in a process of its own, from
          then until those of Side-effects and Compare can be asked, too, and again; of each rival

The questions: size of the cohort, all facets, Table I, Table II, one patient, the first page of
lanes, Kaplan–Meier. All answer in turn in one process; before anything is timed their answers
are held against each other, and any difference ends the run. Polars uses all cores; so does the
dashboard, which asks a page's questions side by side. What depends on a filter is not kept
from one round to the next; the page without a filter is, as the app keeps it for all its readers.
"""

import argparse
import json
import math
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np
import pandas as pd
import polars as pl
import psutil

from lib.ask import ask_together, rows_of, size_of
from lib.cohort import Cohort
from lib.demo_registry.build import write_demo_registry
from lib.places import CASE_SERIES
from lib.prepared.opening import Opening
from lib.prepared.place import REGISTRY_CACHE
from lib.results import Results
from lib.survival_curves import STOP, curve_times, groups_of
from lib.warehouse import KEPT_RESULTS, Warehouse, is_large, open_warehouse
from tests.benchmarks.rivals import Given, Rival
from tests.benchmarks.rivals.pandas_page import PandasPage
from tests.benchmarks.rivals.polars_page import PolarsPage

PUBLISHED_PATIENTS = 32
N_CENTRES = 3
SEED = 1
FILTERS = {
    "none": Cohort(),
    "age": Cohort.of(age=(40, 60)),
    "narrow": Cohort.of(diagnosis=["dermatomyositis"], sex=["female"], age=(40, 60)),
}
OURS = "this dashboard"
RIVALS = ("pandas", "polars", "polars on facts")
Opened = TypeVar("Opened")
LANES = (("version", 0), ("sort", "duration"), ("group_by", "none"), ("page", 1))


class OwnPage:
    """See `Rival`: the dashboard's own questions, through the functions that the pages call."""

    def __init__(self, source: Warehouse) -> None:
        self.source = source
        self.version = min(1, source.manifest.imputations)
        self._asked_before: dict[tuple[str, tuple], None] = {}

    def prepare(self, cohort: Cohort) -> None:
        """Ask at once what the page before asked of its cohort: see `lib.ui.data.ask_ahead`."""
        self.cohort = cohort
        # As if nobody had asked before; of everybody the first to ask is all who ever wait.
        self.asked = replace(self.source, results=Results(KEPT_RESULTS))
        ask_together(self.asked, self._asked_before, cohort)

    def _rows(self, name: str, **parameters: object) -> list[dict]:
        asked = name, tuple(parameters.items())
        self._asked_before[asked] = None
        return rows_of(self.asked, 0, name, self.cohort, asked[1])

    def size(self) -> tuple:
        return _figure(size_of(self.asked, 0, self.cohort), "n_patients")

    def facets(self) -> dict:
        return {
            (row["field"], row["value"]): _figure(row, "n_patients")
            for row in self._rows("cohort/facets")
            if row["field"]
        }

    def table_1(self) -> dict:
        rows = self._rows("summary/characteristics")
        return {
            (row["measure"], row["statistic"]): (_figure(row, "value"), _figure(row, "n"))
            for row in rows
        }

    def table_2(self) -> dict:
        return {
            (row["diagnosis_group"], row["measure"], row["statistic"]): (
                _figure(row, "value"),
                _figure(row, "n"),
            )
            for row in self._rows("summary/by_diagnosis")
        }

    def patient(self, patient_id: str) -> list[tuple]:
        asked = (("patients", (patient_id,)), ("version", self.version))
        rows = rows_of(self.asked, 0, "timelines/course", None, asked)
        return sorted(((row["table_name"], row["day"], row["stop_day"]) for row in rows), key=str)

    def lanes(self) -> list[tuple]:
        rows = self._rows("timelines/lanes", **dict(LANES) | {"version": self.version})
        return [(row["patient_id"], row["last_cycle_day"], row["n_cycles"]) for row in rows]

    def survival(self) -> list[tuple]:
        rows = curve_times(self._rows, STOP, None, reconstructed=self.version > 0)
        # Of a reconstruction no curve is drawn: the page asks, and says why.
        if self.version or not rows:
            return []
        curve = groups_of(rows, None)[0][0].curve
        return [
            (step.time, step.n_at_risk, step.n_events, step.survival)
            for step in curve.steps
            if step.n_events
        ]


def _figure(row: Mapping, name: str) -> tuple:
    return tuple(row[f"{name}{end}"] for end in ("", "_lowest", "_highest"))


def answers(page: Rival, cohort: Cohort, patient_id: str) -> dict[str, object]:
    """One page: what each question is answered."""
    page.prepare(cohort)
    return {
        "size": page.size(),
        "facets": page.facets(),
        "table_1": page.table_1(),
        "table_2": page.table_2(),
        "patient": page.patient(patient_id),
        "lanes": page.lanes(),
        "survival": page.survival(),
    }


def differences(ours: object, theirs: object, where: str = "") -> list[str]:
    """Where two answers differ; numbers may by their last digits, a missing one is None or NaN."""
    if isinstance(ours, Mapping):
        ours, theirs = _by_text(ours), _by_text(theirs)
        return [
            found
            for key in sorted(ours.keys() | theirs.keys())
            for found in differences(ours.get(key), theirs.get(key), f"{where} {key}")
        ]
    if isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        if len(ours) != len(theirs):
            return [f"{where}: {len(ours)} and {len(theirs)} rows"]
        pairs = enumerate(zip(ours, theirs, strict=True))
        return [found for i, pair in pairs for found in differences(*pair, f"{where}[{i}]")]
    same = is_missing(ours) and is_missing(theirs)
    if not same and not is_missing(ours) and not is_missing(theirs):
        is_number = isinstance(ours, int | float)
        same = math.isclose(ours, theirs, rel_tol=1e-9) if is_number else ours == theirs
    return [] if same else [f"{where}: {ours!r} and {theirs!r}"]


def _by_text(answer: Mapping) -> dict[str, object]:
    """The same by keys as they are read: a bin is ``40``, a flag ``true``, however it is held."""
    return {_text(key): value for key, value in answer.items()}


def _text(key: object) -> str:
    if isinstance(key, tuple):
        return " / ".join(map(_text, key))
    if isinstance(key, str) and not re.fullmatch(r"[\d.]+", key):
        return key.lower()
    return str(key).lower() if isinstance(key, bool | np.bool_) else f"{float(key):g}"


def is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA


def given(source: Warehouse) -> Given:
    """What the rivals are told of the registry."""
    rows = source.connection.execute(
        "select distinct field, filter_values.bin_width from filter_values"
        " join filter_fields using (position) where filter_values.bin_width is not null"
    ).fetchall()
    groups = source.connection.execute(
        "select diagnosis, diagnosis_group from reference.diagnoses"
    ).fetchall()
    return Given(dict(groups), dict(rows))


def rivals(folder: Path, told: Given) -> dict[str, Callable[[], Rival]]:
    """By the names in `RIVALS`, what opens each of the others."""
    files = sorted(folder.glob("*.parquet"))

    def frames() -> dict[str, pl.DataFrame]:
        return {path.stem: pl.read_parquet(path) for path in files}

    openers = (
        lambda: PandasPage({path.stem: pd.read_parquet(path) for path in files}, told),
        lambda: PolarsPage(frames(), told),
        lambda: PolarsPage(frames(), told, on_facts=True),
    )
    return dict(zip(RIVALS, openers, strict=True))


def opened(open_it: Callable[[], Opened]) -> tuple[Opened, dict[str, float]]:
    """What was opened, how long that took and by how much this process grew meanwhile."""
    process = psutil.Process()
    began, before = time.perf_counter(), process.memory_info().rss
    made = open_it()
    seconds, grown = time.perf_counter() - began, process.memory_info().rss - before
    return made, {"seconds": round(seconds, 2), "memory_mb": round(grown / 1e6)}


def compare(own: Rival, others: Mapping[str, Rival], patient_id: str) -> None:
    """End the run if any answer to any filter differs."""
    for filter_name, cohort in FILTERS.items():
        ours = answers(own, cohort, patient_id)
        for name, rival in others.items():
            theirs = answers(rival, cohort, patient_id)
            if not ours["survival"]:
                theirs["survival"] = []
            if found := differences(ours, theirs):
                raise SystemExit(
                    f"{name} answers otherwise ({filter_name}), ours first:\n"
                    + "\n".join(found[:20])
                )


def measure(pages: Mapping[str, Rival], n_rounds: int, patient_id: str) -> dict[str, dict]:
    """Milliseconds of a page by filter and name, all names in turn."""
    return {
        filter_name: _in_turn(pages, cohort, n_rounds, patient_id)
        for filter_name, cohort in FILTERS.items()
    }


def _in_turn(
    pages: Mapping[str, Rival], cohort: Cohort, n_rounds: int, patient_id: str
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(n_rounds):
        for name, page in pages.items():
            began = time.perf_counter()
            answers(page, cohort, patient_id)
            times[name].append(1000 * (time.perf_counter() - began))
    return times


def by_question(page: Rival, cohort: Cohort, patient_id: str) -> dict[str, float]:
    """Milliseconds of each question, for whoever wants to know where they go."""
    asked = {
        "prepare": lambda: page.prepare(cohort),
        "size": page.size,
        "facets": page.facets,
        "table_1": page.table_1,
        "table_2": page.table_2,
        "patient": lambda: page.patient(patient_id),
        "lanes": page.lanes,
        "survival": page.survival,
    }
    times = {}
    for name, ask in asked.items():
        began = time.perf_counter()
        ask()
        times[name] = round(1000 * (time.perf_counter() - began), 1)
    return times


def summary(times: Mapping[str, Mapping[str, list[float]]], n_patients: int) -> list[dict]:
    """One row of each filter and rival."""
    return [
        {
            "patients": n_patients,
            "filter": filter_name,
            "rival": name,
            "ratio": round(median(found) / median(by_name[OURS]), 2),
            "ours_ms": _spread(by_name[OURS]),
            "rival_ms": _spread(found),
        }
        for filter_name, by_name in times.items()
        for name, found in by_name.items()
        if name != OURS
    ]


def _spread(times: list[float]) -> dict[str, float]:
    p90 = quantiles(times, n=10)[-1]
    named = {"median": median(times), "minimum": min(times), "p90": p90}
    return {name: round(value, 2) for name, value in named.items()}


def as_table(rows: list[dict]) -> str:
    lines = [f"{'filter':<8}{'rival':<18}{'ratio':>8}{'ours, ms':>10}{'rival, ms':>11}"]
    lines += [
        f"{row['filter']:<8}{row['rival']:<18}{row['ratio']:>8}"
        f"{row['ours_ms']['median']:>10}{row['rival_ms']['median']:>11}"
        for row in rows
    ]
    return "\n".join(lines)


def run(folder: Path, n_patients: int, n_rounds: int, against: Sequence[str]) -> dict:
    """Compare, then time, the dashboard and some of its rivals on a registry."""
    source, openings = own_openings(folder)
    own, others = OwnPage(source), {}
    open_rival = rivals(folder, given(source))
    for name in against:
        others[name], openings[name] = opened(open_rival[name])
    patient_id = own_patient(source)
    compare(own, others, patient_id)
    times = measure({OURS: own, **others}, n_rounds, patient_id)
    return {
        "rows": summary(times, n_patients),
        "openings": openings,
        "by_question_ms": {
            name: by_question(page, Cohort(), patient_id)
            for name, page in {OURS: own, **others}.items()
        },
    }


def own_openings(folder: Path) -> tuple[Warehouse, dict[str, dict[str, float]]]:
    """The registry, and how it was opened: the first time until this page's questions can be asked,
    then until all can, and again.
    """
    if not is_large(folder):
        source, first = opened(lambda: _built(open_warehouse(folder)))
        return source, {OURS: first}
    opening = Opening(folder)
    _, first = opened(opening.result)
    source, rest = opened(opening.whole)
    source.close()
    source, again = opened(lambda: open_warehouse(folder))
    return source, {f"{OURS}, first time": first, f"{OURS}, the rest": rest, OURS: again}


def _built(source: Warehouse) -> Warehouse:
    source.build()
    return source


def own_patient(source: Warehouse) -> str:
    """Somebody in the middle of the registry."""
    patients = source.connection.cursor().table("registry.patients").project("patient_id")
    return patients.limit(1, offset=len(patients) // 2).fetchone()[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=PUBLISHED_PATIENTS)
    parser.add_argument("--rounds", type=int, default=9, help="of each filter (default: 9)")
    parser.add_argument(
        "--against",
        nargs="+",
        choices=RIVALS,
        default=RIVALS,
        help="of many patients memory holds one at a time (default: all)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with TemporaryDirectory() as made:
        folder = CASE_SERIES
        if options.patients != PUBLISHED_PATIENTS:
            folder = Path(made, "registry")
            os.environ[REGISTRY_CACHE] = str(Path(made, "prepared"))
            write_demo_registry(folder, patients=options.patients, centres=N_CENTRES, seed=SEED)
        result = run(folder, options.patients, options.rounds, options.against)
    print(json.dumps(result) if options.json else as_table(result["rows"]))
    if not options.json:
        print("opening:")
        for name, opening in result["openings"].items():
            print(f"  {name}: {opening['seconds']} s, {opening['memory_mb']} MB")
        print("milliseconds by question, no filter:")
        for name, times in result["by_question_ms"].items():
            print(f"  {name}: {times}")


if __name__ == "__main__":
    main()
