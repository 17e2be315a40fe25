"""The formats of a packet: what each is called, who writes it, and who reads its record back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lib.report.content import Packet
from lib.report.subject import ReportError


@dataclass(frozen=True)
class Format:
    """A format; ``suffix`` is that of its files and its name on the command line."""

    suffix: str
    label: str
    mime: str
    write: Callable[[Packet], bytes]
    read_record: Callable[[bytes], str]


# A library is imported when its format is asked for: together they take a second.
def _html() -> tuple[Callable, Callable]:
    from lib.report import html

    return html.write, html.read_record


def _pdf() -> tuple[Callable, Callable]:
    from lib.report import pdf

    return pdf.write, pdf.read_record


def _word() -> tuple[Callable, Callable]:
    from lib.report import word

    return word.write, word.read_record


def _powerpoint() -> tuple[Callable, Callable]:
    from lib.report import powerpoint

    return powerpoint.write, powerpoint.read_record


def _excel() -> tuple[Callable, Callable]:
    from lib.report import excel

    return excel.write, excel.read_record


def _format(suffix: str, label: str, mime: str, module: Callable) -> Format:
    return Format(
        suffix,
        label,
        mime,
        lambda packet, **options: module()[0](packet, **options),
        lambda content: _read(module()[1], content),
    )


def _read(read_record: Callable[[bytes], str], content: bytes) -> str:
    """The record of a file; one that is damaged has none, however its library says so."""
    try:
        return read_record(content)
    except ReportError:
        raise
    except Exception as error:
        raise ReportError(
            "The file can't be read: it is damaged, or no packet. Take another copy of it."
        ) from error


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    each.suffix: each
    for each in (
        _format("html", "HTML", "text/html", _html),
        _format("pdf", "PDF", "application/pdf", _pdf),
        _format("docx", "Word", f"{_OFFICE}.wordprocessingml.document", _word),
        _format("pptx", "PowerPoint", f"{_OFFICE}.presentationml.presentation", _powerpoint),
        _format("xlsx", "Excel", f"{_OFFICE}.spreadsheetml.sheet", _excel),
    )
}


def format_of(suffix: str) -> Format:
    """The format of files that end so.

    Raises
    ------
    ReportError
        If no packet has that ending.
    """
    found = FORMATS.get(suffix.removeprefix(".").lower())
    if found is None:
        raise ReportError(
            f"“{suffix[:20]}” is no format of a packet. There are: {', '.join(FORMATS)}."
        )
    return found
