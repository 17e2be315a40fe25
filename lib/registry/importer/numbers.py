"""Understand numbers with decimal comma or point and thousands marks, and ask where both fit."""

import math
import re
from datetime import date

from lib.registry.importer.grid import Cell
from lib.registry.importer.understood import Problem, Understood, excel_error, is_missing
from lib.registry.language import fold, unit_names
from lib.registry.schema import Column

MARKS = {"comma": (",", "."), "point": (".", ",")}
IN_WORDS = {"comma": "decimal comma", "point": "decimal point"}
# Spaces and apostrophes only ever group thousands.
GROUPED = re.compile(r"([+-]?[1-9]\d{0,2})((?:[ '’\u00a0\u2009\u202f]\d{3})+)(?!\d)")
GROUPING = re.compile(r"[ '’\u00a0\u2009\u202f]")
WITH_UNIT = re.compile(r"(.*?[\d.,])\s*([^\d\s.,+-][^\d]*)")


def _number(decimal: str, thousands: str) -> re.Pattern:
    d, t = re.escape(decimal), re.escape(thousands)
    whole = rf"(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{t}[0-9]{{3}})+)"
    return re.compile(rf"[+-]?(?:{whole}(?:{d}[0-9]+)?|{d}[0-9]+)(?:[eE][+-]?[0-9]+)?")


NUMBER = {name: _number(*marks) for name, marks in MARKS.items()}


def read_numbers(cells: list[Cell], column: Column, decimal: str | None) -> Understood:
    """Read the distinct cells of a column as numbers.

    A cell that reads differently with comma and point is settled by ``decimal``, else by the
    others of its column; if they don't settle it, it stays open.
    """
    readings = [{} if is_missing(cell) else _readings(cell, column) for cell in cells]
    used = _marks_used(readings)
    settled = decimal or (used.pop() if len(used) == 1 else None)
    values: list[float | int | None] = []
    problems: dict[int, Problem] = {}
    open_cell = None
    for at, (cell, found) in enumerate(zip(cells, readings, strict=True)):
        value, problem = _settle(cell, found, decimal, settled)
        if problem is None and value is None and found and open_cell is None:
            open_cell = at
        if column.type == "INTEGER" and value is not None:
            value, problem = _whole(value)
        if problem is not None:
            problems[at] = problem
        values.append(value)
    warnings = {} if decimal else _mixed(readings)
    choices = ()
    if open_cell is not None:
        choices = tuple((mark, f"{value:.15g}") for mark, value in readings[open_cell].items())
    return Understood(_in_words(settled), values, problems, warnings, choices, open_cell)


def _in_words(settled: str | None) -> str:
    return "numbers" + (f" with {IN_WORDS[settled]}" if settled else "")


def _readings(cell: Cell, column: Column) -> dict[str, float]:
    """What a cell can mean, by decimal mark; the same twice if it makes no difference."""
    if isinstance(cell, bool | date):
        return {}
    if isinstance(cell, int | float):
        return dict.fromkeys(MARKS, cell) if math.isfinite(cell) else {}
    text = cell.strip().replace("\N{MINUS SIGN}", "-")
    with_unit = WITH_UNIT.fullmatch(text)
    if with_unit and _is_unit(with_unit[2], column):
        text = with_unit[1]
    if grouped := GROUPED.match(text):
        text = GROUPING.sub("", grouped[0]) + text[grouped.end() :]
    found = {}
    for name, (decimal, thousands) in MARKS.items():
        if NUMBER[name].fullmatch(text):
            value = float(text.replace(thousands, "").replace(decimal, "."))
            if math.isfinite(value):
                found[name] = value
    return found


def _is_unit(text: str, column: Column) -> bool:
    return fold(text) in unit_names(column.unit)


def _marks_used(readings: list[dict[str, float]]) -> set[str]:
    """The decimal marks that some cell can only be read by."""
    return {next(iter(found)) for found in readings if len(found) == 1}


def _settle(
    cell: Cell, found: dict[str, float], decimal: str | None, settled: str | None
) -> tuple[float | None, Problem | None]:
    if is_missing(cell):
        return None, None
    if not found:
        return None, excel_error(cell) or _no_number(cell)
    if len(set(found.values())) == 1 and (decimal is None or decimal in found):
        return next(iter(found.values())), None
    if decimal is not None and decimal not in found:
        return None, Problem(
            "decimal_mark",
            f"The cell is no number with a {IN_WORDS[decimal]}, which was said to be used.",
            "Write it like the others, or choose the other decimal mark.",
        )
    return (found[settled], None) if settled else (None, None)


def _no_number(cell: Cell) -> Problem:
    if isinstance(cell, date):
        return Problem(
            "date_for_number",
            "The cell holds a date where a number is wanted; Excel makes dates of 1.5 or 3-4.",
            "Enter the number again, with the cell formatted as a number.",
        )
    return Problem(
        "not_a_number",
        "The cell is no number. One number is allowed, without words, signs such as < or ~, "
        "or a unit other than the column's.",
        "Enter the number alone, or leave the cell empty if it is not known.",
    )


def _whole(value: float) -> tuple[int | None, Problem | None]:
    if value != int(value) or abs(value) >= 2**31:
        return None, Problem(
            "not_whole",
            "The cell is no whole number. Whole numbers up to two thousand million are allowed.",
            "Round it as the clinic's documentation says, or mend it.",
        )
    return int(value), None


def _mixed(readings: list[dict[str, float]]) -> dict[int, Problem]:
    """Cells with a decimal point in a column that has decimal commas too."""
    if len(_marks_used(readings)) < 2:
        return {}
    mixed = Problem(
        "mixed_decimal_marks",
        "The column has both decimal commas and decimal points; here it is a point.",
        "Write all numbers with the same mark.",
    )
    return {at: mixed for at, found in enumerate(readings) if list(found) == ["point"]}
