"""Two cohorts side by side: figures against pandas, intervals and tests on worked examples."""

import math
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

import lib.comparison
from lib.charts.compare import share_chart
from lib.cohort import FIELDS_BY_NAME, IN_HINDSIGHT, Cohort
from lib.comparison import (
    CHOSEN,
    CHOSEN_BY,
    DRUGS,
    HINDSIGHT,
    MOST_SORTED,
    OVERLAP,
    SLOW,
    UNKNOWN,
    Basis,
    Difference,
    needs_seconds,
    number_differences,
    percent_text,
    share_differences,
    shifts_by_version,
    sizes,
)
from lib.comparison_table import (
    comparison_html,
    comparison_method,
    comparison_notes,
    comparison_tables,
    difference_text,
    p_text,
    reasons_withheld,
)
from lib.figures import Step
from lib.named_cohorts import OTHER_DOSES, PRESENT, REST
from lib.pair import example, pair_of, seconds
from lib.palette import DARK, LIGHT
from lib.places import CASE_SERIES, DEMO_REGISTRY
from lib.stats import fisher_exact
from lib.stats.choice import DESCRIBED, RECONSTRUCTED, TOO_FEW
from lib.warehouse import Warehouse, open_warehouse
from tests.cohorts_by_hand import (
    KEYS,
    ByHand,
    cohorts,
    counted,
    over_versions,
    patients_by_hand,
    read_tables,
)
from tests.registries import open_tables
from tests.screen import html_of, open_app, texts

EVERYBODY = Cohort()
NUMBERS = (
    "n_cycles",
    "cumulative_dose_g_per_kg",
    "therapy_duration_years",
    "age_at_first_ivig_years",
    "diagnosis_to_first_ivig_years",
)
# Six women of whom five responded, seven men of whom two did and one is not judged.
THIRTEEN = """
    patient_id | sex    | age_at_first_ivig_years | response
    A1         | female | 41                      | response
    A2         | female | 45                      | response
    A3         | female | 52                      | response
    A4         | female | 58                      | response
    A5         | female | 66                      | response
    A6         | female | 70                      | no response
    B1         | male   | 35                      | response
    B2         | male   | 38                      | response
    B3         | male   | 44                      | no response
    B4         | male   | 47                      | no response
    B5         | male   | 49                      | not evaluable
    B6         | male   | 51                      | no response
    B7         | male   | 80                      |
"""
SIDE_EFFECTS = """
    patient_id | symptom  | serious | led_to_discontinuation
    A1         | headache | false   | true
    A1         | nausea   |         | false
    A2         | headache |         | false
    B1         | nausea   | true    |
    B1         | headache |         | false
"""
WOMEN, MEN = Cohort.of(sex=["female"]), Cohort.of(sex=["male"])


def shares(warehouse: Warehouse, a: Cohort, b: Cohort, *, less_first: bool = False) -> list[dict]:
    return asked(warehouse, "compare/shares", a, b, less_first)


def numbers(warehouse: Warehouse, a: Cohort, b: Cohort, *, less_first: bool = False) -> list[dict]:
    return asked(warehouse, "compare/numbers", a, b, less_first)


def asked(warehouse: Warehouse, query: str, a: Cohort, b: Cohort, less_first: bool) -> list[dict]:
    return warehouse.records(query, cohort=a.criteria, other=b.criteria, less_first=less_first)


def all_differences(warehouse: Warehouse, a: Cohort) -> dict[str, Difference]:
    """Of a cohort against the rest, as the page asks for them."""
    basis = Basis(chosen_by=frozenset(a.words_by_field))
    found = share_differences(shares(warehouse, a, EVERYBODY, less_first=True), basis)
    found += number_differences(numbers(warehouse, a, EVERYBODY, less_first=True), basis)
    return by_label(found)


def by_label(differences: list[Difference]) -> dict[str, Difference]:
    return {each.label: each for each in differences}


@pytest.fixture(scope="module")
def demo() -> Warehouse:
    return open_warehouse(DEMO_REGISTRY)


