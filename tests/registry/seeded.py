"""Mistakes as clinics make them: each spoils the rows of one patient and says where.

A mistake is a function of the patient's rows by sheet. It changes them and returns the place
(sheet, row, column) at which it is to be found, or None if it can't be made in this patient.
"""

import random
from collections.abc import Callable

Rows = dict[str, list[dict]]
Place = tuple[str, int, str]
# Copies stand behind all other rows.
FAR_BELOW = 1_000_000
Mistake = Callable[[random.Random, Rows], Place | None]


def _pick(
    rng: random.Random, rows: list[dict], suits: Callable[[dict], bool] = lambda row: True
) -> dict | None:
    suited = [row for row in rows if suits(row)]
    return rng.choice(suited) if suited else None


def _in(
    sheet: str,
    column: str,
    spoil: Callable[[dict, Rows], object],
    suits: Callable[[dict, Rows], bool] = lambda row, rows: True,
    found_in: str | None = None,
) -> Mistake:
    """Another value in one cell of a row that suits."""

    def mistake(rng: random.Random, rows: Rows) -> Place | None:
        row = _pick(rng, rows[sheet], lambda one: suits(one, rows))
        if row is None:
            return None
        row[column] = spoil(row, rows)
        return sheet, row["source_row"], found_in or column

    return mistake


def _copied(sheet: str, column: str, **changes: object) -> Mistake:
    """A row once more at the end of the sheet, perhaps with another value."""

    def mistake(rng: random.Random, rows: Rows) -> Place | None:
        row = _pick(rng, rows[sheet], lambda one: all(one[name] is not None for name in changes))
        if row is None:
            return None
        changed = {name: change(row[name]) for name, change in changes.items()}
        copy = row | changed | {"source_row": row["source_row"] + FAR_BELOW}
        rows[sheet].append(copy)
        return sheet, copy["source_row"], column

    return mistake


def _lost_cycle(rng: random.Random, rows: Rows) -> Place | None:
    cycles = rows["cycles"]
    if len(cycles) < 3:
        return None
    at = rng.randrange(1, len(cycles) - 1)
    del cycles[at]
    return "cycles", cycles[at]["source_row"], "cycle_no"


def _lost_first_cycle(rng: random.Random, rows: Rows) -> Place | None:
    if len(rows["cycles"]) < 2:
        return None
    del rows["cycles"][0]
    return "cycles", rows["cycles"][0]["source_row"], "cycle_no"


def _swapped_days(rng: random.Random, rows: Rows) -> Place | None:
    cycles = rows["cycles"]
    if len(cycles) < 3:
        return None
    at = rng.randrange(1, len(cycles) - 1)
    cycles[at]["day"], cycles[at + 1]["day"] = cycles[at + 1]["day"], cycles[at]["day"]
    return "cycles", cycles[at + 1]["source_row"], "day"


def _same_day(rng: random.Random, rows: Rows) -> Place | None:
    if len(rows["cycles"]) < 2:
        return None
    at = rng.randrange(1, len(rows["cycles"]))
    rows["cycles"][at]["day"] = rows["cycles"][at - 1]["day"]
    return "cycles", rows["cycles"][at]["source_row"], "day"


def _all_cycles_lost(rng: random.Random, rows: Rows) -> Place | None:
    rows["cycles"].clear()
    return "patients", rows["patients"][0]["source_row"], "patient_id"


def _end_of(rows: Rows) -> int:
    return rows["cycles"][-1]["day"]


def _patient(rows: Rows) -> dict:
    return rows["patients"][0]


def _cycle_of(row: dict, rows: Rows) -> dict | None:
    return next((one for one in rows["cycles"] if one["cycle_no"] == row["cycle_no"]), None)


def _is_event(kind: str) -> Callable:
    return lambda row, rows: row["kind"] == kind


def _has_role(role: str) -> Callable:
    return lambda row, rows: row["role"] == role


