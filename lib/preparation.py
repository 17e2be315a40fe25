"""What every query stands on: the tables made of a registry's own, in a locked database."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from lib.cohort import FIELDS
from lib.errors import RegistryError
from lib.named_queries import read_query
from lib.places import CASE_SERIES, PUBLICATIONS
from lib.registry.reference import read_csv, read_reference
from lib.registry.store import MANIFEST, Manifest, parse_manifest

# Headers alone: a clinic's own registry makes no published claims.
NO_PUBLICATION = "none"
PUBLICATION_TABLES = ("claims", "populations")
# Where those statements are found that can be asked of a registry, whoever made them.
BESIDE = "beside"
# For ``patient_facts`` alone, which would need the memory of all of them at once; dropped after it.
PASSING = ("names", "seats", "course_facts", "side_effect_facts", "drug_facts", "event_facts")
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
    "is_drawn",
    "members",
    "members_of_both",
    "everybody",
    "cut_members",
    "cohort_pieces",
    "cohort",
    "cohort_in_versions",
    "measured",
    "measured_over_versions",
    "meets",
)
# The filter's index is held in memory, also that of a prepared file: every question reads all of
# it, and out of a file it would be copied each time, 43 MB of a million patients.
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
# Of a large registry what the pages Side-effects, Compare and Report alone ask for, a third of all
# that is prepared: the others are shown before it is there, with what is `FIRST`.
LAST = ("exposure", "answers", "onsets", "side_effect_counts")
FIRST = (
    "onset_columns",
    "traits",
    "trait_values",
    "trait_bitmaps",
    "lane_places",
    "patients_by_id",
    "last_seen",
    "event_times",
)
# Of a large registry alone, in the first part. `cut_members_in_stretches` and `measured_by_counts`
# stand in the place of macros of `PREPARATION` that are faster of few patients: medians of rows
# take 3 ms of the published series, and counts of values 15.
OF_MANY = (
    "stretches",
    "cut_members_in_stretches",
    "parts",
    "measured_values",
    "measured_places",
    "counted_values",
    "value_counts",
    "measured_by_counts",
)
# Built when the first query asks for them, which most readers' pages never do.
LATER = FIRST + LAST
READS = re.compile(r"\b(?:from|join)\s+(?:main\.)?(\w+)")
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
def built_later(name: str) -> tuple[str, ...]:
    """Those of `LATER` that a query reads, and those that they read, in the order to build them."""
    own = name.removeprefix("registry/")
    read = set(READS.findall(read_query(name))) & set(LATER) - {own}
    read |= {each for table in read for each in built_later(f"registry/{table}")}
    return tuple(table for table in LATER if table in read)


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
