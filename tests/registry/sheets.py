"""A small clean registry as rows, and how to change it: a test shows its mistake alone."""

from collections.abc import Callable
from copy import deepcopy

import pyarrow as pa

from lib.registry.rules import SOURCE_ROW
from lib.registry.schema import TABLES

Sheets = dict[str, list[dict]]
Edit = Callable[[Sheets], None]
# The first row of a sheet is its header.
FIRST_ROW = 2

CLEAN: Sheets = {
    "patients": [
        {
            "patient_id": "A",
            "centre": "North",
            "diagnosis": "dermatomyositis",
            "subtype": "classic",
            "sex": "female",
            "age_at_first_ivig_years": 50,
            "body_weight_kg": 70.0,
            "diagnosis_to_first_ivig_years": 2.0,
            "response": "response",
            "response_basis": "CDASI activity",
            "off_label": False,
            "therapy_end_reason": "remission",
        },
        {
            "patient_id": "B",
            "centre": "North",
            "diagnosis": "pemphigus vulgaris",
            "sex": "male",
            "age_at_first_ivig_years": 60,
            "body_weight_kg": 80.0,
            "diagnosis_to_first_ivig_years": 0.5,
            "response": "response",
            "therapy_end_reason": "ongoing",
        },
    ],
    "cycles": [
        {"patient_id": "A", "cycle_no": 1, "day": 0, "dose_g_per_kg": 2.0, "infusion_days": 2},
        {"patient_id": "A", "cycle_no": 2, "day": 28, "dose_g_per_kg": 2.0, "infusion_days": 2},
        {"patient_id": "A", "cycle_no": 3, "day": 56, "dose_g_per_kg": 1.0, "infusion_days": 2},
        {"patient_id": "A", "cycle_no": 4, "day": 84, "dose_g_per_kg": 1.0, "infusion_days": 1},
        {"patient_id": "B", "cycle_no": 1, "day": 0, "dose_g_per_kg": 0.5, "infusion_days": 1},
        {"patient_id": "B", "cycle_no": 2, "day": 30, "dose_g_per_kg": 0.5},
    ],
    "side_effects": [
        {
            "patient_id": "A",
            "cycle_no": 2,
            "day": 29,
            "symptom": "headache",
            "ctcae_grade": 2,
            "serious": False,
            "led_to_discontinuation": False,
        },
    ],
    "treatments": [
        {
            "patient_id": "A",
            "drug": "prednisolone",
            "role": "concomitant",
            "dose": 10.0,
            "dose_unit": "mg/day",
            "start_day": -100,
            "stop_day": 84,
        },
        {
            "patient_id": "A",
            "drug": "methotrexate",
            "role": "prior",
            "dose": 15.0,
            "dose_unit": "mg/week",
            "start_day": -400,
            "stop_day": -10,
        },
        {"patient_id": "A", "drug": "rituximab", "role": "subsequent", "start_day": 150},
    ],
    "events": [
        {"patient_id": "A", "kind": "diagnosis", "day": -730},
        {"patient_id": "A", "kind": "improvement", "day": 40},
        {"patient_id": "A", "kind": "discontinuation", "day": 90},
        {"patient_id": "A", "kind": "remission", "day": 90},
        {"patient_id": "A", "kind": "follow-up", "day": 200},
    ],
    "assessments": [
        {"patient_id": "A", "day": 0, "instrument": "CDASI activity", "score": 20.0},
        {"patient_id": "A", "day": 84, "instrument": "CDASI activity", "score": 5.0},
        {"patient_id": "A", "day": 84, "instrument": "TIS", "score": 60.0},
    ],
}


def row_of(place: int) -> int:
    """The row in the sheet of the row at a place of `CLEAN`, counted from 0."""
    return place + FIRST_ROW


def put(sheet: str, place: int, **values: object) -> Edit:
    """Other values in one row."""
    return lambda sheets: sheets[sheet][place].update(values)


def add(sheet: str, like: int | None = None, **values: object) -> Edit:
    """A further row of patient A, or one like another."""

    def edit(sheets: Sheets) -> None:
        rows = sheets[sheet]
        row = {"patient_id": "A"} if like is None else dict(rows[like])
        rows.append(row | values | {"source_row": rows[-1]["source_row"] + 1})

    return edit


def drop(sheet: str, *places: int) -> Edit:
    """Rows deleted; the others keep their number."""
    gone = {row_of(place) for place in places}

    def edit(sheets: Sheets) -> None:
        sheets[sheet] = [row for row in sheets[sheet] if row["source_row"] not in gone]

    return edit


def numbered(sheets: Sheets) -> Sheets:
    """A copy whose rows know their number."""
    copy = deepcopy(sheets)
    for rows in copy.values():
        for place, row in enumerate(rows):
            row["source_row"] = row_of(place)
    return copy


def edited(*edits: Edit) -> Sheets:
    """The clean registry with some changes."""
    sheets = numbered(CLEAN)
    for edit in edits:
        edit(sheets)
    return sheets


def to_tables(sheets: Sheets) -> dict[str, pa.Table]:
    """What the importer hands to the rules."""
    return {
        name: pa.Table.from_pylist(
            [{"imputation": 0} | row for row in rows],
            schema=TABLES[name].arrow_schema.append(SOURCE_ROW),
        )
        for name, rows in sheets.items()
    }
