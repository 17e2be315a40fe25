"""Write what was read as a registry: whole, or not at all."""

import ctypes
import hashlib
import os
import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp

import pyarrow as pa

from lib.errors import RegistryError, SourceError
from lib.registry.checks import check_tables
from lib.registry.importer.reading import SOURCE_ROW, Reading
from lib.registry.reference import read_reference
from lib.registry.schema import TABLES
from lib.registry.store import MANIFEST, Manifest, read_registry, write_chunks

# Constants of the systems' own calls to exchange two folders in one step.
AT_FDCWD, RENAME_EXCHANGE, RENAME_SWAP = -100, 2, 2


def write(reading: Reading, folder: Path, name: str) -> Manifest:
    """Write a reading as the registry in a folder, in place of what is there.

    It is written beside the folder, read back and compared, and then put in its place.

    Parameters
    ----------
    name
        What the registry is called in the app.

    Raises
    ------
    SourceError
        If something in the reading is wrong or open; nothing is written then.
    RegistryError
        If the folder holds something else than a registry, or can't be written; what was there
        stays as it was.
    """
    tables = registry_tables(_complete(reading))
    folder = folder.resolve()
    try:
        _check_place(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            manifest = write_chunks(fresh, [tables], name=name, nature="recorded", imputations=0)
            _check_written(fresh, reading, tables)
            fresh.chmod(0o755)
            _put_in_place(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise RegistryError(
            f"The registry can't be written to {folder}: {error.strerror or 'no access'}. "
            "What was there is unchanged. Choose another folder, or make room."
        ) from error
    return manifest


def in_memory(reading: Reading, name: str) -> tuple[Manifest, dict[str, pa.Table]]:
    """A reading as a registry that stands on no disk; parameters and errors as of `write`."""
    tables = registry_tables(_complete(reading))
    check_tables(tables, read_reference())
    files = {f"{table}.parquet": _digest(rows) for table, rows in tables.items()}
    return Manifest(name, "recorded", None, 0, files), tables


def _digest(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _complete(reading: Reading) -> Reading:
    if not reading.can_be_imported:
        raise SourceError(
            f"Nothing was imported: {len(reading.errors)} errors and "
            f"{len(reading.questions)} questions are left. Mend and answer them first."
        )
    return reading


def registry_tables(reading: Reading) -> dict[str, pa.Table]:
    """The tables of a reading as a registry has them: all seven, without the user's row numbers."""
    return {
        name: reading.tables[name].drop_columns([SOURCE_ROW]).cast(table.arrow_schema)
        if name in reading.tables
        else table.arrow_schema.empty_table()
        for name, table in TABLES.items()
    }


def _check_place(folder: Path) -> None:
    if folder.exists() and not (folder.is_dir() and _is_registry_or_empty(folder)):
        raise RegistryError(
            f"{folder} is there already and is no registry; nothing was written. "
            "Choose a new folder, or that of a registry."
        )


def _is_registry_or_empty(folder: Path) -> bool:
    return (folder / MANIFEST).is_file() or not any(folder.iterdir())


def _check_written(fresh: Path, reading: Reading, tables: dict[str, pa.Table]) -> None:
    _, written = read_registry(fresh)
    n_imported = sum(sheet.n_imported for sheet in reading.sheets)
    n_written = sum(table.num_rows for table in written.values())
    same = all(written[name].equals(tables[name]) for name in tables)
    if n_written != n_imported or not same:
        raise RegistryError(
            f"Of {n_imported} rows {n_written} came out of the files just written, or they "
            "differ; nothing was imported. Try again, on another disk if it happens again."
        )
    for file in [*fresh.iterdir(), fresh]:
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _put_in_place(fresh: Path, folder: Path) -> None:
    """At every moment the folder is the old one or the new one, whole.

    After an exchange the old one has the temporary name, and is deleted under it.
    """
    if not folder.exists():
        fresh.rename(folder)
    elif not _exchange(fresh, folder):
        # Elsewhere (Windows) there is a moment without a folder: the old one is beside it then.
        aside = folder.with_name(f".{folder.name}-old")
        folder.rename(aside)
        fresh.rename(folder)
        shutil.rmtree(aside, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False if the system can't."""
    system = {"linux": _exchange_on_linux, "darwin": _exchange_on_macos}.get(sys.platform)
    return system is not None and system(os.fsencode(one), os.fsencode(other)) == 0


def _exchange_on_linux(one: bytes, other: bytes) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE)


def _exchange_on_macos(one: bytes, other: bytes) -> int:
    return ctypes.CDLL(None, use_errno=True).renamex_np(one, other, RENAME_SWAP)
