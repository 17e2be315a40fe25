"""A packet as a workbook: a sheet a table, the rows behind each chart, and where all of it is from.

Its record is in a sheet that a reader does not see, in pieces that a cell can hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.hyperlink import Hyperlink

from lib.dictionary_table import dictionary_tables
from lib.export.delimited import LAYER, chart_frame
from lib.export.workbook import (
    BOLD,
    FACE,
    QUIET,
    TITLE,
    WRAPPED,
    Page,
    empty_workbook,
    saved,
    text_of,
)
from lib.report.appendix import appendix
from lib.report.content import Chart, Packet, Section, Table, Words
from lib.report.subject import ReportError

if TYPE_CHECKING:
    import pandas as pd

RECORD = "record"
# Of the record, in a cell; Excel holds 32,767.
MOST_OF_A_CELL = 30_000
LINK = Font(FACE, 11, color="0F6478", underline="single")
CODE = Font("Consolas", 10)
IDS = "patient_id"
ABOUT_CHARTS = "The rows behind the marks; where and in which colour they are drawn is left out."
# Columns that place or dress a mark, or say again what another one says.
OF_THE_DRAWING = {
    *("anchor", "bottom", "certain", "color", "detail", "drawn_as", "fill_opacity", "heading"),
    *("height", "high", "is_above", "is_worded", "low", "n_lines", "n_rows", "n_signs", "n_units"),
    *("place", "possible", "range_end", "range_start", "row", "rule_opacity", "series", "shape"),
    *("shift", "top", "who", "words", "x", "y"),
}
# Names of the others, where their own ones need the program to be understood.
NAMES = {
    "layer": "part of the chart",
    "label": "group or row",
    "text": "as written",
    "value": "group",
    "bar_start": "drawn from day",
    "bar_end": "drawn to day",
    "beyond": "after the time shown",
    "start": "from",
    "end": "to below",
    "lower": "95% interval, lower",
    "upper": "95% interval, upper",
    "n_judged": "response recorded (count)",
    "n_response_known": "response recorded (count)",
    "unknown": "response not recorded",
}
# The layer that names the rows of a patient's course, each of which stands with its marks.
NAMES_OF_ROWS = "rows"
ENDS = {"_lowest": ", lowest", "_highest": ", highest"}
ABOUT_ENDS = "Lowest, highest: what the versions of a publication, or counts in steps, leave open."
WIDTHS = (44, 34, 100)


def write(packet: Packet) -> bytes:
    """The packet as an .xlsx file without formulas, macros or links out of it."""
    workbook = empty_workbook()
    # First of all, to be the first sheet; it is filled when the names of all others are known.
    contents = Page(workbook, "Contents")
    sheets = [
        (section, figure, _figure_sheet(workbook, f"{number}.{place}", figure, packet))
        for number, section in enumerate(packet.sections, start=1)
        for place, figure in enumerate(section.figures, start=1)
    ]
    further = {
        "What was done, and what must not be concluded": _method(workbook, packet),
        "The queries, with their values": _sql(workbook, packet),
        "What the columns of a registry mean": _dictionary(workbook),
        "Where the figures come from": _provenance(workbook, packet),
    }
    _contents(contents, packet, sheets, further)
    _record(workbook, packet.record)
    return saved(workbook)


def read_record(content: bytes) -> str:
    """The record that a packet carries, as JSON.

    Raises
    ------
    ReportError
        If it carries none.
    """
    try:
        workbook = load_workbook(BytesIO(content), read_only=True)
        found = RECORD in workbook.sheetnames
        rows = list(workbook[RECORD].iter_rows(values_only=True)) if found else []
    # A file of others may be broken in any of these ways.
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError):
        rows = []
    record = "".join(text_of(row[0]) for row in rows if row)
    if not record:
        raise ReportError("The workbook carries no record of its figures.")
    return record


def _figure_sheet(workbook: Workbook, number: str, figure: Chart | Table, packet: Packet) -> str:
    """Write a figure's sheet; gives its name."""
    page = Page(workbook, f"{number} {figure.title}")
    if isinstance(figure, Table):
        page.table(figure)
    else:
        frame = chart_frame(figure)
        if packet.is_public:
            frame = frame.drop(columns=IDS, errors="ignore")
        page.words([figure.title], TITLE)
        frame = _undrawn(frame)
        rows = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
        page.rows(list(frame.columns), rows)
        page.space()
        about_ends = [ABOUT_ENDS] * any(name.endswith(tuple(ENDS.values())) for name in frame)
        page.notes([ABOUT_CHARTS, *about_ends, *figure.notes])
    page.notes([f"{packet.origin.cohort} · {packet.origin.line}"], QUIET)
    return page.sheet.title


