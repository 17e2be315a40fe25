"""The formats that a chart or a table can be taken away in: one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from lib.export.captioned import chart_png, chart_svg
from lib.export.delimited import GERMAN, INTERNATIONAL, chart_csv, table_csv
from lib.export.html_table import table_page
from lib.export.label import Label
from lib.export.latex import table_latex
from lib.export.markdown import table_markdown
from lib.export.mime import DOCX, XLSX
from lib.report.content import Chart, Table

# Of rows, whatever they are of: name, ending, dialect.
DIALECTS = (("CSV", ".csv", INTERNATIONAL), ("CSV for German Excel", "_de.csv", GERMAN))


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes
    ----------
    ending
        Of the file's name, behind the version of the data.
    write
        Makes the file.
    """

    name: str
    ending: str
    mime: str
    write: Callable[[Chart | Table, Label], bytes]


# What imports much does so when somebody wants such a file.
def _workbook(table: Table, label: Label) -> bytes:
    from lib.export.workbook import table_workbook

    return table_workbook(table, label)


def _word(table: Table, label: Label) -> bytes:
    from lib.export.word_table import table_document

    return table_document(table, label.line)


def rows_as_csv(write: Callable[..., bytes]) -> Iterator[Format]:
    """The forms of CSV that ``write`` makes in a dialect."""
    for name, ending, dialect in DIALECTS:
        yield Format(name, ending, "text/csv", partial(write, dialect=dialect))


CHART_FORMATS = (
    Format("SVG", ".svg", "image/svg+xml", chart_svg),
    Format("PNG, 300 dpi", ".png", "image/png", chart_png),
    *rows_as_csv(chart_csv),
)
TABLE_FORMATS = (
    Format("Excel", ".xlsx", XLSX, _workbook),
    Format("Word", ".docx", DOCX, _word),
    *rows_as_csv(table_csv),
    Format("HTML", ".html", "text/html", table_page),
    Format("LaTeX", ".tex", "application/x-tex", table_latex),
    Format("Markdown", ".md", "text/markdown", table_markdown),
)
FORMATS: dict[type, tuple[Format, ...]] = {Chart: CHART_FORMATS, Table: TABLE_FORMATS}
