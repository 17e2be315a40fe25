"""What sheets, columns and values are called in English and German.

The names are in `data/reference/german.csv`, meanings and examples of columns in `columns.csv`.

Names are compared *folded*: any case, umlauts written out or not, without spaces and marks.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from lib.registry.reference import REFERENCE, read_reference
from lib.registry.schema import Column

LANGUAGES = ("en", "de")
ANY_SHEET = "*"
BOOLEANS = "yes/no"
# How a class of drugs is called (see `data/reference/README.md`).
CLASS_ENDING = ", not specified"
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


class Term(NamedTuple):
    """One line of the file; ``of`` is the sheet of a column, the column or list of a value."""

    kind: str
    of: str
    english: str
    german: str
    further: str

    @property
    def spellings(self) -> list[str]:
        """Every way to write it, the English term first."""
        return [self.english, self.german, *filter(None, self.further.split(";"))]


def fold(text: str) -> str:
    """A name as it is compared: only letters and digits, in lower case, umlauts written out.

    A text without letters and digits stays as it is: a dash is not the same as nothing.
    """
    lower = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    return "".join(filter(str.isalnum, lower)) or lower.strip()


@cache
def terms() -> tuple[Term, ...]:
    """All lines of the file."""
    return tuple(Term(**row) for row in _lines("german.csv"))


@cache
def _lines(file_name: str) -> tuple[dict[str, str], ...]:
    with (REFERENCE / file_name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def sheet_names() -> dict[str, str]:
    """Folded name of a sheet, in any spelling → its table."""
    return _folded(term for term in terms() if term.kind == "sheet")


@cache
def column_names(sheet: str) -> dict[str, str]:
    """Folded heading, in any spelling → the column of the sheet."""
    return _folded(
        term for term in terms() if term.kind == "column" and term.of in (ANY_SHEET, sheet)
    )


@cache
def value_names(column: Column) -> dict[str, str]:
    """Folded value, in any spelling → the value of the schema; empty for a column without list.

    Yes and no are ``yes`` and ``no``.
    """
    own = {fold(value): value for value in allowed_values(column)}
    return _folded(_terms_of_values(column)) | own


def allowed_values(column: Column) -> tuple[str, ...]:
    """The values of the schema that a column may hold, in English."""
    if column.vocabulary:
        return tuple(read_reference()[column.vocabulary].column(0).to_pylist())
    return ("yes", "no") if column.type == "BOOLEAN" else column.values


@cache
def missing_words() -> frozenset[str]:
    """Folded words that say that nothing is known."""
    return frozenset(
        fold(spelling) for term in terms() if term.kind == "missing" for spelling in term.spellings
    )


@cache
def unit_names(unit: str) -> frozenset[str]:
    """Folded spellings of a unit; none if there is no unit."""
    return frozenset(
        fold(spelling)
        for term in terms()
        if (term.kind, term.english) == ("unit", unit)
        for spelling in term.spellings
    )


@cache
def months() -> dict[str, int]:
    """Folded name of a month → its number."""
    named = _folded(term for term in terms() if term.kind == "month")
    return {name: int(number) for name, number in named.items()}


@cache
def grade_words() -> dict[str, int]:
    """Folded word for a severity → its CTCAE grade."""
    named = _folded(term for term in terms() if term.kind == "grade")
    return {name: int(number) for name, number in named.items() if not name.isdigit()}


def example(sheet: str, column: str, language: str) -> str:
    """A value that a column may hold: free text in a language, else in English, dates as ISO."""
    described = _described(sheet, column)
    return (language == "de" and described["german_example"]) or described["example"]


def meaning(sheet: str, column: Column, language: str) -> str:
    """What a column holds, in a language."""
    if language == "en":
        return column.description
    return _described(sheet, column.name)["german"]


def _described(sheet: str, column: str) -> dict[str, str]:
    return next(
        row
        for row in _lines("columns.csv")
        if row["sheet"] in (sheet, ANY_SHEET) and row["column"] == column
    )


def unit_title(unit: str, language: str) -> str:
    """What a unit is called in a language; one without an entry is the same in all."""
    known = any((term.kind, term.english) == ("unit", unit) for term in terms())
    return _named("unit", ("",), unit, language) if known else unit


def sheet_title(sheet: str, language: str) -> str:
    """What a sheet is called in a language."""
    return _named("sheet", ("",), sheet, language)


def column_title(sheet: str, column: str, language: str) -> str:
    """What a column is called in a language."""
    return _named("column", (sheet, ANY_SHEET), column, language)


def column_in_both(table: str, column: str) -> str:
    """A column in English and, where it differs, in German, with its sheet in both."""
    titles = [
        f"{sheet_title(table, language)}: {column_title(table, column, language)}"
        for language in LANGUAGES
    ]
    return f"{titles[0]} ({titles[1]})"


def language_of(sheet: str, table: str, headings: Mapping[str, str]) -> str:
    """In which language a sheet is written: its name, and its headings by column, as titles.

    What is no title of either language tells nothing; without any it is English.
    """
    pairs = [(sheet, sheet_title(table, "en"), sheet_title(table, "de"))] + [
        (heading, column_title(table, name, "en"), column_title(table, name, "de"))
        for name, heading in headings.items()
    ]
    told = [
        (fold(written) == fold(german)) - (fold(written) == fold(english))
        for written, english, german in pairs
    ]
    return "de" if sum(told) > 0 else "en"


def value_titles(column: Column, language: str) -> list[str]:
    """The values that a column may hold, in a language."""
    values = allowed_values(column)
    return [_named("value", _lists(column), value, language) for value in values]


def says_less(value: str) -> bool:
    """Whether a value of a list is a class where others are its members: “…, not specified”."""
    return value.endswith(CLASS_ENDING)


def leaves_out_words(column: Column, value: str, text: str) -> bool:
    """Whether a text has more words than any spelling of a value, so that this says less.

    “Fieber u. Schüttelfrost” is more than chills. Short words and marks don't count.
    """
    spellings = next(
        (term.spellings for term in _terms_of_values(column) if term.english == value), [value]
    )
    return len(_LONG_WORD.findall(text)) > max(
        len(_LONG_WORD.findall(spelling)) for spelling in spellings
    )


def in_both(column: Column, value: str, first: str = "en") -> str:
    """A value of a column's list in English and, where it differs, in German; one in brackets."""
    german = dict(zip(allowed_values(column), value_titles(column, "de"), strict=True))[value]
    if fold(german) == fold(value):
        return german if first == "de" else value
    return f"{german} ({value})" if first == "de" else f"{value} ({german})"


def _named(kind: str, of: tuple[str, ...], english: str, language: str) -> str:
    if language == "en":
        return english
    return next(
        term.german
        for term in terms()
        if (term.kind, term.english) == (kind, english) and term.of in of
    )


def _lists(column: Column) -> tuple[str, ...]:
    return (BOOLEANS,) if column.type == "BOOLEAN" else (column.vocabulary or column.name,)


def _terms_of_values(column: Column) -> Iterator[Term]:
    return (term for term in terms() if term.kind == "value" and term.of in _lists(column))


def _folded(selected: Iterator[Term]) -> dict[str, str]:
    return {fold(spelling): term.english for term in selected for spelling in term.spellings}