def _undrawn(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows behind a chart without what only places their marks, columns named in words."""
    dropped = OF_THE_DRAWING.intersection(frame.columns)
    # How long a bar is, and not where a span ends.
    dropped |= {"end"} if "certain" in frame else set()
    # Nothing is said of versions, or steps, that tell the same.
    frame = frame.rename(columns=dict(_agreeing(frame)))
    dropped |= {
        name
        for name in frame
        for end in ENDS
        if name.endswith(end) and _tell_the_same(frame, name, name.removesuffix(end))
    }
    told = frame.drop(columns=list(dropped))
    if LAYER in told:
        told = told[told[LAYER] != NAMES_OF_ROWS]
    filled = told.drop(columns=LAYER, errors="ignore").notna().any(axis=1)
    told = told[filled].dropna(axis=1, how="all").rename(columns=_in_words)
    return told.map(lambda cell: cell.replace("|", ", ") if isinstance(cell, str) else cell)


def _agreeing(frame: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Of figures that have two ends alone: a lowest one that is the highest, and its plain name."""
    low, high = ENDS
    for name in frame:
        stem = name.removesuffix(low)
        if stem not in frame and _tell_the_same(frame, name, f"{stem}{high}"):
            yield name, stem


def _tell_the_same(frame: pd.DataFrame, name: str, other: str) -> bool:
    """Whether two columns are written alike; a step has another number at each of its ends."""
    return other in frame and frame[name].astype(str).equals(frame[other].astype(str))


def _in_words(name: str) -> str:
    """``n_patients_lowest``: ``patients (count), lowest``."""
    stem, end = name, ""
    for suffix, words in ENDS.items():
        if name.endswith(suffix):
            stem, end = name.removesuffix(suffix), words
    if stem in NAMES:
        return f"{NAMES[stem]}{end}"
    count = " (count)" if stem.startswith("n_") else ""
    return f"{stem.removeprefix('n_').replace('_', ' ')}{count}{end}"


def _contents(
    page: Page,
    packet: Packet,
    sheets: list[tuple[Section, Chart | Table, str]],
    further: dict[str, str],
) -> None:
    page.set_widths(WIDTHS)
    page.words([packet.title], TITLE)
    page.notes([packet.origin.cohort])
    page.notes([packet.origin.line], QUIET)
    page.space()
    page.head(("What", "Sheet", "What is seen"))
    for number, section in enumerate(packet.sections, start=1):
        page.line([f"{number}. {section.title}"], BOLD)
        for paragraph in section.comment_paragraphs:
            page.line([None, None, paragraph], QUIET, WRAPPED)
        for block in section.blocks:
            if isinstance(block, Words) and block.is_remark:
                page.line([None, None, block.text], None, WRAPPED)
        for of_section, figure, title in sheets:
            if of_section is section:
                seen = figure.says or (figure.alt if isinstance(figure, Chart) else "")
                _link(page, figure.title, title, seen)
    page.line(["About this packet"], BOLD)
    for what, title in further.items():
        _link(page, what, title, "")


def _link(page: Page, what: str, title: str, seen: str) -> None:
    cells = page.line([what, title, seen], None, WRAPPED)
    quoted = title.replace("'", "''")
    cells[1].hyperlink = Hyperlink(ref=cells[1].coordinate, location=f"'{quoted}'!A1")
    cells[1].font = LINK


def _method(workbook: Workbook, packet: Packet) -> str:
    page = Page(workbook, "Method")
    page.rows(("Section", "Figure", "What has to be known"), [])
    page.set_widths(WIDTHS)
    for section in packet.sections:
        for line in _notes(section):
            page.line([section.title, *line], None, WRAPPED)
    return page.sheet.title


def _notes(section: Section) -> Iterator[tuple[str, str]]:
    if section.comment:
        yield "Comment", section.comment
    for block in section.blocks:
        if isinstance(block, Words):
            yield "Remark" if block.is_remark else "", block.text
        else:
            yield from ((block.title, note) for note in block.notes)


def _sql(workbook: Workbook, packet: Packet) -> str:
    """A line of a query in a row of its own, so that it can be copied and run."""
    page = Page(workbook, "SQL")
    page.set_widths([120])
    for part in appendix(packet):
        for asked in part.asked:
            page.words([f"{part.title}: {asked.question.name}{asked.elsewhere}"], BOLD)
            for line in () if asked.first else asked.question.sql.splitlines():
                for piece in _pieces(line):
                    page.line([piece], CODE, WRAPPED)
            page.space()
    return page.sheet.title


def _dictionary(workbook: Workbook) -> str:
    columns, *_ = dictionary_tables("")
    page = Page(workbook, "Dictionary")
    page.table(columns)
    return page.sheet.title


def _provenance(workbook: Workbook, packet: Packet) -> str:
    page = Page(workbook, "Where it is from")
    page.rows(("What", "Value"), [])
    page.set_widths((40, 110))
    for row in packet.origin.rows:
        page.line(row, None, WRAPPED)
    page.space()
    page.notes([packet.origin.line], QUIET)
    return page.sheet.title


def _record(workbook: Workbook, record: str) -> None:
    page = Page(workbook, RECORD)
    page.words(_pieces(record))
    page.sheet.sheet_state = "veryHidden"


def _pieces(text: str) -> list[str]:
    """A text in parts that a cell can hold; an empty one is one part."""
    starts = range(0, max(len(text), 1), MOST_OF_A_CELL)
    return [text[start : start + MOST_OF_A_CELL] for start in starts]
