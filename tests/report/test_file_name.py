"""What a packet's file is called: found again by a reader, and telling no more than it may."""

import re
from pathlib import Path

import pytest

from lib.report.file_name import MOST_CHARACTERS, file_name
from lib.report.subject import read_subject, read_view
from lib.warehouse import Warehouse
from tests.registries import open_tables
from tests.report.packets import FOLDERS, TODAY, K, opened


def name_of(
    view: str,
    dataset: str = "case_series",
    *,
    source: Warehouse | None = None,
    k: int = 0,
    is_public: bool = False,
) -> str:
    source = source or opened(FOLDERS[dataset])
    subject = read_subject(read_view(view), source, dataset, k)
    return file_name(subject, TODAY, "pdf", is_public=is_public)


@pytest.mark.parametrize(
    ("view", "name"),
    [
        (
            "diagnosis=dermatomyositis&dose_tier=1",
            "IVIg_dermatomyositis_1-gkg_3-patients_2026-11-26.pdf",
        ),
        (
            "diagnosis=dermatomyositis&dose_tier=1&dose_tier=0.5",
            "IVIg_dermatomyositis_1-or-0.5-gkg_6-patients_2026-11-26.pdf",
        ),
        ("", "IVIg_all_32-patients_2026-11-26.pdf"),
        ("age=0-1", "IVIg_aged-0-1-years_0-patients_2026-11-26.pdf"),
        (
            "diagnosis=Stevens-Johnson+syndrome",
            "IVIg_Stevens-Johnson-syndrome_1-patient_2026-11-26.pdf",
        ),
    ],
)
def test_it_says_what_of_whom_and_of_when(view: str, name: str):
    assert name_of(view) == name


def test_where_the_versions_differ_the_name_has_both_ends():
    name = name_of("age=60-69")
    low, high = map(int, re.search(r"_(\d+)-to-(\d+)-patients_", name).groups())
    assert 0 <= low < high <= 32


def test_invented_data_are_called_so_in_the_name():
    assert name_of("sex=female", "demo_registry").startswith("IVIg-synthetic_female_")


def test_a_long_filter_is_cut_between_words():
    source = opened(FOLDERS["case_series"])
    diagnoses = [
        row["value"]
        for row in source.records("cohort/facets", cohort="[]")
        if row["field"] == "diagnoses"
    ]
    view = "&".join(f"diagnosis={each.replace(' ', '+')}" for each in diagnoses)
    name = name_of(view)
    assert len(name) <= MOST_CHARACTERS
    assert name.isascii()
    assert re.fullmatch(r"IVIg_[A-Za-z-]*[A-Za-z]_\d+-patients_2026-11-26\.pdf", name)


CLINIC = """
    patient_id | sex    | diagnosis             | centre
    Mü-12      | male   | dermatomyositis       | Mü-12
    A          | female | livedoid vasculopathy | 4711
"""


def test_a_public_packet_has_no_words_of_a_filter_that_may_name_a_patient(tmp_path: Path):
    source = open_tables(tmp_path / "clinic", patients=CLINIC)
    for centre, slug in (("Mü-12", "Mu-12"), ("4711", "4711")):
        internal = name_of(f"centre={centre}", "own", source=source)
        assert f"_{slug}_1-patient_" in internal
        public = name_of(f"centre={centre}", "own", source=source, is_public=True)
        assert slug not in public
        assert public.endswith("_1-patient_2026-11-26.pdf")
    assert "_male_" in name_of("sex=male", "own", source=source, is_public=True)


def test_a_shared_registry_has_no_count_in_the_name(clinic: Warehouse):
    name = name_of("sex=female", "clinic", source=clinic, k=K)
    assert "female" in name
    assert "patient" not in name
    assert name.endswith("_female_2026-11-26.pdf")
