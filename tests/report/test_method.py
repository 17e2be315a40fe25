"""The method names what was done in this packet and nothing else."""

import re
from importlib.metadata import version

import pandas as pd
import pytest

from lib.places import DEMO_REGISTRY
from lib.warehouse import Warehouse
from tests.report.packets import (
    K,
    composed,
    made,
    packet_of,
    section_of,
    tables_of,
    words_of,
)

TESTS = ("Fisher", "Mann–Whitney", "og-rank")
INTERVALS = ("Wilson", "Newcombe", "Garwood", "Hodges–Lehmann", "MOVER", "Kaplan–Meier")


def method(dataset: str, view: str = "", *sections: str) -> str:
    packet = packet_of(dataset, view, *sections, "method")
    return words_of(section_of(packet, "method"))


def named(text: str, names: tuple[str, ...]) -> set[str]:
    """Which intervals or tests stand in their paragraph."""
    topic = "Comparisons" if names is TESTS else "Intervals"
    told = next((line for line in text.splitlines() if line.startswith(f"{topic}.")), "")
    return {name for name in names if name in told}


@pytest.mark.parametrize(
    ("view", "sections", "intervals", "tests"),
    [
        ("", ("table_i", "table_ii", "table_1", "overview"), set(), set()),
        ("", ("response",), {"Wilson", "Kaplan–Meier"}, set()),
        ("response_curves_by=sex", ("response",), {"Wilson", "Kaplan–Meier"}, {"og-rank"}),
        ("response_curves_by=usual+dose", ("response",), {"Wilson", "Kaplan–Meier"}, set()),
        ("", ("side_effects",), {"Wilson"}, set()),
        ("side_effects_per=100+cycles", ("side_effects",), {"Garwood"}, set()),
        ("", ("cost",), {"Wilson"}, set()),
        ("dose_and_cost_price=60", ("cost",), {"Wilson", "MOVER"}, set()),
        ("sex=female", ("comparison",), {"Newcombe", "Hodges–Lehmann"}, set(TESTS)),
        # Nobody is in the rest: nothing is compared.
        ("", ("comparison",), set(), set()),
    ],
)
def test_intervals_and_tests_are_named_where_they_are_given(view, sections, intervals, tests):
    text = method("demo_registry", view, *sections)
    # The interval of a cost rests on Wilson's.
    implied = {"Wilson"} if "MOVER" in intervals else set()
    assert named(text, INTERVALS) == intervals | implied
    assert named(text, TESTS) == tests
    assert ("No difference was tested." in text) == (not tests)


def test_a_published_series_is_not_tested():
    text = method("case_series", "diagnosis=dermatomyositis", "comparison", "response")
    assert not named(text, TESTS)
    assert "No difference was tested." in text
    assert "is described, not tested" in text
    assert "no confidence interval" in text
    assert "100 complete tables were made" in text
    assert "Missing values were not imputed" not in text


def test_the_number_of_p_values_is_that_of_the_tables():
    packet = packet_of("demo_registry", "sex=female", "comparison", "method")
    shown = [
        row[-1]
        for table in tables_of(packet).values()
        if table.table.columns[-1] == "p"
        for row in table.table.rows
    ]
    n = sum(bool(re.fullmatch(r"(< )?0\.\d+|1\.00", cell)) for cell in shown)
    assert f"{n} p-values are given without correction" in words_of(section_of(packet, "method"))


def test_missing_counts_are_those_of_the_files():
    patients = pd.read_parquet(DEMO_REGISTRY / "patients.parquet")
    women = patients[patients["sex"] == "female"]
    cycles = pd.read_parquet(DEMO_REGISTRY / "cycles.parquet")
    treated = women["patient_id"].isin(cycles["patient_id"])
    packet = packet_of("demo_registry", "sex=female", "table_i", "table_1", "method")
    rows = {row[0]: row[1:] for row in tables_of(packet)["Recorded and missing values"].table.rows}
    for label, is_known in {
        "Age at first IVIg": women["age_at_first_ivig_years"].notna(),
        "Time from diagnosis to first IVIg": women["diagnosis_to_first_ivig_years"].notna(),
        "Response": women["response"].notna(),
        "Number of cycles": treated,
        "Usual dose per cycle": treated,
    }.items():
        assert rows[label] == (str(is_known.sum()), str((~is_known).sum())), label
    text = words_of(section_of(packet, "method"))
    assert f"response {women['response'].isna().sum()}" in text
    assert "Missing values were not imputed" in text


