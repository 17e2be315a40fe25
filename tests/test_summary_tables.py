"""Tables I and II: their formats by example, the page itself."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.cohort import Cohort
from lib.markup import table_html, with_quiet_ranges
from lib.registry.store import write_registry
from lib.tables import TextTable, by_statistic, table_1, table_1_notes, table_2, versions_note
from lib.warehouse import Warehouse, open_warehouse
from tests.screen import html_of

ROOT = Path(__file__).parents[1]
# As printed in the publication's Tables I and II; symptoms in the order of the reference list.
PRINTED_1 = ["4.5 (0–18)", "2 (0.4–2)", "6 (1–51)", "1 (0–10)", "29/32", "7/32"]
PRINTED_2 = [
    ("Dermatomyositis (n=18)", "6 (1–51)", "12 (0.5–102)",
     "Headache, nausea, vomiting, diarrhoea, abdominal pain (n=3)"),
    ("Bullous autoimmune dermatoses (n=5)", "6 (3–13)", "6 (2–26)", "Headache, chest pain (n=1)"),
    ("Necrotizing vasculitis (n=1)", "1", "2", "None"),
    ("Urticarial vasculitis (n=1)", "2", "4", "Headache (n=1)"),
    ("Systemic scleroderma (n=1)", "8", "16", "None"),
    ("Stevens-Johnson syndrome (n=1)", "1", "2", "None"),
    ("Pyoderma gangrenosum (n=3)", "4 (1–11)", "8 (2–22)", "None"),
    ("Livedoid vasculopathy (n=2)", "25 (6–44)", "28 (12–44)", "Headache, nausea (n=2)"),
]  # fmt: skip


def patient(patient_id: str, diagnosis: str, imputation: int = 0, **columns: object) -> dict:
    known = {
        "imputation": imputation,
        "patient_id": patient_id,
        "centre": "Centre",
        "diagnosis": diagnosis,
        "sex": "female",
        "age_at_first_ivig_years": 60,
        "diagnosis_to_first_ivig_years": 1.0,
        "response": "response",
    }
    return known | columns


def cycles(patient_id: str, doses: list[float], days: list[int], imputation: int = 0) -> list[dict]:
    return [
        {
            "imputation": imputation,
            "patient_id": patient_id,
            "cycle_no": number,
            "day": day,
            "dose_g_per_kg": dose,
        }
        for number, (dose, day) in enumerate(zip(doses, days, strict=True), start=1)
    ]


def side_effect(patient_id: str, symptom: str, imputation: int = 0) -> dict:
    return {"imputation": imputation, "patient_id": patient_id, "symptom": symptom}


def opened(folder: Path, tables: dict[str, list[dict]], imputations: int = 0) -> Warehouse:
    nature = "reconstructed" if imputations else "recorded"
    write_registry(folder, tables, name="Example", nature=nature, imputations=imputations)
    return open_warehouse(folder)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Four patients of a clinic's own registry.

    ====  ====================  ==========  =====  =======================  ============
    id    diagnosis             to IVIg     doses  first to last cycle      side-effects
    ====  ====================  ==========  =====  =======================  ============
    A     dermatomyositis       0.5 years   2 2 2  548 days = 1.50 years    headache
    B     dermatomyositis       unknown     1 1    28 days = 0.08 years     nausea, headache
    C     dermatomyositis       4 years     0.4    0                        none
    D     livedoid v.           9 years     2 1    182 days = 0.498 years   none
    ====  ====================  ==========  =====  =======================  ============
    """
    tables = {
        "patients": [
            patient("A", "dermatomyositis", diagnosis_to_first_ivig_years=0.5),
            patient("B", "dermatomyositis", diagnosis_to_first_ivig_years=None),
            patient(
                "C", "dermatomyositis", diagnosis_to_first_ivig_years=4.0, response="not evaluable"
            ),
            patient("D", "livedoid vasculopathy", diagnosis_to_first_ivig_years=9.0, response=None),
        ],
        "cycles": cycles("A", [2, 2, 2], [0, 28, 548])
        + cycles("B", [1, 1], [0, 28])
        + cycles("C", [0.4], [0])
        + cycles("D", [2, 1], [0, 182]),
        "side_effects": [
            side_effect("A", "headache"),
            side_effect("B", "nausea"),
            side_effect("B", "headache"),
        ],
    }
    return opened(tmp_path_factory.mktemp("recorded"), tables)


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Three versions of two patients; E's number of cycles and side-effects are open."""
    tables = {"patients": [], "cycles": [], "side_effects": [side_effect("E", "headache", 3)]}
    for version, n_cycles in ((1, 3), (2, 5), (3, 9)):
        sex = "male" if version == 3 else "female"
        tables["patients"] += [
            patient("E", "dermatomyositis", version, sex=sex),
            patient("F", "dermatomyositis", version, sex="male"),
        ]
        tables["cycles"] += cycles("E", [2] * n_cycles, list(range(0, 28 * n_cycles, 28)), version)
        tables["cycles"] += cycles("F", [2], [0], version)
    return opened(tmp_path_factory.mktemp("versions"), tables, imputations=3)


@pytest.fixture(scope="module")
def case_series() -> Warehouse:
    return open_warehouse()


def cells_1(warehouse: Warehouse, **selected: object) -> list[str]:
    cohort = Cohort.of(**selected)
    rows = warehouse.records("summary/characteristics", cohort=cohort.criteria)
    return [cell for _, cell in table_1(rows).rows]


def cells_2(warehouse: Warehouse, **selected: object) -> list[tuple]:
    cohort = Cohort.of(**selected)
    return table_2(warehouse.records("summary/by_diagnosis", cohort=cohort.criteria)).rows


