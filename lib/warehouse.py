"""DuckDB over one registry: open the folder, lock the database, run a named query.

The registry's Parquet files and the reference tables are read into memory once;
then the database takes no more orders: no file access, no extensions, no settings.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from lib.cohort import Cohort
from lib.errors import NotPreparedYetError, RegistryError
from lib.named_queries import constant, read_query
from lib.places import CASE_SERIES, PUBLICATIONS
from lib.preparation import LATER, built_later, load, prepare
from lib.registry.schema import TABLES
from lib.registry.store import Manifest, n_rows, read_registry
from lib.results import Results

# Not imported to run: that takes longer than all the rest of the first page.
if TYPE_CHECKING:
    import pandas as pd

# One takes 60 kB on average, that of compare/numbers up to 300 kB: so many take 12 MB, and below
# 25 MB even if all are of the page Compare, where one in five is of that kind.
KEPT_RESULTS = 200
# Parameters of queries that ask for single patients.
NAME_PATIENTS = ("patient", "patients")
# Queries at the same time, of one registry; who comes later waits. With a reader for each of 50
# users the memory of `LIMITS` ran out: one takes 100 MB for ``publication/beside``, and keeps 30 MB
# for the plans it has made. More than there are cores would not be faster either.
MOST_READERS = 2
# Plans that a reader keeps, those used last: one holds the memory of its joins, up to 14 MB, and of
# all questions they held 95 MB. A page asks three to six.
MOST_PLANS = 10
# A registry of more rows in all its tables, some 15,000 patients, is prepared once, as a file (see
# `lib.prepared`): in memory it would take more than two seconds each time.
MOST_ROWS_IN_MEMORY = 400_000


class Reader:
    """A cursor with the plans it has made: planning is nearly half of a query on so few rows.

    For one thread at a time.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.cursor = connection.cursor()
        self.planned: OrderedDict[str, None] = OrderedDict()

    def execute(self, name: str, parameters: dict[str, object]) -> duckdb.DuckDBPyConnection:
        """Run a named query, by the plan of the time before if there was one.

        A query without parameters has one answer, which `Results` keeps: its plan would hold the
        memory of its joins for nothing, of those of ``publication/`` 20 MB a reader.
        """
        if not parameters:
            return self.cursor.execute(read_query(name))
        if name not in self.planned:
            if len(self.planned) == MOST_PLANS:
                oldest, _ = self.planned.popitem(last=False)
                self.cursor.execute(f'deallocate "{oldest}"')
            self.cursor.execute(f'prepare "{name}" as {read_query(name)}')
            self.planned[name] = None
        self.planned.move_to_end(name)
        # A kept plan takes no bound values, only constants: DuckDB quotes them, nobody else.
        arguments = ", ".join(
            f"{parameter} := {constant(value)}" for parameter, value in parameters.items()
        )
        return self.cursor.execute(f'execute "{name}"({arguments})')


