"""Dose and cost: the query against pandas, the reader's price, the table, the chart, the page."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx
from streamlit.testing.v1 import AppTest

from lib.ask import rows_of
from lib.charts.dose import AMOUNTS, dose_dots
from lib.charts.thinned import MOST_DOTS
from lib.cohort import Cohort
from lib.dose_cost import (
    THIN_SPACE,
    dose_table,
    grouped,
    read_price,
    to_digits,
    use_notes,
    weight_note,
)
from lib.palette import DARK, LIGHT
from lib.places import CASE_SERIES, DEMO_REGISTRY
from lib.warehouse import Warehouse, open_warehouse
from tests.cohorts_by_hand import over_versions, patients_by_hand, read_tables
from tests.registries import open_tables
from tests.screen import html_of

ROOT = Path(__file__).parents[1]
TWO_PATIENTS = {
    "patients": """
        patient_id | body_weight_kg | response
        A          | 50             | response
        B          | 80             | no response
        C          |                | response
    """,
    "cycles": """
        patient_id | cycle_no | day | dose_g_per_kg
        A          | 1        | 0   | 2
        A          | 2        | 28  | 2
        B          | 1        | 0   | 1
        C          | 1        | 0   | 1
    """,
}


@pytest.fixture(scope="module")
def case_series() -> Warehouse:
    return open_warehouse()


@pytest.fixture(scope="module")
def demo() -> Warehouse:
    return open_warehouse(DEMO_REGISTRY)


def use(warehouse: Warehouse, by: str = "dosing", **selected: object) -> list[dict]:
    return warehouse.records("dose/use", cohort=Cohort.of(**selected).criteria, by=by)


def lines(
    rows: list[dict], unit: str = "grams", price: float | None = None, basis: list[dict] = ()
) -> dict[str, tuple]:
    table = dose_table(rows, "dosing", unit, price, basis)
    return {name: tuple(cells) for name, *cells in table.rows}


def cost_basis(warehouse: Warehouse, by: str = "dosing", **selected: object) -> list[dict]:
    return warehouse.records("dose/cost_basis", cohort=Cohort.of(**selected).criteria, by=by)


def limits(cell: str) -> list[float]:
    return [float(end) for end in cell.replace(THIN_SPACE, "").split(" to ")]


# --- the query -----------------------------------------------------------------------------


def test_every_measure_by_arithmetic(tmp_path: Path):
    rows = use(open_tables(tmp_path / "registry", **TWO_PATIENTS))
    found = {(row["value"], row["measure"]): row["figure"] for row in rows}
    # A: 2 × 2 g/kg × 50 kg = 200 g in 28 + 28 days; B: 1 g/kg × 80 kg = 80 g in 28; C: no weight.
    assert found[None, "n_patients"] == 3
    assert found[None, "n_weighed"] == 2
    assert found[None, "grams_per_patient"] == approx((200 + 80) / 2)
    assert found[None, "grams_per_cycle"] == approx((200 + 80) / 3)
    assert found[None, "grams_per_year"] == approx((200 + 80) / ((56 + 28) / 365.25))
    assert found[None, "g_per_kg_per_patient"] == approx((4 + 1 + 1) / 3)
    assert found[None, "g_per_kg_per_cycle"] == approx((4 + 1 + 1) / 4)
    assert found[None, "g_per_kg_per_year"] == approx(6 / ((56 + 28 + 28) / 365.25))
    assert found[None, "grams_per_responder"] == approx((200 + 80) / 1)
    assert found["standard", "grams_per_patient"] == approx(200)
    assert found["reduced", "grams_per_patient"] == approx(80)
    assert found["reduced", "n_responders"] == 1
    # The only responder on a reduced dose has no weight: no grams per responder there.
    assert ("reduced", "grams_per_responder") not in found
    assert found["reduced", "n_judged_weighed"] == 1


@pytest.mark.parametrize("folder", [CASE_SERIES, DEMO_REGISTRY], ids=lambda path: path.name)
def test_grams_against_pandas(folder: Path):
    patients = patients_by_hand(read_tables(folder))
    patients["grams"] = patients["cumulative_dose_g_per_kg"] * patients["body_weight_kg"]
    patients["years"] = patients["therapy_duration_years"] + 28 / 365.25
    rows = use(open_warehouse(folder))
    found = {(row["value"], row["measure"]): row for row in rows}
    for dosing, part in {
        "reduced": patients[patients["dose_g_per_kg"] < 1.5],
        "standard": patients[patients["dose_g_per_kg"] >= 1.5],
        None: patients,
    }.items():
        weighed = part[part["grams"].notna()].groupby("imputation")
        judged = part[part["grams"].notna() & part["response"].notna()]
        n_responders = (judged["response"] == "response").groupby("imputation").sum()
        expected = {
            "grams_per_patient": weighed["grams"].mean(),
            "grams_per_patient_median": weighed["grams"].median(),
            "grams_per_cycle": weighed["grams"].sum() / weighed["n_cycles"].sum(),
            "grams_per_year": weighed["grams"].sum() / weighed["years"].sum(),
            "grams_per_responder": judged.groupby("imputation")["grams"].sum() / n_responders,
            "n_judged_weighed": judged.groupby("imputation").size(),
            "g_per_kg_per_patient_maximum": part.groupby("imputation")[
                "cumulative_dose_g_per_kg"
            ].max(),
        }
        for measure, by_version in expected.items():
            row = found[dosing, measure]
            ranges = {name: row[name] for name in ("figure", "figure_lowest", "figure_highest")}
            assert ranges == approx(over_versions("figure", by_version)), (dosing, measure)


def test_use_and_cost_of_each_centre_against_pandas(demo: Warehouse):
    patients = patients_by_hand(read_tables(DEMO_REGISTRY))
    patients["grams"] = patients["cumulative_dose_g_per_kg"] * patients["body_weight_kg"]
    found = {(row["value"], row["measure"]): row["figure"] for row in use(demo, "centre")}
    bases = {row["value"]: row for row in cost_basis(demo, "centre")}
    assert {value for value, _ in found} == {*patients["centre"], None} == set(bases)
    for centre, part in patients.groupby("centre"):
        weighed, judged = part[part["grams"].notna()], part[part["response"].notna()]
        expected = {
            "n_patients": len(part),
            "n_cycles": part["n_cycles"].sum(),
            "n_weighed": len(weighed),
            "n_judged": len(judged),
            "n_responders": (judged["response"] == "response").sum(),
            "g_per_kg_per_cycle": part["cumulative_dose_g_per_kg"].sum() / part["n_cycles"].sum(),
            "grams_per_patient": weighed["grams"].mean(),
            "grams_per_year": weighed["grams"].sum()
            / (weighed["therapy_duration_years"] + 28 / 365.25).sum(),
        }
        assert {name: found[centre, name] for name in expected} == approx(expected)
        assert bases[centre]["grams_mean"] == approx(judged["grams"].mean())
    # What is of all does not depend on what the columns are.
    everybody = [row for row in use(demo) if row["value"] is None]
    assert [row for row in use(demo, "centre") if row["value"] is None] == everybody


def test_medians_by_tier_against_pandas(case_series: Warehouse):
    patients = patients_by_hand(read_tables(CASE_SERIES))
    rows = case_series.records("dose/by_tier", cohort=Cohort().criteria)
    assert [row["dose_tier"] for row in rows] == ["2", "1", "0.5", "0.4"]
    for row in rows:
        part = patients[patients["dose_tier"] == row["dose_tier"]].groupby("imputation")
        expected = over_versions("g_per_kg", part["cumulative_dose_g_per_kg"].median())
        assert {name: row[name] for name in expected} == approx(expected)


# --- the price -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"), [("62.5", 62.5), ("62,50", 62.5), (" 70 ", 70.0), ("0,01", 0.01)]
)
def test_a_price_may_have_a_decimal_comma(text: str, expected: float):
    assert read_price(text) == (expected, "")


@pytest.mark.parametrize("text", ["", "   "])
def test_no_price_is_no_problem(text: str):
    assert read_price(text) == (None, "")


@pytest.mark.parametrize(
    "text",
    ["abc", "0", "0,00", "-5", "1.250", "1,250", "1.250,50", "1e5", "inf", "nan", "€ 60", "60 EUR",
     "1234567", "٣", "6 0", ",5", "5,"],
)  # fmt: skip
def test_nonsense_is_refused_in_words(text: str):
    price, problem = read_price(text)
    assert price is None
    assert text[:40] in problem
    assert "62,50" in problem


@given(st.text(max_size=60))
def test_whatever_is_typed_there_is_a_price_or_a_sentence_or_nothing(text: str):
    price, problem = read_price(text)
    if price is None:
        assert bool(problem) == bool(text.strip())
    else:
        assert problem == ""
        assert 0 < price < 1_000_000


# --- the table -----------------------------------------------------------------------------


def test_cost_is_grams_times_price_and_only_with_a_price(tmp_path: Path):
    rows = use(open_tables(tmp_path / "registry", **TWO_PATIENTS))
    assert not any("ost" in name for name in lines(rows))
    found = lines(rows, price=100)
    # Columns: reduced (B: 80 g; C has no weight), standard (A: 200 g), all.
    assert found["Cost per patient, mean"] == ("8000", f"20{THIN_SPACE}000", f"14{THIN_SPACE}000")
    assert found["Cost per responder of these"] == ("–", f"20{THIN_SPACE}000", f"28{THIN_SPACE}000")
    weighed = found["Responded, of those with a known weight"]
    assert weighed == ("0/1", "1/1", "1/2")


def test_a_rate_that_versions_agree_on_has_an_interval(case_series: Warehouse):
    found = lines(use(case_series))
    assert found["Responded"] == ("8/9, 89% (57–98)", "21/23, 91% (73–98)", "29/32, 91% (76–97)")


def judged_by_hand(registry: Path) -> pd.DataFrame:
    patients = patients_by_hand(read_tables(registry))
    patients["grams"] = patients["cumulative_dose_g_per_kg"] * patients["body_weight_kg"]
    return patients[patients["grams"].notna() & patients["response"].notna()]


@pytest.mark.parametrize("folder", [CASE_SERIES, DEMO_REGISTRY], ids=lambda path: path.name)
def test_what_the_interval_rests_on_against_pandas(folder: Path):
    judged = judged_by_hand(folder)
    rows = cost_basis(open_warehouse(folder))
    assert {row["value"] for row in rows} == {"reduced", "standard", None}
    for row in rows:
        part = judged.loc[[row["imputation"]]]
        if row["value"]:
            part = part[(part["dose_g_per_kg"] < 1.5) == (row["value"] == "reduced")]
        responded = part["response"] == "response"
        assert (row["n_judged"], row["n_responders"]) == (len(part), responded.sum())
        assert row["grams_mean"] == approx(part["grams"].mean())
        assert row["grams_sd"] == approx(part["grams"].std())
        assert row["correlation"] == approx(part["grams"].corr(responded.astype(float)))


def test_the_interval_of_cost_per_responder_is_that_of_a_bootstrap_of_patients(demo: Warehouse):
    """Grams and response are drawn together, ten thousand times; each limit within 3%."""
    judged = judged_by_hand(DEMO_REGISTRY)
    grams = judged["grams"].to_numpy()
    responded = (judged["response"] == "response").to_numpy()
    drawn = np.random.default_rng(1).integers(0, len(judged), (10_000, len(judged)))
    costs = 62.5 * grams[drawn].sum(axis=1) / responded[drawn].sum(axis=1)
    found = lines(use(demo), price=62.5, basis=cost_basis(demo))
    assert found["Responded, of those with a known weight"][2] == "364/500"
    expected = np.percentile(costs, [2.5, 97.5])
    assert limits(found["95% interval of that"][2]) == approx(list(expected), rel=0.03)


def test_of_a_few_there_is_no_interval_of_the_cost(tmp_path: Path):
    warehouse = open_tables(tmp_path / "registry", **TWO_PATIENTS)
    found = lines(use(warehouse), price=10, basis=cost_basis(warehouse))
    assert found["95% interval of that"] == ("none: fewer than 5 patients",) * 3


def test_without_responders_the_cost_has_a_lower_limit_alone(tmp_path: Path):
    warehouse = open_tables(
        tmp_path / "registry",
        patients="patient_id | body_weight_kg | response\n"
        + "\n".join(f"P{n} | 50 | no response" for n in range(20)),
        cycles="patient_id | cycle_no | day | dose_g_per_kg\n"
        + "\n".join(f"P{n} | 1 | 0 | 2" for n in range(20)),
    )
    found = lines(use(warehouse), price=1, basis=cost_basis(warehouse))
    # 100 g each, and at most 0.1611 of them respond (Newcombe: 0 of 20).
    assert found["95% interval of that"][2] == f"from {100 / 0.16113:.0f}; nobody responded"


def test_a_rate_that_versions_differ_on_has_no_interval(tmp_path: Path):
    warehouse = open_tables(
        tmp_path / "registry",
        patients="""
                imputation | patient_id | body_weight_kg | response
                1          | A          | 50             | response
                2          | A          | 50             | no response
            """,
        cycles="""
                imputation | patient_id | cycle_no | day | dose_g_per_kg
                1          | A          | 1        | 0   | 2
                2          | A          | 1        | 0   | 2
            """,
    )
    assert lines(use(warehouse))["Responded"][2] == "0 ⟨0–1⟩/1"


def test_of_filled_in_weights_there_is_no_cost_per_responder_and_costs_have_two_digits(
    case_series: Warehouse,
):
    rows = use(case_series)
    table = dose_table(rows, "dosing", "g/kg", 60, reconstructed=True)
    found = {name: cells for name, *cells in table.rows}
    assert [name for name in found if "ost" in name] == [
        "Cost per cycle", "Cost per patient, mean", "Cost per year of therapy",
    ]  # fmt: skip
    for number in re.findall(r"\d+", found["Cost per patient, mean"][2].replace(THIN_SPACE, "")):
        assert set(number[2:]) == {"0"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [(74_500, 75_000), (3_749.9, 3_700), (3_750, 3_800), (9.96, 10), (0.0149, 0.015), (0, 0)],
)
def test_a_cost_has_two_digits_half_up(value: float, expected: float):
    assert to_digits(value, 2) == pytest.approx(expected)


def test_a_dosing_that_nobody_had_is_a_dash(case_series: Warehouse):
    found = lines(use(case_series, dose_tier=["2"]), "g/kg", price=5)
    assert found["Patients"] == ("0", "23", "23")
    assert found["g/kg per patient, mean"][0] == found["Cost per responder of these"][0] == "–"
    assert "–" in found["Responded"][0]
    assert found["g/kg per patient, median (range)"][0] == "–"


def six_centres(folder: Path) -> Warehouse:
    """One patient in A, two in B, ... six in F, each with one cycle of 1 g/kg."""
    ids = [f"{centre}{n}" for size, centre in enumerate("ABCDEF", 1) for n in range(size)]
    return open_tables(
        folder / "registry",
        patients="patient_id | centre | body_weight_kg | response\n"
        + "\n".join(f"{each} | Centre {each[0]} | 50 | response" for each in ids),
        cycles="patient_id | cycle_no | day | dose_g_per_kg\n"
        + "\n".join(f"{each} | 1 | 0 | 1" for each in ids),
    )


def test_the_largest_centres_have_columns_and_the_others_are_counted(tmp_path: Path):
    rows = use(six_centres(tmp_path), "centre")
    table = dose_table(rows, "centre", "g/kg", None)
    assert table.columns == ("", "Centre C", "Centre D", "Centre E", "Centre F", "All centres")
    assert table.rows[0] == ("Patients", "3", "4", "5", "6", "21")
    assert use_notes(rows, "centre", None, 0)[0] == (
        "2 centres with as many patients or fewer have no column, and count in “All centres”; the "
        "filter shows any centre."
    )


def test_a_centre_that_the_filter_leaves_out_has_no_column(tmp_path: Path):
    rows = use(six_centres(tmp_path), "centre", centre=["Centre B"])
    table = dose_table(rows, "centre", "g/kg", None)
    assert table.columns == ("", "Centre B", "All centres")
    assert table.rows[0] == ("Patients", "2", "2")
    assert not any("column" in note for note in use_notes(rows, "centre", None, 0))


def test_the_only_centre_of_a_registry_has_no_column_beside_that_of_all(case_series: Warehouse):
    table = dose_table(use(case_series, "centre"), "centre", "g/kg", None)
    assert table.columns == ("", "All centres")
    assert table.rows[0] == ("Patients", "32")


def test_of_a_shared_registry_a_small_centre_is_a_step_and_has_no_amounts(tmp_path: Path):
    by_centre = (("by", "centre"),)
    rows = rows_of(six_centres(tmp_path), 5, "dose/use", Cohort(), by_centre)
    found = {name: cells for name, *cells in dose_table(rows, "centre", "g/kg", 1).rows}
    # Of the four small ones all is alike, so that their order tells nothing either. Of the two
    # others one is what the 21 patients leave.
    assert found["Patients"] == ["<5", "<5", "5–9", "5–19", "15–24"]
    table = dose_table(rows, "centre", "g/kg", 1)
    assert table.columns[1:5] == ("Centre A", "Centre B", "Centre E", "Centre F")
    for name in ("Cycles", "g/kg per cycle", "g/kg per patient, mean", "Cost per cycle"):
        assert set(found[name]) == {"–"}


def test_the_note_on_weights_counts_those_that_are_there(demo: Warehouse):
    assert "530 of 600 patients" in weight_note(use(demo))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234", "1234"),
        ("12345", f"12{THIN_SPACE}345"),
        ("1234567 ⟨98765–1.5⟩", f"1{THIN_SPACE}234{THIN_SPACE}567 ⟨98{THIN_SPACE}765–1.5⟩"),
        ("0.123456", "0.123456"),
    ],
)
def test_long_numbers_are_grouped(text: str, expected: str):
    assert grouped(text) == expected


# --- the chart -----------------------------------------------------------------------------


def drawn(
    warehouse: Warehouse, criteria: str, version: int, unit: str, most: int = MOST_DOTS
) -> list[dict]:
    asked = {"version": version, "amount": AMOUNTS[unit].measure, "most_drawn": most}
    return warehouse.records("dose/patients", cohort=criteria, **asked)


def chart(warehouse: Warehouse, unit: str, version: int, **selected: object) -> dict:
    criteria = Cohort.of(**selected).criteria
    return dose_dots(
        drawn(warehouse, criteria, version, unit),
        warehouse.records("dose/by_tier", cohort=criteria),
        unit,
        DARK if unit == "grams" else LIGHT,
    )


@pytest.mark.parametrize("unit", AMOUNTS)
def test_of_many_patients_as_many_of_each_tier_are_drawn_as_there_is_room_for(
    demo: Warehouse, unit: str
):
    everybody, some = (drawn(demo, "[]", 0, unit, most) for most in (1000, 60))
    n_of = Counter(row["dose_tier"] for row in everybody)
    assert Counter(row["dose_tier"] for row in some) == {
        tier: min(n, 60 // len(n_of)) for tier, n in n_of.items()
    }
    assert {row["n_known"] for row in some} == {len(everybody)}
    amounts = [row for row in everybody if row["patient_id"] in {one["patient_id"] for one in some}]
    assert amounts == some


def test_a_patient_who_is_drawn_among_others_keeps_the_range_over_the_versions(
    case_series: Warehouse,
):
    everybody, some = (drawn(case_series, "[]", 1, "g/kg", most) for most in (32, 9))
    assert len(some) < len(everybody) == 32
    ranges = {row["patient_id"]: row["g_per_kg_highest"] for row in everybody}
    assert all(row["g_per_kg_highest"] == ranges[row["patient_id"]] for row in some)


@pytest.mark.parametrize("unit", AMOUNTS)
def test_a_dot_a_patient_and_a_form_without_data(demo: Warehouse, unit: str):
    spec = chart(demo, unit, 0)
    assert len(spec["datasets"]["patients"]) == {"grams": 530, "g/kg": 600}[unit]
    assert len(spec["datasets"]["medians"]) == 4
    assert spec["title"]["text"].endswith("?")
    assert spec["description"]
    narrowed = chart(demo, unit, 0, diagnosis=["dermatomyositis"])
    assert spec | {"datasets": None} == narrowed | {"datasets": None}


def test_a_dot_is_filled_where_all_versions_agree(case_series: Warehouse):
    dots = {dot["patient_id"]: dot for dot in chart(case_series, "g/kg", 1)["datasets"]["patients"]}
    assert len(dots) == 32
    # DM-02 had 6 cycles of 1 g/kg in every version; of DM-05 only totals are known.
    assert (dots["DM-02"]["fill_opacity"], dots["DM-02"]["amount"]) == (1, "6.0")
    assert dots["DM-05"]["fill_opacity"] == 0
    assert "⟨" in dots["DM-05"]["amount"]
    grams = chart(case_series, "grams", 1)["datasets"]["patients"]
    assert not any(dot["fill_opacity"] for dot in grams)


# --- the page ------------------------------------------------------------------------------


def page(**params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in params.items():
        app.query_params[name] = value
    return app.run().switch_page("pages/dose_and_cost.py").run()


def test_without_a_price_there_is_no_cost_and_a_sentence_says_what_to_enter():
    app = page()
    assert not app.exception
    assert "Cost per" not in html_of(app).split("<details")[0]
    assert "Enter what a gram costs" in html_of(app)
    assert "confounding by indication" in html_of(app)


def test_a_price_brings_the_cost_and_nonsense_a_warning():
    app = page(dataset="demo_registry")
    app.text_input[0].set_value("50,5").run()
    assert "<th scope='row'>Cost per responder" in html_of(app)
    assert not app.warning
    app.text_input[0].set_value("cheap").run()
    assert not app.exception
    assert "“cheap” is no price" in app.warning[0].value.replace("\\", "")
    assert "<th scope='row'>Cost per responder" not in html_of(app)


def test_a_reconstruction_says_what_it_leans_to_and_why_it_has_no_cost_per_responder():
    app = page()
    app.text_input[0].set_value("50,5").run()
    html = html_of(app)
    assert "long courses are over-represented" in html
    assert "No cost per responder" in html
    assert "<th scope='row'>Cost per responder" not in html
    assert "over-represented" not in html_of(page(dataset="demo_registry"))


def test_the_unit_that_comes_first_is_the_one_that_is_known():
    assert "g/kg per cycle" in html_of(page())
    demo = html_of(page(dataset="demo_registry"))
    assert "grams per cycle" in demo
    assert "530 of 600 patients" in demo


@pytest.mark.parametrize("params", [
    {"dose_tier": "0.4"},
    {"diagnosis": "Stevens-Johnson syndrome"},
    {"dataset": "demo_registry", "dose_tier": "2", "sex": "male"},
])  # fmt: skip
def test_the_page_follows_the_filter(params: dict):
    app = page(**params)
    assert not app.exception
    assert len(app.get("vega_lite_chart")) == 1


def test_of_several_centres_the_columns_may_be_these():
    app = page(dataset="demo_registry", dose_and_cost_by="centre", dose_and_cost_price="60")
    assert not app.exception
    html = html_of(app)
    for words in ("Centre by centre", "Centre 3", "All centres", "never ranked", "95% interval"):
        assert words in html
    assert "Reduced (below" not in html


def test_of_one_centre_no_choice_is_offered_and_a_link_to_it_is_told():
    app = page(dose_and_cost_by="centre")
    assert not app.exception
    assert "Reduced (below" in html_of(app)
    assert "dose\\_and\\_cost\\_by “centre”" in app.warning[0].value
    assert "Columns" not in [group.label for group in app.get("button_group")]


def test_beside_the_series_each_registry_has_its_own_centres():
    app = page(dataset="demo_registry", dose_and_cost_by="centre", beside="1")
    assert not app.exception
    html = html_of(app)
    assert "Centre 1" in html
    assert "Published" in html


def test_each_column_of_grams_says_of_how_many_patients_they_are(tmp_path: Path):
    rows = use(open_tables(tmp_path / "registry", **TWO_PATIENTS))
    # A alone has standard doses; of B and C, on reduced ones, only B was weighed.
    assert lines(rows)["Patients"] == ("2", "1", "3")
    assert lines(rows)["Patients with known weight"] == ("1", "1", "2")
    assert "Patients with known weight" in lines(rows, "g/kg", price=60)
    assert "Patients with known weight" not in lines(rows, "g/kg")