@pytest.fixture(scope="module")
def thirteen(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    folder = tmp_path_factory.mktemp("thirteen")
    return open_tables(folder, patients=THIRTEEN, side_effects=SIDE_EFFECTS)


# --- figures against pandas ----------------------------------------------------------------


@pytest.fixture(scope="module", params=[CASE_SERIES, DEMO_REGISTRY], ids=lambda path: path.name)
def opened(request: pytest.FixtureRequest) -> tuple[Warehouse, ByHand, pd.DataFrame]:
    """A registry as the app opens it, and as pandas reads it: who has what, null if unknown."""
    tables = read_tables(request.param)
    by_hand = ByHand(patients_by_hand(tables))
    return open_warehouse(request.param), by_hand, answers_by_hand(by_hand.patients, tables)


def answers_by_hand(patients: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Yes, no or None for every patient; one column for each (characteristic, value)."""
    answers = {
        ("response", ""): (patients["response"] == "response").where(patients["response"].notna()),
        ("has_side_effect", ""): patients["has_side_effect"],
        ("female", ""): (patients["sex"] == "female").where(patients["sex"] != "unknown"),
    }
    for characteristic in ("serious_side_effect", "stopped_for_side_effect"):
        answers[characteristic, ""] = patients[characteristic]
    for name in ("dose_tier", "diagnosis_group"):
        for value in patients[name].dropna().unique():
            answers[name, value] = (patients[name] == value).where(patients[name].notna())
    for role in ("prior", "concomitant"):
        rows = tables["treatments"].query("role == @role")
        for drug in rows["drug"].unique():
            takers = rows[rows["drug"] == drug].set_index(KEYS).index
            answers[f"{role}_drugs", drug] = pd.Series(patients.index.isin(takers), patients.index)
    return pd.DataFrame({name: column.astype(object) for name, column in answers.items()})


def members(by_hand: ByHand, a: Cohort, b: Cohort, less_first: bool) -> dict[str, pd.Series]:
    inside = {"a": by_hand.inside(a), "b": by_hand.inside(b)}
    return inside | ({"b": inside["b"] & ~inside["a"]} if less_first else {})


@settings(max_examples=8)
@given(data=st.data(), less_first=st.booleans())
def test_shares_are_what_pandas_counts(
    opened: tuple[Warehouse, ByHand, pd.DataFrame], data: st.DataObject, less_first: bool
):
    warehouse, by_hand, answers = opened
    a, b = data.draw(cohorts(by_hand)), data.draw(cohorts(by_hand))
    inside = members(by_hand, a, b, less_first)
    found = shares(warehouse, a, b, less_first=less_first)
    assert {(row["characteristic"], row["value"]) for row in found} == set(answers.columns)
    for row in found:
        answer = answers[row["characteristic"], row["value"]]
        share, expected = {}, {}
        for name, who in inside.items():
            known = who & answer.notna()
            has_it = known & answer.eq(True)
            expected |= counted(f"n_{name}", has_it) | counted(f"known_{name}", known)
            share[name] = has_it.groupby("imputation").sum() / known.groupby("imputation").sum()
            expected |= over_versions(f"share_{name}", share[name])
        expected |= over_versions("difference", share["a"] - share["b"])
        both = (inside["a"] & inside["b"] & answer.notna()).groupby("imputation").sum().max()
        assert row["known_in_both"] == both
        for name, value in expected.items():
            assert row[name] == pytest.approx(value) or (row[name] is None and math.isnan(value))


@settings(max_examples=8)
@given(data=st.data(), less_first=st.booleans())
def test_numbers_and_shifts_are_what_pandas_counts(
    opened: tuple[Warehouse, ByHand, pd.DataFrame], data: st.DataObject, less_first: bool
):
    warehouse, by_hand, _ = opened
    a, b = data.draw(cohorts(by_hand)), data.draw(cohorts(by_hand))
    inside = members(by_hand, a, b, less_first)
    found = numbers(warehouse, a, b, less_first=less_first)
    assert [row["characteristic"] for row in found] == list(NUMBERS)
    for row in found:
        values = by_hand.patients[row["characteristic"]]
        expected, known = {}, {}
        for name, who in inside.items():
            known[name] = values[who].dropna().groupby("imputation")
            expected |= counted(f"known_{name}", who & values.notna())
            quartiles = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
            for figure, part in quartiles.items():
                by_version = known[name].quantile(part)
                expected |= over_versions(f"{figure}_{name}", by_version)
        for name, value in expected.items():
            assert row[name] == pytest.approx(value) or (row[name] is None and math.isnan(value))
        pairs = [
            pd.Series([x - y for x in known["a"].get_group(v) for y in known["b"].get_group(v)])
            for v in set(known["a"].groups) & set(known["b"].groups)
        ]
        versions = versions_of(row)
        for name, counts in zip(
            "ab", zip(*(each for _, each in versions), strict=True), strict=True
        ):
            # Of a version without members pandas has no group.
            listed = [
                np.repeat(of, n).tolist() for (of, _), n in zip(versions, counts, strict=True)
            ]
            assert [each for each in listed if each] == [sorted(each) for _, each in known[name]]
        assert all(list(of) == sorted(set(of)) for of, _ in versions)
        shifts = shifts_by_version(versions)
        assert shifts == pytest.approx(sorted(each.median() for each in pairs))


def versions_of(row: dict) -> list[tuple]:
    """For each version the different numbers, and how many of A and of B have each."""
    counts = zip(row["counts_a"], row["counts_b"], strict=True)
    return list(zip(row["numbers"], counts, strict=True))


# --- worked examples -----------------------------------------------------------------------


def test_shares_with_interval_and_test(thirteen: Warehouse):
    basis = Basis()
    found = by_label(share_differences(shares(thirteen, WOMEN, MEN), basis))
    responded = found["Responded"]
    # "Not evaluable" is known, what is empty is not.
    assert (responded.figure_a, responded.figure_b) == ("5/6 (83%)", "2/6 (33%)")
    assert responded.estimate == pytest.approx(50)
    newcombe = confint_proportions_2indep(5, 6, 2, 6, method="newcomb", compare="diff")
    assert (responded.lower, responded.upper) == pytest.approx([100 * e for e in newcombe])
    # 5 of 6 against 2 of 6, seven with it in all: 2 × (6 + 90) / 792 of all tables.
    assert responded.p_value == pytest.approx(2 * (6 * 1 + 15 * 6) / 792)
    assert p_text(responded, []) == "0.24"
    # Of A2 it is not recorded whether the headache was serious; the nausea of B1 was.
    serious = found["Serious side-effect"]
    assert (serious.figure_a, serious.figure_b) == ("0/4", "1/7 (14%)")
    assert serious.withheld == TOO_FEW
    assert (serious.lower, difference_text(serious)) == (None, "–")
    stopped = found["Stopped for side-effects"]
    assert (stopped.figure_a, stopped.figure_b) == ("1/6 (17%)", "0/6 (0%)")


def test_numbers_with_interval_and_test(thirteen: Warehouse):
    found = by_label(number_differences(numbers(thirteen, WOMEN, MEN), Basis()))
    age = found["Age at first IVIg, years"]
    assert (age.figure_a, age.figure_b) == ("55 (46.8–64)", "47 (41–50)")
    ages = {"a": [41, 45, 52, 58, 66, 70], "b": [35, 38, 44, 47, 49, 51, 80]}
    pairs = sorted(x - y for x in ages["a"] for y in ages["b"])
    assert age.estimate == (pairs[20] + pairs[21]) / 2
    # The exact distribution for 6 and 7 leaves 6 differences out at each end (U ≤ 6: p = 0.035).
    assert (age.lower, age.upper) == (pairs[6], pairs[-7])
    assert age.test == "Mann–Whitney test"
    assert 0.05 < age.p_value < 0.5
    assert found["Number of cycles"].figure_a == "–"
    assert found["Number of cycles"].withheld == UNKNOWN
    assert difference_text(found["Number of cycles"]) == "–"


def test_what_the_cohorts_were_chosen_by_is_not_tested(thirteen: Warehouse):
    basis = Basis(chosen_by=frozenset({"sex"}))
    found = by_label(share_differences(shares(thirteen, WOMEN, MEN), basis))
    assert found["Female"].withheld == CHOSEN
    assert found["Female"].lower is None
    assert difference_text(found["Female"]) == "+100"
    assert found["Responded"].p_value is not None


def test_every_field_that_selects_by_a_characteristic_exists():
    assert set().union(*CHOSEN_BY.values()) <= FIELDS_BY_NAME.keys()


@pytest.mark.parametrize(
    ("chosen", "implied"),
    [
        ({"subtype": ["classic"]}, ["Diagnosis"]),
        ({"overlap": ["rheumatoid arthritis"]}, ["Diagnosis"]),
        (
            {"cycles": (10, 60)},
            ["Number of cycles", "Cumulative dose, g/kg", "Therapy duration, years"],
        ),
        (
            {"duration": (1, 5)},
            ["Number of cycles", "Cumulative dose, g/kg", "Therapy duration, years"],
        ),
        ({"dose_tier": ["2"]}, ["Usual dose per cycle", "Cumulative dose, g/kg"]),
    ],
)
def test_what_the_choice_implies_is_not_tested(demo: Warehouse, chosen: dict, implied: list[str]):
    found = all_differences(demo, Cohort.of(**chosen))
    assert {found[label].withheld for label in implied} == {CHOSEN}


@pytest.mark.parametrize(
    "chosen",
    [
        {"cycles": (10, 60)},
        {"duration": (1, 5)},
        {"response": ["response"]},
        {"side_effect": ["any"]},
        {"dose_tier": ["2"]},
        {"concomitant_drug": ["any"]},
    ],
)
def test_a_choice_in_hindsight_leaves_only_what_came_before_to_be_tested(
    demo: Warehouse, chosen: dict
):
    found = all_differences(demo, Cohort.of(**chosen))
    before = {"Female", "Diagnosis", "Age at first IVIg, years", "Diagnosis to first IVIg, years"}
    for label, each in found.items():
        if each.test and label not in before and not label.startswith("Before IVIg"):
            assert each.withheld in (CHOSEN, HINDSIGHT), label
            assert each.lower is None, label
    assert {found[label].withheld for label in before - {"Diagnosis"}} == {None}
    assert set(chosen) <= IN_HINDSIGHT


def test_a_number_that_is_not_known_of_everybody_says_of_how_many_it_is(tmp_path: Path):
    warehouse = open_tables(
        tmp_path,
        patients="""
            patient_id | sex    | diagnosis_to_first_ivig_years
            A          | female | 1
            B          | female | 3
            C          | female |
            D          | male   | 2
        """,
    )
    (years,) = number_differences(numbers(warehouse, WOMEN, MEN), Basis())[-1:]
    assert years.figure_a == "2 (1.5–2.5), n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}2"
    assert years.figure_b == "2 (2–2)"


def test_a_null_registry_has_no_finding_where_the_choice_would_make_one(tmp_path: Path):
    """Everybody has the same chance to respond at each cycle: more cycles, more responders."""
    draw = Random(2)
    courses = [draw.randint(1, 20) for _ in range(200)]
    responses = [any(draw.random() < 0.1 for _ in range(n)) for n in courses]
    warehouse = open_tables(
        tmp_path,
        patients="patient_id | response\n"
        + "\n".join(f"P{i} | {'' if r else 'no '}response" for i, r in enumerate(responses)),
        cycles="patient_id | cycle_no | day | dose_g_per_kg\n"
        + "\n".join(
            f"P{i} | {c + 1} | {28 * c} | 2" for i, n in enumerate(courses) for c in range(n)
        ),
    )
    many = Cohort.of(cycles=(10, 20))
    rows = shares(warehouse, many, EVERYBODY, less_first=True)
    naive = by_label(share_differences(rows, Basis()))["Responded"]
    honest = by_label(share_differences(rows, Basis(chosen_by=frozenset({"cycles"}))))["Responded"]
    assert naive.p_value < 0.001
    assert (honest.p_value, honest.withheld) == (None, HINDSIGHT)


def test_cohorts_that_share_patients_have_neither_interval_nor_test(thirteen: Warehouse):
    rows = shares(thirteen, WOMEN, EVERYBODY)
    assert sizes(rows).n_both == 6
    found = share_differences(rows, Basis())
    found += number_differences(numbers(thirteen, WOMEN, EVERYBODY), Basis())
    known = [each for each in found if each.test and each.figure_a != "–"]
    assert {each.withheld for each in known} == {OVERLAP}
    assert all(each.lower is None and each.p_value is None for each in found)
    assert difference_text(by_label(found)["Responded"]) == "+25"


def test_the_rest_is_everybody_who_is_not_in_the_first(thirteen: Warehouse):
    rest = shares(thirteen, WOMEN, EVERYBODY, less_first=True)
    assert rest == shares(thirteen, WOMEN, MEN)
    assert sizes(rest).n_both == 0


def test_a_reconstructed_registry_shows_ranges_and_nothing_that_looks_known(tmp_path: Path):
    rows = "\n".join(
        f"{version} | {sex[0]}{n} | {sex} | {'response' if n < limit else 'no response'}"
        for version in (1, 2, 3)
        for sex, limit in (("female", 2 + version), ("male", 3))
        for n in range(6)
    )
    warehouse = open_tables(tmp_path, patients=f"imputation | patient_id | sex | response\n{rows}")
    found = share_differences(shares(warehouse, WOMEN, MEN), Basis(n_versions=3))
    responded = by_label(found)["Responded"]
    assert responded.figure_a == "4 ⟨3–5⟩/6 (67% ⟨50–83⟩)"
    assert responded.figure_b == "3/6 (50%)"
    assert difference_text(responded) == "+17 ⟨0 to +33⟩"
    ages = number_differences(numbers(warehouse, WOMEN, MEN), Basis(n_versions=3))
    for each in [*found, *ages]:
        assert each.lower is None
        assert each.p_value is None
        assert not each.test or each.withheld in (RECONSTRUCTED, DESCRIBED, UNKNOWN)
    assert responded.withheld == RECONSTRUCTED
    assert by_label(found)["Any side-effect"].withheld == DESCRIBED


def test_what_all_versions_agree_on_is_withheld_for_another_reason_than_what_they_differ_on():
    """A plain figure is no figure that the publication leaves open."""
    series, basis = open_warehouse(), Basis(n_versions=100)
    reduced, standard = Cohort.of(dose_tier=["1", "0.5", "0.4"]), Cohort.of(dose_tier=["2"])
    found = share_differences(shares(series, standard, reduced), basis)
    found += number_differences(numbers(series, standard, reduced), basis)
    (responded,) = (each for each in found if each.label == "Responded")
    assert (responded.figure_a, responded.figure_b) == ("21/23 (91%)", "8/9 (89%)")
    assert responded.withheld == DESCRIBED
    for each in found:
        is_plain = "⟨" not in each.figure_a + each.figure_b + difference_text(each)
        if each.withheld in (DESCRIBED, RECONSTRUCTED) and each.figure_a:
            assert (each.withheld == DESCRIBED) == is_plain, each.label


def test_a_test_that_takes_seconds_is_made_when_asked_for(tmp_path: Path):
    tiers = ("2", "1", "0.5")
    patients = [
        (f"{sex[0]}{n}", sex, tiers[n % 3]) for sex in ("female", "male") for n in range(45)
    ]
    warehouse = open_tables(
        tmp_path,
        patients="patient_id | sex\n" + "\n".join(f"{p} | {s}" for p, s, _ in patients),
        cycles="patient_id | cycle_no | day | dose_g_per_kg\n"
        + "\n".join(f"{p} | 1 | 0 | {dose}" for p, _, dose in patients),
    )
    rows = shares(warehouse, WOMEN, MEN)
    assert needs_seconds(sizes(rows), 0)
    assert not needs_seconds(sizes(rows), 100)
    by_default = by_label(share_differences(rows, Basis()))["Usual dose per cycle"]
    when_asked = by_label(share_differences(rows, Basis(also_slow=True)))["Usual dose per cycle"]
    assert by_default.withheld == SLOW
    # The same thirds in both: no table is more probable.
    assert when_asked.p_value == pytest.approx(1)


@pytest.mark.parametrize(
    ("characteristic", "figures", "text"),
    [
        ("response", {}, "–"),
        ("response", {"estimate": 8.7, "lower": -12.4, "upper": 31.5}, "+9 (−12 to +32)"),
        ("response", {"estimate": -0.2}, "−0.2"),
        ("response", {"estimate": 7.1, "lower": -0.43, "upper": 15.2}, "+7 (−0.4 to +15)"),
        ("response", {"estimate": 7.1, "lower": 0.02, "upper": 15.2}, "+7 (+0.02 to +15)"),
        ("response", {"estimate": 0.0, "lower": -15.5, "upper": 15.5}, "0 (−16 to +16)"),
        ("n_cycles", {"estimate": -0.25, "lowest": -2, "highest": 1}, "−0.3 ⟨−2 to +1⟩"),
    ],
)
def test_how_a_difference_is_written(characteristic: str, figures: dict, text: str):
    in_all_versions = {name: figures.get("estimate") for name in ("lowest", "highest")}
    difference = Difference(characteristic, "", "x", "x", **in_all_versions | figures)
    assert difference_text(difference) == text


@given(st.floats(-100, 100).filter(lambda value: abs(value) >= 0.005))
def test_what_is_written_lies_on_the_same_side_of_zero(limit: float):
    difference = Difference(
        "response", "", "x", "x", estimate=50, lowest=50, highest=50, lower=limit, upper=100
    )
    written = difference_text(difference).partition("(")[2].partition(" to")[0]
    number = float(written.replace("−", "-"))
    assert math.copysign(1, number) == math.copysign(1, limit)
    assert abs(number - limit) <= 0.5


@pytest.mark.parametrize(
    ("p_value", "text"),
    [(0.00012, "< 0.001"), (0.0421, "0.042"), (0.0999, "0.10"), (0.318, "0.32"), (1.0, "1.00")],
)
def test_how_a_p_value_is_written(p_value: float, text: str):
    assert p_text(Difference("response", "", p_value=p_value), []) == text


def test_the_tables_say_why_and_how_many_and_never_significant(thirteen: Warehouse):
    rows = shares(thirteen, WOMEN, MEN)
    found = share_differences(rows, Basis(chosen_by=frozenset({"sex"})))
    further = number_differences(numbers(thirteen, WOMEN, MEN), Basis())
    html = drawn(found, further, rows, 0)
    tested = [each for each in [*found, *further] if each.p_value is not None]
    assert f"{len(tested)} rows were tested, without correction" in html
    reasons = reasons_withheld([*found, *further])
    for mark, reason in zip("abc", reasons, strict=False):
        assert f"({mark}) {reason}".replace("'", "&#x27;") in html
        assert f"withheld ({mark})" in html
    assert "Fisher&#x27;s exact test: Exact at any size" in html
    assert "significant" not in html.lower()


def drawn(found: list, further: list, rows: list[dict], n_versions: int) -> str:
    """The tables of shares and numbers as the page has them."""
    tables = comparison_tables(found, further, [], sizes(rows), n_versions)
    both = [*found, *further]
    below, how = comparison_notes(both, n_versions), comparison_method(both, n_versions)
    return comparison_html(tables, below, how)


def test_of_drugs_a_publication_tells_no_difference():
    rows = shares(open_warehouse(), WOMEN, MEN)
    found = share_differences(rows, Basis(n_versions=100))
    drugs = [each for each in found if each.characteristic in DRUGS]
    assert drugs and {difference_text(each) for each in drugs} == {"–"}
    assert all(each.figure_a != "–" for each in drugs)
    others = [each for each in found if each.characteristic == "response"]
    assert difference_text(others[0]) != "–"
    html = drawn(found, [], rows, 100)
    assert "0 means not told, not “none”" in html


# --- the chart and the page ----------------------------------------------------------------


@pytest.mark.parametrize("imputed", [False, True])
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_chart_asks_its_question_and_its_form_holds_no_data(
    thirteen: Warehouse, imputed: bool, palette: object
):
    def form(a: Cohort, b: Cohort) -> dict:
        found = share_differences(shares(thirteen, a, b), Basis())
        return share_chart(found, palette, imputed=imputed) | {"datasets": 0}

    spec = form(WOMEN, MEN)
    assert spec["title"]["text"].endswith("?")
    assert spec["description"]
    assert spec == form(MEN, WOMEN)


def test_the_chart_draws_intervals_only_where_there_are_any(thirteen: Warehouse):
    for other, has_interval in ((MEN, True), (EVERYBODY, False)):
        found = share_differences(shares(thirteen, WOMEN, other), Basis())
        drawn = share_chart(found, LIGHT, imputed=False)["datasets"]["differences"]
        responded = next(row for row in drawn if row["label"] == "Responded")
        assert responded["has_interval"] is has_interval
        assert responded["short_a"] == "83%"


@pytest.mark.parametrize("n_versions", [0, 3])
def test_what_the_cohorts_were_chosen_by_is_not_drawn(thirteen: Warehouse, n_versions: int):
    basis = Basis(n_versions, chosen_by=frozenset({"sex"}))
    found = share_differences(shares(thirteen, WOMEN, MEN), basis)
    drawn = share_chart(found, LIGHT, imputed=n_versions > 0)["datasets"]["differences"]
    labels = {row["label"] for row in drawn}
    assert "Responded" in labels
    assert "Female" not in labels
    assert "Female" in by_label(found)


def test_the_shift_of_a_large_registry_is_searched_and_the_same():
    dice = np.random.default_rng(5)
    a, b = dice.gamma(2, 4, 2600).round(1).tolist(), dice.gamma(2, 5, 1700).round(1).tolist()
    assert len(a) * len(b) > MOST_SORTED
    numbers = sorted({*a, *b})
    counts = [[sample.count(number) for number in numbers] for sample in (a, b)]
    (shift,) = shifts_by_version([(numbers, counts)])
    assert shift == np.median(np.subtract.outer(a, b))
    # Far beyond what all differences would take, 80 GB.
    times_40, times_60 = [40 * n for n in counts[0]], [60 * n for n in counts[1]]
    assert shifts_by_version([(numbers, (times_40, times_60))]) == [shift]


def test_the_page_compares_the_filter_with_the_rest():
    app = open_app("compare", {"diagnosis": ["dermatomyositis"]})
    assert "<b>A: 18</b> dermatomyositis · <b>B: 14</b> everybody who is not in A" in texts(app)
    body = html_of(app)
    assert "17/18 (94%)" in body
    assert "12/14 (86%)" in body
    assert "rows are partly reconstructed" in body
    assert "rows were tested" not in body
    for name in ("Newcombe", "Moses", "Kaplan", "Fisher", "withheld"):
        assert name not in body
    assert len(app.get("vega_lite_chart")) == 1


def test_the_page_compares_two_named_cohorts_of_the_link():
    named = ["Reduced~dose_tier=1&dose_tier=0.5", "Standard~dose_tier=2"]
    app = open_app("compare", {"dataset": ["demo_registry"], "cohort": named})
    app.selectbox(key="compare_a").select("Reduced")
    app.selectbox(key="compare_b").select("Standard").run()
    assert not app.exception
    assert "<b>A: 221</b> 1 or 0.5 g/kg per cycle · <b>B: 356</b>" in texts(app)
    assert "rows were tested" in html_of(app)
    assert "the cohorts were chosen by this" in html_of(app)


def test_a_choice_that_does_not_exist_is_said():
    app = open_app("compare", {"sex": ["female"]})
    app.query_params["compare_a"] = "Nobody knows"
    app.run()
    assert not app.exception
    assert any("Nobody knows" in warning.value for warning in app.warning)
    assert "<b>A: 24</b> female" in texts(app)


def test_a_cohort_against_itself_is_not_tested():
    app = open_app("compare", {"dataset": ["demo_registry"]})
    app.selectbox(key="compare_b").select("Present filter").run()
    assert "<b>600</b> in both" in texts(app)
    assert "patients are in both cohorts" in html_of(app)
    assert "rows were tested" not in html_of(app)


def test_with_nobody_left_to_compare_the_page_says_what_to_do():
    app = open_app("compare", {})
    assert "nothing to compare" in texts(app)
    assert not app.get("vega_lite_chart")
    app.button(key="compare_example").click().run()
    assert "<b>A: 18</b> dermatomyositis · <b>B: 14</b> everybody who is not in A" in texts(app)


def test_the_example_of_a_recorded_registry_has_its_outcomes_tested():
    """What it chooses is known before therapy, so that a reader sees what a test looks like."""
    app = open_app("compare", {"dataset": ["demo_registry"]})
    app.button(key="compare_example").click().run()
    assert not app.exception
    assert "<b>A: 261</b> dermatomyositis · <b>B: 339</b>" in texts(app)
    warehouse = open_warehouse(DEMO_REGISTRY)
    pair = pair_of(PRESENT, REST, {PRESENT: Cohort.of(diagnosis=["dermatomyositis"])})
    rows = warehouse.records("compare/shares", cohort=pair.cohort.criteria, **pair.parameters)
    found = {
        each.characteristic: each for each in share_differences(rows, Basis(0, pair.chosen_by))
    }
    for outcome in ("response", "has_side_effect", "stopped_for_side_effect"):
        assert found[outcome].p_value is not None


def test_a_cohort_is_compared_with_the_same_diagnosis_at_other_doses():
    """Of 18 with dermatomyositis 3 usually had 1 g/kg; other diseases are not compared."""
    first = Cohort.of(diagnosis=["dermatomyositis"], dose_tier=["1"])
    assert seconds(first, [PRESENT]) == [REST, OTHER_DOSES, PRESENT]
    pair = pair_of(PRESENT, OTHER_DOSES, {PRESENT: first})
    assert pair.words[1] == "dermatomyositis · 2 or 0.5 or 0.4 g/kg per cycle"
    rows = open_warehouse().records(
        "compare/shares", cohort=pair.cohort.criteria, **pair.parameters
    )
    assert (sizes(rows).a, sizes(rows).b, sizes(rows).n_both) == ("3", "15", 0)


def test_without_a_dose_there_are_no_others_to_compare_with():
    for cohort in (Cohort(), Cohort.of(dose_tier=["2", "1", "0.5", "0.4"])):
        assert seconds(cohort, []) == [REST]
    view = {"dataset": ["case_series"], "dose_tier": ["1"], "compare_b": [OTHER_DOSES]}
    app = open_app("compare", view)
    assert "2 or 0.5 or 0.4 g/kg per cycle" in texts(app)


def option(value: str, n: int, parent: str | None = None) -> dict:
    return {"value": value, "n_patients_lowest": n, "parent": parent}


@pytest.mark.parametrize(("diagnoses", "sexes", "expected"), [
    ([option("a", 3), option("b", 5), option("c", 9, "a")], [], {"diagnosis": ["b"]}),
    ([option("a", 3), option("c", 3, "a")], [option("male", 2), option("female", 1)],
     {"sex": ["male"]}),
    ([option("a", 3)], [option("unknown", 2), option("female", 1)], None),
])  # fmt: skip
def test_the_example_is_the_commonest_diagnosis_or_a_sex(diagnoses, sexes, expected):
    found = example({"diagnoses": diagnoses, "sex": sexes})
    assert found == (expected and Cohort.of(**expected))


def test_a_cohort_chosen_by_everything_drawn_still_has_its_table():
    chosen = {"response": ["response"], "sex": ["female"], "dose_tier": ["2"]}
    app = open_app("compare", {"dataset": ["demo_registry"], "side_effect": ["any"], **chosen})
    assert not app.exception
    assert "the cohorts were chosen by this" in html_of(app)


def test_of_counts_in_steps_the_ends_alone_are_told():
    """70 to 74 of 100, and 5 to 264 of 264: the middle of such a span is nobody's share."""
    row = {
        "n_a": Step(72, 70, 74), "share_a": 0.72, "share_a_lowest": 0.70, "share_a_highest": 0.74,
        "n_b": Step(134, 5, 264), "share_b": 0.51, "share_b_lowest": 0.02, "share_b_highest": 1,
    }  # fmt: skip
    assert [percent_text(row, cohort) for cohort in "ab"] == ["70–74%", "2–100%"]
    ends = {"estimate": 21.0, "lowest": -30.0, "highest": 72.0}
    told = Difference("response", "Responded", "70–74/100", is_stepped=True, **ends)
    assert difference_text(told) == "−30 to +72"
    assert difference_text(replace(told, is_stepped=False)) == "+21 ⟨−30 to +72⟩"


def test_a_p_value_that_is_estimated_says_so():
    """Of more than a thousand patients in several categories the tables are not counted."""
    known = {"known_a": 590, "known_b": 580}
    ends = {f"{name}{end}": n for name, n in known.items() for end in ("_lowest", "_highest")}
    row = known | ends | {"characteristic": "dose_tier", "known_in_both": 0}
    for table, words in (
        ([[400, 100, 90], [380, 120, 80]], "Estimated from 99,999 random tables"),
        ([[40, 10, 9], [38, 12, 8]], "Exact at any size"),
    ):
        found = lib.comparison.tested(
            "categorical", row, Basis(), lambda table=table: fisher_exact(table)
        )
        assert found["p_value"] > 0.05
        assert found["reason"].startswith(words)
