"""The cycles of synthetic patients: when, with what dose, over how many days."""

from dataclasses import dataclass

import numpy as np

from lib.demo_registry import plausible
from lib.demo_registry.draws import pick, within_groups, without
from lib.demo_registry.patients import RECORDED, Patients

DOSES = np.array(sorted(plausible.STARTING_DOSES))


@dataclass(frozen=True)
class Cycles:
    """Cycles in the order of the patients, as arrays of one value each."""

    patient: np.ndarray  # place of the patient among the patients
    number: np.ndarray
    day: np.ndarray
    dose_g_per_kg: np.ndarray
    n_of_patient: np.ndarray  # one value a patient
    last_day_of_patient: np.ndarray  # one value a patient
    rows: dict[str, np.ndarray]


def make_cycles(rng: np.random.Generator, patients: Patients) -> Cycles:
    """Draw the table of cycles: the first on day 0, dose changes in mid-course."""
    n_cycles = 1 + rng.negative_binomial(*plausible.CYCLES, patients.n)
    # Whoever did not respond was rarely treated for years.
    n_cycles = np.where(patients.responded, n_cycles, 1 + (n_cycles - 1) // 3)
    most = [plausible.ACUTE.get(one, plausible.MOST_CYCLES) for one in patients.diagnosis]
    n_cycles = np.minimum(n_cycles, most)
    patient = np.repeat(np.arange(patients.n), n_cycles)
    place = within_groups(n_cycles)
    day = _days(rng, patient, place, n_cycles)
    dose = _doses(rng, patient, place, n_cycles)
    return Cycles(
        patient,
        place + 1,
        day,
        dose,
        n_cycles,
        day[np.cumsum(n_cycles) - 1],
        {
            "imputation": np.full(len(patient), RECORDED, np.int32),
            "patient_id": patients.ids[patient],
            "cycle_no": (place + 1).astype(np.int32),
            "day": day.astype(np.int32),
            "dose_g_per_kg": dose,
            "infusion_days": _infusion_days(rng, dose),
        },
    )


def _days(
    rng: np.random.Generator, patient: np.ndarray, place: np.ndarray, n_cycles: np.ndarray
) -> np.ndarray:
    """Every four weeks, later in some patients at longer intervals, and never quite on the day."""
    late = rng.choice(plausible.LATE_INTERVAL_DAYS, len(n_cycles))
    late[rng.random(len(n_cycles)) >= plausible.STRETCHED_SHARE] = plausible.INTERVAL_DAYS
    planned = np.where(2 * place < n_cycles[patient], plausible.INTERVAL_DAYS, late[patient])
    steps = planned + rng.integers(0, plausible.DELAY_DAYS + 1, len(place))
    since_anybody = np.cumsum(np.where(place == 0, 0, steps))
    first = since_anybody[place == 0]
    return since_anybody - first[patient]


def _doses(
    rng: np.random.Generator, patient: np.ndarray, place: np.ndarray, n_cycles: np.ndarray
) -> np.ndarray:
    """A dose for each patient; in some a lower or a higher one from a cycle in mid-course."""
    n = len(n_cycles)
    start = np.searchsorted(DOSES, pick(rng, plausible.STARTING_DOSES, n).astype(float))
    drawn = rng.random(n)
    change = np.where(drawn < plausible.REDUCED_SHARE, -1, 0)
    change[drawn > 1 - plausible.RAISED_SHARE] = 1
    changes_at = np.maximum(2, (n_cycles * rng.uniform(0.3, 0.8, n)).astype(int))
    later = np.clip(start + change, 0, len(DOSES) - 1)
    return DOSES[np.where(place >= changes_at[patient], later[patient], start[patient])]


def _infusion_days(rng: np.random.Generator, dose: np.ndarray) -> np.ndarray:
    """High doses are spread over several days."""
    most = np.where(dose > 1, 5, 2)
    days = np.where(dose > 1, rng.integers(2, most + 1), rng.integers(1, most + 1))
    return without(rng, days.astype(np.int32), plausible.MISSING["infusion_days"])
