"""Write a registry to its folder and read it back with its checksums verified."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from lib.errors import RegistryError
from lib.registry.checks import check_tables, to_arrow
from lib.registry.reference import read_reference
from lib.registry.schema import TABLES, Table

MANIFEST = "manifest.json"
NATURES = ("reconstructed", "synthetic", "recorded")
# Files that don't fit may be those of two registries, one replaced by the other just then.
MOST_TRIES = 5
MANIFEST_TYPES = {
    "name": str,
    "nature": str,
    "publication": str | None,
    "imputations": int,
    "files": dict,
}
Found = TypeVar("Found")


@dataclass(frozen=True)
class Manifest:
    """What a registry says of itself.

    ``files`` maps each file name to its sha256; ``publication`` names the folder
    under ``data/publications/`` that the registry was built from, if any.
    """

    name: str
    nature: str
    publication: str | None
    imputations: int
    files: dict[str, str]

    @property
    def text(self) -> str:
        """The manifest as it stands in its file, byte for byte the same for the same data."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False, sort_keys=True) + "\n"

    @property
    def version(self) -> str:
        """Eight hexadecimal digits that change whenever a byte of the data changes."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:8]


def sha256(content: bytes) -> str:
    """Checksum of a file's content, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def write_registry(folder: Path, tables: Mapping[str, list[dict]], **about: object) -> Manifest:
    """Write every table of the schema as Parquet with page checksums, and the manifest.

    Parameters
    ----------
    folder
        Made if missing; files of the same name are replaced.
    tables
        Rows by table name, as dicts of column → value. A table left out is written empty.
    **about
        What `write_chunks` writes into the manifest.

    Raises
    ------
    RegistryError
        If a row does not fit the schema; nothing is written then.
    """
    typed = {table.name: to_arrow(table, tables.get(table.name, [])) for table in TABLES.values()}
    return write_chunks(folder, [typed], **about)


def write_chunks(
    folder: Path,
    chunks: Iterable[Mapping[str, pa.Table]],
    *,
    name: str,
    nature: str,
    publication: str | None = None,
    imputations: int = 0,
) -> Manifest:
    """Write a registry that is too large for memory, some of its patients at a time.

    Parameters
    ----------
    chunks
        Every table of the schema by name, for some of the patients; no patient in two chunks.
    nature
        ``reconstructed``, ``synthetic`` or ``recorded``.

    Raises
    ------
    RegistryError
        If a chunk does not fit the schema; it is not written then, nor is the manifest.
    """
    reference = read_reference()
    paths = {table_name: folder / f"{table_name}.parquet" for table_name in TABLES}
    with ExitStack() as stack:
        writers: dict[str, pq.ParquetWriter] = {}
        for chunk in chunks:
            check_tables(chunk, reference)
            folder.mkdir(parents=True, exist_ok=True)
            for table_name, path in paths.items():
                if table_name not in writers:
                    writers[table_name] = stack.enter_context(_writer(TABLES[table_name], path))
                writers[table_name].write_table(chunk[table_name])
    files = {path.name: _state(path)[0] for path in paths.values()}
    manifest = Manifest(name, nature, publication, imputations, files)
    (folder / MANIFEST).write_text(manifest.text, encoding="utf-8")
    return manifest


def _writer(table: Table, path: Path) -> pq.ParquetWriter:
    return pq.ParquetWriter(path, table.arrow_schema, compression="zstd", write_page_checksum=True)


def read_registry(folder: Path) -> tuple[Manifest, dict[str, pa.Table]]:
    """Read a registry, verify every file against the manifest and every table against the schema.

    A registry that is replaced meanwhile is read as it was, or as it is then.

    Returns
    -------
    manifest, tables
        The tables by name.

    Raises
    ------
    RegistryError
        If the folder holds no registry, a file is missing or altered, or a table does not
        fit the schema.
    """
    manifest, contents = _verified(folder, _content)
    # What is parsed are the bytes that were verified: the file may be another one by now.
    tables = {name: _parse_table(contents.pop(name), folder / f"{name}.parquet") for name in TABLES}
    check_tables(tables, read_reference())
    return manifest, tables


