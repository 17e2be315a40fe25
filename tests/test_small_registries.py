"""Registries of a few patients that are shared outside: no page breaks, and none tells untruths."""

import random
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from lib.ask import rows_of
from lib.charts.overview import OUTCOMES_BY, outcomes
from lib.cohort import Cohort
from lib.palette import LIGHT
from lib.registry.store import write_registry
from lib.response import rates, shown_groups
from lib.warehouse import open_warehouse
from tests.screen import html_of, open_app, texts

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


def clinic(folder: Path, n_patients: int, scores: Iterable[dict] = ()) -> Path:
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
    rows["assessments"] += scores
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


@pytest.mark.parametrize(
    ("n_patients", "k", "beside"),
    [(6, 5, False), (8, 5, True), (11, 5, False), (11, 8, False), (12, 11, False), (15, 8, True)],
)
def test_no_page_of_a_small_shared_registry_breaks(shared, n_patients, k, beside):
    asked = shared(n_patients, k) | ({"beside": ["1"]} if beside else {})
    for page, params in VIEWS:
        app = open_app(page, asked | params)
        assert not app.exception, (page, params, app.exception)
        assert not app.error, (page, params)
        said = re.sub(r"<style.*?</style>|<[^>]+>", " ", texts(app), flags=re.DOTALL)
        assert "nan" not in said.split(), (page, params)


COUNTS_OF_SCORES = (
    *("n_scored", "n_without_baseline", "n_expected", "n_without_later", "n_unscored"),
    *("n_patients", "n_assessed", "n_responders", "n_no_room"),
)


@pytest.mark.parametrize("k", [5, 8, 11])
@pytest.mark.parametrize("n_scored", [3, 21, 34, 38, 40])
def test_steps_of_any_score_are_told_and_hold_the_count(tmp_path: Path, n_scored: int, k: int):
    """TIS has no baseline, MMT-8 no rule: what adds up of the others does not of these."""
    scores = [
        {"imputation": 0, "patient_id": f"A{number:02}"}
        | {"instrument": instrument, "day": day, "score": score}
        for number in range(n_scored)
        for instrument, day, score in (
            ("TIS", 90, 10.0 + number),
            ("MMT-8", -1, 60.0),
            ("MMT-8", 90 if number % 2 else -2, 70.0),
            ("CDASI activity", -1 if number % 5 else 5, 20.0),
            ("CDASI activity", 90, 3.0 + number % 20),
            ("BVAS", -1, 8.0),
            ("BVAS", 90, 0.0 if number % 3 else 4.0),
        )
    ]
    source, everybody = open_warehouse(clinic(tmp_path / "clinic", 40, scores)), Cohort()
    exact = {
        (row["instrument"], row["rule"]): row
        for row in rows_of(source, 0, "response/responders", everybody)
    }
    shown = rows_of(source, k, "response/responders", everybody)
    told = {row["instrument"] for row in shown} - {"pain NRS"}
    assert told == ({"TIS", "MMT-8", "CDASI activity", "BVAS"} if n_scored >= k else set())
    for row in shown:
        counts = exact[row["instrument"], row["rule"]]
        for name in COUNTS_OF_SCORES:
            assert row[name].lowest <= counts[name] <= row[name].highest, (row["instrument"], name)


def tables(app) -> dict[str, list[str]]:
    """The cells of a page's tables, by what stands at the head of the row (the first of a name)."""
    found: dict[str, list[str]] = {}
    for row in re.findall(r"<tr.*?</tr>", html_of(app), flags=re.DOTALL):
        head, *cells = (
            re.sub(r"<[^>]+>", "", cell)
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, flags=re.DOTALL)
        )
        found.setdefault(head.strip(), [cell.strip() for cell in cells])
    return found


TABLE_1 = {"summary_tables_view": ["Table 1 by group"], "summary_tables_by": ["none"]}


def test_what_is_withheld_is_not_called_none_or_not_recorded(shared):
    asked = shared(8, 5)
    table = tables(open_app("summary_tables", asked | TABLE_1))
    for name in ("Symptoms of side-effects", "Other drugs during IVIg", "Drugs before IVIg"):
        assert table[f"{name}, n/N (%)"] == ["withheld (fewer than 5)"]
    assert "not recorded" not in table
    assert table["Age at first IVIg, years, median (range)"] == ["withheld"]
    said = texts(open_app("summary_tables", asked | TABLE_1))
    assert "fewer than 5 patients have, or nobody, has no row" in said


def test_a_share_of_steps_is_told_by_its_ends_alone(shared):
    """Of 10 to 14 patients 5 to 14, as one part of every whole is open: 5/14 = 36% to all."""
    asked = shared(11, 5)
    shares = [cell for row in tables(open_app("summary_tables", asked | TABLE_1)).values()
              for cell in row if "%" in cell]  # fmt: skip
    assert "5–14/10–14 (36–100%)" in shares
    assert not [cell for cell in shares if "⟨" in cell]
    beside = open_app("overview", asked | {"beside": ["1"]})
    own = [cells[0] for cells in tables(beside).values() if cells and "–" in cells[0]]
    assert "5–14/10–14 (36–100%)" in own
    assert not [cell for cell in own if re.search(r"\(\d+%\)", cell)]
    assert "Here: Counts stand in steps of 5" in html_of(beside)
    assert "range over 100 reconstructed versions" in html_of(beside)


@pytest.mark.parametrize("n_patients", [11, 15, 30])
def test_where_few_are_counted_a_chart_has_no_bar(tmp_path: Path, n_patients: int):
    """A bar as long as all, or none, would say what is not told of fewer than 5."""
    source, everybody = open_warehouse(clinic(tmp_path / "clinic", n_patients)), Cohort()
    counts = rows_of(source, 5, "overview/counts", everybody)
    drawn = []
    for by, field in OUTCOMES_BY.items():
        of_field = [row for row in counts if row["field"] == field]
        drawn += outcomes(of_field, by, LIGHT)["datasets"]["rates"]
    of_few = [row for row in drawn if row["text"].partition("/")[2].startswith("<")]
    assert of_few and not any(row["possible"] or row["end"] for row in of_few)
    assert all(row["end"] for row in drawn if row not in of_few)

    for field in ("diagnosis_group", "sex", "centre", "prior_drug"):
        rows = rows_of(source, 5, "response/rates", everybody, (("field", field),))
        for group in rates(shown_groups(rows), field):
            if "<" in group["counts"]:
                assert group["drawn_as"] == "nothing" and group["rate_highest"] is None
