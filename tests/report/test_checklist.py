"""Each item of the checklists has an answer from the data, or says that there is none."""

import csv
import math
import re

import pandas as pd
import pytest

from lib.places import DEMO_REGISTRY
from lib.registry.reference import REFERENCE
from lib.report.sections.checklist import NOT_HELD, NOT_IN_PACKET, TITLES
from lib.report.sections.checklist_answers import ANSWERS
from lib.warehouse import Warehouse
from tests.report.packets import K, composed, made, packet_of, section_of, tables_of

with (REFERENCE / "reporting_checklists.csv").open(encoding="utf-8", newline="") as file:
    ITEMS = list(csv.DictReader(file))


def answers(dataset: str, view: str = "", *sections: str) -> dict[str, tuple[str, str]]:
    """Answer and place by checklist and number: ``CARE 5a``."""
    packet = packet_of(dataset, view, *sections)
    told = tables_of(packet)
    return {
        f"{name} {row[0]}": (row[2], row[3])
        for name, title in TITLES.items()
        for row in told[title].table.rows
    }


def test_items_are_of_three_checklists_each_once():
    keys = [item["item"] for item in ITEMS]
    assert len(keys) == len(set(keys))
    assert {item["checklist"] for item in ITEMS} == TITLES.keys()
    numbers = [item["number"] for item in ITEMS if item["checklist"] == "JBI"]
    assert numbers == [str(number) for number in range(1, 11)]


def test_every_answer_is_asked_for_and_every_item_without_one_says_why():
    asked = {item["answer"] for item in ITEMS} - {""}
    assert asked == ANSWERS.keys()
    for item in ITEMS:
        assert item["answer"] or item["without_answer"], item["item"]
        assert bool(item["without_answer"]) == (item["lacking_in"] in ("registry", "packet"))


@pytest.mark.parametrize("dataset", ["case_series", "demo_registry"])
def test_each_item_is_answered_or_says_that_the_registry_does_not_hold_it(dataset: str):
    found = answers(dataset)
    assert len(found) == len(ITEMS)
    titles = {section.title for section in packet_of(dataset).sections}
    for item, (answer, where) in found.items():
        assert answer.strip("– "), item
        named = re.findall("“(.+?)”", where)
        assert set(named) <= titles
        assert named or where in (NOT_HELD, NOT_IN_PACKET), item
    assert found["JBI 4"] == (
        "whether patients were included consecutively is not recorded",
        NOT_HELD,
    )


def test_figures_are_those_of_the_files():
    patients = pd.read_parquet(DEMO_REGISTRY / "patients.parquet")
    side_effects = pd.read_parquet(DEMO_REGISTRY / "side_effects.parquet")
    men = patients[patients["sex"] == "male"]
    ages, known = men["age_at_first_ivig_years"], men["response"].dropna()
    n_responded = (known == "response").sum()
    with_any = men["patient_id"].isin(side_effects["patient_id"]).sum()
    found = {item: answer for item, (answer, _) in answers("demo_registry", "sex=male").items()}
    told = f"median (range) {ages.median():g} ({ages.min()}–{ages.max()}); female: 0/{len(men)}"
    assert told in found["CARE 5a"]
    assert found["CARE 10a"].startswith(f"{n_responded}/{len(known)} responded")
    assert wilson(n_responded, len(known)) in found["CARE 10a"]
    assert found["CARE 10d"].startswith(f"{with_any} of {len(men)} patients had a side-effect")
    assert wilson(with_any, len(men)) in found["CARE 10d"]
    centres = men["centre"].value_counts()
    assert all(f"{name} {n}/{len(men)}" in found["JBI 9"] for name, n in centres.items())
    assert f"response {men['response'].isna().sum()}" in found["STROBE 14b"]


def wilson(part: int, total: int, z: float = 1.959964) -> str:
    p = part / total
    middle, half = p + z**2 / 2 / total, z * math.sqrt(p * (1 - p) / total + z**2 / 4 / total**2)
    ends = [100 * (middle + sign * half) / (1 + z**2 / total) for sign in (-1, 1)]
    return f"{100 * p:.0f}% ({ends[0]:.0f}–{ends[1]:.0f})"