@dataclass(frozen=True, eq=False)
class Warehouse:
    """An opened registry. Safe to share between threads: every query has a cursor for itself.

    Of those there are `MOST_READERS`, and of kept results `KEPT_RESULTS`, however many ask.
    """

    manifest: Manifest
    connection: duckdb.DuckDBPyConnection
    idle_readers: deque[Reader] = field(default_factory=deque, repr=False)
    places: BoundedSemaphore = field(
        default_factory=lambda: BoundedSemaphore(MOST_READERS), repr=False
    )
    # What was computed of it, of so many views: those asked for last. Streamlit's own cache would
    # take longer to hash a cohort and to copy a result than most queries take to run.
    results: Results = field(default_factory=lambda: Results(KEPT_RESULTS), repr=False)
    # Those of everybody and of nobody apart, so that no filter drives out what every reader opens.
    unfiltered: Results = field(default_factory=lambda: Results(KEPT_RESULTS), repr=False)
    built: set[str] = field(default_factory=set, repr=False)
    building: Lock = field(default_factory=Lock, repr=False)
    # Where it is prepared on a disk; None of one that is in memory.
    file: Path | None = None
    # Set once that file turned out to be damaged while it was open.
    is_damaged: Event = field(default_factory=Event, repr=False)

    def query(self, name: str, **parameters: object) -> pd.DataFrame:
        """Run the query ``<domain>/<concept>`` with its values, which DuckDB quotes.

        Parameters
        ----------
        name
            Path below ``queries/`` without the ending.
        **parameters
            Values of the query's ``$`` parameters, all of them and no others; a tuple is a list.

        Returns
        -------
        DataFrame
            The columns and grain of the query's header.

        Raises
        ------
        RegistryError
            If the registry is a prepared file, and that was damaged since it was opened.
        NotPreparedYetError
            See `build`.
        """
        self.build(built_later(name))
        with self._reader() as reader:
            return reader.execute(name, parameters).df()

    def records(self, name: str, **parameters: object) -> list[dict]:
        """Run a query as `query` does; its rows as one dict each."""
        self.build(built_later(name))
        with self._reader() as reader:
            result = reader.execute(name, parameters)
            columns = [column[0] for column in result.description]
            return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]

    def results_of(self, cohort: Cohort | None, parameters: tuple = ()) -> Results:
        """Where the results of a question are kept: those that every reader opens, or the others.

        Of everybody there is one, or a few; around each patient who is looked at there is another.
        """
        is_of_all = not parameters if cohort is None else cohort == Cohort()
        is_of_patients = any(name in NAME_PATIENTS for name, _ in parameters)
        return self.unfiltered if is_of_all and not is_of_patients else self.results

    def tables(self) -> dict[str, pa.Table]:
        """The registry's own tables by name, with the rows in their order."""
        cursor = self.connection.cursor()
        with self._reading():
            return {
                name: cursor.table(f"registry.{name}").to_arrow_table().cast(table.arrow_schema)
                for name, table in TABLES.items()
            }

    @property
    def is_whole(self) -> bool:
        """Whether every question can be asked; not of a prepared file without `LAST`."""
        return self.file is None or self.built.issuperset(LATER)

    def require(self, name: str) -> None:
        """See that a named query can be asked, before anything is kept of it.

        Raises
        ------
        NotPreparedYetError
            If it reads what is not prepared yet of a prepared file.
        """
        if not self.can_answer(name):
            raise NotPreparedYetError

    def can_answer(self, name: str) -> bool:
        """Whether all is there that a named query reads, or is built at once."""
        return self.file is None or self.built.issuperset(built_later(name))

    def build(self, tables: Iterable[str] = LATER) -> None:
        """Build those of `LATER` that are not there yet.

        Raises
        ------
        NotPreparedYetError
            If the registry is a prepared file without them.
        """
        for table in tables:
            if table not in self.built:
                if self.file:
                    raise NotPreparedYetError
                self._build(table)

    def _build(self, table: str) -> None:
        # Who needs it meanwhile waits; others, with all that they need, don't come here.
        with self.building:
            if table not in self.built:
                self.connection.execute(read_query(f"registry/{table}"))
                self.built.add(table)

    def close(self) -> None:
        """Let the data go; no query can be asked any more."""
        self.idle_readers.clear()
        self.connection.close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Say it in words if a prepared file is damaged: DuckDB verifies every block that it reads.

        Raises
        ------
        RegistryError
            Then; whoever opens the registry next has it made anew.
        """
        try:
            yield
        except duckdb.IOException as error:
            if self.file is None:
                raise
            self.is_damaged.set()
            raise RegistryError(
                f"What was prepared of this registry, {self.file}, was damaged or cut short while "
                "it was open, so nothing of it is shown. The registry itself is not touched by "
                "that: load the page again, and it is prepared anew."
            ) from error

    @contextmanager
    def _reader(self) -> Iterator[Reader]:
        with self.places, self._reading():
            try:
                reader = self.idle_readers.pop()
            except IndexError:
                reader = Reader(self.connection)
            yield reader
            # Not after an error: such a reader is not used again.
            self.idle_readers.append(reader)


def open_warehouse(folder: Path = CASE_SERIES, publications: Path = PUBLICATIONS) -> Warehouse:
    """Verify and load a registry, prepare the views that every query stands on, and lock up.

    A large one is prepared once, as a file; this waits for that.

    Parameters
    ----------
    folder
        The registry.
    publications
        Where the claims of the publication that its manifest names are found.

    Raises
    ------
    RegistryError
        If the folder holds no registry, a file is missing or damaged, or a table does not
        fit the schema.
    """
    if is_large(folder):
        # Not above: it prepares by what is here.
        from lib.prepared.opening import Opening

        return Opening(folder, publications).whole()
    return open_tables(*read_registry(folder), publications)


def is_large(folder: Path) -> bool:
    """Whether a registry is prepared as a file; what can't be read is not."""
    return n_rows(folder) > MOST_ROWS_IN_MEMORY


def open_tables(
    manifest: Manifest, tables: Mapping[str, pa.Table], publications: Path = PUBLICATIONS
) -> Warehouse:
    """As `open_warehouse`, of a registry that is in memory already, whole and checked."""
    connection = load(tables)
    prepare(connection, manifest, publications)
    return Warehouse(manifest, connection)
