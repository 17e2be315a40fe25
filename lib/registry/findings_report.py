"""The findings of an import as an Excel workbook: listed, counted, and marked in the sheets."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from lib.registry.importer.finding import Finding
from lib.spreadsheet import FORMULA_STARTS, MOST_ROWS, cell_value, sheet_title, writable

COLUMNS = ("severity", "rule", "sheet", "row", "column", "value", "message", "mend")
WIDTHS = (10, 30, 16, 8, 26, 18, 70, 70)
# A rule of the importer: whatever stands in such a column may tell who a patient is.
IDENTIFIER = "identifier"
WITHHELD = "(withheld)"
# An error is darker as well as red, so that a printed page and every eye tell them apart.
FILLS = {
    "error": PatternFill("solid", fgColor="F4A6A0"),
    "warning": PatternFill("solid", fgColor="FFF1B8"),
}
BOLD = Font(bold=True)
AUTHOR = "Import"
# Each comment is a drawing: thousands of them make Excel slow. Further cells are coloured only.
MOST_COMMENTS_OF_A_SHEET = 2_000
COMMENT_SIZE_PIXELS = (360, 140)
NOTES = (
    "Of one rule at most 10,000 places are listed; its last line then says how many more there "
    "are.",
    "In the sheets, errors are red and warnings yellow; the comment of a cell says what is wrong.",
)


# Pairs of sheet and heading; without heading, the whole sheet.
Hidden = set[tuple[str, str | None]]


@dataclass(frozen=True)
class UserSheet:
    """A sheet as the user gave it: ``rows`` are pairs of row number and cells, in order."""

    name: str
    heading_row: int
    headings: Sequence[str]
    rows: Iterable[tuple[int, Sequence[object]]]


def to_workbook(
    findings: Sequence[Finding],
    sheets: Iterable[UserSheet] = (),
    withheld: Collection[tuple[str, str]] = (),
) -> bytes:
    """Write the findings, their counts, and the user's sheets with the cells marked.

    Parameters
    ----------
    findings
        Listed in the order in which they come.
    sheets
        Named, and with headings, as the findings name them.
    withheld
        Pairs of sheet and heading whose cells are not written. Those of columns that a finding
        calls an identifier never are.

    Returns
    -------
    bytes
        An .xlsx file without formulas, macros or links.
    """
    hidden = set(withheld) | {(f.sheet, f.column) for f in findings if f.rule == IDENTIFIER}
    workbook = Workbook(write_only=True)
    _list_findings(workbook, findings, hidden)
    _count_findings(workbook, findings)
    marks = _marks(findings)
    for sheet in sheets:
        _mark_cells(workbook, sheet, marks[sheet.name], hidden)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def _list_findings(workbook: Workbook, findings: Sequence[Finding], hidden: Hidden) -> None:
    page = _new_page(workbook, "Findings", WIDTHS)
    page.append([_cell(page, name, font=BOLD) for name in COLUMNS])
    for finding in findings[: MOST_ROWS - 1]:
        is_hidden = (finding.sheet, finding.column) in hidden
        shown = replace(finding, value=None) if is_hidden else finding
        values = [getattr(shown, name) for name in COLUMNS[1:]]
        page.append([_severity(page, finding.severity), *_cells(page, values)])
    page.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(findings) + 1}"


def _count_findings(workbook: Workbook, findings: Sequence[Finding]) -> None:
    page = _new_page(workbook, "By rule", (10, 30, 16, 8))
    page.append([_cell(page, name, font=BOLD) for name in ("severity", "rule", "sheet", "count")])
    counts = Counter((finding.severity, finding.rule, finding.sheet) for finding in findings)
    for (severity, rule, sheet), n in sorted(counts.items()):
        page.append([_severity(page, severity), *_cells(page, (rule, sheet, n))])
    page.auto_filter.ref = f"A1:D{len(counts) + 1}"
    page.append([])
    for note in NOTES:
        page.append([_cell(page, note)])


def _severity(page: Worksheet, severity: str) -> Cell:
    cell = WriteOnlyCell(page, severity)
    cell.fill = FILLS[severity]
    return cell


def _cells(page: Worksheet, values: Iterable[object]) -> list[object]:
    return [_cell(page, value) for value in values]


Marks = dict[int | None, list[Finding]]


def _marks(findings: Iterable[Finding]) -> dict[str, Marks]:
    """For each sheet the findings of each row; those of no row are marked in the headings."""
    marks: dict[str, Marks] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        marks[finding.sheet][finding.row].append(finding)
    return marks


def _mark_cells(workbook: Workbook, sheet: UserSheet, marks: Marks, hidden: Hidden) -> None:
    """Write a user's sheet, every row under its own number."""
    page = _new_page(workbook, sheet.name, frozen_rows=sheet.heading_row)
    for _ in range(1, sheet.heading_row):
        page.append([])
    comments = _Comments()
    headings = [_cell(page, heading, font=BOLD) for heading in sheet.headings]
    of_headings = [*marks.get(None, ()), *marks.get(sheet.heading_row, ())]
    page.append(_marked(page, headings, sheet.headings, of_headings, comments))
    hides = [bool({(sheet.name, one), (sheet.name, None)} & hidden) for one in sheet.headings]
    last_row = sheet.heading_row
    for row, values in sheet.rows:
        if row > MOST_ROWS:
            break
        for _ in range(last_row + 1, row):
            page.append([])
        cells = [
            _cell(page, WITHHELD if hide and value is not None else value)
            for value, hide in zip(values, hides, strict=False)
        ]
        page.append(_marked(page, cells, sheet.headings, marks.get(row, ()), comments))
        last_row = row


