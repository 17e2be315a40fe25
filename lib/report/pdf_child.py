"""The program that sets a PDF; `lib.report.pdf` starts it.

typst keeps what it has set for the next ten documents, nearly a gigabyte of large packets, and
gives nothing of it back: a process of its own takes it along when it ends.
"""

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import typst

from lib.bounds import exit_code, limit_this_process
from lib.errors import UserFacingError

TEMPLATE = Path(__file__).with_name("packet.typ")
# They come with the wheel. In the rest are signs that the face of the text lacks.
FONTS = {
    "text": "Libertinus Serif",
    "rest": "New Computer Modern Math",
    "code": "DejaVu Sans Mono",
}
# Archived for good with files attached, and readable by those who hear it: the strictest of what
# typst writes that allow both. PDF/A-4f has attachments too, but PDF/UA-1 does not go with it.
STANDARDS = ["a-3a", "ua-1"]
# As typst says that no font has a sign, or that an archive may not hold it.
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed|the codepoint `"(.+?)"`')
MAX_CPU_SECONDS = 60


def main() -> None:
    """Set the packet on standard input, JSON; the PDF goes to standard output."""
    limit_this_process(MAX_CPU_SECONDS)
    sys.stdout.buffer.write(made(sys.stdin.buffer.read().decode()))


def made(packet: str) -> bytes:
    """The PDF of a packet's content as JSON.

    Raises
    ------
    UserFacingError
        If no font has a sign of it, or its layout can't be set.
    """
    try:
        return _compiled(packet, is_embedded_alone=True)
    except typst.TypstError as error:
        if not NO_GLYPH.search(error.message):
            raise _refused(error) from None
    # A comment in Chinese needs a font of this machine.
    try:
        return _compiled(packet, is_embedded_alone=False)
    except typst.TypstError as error:
        raise _refused(error) from None


def _compiled(packet: str, *, is_embedded_alone: bool) -> bytes:
    date = datetime.fromisoformat(json.loads(packet)["date"])
    return typst.compile(
        TEMPLATE.read_bytes(),
        root=TEMPLATE.parent,
        format="pdf",
        sys_inputs={"packet": packet, "fonts": json.dumps(FONTS)},
        ignore_system_fonts=is_embedded_alone,
        pdf_standards=STANDARDS,
        timestamp=date.replace(tzinfo=UTC),
    )


def _refused(error: typst.TypstError) -> UserFacingError:
    if sign := NO_GLYPH.search(error.message):
        return UserFacingError(
            f"The PDF was not made: no font of this machine has the sign “{sign[1] or sign[2]}”. "
            "Take it out of titles, comments and data, install a font that has it, or choose "
            "another format."
        )
    return UserFacingError(f"The PDF was not made: it could not be set ({error.message}).")


if __name__ == "__main__":
    sys.exit(exit_code(main))
