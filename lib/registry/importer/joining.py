"""Join what was read with a registry that is there already: added to it, or in place of centres.

The rows that stay come first and the new ones after them, so that a rule which holds two rows
against each other reports the new one.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lib.errors import RegistryError
from lib.registry.importer.conversion import Converted
from lib.registry.importer.finding import Finding
from lib.registry.importer.options import APPEND, REPLACE_CENTRES, Existing
from lib.registry.importer.reading import CentreChange, Joined
from lib.registry.importer.typed import PANDAS_TYPES, TypedTable
from lib.registry.language import sheet_title
from lib.registry.sheets import SHEETS
from lib.registry.store import Manifest, read_registry

# Rows of a Parquet file are numbered as if headings stood in row 1.
FIRST_ROW = 2
NUMBER = "row_number"
RECORDED = "recorded"
Tables = dict[str, tuple[TypedTable, Converted]]


def join(
    typed: Mapping[str, TypedTable], converted: Mapping[str, Converted], existing: Existing
) -> tuple[Tables, Joined, list[Finding]]:
    """Put the rows that stay of a registry before those that were read.

    Returns
    -------
    tables
        Every table that has rows, as read and as converted.
    joined
        What becomes of each centre.
    findings
        Patients who are there already. Nothing more is to be said of their rows, which are
        marked as reported in ``converted``.

    Raises
    ------
    RegistryError
        If the registry can't be read, or does not hold recorded data.
    """
    manifest, there = read_registry(existing.folder)
    _check_nature(manifest)
    new_patients = converted["patients"].frame
    kept = _kept(there, set(new_patients["centre"].dropna()), existing.how)
    ids = {name: rows["patient_id"] for name, rows in kept.items()}
    findings = list(_there_already(typed, converted, set(ids["patients"].to_pylist())))
    tables = {
        name: _under_each_other(name, manifest.name, kept[name], typed, converted)
        for name in SHEETS
        if name in typed or kept[name].num_rows
    }
    n_added = Counter(new_patients["centre"].dropna())
    n_there, n_kept = (Counter(rows["patients"]["centre"].to_pylist()) for rows in (there, kept))
    centres = tuple(
        CentreChange(centre, n_there[centre], n_there[centre] - n_kept[centre], n_added[centre])
        for centre in sorted({*n_there, *n_added})
    )
    n_rows_kept = sum(rows.num_rows for rows in kept.values())
    joined = Joined(manifest.name, existing.how, manifest.version, n_rows_kept, centres)
    return tables, joined, findings


def _check_nature(manifest: Manifest) -> None:
    if manifest.nature != RECORDED:
        raise RegistryError(
            f"The registry “{manifest.name}” holds {manifest.nature} data. Only recorded data can "
            "be joined with a clinic's own. Choose another registry, or a new folder."
        )


def _kept(there: Mapping[str, pa.Table], new_centres: set[str], how: str) -> dict[str, pa.Table]:
    """The rows that stay, of each sheet's table, with their number in it."""
    patients = there["patients"]
    if how == APPEND:
        stays = pa.array(np.ones(patients.num_rows, bool))
    elif how == REPLACE_CENTRES:
        given = pa.array(sorted(new_centres), pa.string())
        stays = pc.invert(pc.is_in(patients["centre"], given))
    else:
        stays = pa.array(np.zeros(patients.num_rows, bool))
    ids = patients.filter(stays)["patient_id"]
    kept = {}
    for name in SHEETS:
        rows = there[name]
        numbers = pa.array(np.arange(rows.num_rows) + FIRST_ROW)
        is_kept = pc.is_in(rows["patient_id"], ids)
        kept[name] = rows.append_column(NUMBER, numbers).filter(is_kept)
    return kept


def _there_already(
    typed: Mapping[str, TypedTable], converted: Mapping[str, Converted], ids: set[str]
) -> Iterator[Finding]:
    """New rows of patients who stay; of a patient's rows the one of the sheet of patients."""
    of_patients = converted["patients"]
    in_patients = set(of_patients.frame["patient_id"].dropna())
    for name, table in typed.items():
        is_there = converted[name].frame["patient_id"].isin(ids).to_numpy(bool)
        is_told = converted[name].frame["patient_id"].isin(in_patients).to_numpy(bool)
        words = (
            table.heading("patient_id"),
            "A patient with this pseudonym is in the registry already, and stays there.",
            "Leave the patient out, replace the centre, or give another pseudonym in every sheet "
            "if it is another patient.",
        )
        where = is_there if name == "patients" else is_there & ~is_told
        yield from table.findings("error", "patient_already_there", where, lambda _at, w=words: w)
        converted[name].failed["patient_id"] |= is_there


def _under_each_other(
    name: str,
    registry: str,
    kept: pa.Table,
    typed: Mapping[str, TypedTable],
    converted: Mapping[str, Converted],
) -> tuple[TypedTable, Converted]:
    columns = [column.name for column in SHEETS[name].columns]
    frame = kept.select(columns).to_pandas(types_mapper=PANDAS_TYPES.get)
    nowhere = np.zeros(kept.num_rows, bool)
    failed = dict.fromkeys(columns, nowhere)
    title = sheet_title(name, typed["patients"].language)
    sheets = np.full(kept.num_rows, f"{title} ({registry}, there already)", object)
    rows = kept[NUMBER].to_numpy()
    headings: dict[str, str] = {}
    if name in typed:
        new, read = converted[name], typed[name]
        frame = pd.concat([frame, new.frame[columns]], ignore_index=True)
        failed = {column: np.concatenate([nowhere, new.failed[column]]) for column in columns}
        sheets = np.concatenate([sheets, read.sheets])
        rows = np.concatenate([rows, read.rows])
        headings = read.headings
    return TypedTable(name, frame, failed, sheets, rows, headings), Converted(frame, failed)
