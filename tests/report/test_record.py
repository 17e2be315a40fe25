"""A packet is held against the present data: the same figures, or which of them differ."""

import json
from pathlib import Path

import pytest

from lib.report.record import differences, figures_of, read_record
from lib.report.subject import ReportError
from lib.warehouse import open_warehouse
from tests.registries import write_clinic
from tests.report.packets import composed, full_packet, made


@pytest.mark.parametrize("name", ["case_series", "demo_registry", "nobody"])
def test_the_same_data_give_the_same_figures(name: str):
    packet = full_packet(name)
    record = read_record(packet.record)
    assert differences(record, packet) == []
    n_figures = sum(len(list(each.figures)) for each in packet.sections)
    assert len(record["figures"]) == 1 + len(packet.sections) + n_figures


def test_a_record_is_the_same_for_the_same_packet():
    first, second = (made(composed("", "overview", "table_1")).record for _ in range(2))
    assert first == second


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo registry with one responder less."""

    def change(rows: dict[str, list[dict]]) -> None:
        one = next(row for row in rows["patients"] if row["response"] == "response")
        one["response"] = "no response"

    return write_clinic(tmp_path_factory.mktemp("changed"), None, change)


def test_figures_that_differ_are_named_with_both_values(changed: Path):
    composition = composed("", "table_i", "overview")
    then = made(composition, "demo_registry")
    now = made(composition, "demo_registry", source=open_warehouse(changed))
    found = {each.figure: each.how for each in differences(read_record(then.record), now)}
    row = next(row for row in _rows(then, "1.1") if row[0].startswith("Response"))
    n, total = map(int, row[1].split("/"))
    assert f"{n}/{total} → {n - 1}/{total}" in found["1.1 Table I. The cohort"]
    assert not any("Which diagnoses" in name for name in found)
    assert any("How did it go" in name for name in found)
    assert then.origin.sha256 != now.origin.sha256


def _rows(packet, place: str) -> list[list[str]]:
    return next(f["rows"] for name, f in figures_of(packet).items() if name.startswith(place))


def test_figures_that_came_or_went_are_named():
    more, less = (made(composed("", *names)) for names in (("table_i", "table_ii"), ("table_i",)))
    gone = {each.how for each in differences(read_record(more.record), less)}
    assert gone == {"It is not there any more."}
    new = {each.how for each in differences(read_record(less.record), more)}
    assert new == {"It was not there before."}


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"format": "ivig-packet-record"}', "{" * 9]
)
def test_what_is_no_record_is_refused(text: str):
    with pytest.raises(ReportError, match="no record"):
        read_record(text)


def test_a_record_holds_no_values_of_single_patients_beyond_the_packet():
    record = json.loads(made(composed("", "overview")).record)
    charts = [each for each in record["figures"].values() if each["kind"] == "chart"]
    assert charts
    assert all(set(each) == {"kind", "sha256"} for each in charts)


def test_what_is_said_is_held_too():
    """Of another cohort the texts differ, even if a packet has neither table nor chart."""
    everybody, women = (
        made(composed(view, "cohort"), "demo_registry") for view in ("", "sex=female")
    )
    found = differences(read_record(everybody.record), women)
    assert found[0].figure == "0 The cohort"
    assert "600 of 600 patients" in found[0].how
