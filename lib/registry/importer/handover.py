"""How a job goes to the child process, and what came of it back: JSON and Arrow files."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from lib.registry.findings_report import UserSheet
from lib.registry.importer.finding import Finding
from lib.registry.importer.grid import Cell
from lib.registry.importer.options import Options
from lib.registry.importer.reading import Interpretation, Question, Reading, SheetReading

RESULT = "reading.json"
DATE = "date"


class Job(NamedTuple):
    """What to read, how, where to put the result, and how long it may take the processor."""

    sources: list[Path]
    options: Options
    out: Path
    cpu_seconds: int


def job_as_text(job: Job) -> str:
    """A job as JSON."""
    answers = [[*place, answer] for place, answer in job.options.answers.items()]
    return json.dumps(
        {
            "sources": [str(source) for source in job.sources],
            "options": asdict(job.options) | {"answers": answers},
            "out": str(job.out),
            "cpu_seconds": job.cpu_seconds,
        }
    )


def job_from_text(text: str) -> Job:
    """The reverse of `job_as_text`."""
    job = json.loads(text)
    options = job["options"]
    answers = {(sheet, heading): answer for sheet, heading, answer in options["answers"]}
    sources = [Path(source) for source in job["sources"]]
    given = Options(**options | {"answers": answers})
    return Job(sources, given, Path(job["out"]), job["cpu_seconds"])


def put_down(reading: Reading, folder: Path) -> None:
    """Write a reading into a folder."""
    report = reading.report() | {
        "tables": list(reading.tables),
        "user_sheets": [asdict(sheet) for sheet in reading.user_sheets],
    }
    text = json.dumps(report, default=_as_json)
    (folder / RESULT).write_text(text, encoding="utf-8")
    for name, table in reading.tables.items():
        with (
            pa.OSFile(str(folder / f"{name}.arrow"), "wb") as file,
            pa.ipc.new_file(file, table.schema) as writer,
        ):
            writer.write_table(table)


def take_up(folder: Path) -> Reading:
    """The reading in a folder."""
    report = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    tables = {}
    for name in report["tables"]:
        with pa.OSFile(str(folder / f"{name}.arrow")) as file:
            tables[name] = pa.ipc.open_file(file).read_all()
    return Reading(
        tuple(SheetReading(**entry) for entry in report["sheets"]),
        tuple(_interpretation(**entry) for entry in report["interpretations"]),
        tuple(_question(**entry) for entry in report["questions"]),
        tuple(Finding(**entry) for entry in report["findings"]),
        tuple(_user_sheet(**entry) for entry in report["user_sheets"]),
        tables,
    )


def _interpretation(examples: list, ambiguous: list, **entry: str) -> Interpretation:
    pairs = tuple((cell, value) for cell, value in examples)
    return Interpretation(**entry, examples=pairs, ambiguous=tuple(ambiguous))


def _question(choices: list, option: str, **entry: str) -> Question:
    del option  # it follows from the kind
    return Question(**entry, choices=tuple((answer, meaning) for answer, meaning in choices))


def _user_sheet(rows: list, **entry: str) -> UserSheet:
    numbered = [(number, [_from_json(cell) for cell in cells]) for number, cells in rows]
    return UserSheet(**entry, rows=numbered)


def _as_json(cell: date) -> dict[str, str]:
    """A date, as JSON has none; a cell is never an object otherwise."""
    return {DATE: cell.isoformat()}


def _from_json(cell: Cell | dict[str, str]) -> Cell:
    if not isinstance(cell, dict):
        return cell
    moment = datetime.fromisoformat(cell[DATE])
    return moment if "T" in cell[DATE] else moment.date()
