"""The empty form of a registry: an Excel workbook or CSV files to fill in.

`python -m lib.registry.template --out FILE [--language en|de]` writes it, as .xlsx or as .zip.
"""

import argparse
import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from lib.errors import UserFacingError
from lib.registry.language import (
    LANGUAGES,
    allowed_values,
    column_title,
    example,
    meaning,
    sheet_title,
    unit_title,
    value_titles,
)
from lib.registry.schema import Column
from lib.registry.sheets import DATE, SHEETS, Sheet
from lib.whole_file import write_whole

# Drop-down lists and formats reach down to here; the form holds more rows without them.
LAST_ROW = 10_000
WIDTH = 18
COMMENT_SIZE = {"width": 320, "height": 160}
HEADING = Font(bold=True)
REQUIRED = PatternFill("solid", fgColor="FFF2CC")
DATE_FORMATS = {"en": "yyyy-mm-dd", "de": "dd.mm.yyyy"}
# What Excel opens by a double click where the language is spoken.
DELIMITERS = {"en": ",", "de": ";"}
# Dates in the files of a ZIP, so that the same form is the same file.
NO_TIME = (1980, 1, 1, 0, 0, 0)
WORDS = {
    "en": {
        "unit": "Unit",
        "allowed": "Allowed",
        "required": "Required",
        "example": "Example",
        "instead": "Instead of",
        "or": ", or instead “{}”",
        "yes": "yes",
        "no": "no",
        "dictionary": ("Sheet", "Column", "Meaning", "Unit", "Allowed", "Required", "Example"),
    },
    "de": {
        "unit": "Einheit",
        "allowed": "Erlaubt",
        "required": "Pflicht",
        "example": "Beispiel",
        "instead": "Anstelle von",
        "or": ", oder stattdessen „{}“",
        "yes": "ja",
        "no": "nein",
        "dictionary": ("Blatt", "Spalte", "Bedeutung", "Einheit", "Erlaubt", "Pflicht", "Beispiel"),
    },
}
Rows = Mapping[str, Sequence[Mapping[str, object]]]