class _Comments:
    """Hands out comments to a sheet as long as there are not too many."""

    def __init__(self) -> None:
        self.n_left = MOST_COMMENTS_OF_A_SHEET

    def write(self, found: Sequence[Finding]) -> Comment | None:
        """The words of the findings of one cell; None if the sheet has enough comments."""
        if not self.n_left:
            return None
        self.n_left -= 1
        width, height = COMMENT_SIZE_PIXELS
        words = (f"{f.severity.capitalize()}: {f.message} {f.mend}" for f in found)
        return Comment(writable("\n\n".join(words)), AUTHOR, height=height, width=width)


def _marked(
    page: Worksheet,
    cells: list,
    headings: Sequence[str],
    found: Sequence[Finding],
    comments: _Comments,
) -> list:
    """The cells of a row, those coloured of which something is said; of a whole row, the first."""
    by_place: dict[int, list[Finding]] = defaultdict(list)
    for finding in found:
        place = headings.index(finding.column) if finding.column in headings else 0
        by_place[place].append(finding)
    for place, of_cell in by_place.items():
        cells += [None] * (place + 1 - len(cells))
        cell = cells[place]
        if not isinstance(cell, Cell):
            cell = cells[place] = WriteOnlyCell(page, cell)
        is_error = any(finding.severity == "error" for finding in of_cell)
        cell.fill = FILLS["error" if is_error else "warning"]
        cell.comment = comments.write(of_cell)
    return cells


def _new_page(
    workbook: Workbook, name: str, widths: Sequence[int] = (), frozen_rows: int = 1
) -> Worksheet:
    taken = [title.lower() for title in workbook.sheetnames]
    page = workbook.create_sheet(sheet_title(name, taken))
    page.freeze_panes = f"A{frozen_rows + 1}"
    for place, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(place)].width = width
    return page


def _cell(page: Worksheet, value: object, font: Font | None = None) -> object:
    """What stands in a cell: never a formula, and an object of its own only if it needs one."""
    held = cell_value(value)
    looks_like_formula = isinstance(held, str) and held.startswith(FORMULA_STARTS)
    if not looks_like_formula and not font:
        return held
    cell = WriteOnlyCell(page, held)
    if looks_like_formula:
        # It is text, also after the cell was edited.
        cell.data_type = "s"
        cell.quotePrefix = True
    if font:
        cell.font = font
    return cell
