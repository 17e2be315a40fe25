"""DuckDB over one registry: open the folder, lock the database, run a named query.

The registry's Parquet files and the reference tables are read into memory once;
then the database takes no more orders: no file access, no extensions, no settings.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore, Event, Lock
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from lib.cohort import FIELDS, Cohort
from lib.errors import NotPreparedYetError, RegistryError
from lib.registry.reference import read_csv, read_reference
from lib.registry.schema import TABLES
from lib.registry.store import MANIFEST, Manifest, n_rows, parse_manifest, read_registry
from lib.results import Results

# Not imported to run: that takes longer than all the rest of the first page.
if TYPE_CHECKING:
    import pandas as pd

# One takes 60 kB on average, that of compare/numbers 1 MB: so many take 12 MB, and below 40 MB even
# if all are of the page Compare, where one in six is of that kind.
KEPT_RESULTS = 200
# Queries at the same time, of one registry; who comes later waits. With a reader for each of 50
# users the memory of `LIMITS` ran out: one takes 100 MB for ``publication/beside``, and keeps 30 MB
# for the plans it has made. More than there are cores would not be faster either.
MOST_READERS = 2
ROOT = Path(__file__).resolve().parents[1]
QUERIES = ROOT / "queries"
DATA = ROOT / "data"
CASE_SERIES = DATA / "case_series"
DEMO_REGISTRY = DATA / "demo_registry"
PUBLICATIONS = DATA / "publications"
# A registry of more rows in all its tables, some 15,000 patients, is prepared once, as a file (see
# `lib.prepared`): in memory it would take more than two seconds each time.
MOST_ROWS_IN_MEMORY = 400_000
# Headers alone: a clinic's own registry makes no published claims.
NO_PUBLICATION = "none"
PUBLICATION_TABLES = ("claims", "populations")
# Where those statements are found that can be asked of a registry, whoever made them.
BESIDE = "beside"
# For ``patient_facts`` alone, which would need the memory of all of them at once; dropped after it.
PASSING = ("seats", "course_facts", "side_effect_facts", "drug_facts", "event_facts")
# Built in this order: each stands on the ones before.
PREPARATION = (
    "versions",
    "pieces",
    *PASSING,
    "patient_facts",
    "patient_attributes",
    "filter_columns",
    "filter_values",
    "filter_index",
    "filter_options",
    "filter_bitmaps",
    "categories",
    "members",
    "everybody",
    "cohort",
    "cohort_in_versions",
    "meets",
)
# The filter's index is held in memory, also that of a prepared file: every question reads all of it,
# and out of a file it would be copied each time, 43 MB of a million patients.
ATTACH_HELD = "attach ':memory:' as held (read_write)"
HOLD_INDEX = "create table held.main.filter_index as from main.filter_index"
# After a step: what is not needed any more, and what ``registry/filter_values`` has to know before
# it is planned.
AFTER = {
    "patient_facts": [f"drop table {table}" for table in PASSING],
    "filter_columns": [
        "set variable filter_numbers = (select filter_numbers from filter_columns)",
        "set variable filter_texts = (select filter_texts from filter_columns)",
        "set variable filter_lists = (select filter_lists from filter_columns)",
        "set variable last_seat = (select last_seat from filter_columns)",
    ],
    "filter_index": [HOLD_INDEX],
}
# Of a large registry what the pages Side-effects and Compare alone ask for, a third of all that is
# prepared: the others are shown before it is there, with what is `FIRST`.
LAST = ("exposure", "answers", "numbers", "onsets", "side_effect_counts")
FIRST = ("onset_columns", "traits", "trait_values", "lane_places", "last_seen", "event_times")
# Built when the first query asks for them, which most readers' pages never do.
LATER = FIRST + LAST
READS = re.compile(r"\b(?:from|join)\s+(?:main\.)?(\w+)")
PARAMETER = re.compile(r"\$(\w+)")
HEADER_LINE = re.compile(r"-- (\w+): +(\S.*)")
SCHEMAS = (
    "create schema registry",
    "create schema reference",
    "create schema publication",
    f"create schema {BESIDE}",
)
LIMITS = {
    "memory_limit": "256MB",
    # What needs more is refused: nothing of a registry is written to a disk.
    "temp_directory": "",
    # A second thread costs more than it brings on so few rows.
    "threads": 1,
    "python_enable_replacements": False,
    # Nor asks it for extensions, or tells a reader whose home directory it looks into.
    "autoload_known_extensions": False,
    "home_directory": "/nowhere",
}
# Nothing is read by DuckDB itself, so that the doors can be shut from the start: no files,
# no network, and no way to open them again.
LOCKDOWN = ("set enable_external_access = false", "set lock_configuration = true")


@cache
def read_query(name: str) -> str:
    """Text of the query ``<domain>/<concept>``, from ``queries/``."""
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def read_header(name: str) -> dict[str, str]:
    """What a query says of itself: ``-- key: text``, continued by lines that are indented."""
    texts: dict[str, str] = {}
    for line in _split_header(read_query(name))[0].splitlines():
        if match := HEADER_LINE.match(line):
            key = match[1]
            texts[key] = match[2]
        else:
            texts[key] += " " + line.removeprefix("--").strip()
    return texts


@cache
def built_later(name: str) -> tuple[str, ...]:
    """Those of `LATER` that a query reads, and those that they read, in the order to build them."""
    own = name.removeprefix("registry/")
    read = set(READS.findall(read_query(name))) & set(LATER) - {own}
    read |= {each for table in read for each in built_later(f"registry/{table}")}
    return tuple(table for table in LATER if table in read)


class Reader:
    """A cursor with the plans it has made: planning is nearly half of a query on so few rows.

    For one thread at a time.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.cursor = connection.cursor()
        self.planned: set[str] = set()

    def execute(self, name: str, parameters: dict[str, object]) -> duckdb.DuckDBPyConnection:
        """Run a named query, by the plan of the time before if there was one.

        A query without parameters has one answer, which `Results` keeps: its plan would hold the
        memory of its joins for nothing, of those of ``publication/`` 20 MB a reader.
        """
        if not parameters:
            return self.cursor.execute(read_query(name))
        if name not in self.planned:
            self.cursor.execute(f'prepare "{name}" as {read_query(name)}')
            self.planned.add(name)
        # A kept plan takes no bound values, only constants: DuckDB quotes them, nobody else.
        arguments = ", ".join(
            f"{parameter} := {_constant(value)}" for parameter, value in parameters.items()
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
        """Where the results of a question are kept; without a cohort and parameters it has one."""
        is_of_all = not parameters if cohort is None else cohort == Cohort()
        return self.unfiltered if is_of_all else self.results

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


def pasteable(name: str, parameters: Mapping[str, object]) -> str:
    """A named query with its values in their places, to be read and run by hand.

    Nothing here runs it: what the app asks goes by `Reader`.
    """
    header, body = _split_header(read_query(name))
    return header + PARAMETER.sub(lambda match: str(_constant(parameters[match[1]])), body)


def _split_header(text: str) -> tuple[str, str]:
    lines = text.splitlines(keepends=True)
    n_header = next(i for i, line in enumerate(lines) if not line.startswith("--"))
    return "".join(lines[:n_header]), "".join(lines[n_header:])


def _constant(value: object) -> duckdb.Expression:
    if isinstance(value, str) and "\0" in value:
        raise ValueError("A text for a query holds the character NUL, which no registry holds.")
    return duckdb.ConstantExpression(list(value) if isinstance(value, tuple) else value)


def load(tables: Mapping[str, pa.Table], **settings: object) -> duckdb.DuckDBPyConnection:
    """Open a database in memory, locked, with a registry's tables and the reference tables.

    Parameters
    ----------
    tables
        By name; they are found in the schema ``registry``.
    **settings
        In the place of those of `LIMITS`.
    """
    connection = duckdb.connect(":memory:", config=LIMITS | settings)
    connection.execute(ATTACH_HELD)
    lock_down(connection)
    add_schemas(connection)
    for table, rows in tables.items():
        connection.from_arrow(rows).create(f"registry.{table}")
    return connection


def lock_down(connection: duckdb.DuckDBPyConnection) -> None:
    """Shut the doors of a database, for good."""
    for statement in LOCKDOWN:
        connection.execute(statement)


def add_schemas(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the schemas of a registry and all around it, and the reference tables."""
    for statement in SCHEMAS:
        connection.execute(statement)
    for table, rows in read_reference().items():
        connection.from_arrow(rows).create(f"reference.{table}")


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


def prepare(
    connection: duckdb.DuckDBPyConnection,
    manifest: Manifest,
    publications: Path,
    step: Callable[[str], AbstractContextManager] = nullcontext,
) -> None:
    """Add to a registry's tables what its publication says, and what `PREPARATION` makes of them.

    Parameters
    ----------
    step
        Each of `PREPARATION` runs within what this makes of its name.

    Raises
    ------
    RegistryError
        If the patients are of other versions than the manifest says.
    """
    for name, path in publication_files(manifest, publications).items():
        connection.from_arrow(read_csv(path)).create(name)
    connection.from_arrow(filter_fields()).create("filter_fields")
    for name in PREPARATION:
        with step(name):
            connection.execute(read_query(f"registry/{name}"))
            for statement in AFTER.get(name, ()):
                connection.execute(statement)
    _check_versions(connection, manifest)


def _check_versions(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """Hold the number of versions, which every page repeats, against those that there are."""
    found = {version for (version,) in connection.table("versions").select("imputation").fetchall()}
    m = manifest.imputations
    if found and found != (set(range(1, m + 1)) if m else {0}):
        raise RegistryError(
            f"The {MANIFEST} of “{manifest.name}” says that its data are in {m} versions (0: "
            f"recorded as they are), and its patients are in {len(found)}, numbered from "
            f"{min(found)} to {max(found)}. Restore the folder from its source."
        )


def publication_files(manifest: Manifest, publications: Path) -> dict[str, Path]:
    """By name, the tables of a registry's publication, and of the one that it can stand beside."""
    own = publications / (manifest.publication or NO_PUBLICATION)
    beside = own if manifest.publication else PUBLICATIONS / series_publication()
    folders = {"publication": own, BESIDE: beside}
    return {
        f"{schema}.{table}": folder / f"{table}.csv"
        for schema, folder in folders.items()
        for table in PUBLICATION_TABLES
    }


@cache
def series_publication() -> str:
    """The publication of the published series, beside which any other registry can be set."""
    return parse_manifest(CASE_SERIES / MANIFEST).publication


def filter_fields() -> pa.Table:
    """The fields of the filter as a table, so that SQL reads them from their one definition."""
    return pa.table(
        {
            "position": pa.array(range(1, len(FIELDS) + 1), pa.int32()),
            "field": [field.column for field in FIELDS],
            "is_list": [field.kind == "list" for field in FIELDS],
            "decimals": pa.array([field.decimals for field in FIELDS], pa.int32()),
            "bin_width": pa.array([field.bin_width for field in FIELDS], pa.float64()),
        }
    )
