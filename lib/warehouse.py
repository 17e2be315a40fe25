"""DuckDB over one registry: open the folder, lock the database, run a named query.

The registry's Parquet files and the reference tables are read into memory once;
then the database takes no more orders: no file access, no extensions, no settings.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from lib.cohort import FIELDS
from lib.registry.reference import read_csv, read_reference
from lib.registry.store import Manifest, read_registry

ROOT = Path(__file__).resolve().parents[1]
QUERIES = ROOT / "queries"
DATA = ROOT / "data"
CASE_SERIES = DATA / "case_series"
PUBLICATIONS = DATA / "publications"
# Headers alone: a clinic's own registry makes no published claims.
NO_PUBLICATION = "none"
PUBLICATION_TABLES = ("claims", "populations")
# Built in this order: each stands on the ones before.
PREPARATION = (
    "patient_facts",
    "patient_attributes",
    "filter_patients",
    "filter_options",
    "failing",
    "cohort",
)
SCHEMAS = ("create schema registry", "create schema reference", "create schema publication")
# Nothing is read by DuckDB itself, so that the doors can be shut from the start: no files,
# no network, no Python variables, and no way to open them again.
LOCKDOWN = {
    "memory_limit": "256MB",
    # A second thread costs more than it brings on so few rows (facets: 47 ms against 28 ms).
    "threads": 1,
    "enable_external_access": False,
    "python_enable_replacements": False,
    "lock_configuration": True,
}


@cache
def read_query(name: str) -> str:
    """Text of the query ``<domain>/<concept>``, from ``queries/``."""
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Warehouse:
    """An opened registry. Safe to share between threads: every query has its own cursor."""

    manifest: Manifest
    connection: duckdb.DuckDBPyConnection

    def query(self, name: str, **parameters: object) -> pd.DataFrame:
        """Run the query ``<domain>/<concept>`` with its values bound.

        Parameters
        ----------
        name
            Path below ``queries/`` without the ending.
        **parameters
            Values of the query's ``$`` parameters, all of them and no others.

        Returns
        -------
        DataFrame
            The columns and grain of the query's header.
        """
        with self.connection.cursor() as cursor:
            return cursor.execute(read_query(name), parameters).df()


def open_warehouse(folder: Path = CASE_SERIES, publications: Path = PUBLICATIONS) -> Warehouse:
    """Verify and load a registry, prepare the views that every query stands on, and lock up.

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
    manifest, tables = read_registry(folder)
    connection = duckdb.connect(":memory:", config=LOCKDOWN)
    for statement in SCHEMAS:
        connection.execute(statement)
    for table, rows in tables.items():
        connection.from_arrow(rows).create(f"registry.{table}")
    for table, rows in read_reference().items():
        connection.from_arrow(rows).create(f"reference.{table}")
    for table in PUBLICATION_TABLES:
        rows = read_csv(publications / (manifest.publication or NO_PUBLICATION) / f"{table}.csv")
        connection.from_arrow(rows).create(f"publication.{table}")
    connection.from_arrow(_filter_fields()).create("filter_fields")
    for name in PREPARATION:
        connection.execute(read_query(f"registry/{name}"))
    return Warehouse(manifest, connection)


def _filter_fields() -> pa.Table:
    """The fields of the filter as a table, so that SQL reads them from their one definition."""
    return pa.table(
        {
            "position": pa.array(range(1, len(FIELDS) + 1), pa.int32()),
            "field": [field.column for field in FIELDS],
            "bin_width": pa.array([field.bin_width for field in FIELDS], pa.float64()),
        }
    )
