"""The formats of a packet: what each is called, who writes it, and who reads its record back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from types import ModuleType

from lib.export.mime import DOCX, PPTX, XLSX
from lib.report.content import Packet
from lib.report.subject import ReportError
from lib.turns import Turns

# Files that one server writes at the same time, whoever asks; the others wait for their turn. A PDF
# is a process of up to 2 GB (`lib.bounds`), and the rest keeps a processor busy for seconds.
WRITTEN_AT_ONCE = 2
_turns = Turns(WRITTEN_AT_ONCE)


# A module is imported when its format is asked for: together their libraries take a second.
def _html() -> ModuleType:
    from lib.report import html

    return html


def _pdf() -> ModuleType:
    from lib.report import pdf

    return pdf


def _word() -> ModuleType:
    from lib.report import word

    return word


def _powerpoint() -> ModuleType:
    from lib.report import powerpoint

    return powerpoint


def _excel() -> ModuleType:
    from lib.report import excel

    return excel


@dataclass(frozen=True)
class Format:
    """A format of a packet.

    Attributes
    ----------
    suffix
        Of its files, and its name on the command line.
    module
        Imports the module that writes a packet (``write``) and reads its record (``read_record``).
    is_quick
        Whether it is written without waiting for a turn, as a preview has to be.
    """

    suffix: str
    label: str
    mime: str
    module: Callable[[], ModuleType]
    is_quick: bool = False

    def write(
        self, packet: Packet, waiting: Callable[[int], None] = lambda _: None, **options: object
    ) -> bytes:
        """A packet as a file.

        Parameters
        ----------
        waiting
            Told how many files have to be written before; see `lib.turns.Turns.taken`.
        options
            Of the format, such as the ``template`` of a presentation.

        Raises
        ------
        ReportError
            If it can't be written in this format, or not with these options.
        """
        with nullcontext() if self.is_quick else _turns.taken(waiting):
            return self.module().write(packet, **options)

    def read_record(self, content: bytes) -> str:
        """The record of a file, as JSON.

        Raises
        ------
        ReportError
            If it has none; one that is damaged has none, however its library says so.
        """
        try:
            return self.module().read_record(content)
        except ReportError:
            raise
        except Exception as error:
            raise ReportError(
                "The file can't be read: it is damaged, or no packet. Take another copy of it."
            ) from error


FORMATS = {
    each.suffix: each
    for each in (
        Format("html", "HTML", "text/html", _html, is_quick=True),
        Format("pdf", "PDF", "application/pdf", _pdf),
        Format("docx", "Word", DOCX, _word),
        Format("pptx", "PowerPoint", PPTX, _powerpoint),
        Format("xlsx", "Excel", XLSX, _excel),
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