def read_manifest(folder: Path) -> Manifest:
    """Read a registry's manifest and verify every file against it.

    Raises
    ------
    RegistryError
        If the folder holds no registry, or a file is missing or altered.
    """
    return verified_files(folder)[0]


def verified_files(folder: Path) -> tuple[Manifest, dict[str, os.stat_result]]:
    """The manifest of a registry that may be larger than memory, with its files verified.

    Returns
    -------
    manifest, states
        By table, the state of the file that was verified: as long as a file has it, it is that one.

    Raises
    ------
    RegistryError
        If the folder holds no registry, or a file is missing or altered.
    """
    return _verified(folder, _state)


def n_rows(folder: Path) -> int:
    """How many rows all tables of a registry have, by what its files say of themselves.

    0 if one can't be read: whoever opens the registry says why.
    """
    try:
        return sum(pq.read_metadata(folder / f"{name}.parquet").num_rows for name in TABLES)
    # The last if a column's name is no text.
    except (OSError, pa.ArrowException, UnicodeDecodeError):
        return 0


def _verified(
    folder: Path, read: Callable[[Path], tuple[str, Found]]
) -> tuple[Manifest, dict[str, Found]]:
    """The manifest and, by table, what `read` finds of each file beside its checksum."""
    expected = {name: f"{name}.parquet" for name in TABLES}
    for _ in range(MOST_TRIES):
        manifest = parse_manifest(folder / MANIFEST)
        if set(manifest.files) != set(expected.values()) or manifest.nature not in NATURES:
            raise RegistryError(
                f"The manifest in {folder} does not list the seven tables "
                f"{sorted(expected.values())}, or its nature is none of {', '.join(NATURES)}. "
                "Restore the folder from its source."
            )
        found, damaged = {}, []
        for name, file in expected.items():
            try:
                checksum, found[name] = read(folder / file)
            except OSError:
                checksum = None
            if checksum != manifest.files[file]:
                damaged.append(file)
        if not damaged:
            return manifest, found
    raise RegistryError(
        f"Files of the registry in {folder} are missing or differ from the manifest: "
        f"{', '.join(damaged)}. Restore the folder from its source."
    )


def _content(path: Path) -> tuple[str, bytes]:
    content = path.read_bytes()
    return sha256(content), content


def _state(path: Path) -> tuple[str, os.stat_result]:
    with path.open("rb") as file:
        state = os.fstat(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest(), state


def parse_manifest(path: Path) -> Manifest:
    """What a manifest says, without a look at the files that it lists.

    Raises
    ------
    RegistryError
        If it is missing or damaged.
    """
    try:
        manifest = Manifest(**json.loads(path.read_text(encoding="utf-8")))
        for name, kind in MANIFEST_TYPES.items():
            if not isinstance(getattr(manifest, name), kind):
                raise TypeError(f"{name} is no {kind}")
    except (OSError, ValueError, TypeError) as error:
        raise RegistryError(
            f"There is no readable registry in {path.parent}: its {MANIFEST} is missing or "
            "damaged. Restore the folder from its source."
        ) from error
    return manifest


def _parse_table(content: bytes, path: Path) -> pa.Table:
    try:
        return pq.read_table(pa.BufferReader(content), page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise not_parquet(path) from error


def batches(path: Path, n_rows_each: int) -> tuple[pa.Schema, int, Iterator[pa.RecordBatch]]:
    """A verified table that may be larger than memory, its rows some at a time in their order.

    Returns
    -------
    schema, n_rows, rows

    Raises
    ------
    RegistryError
        If it can't be read; also while the rows are taken.
    """
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise not_parquet(path) from error

    def rows() -> Iterator[pa.RecordBatch]:
        try:
            with file:
                yield from file.iter_batches(n_rows_each)
        except (OSError, pa.ArrowException) as error:
            raise not_parquet(path) from error

    return file.schema_arrow, file.metadata.num_rows, rows()


def not_parquet(path: Path) -> RegistryError:
    """What is said of a file that has the right checksum and is no Parquet."""
    return RegistryError(
        f"{path} can't be read as Parquet, although it is the file that the manifest lists. "
        "Restore the folder from its source."
    )
