"""Registries of a few patients that are shared outside: no page breaks, and none tells untruths."""

import random
import re
from pathlib import Path

import pytest

from lib.disclosure import THRESHOLDS
from lib.registry.store import write_registry
from tests.screen import open_app, texts

DIAGNOSES = (
    "dermatomyositis",
    "pemphigus vulgaris",
    "livedoid vasculopathy",
    "pyoderma gangrenosum",
)
VIEWS = [
    ("overview", {}),
    ("overview", {"overview_by": ["centre"]}),
    ("summary_tables", {}),
    ("summary_tables", {"summary_tables_view": ["Table 1 by group"]}),
    ("summary_tables", {"summary_tables_view": ["Table 1 by group"],
                        "summary_tables_by": ["centre"]}),
    ("timelines", {}),
    ("patient", {}),
    ("cohorts", {"sex": ["female"]}),
    ("response", {}),
    ("response", {"response_by": ["prior drug"]}),
    ("response", {"response_by": ["centre"]}),
    ("response", {"response_view": ["Scores"]}),
    ("response", {"response_view": ["Time on therapy"]}),
    ("response", {"response_view": ["Time to relapse"]}),
    ("side_effects", {}),
    ("side_effects", {"side_effects_by": ["centre"]}),
    ("side_effects", {"side_effects_per": ["100 cycles"]}),
    ("compare", {"sex": ["female"]}),
    ("dose_and_cost", {"dose_and_cost_price": ["60"]}),
    ("publication", {}),
    ("report", {}),
    ("sql", {}),
]  # fmt: skip


def clinic(folder: Path, n_patients: int) -> Path:
    """A registry of as many patients as a clinic has, with the gaps that it has, by chance."""
    chance = random.Random(n_patients)
    rows: dict[str, list[dict]] = {
        name: [] for name in ("patients", "cycles", "side_effects", "treatments", "assessments")
    }
    for number in range(n_patients):
        key = {"imputation": 0, "patient_id": f"A{number:02}"}
        rows["patients"].append(
            key
            | {
                "centre": chance.choice(["North", "North", "South"]),
                "diagnosis": chance.choice(DIAGNOSES),
                "sex": chance.choice(["female", "female", "male"]),
                "age_at_first_ivig_years": chance.choice([31, 44, 52, 55, 67, 71, 79]),
                "diagnosis_to_first_ivig_years": chance.choice([0.4, 1.6, 2.4, None]),
                "response": chance.choice(["response", "no response", "not evaluable", None]),
                "therapy_end_reason": chance.choice(["ongoing", "remission", "death", None]),
            }
        )
        dose = chance.choice([2.0, 1.0])
        for cycle in range(chance.randint(1, 6)):
            given = {"cycle_no": cycle + 1, "day": 28 * cycle, "dose_g_per_kg": dose}
            rows["cycles"].append(key | given)
        if chance.random() < 0.4:
            symptom = chance.choice(["headache", "nausea"])
            rows["side_effects"].append(key | {"symptom": symptom, "cycle_no": 1, "day": 1})
        if chance.random() < 0.5:
            rows["treatments"].append(key | {"drug": "methotrexate", "role": "prior"})
            rows["assessments"] += [
                key | {"day": day, "instrument": "pain NRS", "score": score}
                for day, score in ((-1, 8.0), (90, 3.0))
            ]
    write_registry(folder, rows, name="Clinic", nature="recorded", publication=None, imputations=0)
    return folder


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: None):
    """Opens a registry in the operator's folder, at a threshold."""

    def share(n_patients: int, k: int) -> dict:
        clinic(tmp_path / "clinic", n_patients)
        monkeypatch.setenv("REGISTRY_DIR", str(tmp_path))
        monkeypatch.setenv("DISCLOSURE_K", str(k))
        return {"dataset": ["clinic"]}

    return share


@pytest.mark.parametrize("beside", ["0", "1"])
@pytest.mark.parametrize("k", THRESHOLDS)
@pytest.mark.parametrize("n_patients", [6, 8, 11, 15])
def test_no_page_of_a_small_shared_registry_breaks(shared, n_patients, k, beside):
    asked = shared(n_patients, k) | {"beside": [beside]}
    for page, params in VIEWS:
        app = open_app(page, asked | params)
        assert not app.exception, (page, params, app.exception)
        assert not app.error, (page, params)
        said = re.sub(r"<style.*?</style>|<[^>]+>", " ", texts(app), flags=re.DOTALL)
        assert not re.search(r"\bnan\b|\bNone\b(?! of)", said), (page, params)
