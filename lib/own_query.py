"""A question that a reader asks in SQL: one SELECT, on the locked database, within limits."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import duckdb
import pandas as pd

from lib.errors import UserFacingError
from lib.warehouse import Warehouse

MAX_SECONDS = 5.0
MAX_ROWS = 10_000
MAX_CHARACTERS = 20_000
COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
# DuckDB rewrites some of its own commands into a SELECT; here they are not one.
FIRST_WORDS = ("select", "with", "from", "values", "table", "describe", "show", "summarize", "(")
# What DuckDB says of a statement's inside, without the stack that it may add.
FIRST_LINES = 2


class QueryRefusedError(UserFacingError):
    """A reader's own query can't be run, or was stopped."""


class Answer(NamedTuple):
    """Rows of a reader's query; ``is_cut`` says that there were more than are kept."""

    rows: pd.DataFrame
    is_cut: bool


def ask(
    source: Warehouse, text: str, *, max_seconds: float = MAX_SECONDS, max_rows: int = MAX_ROWS
) -> Answer:
    """Run one SELECT that a reader wrote.

    The database lets nothing else happen anyway: it holds a copy of the data in memory and has
    no access to files, network or settings (see ``lib.warehouse``).

    Parameters
    ----------
    text
        The query; comments and a closing semicolon are allowed.
    max_seconds
        After this time the query is stopped.
    max_rows
        So many rows are kept.

    Raises
    ------
    QueryRefusedError
        If the text is not one SELECT, DuckDB does not accept it, it asks for more memory than
        the database has, or takes too long.
    """
    require_one_select(text)
    # A query that a page showed may read any of them.
    source.build()
    cursor = source.connection.cursor()
    try:
        with _stopped_after(cursor, max_seconds):
            try:
                rows = cursor.sql(text).limit(max_rows + 1).df()
            except duckdb.InterruptException:
                raise QueryRefusedError(
                    f"The query took longer than {max_seconds:g} seconds and was stopped. Narrow "
                    "it, for instance to one version (imputation = 1), or aggregate before joining."
                ) from None
            except duckdb.OutOfMemoryException:
                raise QueryRefusedError(
                    "The query needs more memory than the database may use. Select fewer columns, "
                    "or narrow it before sorting or joining."
                ) from None
            except duckdb.Error as error:
                raise QueryRefusedError(f"DuckDB can't run this: {_first_words(error)}") from None
    finally:
        cursor.close()
    return Answer(rows.head(max_rows), len(rows) > max_rows)


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
        statements = duckdb.extract_statements(text)
    except duckdb.Error as error:
        raise QueryRefusedError(f"DuckDB can't read this: {_first_words(error)}") from None
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


@contextmanager
def _stopped_after(cursor: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, cursor.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _first_words(error: duckdb.Error) -> str:
    return " ".join(line.strip() for line in str(error).splitlines()[:FIRST_LINES] if line.strip())