# By the rule that is to find it.
MISTAKES: dict[str, Mistake] = {
    "row_twice": _copied("cycles", "patient_id"),
    "cycle_twice": _copied("cycles", "cycle_no", dose_g_per_kg=lambda dose: dose / 2),
    "patient_twice": _copied("patients", "patient_id", age_at_first_ivig_years=lambda age: age - 1),
    "side_effect_twice": _copied(
        "side_effects", "symptom", ctcae_grade=lambda grade: grade % 3 + 1
    ),
    "treatment_twice": _copied("treatments", "drug", stop_day=lambda day: day - 1),
    "score_twice": _copied("assessments", "score", score=lambda score: score / 2 + 1),
    "without_patient": _in("cycles", "patient_id", lambda row, rows: "unknown patient"),
    "patient_id_misspelled": _in(
        "assessments", "patient_id", lambda row, rows: row["patient_id"].lower().replace("-", " ")
    ),
    "patient_without_cycles": _all_cycles_lost,
    "first_cycle_missing": _lost_first_cycle,
    "cycle_number_gap": _lost_cycle,
    "cycle_day_backwards": _swapped_days,
    "cycles_on_one_day": _same_day,
    "first_cycle_not_on_day_0": _in(
        "cycles", "day", lambda row, rows: 1, lambda row, rows: row["cycle_no"] == 1
    ),
    "dose_high": _in("cycles", "dose_g_per_kg", lambda row, rows: 4.0),
    "dose_low": _in("cycles", "dose_g_per_kg", lambda row, rows: 0.04),
    "side_effect_cycle_unknown": _in(
        "side_effects", "cycle_no", lambda row, rows: len(rows["cycles"]) + 1
    ),
    "side_effect_before_therapy": _in("side_effects", "day", lambda row, rows: -3),
    "side_effect_before_its_cycle": _in(
        "side_effects",
        "day",
        lambda row, rows: _cycle_of(row, rows)["day"] - 2,
        lambda row, rows: (row["cycle_no"] or 0) > 1,
    ),
    "side_effect_long_after_therapy": _in(
        "side_effects", "day", lambda row, rows: _end_of(rows) + 365
    ),
    "grade_5_without_death": _in(
        "side_effects",
        "ctcae_grade",
        lambda row, rows: 5,
        lambda row, rows: _patient(rows)["therapy_end_reason"] not in (None, "death"),
    ),
    "grade_1_serious": _in(
        "side_effects",
        "serious",
        lambda row, rows: True,
        lambda row, rows: row["ctcae_grade"] == 1,
    ),
    "stopped_but_cycles_follow": _in(
        "side_effects",
        "led_to_discontinuation",
        lambda row, rows: True,
        lambda row, rows: (row["cycle_no"] or len(rows["cycles"])) < len(rows["cycles"]),
    ),
    "ended_by_unknown_side_effect": _in(
        "patients",
        "therapy_end_reason",
        lambda row, rows: "side-effects",
        lambda row, rows: not rows["side_effects"],
    ),
    "stop_before_start": _in(
        "treatments",
        "stop_day",
        lambda row, rows: row["start_day"] - 10,
        lambda row, rows: row["start_day"] is not None,
    ),
    "prior_starts_late": _in("treatments", "start_day", lambda row, rows: 30, _has_role("prior")),
    "concomitant_before_therapy": _in(
        "treatments",
        "stop_day",
        lambda row, rows: row["start_day"] // 2 - 1,
        lambda row, rows: row["role"] == "concomitant" and row["start_day"] < -10,
    ),
    "subsequent_starts_early": _in(
        "treatments", "start_day", lambda row, rows: _end_of(rows) - 10, _has_role("subsequent")
    ),
    "dose_without_unit": _in(
        "treatments", "dose_unit", lambda row, rows: None, _has_role("concomitant")
    ),
    "unit_without_dose": _in(
        "treatments", "dose", lambda row, rows: None, _has_role("concomitant")
    ),
    "before_birth": _in("events", "day", lambda row, rows: -45000, _is_event("diagnosis")),
    "beyond_lifetime": _in("events", "day", lambda row, rows: 45123, _is_event("follow-up")),
    "discontinuation_before_last_cycle": _in(
        "events",
        "day",
        lambda row, rows: _end_of(rows) - 5,
        lambda row, rows: row["kind"] == "discontinuation" and len(rows["cycles"]) > 1,
    ),
    "improvement_before_therapy": _in(
        "events", "day", lambda row, rows: -row["day"], _is_event("improvement")
    ),
    "diagnosis_after_first_ivig": _in(
        "events",
        "day",
        lambda row, rows: -row["day"],
        lambda row, rows: row["kind"] == "diagnosis" and row["day"] < 0,
    ),
    "follow_up_before_last_cycle": _in(
        "events",
        "day",
        lambda row, rows: _end_of(rows) - 20,
        lambda row, rows: row["kind"] == "follow-up" and len(rows["cycles"]) > 1,
    ),
    "ongoing_but_discontinued": _in(
        "events",
        "kind",
        lambda row, rows: "discontinuation",
        lambda row, rows: (
            row["kind"] == "follow-up" and _patient(rows)["therapy_end_reason"] == "ongoing"
        ),
    ),
    "remission_without_response": _in(
        "patients",
        "response",
        lambda row, rows: "no response",
        lambda row, rows: row["therapy_end_reason"] == "remission",
    ),
    "score_outside_instrument": _in("assessments", "score", lambda row, rows: 260.0),
    "improvement_score_before_therapy": _in(
        "assessments",
        "day",
        lambda row, rows: 0,
        lambda row, rows: row["instrument"] == "TIS" and row["score"] > 0,
        found_in="score",
    ),
    "diagnosis_before_birth": _in(
        "patients",
        "diagnosis_to_first_ivig_years",
        lambda row, rows: row["age_at_first_ivig_years"] + 20.0,
    ),
    "subtype_without_dermatomyositis": _in(
        "patients",
        "subtype",
        lambda row, rows: "classic",
        lambda row, rows: row["diagnosis"] != "dermatomyositis",
    ),
    "weight_for_age": _in("patients", "body_weight_kg", lambda row, rows: 7.5),
    "spelled_in_two_ways": _in("patients", "centre", lambda row, rows: row["centre"].upper() + " "),
}
