"""The synthetic registry: whole, plausible, reproducible, and never taken for real data."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.demo_registry import build, plausible
from lib.demo_registry.build import write_demo_registry
from lib.demo_registry.draws import within_groups
from lib.places import DEMO_REGISTRY
from lib.registry.store import read_registry

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    _, tables = read_registry(DEMO_REGISTRY)
    return {name: rows.to_pandas() for name, rows in tables.items()}


def test_the_committed_registry_is_what_the_command_writes(tmp_path: Path):
    command = [sys.executable, "-m", "lib.demo_registry", "--patients", "600", "--centres", "3"]
    done = subprocess.run(
        [*command, "--seed", "1", "--out", str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "600 of 600 patients" in done.stderr
    for path in DEMO_REGISTRY.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_it_is_called_synthetic_and_so_are_its_patients():
    manifest, tables = read_registry(DEMO_REGISTRY)
    assert manifest.nature == "synthetic"
    assert "synthetic" in manifest.name
    assert manifest.imputations == 0
    for rows in tables.values():
        assert all(id_.startswith("SYN-") for id_ in rows["patient_id"].to_pylist())


def test_it_has_what_the_publication_lacks(tables: dict[str, pd.DataFrame]):
    patients, cycles = tables["patients"], tables["cycles"]
    assert len(patients) == 600
    assert patients["centre"].nunique() == 3
    assert (patients["imputation"] == 0).all()
    assert tables["side_effects"]["ctcae_grade"].notna().any()
    assert set(tables["assessments"]["instrument"]) >= {"CDASI activity", "MMT-8", "TIS", "DLQI"}
    assert {"ongoing", "lost to follow-up"} <= set(patients["therapy_end_reason"].dropna())
    assert (cycles.groupby("patient_id")["dose_g_per_kg"].nunique() > 1).sum() > 30
    assert {"relapse", "follow-up"} <= set(tables["events"]["kind"])


def test_values_are_missing_at_about_the_rates_that_are_said(tables: dict[str, pd.DataFrame]):
    for name in ("body_weight_kg", "response", "therapy_end_reason"):
        missing = tables["patients"][name].isna().mean()
        expected = plausible.MISSING[name]
        # Five standard errors of a share among 600.
        assert abs(missing - expected) < 5 * np.sqrt(expected * (1 - expected) / 600)


def test_a_course_makes_sense(tables: dict[str, pd.DataFrame]):
    patients = tables["patients"].set_index("patient_id")
    cycles = tables["cycles"].sort_values(["patient_id", "cycle_no"])
    by_patient = cycles.groupby("patient_id")
    assert set(by_patient.groups) == set(patients.index)
    assert (by_patient["cycle_no"].transform("cumcount") + 1 == cycles["cycle_no"]).all()
    assert (by_patient["day"].first() == 0).all()
    assert (by_patient["day"].diff().dropna() >= plausible.INTERVAL_DAYS).all()
    last = by_patient["day"].last()
    events = tables["events"].set_index("patient_id")
    follow_up = events.loc[events["kind"] == "follow-up", "day"]
    assert follow_up.index.is_unique
    assert (follow_up >= last[follow_up.index]).all()
    relapses = events.loc[events["kind"] == "relapse", "day"]
    assert (relapses <= follow_up[relapses.index]).all()
    ongoing = patients.index[patients["therapy_end_reason"] == "ongoing"]
    assert not events.index[events["kind"] == "discontinuation"].isin(ongoing).any()


def test_an_acute_disease_is_treated_at_once_once_or_twice_and_does_not_come_back(tables):
    acute = tables["patients"].query("diagnosis == 'Stevens-Johnson syndrome'")
    assert len(acute) > 10
    cycles = tables["cycles"].groupby("patient_id").size()[acute["patient_id"]]
    assert set(cycles) <= {1, 2}
    assert (acute["diagnosis_to_first_ivig_years"].dropna() == 0).all()
    assert "ongoing" not in set(acute["therapy_end_reason"])
    relapses = tables["events"].query("kind == 'relapse'")
    assert not relapses["patient_id"].isin(acute["patient_id"]).any()


def test_what_is_never_mild_has_no_low_grade(tables):
    least = tables["side_effects"].groupby("symptom")["ctcae_grade"].min()
    assert least["thromboembolic event"] >= 3
    assert least["aseptic meningitis"] >= 3
    assert least["headache"] == 1


def test_responders_get_better(tables: dict[str, pd.DataFrame]):
    scores = tables["assessments"].query("instrument == 'CDASI activity'").sort_values("day")
    change = scores.groupby("patient_id")["score"].agg(lambda one: one.iloc[-1] - one.iloc[0])
    response = tables["patients"].set_index("patient_id")["response"]
    assert change[response[change.index] == "response"].median() < -5
    assert abs(change[response[change.index] == "no response"].median()) < 5


@settings(max_examples=15, deadline=None)
@given(
    patients=st.integers(1, 40),
    centres=st.integers(1, 5),
    seed=st.integers(0, 2**32),
)
def test_any_size_fits_the_schema(tmp_path_factory, patients: int, centres: int, seed: int):
    folder = tmp_path_factory.mktemp("demo")
    written = write_demo_registry(folder, patients=patients, centres=centres, seed=seed)
    manifest, tables = read_registry(folder)
    assert manifest == written
    assert tables["patients"].num_rows == patients


def test_many_chunks_are_one_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(build, "CHUNK", 7)
    seen = []
    write_demo_registry(tmp_path, patients=20, centres=2, seed=3, progress=seen.append)
    _, tables = read_registry(tmp_path)
    ids = tables["patients"]["patient_id"].to_pylist()
    assert seen == [7, 14, 20]
    assert ids == sorted(set(ids))
    assert len(ids) == 20


def test_side_effects_of_unknown_day_and_cycle_are_never_the_same(tmp_path: Path, monkeypatch):
    for name in ("side_effect_cycle", "side_effect_day"):
        monkeypatch.setitem(plausible.MISSING, name, 1.0)
    write_demo_registry(tmp_path, patients=300, centres=2, seed=3)
    _, tables = read_registry(tmp_path)
    rows = tables["side_effects"].to_pandas()
    assert rows["day"].isna().all()
    assert not rows.duplicated(["patient_id", "symptom"]).any()


@pytest.mark.parametrize("options", [["--patients", "0"], ["--centres", "-1"]])
def test_a_registry_of_nobody_is_refused_in_one_sentence(tmp_path: Path, options: list[str]):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "lib.demo_registry", *options, "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "at least one patient" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


@given(st.lists(st.integers(0, 5), max_size=8))
def test_places_within_groups(sizes: list[int]):
    expected = [place for size in sizes for place in range(size)]
    assert within_groups(np.array(sizes, int)).tolist() == expected
