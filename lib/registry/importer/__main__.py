"""Import a clinic's sheets: ``python -m lib.registry.importer SOURCE… --to FOLDER``.

Exit codes: 0 imported, 1 errors in the data (nothing is imported), 2 not readable.
"""

import argparse
import json
import sys
from dataclasses import fields
from pathlib import Path

from lib.errors import UserFacingError
from lib.registry.importer.bounded import read
from lib.registry.importer.finding import Finding
from lib.registry.importer.options import (
    DATE_FORMATS,
    DECIMALS,
    DELIMITERS,
    DOSE_UNITS,
    ENCODINGS,
    Options,
)
from lib.registry.importer.reading import Question, Reading
from lib.registry.importer.writing import write

IMPORTED, ERRORS, NOT_READABLE = 0, 1, 2


def main() -> int:
    """Read the options, read the files, write the registry, and say what came of it."""
    arguments = _parser().parse_args()
    settled = {f.name: getattr(arguments, f.name) for f in fields(Options) if f.name != "answers"}
    try:
        reading = read(arguments.sources, Options(**settled))
        data = None
        if reading.can_be_imported:
            data = write(reading, arguments.to, arguments.name or arguments.to.resolve().name)
    except UserFacingError as error:
        if arguments.json:
            print(json.dumps({"can_be_imported": False, "message": str(error)}))
        print(error, file=sys.stderr)
        return NOT_READABLE
    imported_to = {"imported_to": str(arguments.to), "data_version": data.version} if data else {}
    if arguments.json:
        print(json.dumps(reading.report() | imported_to, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_in_words(reading)))
    outcome = f"imported to {arguments.to}" if data else "nothing was imported"
    counts = f"{len(reading.errors)} errors, {len(reading.questions)} questions, "
    n_warnings = len(reading.findings) - len(reading.errors)
    print(f"{counts}{n_warnings} warnings: {outcome}", file=sys.stderr)
    return IMPORTED if data else ERRORS


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lib.registry.importer",
        description="Import workbooks, CSV or Parquet files, folders or ZIPs of them. "
        "Exit codes: 0 imported, 1 errors in the data (nothing is imported), 2 not readable.",
    )
    parser.add_argument("sources", nargs="+", type=Path, metavar="SOURCE")
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="of the registry")
    parser.add_argument("--name", help="of the registry in the app (default: that of the folder)")
    parser.add_argument("--json", action="store_true", help="print the whole report")
    parser.add_argument("--decimal", choices=DECIMALS)
    parser.add_argument("--date-format", choices=DATE_FORMATS)
    parser.add_argument("--encoding", choices=ENCODINGS)
    parser.add_argument("--delimiter", choices=DELIMITERS)
    parser.add_argument("--dose-unit", choices=DOSE_UNITS, help="of a column “dose” without one")
    return parser


def _in_words(reading: Reading) -> list[str]:
    sheets = [
        f"{sheet.sheet}: {sheet.n_rows} rows, {sheet.n_imported} understood, "
        f"{sheet.n_reported} reported, {sheet.n_empty} empty ({sheet.form})"
        for sheet in reading.sheets
    ]
    columns = [
        f"{entry.sheet}, {entry.column}: {entry.reading}, as {entry.target}"
        for entry in reading.interpretations
    ]
    return [
        *sheets,
        *columns,
        *map(_question_in_words, reading.questions),
        *map(_finding_in_words, reading.findings),
    ]


def _question_in_words(question: Question) -> str:
    choices = "; ".join(
        f"{question.option} {answer}: {meaning}" for answer, meaning in question.choices
    )
    place = f"error: {question.sheet}, row {question.row}, {question.column}"
    return f"{place}: “{question.example}” can be read in several ways. Say which: {choices}"


def _finding_in_words(finding: Finding) -> str:
    row = f", row {finding.row}" if finding.row is not None else ""
    column = f", {finding.column}" if finding.column else ""
    value = f" (“{finding.value}”)" if finding.value else ""
    where = f"{finding.severity}: {finding.sheet}{row}{column}"
    return f"{where}: {finding.message}{value} {finding.mend} [{finding.rule}]"


if __name__ == "__main__":
    sys.exit(main())