def test_what_the_publication_says_is_told_with_its_source_and_of_it_alone():
    published, demo = answers("case_series"), answers("demo_registry")
    assert published["STROBE 4"][0] == (
        "Retrospective case series, one centre (stated of the publication)."
    )
    assert (
        "treated between 2015-01 and 2020-03 (stated of the publication)"
        in published["STROBE 5"][0]
    )
    assert demo["STROBE 4"] == ("the design is no column", NOT_HELD)
    assert "stated of the publication" not in str(demo)


def test_what_is_not_in_the_packet_is_not_said_to_be():
    found = answers("demo_registry", "", "checklist")
    assert all(where in (NOT_HELD, NOT_IN_PACKET) for _, where in found.values())
    assert found["STROBE 16a"] == ("no comparison is in the packet", NOT_IN_PACKET)
    assert found["STROBE 12d"] == ("no curve is in the packet", NOT_IN_PACKET)
    assert "No difference was tested" in found["STROBE 12a"][0]


def test_what_was_filled_in_is_not_said_to_be_recorded():
    published, demo = answers("case_series"), answers("demo_registry")
    said = published["STROBE 14b"][0]
    assert "None" not in said
    for figure in ("age at first IVIg 8", "sex 14", "number of cycles 13", "therapy duration 8"):
        assert figure in said
    assert "filled in" not in demo["STROBE 14b"][0]


def test_follow_up_ends_with_the_last_recorded_day_and_is_none_of_the_published_series():
    read = {
        name: pd.read_parquet(DEMO_REGISTRY / f"{name}.parquet")
        for name in ("cycles", "events", "assessments", "side_effects", "treatments")
    }
    treated = read.pop("treatments")
    days = [
        *(rows[["patient_id", "day"]] for rows in read.values()),
        *(
            treated[["patient_id", column]].rename(columns={column: "day"})
            for column in ("start_day", "stop_day")
        ),
    ]
    last = pd.concat(days).groupby("patient_id")["day"].max()
    years = last[last.index.isin(read["cycles"]["patient_id"])] / 365.25
    told = f"median (range) {years.median():.1f} (0–{round(years.max(), 1):g})"
    assert round(years.min(), 1) == 0
    found = answers("demo_registry")["STROBE 14c"][0]
    assert told in found
    assert found.index(told) < found.index("Time on therapy")
    assert answers("case_series")["STROBE 14c"][0].startswith("Follow-up is not recorded of most.")


def test_what_the_registry_holds_is_answered_from_it():
    published, demo = answers("case_series"), answers("demo_registry")
    assert "history 9 ⟨9–10⟩" in published["CARE 5b"][0]
    assert "comorbidity 3" in published["CARE 5c"][0]
    assert "paraneoplastic" in published["CARE 8d"][0]
    assert "one dose throughout" in published["CARE 9c"][0]
    assert "reimbursement refused 2" in published["CARE 9c"][0]
    assert published["CARE 12"] == ("not recorded", NOT_HELD)
    scores = pd.read_parquet(DEMO_REGISTRY / "assessments.parquet")
    for name in ("DLQI", "pain NRS"):
        n = scores.loc[scores["instrument"] == name, "patient_id"].nunique()
        assert f"{name} {n}/600" in demo["CARE 12"][0]
    cycles = pd.read_parquet(DEMO_REGISTRY / "cycles.parquet")
    n = (cycles.groupby("patient_id")["dose_g_per_kg"].nunique() > 1).sum()
    assert f"Cycles of several doses: {n} of 600 patients" in demo["CARE 9c"][0]
    assert "nobody without a later score had responded" in demo["STROBE 12e"][0]


def test_only_answers_are_counted_in_the_title():
    for sections in (("checklist",), ("checklist", "comparison")):
        packet = packet_of("demo_registry", "sex=female", *sections)
        table = tables_of(packet)[TITLES["STROBE"]]
        unanswered = {item["without_answer"] for item in ITEMS if item["checklist"] == "STROBE"}
        n = sum(row[2] not in unanswered for row in table.table.rows)
        assert table.says == f"STROBE: this packet answers something on {n} of 28 items."


def test_a_shared_registry_answers_in_steps(clinic: Warehouse):
    packet = made(composed(""), "clinic", source=clinic, k=K)
    said = repr(section_of(packet, "checklist").blocks)
    assert "60–64" in said
    assert "Wilson's 95%" not in said
    assert not re.findall(r"(?<![\d.,–<])[1-4]/\d", said)
