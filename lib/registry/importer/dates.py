"""Understand dates as clinics write them, and ask where day and month can't be told apart.

With dots the day comes first; with slashes and dashes it depends, so that 03/04/2024 is asked
unless another cell of the column settles it.
"""

import re
from datetime import date, datetime, timedelta

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from lib.registry.importer.grid import Cell
from lib.registry.importer.understood import Problem, Understood, excel_error, is_missing
from lib.registry.language import fold, months

EARLIEST = date(1900, 1, 1)
# Excel counts days; these are the years 1927 to 2091. Smaller numbers are something else.
SERIALS = range(10_000, 70_000)
IN_WORDS = {
    "dmy": "day before month",
    "mdy": "month before day",
    "ymd": "year, month, day",
}
TIME = r"(?:[T ,]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|Uhr|[+-]\d{2}:?\d{2})?)?"
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + TIME)
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})" + TIME)
MONTH_NAMED = re.compile(r"(\d{1,2})[.\s-]+([A-Za-zÄÖÜäöü]{3,9})[.\s,-]+(\d{4})" + TIME)
SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
PARTIAL = re.compile(r"(?:\d{1,2}[./-])?\d{4}|\d{1,2}[./-]\d{2}|[A-Za-zä]{3,9}\.?\s+\d{4}")

NO_DATE = Problem(
    "not_a_date",
    "The cell is no date. Allowed are dd.mm.yyyy, yyyy-mm-dd and Excel's own dates.",
    "Enter the date in full, or leave the cell empty if it is not known.",
)
PARTIAL_DATE = Problem(
    "partial_date",
    "The cell is a month or a year, not a day. A day is wanted, as dd.mm.yyyy or yyyy-mm-dd.",
    "Enter the day, or leave the cell empty: no day is made up.",
)
TWO_DIGITS = Problem(
    "two_digit_year",
    "The year has two digits and can be of either century.",
    "Enter the year with four digits.",
)
OUT_OF_TIME = Problem(
    "date_out_of_time",
    "The date is before 1900 or in the future.",
    "Correct the year.",
)
OTHER_ORDER = Problem(
    "date_order",
    "The cell is no date in the order of day and month that was said to be used.",
    "Write it like the others, or choose the other order.",
)

MIXED_ORDERS = Problem(
    "mixed_date_orders",
    "The column has dates with the day first and with the month first; here it is the month.",
    "Write all dates as dd.mm.yyyy or yyyy-mm-dd.",
)


def read_dates(
    cells: list[Cell], order: str | None, *, starts_1904: bool = False, may_be_old: bool = False
) -> Understood:
    """Read the distinct cells of a column as dates.

    Parameters
    ----------
    order
        ``dmy``, ``mdy`` or ``ymd``; None leaves it to the cells.
    starts_1904
        The workbook counts days from 1904, as old Macs did.
    may_be_old
        The dates may be more than a lifetime apart, as birth dates are: two digits of a year
        don't tell the century.
    """
    epoch = CALENDAR_MAC_1904 if starts_1904 else CALENDAR_WINDOWS_1900
    readings = [{} if is_missing(cell) else _readings(cell, epoch, may_be_old) for cell in cells]
    used = _orders_used(readings)
    settled = order or (used.pop() if len(used) == 1 else None)
    values: list[date | None] = []
    problems: dict[int, Problem] = {}
    open_cell = None
    for at, (cell, found) in enumerate(zip(cells, readings, strict=True)):
        value = None if is_missing(cell) else _settle(cell, found, order, settled)
        if isinstance(value, Problem):
            problems[at], value = value, None
        elif value is None and found and open_cell is None:
            open_cell = at
        values.append(value)
    choices = ()
    if open_cell is not None:
        choices = tuple((name, f"{day:%d %B %Y}") for name, day in readings[open_cell].items())
    warnings = {} if order else _mixed(readings)
    return Understood(
        _in_words(cells, settled), values, problems, warnings, choices, open_cell, asks="date"
    )


def _orders_used(readings: list[dict]) -> set[str]:
    """The orders that some cell can only be read in; with dots there is no other to be had."""
    return {next(iter(found)) for found in readings if len(found) == 1} - {"ymd"}


