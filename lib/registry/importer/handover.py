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
from lib.registry.importer.options import Existing, Options
from lib.registry.importer.reading import (
    CentreChange,
    Interpretation,
    Joined,
    Question,
    Reading,
    SheetReading,
)

RESULT = "reading.json"
DATE = "date"
# Options that say something of single places; JSON has no keys of several words.
BY_PLACE = ("answers", "spellings")


class Job(NamedTuple):
    """What to read and how, what to join it with, where to put the result, in what time.

    The time is that of the processor.
    """

    sources: list[Path]
    options: Options
    existing: Existing | None
    out: Path
    cpu_seconds: int


def job_as_text(job: Job) -> str:
    """A job as JSON."""
    placed = {
        name: [[*place, said] for place, said in getattr(job.options, name).items()]
        for name in BY_PLACE
    }
    existing = job.existing and {"folder": str(job.existing.folder), "how": job.existing.how}
    return json.dumps(
        {
            "sources": [str(source) for source in job.sources],
            "options": asdict(job.options) | placed,
            "existing": existing,
            "out": str(job.out),
            "cpu_seconds": job.cpu_seconds,
        }
    )


def job_from_text(text: str) -> Job:
    """The reverse of `job_as_text`."""
    job = json.loads(text)
    options = job["options"]
    placed = {name: {tuple(place): said for *place, said in options[name]} for name in BY_PLACE}
    existing = job["existing"]
    return Job(
        [Path(source) for source in job["sources"]],
        Options(**options | placed),
        existing and Existing(Path(existing["folder"]), existing["how"]),
        Path(job["out"]),
        job["cpu_seconds"],
    )


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
        tuple(_finding(**entry) for entry in report["findings"]),
        tuple(_user_sheet(**entry) for entry in report["user_sheets"]),
        tables,
        report["joined"] and _joined(**report["joined"]),
    )


def _interpretation(examples: list, ambiguous: list, decided: list, **entry: str) -> Interpretation:
    pairs = {"examples": tuple(map(tuple, examples)), "decided": tuple(map(tuple, decided))}
    return Interpretation(**entry, **pairs, ambiguous=tuple(ambiguous))


def _finding(suggestions: list, **entry: str) -> Finding:
    return Finding(**entry, suggestions=tuple(suggestions))


def _joined(centres: list, **entry: str) -> Joined:
    return Joined(**entry, centres=tuple(CentreChange(**each) for each in centres))


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
