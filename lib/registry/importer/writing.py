"""Write what was read as a registry: whole, or not at all."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from lib.errors import RegistryError, RegistryThereError, SourceError
from lib.registry.checks import check_tables
from lib.registry.importer.placing import (
    check_place,
    fresh_folder,
    is_registry,
    put_in_place,
    turn_to_write,
)
from lib.registry.importer.reading import SOURCE_ROW, Joined, Reading
from lib.registry.reference import read_reference
from lib.registry.schema import TABLES
from lib.registry.store import Manifest, read_manifest, read_registry, write_chunks


@dataclass(frozen=True)
class Written:
    """A registry that was written, and where the one is kept whose place it took, if any."""

    manifest: Manifest
    previous: Path | None


def write(reading: Reading, folder: Path, name: str, *, replaces_all: bool = False) -> Written:
    """Write a reading as the registry in a folder, in place of the one that it was joined with.

    It is written beside the folder, read back and compared, and then put in its place.

    Parameters
    ----------
    name
        What the registry is called in the app.
    replaces_all
        Whether it takes the place of any registry that is there.

    Raises
    ------
    SourceError
        If something in the reading is wrong or open; nothing is written then.
    RegistryThereError
        If there is a registry, and nothing says what is to become of it.
    RegistryError
        If the folder holds something else than a registry, or can't be written; what was there
        stays as it was.
    """
    tables = registry_tables(_complete(reading))
    folder = folder.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with turn_to_write(folder.parent):
            check_place(folder)
            if reading.joined:
                _check_unchanged(folder, reading.joined)
            elif is_registry(folder) and not replaces_all:
                raise RegistryThereError(
                    f"There is a registry in {folder} already, and nothing says what is to become "
                    "of it. Nothing was imported and nothing is changed. Choose another folder, "
                    "or how your files are to be joined with it (--existing)."
                )
            with fresh_folder(folder) as fresh:
                about = {"name": name, "nature": "recorded", "imputations": 0}
                manifest = write_chunks(fresh, [tables], **about)
                _check_written(fresh, reading, tables)
                previous = put_in_place(fresh, folder)
    except OSError as error:
        raise RegistryError(
            f"The registry can't be written to {folder}: {error.strerror or 'no access'}. "
            "What was there is unchanged. Choose another folder, or make room."
        ) from error
    return Written(manifest, previous)


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


def _check_unchanged(folder: Path, joined: Joined) -> None:
    """What was joined with a registry, and looked at, would undo what changed there since."""
    if not is_registry(folder) or read_manifest(folder).version != joined.version:
        raise RegistryError(
            f"The registry in {folder} was changed while you looked at the report. Nothing was "
            "imported and nothing is changed. Read the files again, and import them then."
        )


def _check_written(fresh: Path, reading: Reading, tables: dict[str, pa.Table]) -> None:
    _, written = read_registry(fresh)
    n_imported = sum(sheet.n_imported for sheet in reading.sheets)
    n_imported += reading.joined.n_rows_kept if reading.joined else 0
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
