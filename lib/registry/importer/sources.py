"""Open what a user names: a workbook, CSV or Parquet files, a folder or a ZIP of them."""

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile, ZipInfo

from lib.errors import SourceError
from lib.registry.importer.delimited import read_delimited
from lib.registry.importer.grid import Grid, Score
from lib.registry.importer.limits import check_size, open_zip
from lib.registry.importer.options import Options
from lib.registry.importer.parquet_file import read_parquet
from lib.registry.importer.workbook import read_workbook

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".xlsm")
ALLOWED = "An Excel workbook (.xlsx), CSV, Parquet, and a folder or ZIP of these can be read."
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
PARQUET = b"PAR1"
UNREADABLE = (BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, zlib.error)
WORKBOOK_PART = "xl/workbook.xml"


def read_sources(sources: Sequence[Path], options: Options, score: Score) -> list[Grid]:
    """Every sheet of the named files.

    Parameters
    ----------
    score
        How many cells of a row are known headings.

    Raises
    ------
    SourceError
        If a file is missing, is not of these kinds, damaged, empty or too large.
    """
    grids = [grid for source in sources for grid in _read(source, options, score)]
    if not grids:
        names = ", ".join(f"“{source.name}”" for source in sources)
        raise SourceError(f"No data stand in {names}. {ALLOWED}")
    return grids


def _read(path: Path, options: Options, score: Score) -> Iterator[Grid]:
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
        for file in files:
            yield from _read(file, options, score)
        return
    if not path.is_file():
        raise SourceError(f"There is no file or folder “{path.name}”. Check its name and place.")
    check_size(path)
    with path.open("rb") as file:
        start = file.read(len(OLD_EXCEL))
    if start == OLD_EXCEL:
        raise SourceError(
            f"“{path.name}” is protected by a password or an old Excel file (.xls). "
            "Save it as .xlsx without a password."
        )
    if start.startswith((ZIP, EMPTY_ZIP)):
        yield from _read_zip(path, options, score)
    elif start.startswith(PARQUET):
        yield read_parquet(path, path.stem)
    elif path.suffix.lower() in (".parquet", ".xlsx", ".xlsm", ".zip"):
        raise SourceError(
            f"“{path.name}” is not what its ending says, or damaged. {ALLOWED} Save it again."
        )
    else:
        grid = read_delimited(path.name, path.stem, path.read_bytes(), options, score)
        yield from [grid] if grid else []


def _read_zip(path: Path, options: Options, score: Score) -> Iterator[Grid]:
    with open_zip(path) as archive:
        names = archive.namelist()
        if WORKBOOK_PART not in names:
            yield from _read_members(path, archive, options, score)
            return
    yield from read_workbook(path, score)


def _read_members(path: Path, archive: ZipFile, options: Options, score: Score) -> Iterator[Grid]:
    """Unpack one file after another under its bare name: a path in a ZIP leads nowhere."""
    members = [
        info
        for info in archive.infolist()
        if not info.is_dir()
        and Path(info.filename).suffix.lower() in SUFFIXES
        and not Path(info.filename).name.startswith(".")
        and not info.filename.startswith("__MACOSX/")
    ]
    if not members:
        raise SourceError(f"“{path.name}” holds no file that can be read. {ALLOWED}")
    for info in members:
        with TemporaryDirectory() as folder:
            file = Path(folder) / Path(info.filename).name
            file.write_bytes(_unpacked(path, archive, info))
            yield from _read(file, options, score)


def _unpacked(path: Path, archive: ZipFile, info: ZipInfo) -> bytes:
    try:
        return archive.read(info)
    except UNREADABLE as error:
        raise SourceError(
            f"“{Path(info.filename).name}” in “{path.name}” is damaged or protected by a "
            "password. Pack the files again without one."
        ) from error
