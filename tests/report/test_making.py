"""A packet holds what the pages show, says where it comes from, and names nobody in public."""

from dataclasses import replace
from itertools import chain
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from lib.places import CASE_SERIES
from lib.report.composition import Chosen, Composition
from lib.report.content import Chart, Words
from lib.report.formats import FORMATS
from lib.report.making import make
from lib.report.record import figures_of
from lib.report.sections import SECTIONS
from lib.report.subject import ReportError
from lib.warehouse import open_warehouse
from tests.registries import write_clinic
from tests.report.packets import composed, full_packet, made, opened

REDUCED = "diagnosis=dermatomyositis&dose_tier=1"


def test_it_says_where_it_comes_from():
    origin = made(composed(REDUCED, "cohort")).origin
    manifest = opened(CASE_SERIES).manifest
    assert origin.sha256.startswith(manifest.version)
    assert len(origin.sha256) == 64
    assert origin.cohort == "3 of 32 patients: dermatomyositis · 1 g/kg per cycle"
    assert dict(origin.filters) == {
        "Diagnosis": "dermatomyositis",
        "Usual dose per cycle": "1 g/kg per cycle",
    }
    assert origin.claims == "345 of 345 statements reproduced in all 100 versions."
    assert origin.date == "2026-11-26"
    assert "reconstructed (100 versions)" in origin.nature
    assert origin.program == "ivig-case-series 0.1.0"
    asked = parse_qs(urlsplit(origin.link).query)
    assert asked == {
        "dataset": ["case_series"],
        "diagnosis": ["dermatomyositis"],
        "dose_tier": ["1"],
    }
    assert "not for decisions on an individual's treatment" in origin.line


def test_every_figure_has_the_query_it_came_from():
    for name in ("case_series", "demo_registry"):
        for section in full_packet(name).sections:
            if any(section.figures):
                assert section.questions, section.name
            for question in section.questions:
                assert "select" in question.sql
                assert "$" not in question.sql.partition("with\n")[2], question.name


def test_the_sql_of_the_appendix_gives_the_figures_again():
    section = made(composed(REDUCED, "overview")).sections[0]
    sql = next(each.sql for each in section.questions if each.name == "overview/counts")
    rows = opened(CASE_SERIES).connection.cursor().execute(sql).df()
    by_dose = rows[(rows["field"] == "dose_tier") & (rows["n_patients"] > 0)]
    assert by_dose["value"].tolist() == ["1"]
    assert by_dose["n_patients"].tolist() == [3]


def test_an_empty_cohort_says_so_in_every_section():
    for section in full_packet("nobody").sections:
        words = " ".join(block.text for block in section.blocks if isinstance(block, Words))
        if SECTIONS[section.name].needs_patients:
            assert not list(section.figures)
            assert "No patient meets all of these criteria" in words
        assert section.blocks, section.name


def test_progress_names_each_section_in_turn():
    told = []
    composition = composed("", "cohort", "table_i", "honesty")
    source = opened(CASE_SERIES)
    make(composition, source, "case_series", 0, progress=lambda *each: told.append(each))
    assert told == [(0, 3, "Cohort"), (1, 3, "Table I"), (2, 3, "What the data are")]


@pytest.mark.parametrize(
    ("view", "names", "said"),
    [
        ("diagnosis=gout", ("cohort",), "diagnosis “gout”, which can't be used. This dataset"),
        ("age=old", ("cohort",), "age at first ivig “old”"),
        ("response_by=weather", ("response",), "response_by=weather"),
        ("version=101", ("timelines",), "there are versions 1 to 100"),
        ("version=one", ("timelines",), "there are versions 1 to 100"),
        ("report_patients=XX-1", ("patients",), "no patient “XX-1”"),
        ("dose_and_cost_price=1.250", ("cost",), "“1.250” is no price"),
        ("compare_a=Mine", ("comparison",), "no cohort “Mine”"),
        ("cohort=broken", ("comparison",), "was left out"),
        ("", ("weather",), "no section “weather”"),
    ],
)
def test_what_can_not_be_made_is_refused_in_a_sentence(view, names, said):
    with pytest.raises(ReportError, match=said):
        made(composed(view, *names))


@pytest.mark.parametrize(
    "composition",
    [
        composed("", "timelines"),
        composed("report_patients=DM-01", "patients"),
        composed("", "overview", title="Is DM-01 the one?"),
        replace(composed("", "overview"), sections=(Chosen("overview", comment="see dm-01."),)),
        replace(composed("", "overview"), sections=(Chosen("overview", title="(DM-01)"),)),
        composed("patient=DM-01", "overview"),
        composed("patient=%44M%2D01", "overview"),
        composed("cohort=%44M-01~dose_tier%3D1", "overview"),
    ],
)
def test_a_public_packet_names_no_patient(composition: Composition):
    with pytest.raises(ReportError, match="public") as refusal:
        made(replace(composition, is_public=True))
    assert "dm-01" not in str(refusal.value).lower()
    made(composition)


def test_a_public_packet_holds_no_id_anywhere():
    names = [name for name, kind in SECTIONS.items() if not kind.names_patients]
    packet = made(composed("", *names, is_public=True))
    roster = opened(CASE_SERIES).query("patient/roster", cohort="[]", version=1)
    texts = repr(packet) + packet.record
    assert not [each for each in roster["patient_id"] if each in texts]
    assert "the response of a patient could finally not be evaluated" in texts


def test_ids_that_look_like_numbers_leave_figures_and_forms_as_they_are(tmp_path: Path):
    """Sixty patients called 1 to 60: their ids are in every figure, and name nobody there."""

    def number(rows: dict[str, list[dict]]) -> None:
        ids = sorted(row["patient_id"] for row in rows["patients"])
        numbers = {each: str(place) for place, each in enumerate(ids, start=1)}
        for row in chain.from_iterable(rows.values()):
            row["patient_id"] = numbers[row["patient_id"]]

    source = open_warehouse(write_clinic(tmp_path / "clinic", 60, number))
    names = [name for name, kind in SECTIONS.items() if not kind.names_patients]
    inside, outside = (
        made(composed("", *names, is_public=is_public), "clinic", source=source)
        for is_public in (False, True)
    )
    told = [figures_of(packet) for packet in (inside, outside)]
    assert [each for each in told[0] if told[0][each]["kind"] == "table"]
    for name, figure in told[0].items():
        if figure["kind"] == "table":
            assert told[1][name] == figure, name
    html = FORMATS["html"].write(outside).decode()
    assert "a patient of a patient" not in html
    for section in outside.sections:
        for figure in section.figures:
            rows = figure.spec["datasets"].values() if isinstance(figure, Chart) else ()
            assert {row.get("patient_id", "a patient") for each in rows for row in each} <= {
                "a patient"
            }


def test_a_registry_of_one_session_has_no_link():
    source = opened(CASE_SERIES)
    packet = made(composed("", "cohort"), "own", source=source)
    assert packet.origin.link.startswith("none")