def _mixed(readings: list[dict]) -> dict[int, Problem]:
    """Cells with the month first in a column that has the day first too."""
    if len(_orders_used(readings)) < 2:
        return {}
    return {at: MIXED_ORDERS for at, found in enumerate(readings) if list(found) == ["mdy"]}


def looks_like_dates(cells: list[Cell]) -> bool:
    """Whether everything that is known in a column is a date, and none a mere number."""
    known = [cell for cell in cells if not is_missing(cell)]
    return bool(known) and all(
        isinstance(cell, date) or (isinstance(cell, str) and _looks_like_date(cell.strip()))
        for cell in known
    )


def _looks_like_date(text: str) -> bool:
    return any(form.fullmatch(text) for form in (YEAR_FIRST, YEAR_LAST, MONTH_NAMED))


def _in_words(cells: list[Cell], settled: str | None) -> str:
    if any(isinstance(cell, int | float) for cell in cells if cell == cell) or any(
        isinstance(cell, str) and SERIAL.fullmatch(cell.strip()) for cell in cells
    ):
        return "dates, among them Excel's count of days"
    return "dates" + (f", {IN_WORDS[settled]}" if settled else "")


def _readings(cell: Cell, epoch: datetime, may_be_old: bool) -> dict[str, date | Problem]:
    """What a cell can mean, by order; ``ymd`` stands for all that leaves no choice."""
    if isinstance(cell, date):
        return {"ymd": cell.date() if isinstance(cell, datetime) else cell}
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return {}
    text = " ".join(str(cell).split())
    if match := SERIAL.fullmatch(text):
        return _serial(float(match[0].replace(",", ".")), epoch)
    if match := YEAR_FIRST.fullmatch(text):
        return _only(match[1], match[3], match[4])
    if match := COMPACT.fullmatch(text):
        return _only(*match.groups())
    if match := MONTH_NAMED.fullmatch(text):
        return _only(match[3], months().get(fold(match[2]), 0), match[1])
    if match := YEAR_LAST.fullmatch(text):
        return _year_last(match, may_be_old)
    return {}


def _only(year: str, month: str | int, day: str) -> dict[str, date]:
    found = _day(int(year), int(month), int(day))
    return {"ymd": found} if found else {}


def _serial(days: float, epoch: datetime) -> dict[str, date]:
    if int(days) not in SERIALS:
        return {}
    return {"ymd": from_excel(int(days), epoch).date()}


def _year_last(match: re.Match, may_be_old: bool) -> dict[str, date | Problem]:
    first, mark, second, year_text = match.group(1, 2, 3, 4)
    if len(year_text) == 2 and may_be_old:
        return {"ymd": TWO_DIGITS}
    year = int(year_text) if len(year_text) == 4 else _century(int(year_text))
    day_first = _day(year, int(second), int(first))
    if mark == ".":
        return {"ymd": day_first} if day_first else {}
    found = {"dmy": day_first, "mdy": _day(year, int(first), int(second))}
    if len(first) == len(year_text) == 2:
        found["ymd"] = _day(_century(int(first)), int(second), int(year_text))
    return {order: day for order, day in found.items() if day}


def _century(two_digits: int) -> int:
    """The latest year that ends so and has begun."""
    this_year = date.today().year
    century = this_year - this_year % 100
    return century + two_digits - (100 if century + two_digits > this_year else 0)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _settle(
    cell: Cell, found: dict[str, date | Problem], order: str | None, settled: str | None
) -> date | Problem | None:
    if not found:
        text = str(cell).strip()
        return excel_error(cell) or (PARTIAL_DATE if PARTIAL.fullmatch(text) else NO_DATE)
    if order and order not in found and list(found) != ["ymd"]:
        return OTHER_ORDER
    answer = order or settled
    value = next(iter(found.values())) if len(set(found.values())) == 1 else found.get(answer)
    if isinstance(value, date) and not EARLIEST <= value <= date.today() + timedelta(days=1):
        return OUT_OF_TIME
    return value
