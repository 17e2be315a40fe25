"""The clinical scores of synthetic patients, with courses that follow their response."""

import numpy as np

from lib.demo_registry import plausible
from lib.demo_registry.cycles import Cycles
from lib.demo_registry.patients import RECORDED, Patients


def make_assessments(
    rng: np.random.Generator, patients: Patients, cycles: Cycles
) -> dict[str, np.ndarray]:
    """Scores before the first cycle and at every third one after, as far as they were taken."""
    scored = rng.random(patients.n) >= plausible.MISSING["assessments_of_a_patient"]
    effect = _effects(rng, patients)
    visits = (cycles.number - 1) % plausible.SCORED_EVERY_CYCLES == 0
    taken = visits & scored[cycles.patient]
    diagnosis = patients.diagnosis[cycles.patient]
    parts = [
        _scores(rng, name, np.flatnonzero(taken & (diagnosis == one)), patients, cycles, effect)
        for one, names in plausible.SCORES_OF.items()
        for name in names
    ]
    measures_change = taken & (diagnosis == "dermatomyositis") & (cycles.number > 1)
    at = np.flatnonzero(measures_change)
    parts.append(_improvement_scores(rng, at, patients, cycles, effect))
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((columns["day"], columns["place"]))
    kept = order[rng.random(len(order)) >= plausible.MISSING["assessment"]]
    return {
        "imputation": np.full(len(kept), RECORDED, np.int32),
        "patient_id": patients.ids[columns["place"][kept]],
        **{name: columns[name][kept] for name in ("day", "instrument", "score")},
    }


def _effects(rng: np.random.Generator, patients: Patients) -> np.ndarray:
    """Share of the baseline that IVIg takes away in the end, one value a patient."""
    drawn = [rng.normal(*plausible.EFFECT[responded], patients.n) for responded in (True, False)]
    return np.clip(np.where(patients.responded, *drawn), -0.3, 0.95)


def _gone(effect: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Share of the baseline that is gone on a day: the effect comes on exponentially."""
    return effect * (1 - 0.5 ** (day / plausible.EFFECT_HALF_LIFE_DAYS))


def _scores(
    rng: np.random.Generator,
    name: str,
    at: np.ndarray,
    patients: Patients,
    cycles: Cycles,
    effect: np.ndarray,
) -> dict[str, np.ndarray]:
    """One instrument at the cycles ``at``; a falling score falls, a rising one closes its gap."""
    instrument = plausible.INSTRUMENTS[name]
    place, day = cycles.patient[at], cycles.day[at]
    baselines = rng.normal(instrument.baseline, instrument.spread, patients.n)
    baselines = np.clip(baselines, instrument.lowest, instrument.highest)[place]
    gone = _gone(effect[place], day)
    if instrument.rises:
        expected = baselines + gone * (instrument.highest - baselines)
    else:
        expected = baselines * (1 - gone)
    noisy = expected + rng.normal(0, plausible.NOISE * instrument.baseline, len(at))
    return _taken(name, place, day, _as_entered(noisy, instrument))


def _improvement_scores(
    rng: np.random.Generator,
    at: np.ndarray,
    patients: Patients,
    cycles: Cycles,
    effect: np.ndarray,
) -> dict[str, np.ndarray]:
    place, day = cycles.patient[at], cycles.day[at]
    expected = 90 * _gone(effect[place], day) + rng.normal(0, 6, len(at))
    whole = plausible.Instrument(0, 100, 0, 0, step=2.5)
    return _taken(plausible.IMPROVEMENT_SCORE, place, day, _as_entered(expected, whole))


def _as_entered(scores: np.ndarray, instrument: plausible.Instrument) -> np.ndarray:
    stepped = np.round(scores / instrument.step) * instrument.step
    return np.clip(stepped, instrument.lowest, instrument.highest)


def _taken(
    name: str, place: np.ndarray, day: np.ndarray, score: np.ndarray
) -> dict[str, np.ndarray]:
    return {
        "place": place,
        "day": day.astype(np.int32),
        "instrument": np.full(len(place), name, object),
        "score": score,
    }
