"""Small sheets of an invented clinic, as files of every kind."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook

from lib.registry.importer.options import Options
from lib.registry.importer.reading import Reading
from lib.registry.importer.stages import read_here

PATIENTS = [
    ["patient_id", "centre", "diagnosis", "sex", "age_at_first_ivig_years"],
    ["007", "Köln", "dermatomyositis", "female", 54],
    ["008", "Köln", "pemphigus vulgaris", "male", 61],
]
CYCLES = [
    ["patient_id", "cycle_no", "day", "dose_g_per_kg"],
    ["007", 1, 0, 2],
    ["007", 2, 28, 1.5],
    ["008", 1, 0, 1],
]
# As a clinic wrote it by itself: other names, dates, and doses without a unit.
HAMBURG = {
    "Patientenliste": [
        ["Pat.-Nr.", "Klinik", "Diagnose", "Geschlecht", "Geburtsdatum", "Gewicht (kg)"],
        ["H1", "Hamburg", "DM", "w", "01.02.1958", "68,5"],
        ["H2", "Hamburg", "bullöses Pemphigoid", "m", "17.09.1962", "88"],
    ],
    "Zyklen": [
        ["Pat.-Nr.", "Zyklus", "Datum", "Dosis"],
        ["H1", 1, "05.02.2024", 137],
        ["H1", 2, "04.03.2024", 137],
        ["H2", 1, "08.01.2024", 176],
    ],
}
Sheets = dict[str, Sequence[Sequence[object]]]


def sheets(**changes: Sequence[Sequence[object]]) -> Sheets:
    """A clean registry of two patients, with some sheets changed or added."""
    return {"patients": PATIENTS, "cycles": CYCLES} | changes


def with_column(lines: Sequence[Sequence[object]], heading: str, *values: object) -> list[list]:
    """The same sheet with one more column."""
    return [[*line, cell] for line, cell in zip(lines, [heading, *values], strict=True)]


def replaced(lines: Sequence[Sequence[object]], row: int, column: int, value: object) -> list[list]:
    """The same sheet with another cell; row and column count from 1."""
    copy = [list(line) for line in lines]
    copy[row - 1][column - 1] = value
    return copy


def as_csv(lines: Iterable[Sequence[object]], delimiter: str = ";") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    return text.getvalue()


def write_csvs(
    folder: Path, content: Sheets, delimiter: str = ";", encoding: str = "utf-8"
) -> Path:
    folder.mkdir(exist_ok=True)
    for name, lines in content.items():
        (folder / f"{name}.csv").write_bytes(as_csv(lines, delimiter).encode(encoding))
    return folder


def write_workbook(path: Path, content: Sheets) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, lines in content.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    book.save(path)
    return path


def read_workbook_of(folder: Path, content: Sheets, **options: object) -> Reading:
    return read_here([write_workbook(folder / "clinic.xlsx", content)], Options(**options))


def read_csvs_of(folder: Path, content: Sheets, **options: object) -> Reading:
    return read_here([write_csvs(folder / "clinic", content)], Options(**options))


def places(reading: Reading, rule: str) -> list[tuple]:
    """Where a rule found something: sheet, row, column."""
    return [(f.sheet, f.row, f.column) for f in reading.findings if f.rule == rule]


def column(reading: Reading, table: str, name: str) -> list:
    return reading.tables[table][name].to_pylist()