def workbook(language: str = "en", rows: Rows | None = None) -> bytes:
    """The form as an Excel workbook.

    Parameters
    ----------
    language
        ``en`` or ``de``: of the headings, the lists and the explanations.
    rows
        What is filled in already, by table, as the schema has it.
    """
    book = Workbook()
    book.remove(book.active)
    for sheet in SHEETS.values():
        _write_sheet(book, sheet, language, (rows or {}).get(sheet.name, ()))
    _write_lines(book, "dictionary", language, dictionary(language))
    _write_lines(book, "lists", language, _lists_as_lines(language))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv_files(language: str = "en", rows: Rows | None = None) -> bytes:
    """The form as a ZIP of CSV files, one a table; parameters as in `workbook`."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for sheet in SHEETS.values():
            headings = [column_title(sheet.name, c.name, language) for c in sheet.offered]
            lines = _as_lines(sheet, language, (rows or {}).get(sheet.name, ()))
            _add(archive, sheet.name, language, [headings, *lines])
        _add(archive, "dictionary", language, dictionary(language))
    return file.getvalue()


def dictionary(language: str) -> list[tuple[str, ...]]:
    """What each column means, with its headings: the sheet that explains the others."""
    return [
        WORDS[language]["dictionary"],
        *(
            (
                sheet_title(sheet.name, language),
                column_title(sheet.name, column.name, language),
                meaning(sheet.name, column, language),
                unit_title(column.unit, language),
                _allowed(column, language),
                _required(sheet, column, language),
                example_in(sheet.name, column, language),
            )
            for sheet in SHEETS.values()
            for column in sheet.offered
        ),
    ]


def example_in(sheet: str, column: Column, language: str) -> str:
    """A value that a column may hold, as it is written in a language."""
    text = example(sheet, column.name, language)
    if column.type == DATE:
        value: object = date.fromisoformat(text)
    elif column.type == "DOUBLE":
        value = float(text)
    else:
        value = {"yes": True, "no": False}.get(text, text)
    return _as_text(_translation(column, language).get(value, value), language)


def _write_sheet(
    book: Workbook, sheet: Sheet, language: str, rows: Sequence[Mapping[str, object]]
) -> None:
    page: Worksheet = book.create_sheet(sheet_title(sheet.name, language))
    page.freeze_panes = "B2"
    for at, column in enumerate(sheet.offered, start=1):
        letter = get_column_letter(at)
        page.column_dimensions[letter].width = WIDTH
        # Text, so that Excel keeps the zeros of 007; a date, so that it takes none for a number.
        if column.type in (DATE, "VARCHAR"):
            is_date = column.type == DATE
            page.column_dimensions[letter].number_format = (
                DATE_FORMATS[language] if is_date else "@"
            )
        if _titles(column, language):
            page.add_data_validation(_drop_down(sheet.name, column, letter, language))
        _write_heading(page.cell(1, at), sheet, column, language)
    titles = [_translation(column, language) for column in sheet.offered]
    for row in rows:
        values = (row.get(column.name) for column in sheet.offered)
        page.append([names.get(v, v) for names, v in zip(titles, values, strict=True)])


def _write_heading(cell: Cell, sheet: Sheet, column: Column, language: str) -> None:
    cell.value = column_title(sheet.name, column.name, language)
    cell.font = HEADING
    if not column.nullable:
        cell.fill = REQUIRED
    cell.comment = Comment(_explained(sheet, column, language), "IVIg", **COMMENT_SIZE)


def _explained(sheet: Sheet, column: Column, language: str) -> str:
    words = WORDS[language]
    replaced = next((e.replaces for e in sheet.instead if e.column == column and e.replaces), None)
    lines = {
        "unit": unit_title(column.unit, language),
        "allowed": _allowed(column, language),
        "instead": column_title(sheet.name, replaced, language) if replaced else "",
        "required": _required(sheet, column, language),
        "example": example_in(sheet.name, column, language),
    }
    told = [f"{words[name]}: {text}" for name, text in lines.items() if text]
    return "\n".join([meaning(sheet.name, column, language), *told])


def _required(sheet: Sheet, column: Column, language: str) -> str:
    """Whether a column is needed, and which others do as well."""
    words = WORDS[language]
    if column.nullable:
        return words["no"]
    offered = {other.name for other in sheet.offered}
    others = [name for name in sheet.replaced_by.get(column.name, [])[1:] if name in offered]
    titles = (column_title(sheet.name, name, language) for name in others)
    return words["yes"] + "".join(words["or"].format(title) for title in titles)


def _allowed(column: Column, language: str) -> str:
    titles = _titles(column, language)
    if titles:
        return ", ".join(titles)
    lower, upper = (
        None if end is None else _number(end, language) for end in (column.lower, column.upper)
    )
    if lower and upper:
        return f"{lower}–{upper}"
    return f"≥ {lower}" if lower else ""


def _titles(column: Column, language: str) -> list[str]:
    return value_titles(column, language) if allowed_values(column) else []


@cache
def _translation(column: Column, language: str) -> dict[object, str]:
    """What the values of a column are called in a language; yes and no are answers."""
    values = [
        {"yes": True, "no": False}.get(v, v) if column.type == "BOOLEAN" else v
        for v in allowed_values(column)
    ]
    return dict(zip(values, _titles(column, language), strict=True))


def _lists(language: str) -> Iterator[tuple[str, list[str]]]:
    """Every list of values, by the place of its column."""
    for sheet in SHEETS.values():
        for column in sheet.offered:
            if titles := _titles(column, language):
                yield f"{sheet.name}.{column.name}", titles


def _lists_as_lines(language: str) -> list[list[str]]:
    lists = dict(_lists(language))
    n_lines = max(map(len, lists.values()))
    names = [
        f"{sheet_title(place.split('.')[0], language)}: {column_title(*place.split('.'), language)}"
        for place in lists
    ]
    columns = [[*titles, *[""] * (n_lines - len(titles))] for titles in lists.values()]
    return [names, *map(list, zip(*columns, strict=True))]


def _drop_down(sheet: str, column: Column, letter: str, language: str) -> DataValidation:
    """A list to choose from; it refers to the sheet of lists, as Excel allows 255 letters here."""
    lists = dict(_lists(language))
    place = f"{sheet}.{column.name}"
    at = get_column_letter(list(lists).index(place) + 1)
    source = f"'{sheet_title('lists', language)}'!${at}$2:${at}${len(lists[place]) + 1}"
    drop_down = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=True)
    drop_down.add(f"{letter}2:{letter}{LAST_ROW}")
    return drop_down


def _write_lines(book: Workbook, name: str, language: str, lines: Sequence[Sequence[str]]) -> None:
    page = book.create_sheet(sheet_title(name, language))
    page.freeze_panes = "A2"
    for at in range(1, len(lines[0]) + 1):
        page.column_dimensions[get_column_letter(at)].width = 2 * WIDTH
        page.cell(1, at).font = HEADING
    for number, line in enumerate(lines, start=1):
        for at, text in enumerate(line, start=1):
            page.cell(number, at, text)


def _as_lines(
    sheet: Sheet, language: str, rows: Sequence[Mapping[str, object]]
) -> Iterator[list[str]]:
    columns = [(column.name, _translation(column, language)) for column in sheet.offered]
    for row in rows:
        yield [
            _as_text(names.get(row.get(name), row.get(name)), language) for name, names in columns
        ]


def _as_text(value: object, language: str) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y") if language == "de" else value.isoformat()
    return _number(value, language) if isinstance(value, float) else str(value)


def _number(value: float, language: str) -> str:
    text = f"{value:.15g}"
    return text.replace(".", ",") if language == "de" else text


def _add(archive: ZipFile, name: str, language: str, lines: Sequence[Sequence[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=DELIMITERS[language], lineterminator="\r\n").writerows(lines)
    info = ZipInfo(f"{sheet_title(name, language)}.csv", NO_TIME)
    info.compress_type = ZIP_DEFLATED
    # With its mark Excel takes the file for UTF-8.
    archive.writestr(info, text.getvalue().encode("utf-8-sig"))


FORMS = {".xlsx": workbook, ".zip": csv_files}


def main() -> int:
    """Read the options and write the form."""
    parser = argparse.ArgumentParser(prog="python -m lib.registry.template", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="file to write: .xlsx or .zip")
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="default: en")
    options = parser.parse_args()
    form = FORMS.get(options.out.suffix.lower())
    try:
        if form is None:
            raise UserFacingError(
                f"“{options.out.name}” is neither .xlsx nor .zip; these two can be written."
            )
        write_whole(options.out, form(options.language))
    except UserFacingError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{options.out} written", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
