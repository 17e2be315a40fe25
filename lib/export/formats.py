"""The formats that a chart or a table can be taken away in: one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lib.export.label import Label
from lib.report.content import Chart, Table


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes
    ----------
    ending
        Of the file's name, behind the version of the data.
    write
        Makes the file. It imports what it needs: nobody else waits for that.
    """

    name: str
    ending: str
    mime: str
    write: Callable[[Chart | Table, Label], bytes]


def _chart_svg(chart: Chart, label: Label) -> bytes:
    from lib.export.captioned import chart_svg

    return chart_svg(chart, label)


def _chart_png(chart: Chart, label: Label) -> bytes:
    from lib.export.captioned import chart_png

    return chart_png(chart, label)


def _csv(figure: Chart | Table, label: Label) -> bytes:
    from lib.export.delimited import INTERNATIONAL, chart_csv, table_csv

    write = chart_csv if isinstance(figure, Chart) else table_csv
    return write(figure, label, INTERNATIONAL)


def _german_csv(figure: Chart | Table, label: Label) -> bytes:
    from lib.export.delimited import GERMAN, chart_csv, table_csv

    write = chart_csv if isinstance(figure, Chart) else table_csv
    return write(figure, label, GERMAN)


def _workbook(table: Table, label: Label) -> bytes:
    from lib.export.workbook import table_workbook

    return table_workbook(table, label)


def _html(table: Table, label: Label) -> bytes:
    from lib.export.html_table import table_page

    return table_page(table, label)


def _latex(table: Table, label: Label) -> bytes:
    from lib.export.latex import table_latex

    return table_latex(table, label)


def _markdown(table: Table, label: Label) -> bytes:
    from lib.export.markdown import table_markdown

    return table_markdown(table, label)


CSV = Format("CSV", ".csv", "text/csv", _csv)
GERMAN_CSV = Format("CSV for German Excel", "_de.csv", "text/csv", _german_csv)
CHART_FORMATS = (
    Format("SVG", ".svg", "image/svg+xml", _chart_svg),
    Format("PNG, 300 dpi", ".png", "image/png", _chart_png),
    CSV,
    GERMAN_CSV,
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLE_FORMATS = (
    Format("Excel", ".xlsx", XLSX, _workbook),
    Format("HTML", ".html", "text/html", _html),
    Format("LaTeX", ".tex", "application/x-tex", _latex),
    Format("Markdown", ".md", "text/markdown", _markdown),
    CSV,
    GERMAN_CSV,
)


def formats_of(figure: Chart | Table) -> tuple[Format, ...]:
    """The formats that a figure has."""
    return CHART_FORMATS if isinstance(figure, Chart) else TABLE_FORMATS
