"""Who the synthetic patients are, and how their therapy went as a whole."""

from dataclasses import dataclass

import numpy as np

from lib.demo_registry import plausible
from lib.demo_registry.draws import pick, without

RECORDED = 0


@dataclass(frozen=True)
class Patients:
    """Synthetic patients, as arrays of one value each; what was not written down is in ``rows``."""

    ids: np.ndarray
    diagnosis: np.ndarray
    is_acute: np.ndarray
    responded: np.ndarray
    end_reason: np.ndarray
    diagnosis_to_first_ivig_years: np.ndarray
    rows: dict[str, np.ndarray]

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.ids)


def make_patients(rng: np.random.Generator, ids: np.ndarray, centres: int) -> Patients:
    """Draw the table of patients, and what the other tables have to know of them."""
    n = len(ids)
    diagnosis = pick(rng, plausible.DIAGNOSES, n)
    is_acute = np.isin(diagnosis, list(plausible.ACUTE))
    sex = pick(rng, plausible.SEXES, n)
    years = np.round(rng.gamma(*plausible.DIAGNOSIS_TO_FIRST_IVIG_YEARS, n), 1)
    responded = rng.random(n) < plausible.RESPONSE_SHARE
    response = np.where(responded, "response", "no response").astype(object)
    response[rng.random(n) < plausible.NOT_EVALUABLE_SHARE] = "not evaluable"
    response = without(rng, response, plausible.MISSING["response"])
    reasons = [pick(rng, plausible.END_REASONS[name], n) for name in ("response", "no response")]
    end_reason = np.where(responded, *reasons)
    end_reason[is_acute & (end_reason == "ongoing")] = "remission"
    rows = {
        "imputation": np.full(n, RECORDED, np.int32),
        "patient_id": ids,
        "centre": np.array([f"Centre {k + 1}" for k in range(centres)], object)[
            rng.integers(0, centres, n)
        ],
        "diagnosis": diagnosis,
        **_forms_of_dermatomyositis(rng, diagnosis),
        "sex": sex,
        "age_at_first_ivig_years": _ages(rng, n),
        "body_weight_kg": _weights(rng, sex),
    }
    # Nobody is diagnosed before birth.
    years = np.minimum(years, rows["age_at_first_ivig_years"])
    years[is_acute] = 0
    rows |= {
        "diagnosis_to_first_ivig_years": without(
            rng, years, plausible.MISSING["diagnosis_to_first_ivig_years"]
        ),
        "response": response,
        "response_basis": np.where(response == None, None, _bases(diagnosis)),  # noqa: E711
        "off_label": without(rng, diagnosis != "dermatomyositis", plausible.MISSING["off_label"]),
        "therapy_end_reason": without(rng, end_reason, plausible.MISSING["therapy_end_reason"]),
    }
    return Patients(ids, diagnosis, is_acute, responded, end_reason, years, rows)


def _forms_of_dermatomyositis(
    rng: np.random.Generator, diagnosis: np.ndarray
) -> dict[str, np.ndarray]:
    n, has_it = len(diagnosis), diagnosis == "dermatomyositis"
    subtype = without(rng, pick(rng, plausible.SUBTYPES, n), plausible.MISSING["subtype"])
    has_overlap = has_it & (rng.random(n) < plausible.OVERLAP_SHARE)
    return {
        "subtype": np.where(has_it, subtype, None),
        "overlap": np.where(has_overlap, pick(rng, plausible.OVERLAPS, n), None),
    }


def _ages(rng: np.random.Generator, n: int) -> np.ndarray:
    mean, spread, lowest, highest = plausible.AGE_YEARS
    return np.clip(rng.normal(mean, spread, n), lowest, highest).astype(np.int32)


def _weights(rng: np.random.Generator, sex: np.ndarray) -> np.ndarray:
    medians = plausible.BODY_WEIGHT_KG
    middle = sum(medians.values()) / len(medians)
    typical = np.array([medians.get(one, middle) for one in sex])
    drawn = typical * np.exp(rng.normal(0, plausible.BODY_WEIGHT_SPREAD, len(sex)))
    return without(rng, np.round(drawn), plausible.MISSING["body_weight_kg"])


def _bases(diagnosis: np.ndarray) -> np.ndarray:
    """How the response was judged: by the first score of the diagnosis, or by impression."""
    scores = {name: of[0] if of else None for name, of in plausible.SCORES_OF.items()}
    return np.array([scores[one] or "clinical impression" for one in diagnosis], object)
