"""Read a table from a Parquet file."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lib.errors import SourceError
from lib.registry.importer.grid import Cell, Grid, RawColumn
from lib.registry.importer.limits import MAX_UNPACKED_MB, MB

MAX_ROWS = 5_000_000
FORM = "Parquet"


def read_parquet(path: Path, sheet: str) -> Grid:
    """The table of a Parquet file; its rows count from 2, as if headings stood in row 1.

    Raises
    ------
    SourceError
        If it is damaged, too large, or holds columns that are no simple values.
    """
    try:
        file = pq.ParquetFile(path)
        _check_size(path, file)
        table = file.read()
    # The last if a column's name is no text.
    except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
        raise SourceError(
            f"“{path.name}” is damaged or incomplete: it can't be read as Parquet. "
            "Save it again, or copy it once more."
        ) from error
    known = _rows_with_values(table)
    rows = np.flatnonzero(known)
    kept = table.filter(pa.array(known))
    columns = [
        _column(path, name, values)
        for name, values in zip(kept.column_names, kept.columns, strict=True)
    ]
    n_empty = table.num_rows - len(rows)
    return Grid(path.name, sheet, FORM, 1, columns, rows + 2, n_empty)


def _check_size(path: Path, file: pq.ParquetFile) -> None:
    meta = file.metadata
    n_bytes = sum(meta.row_group(i).total_byte_size for i in range(meta.num_row_groups))
    if meta.num_rows > MAX_ROWS or n_bytes > MAX_UNPACKED_MB * MB:
        raise SourceError(
            f"“{path.name}” has {meta.num_rows:,} rows and unpacks to {n_bytes / MB:,.0f} MB; "
            f"{MAX_ROWS:,} rows and {MAX_UNPACKED_MB} MB are allowed. Split it by centre."
        )


def _rows_with_values(table: pa.Table) -> np.ndarray:
    known = np.zeros(table.num_rows, dtype=bool)
    for values in table.columns:
        known |= pc.is_valid(values).to_numpy(zero_copy_only=False)
    return known


def _column(path: Path, name: str, values: pa.ChunkedArray) -> RawColumn:
    try:
        encoded = pc.dictionary_encode(values, null_encoding="encode").combine_chunks()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.unify_dictionaries().combine_chunks()
        cells = [_cell(cell) for cell in encoded.dictionary.to_pylist()]
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise SourceError(
            f"Column “{name}” of “{path.name}” holds values of type {values.type}; text, "
            "numbers, dates and yes/no are allowed. Save the column as one of these."
        ) from error
    return RawColumn(name, cells, encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32))


def _cell(cell: object) -> Cell:
    if isinstance(cell, Decimal):
        return float(cell)
    if cell is None or isinstance(cell, str | int | float) or hasattr(cell, "year"):
        return cell
    raise TypeError(type(cell).__name__)
