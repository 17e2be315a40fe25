"""Understand CTCAE grades as clinics write them, and ask where a word may be no CTCAE grade.

2, II, G2, “Grad 2” and “CTCAE °II” are the same grade. “moderate” is CTCAE's word for grade 2, and
also what a physician says without thinking of CTCAE.
"""

import re
import unicodedata
from dataclasses import replace

from lib.registry.importer.grid import Cell
from lib.registry.importer.numbers import read_numbers
from lib.registry.importer.options import AS_CTCAE, NOT_CTCAE
from lib.registry.importer.understood import Problem, Understood, is_missing
from lib.registry.language import fold, grade_words
from lib.registry.schema import Column

ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
# Another version than 5 grades some side-effects in another way, and is not passed over.
CTCAE = r"ctc(?:ae)?[\s.:-]*(?:v(?:ersion)?[\s.]*5(?:\.0)?[\s.,:-]+)?"
GRADE = re.compile(
    rf"(?:{CTCAE})?(?:(?:grade|grad|gr|g)[\s.:-]*)?°?\s*([0-9]{{1,3}}|i{{1,3}}|iv|v)\s*"
    r"(?:°|\.?\s*grad(?:es)?|\.)?",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_]+")
BETWEEN = " ()=:,;/–-"
NO_GRADE = Problem(
    "not_a_grade",
    "The cell is no CTCAE grade. Allowed is one grade from 1 to 5, such as 2, II, G2 or Grad 2.",
    "Enter the grade as a number from 1 to 5, or leave the cell empty if it is not known.",
)
LEFT_EMPTY = Problem(
    "grade_left_empty",
    "You said that words in this column are no CTCAE grades, so the grade is left empty.",
    "Enter the CTCAE grade, if it is known.",
)
CHOICES = {
    AS_CTCAE: "CTCAE grade {} (mild is 1, moderate 2, severe 3, life-threatening 4, death 5)",
    NOT_CTCAE: "no CTCAE grade: the grade is left empty",
}
IN_WORDS = {AS_CTCAE: ", in words as in CTCAE", NOT_CTCAE: ", in words left empty"}


def read_grades(
    cells: list[Cell], column: Column, decimal: str | None, words: str | None
) -> Understood:
    """Read the distinct cells of a column as grades.

    Parameters
    ----------
    decimal
        As in `read_numbers`, for a grade that a spreadsheet has made 2,0.
    words
        What words in the column are: `AS_CTCAE`, `NOT_CTCAE`, or None to ask.
    """
    texts = {at: _text(c) for at, c in enumerate(cells) if isinstance(c, str) and not is_missing(c)}
    in_words = {at: grade_words()[fold(text)] for at, text in texts.items() if _is_word(text)}
    stated = {at: _stated(text) for at, text in texts.items()} | dict.fromkeys(in_words)
    numbers = [None if at in in_words else stated.get(at) or cell for at, cell in enumerate(cells)]
    read = read_numbers(numbers, column, decimal)
    problems = {
        at: NO_GRADE if problem.rule == "not_a_number" else problem
        for at, problem in read.problems.items()
    }
    read = replace(read, reading="CTCAE grades", problems=problems)
    if not in_words or read.open_cell is not None:
        return read
    read = replace(read, reading=f"CTCAE grades{IN_WORDS.get(words, '')}")
    if words == AS_CTCAE:
        return replace(read, values=[in_words.get(at, v) for at, v in enumerate(read.values)])
    if words == NOT_CTCAE:
        return replace(read, warnings=read.warnings | dict.fromkeys(in_words, LEFT_EMPTY))
    first = min(in_words)
    choices = tuple((name, meant.format(in_words[first])) for name, meant in CHOICES.items())
    return replace(read, choices=choices, open_cell=first, asks="grade")


def _text(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", cell).split())


def _is_word(text: str) -> bool:
    return fold(text) in grade_words()


def _stated(text: str) -> int | None:
    """The grade that a text states in a number, beside which a word may say the same."""
    word = next(filter(_is_word, WORD.findall(text)), "")
    form = GRADE.fullmatch(text.replace(word, "", 1).strip(BETWEEN) if word else text)
    if form is None:
        return None
    digits = form[1].lower()
    grade = ROMAN.get(digits) or int(digits)
    return grade if not word or grade == grade_words()[fold(word)] else None
