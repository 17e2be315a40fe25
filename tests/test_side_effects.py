"""Side-effects: the query against pandas, the table against its rules, and the page."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from streamlit.testing.v1 import AppTest

from lib.charts.side_effects import ONSET_FROM, onset_strip
from lib.charts.swarm import swarm
from lib.charts.thinned import MOST_DOTS
from lib.cohort import Cohort
from lib.markup import heat_html
from lib.palette import DARK, LIGHT
from lib.places import CASE_SERIES, DEMO_REGISTRY
from lib.side_effects import (
    ANY,
    COUNTED_BY,
    PER,
    UNKNOWN_CONSEQUENCE,
    consequences_table,
    frequency_table,
    onset_note,
    symptoms_in_order,
)
from lib.warehouse import Warehouse, open_warehouse
from tests.cohorts_by_hand import DOSE_TIERS, KEYS, over_versions, patients_by_hand, read_tables
from tests.registries import open_tables
from tests.screen import html_of, open_app

ROOT = Path(__file__).parents[1]
FIRST_CYCLES = [(13, "13 and later"), (7, "7–12"), (4, "4–6"), (2, "2–3"), (1, "Cycle 1")]
COHORTS = {
    "everybody": Cohort(),
    "women with dermatomyositis": Cohort.of(diagnosis=["dermatomyositis"], sex=["female"]),
}


@pytest.fixture(scope="module", params=[CASE_SERIES, DEMO_REGISTRY], ids=lambda path: path.name)
def opened(request: pytest.FixtureRequest) -> tuple[Warehouse, dict[str, pd.DataFrame]]:
    """A registry as the app opens it; its patients, cycles and onsets as pandas reads them."""
    tables = read_tables(request.param)
    return open_warehouse(request.param), {
        "patients": patients_by_hand(tables),
        "cycles": cycles_by_hand(tables),
        "onsets": onsets_by_hand(tables),
    }


@pytest.fixture(scope="module")
def case_series() -> Warehouse:
    return open_warehouse()


@pytest.fixture(scope="module")
def demo() -> Warehouse:
    return open_warehouse(DEMO_REGISTRY)


def rows_of(warehouse: Warehouse, by: str, cohort: Cohort | None = None) -> list[dict]:
    criteria = (cohort or Cohort()).criteria
    return warehouse.records("side_effects/frequency", cohort=criteria, counted_by=COUNTED_BY[by])


# --- against pandas ------------------------------------------------------------------------


def tier(dose: float) -> str:
    return next(f"{name} g/kg" for lower, name in DOSE_TIERS if dose >= lower)


def cycle_bin(number: int) -> str:
    return next(name for first, name in FIRST_CYCLES if number >= first)


def cycles_by_hand(registry: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The cycles with their columns and the years until the next one."""
    cycles = registry["cycles"].sort_values([*KEYS, "cycle_no"])
    until = cycles.groupby(KEYS)["day"].shift(-1).fillna(cycles["day"] + 28)
    return cycles.assign(
        years=(until - cycles["day"]) / 365.25,
        dose=cycles["dose_g_per_kg"].map(tier),
        cycle=cycles["cycle_no"].map(cycle_bin),
    )


def told_by_hand(registry: dict[str, pd.DataFrame]) -> set[tuple[str, str]]:
    """The reported side-effects of patients of whom the dose of every told cycle is reported."""
    said = registry["provenance"]
    of_cycles = said[said["table_name"] == "cycles"]
    status = of_cycles.set_index(["patient_id", "row_key", "column_name"])["status"].to_dict()
    cycles = set(
        zip(registry["cycles"]["patient_id"], registry["cycles"]["cycle_no"].map(str), strict=True)
    )
    reported = {cycle for cycle in cycles if status.get((*cycle, "dose_g_per_kg")) == "reported"}
    told = {cycle for cycle in cycles if status.get((*cycle, "cycle_no")) != "imputed"}
    dosed = {patient for patient, _ in reported} - {patient for patient, _ in told - reported}
    said = said[said["status"] == "reported"]
    symptoms = said[(said["table_name"] == "side_effects") & (said["column_name"] == "symptom")]
    pairs = zip(symptoms["patient_id"], symptoms["row_key"], strict=True)
    return {(patient, symptom) for patient, symptom in pairs if patient in dosed}


