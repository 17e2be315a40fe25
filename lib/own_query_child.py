"""The program that answers a reader's own query within bounds; `lib.own_query` starts it."""

import io
import json
import re
import sys
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache, partial
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO

import duckdb
import pyarrow as pa

from lib.bounds import MB, exit_code, limit_this_process
from lib.errors import QueryRefusedError
from lib.preparation import lock_down
from lib.prepared.file import connect
from lib.prepared.size import memory_mb
from lib.registry.store import Manifest
from lib.warehouse import Warehouse, open_tables

MAX_CHARACTERS = 20_000
MAX_ANSWER_MB = 20
# As many as DuckDB computes at once.
ROWS_AT_ONCE = 2048
# A number takes as much in a DataFrame, however closely Arrow packs it.
MIN_BYTES_PER_VALUE = 8
LISTS = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
# Opening the data takes a part of them.
MAX_CPU_SECONDS = 60
MAX_ADDRESSES_MB = 1500
# What the database of a prepared registry may fill, beside those addresses.
PREPARED_MB = 1000
# Written when the data are open: from then on the query's own time counts.
READY = b"."
IS_CUT = b"is_cut"
COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
# DuckDB rewrites some of its own commands into a SELECT; here they are not one.
FIRST_WORDS = (
    "select",
    "with",
    "from",
    "values",
    "table",
    "pivot",
    "unpivot",
    "describe",
    "show",
    "summarize",
    "(",
)
FIRST_LINES = 2
NARROW = "Select fewer columns, or narrow it before sorting or joining."
TOO_MUCH_MEMORY = f"The query needs more memory than the database may use. {NARROW}"


def main() -> None:
    """Answer the query on standard input: Arrow on standard output."""
    text, max_rows, source = take_job(sys.stdin.buffer)
    out = sys.stdout.buffer
    out.write(READY)
    out.flush()
    out.write(answer(source.connection, text, max_rows))


def put_job(text: str, max_rows: int, source: Warehouse, to: BinaryIO) -> None:
    """Write a query and the registry that it is asked of; of a prepared one where its file is."""
    tables = [] if source.file else _table_names(source)
    job = {
        "text": text,
        "max_rows": max_rows,
        "manifest": asdict(source.manifest),
        "tables": tables,
        "file": source.file and str(source.file),
    }
    to.write(json.dumps(job).encode() + b"\n")
    for name in tables:
        # Each with a cursor for itself: another query would end its rows.
        rows = source.connection.cursor().table(f"registry.{name}").to_arrow_reader()
        with pa.ipc.new_stream(to, rows.schema) as stream:
            for batch in rows:
                stream.write_batch(batch)


def take_job(job: BinaryIO) -> tuple[str, int, Warehouse]:
    """What `put_job` wrote, opened, within limits; the query is looked at before its data.

    Raises
    ------
    QueryRefusedError
        If the query is not one SELECT.
    """
    about = json.loads(job.readline())
    file = about["file"] and Path(about["file"])
    limit_this_process(MAX_CPU_SECONDS, MAX_ADDRESSES_MB + (PREPARED_MB if file else 0))
    require_one_select(about["text"])
    manifest = Manifest(**about["manifest"])
    if file:
        source = Warehouse(manifest, connect(file, min(PREPARED_MB, memory_mb())))
        return about["text"], about["max_rows"], source
    tables = {name: pa.ipc.open_stream(job).read_all() for name in about["tables"]}
    source = open_tables(manifest, tables)
    # A query that a page showed may read any of them.
    source.build()
    return about["text"], about["max_rows"], source


def _table_names(source: Warehouse) -> list[str]:
    found = source.connection.cursor().execute(
        "select table_name from duckdb_tables() where schema_name = 'registry' order by all"
    )
    return [name for (name,) in found.fetchall()]


