"""How large a file may be, before it is opened and while it is read."""

from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from lib.errors import SourceError

MB = 1_000_000
MAX_FILE_MB = 150
# Of files that are uploaded together, and of what is in a ZIP.
MAX_UNPACKED_MB = 400
# A workbook of a clinic shrinks to a tenth; a bomb to a thousandth.
MAX_RATIO = 100
RATIO_MATTERS_FROM_MB = 10
MAX_FILES_IN_ZIP = 1000


def check_size(path: Path) -> None:
    """Refuse an empty file, and one that is too large.

    Raises
    ------
    SourceError
        With the size that is allowed.
    """
    n_bytes = path.stat().st_size
    if n_bytes == 0:
        raise SourceError(f"“{path.name}” is empty. Choose the file with the data.")
    if n_bytes > MAX_FILE_MB * MB:
        raise SourceError(
            f"“{path.name}” has {n_bytes / MB:.0f} MB; {MAX_FILE_MB} MB are allowed. "
            "Save it without pictures and unused sheets, or as CSV files."
        )


def check_together(n_bytes: int) -> None:
    """Refuse files that are too large together; each by itself is looked at when it is read.

    Raises
    ------
    SourceError
        With the size that is allowed.
    """
    if n_bytes > MAX_UNPACKED_MB * MB:
        raise SourceError(
            f"These files have {n_bytes / MB:,.0f} MB together; {MAX_UNPACKED_MB} MB are allowed. "
            "Remove some, and import them afterwards as further centres of the same registry."
        )


def open_zip(path: Path) -> ZipFile:
    """Open a ZIP file or workbook whose contents, as it states them, are of a bearable size.

    `zipfile` reads no more of a file than was stated, so the limit holds for what is read, too.

    Raises
    ------
    SourceError
        If it is damaged, or unpacks to more than is allowed.
    """
    try:
        archive = ZipFile(path)
    except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise SourceError(
            f"“{path.name}” is damaged or incomplete: it can't be unpacked. "
            "Save it again, or copy it once more."
        ) from error
    infos = archive.infolist()
    if len(infos) > MAX_FILES_IN_ZIP or is_bomb(infos):
        archive.close()
        raise SourceError(
            f"“{path.name}” would unpack to far more than its size suggests "
            f"({MAX_UNPACKED_MB} MB are allowed), so it was not opened. "
            "Save the sheets as a new file."
        )
    return archive


def is_bomb(infos: list[ZipInfo]) -> bool:
    """Whether files in a ZIP are too large together, or one is packed too well to be data."""
    if sum(info.file_size for info in infos) > MAX_UNPACKED_MB * MB:
        return True
    large = [info for info in infos if info.file_size > RATIO_MATTERS_FROM_MB * MB]
    return any(info.file_size > MAX_RATIO * max(info.compress_size, 1) for info in large)