def onsets_by_hand(registry: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The side-effects with the columns in which they began; None if not recorded."""
    courses = dict(list(cycles_by_hand(registry).groupby(KEYS)))
    told = told_by_hand(registry)
    found = []
    for row in registry["side_effects"].to_dict("records"):
        course = courses.get((row["imputation"], row["patient_id"]))
        begun = course[
            course["cycle_no"] == row["cycle_no"]
            if pd.notna(row["cycle_no"])
            else course["day"] <= (row["day"] if pd.notna(row["day"]) else -1)
        ].tail(1)
        # That the dose of the reconstructed never changed is assumed, but where it is told.
        is_told = row["imputation"] == 0 or (row["patient_id"], row["symptom"]) in told
        only = course["dose"].unique() if is_told else []
        dose = begun["dose"].item() if len(begun) else only[0] if len(only) == 1 else None
        grade = row["ctcae_grade"]
        found.append(
            row
            | {
                "dose": dose,
                "cycle": begun["cycle"].item() if len(begun) else None,
                "grade": f"Grade {grade:.0f}" if pd.notna(grade) else None,
            }
        )
    return pd.DataFrame(found)


@pytest.mark.parametrize("cohort", COHORTS.values(), ids=COHORTS.keys())
@pytest.mark.parametrize("by", COUNTED_BY)
def test_every_cell_against_pandas(opened, by: str, cohort: Cohort):
    warehouse, by_hand = opened
    patients = by_hand["patients"]
    if cohort.selection:
        patients = patients[
            (patients["diagnosis"] == "dermatomyositis") & (patients["sex"] == "female")
        ]
    inside = lambda rows: rows[pd.MultiIndex.from_frame(rows[KEYS]).isin(patients.index)]  # noqa: E731
    cycles, onsets = (
        inside(by_hand[name]).join(patients["centre"], on=KEYS) for name in ("cycles", "onsets")
    )
    versions = patients.index.get_level_values("imputation").unique()
    place = COUNTED_BY[by]

    def count(rows: pd.DataFrame) -> pd.Series:
        return rows.groupby("imputation").size().reindex(versions, fill_value=0)

    for row in rows_of(warehouse, by, cohort):
        had = onsets if row["symptom"] is None else onsets[onsets["symptom"] == row["symptom"]]
        column = row["column_name"]
        if column == "All":
            there, cycles_there = had, cycles
        elif column == "Not recorded":
            there, cycles_there = had[had[place].isna()], cycles[:0]
        else:
            there = had[had[place] == column]
            cycles_there = cycles if by == "grade" else cycles[cycles[place] == column]
        counting = there
        if by == "grade" and column != "All":
            worst = had.groupby(KEYS)["ctcae_grade"].max().rename("worst").reset_index()
            marked = there.merge(worst, on=KEYS)
            counting = marked[marked["ctcae_grade"].fillna(0) == marked["worst"].fillna(0)]
        n_cycles = count(cycles_there)
        years = cycles_there.groupby("imputation")["years"].sum().reindex(versions, fill_value=0)
        expected = {
            **over_versions("n_patients", count(counting.drop_duplicates(KEYS))),
            **over_versions("n_side_effects", count(there)),
            **over_versions("per_100_cycles", 100 * count(there) / n_cycles[n_cycles > 0]),
            **over_versions("per_100_person_years", 100 * count(there) / years[years > 0]),
            **over_versions("n_cycles", n_cycles),
            **over_versions("person_years", years),
        }
        found = {name: row[name] for name in expected}
        gaps = {name: float("nan") for name, value in found.items() if value is None}
        assert found | gaps == approx(expected, nan_ok=True), (row["symptom"], column)


# --- the table -----------------------------------------------------------------------------


def cells(table, name: str) -> dict[str, tuple[str, str]]:
    """Figure and detail of a row, by column."""
    row = dict(table.rows)[name]
    return {
        column.name: (cell.figure, cell.detail)
        for column, cell in zip(table.columns, row, strict=True)
    }


def test_a_count_that_all_versions_share_has_its_wilson_interval(case_series: Warehouse):
    table = frequency_table(
        rows_of(case_series, "dose at onset"), "dose at onset", "patients", reconstructed=True
    )
    # 7 of 32: by Wilson's formula with z = 1.96, (0.2188 + 0.0600) / 1.1200 ± 0.1391.
    assert cells(table, ANY)["All"] == ("7", "22% (11–39)")
    headache = cells(table, "Headache")["All"]
    assert headache == ("6 ⟨5–7⟩", "")


def test_rates_have_garwoods_interval_only_where_nothing_varies(
    case_series: Warehouse, demo: Warehouse
):
    by = "dose at onset"
    for per in ("100 cycles", "100 person-years"):
        table = frequency_table(rows_of(case_series, by), by, per, reconstructed=True)
        assert not any(cell.detail for _, row in table.rows for cell in row if cell.figure != "0")
    # 265 side-effects in 5010 cycles; limits of the Poisson count 265: 234.1 and 298.9.
    table = frequency_table(rows_of(demo, by), by, "100 cycles")
    figure, detail = cells(table, ANY)["All"]
    assert (figure, detail) == (f"{265 / 50.10:.1f}", f"({234.1 / 50.10:.1f}–{298.9 / 50.10:.1f})")


def test_grades_that_nobody_recorded_are_not_zeros(case_series: Warehouse):
    table = frequency_table(rows_of(case_series, "grade"), "grade", "patients", reconstructed=True)
    assert [column.against for column in table.columns[:5]] == ["not recorded"] * 5
    assert {figure for figure, _ in list(cells(table, "Headache").values())[:5]} == {"–"}
    assert cells(table, "Headache")["Not recorded"] == ("6 ⟨5–7⟩", "")


def test_beside_what_a_publication_leaves_open_nothing_has_an_interval(
    case_series: Warehouse, demo: Warehouse
):
    by = "cycle number"
    table = frequency_table(rows_of(case_series, by), by, "patients", reconstructed=True)
    found = cells(table, "Headache")
    assert found["13 and later"] == ("1", "")
    # In recorded data what is missing is left out, as everywhere.
    recorded = cells(frequency_table(rows_of(demo, by), by, "patients"), "Headache")
    assert recorded["Not recorded"][0] != "0"
    assert recorded["Cycle 1"][1].endswith(")")


def test_a_column_of_fewer_than_5_patients_has_no_shade(case_series: Warehouse):
    table = frequency_table(rows_of(case_series, "dose at onset"), "dose at onset", "patients")
    shades = {
        column.name: max(row[place].shade for _, row in table.rows)
        for place, column in enumerate(table.columns)
    }
    assert shades["2 g/kg"] > 0
    assert shades["1 g/kg"] == shades["0.5 g/kg"] == shades["0.4 g/kg"] == 0
    assert max(shades.values()) == 1


def test_nothing_missing_means_no_column_for_it(case_series: Warehouse):
    by = "dose at onset"
    placed = rows_of(case_series, by, Cohort.of(diagnosis=["urticarial vasculitis"]))
    names = [column.name for column in frequency_table(placed, by, "patients").columns]
    assert names == ["2 g/kg", "1 g/kg", "0.5 g/kg", "0.4 g/kg", "All"]


def test_who_got_less_because_of_side_effects_does_not_have_them_at_the_lower_dose(
    case_series: Warehouse,
):
    """Of two women the dose is told, and not when their side-effects began."""
    by = "dose at onset"
    dermatomyositis = Cohort.of(diagnosis=["dermatomyositis"])
    table = frequency_table(rows_of(case_series, by, dermatomyositis), by, "patients")
    found = cells(table, ANY)
    # DM-01 alone, after the only cycle; the others can't be placed.
    assert found["1 g/kg"][0] == "1"
    assert found["Not recorded"][0] == "2 ⟨1–2⟩"
    assert found["All"][0] == "3"


def test_a_cohort_without_side_effects_is_a_row_of_zeros(case_series: Warehouse):
    without = Cohort.of(side_effect=["none"])
    rows = rows_of(case_series, "grade", without)
    table = frequency_table(rows, "grade", "patients")
    assert [name for name, _ in table.rows] == [ANY]
    assert cells(table, ANY)["Grade 3"][0] == "0"
    assert symptoms_in_order(rows) == []


def test_which_led_to_stopping(case_series: Warehouse):
    rows = case_series.records("side_effects/consequences", cohort=Cohort().criteria)
    symptoms = symptoms_in_order(rows_of(case_series, "grade"))
    table = consequences_table(rows, symptoms)
    lines = {name: [cell.replace("\xa0", " ") for cell in row] for name, *row in table.rows}
    assert lines[ANY] == ["7", "2 of 7", "0 of 7"]
    assert lines["Chest pain"] == ["1", "1 of 1", "0 of 1"]
    assert lines["Nausea, diarrhoea, vomiting"] == ["", "none", "none"]


def test_the_share_of_serious_leans_the_way_the_page_says(tmp_path: Path):
    """Three side-effects each, one in six serious; of a third it is lost whether it was."""
    draw = Random(5)
    patients = {f"P{n}": [draw.random() < 1 / 6 for _ in range(3)] for n in range(300)}
    rows = [
        f"{patient} | headache | {day} | {'' if draw.random() < 1 / 3 else str(is_serious).lower()}"
        for patient, onsets in patients.items()
        for day, is_serious in enumerate(onsets)
    ]
    warehouse = open_tables(
        tmp_path,
        patients="\n".join(["patient_id", *patients]),
        side_effects="\n".join(["patient_id | symptom | day | serious", *rows]),
    )
    (found, _) = warehouse.records("side_effects/consequences", cohort=Cohort().criteria)
    truth = sum(map(any, patients.values())) / len(patients)
    assert found["n_serious"] / found["n_seriousness_recorded"] > truth + 0.05
    assert "rather too high" in UNKNOWN_CONSEQUENCE


def test_what_is_not_recorded_is_not_called_none():
    counts = {
        **{f"n_patients{end}": 3 for end in ("", "_lowest", "_highest")},
        **{
            f"{name}{end}": 0
            for name in ("n_stopped", "n_stopping_recorded", "n_serious", "n_seriousness_recorded")
            for end in ("", "_lowest", "_highest")
        },
    }
    rows = [{"symptom": symptom, **counts} for symptom in (None, "headache")]
    table = consequences_table(rows, ["headache"])
    assert table.rows[1] == ("Headache", "3", "not recorded", "not recorded")


def test_the_html_holds_every_figure_and_escapes_names():
    table = frequency_table(
        [
            {
                "symptom": symptom,
                "place": place,
                "column_name": name,
                **{
                    f"{figure}{end}": 6
                    for figure in ("n_patients", "n_side_effects", "n_exposed")
                    for end in ("", "_lowest", "_highest")
                },
            }
            for symptom in (None, "<b>")
            for place, name in ((1, "2 g/kg"), (98, "Not recorded"), (99, "All"))
        ],
        "dose at onset",
        "patients",
    )
    html = heat_html(table, LIGHT)
    assert "<th scope='row'>&lt;b&gt;</th>" in html
    assert html.count("100% (61–100)") == 4
    assert f"background:{LIGHT.accent}64" in html


# --- the strip of onsets -------------------------------------------------------------------


def onsets_of(warehouse: Warehouse, criteria: str, since: str, most: int = MOST_DOTS) -> list[dict]:
    asked = {"since": ONSET_FROM[since].measure, "most_drawn": most}
    return warehouse.records("side_effects/onset_days", cohort=criteria, **asked)


def test_of_many_onsets_as_many_of_each_symptom_are_drawn_as_there_is_room_for(demo: Warehouse):
    everyone, some = (onsets_of(demo, "[]", "cycle", most) for most in (1000, 60))
    n_of = Counter(row["symptom"] for row in everyone)
    assert Counter(row["symptom"] for row in some) == {
        symptom: min(n, 60 // len(n_of)) for symptom, n in n_of.items()
    }
    assert {(row["n_known"], row["n_open"]) for row in some} == {(len(everyone), 0)}
    assert [row for row in everyone if row in some] == some


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("since", ONSET_FROM)
def test_every_timed_onset_is_a_dot_and_the_form_holds_no_data(
    demo: Warehouse, since: str, palette
):
    def strip(**selected: object) -> tuple[dict, list[dict]]:
        criteria = Cohort.of(**selected).criteria
        onsets = onsets_of(demo, criteria, since)
        symptoms = sorted({row["symptom"] for row in onsets})
        return onset_strip(onsets, symptoms, since, palette), onsets

    spec, onsets = strip()
    assert len(spec["datasets"]["onsets"]) == len(onsets) == 227
    assert spec["title"]["text"].endswith("?")
    assert spec["description"]
    narrowed, _ = strip(sex=["male"])
    assert spec | {"datasets": None} == narrowed | {"datasets": None}


def test_an_onset_that_versions_differ_on_is_hollow_and_has_its_range(case_series: Warehouse):
    onsets = onsets_of(case_series, Cohort().criteria, "cycle")
    dots = {
        dot["patient_id"]: dot
        for dot in onset_strip(onsets, ["headache"], "cycle", LIGHT)["datasets"]["onsets"]
    }
    assert (dots["LV-01"]["fill_opacity"], dots["LV-01"]["when"]) == (1, "day 2")
    assert (dots["UV-01"]["fill_opacity"], dots["UV-01"]["rule_opacity"]) == (0, 1)
    assert (dots["UV-01"]["lowest"], dots["UV-01"]["highest"]) == (0, 27)
    rows = rows_of(case_series, "grade")
    assert "recorded for 1 and open within a range for 1" in onset_note(rows, onsets)


@settings(max_examples=50)
@given(st.lists(st.sampled_from("abc"), max_size=60), st.integers(1, 7), st.integers(1, 5))
def test_no_two_dots_of_a_place_lie_on_each_other(places: list[str], most: int, columns: int):
    packed = swarm(places, most, columns)
    assert len(set(zip(places, packed, strict=True))) == len(places)
    assert all(-1 <= height <= 1 for _, height in packed)
    assert all(abs(column) <= (columns - 1) / 2 for column, _ in packed)
    # Closer than side by side they stand only where there is no room.
    for place, n in Counter(places).items():
        own = sorted(packed[each] for each in range(len(places)) if places[each] == place)
        nearest = [b[1] - a[1] for a, b in pairwise(own) if a[0] == b[0]]
        if n <= most * columns and nearest:
            assert min(nearest) == pytest.approx(2 / max(most - 1, 1))


@pytest.mark.parametrize("last_day", [5, 20, 39, 41, 60, 80, 1400])
def test_a_dot_is_nearer_to_its_day_than_to_any_other(last_day: int):
    days = [*range(5)] * 12 + [last_day]
    measured = [dict.fromkeys(("onset_day", *ends_of("onset_day")), day) for day in days]
    about = {"symptom": "headache", "dose": None, "n_known": len(days), "n_open": 0}
    onsets = [about | day | {"patient_id": f"P-{n}"} for n, day in enumerate(measured)]
    dots = onset_strip(onsets, ["headache"], "first IVIg", LIGHT)["datasets"]["onsets"]
    assert len({(dot["x"], dot["height"]) for dot in dots}) == len(days) or last_day > 80
    assert all(f"day {round(dot['x'])}" == dot["when"] for dot in dots)
    assert (len({dot["x"] for dot in dots}) > len({*days})) == (last_day <= 32)


def ends_of(measure: str) -> tuple[str, str]:
    return f"{measure}_lowest", f"{measure}_highest"


def test_ranges_of_one_symptom_are_each_to_be_seen():
    about = {"symptom": "headache", "dose": None, "n_known": 6, "n_open": 6}
    days = {"days_since_cycle": 3, "days_since_cycle_lowest": 0, "days_since_cycle_highest": 20}
    onsets = [about | days | {"patient_id": f"P-{n}"} for n in range(6)]
    dots = onset_strip(onsets, ["headache"], "cycle", LIGHT)["datasets"]["onsets"]
    assert {dot["x"] for dot in dots} == {3}
    assert len({dot["height"] for dot in dots}) == 6


# --- the page ------------------------------------------------------------------------------


def page(**params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in params.items():
        app.query_params[name] = value
    return app.run().switch_page("pages/side_effects.py").run()


@pytest.mark.parametrize(
    ("dataset", "by"),
    [
        (dataset, by)
        for dataset in ("case_series", "demo_registry")
        for by in COUNTED_BY
        # The series has one centre and is not offered it (tests/test_beside.py).
        if (dataset, by) != ("case_series", "centre")
    ],
)
def test_the_page_shows_every_choice(dataset: str, by: str):
    app = page(dataset=dataset)
    for per in PER:
        app.session_state["side_effects_by"] = by
        app.session_state["side_effects_per"] = per
        app.run()
        assert not app.exception
        assert f"{PER[per].title}, by {by}" in html_of(app)
        assert PER[per].counting.split(" ")[0] in html_of(app)


def test_what_is_counted_per_cycle_says_that_long_courses_are_over_represented():
    app = page()
    assert "over-represented" not in html_of(app)
    for per in ("100 cycles", "100 person-years"):
        app.session_state["side_effects_per"] = per
        shown = html_of(app.run())
        assert "long courses are over-represented" in shown
        assert "counts once, so that these rates are the least" in shown


def test_the_note_on_doses_stands_where_columns_are_doses():
    app = page()
    assert "dose never changed is an assumption" in html_of(app)
    app.session_state["side_effects_by"] = "grade"
    assert "Dose at onset" not in html_of(app.run())


def test_a_cohort_without_onsets_says_so():
    app = page(diagnosis="dermatomyositis")
    assert not app.exception
    assert not app.get("vega_lite_chart")
    assert "not recorded in this cohort" in html_of(app)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ("dose at onset", "physicians chose doses for reasons that bear on side-effects too"),
        ("grade", "they are grades of the same side-effects"),
        ("cycle number", "who has many cycles is who bore and needed the early ones"),
        ("centre", "centres differ in whom they treat"),
    ],
)
def test_why_columns_are_not_compared_is_said_of_these_columns(columns: str, why: str):
    app = open_app("side_effects", {"dataset": ["demo_registry"], "side_effects_by": [columns]})
    [said] = re.findall(r"Described, not compared: .*?\.", html_of(app))
    assert f"because {why}" in said
