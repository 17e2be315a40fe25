"""Small registries written as tables, so that a test shows its data beside its answer."""

import json
from collections.abc import Callable
from pathlib import Path

from lib.places import DEMO_REGISTRY, PUBLICATIONS
from lib.registry.schema import TABLES, Table
from lib.registry.store import MANIFEST, read_registry, sha256, write_registry
from lib.warehouse import Warehouse, open_warehouse

# What a test leaves out, because it does not matter there.
DEFAULTS = {
    "patients": {
        "centre": "Clinic",
        "diagnosis": "dermatomyositis",
        "sex": "female",
        "age_at_first_ivig_years": "50",
    },
}
READERS = {
    "INTEGER": int,
    "DOUBLE": float,
    "VARCHAR": str,
    "BOOLEAN": {"true": True, "false": False}.__getitem__,
}


def read_table(table: Table, text: str) -> list[dict]:
    """Read ``a | b`` lines under a header line; an empty cell is null.

    Without a column ``imputation`` the rows are recorded data (0).
    """
    header, *lines = [
        [cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()
    ]
    types = {column.name: column.type for column in table.columns}
    defaults = DEFAULTS.get(table.name, {})
    if "imputation" in types:
        defaults = defaults | {"imputation": "0"}
    rows = [defaults | dict(zip(header, line, strict=True)) for line in lines]
    return [
        {name: READERS[types[name]](cell) if cell else None for name, cell in row.items()}
        for row in rows
    ]


def write_tables(folder: Path, publication: str | None = None, **tables: str) -> Path:
    """Write a registry of the given tables; those left out are empty."""
    rows = {name: read_table(TABLES[name], text) for name, text in tables.items()}
    imputations = max((row["imputation"] for row in rows["patients"]), default=0)
    write_registry(
        folder,
        rows,
        name="Test registry",
        nature="reconstructed" if imputations else "recorded",
        publication=publication,
        imputations=imputations,
    )
    return folder


def open_tables(
    folder: Path, publication: str | None = None, publications: Path = PUBLICATIONS, **tables: str
) -> Warehouse:
    """Open a registry of the given tables."""
    return open_warehouse(write_tables(folder, publication, **tables), publications)


def write_clinic(
    folder: Path,
    n_patients: int | None = 60,
    change: Callable[[dict[str, list[dict]]], None] = lambda _: None,
    name: str = "Clinic",
) -> Path:
    """Write patients of the demo registry, as if a clinic had recorded them.

    Parameters
    ----------
    n_patients
        How many of them; all if None.
    change
        Changes the rows of the tables before they are written.
    """
    _, tables = read_registry(DEMO_REGISTRY)
    some = set(sorted(tables["patients"]["patient_id"].to_pylist())[:n_patients])
    rows = {
        name: [row for row in table.to_pylist() if row["patient_id"] in some]
        for name, table in tables.items()
    }
    change(rows)
    write_registry(folder, rows, name=name, nature="recorded", publication=None, imputations=0)
    return folder


def sign(folder: Path, **changes: object) -> None:
    """Make the manifest agree with the files as they now are; ``changes`` replaces entries."""
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"] = {name: sha256((folder / name).read_bytes()) for name in manifest["files"]}
    (folder / MANIFEST).write_text(json.dumps(manifest | changes))