def test_the_printed_table_1(case_series: Warehouse):
    assert cells_1(case_series) == PRINTED_1


def test_the_printed_table_2(case_series: Warehouse):
    def unordered(row: tuple) -> tuple:
        symptoms, *patients = row[3].rsplit(" (", 1)
        return *row[:3], set(symptoms.lower().split(", ")), *patients

    assert list(map(unordered, cells_2(case_series))) == list(map(unordered, PRINTED_2))


def test_table_1_of_a_recorded_registry(recorded: Warehouse):
    assert cells_1(recorded) == [
        "4 (1–9)",  # 0.5, 4, 9: the middle one; the lowest, 0.5, rounded half up
        "1.5 (0.4–2)",  # usual doses 2, 1, 0.4 and, on D's tie, 2: (1 + 2) / 2
        "2 (1–3)",  # 1, 2, 2, 3: (2 + 2) / 2
        "0.3 (0–2)",  # 0, 0.077, 0.498, 1.5003: (0.077 + 0.498) / 2 = 0.29; 1.5003 rounds up
        "2/3",  # D's response is not recorded; C's is: not evaluable
        "2/4",
    ]


def test_table_2_of_a_recorded_registry(recorded: Warehouse):
    assert cells_2(recorded) == [
        # cycles 3, 2, 1; cumulative 6, 2, 0.4; headache in two patients, nausea in one
        ("Dermatomyositis (n=3)", "2 (1–3)", "2 (0.4–6)", "Headache, nausea (n=2)"),
        ("Livedoid vasculopathy (n=1)", "2", "3", "None"),
    ]


def test_one_patient_has_no_range(recorded: Warehouse):
    assert cells_1(recorded, diagnosis=["livedoid vasculopathy"]) == [
        "9", "2", "2", "0.5", "not recorded", "0/1",
    ]  # fmt: skip


def test_years_of_an_own_registry_are_not_rounded_like_the_papers(recorded: Warehouse):
    """The longest course of the patients with dermatomyositis, by hand, in tenths of a year."""
    rows = recorded.records("summary/characteristics", cohort=Cohort().criteria)
    cells = dict(table_1(rows, as_printed=False).rows)
    days = recorded.connection.execute("select max(last_cycle_day) from patient_facts").fetchone()[
        0
    ]
    duration = cells["Therapy duration, years, median (range)"]
    assert duration.endswith(f"–{days / 365.25:.1f})".replace(".0)", ")"))
    assert "tenths of a year" in table_1_notes(rows, as_printed=False)[0]


def test_what_differs_between_versions_shows_its_range(versions: Warehouse):
    assert cells_2(versions) == [
        # medians (3+1)/2, (5+1)/2, (9+1)/2 = 2, 3, 5; cumulative doses are twice that
        ("Dermatomyositis (n=2)", "3 ⟨2–5⟩ (1–5 ⟨3–9⟩)", "6 ⟨4–10⟩ (2–10 ⟨6–18⟩)",
         "⟨Headache⟩ (n=0 ⟨0–1⟩)"),
    ]  # fmt: skip


def test_an_absent_group_counts_nothing_in_a_version(versions: Warehouse):
    # E is a woman in versions 1 and 2 only: 3 and 5 cycles.
    assert cells_2(versions, sex=["female"]) == [
        ("Dermatomyositis (n=1 ⟨0–1⟩)", "not told ⟨3–5⟩", "not told ⟨6–10⟩", "None")
    ]
    assert cells_1(versions, sex=["female"])[-1] == "0/1 ⟨0–1⟩"


def test_missing_values_are_counted(recorded: Warehouse):
    statistics = by_statistic(recorded.records("summary/characteristics", cohort=Cohort().criteria))
    time_to_ivig = statistics["diagnosis_to_first_ivig_years", "median"]
    assert (time_to_ivig["n"], time_to_ivig["n_missing"]) == (3, 1)
    assert statistics["response", "count"]["n_missing"] == 1


def test_a_table_explains_its_brackets_only_if_it_has_any():
    assert versions_note(TextTable(("a",), [("6 (1–51)",)]), 100) == []
    assert "100" in versions_note(TextTable(("a",), [("6 ⟨5–7⟩",)]), 100)[0]


def test_drawn_tables_escape_what_they_show():
    cells = TextTable(("<b>Diagnosis</b>", "Cohort"), [("<script>", "6 ⟨5–7⟩")])
    html = table_html(cells, "<i>", ["<u>"])
    assert not re.search("<(script|b|i|u)>", html)
    assert "6 <small>⟨5–7⟩</small>" in html
    assert with_quiet_ranges("a & b") == "a &amp; b"
    assert with_quiet_ranges("4.5 (0–18)") == "4.5 (<span>0–18</span>)"
    ids = "<span>SYN-0042</span>, <small>⟨<span>DM-01</span>⟩</small>"
    assert with_quiet_ranges("SYN-0042, ⟨DM-01⟩") == ids


# --- the page ------------------------------------------------------------------------------


def page(**params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page("pages/summary_tables.py").run()


def test_the_page_shows_both_tables():
    app = page()
    assert not app.exception
    html = html_of(app)
    assert "Diagnosis to first immunoglobulin dose" in html
    assert "Livedoid vasculopathy (n=2)" in html


def test_the_page_recounts_under_a_filter():
    app = page(diagnosis="pyoderma gangrenosum")
    assert not app.exception
    html = html_of(app)
    assert "Pyoderma gangrenosum (n=3)" in html
    assert "Dermatomyositis" not in html


def test_an_empty_cohort_is_a_sentence():
    app = page(diagnosis="dermatomyositis", age="1-2")
    assert not app.exception
    assert "No patient" in app.info[0].value
