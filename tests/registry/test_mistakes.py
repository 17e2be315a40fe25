"""Findings that say the same are told once, with their rows."""

import pytest

from lib.registry.importer.finding import Finding
from lib.registry.importer.mistakes import mistakes, rows_in_words


def finding(severity: str, row: int | None, value: str) -> Finding:
    return Finding(severity, "rule", "Zyklen", row, "Dosis", "Wrong.", "Mend it.", value)


def test_the_same_of_the_same_value_is_one_and_errors_stand_first():
    found = mistakes(
        [
            finding("warning", 2, "a"),
            finding("error", 3, "a"),
            finding("error", 5, "b"),
            finding("error", 4, "a"),
            finding("error", None, "a"),
        ]
    )
    told = [(each.severity, each.value, each.rows) for each in found]
    assert told == [("error", "a", (3, 4)), ("error", "b", (5,)), ("warning", "a", (2,))]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((), ""),
        ((3,), "row 3"),
        ((4, 3, 2, 9), "rows 2–4, 9"),
        (tuple(range(1, 40, 2)), "rows 1, 3, 5, 7, 9, 11, 13, 15 and 12 more"),
    ],
)
def test_rows_are_told_as_ranges(rows: tuple[int, ...], words: str):
    assert rows_in_words(rows) == words
