"""What the panel is given to draw, and what a stretch drawn in a chart means."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lib.cohort import FIELDS, Cohort
from lib.ui import data
from lib.ui.filter import FEW, filter_fields
from lib.ui.pick import whole_numbers
from tests.registries import open_tables

AGES = {"lowest": 28.0, "highest": 92.0, "bin_width": 5.0}


def drawn(cohort: Cohort | None = None) -> dict[str, dict]:
    return {field["name"]: field for field in filter_fields(cohort or Cohort())}


@pytest.fixture
def show(own_cache: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Have the app look at a small registry."""

    def opened(**tables: str) -> None:
        own = open_tables(tmp_path, **tables)
        monkeypatch.setattr(data, "open_warehouse", lambda folder: own)

    return opened


def test_every_field_that_tells_the_series_apart_is_drawn_in_the_order_of_the_fields():
    # All 32 were treated at one centre.
    assert list(drawn()) == [field.name for field in FIELDS if field.name != "centre"]


def test_a_field_that_says_nothing_is_drawn_while_a_link_asks_for_it():
    centre = "Charité – Universitätsmedizin Berlin"
    fields = drawn(Cohort.of(centre=[centre]))
    assert [option["selected"] for option in fields["centre"]["options"]] == [True]


def test_a_field_that_some_patients_lack_tells_them_apart(show: Callable[..., None]):
    show(
        patients="""
            patient_id | subtype | response | sex
            A          | classic | response | female
            B          |         | response | female
        """
    )
    fields = drawn()
    assert "subtype" in fields
    assert "response" not in fields
    assert "sex" not in fields
    assert "overlap" not in fields


def test_a_range_of_nobody_in_the_registry_is_drawn_as_the_link_asks_for_it(
    show: Callable[..., None],
):
    show(patients="patient_id\nA\nB")
    assert "cycles" not in drawn()
    field = drawn(Cohort.of(cycles=(2, 4)))["cycles"]
    assert (field["lower"], field["upper"], field["selected"], field["bins"]) == (2, 4, [2, 4], [])


def test_a_range_ends_where_its_patients_do_and_bins_are_even():
    field = drawn()["duration"]
    assert (field["lower"], field["upper"], field["decimals"]) == (0, 10.5, 1)
    widths = {round(each["upper"] - each["lower"], 6) for each in field["bins"]}
    assert widths == {0.5}


def test_a_bin_counts_under_the_other_filters_only():
    cohort = Cohort.of(diagnosis=["pyoderma gangrenosum"])
    narrowed = Cohort.of(diagnosis=["pyoderma gangrenosum"], cycles=(1, 2))
    assert drawn(narrowed)["cycles"]["bins"] == drawn(cohort)["cycles"]["bins"]
    assert drawn(narrowed)["cycles"]["bins"] != drawn()["cycles"]["bins"]
    assert drawn(narrowed)["sex"] != drawn(cohort)["sex"]


def test_a_long_list_names_how_many_are_shown_first_but_groups_are_never_cut():
    fields = drawn()
    assert fields["prior_drug"]["few"] == len(["any", "none"]) + FEW
    assert fields["diagnosis"]["few"] >= len(fields["diagnosis"]["options"])


@pytest.mark.parametrize(
    ("stretch", "expected"),
    [
        ([40, 60], (40, 59)),
        ([39.7, 60.2], (40, 59)),
        # Drawn from right to left.
        ([60, 40], (40, 59)),
        # At least one year, however short it is.
        ([44.9, 45.3], (45, 45)),
        ([44.4, 44.6], (44, 44)),
        # The last bar ends with the oldest patient.
        ([20, 100], (28, 92)),
        # Nobody is there.
        ([95, 100], (95, 99)),
    ],
)
def test_a_stretch_is_the_whole_numbers_that_it_covers(stretch: list[float], expected: tuple):
    assert whole_numbers(stretch, AGES) == expected
