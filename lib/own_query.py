"""A question that a reader asks in SQL: one SELECT, in a process of its own, within limits."""

import logging
import subprocess
from contextlib import suppress
from typing import NamedTuple

import duckdb
import pandas as pd
import pyarrow as pa

from lib.bounds import OUT_OF_MEMORY, REFUSED, start, stopped_after
from lib.errors import NotPreparedYetError, QueryRefusedError, QueryStoppedError
from lib.own_query_child import IS_CUT, NARROW, READY, TOO_MUCH_MEMORY, first_words, put_job
from lib.turns import Turns
from lib.warehouse import Warehouse

CHILD = "lib.own_query_child"
MAX_SECONDS = 5.0
MAX_ROWS = 10_000
# Opening the data takes about one, on a machine that is busy several.
MAX_SECONDS_TO_OPEN = 60
logger = logging.getLogger(__name__)
# So many processes run at the same time, whoever asks; the others wait for their turn.
ASKED_AT_ONCE = 2
_turns = Turns(ASKED_AT_ONCE)


class Answer(NamedTuple):
    """Rows of a reader's query; ``is_cut`` says that there were more than are kept."""

    rows: pd.DataFrame
    is_cut: bool


def ask(
    source: Warehouse, text: str, *, max_seconds: float = MAX_SECONDS, max_rows: int = MAX_ROWS
) -> Answer:
    """Run one SELECT that a reader wrote.

    It runs in a process of its own, on a copy of the data in memory, or on the same file if the
    registry is a prepared one: DuckDB looks at neither the
    clock nor its limit of memory inside a function such as ``range`` or ``repeat``, and a process
    can be killed. Nothing else can happen there anyway: its database has no access to files,
    network or settings (see ``lib.preparation``).

    Parameters
    ----------
    text
        The query; comments and a closing semicolon are allowed.
    max_seconds
        After this time the query is stopped; that of opening the data does not count.
    max_rows
        So many rows are kept, or less if they are large.

    Raises
    ------
    QueryRefusedError
        If the text is not one SELECT, DuckDB does not accept it, it asks for more memory than
        the database has, or takes too long.
    NotPreparedYetError
        If tables of the registry are not prepared yet.
    """
    if not source.is_whole:
        raise NotPreparedYetError
    with _turns.taken(), start(CHILD) as child:
        try:
            return read_answer(_told(child, source, text, max_seconds, max_rows))
        finally:
            child.kill()


def _told(
    child: subprocess.Popen, source: Warehouse, text: str, max_seconds: float, max_rows: int
) -> bytes:
    """What the process answers, as Arrow.

    Raises
    ------
    QueryRefusedError
        If it refuses the query, or was stopped.
    """
    with stopped_after(child, MAX_SECONDS_TO_OPEN):
        # It refuses a text before it has taken the data.
        with suppress(BrokenPipeError), child.stdin:
            put_job(text, max_rows, source, child.stdin)
        ready = child.stdout.read(len(READY))
    with stopped_after(child, max_seconds) as is_late:
        told = child.stdout.read()
        code = child.wait()
    if code == 0:
        return told
    if code == REFUSED:
        raise QueryRefusedError(child.stderr.read().decode())
    if code == OUT_OF_MEMORY:
        raise QueryStoppedError(TOO_MUCH_MEMORY)
    if is_late.is_set():
        raise QueryStoppedError(
            f"The query took longer than {max_seconds:g} seconds and was stopped. Narrow it, for "
            "instance to one version (imputation = 1), or aggregate before joining."
        )
    logger.error("A query ended with %s: %s", code, child.stderr.read().decode())
    if ready != READY:
        raise QueryStoppedError("The data could not be opened in time. Run the query again.")
    raise QueryStoppedError(
        "The query ended the process that ran it, most likely for want of memory. " + NARROW
    )


def read_answer(told: bytes) -> Answer:
    """The rows that `lib.own_query_child.answer` wrote.

    Raises
    ------
    QueryRefusedError
        If a value has no place in a table here, such as an infinite date.
    """
    table = pa.ipc.open_stream(told).read_all()
    # By way of DuckDB, so that a reader gets the types that `Warehouse.query` gives.
    with duckdb.connect(":memory:") as database:
        try:
            rows = database.from_arrow(table).df()
        except duckdb.Error as error:
            raise QueryRefusedError(
                f"The answer can't be shown: {first_words(error)}. Cast that column to text "
                "(column::varchar), or leave it out."
            ) from None
    return Answer(rows, table.schema.metadata[IS_CUT] == b"True")
