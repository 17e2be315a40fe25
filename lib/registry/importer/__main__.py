"""Import a clinic's sheets: ``python -m lib.registry.importer SOURCE… --to FOLDER``.

Exit codes: 0 imported, 1 errors in the data (nothing is imported), 2 not readable.
"""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from lib.errors import SourceError, UserFacingError
from lib.registry.importer.bounded import read
from lib.registry.importer.finding import Finding
from lib.registry.importer.options import (
    DATE_FORMATS,
    DECIMALS,
    DELIMITERS,
    DOSE_UNITS,
    ENCODINGS,
    GRADE_WORDS,
    HOWS,
    LEFT_OUT,
    NO_COLUMN,
    REPLACE_ALL,
    Existing,
    Options,
)
from lib.registry.importer.placing import is_registry
from lib.registry.importer.reading import CentreChange, Interpretation, Question, Reading
from lib.registry.importer.writing import Written, write
from lib.registry.sheets import SHEETS

IMPORTED, ERRORS, NOT_READABLE = 0, 1, 2
SETTLED = ("decimal", "date_format", "encoding", "delimiter", "dose_unit", "grade_words")


def main() -> int:
    """Read the options, read the files, write the registry, and say what came of it."""
    arguments = _parser().parse_args()
    try:
        reading = _read(arguments)
        open_question = _open_question(arguments.to, arguments.existing)
        can_be_imported = reading.can_be_imported and not open_question
        written = None
        if can_be_imported and not arguments.dry_run:
            name = arguments.name or _name(reading, arguments.to)
            is_all = arguments.existing == REPLACE_ALL
            written = write(reading, arguments.to, name, replaces_all=is_all)
    except UserFacingError as error:
        if arguments.json:
            print(json.dumps({"can_be_imported": False, "message": str(error)}))
        print(error, file=sys.stderr)
        return NOT_READABLE
    if arguments.json:
        told = {"can_be_imported": can_be_imported}
        told |= {"message": open_question} if open_question else {}
        told |= _told_of(written, arguments.to) if written else {}
        print(json.dumps(reading.report() | told, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_in_words(reading)))
    if open_question:
        print(open_question, file=sys.stderr)
    outcome = f"imported to {arguments.to}" if written else "nothing was imported"
    if arguments.dry_run and can_be_imported:
        outcome = "nothing was imported; without --dry-run it would be"
    counts = f"{len(reading.errors)} errors, {len(reading.questions)} questions, "
    n_warnings = len(reading.findings) - len(reading.errors)
    print(f"{counts}{n_warnings} warnings: {outcome}", file=sys.stderr)
    if written and written.previous:
        kept = f"What was there is kept in {written.previous}, until this registry is replaced."
        print(kept, file=sys.stderr)
    return IMPORTED if can_be_imported else ERRORS


def _told_of(written: Written, folder: Path) -> dict:
    """What ``--json`` tells of what was written."""
    return {
        "imported_to": str(folder),
        "data_version": written.manifest.version,
        "previous_kept_in": str(written.previous) if written.previous else None,
    }


def _open_question(folder: Path, how: str | None) -> str | None:
    """What has to be said of a registry that is in a folder already, if it was not."""
    if how is not None or not is_registry(folder):
        return None
    return (
        f"There is a registry in {folder} already, and nothing says what is to become of it. "
        "Say --existing append (its patients stay, those of the files are added), --existing "
        "replace-centres (patients of the centres in the files are replaced, others stay) or "
        "--existing replace-all (none of it stays); --dry-run shows what would change."
    )


def _read(arguments: argparse.Namespace) -> Reading:
    answers = {("sheet", sheet, NO_COLUMN): table for sheet, table in arguments.sheet}
    options = Options(**{name: getattr(arguments, name) for name in SETTLED}, answers=answers)
    existing = _existing(arguments.to, arguments.existing)
    reading = read(arguments.sources, options, existing)
    if not arguments.take_suggestions:
        return reading
    only_one = {each.place: each.only_value for each in reading.suggestions if each.only_value}
    return read(arguments.sources, replace(options, spellings=only_one), existing)


def _existing(folder: Path, how: str | None) -> Existing | None:
    """The registry to join the files with, if any.

    Raises
    ------
    SourceError
        If there is none whose patients could stay.
    """
    if how is None or is_registry(folder):
        return Existing(folder, how) if how else None
    if how == REPLACE_ALL:
        return None
    raise SourceError(
        f"There is no registry in {folder}, so --existing {how} has nothing to keep. Name the "
        "folder of a registry with --to, or leave --existing out to make a new one."
    )


def _name(reading: Reading, folder: Path) -> str:
    return reading.joined.name if reading.joined else folder.resolve().name


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
    parser.add_argument(
        "--existing",
        choices=HOWS,
        help="what is to become of a registry that is in FOLDER already",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="check and report, but import nothing"
    )
    parser.add_argument(
        "--take-suggestions",
        action="store_true",
        help="take a misspelled value for the one in the list that it resembles, if only one does "
        "and it is no mere class of drugs",
    )
    parser.add_argument("--decimal", choices=DECIMALS)
    parser.add_argument("--date-format", choices=DATE_FORMATS)
    parser.add_argument("--encoding", choices=ENCODINGS)
    parser.add_argument("--delimiter", choices=DELIMITERS)
    parser.add_argument("--dose-unit", choices=DOSE_UNITS, help="of a column “dose” without one")
    parser.add_argument(
        "--grade-words",
        choices=GRADE_WORDS,
        help="whether mild, moderate and severe are CTCAE grades (1, 2, 3) or none (left empty)",
    )
    parser.add_argument(
        "--sheet",
        action="append",
        default=[],
        type=_said_of_sheet,
        metavar="NAME=TABLE",
        help=f"what a sheet holds whose name says nothing: a table, or “{LEFT_OUT}”",
    )
    return parser


def _said_of_sheet(text: str) -> tuple[str, str]:
    sheet, _, table = text.rpartition("=")
    if not sheet or table not in (*SHEETS, LEFT_OUT):
        tables = ", ".join((*SHEETS, LEFT_OUT))
        raise argparse.ArgumentTypeError(
            f"“{text}” is not NAME=TABLE, with one of {tables} after the sign"
        )
    return sheet, table


def _in_words(reading: Reading) -> list[str]:
    sheets = [
        f"{words} ({sheet.form})"
        for words, sheet in zip(reading.sheets_in_words(), reading.sheets, strict=True)
    ]
    centres = reading.joined.centres if reading.joined else ()
    return [
        *sheets,
        *map(_column_in_words, reading.interpretations),
        *map(_centre_in_words, centres),
        *map(_question_in_words, reading.questions),
        *map(_finding_in_words, reading.findings),
    ]


def _column_in_words(entry: Interpretation) -> str:
    decided = "".join(f"; “{text}” is taken for {value}" for text, value in entry.decided)
    return f"{entry.sheet}, {entry.column}: {entry.reading}, as {entry.target}{decided}"


def _centre_in_words(change: CentreChange) -> str:
    return (
        f"centre {change.centre}: {change.n_kept} patients kept, {change.n_taken_out} taken out, "
        f"{change.n_added} added, {change.n_after} afterwards"
    )


def _question_in_words(question: Question) -> str:
    if question.kind == "sheet":
        choices = "; ".join(
            f"{question.option} '{question.sheet}={answer}': {meaning}"
            for answer, meaning in question.choices
        )
        return (
            f"error: {question.sheet}: the sheet is called like no table of a registry, but has "
            f"the columns of one. Say what it holds: {choices}"
        )
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
