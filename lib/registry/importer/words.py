"""Understand words: values of a list in English or German, yes and no, text and pseudonyms."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from lib.registry.importer.grid import Cell
from lib.registry.importer.understood import Problem, Understood, each, is_missing
from lib.registry.language import allowed_values, fold, value_names
from lib.registry.schema import Column

YES_NO = {"yes": True, "no": False}
LINE_BREAKS = re.compile(r"[\t\r\n\v\f\u2028\u2029]+")
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")
CONTROL_CHARACTER = Problem(
    "control_character",
    "The cell holds a character that can't be seen or printed.",
    "Delete the cell and type its text again.",
)


def read_yes_no(cells: list[Cell], column: Column) -> Understood:
    """Read the distinct cells of a column as yes or no."""
    names = value_names(column)

    def read(cell: Cell) -> bool | Problem:
        if isinstance(cell, bool):
            return cell
        word = names.get(fold(_as_text(cell)))
        return YES_NO[word] if word else NO_YES_NO

    return each(cells, read, "yes or no")


NO_YES_NO = Problem(
    "not_yes_or_no",
    "The cell is neither yes nor no. Allowed are yes, no, ja, nein, 1 and 0.",
    "Enter yes or no, or leave the cell empty if it is not known.",
)


def read_terms(cells: list[Cell], column: Column, meant: Mapping[str, str]) -> Understood:
    """Read the distinct cells of a column as values of its list.

    One that is in no list stays as it stands, for the checks to find, unless the user said what
    is ``meant``.
    """
    names = value_names(column)
    # What says “unknown” may be a value of the list, and then is not missing.
    known = [names.get(fold(_as_text(cell))) for cell in cells]
    others = each(cells, _read_text, "")
    decided = {
        text: meant[text]
        for term, text in zip(known, others.values, strict=True)
        if not term and text in meant and meant[text] in allowed_values(column)
    }
    values = [
        term or decided.get(text, text) for term, text in zip(known, others.values, strict=True)
    ]
    problems = {at: problem for at, problem in others.problems.items() if not known[at]}
    n_translated = sum(
        term is not None and fold(term) != fold(_as_text(cell))
        for cell, term in zip(cells, known, strict=True)
    )
    translated = f", {n_translated} of them translated" if n_translated else ""
    said = f", {len(decided)} as you decided" if decided else ""
    return Understood(
        f"values of a list{translated}{said}", values, problems, decided=tuple(decided.items())
    )


def read_texts(cells: list[Cell]) -> Understood:
    """Read the distinct cells of a column as text, as it stands but for blanks around it."""
    return each(cells, _read_text, "text")


def _read_text(cell: Cell) -> str | Problem:
    text = unicodedata.normalize("NFC", LINE_BREAKS.sub(" ", _as_text(cell)).strip())
    if any(unicodedata.category(mark) in UNSEEN for mark in text if not mark.isascii()) or any(
        mark < " " or mark == "\x7f" for mark in text
    ):
        return CONTROL_CHARACTER
    return text


def _as_text(cell: Cell) -> str:
    """A cell as text: a number without a fraction as it is seen in the sheet."""
    if is_missing(cell) and not isinstance(cell, str):
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)