def test_what_was_filled_in_of_the_published_series_is_no_recorded_value():
    packet = packet_of("case_series", "", "overview", "table_i", "table_1", "method")
    told = tables_of(packet)["Recorded and missing values"].table
    assert told.columns[1:] == (
        "Reported or derived, patients",
        "Filled in, patients",
        "Not recorded, patients",
    )
    assert {row[0]: tuple(map(int, row[1:])) for row in told.rows} == {
        "Age at first IVIg": (8, 24, 0),
        "Sex": (14, 18, 0),
        "Time from diagnosis to first IVIg": (6, 26, 0),
        "Usual dose per cycle": (15, 17, 0),
        "Number of cycles": (13, 19, 0),
        "Cumulative dose": (13, 19, 0),
        "Therapy duration": (8, 24, 0),
        "Response": (32, 0, 0),
    }
    said = words_of(section_of(packet, "method"))
    assert "Of 32 patients the publication reports" in said
    assert "age at first IVIg 8" in said
    assert "missing in any" not in said


def test_the_method_of_the_published_series_names_its_decisions():
    text = method("case_series", "", "response", "side_effects", "cost")
    assert "treated between 2015-01 and 2020-03" in text
    assert "LV-01) lasted 10 years, which is longer than this period" in text
    assert "29 of 32 needs it" in text
    assert "severe is read as serious" in text
    assert "lower median over them" in text
    assert "long courses are over-represented" in text
    assert "are means over the patients" in text
    assert "sensitivity" not in text
    assert "sensitivity analyses" in method("demo_registry", "", "response")


def test_only_measures_that_are_shown_are_listed():
    packet = packet_of("demo_registry", "", "table_ii", "method")
    rows = tables_of(packet)["Recorded and missing values"].table.rows
    assert [row[0] for row in rows] == ["Number of cycles", "Cumulative dose"]


def test_criteria_and_data_version_are_told():
    packet = packet_of("demo_registry", "sex=female&dose_tier=2", "method")
    text = words_of(section_of(packet, "method"))
    assert "217 of 600 patients" in text
    assert "Usual dose per cycle: 2 g/kg per cycle; Sex: female." in text
    assert "usual dose per cycle becomes known only in the course of therapy" in text
    assert packet.origin.sha256 in text


def test_dose_tiers_have_the_borders_of_the_reference_table():
    text = method("demo_registry", "", "overview")
    assert (
        "2 g/kg (from 1.5), 1 g/kg (from 0.75 to below 1.5), 0.5 g/kg (from 0.45 to below 0.75), "
        "0.4 g/kg (below 0.45)" in text
    )


def test_versions_of_the_software_are_those_installed():
    text = method("case_series")
    for name in ("duckdb", "scipy", "numpy"):
        assert f"{name} {version(name)}" in text


def test_the_study_is_told_of_the_published_series_alone():
    assert "retrospective case series, one centre" in method("case_series")
    assert "retrospective" not in method("demo_registry")
    assert "synthetic patients, invented by a program" in method("demo_registry")


def test_small_cells_are_told_where_a_registry_is_shared(clinic: Warehouse):
    sections = ("response", "comparison", "side_effects", "table_1", "cost", "method")
    packet = made(composed("sex=female", *sections), "clinic", source=clinic, k=K)
    text = words_of(section_of(packet, "method"))
    assert "in steps of 5, fewer than 5, which may be nobody, are not told" in text
    assert "median of 10 patients or more" in text
    assert not named(text, TESTS)
    assert not any(line.startswith("Intervals") for line in text.splitlines())
    assert "Small cells" not in method("demo_registry")