def answer(connection: duckdb.DuckDBPyConnection, text: str, max_rows: int) -> bytes:
    """The rows of a query as an Arrow stream, which says whether there were more.

    Raises
    ------
    QueryRefusedError
        If DuckDB does not accept the query, or a single row is too large.
    MemoryError
        If it needs more memory than the process may have.
    """
    try:
        found = connection.sql(text).limit(max_rows + 1).to_arrow_reader(ROWS_AT_ONCE)
        kept, is_cut = _cut(found, max_rows)
    except duckdb.OutOfMemoryException as error:
        raise MemoryError from error
    # An error within the rows comes by way of Arrow.
    except (duckdb.Error, OSError, pa.ArrowInvalid) as error:
        if "Out of Memory" in str(error):
            raise MemoryError from error
        raise QueryRefusedError(f"DuckDB can't run this: {first_words(error)}") from None
    schema = pa.schema(map(pa.Field.with_name, found.schema, _distinct(found.schema.names)))
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, schema.with_metadata({IS_CUT: str(is_cut)})) as stream:
        for batch in kept:
            stream.write_batch(batch.rename_columns(schema.names))
    return sink.getvalue()


def _cut(found: Iterable[pa.RecordBatch], max_rows: int) -> tuple[list[pa.RecordBatch], bool]:
    """As many of the first rows as fit, and whether there are more."""
    kept, n_rows, n_bytes = [], max_rows, MAX_ANSWER_MB * MB
    for batch in found:
        rows = range(min(batch.num_rows, n_rows) + 1)
        # As many as fit: the first number of rows that is too large, less one.
        fitting = bisect_right(rows, n_bytes, key=partial(_size, batch)) - 1
        kept.append(batch.slice(0, fitting))
        if fitting < batch.num_rows:
            if not any(map(len, kept)):
                raise QueryRefusedError(
                    f"The first row alone is larger than {MAX_ANSWER_MB} MB. {NARROW}"
                )
            return kept, True
        n_rows, n_bytes = n_rows - fitting, n_bytes - _size(batch, fitting)
    return kept, False


def _size(batch: pa.RecordBatch, n_rows: int) -> int:
    """Bytes of the first rows."""
    rows = batch.slice(0, n_rows)
    return rows.nbytes + MIN_BYTES_PER_VALUE * sum(map(_n_values, rows.columns))


def _n_values(array: pa.Array) -> int:
    """How many values a column holds, with those inside its lists."""
    if pa.types.is_struct(array.type):
        return sum(map(_n_values, array.flatten()))
    if any(is_kind(array.type) for is_kind in LISTS):
        return len(array) + _n_values(array.flatten())
    return len(array)


def _distinct(names: Iterable[str]) -> list[str]:
    """Names of columns, each told apart from those before it."""
    taken: dict[str, str] = {}
    for name in names:
        candidates = chain([name], (f"{name}_{n}" for n in count(1)))
        free = next(each for each in candidates if each.lower() not in taken)
        taken[free.lower()] = free
    return list(taken.values())


def require_one_select(text: str) -> None:
    """Refuse everything that is not exactly one SELECT, and say why.

    Raises
    ------
    QueryRefusedError
        With the reason.
    """
    if len(text) > MAX_CHARACTERS or "\0" in text:
        raise QueryRefusedError(
            f"A query has at most {MAX_CHARACTERS:,} characters and no control characters; this "
            f"one has {len(text):,} characters. Shorten it."
        )
    try:
        statements = _parser().extract_statements(text)
    except duckdb.Error as error:
        raise QueryRefusedError(f"DuckDB can't read this: {first_words(error)}") from None
    if not statements:
        raise QueryRefusedError("There is no query yet. Write one SELECT.")
    if len(statements) > 1:
        raise QueryRefusedError(
            f"These are {len(statements)} statements, and one is allowed. Keep a single SELECT; "
            "PIVOT counts as several unless its values are listed with IN."
        )
    kind = statements[0].type
    first_word = COMMENTS.sub(" ", text).split(maxsplit=1)[0].lower()
    if kind != duckdb.StatementType.SELECT or not first_word.startswith(FIRST_WORDS):
        raise QueryRefusedError(
            f"This is a {first_word.upper()[:20]} statement, and only a SELECT is allowed: the "
            "data can be read here, not changed."
        )


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """What reads a text, and no file.

    The module's own connection reads the files that IMPORT DATABASE names while it parses it, and
    says in its error what stands in them.
    """
    parser = duckdb.connect(":memory:")
    lock_down(parser)
    return parser


def first_words(error: Exception) -> str:
    """What DuckDB says of an error, without the stack that it may add."""
    return " ".join(line.strip() for line in str(error).splitlines()[:FIRST_LINES] if line.strip())


if __name__ == "__main__":
    sys.exit(exit_code(main))
