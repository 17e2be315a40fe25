"""What happened to synthetic patients: side-effects, events and other drugs."""

import numpy as np
import pandas as pd

from lib.demo_registry import plausible
from lib.demo_registry.cycles import Cycles
from lib.demo_registry.draws import pick, without
from lib.demo_registry.patients import RECORDED, Patients
from lib.registry.schema import SIDE_EFFECTS
from lib.time_units import DAYS_PER_YEAR

Rows = dict[str, np.ndarray]


def make_side_effects(rng: np.random.Generator, patients: Patients, cycles: Cycles) -> Rows:
    """Side-effects of single cycles, more of them at a high dose, most of them mild."""
    rate = plausible.SIDE_EFFECT_RATE * np.sqrt(cycles.dose_g_per_kg / 2)
    is_last = cycles.number == cycles.n_of_patient[cycles.patient]
    stopped = patients.end_reason[cycles.patient] == "side-effects"
    # Whoever stopped because of a side-effect had one after the last cycle.
    ended_by_it = is_last & stopped
    (at,) = np.nonzero(ended_by_it | (rng.random(len(rate)) < rate))
    n, missing = len(at), plausible.MISSING
    symptom = pick(rng, plausible.SYMPTOMS, n)
    least = np.array([plausible.LEAST_GRADE.get(one, 1) for one in symptom], np.int32)
    grade = np.maximum(least, pick(rng, plausible.GRADES, n).astype(np.int32))
    day = cycles.day[at] + rng.integers(0, 6, n)
    rows = {
        "patient_id": patients.ids[cycles.patient[at]],
        "cycle_no": without(rng, cycles.number[at].astype(np.int32), missing["side_effect_cycle"]),
        "day": without(rng, day.astype(np.int32), missing["side_effect_day"]),
        "symptom": symptom,
        "ctcae_grade": without(rng, grade, missing["ctcae_grade"]),
        "serious": without(rng, grade >= plausible.SERIOUS_FROM_GRADE, missing["serious"]),
        "led_to_discontinuation": without(rng, ended_by_it[at], missing["led_to_discontinuation"]),
    }
    recorded = _recorded(rows)
    # Where neither cycle nor day is known, two of a patient can be one by their key: it is rare,
    # but happens among millions of patients.
    keys = pd.DataFrame({name: recorded[name] for name in SIDE_EFFECTS.key})
    is_first = ~keys.duplicated().to_numpy()
    return {name: values[is_first] for name, values in recorded.items()}


def make_events(rng: np.random.Generator, patients: Patients, cycles: Cycles) -> Rows:
    """Diagnosis, improvement or progression, relapse, the end of therapy, the last visit."""
    n, last = patients.n, cycles.last_day_of_patient
    stopped = patients.end_reason != "ongoing"
    improved_on = rng.integers(21, 120, n)
    improved_on[patients.is_acute] //= 10
    seen_on = last + rng.integers(*plausible.FOLLOW_UP_DAYS, n)
    seen_on = np.where(patients.end_reason == "ongoing", last + rng.integers(1, 28, n), seen_on)
    stopped_on = last + rng.integers(1, 21, n)
    improved = patients.responded & (improved_on < seen_on)
    relapsed = improved & stopped & (rng.random(n) < plausible.RELAPSE_SHARE)
    relapsed &= ~patients.is_acute
    relapsed_on = rng.integers(stopped_on, np.maximum(seen_on, stopped_on + 1))
    diagnosed_on = -np.round(patients.diagnosis_to_first_ivig_years * DAYS_PER_YEAR)
    known = np.array(
        [years is not None for years in patients.rows["diagnosis_to_first_ivig_years"]]
    )
    kinds = [
        ("diagnosis", diagnosed_on, known),
        ("improvement", improved_on, improved),
        ("progression", improved_on, ~patients.responded & (improved_on < seen_on)),
        ("remission", stopped_on, patients.end_reason == "remission"),
        ("discontinuation", stopped_on, stopped & (stopped_on <= seen_on)),
        ("reimbursement refused", stopped_on, patients.end_reason == "reimbursement refused"),
        ("relapse", relapsed_on, relapsed & (relapsed_on <= seen_on)),
        ("follow-up", seen_on, np.full(n, True)),
    ]
    return _recorded(
        {
            "patient_id": np.concatenate([patients.ids[has] for _, _, has in kinds]),
            "day": np.concatenate([day[has] for _, day, has in kinds]).astype(np.int32),
            "kind": np.concatenate([np.full(has.sum(), kind, object) for kind, _, has in kinds]),
            "label": np.full(sum(has.sum() for _, _, has in kinds), None),
        }
    )


def make_treatments(rng: np.random.Generator, patients: Patients, cycles: Cycles) -> Rows:
    """Drugs before, beside and after IVIg; their doses only where they were given beside it."""
    parts = []
    for drug, share in plausible.PRIOR_DRUGS.items():
        (at,) = np.nonzero(rng.random(patients.n) < share)
        parts.append(_drug(patients.ids[at], drug, "prior"))
    for drug, (share, doses, unit) in plausible.CONCOMITANT_DRUGS.items():
        (at,) = np.nonzero(rng.random(patients.n) < share)
        parts.append(
            _drug(patients.ids[at], drug, "concomitant")
            | {
                "dose": rng.choice(doses, len(at)),
                "dose_unit": np.full(len(at), unit, object),
                "start_day": -rng.integers(0, 400, len(at)).astype(np.int32),
                "stop_day": cycles.last_day_of_patient[at].astype(np.int32),
            }
        )
    stopped = patients.end_reason != "ongoing"
    for drug, share in plausible.SUBSEQUENT_DRUGS.items():
        (at,) = np.nonzero(stopped & (rng.random(patients.n) < share))
        start = cycles.last_day_of_patient[at] + rng.integers(28, 120, len(at))
        parts.append(
            _drug(patients.ids[at], drug, "subsequent") | {"start_day": start.astype(np.int32)}
        )
    columns = {name: [part[name].astype(object) for part in parts] for name in parts[0]}
    return _recorded({name: np.concatenate(values) for name, values in columns.items()})


def _drug(ids: np.ndarray, drug: str, role: str) -> Rows:
    unknown = ("dose", "dose_unit", "schedule", "start_day", "stop_day")
    return {
        "patient_id": ids,
        "drug": np.full(len(ids), drug, object),
        "role": np.full(len(ids), role, object),
        **{name: np.full(len(ids), None) for name in unknown},
    }


def _recorded(rows: Rows) -> Rows:
    return {"imputation": np.full(len(rows["patient_id"]), RECORDED, np.int32), **rows}
