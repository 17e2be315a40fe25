"""Where every cell comes from: reported of this patient, derived, or imputed."""

from collections import defaultdict

from lib.publication.cells import Cells, fixed_attributes
from lib.publication.claims import CellClaim
from lib.publication.source import Fact, cycle_numbers, number_bounds
from lib.registry.schema import TABLES

Key = tuple[str, str | None, str]
# Columns whose facts stand under another name, by table.
CYCLE_COLUMNS = {"interval_days": "day"}
IDENTIFIERS = ("imputation", "patient_id")


def row_key(table_name: str, row: dict) -> str | None:
    """How provenance names a row: cycle number, symptom, ``role:drug``, ``kind: label``."""
    if table_name == "cycles":
        return str(row["cycle_no"])
    if table_name == "side_effects":
        return row["symptom"]
    if table_name == "treatments":
        return f"{row['role']}:{row['drug']}"
    if table_name == "events":
        return f"{row['kind']}: {row['label']}" if row["label"] else row["kind"]
    return None


def provenance(
    cells: Cells, claims: list[CellClaim], versions: list[dict[str, list[dict]]]
) -> list[dict]:
    """One row for each cell that any version holds.

    A cell is *reported* if a fact states it exactly; *derived* if it is the same in all
    versions without being stated, or by our decision; *imputed* if it differs between versions.
    The locator of a cell that no fact states is that of the claims which bound it.
    """
    values = _values_by_cell(versions)
    bounding = _locators_by_cell(cells, claims)
    rows = []
    for patient_id in cells.publication.patient_ids:
        stated = _facts_by_cell(cells, patient_id, values[patient_id])
        for key, seen in values[patient_id].items():
            constant = sum(seen.values()) == len(versions) and len(seen) == 1
            fact = stated.get(key)
            is_stated = fact is not None and not fact.is_decided
            status = "imputed" if not constant else "reported" if is_stated else "derived"
            locator = fact.locator if fact else _bounding_locator(bounding, patient_id, key)
            table_name, row, column = key
            rows.append(
                {
                    "patient_id": patient_id,
                    "table_name": table_name,
                    "row_key": row,
                    "column_name": column,
                    "status": status,
                    "locator": locator,
                }
            )
    return rows


def _values_by_cell(versions: list[dict[str, list[dict]]]) -> dict[str, dict[Key, dict]]:
    """How often each cell holds which values: patient → cell → values → versions."""
    values: dict = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for version in versions:
        cells_of_version = defaultdict(list)
        for table_name, rows in version.items():
            for row in rows:
                for column in TABLES[table_name].columns:
                    value = row.get(column.name)
                    if column.name not in IDENTIFIERS and value is not None:
                        key = (table_name, row_key(table_name, row), column.name)
                        cells_of_version[row["patient_id"], key].append(value)
        for (patient_id, key), held in cells_of_version.items():
            values[patient_id][key][tuple(held)] += 1
    return values


def _facts_by_cell(cells: Cells, patient_id: str, held: dict[Key, dict]) -> dict[Key, Fact]:
    publication = cells.publication
    stated = {}
    for table_name in ("patients", "side_effects", "treatments", "events"):
        rows = publication.facts_of(patient_id, table_name)
        labels = {fact.row_key: fact for fact in rows if fact.column_name == "label"}
        for fact in rows:
            key = _fact_row_key(fact, labels)
            stated.setdefault((table_name, key, fact.column_name), fact)
    last = max(int(key) for table, key, _ in held if table == "cycles")
    for fact in publication.facts_of(patient_id, "cycles"):
        for number, column in _fact_cycles(fact, last):
            stated.setdefault(("cycles", str(number), column), fact)
    return stated


def _fact_row_key(fact: Fact, labels: dict[str, Fact]) -> str | None:
    if fact.table_name == "patients":
        return None
    if fact.table_name == "treatments":
        return ":".join(fact.row_key.split(":")[:2])
    if fact.table_name == "events":
        kind = fact.row_key.partition(":")[0]
        return f"{kind}: {labels[fact.row_key].value}" if fact.row_key in labels else kind
    return fact.row_key


def _fact_cycles(fact: Fact, last: int) -> list[tuple[int, str]]:
    """The cells of the table cycles that a fact states, as (cycle number, column)."""
    if fact.column_name == "n_cycles":
        at_least = int(number_bounds(fact.value)[0] or 1)
        return [(number, "cycle_no") for number in range(1, at_least + 1)]
    if not fact.row_key or fact.column_name == "interval_trend":
        return []
    column = CYCLE_COLUMNS.get(fact.column_name, fact.column_name)
    return [(number, column) for number in cycle_numbers(fact.row_key, last)]


def _locators_by_cell(cells: Cells, claims: list[CellClaim]) -> dict[tuple[str, str], str]:
    locators: dict = defaultdict(dict)
    for claim in claims:
        for number in claim.cells:
            cell = cells.cells[number]
            locators[cell.patient_id, cell.field][claim.claim.locator] = True
    for patient_id in cells.publication.patient_ids:
        diagnosis = fixed_attributes(cells.publication, patient_id)["diagnosis"]
        for claim in cells.publication.binding_claims:
            criteria = cells.publication.populations[claim.population]
            alone = [(c.field, c.value) for c in criteria] == [("diagnosis", diagnosis)]
            if claim.statistic == "count" and alone:
                locators[patient_id, "diagnosis"][claim.locator] = True
    return {cell: "; ".join(found) for cell, found in locators.items()}


def _bounding_locator(
    bounding: dict[tuple[str, str], str], patient_id: str, key: Key
) -> str | None:
    table_name, row, column = key
    fields = {
        "patients": column,
        "cycles": {"day": "therapy_duration_days", "cycle_no": "n_cycles"}.get(column, column),
        "side_effects": f"symptom.{row}",
        "treatments": _treatment_field(row, column) if table_name == "treatments" else None,
        "events": f"event.{row}",
    }
    return bounding.get((patient_id, fields[table_name]))


def _treatment_field(row: str, column: str) -> str:
    role, _, drug = row.partition(":")
    return f"{role}_dose.{drug}" if column == "dose" else f"{role}.{drug}"
