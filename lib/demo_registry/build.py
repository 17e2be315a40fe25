"""A synthetic registry, a chunk of patients at a time, so that memory does not grow with it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.demo_registry.cycles import make_cycles
from lib.demo_registry.happenings import make_events, make_side_effects, make_treatments
from lib.demo_registry.patients import make_patients
from lib.demo_registry.scores import make_assessments
from lib.errors import RegistryError
from lib.registry.importer.placing import replaced_whole
from lib.registry.schema import TABLES, TYPES, Table
from lib.registry.store import MANIFEST, Manifest, parse_manifest, write_chunks

NAME = "Demo registry (synthetic)"
NATURE = "synthetic"
ID_PREFIX = "SYN-"
CHUNK = 50_000


def write_demo_registry(
    folder: Path,
    *,
    patients: int,
    centres: int,
    seed: int,
    progress: Callable[[int], None] = lambda done: None,
) -> Manifest:
    """Write a registry of invented patients with recorded data.

    Parameters
    ----------
    folder
        Made if missing; a synthetic registry that is there is replaced once all is written.
    patients, centres
        How many, at least one each.
    seed
        The same seed and numbers give the same registry.
    progress
        Called with the number of patients written so far.

    Raises
    ------
    ValueError
        If there is not at least one patient and one centre.
    RegistryError
        If something else than a synthetic registry is in the folder.
    """
    if patients < 1 or centres < 1:
        raise ValueError(
            f"A registry needs at least one patient and one centre, not {patients} and {centres}."
        )

    _check_nobodys_data_are_there(folder)

    def chunks() -> Iterator[dict[str, pa.Table]]:
        for start in range(0, patients, CHUNK):
            stop = min(start + CHUNK, patients)
            yield _chunk(np.random.default_rng([seed, start]), start, stop, patients, centres)
            progress(stop)

    with replaced_whole(folder) as fresh:
        return write_chunks(fresh, chunks(), name=NAME, nature=NATURE)


def _check_nobodys_data_are_there(folder: Path) -> None:
    """Only what was made here is replaced, as nothing of it is kept."""
    manifest = folder / MANIFEST
    if manifest.exists() and parse_manifest(manifest).nature != NATURE:
        raise RegistryError(
            f"{folder} holds a registry that is not synthetic; nothing was written. Name another "
            "folder."
        )


def _chunk(
    rng: np.random.Generator, start: int, stop: int, n_all: int, centres: int
) -> dict[str, pa.Table]:
    """All tables of the patients from ``start`` to ``stop``."""
    width = max(4, len(str(n_all)))
    ids = np.array([f"{ID_PREFIX}{k + 1:0{width}}" for k in range(start, stop)], object)
    patients = make_patients(rng, ids, centres)
    cycles = make_cycles(rng, patients)
    rows = {
        "patients": patients.rows,
        "cycles": cycles.rows,
        "side_effects": make_side_effects(rng, patients, cycles),
        "treatments": make_treatments(rng, patients, cycles),
        "events": make_events(rng, patients, cycles),
        "assessments": make_assessments(rng, patients, cycles),
        "provenance": {},
    }
    return {name: _sorted(TABLES[name], columns) for name, columns in rows.items()}


def _sorted(table: Table, columns: dict[str, np.ndarray]) -> pa.Table:
    """Columns in the types of the schema, sorted by patient, then as they were made."""
    arrays = [pa.array(columns.get(c.name, []), TYPES[c.type]) for c in table.columns]
    rows = pa.Table.from_arrays(arrays, schema=table.arrow_schema)
    return rows.take(pc.sort_indices(rows, [("patient_id", "ascending")]))
