"""Measure imports of large files: a workbook of 100,000 cycles and a CSV of a million.

`python -m tests.benchmarks.imports` prints a table, with `--json` one JSON object:

xlsx_seconds, csv_seconds    start of the command → end of the import, by the clock
xlsx_rss_mb, csv_rss_mb      most memory that any of its processes held, in MB (10⁶ bytes)

At most 60 s and 1,000 MB, and at most 30 s, are wanted on a machine that does nothing else.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from openpyxl import Workbook

CYCLES_PER_PATIENT = 20
HEADINGS = {
    "patients": ["patient_id", "centre", "diagnosis", "sex", "age_at_first_ivig_years"],
    "cycles": ["patient_id", "cycle_no", "day", "dose_g_per_kg", "infusion_days"],
}
DOSES = (0.4, 1, 2, 1.95)
KB_TO_MB = 1024 / 1e6


def rows(n_cycles: int) -> dict[str, Iterator[list]]:
    """Patients and cycles that break no rule."""
    n_patients = n_cycles // CYCLES_PER_PATIENT
    return {
        "patients": (
            [f"P{p:06}", "Berlin", "dermatomyositis", "female", 20 + p % 60]
            for p in range(n_patients)
        ),
        "cycles": (
            [f"P{p:06}", c + 1, 28 * c, DOSES[p % len(DOSES)], 2 + p % 3]
            for p in range(n_patients)
            for c in range(CYCLES_PER_PATIENT)
        ),
    }


def write_workbook(path: Path, n_cycles: int) -> None:
    book = Workbook(write_only=True)
    for name, lines in rows(n_cycles).items():
        sheet = book.create_sheet(name)
        sheet.append(HEADINGS[name])
        for line in lines:
            sheet.append(line)
    book.save(path)


def write_csv(path: Path, n_cycles: int) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, lines in rows(n_cycles).items():
            file = path.with_name(f"{name}.csv")
            with file.open("w", newline="", encoding="utf-8") as text:
                csv.writer(text).writerows([HEADINGS[name], *lines])
            archive.write(file, file.name)


def measure(source: Path, folder: Path) -> tuple[float, float]:
    """Seconds and megabytes of one import.

    `wait4` reports the largest of a process and of the children that it waited for.
    """
    command = [sys.executable, "-m", "lib.registry.importer", str(source), "--to", str(folder)]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"the import of {source.name} failed")
    return seconds, usage.ru_maxrss * KB_TO_MB


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = {}
    with TemporaryDirectory() as place:
        sources = {"xlsx": Path(place) / "large.xlsx", "csv": Path(place) / "large.zip"}
        write_workbook(sources["xlsx"], 100_000)
        write_csv(sources["csv"], 1_000_000)
        for name, source in sources.items():
            seconds, rss_mb = measure(source, Path(place) / name)
            figures |= {f"{name}_seconds": round(seconds, 1), f"{name}_rss_mb": round(rss_mb)}
    if options.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:<14}{value:>10}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
