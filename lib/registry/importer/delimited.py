"""Read CSV files of any usual encoding and separator, and say which it was."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from lib.errors import SourceError
from lib.registry.importer.grid import Grid, RowForm, Score, find_headings, read_grid
from lib.registry.importer.options import DELIMITERS, ENCODINGS, Options

BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
PROBE = 8192
# ä, ö, ü of older encodings, read as Windows-1252, give such marks within a word.
MARK_IN_A_WORD = re.compile("[A-Za-z][‚ƒ„…†‡ˆ‰Š‹Œ“”•˜™š›œŸ¡-¿×÷][a-z]")
LINES_TO_PROBE = 30


def read_delimited(
    file: str, sheet: str, data: bytes, options: Options, score: Score
) -> Grid | None:
    """The sheet of a CSV file; None if nothing stands in it.

    Raises
    ------
    SourceError
        If it is no text, or its encoding or separator can't be told.
    """
    text, encoding = decode(file, data, options.encoding)
    delimiter = _delimiter(file, text, options.delimiter, score)
    names = {mark: name for name, mark in DELIMITERS.items()}
    form = RowForm(f"CSV, {encoding}, separated by {names[delimiter]}", all_cells_written=True)
    return read_grid(file, sheet, _rows(file, text, delimiter), score, form)


def decode(file: str, data: bytes, encoding: str | None) -> tuple[str, str]:
    """The text of a file and the encoding it was read by; None finds the encoding out."""
    found = encoding or _encoding(data)
    if found == "utf-8":
        found = "utf-8-sig"
    if b"\0" in data and not found.startswith("utf-16"):
        raise _no_text(file)
    try:
        text = data.decode(found)
    except UnicodeError as error:
        raise _unclear_encoding(
            file, f"it can't be read as {encoding or 'Windows-1252'}"
        ) from error
    if "\0" in text:
        raise _no_text(file)
    if encoding is None and found == "cp1252" and MARK_IN_A_WORD.search(text):
        raise _unclear_encoding(file, "some letters, perhaps umlauts, come out as odd marks")
    return text, {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}.get(found, found)


def _encoding(data: bytes) -> str:
    for mark, encoding in BOMS.items():
        if data.startswith(mark):
            return encoding
    even, odd = data[:PROBE:2], data[1:PROBE:2]
    # Letters of the West have one byte of two empty in UTF-16, always on the same side.
    if odd.count(0) > len(odd) // 2 and not even.count(0):
        return "utf-16-le"
    if even.count(0) > len(even) // 2 and not odd.count(0):
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _no_text(file: str) -> SourceError:
    return SourceError(
        f"“{file}” is no text file: it can't be read as CSV. "
        "Save the sheet as CSV or as an Excel workbook (.xlsx)."
    )


def _unclear_encoding(file: str, why: str) -> SourceError:
    return SourceError(
        f"The encoding of “{file}” is not clear: {why}. Save it as “CSV UTF-8”, or name "
        f"the encoding (--encoding, one of {', '.join(ENCODINGS)})."
    )


def _delimiter(file: str, text: str, delimiter: str | None, score: Score) -> str:
    if delimiter is not None:
        return DELIMITERS[delimiter]
    start = "\n".join(text[: 100 * PROBE].splitlines()[:LINES_TO_PROBE])
    scores = {mark: _score(start, mark, score) for mark in DELIMITERS.values()}
    best = max(scores.values())
    winners = [mark for mark, value in scores.items() if value == best]
    if len(winners) > 1 and best[1] > 1:
        raise SourceError(
            f"What separates the columns of “{file}” is not clear. "
            f"Name it (--delimiter, one of {', '.join(DELIMITERS)})."
        )
    return winners[0]


def _score(start: str, delimiter: str, score: Score) -> tuple[int, int]:
    """How many headings are known, and then how many there are, if a mark separates columns."""
    rows = list(csv.reader(start.split("\n"), delimiter=delimiter))
    headings = rows[find_headings(rows, score)] if rows else []
    return score(headings), len(headings)


def _rows(file: str, text: str, delimiter: str) -> Iterator[list[str]]:
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise SourceError(
            f"“{file}” can't be read from line {reader.line_num} on: a quotation mark there is "
            "opened and not closed, or stands within a value. Mend that line."
        ) from error
