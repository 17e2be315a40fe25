"""Table 1 by any grouping: its cells by example and its page.

``test_by_hand.py`` recomputes the figures.
"""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.cohort import Cohort
from lib.markup import table_html
from lib.places import CASE_SERIES, DEMO_REGISTRY
from lib.table_one import (
    GROUPINGS,
    INDENT,
    Statistics,
    percent_text,
    table_one,
    table_one_notes,
)
from lib.tables import TextTable, told_of
from lib.warehouse import Warehouse, open_warehouse
from tests.cohorts_by_hand import KEYS, read_tables
from tests.registries import open_tables
from tests.screen import html_of

ROOT = Path(__file__).parents[1]
TO_IVIG = "diagnosis_to_first_ivig_years"


def test_drugs_and_symptoms_are_counted_among_all_and_the_most_frequent_are_shown():
    rows = read_tables(CASE_SERIES)["treatments"].query("role == 'prior'")
    by_drug = rows.drop_duplicates([*KEYS, "drug"]).groupby("drug")["imputation"].value_counts()
    counts = by_drug.unstack(fill_value=0)
    found = open_warehouse().query("summary/table_1_counts", cohort=Cohort().criteria, by="none")
    prior = found[found["trait"] == "prior_drugs"].set_index("value")
    assert len(prior) == 8 < prior["n_values"].iloc[0] == len(counts)
    for drug, row in prior.iterrows():
        ordered = sorted(counts.loc[drug])
        assert (row["n_patients_lowest"], row["n_patients_highest"]) == (ordered[0], ordered[-1])
        assert (row["n"], row["n_missing"]) == (32, 0)
    left_out = counts.drop(index=prior.index).sum(axis=1)
    assert left_out.max() <= counts.loc[prior.index].sum(axis=1).min()


# --- how it is written -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Eight patients of a clinic; nobody judged F's response or knows when G fell ill."""
    return open_tables(
        tmp_path_factory.mktemp("clinic"),
        patients=f"""
            patient_id | diagnosis | subtype | sex | age_at_first_ivig_years | {TO_IVIG} | response
            A          | dermatomyositis       | classic | female  | 40 | 1  | response
            B          | dermatomyositis       |         | female  | 50 | 2  | response
            C          | dermatomyositis       |         | female  | 60 | 3  | response
            D          | dermatomyositis       |         | female  | 70 | 4  | not evaluable
            E          | dermatomyositis       |         | female  | 80 | 10 | no response
            F          | livedoid vasculopathy |         | female  | 30 | 5  |
            G          | livedoid vasculopathy |         | male    | 45 |    | response
            H          | livedoid vasculopathy |         | unknown | 61 | 7  | response
        """,
        cycles="""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | 2
            A          | 2        | 28  | 2
            B          | 1        | 0   | 1
        """,
        side_effects="""
            patient_id | symptom
            A          | headache
            A          | nausea
            F          | headache
        """,
        treatments="""
            patient_id | drug         | role
            A          | prednisolone | prior
            A          | methotrexate | prior
            B          | prednisolone | prior
        """,
    )


def cells(
    warehouse: Warehouse, by: str = "diagnosis group", statistic: str = "median (range)", **selected
) -> tuple[TextTable, list[str]]:
    asked = {"cohort": Cohort.of(**selected).criteria, "by": GROUPINGS[by]}
    statistics = Statistics(
        warehouse.records("summary/table_1_counts", **asked),
        warehouse.records("summary/table_1_numbers", **asked),
    )
    return table_one(statistics, statistic, by), table_one_notes(statistics, statistic, by)


def row(table: TextTable, name: str, under: str = "") -> list[str]:
    """The cells of a row, of the one with this name after the heading `under`."""
    names = [line[0] for line in table.rows]
    start = next((i for i, found in enumerate(names) if found.startswith(under)), 0)
    return list(next(line for line in table.rows[start:] if line[0].startswith(name))[1:])


def test_columns_are_all_and_each_group_with_its_n(clinic: Warehouse):
    table, _ = cells(clinic)
    assert table.columns == (
        "Characteristic",
        "All (n=8)",
        "Dermatomyositis (n=5)",
        "Livedoid vasculopathy (n=3)",
    )
    assert cells(clinic, "none")[0].columns == ("Characteristic", "All (n=8)")


def test_who_has_no_value_of_the_grouping_has_a_column(clinic: Warehouse):
    assert cells(clinic, "response")[0].columns[1:] == (
        "All (n=8)",
        "Response (n=5)",
        "No response (n=1)",
        "Not evaluable (n=1)",
        "Response not recorded (n=1)",
    )
    assert cells(clinic, "dose tier")[0].columns[2:] == (
        "2 g/kg (n=1)",
        "1 g/kg (n=1)",
        "Dose tier not recorded (n=6)",
    )
    assert cells(clinic, "age decade")[0].columns[2] == "30–39 years (n=1)"
    assert cells(clinic, "any side-effect")[0].columns[2:] == (
        "Any side-effect (n=2)",
        "No side-effect (n=6)",
    )


def test_counts_have_their_own_denominator_and_missing_row(clinic: Warehouse):
    table, _ = cells(clinic)
    # F's response is not recorded; D's is: not evaluable.
    assert row(table, f"{INDENT}response", "Response") == ["5/7 (71%)", "3/5 (60%)", "2/2"]
    assert row(table, f"{INDENT}not recorded", "Response") == ["1", "0", "1"]
    # H's sex is unknown; of two patients there is no percentage.
    assert row(table, f"{INDENT}female", "Sex") == ["6/7 (86%)", "5/5 (100%)", "1/2"]
    # Nobody but a patient with dermatomyositis can have a subtype of it.
    assert row(table, f"{INDENT}classic", "Subtype") == ["1/5 (20%)", "1/5 (20%)", "–"]
    assert row(table, f"{INDENT}not stated", "Subtype") == ["4/5 (80%)", "4/5 (80%)", "–"]


def test_what_a_patient_may_have_several_of_is_counted_among_all(clinic: Warehouse):
    table, _ = cells(clinic)
    assert row(table, f"{INDENT}any side-effect") == ["2/8 (25%)", "1/5 (20%)", "1/3"]
    assert row(table, f"{INDENT}headache", "Symptoms") == ["2/8 (25%)", "1/5 (20%)", "1/3"]
    assert row(table, f"{INDENT}prednisolone", "Drugs before") == ["2/8 (25%)", "2/5 (40%)", "0/3"]
    assert row(table, "Other drugs during IVIg") == ["none recorded"] * 3


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        # Sorted 1 2 3 4 5 7 10, and 1 2 3 4 10; of the livedoid patients 5 and 7 are known.
        ("median (range)", ["4 (1–10)", "3 (1–10)", "6 (5–7)"]),
        # By type 7: the quartiles of seven stand at 2.5 and 5.5, of five at 2 and 4.
        ("median (IQR)", ["4 (2.5–6)", "3 (2–4)", "6 (5.5–6.5)"]),
    ],
)
def test_a_median_with_range_or_quartiles(clinic: Warehouse, statistic: str, expected: list[str]):
    table, notes = cells(clinic, statistic=statistic)
    assert row(table, f"Diagnosis to first IVIg, years, {statistic}") == expected
    assert row(table, f"{INDENT}not recorded", "Diagnosis to") == ["1", "0", "1"]
    assert ("type 7" in " ".join(notes)) == (statistic == "median (IQR)")


def test_a_single_value_has_no_bracket_and_none_is_not_recorded(clinic: Warehouse):
    table, _ = cells(clinic, "sex")
    assert table.columns[1:] == (
        "All (n=8)",
        "Female (n=6)",
        "Male (n=1)",
        "Sex not recorded (n=1)",
    )
    assert row(table, "Age at first IVIg") == ["55 (30–80)", "55 (30–80)", "45", "61"]
    assert row(table, "Diagnosis to first IVIg") == ["4 (1–10)", "3.5 (1–10)", "not recorded", "7"]


def test_the_grouping_and_what_does_not_occur_have_no_rows(clinic: Warehouse):
    names = [line[0] for line in cells(clinic, "sex")[0].rows]
    for absent in ("Sex", "Centre", "Overlap"):
        assert not [name for name in names if name.startswith(absent)]


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0"), (0.001, "<1"), (0.005, "1"), (0.125, "13"), (0.996, ">99"), (1, "100")],
)
def test_a_percentage_is_0_or_100_only_for_nobody_or_everybody(share: float, text: str):
    assert percent_text(share) == text


@pytest.fixture(scope="module")
def open_sex(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Six patients in three versions, in which one, two and four of them are men."""
    lines = [
        f"{version} | P{number} | {'male' if number <= men else 'female'} | {40 + version}"
        for version, men in ((1, 1), (2, 2), (3, 4))
        for number in range(1, 7)
    ]
    head = "imputation | patient_id | sex | age_at_first_ivig_years\n"
    return open_tables(tmp_path_factory.mktemp("open"), patients=head + "\n".join(lines))


def test_what_differs_between_versions_shows_its_range_and_only_that(open_sex: Warehouse):
    table, notes = cells(open_sex, "none")
    # 1/6, 2/6, 4/6
    assert row(table, f"{INDENT}male") == ["2 ⟨1–4⟩/6 (33 ⟨17–67⟩%)"]
    assert row(table, f"{INDENT}dermatomyositis") == ["6/6 (100%)"]
    assert row(table, "Age at") == ["42 ⟨41–43⟩ (42 ⟨41–43⟩–42 ⟨41–43⟩)"]
    assert "partly filled in" not in " ".join(notes)
    table, notes = cells(open_sex, "sex")
    assert table.columns[1:] == ("All (n=6)", "Female (n=4 ⟨2–5⟩)", "Male (n=2 ⟨1–4⟩)")
    assert "partly filled in" in notes[0]
    # In the first version one is a man: neither a value in the middle nor brackets in brackets.
    assert row(table, "Age at") == [
        "42 ⟨41–43⟩ (42 ⟨41–43⟩–42 ⟨41–43⟩)",
        "42 ⟨41–43⟩ (42 ⟨41–43⟩–42 ⟨41–43⟩)",
        "not told ⟨41–43⟩",
    ]


def test_ages_ascend_by_number(tmp_path: Path):
    """A child and somebody of 100 years, whom the alphabet would set before and between others."""
    ages = {"A": 104, "B": 8, "C": 71, "D": 45, "E": 79}
    lines = [f"{patient} | female | {age}" for patient, age in ages.items()]
    head = "patient_id | sex | age_at_first_ivig_years\n"
    source = open_tables(tmp_path / "clinic", patients=head + "\n".join(lines))
    columns = cells(source, "age decade")[0].columns[1:]
    assert [column.partition(" (")[0] for column in columns] == [
        "All",
        "0–9 years",
        "40–49 years",
        "70–79 years",
        "100–109 years",
    ]


def test_the_notes_say_how_many_symptoms_have_no_row(clinic: Warehouse):
    assert "have no row" not in " ".join(cells(clinic)[1])
    n_symptoms = read_tables(DEMO_REGISTRY)["side_effects"]["symptom"].nunique()
    said = " ".join(cells(open_warehouse(DEMO_REGISTRY))[1])
    left_out = f"{n_symptoms - 8} symptoms with as many patients or fewer have no row"
    assert f"Symptoms of side-effects: {left_out}." in said


def test_drugs_that_a_publication_does_not_name_are_not_told():
    asked = {"cohort": Cohort().criteria, "by": "none"}
    counts, numbers = (
        open_warehouse().records(f"summary/table_1_{name}", **asked)
        for name in ("counts", "numbers")
    )
    of_prednisolone, said = {}, {}
    for reconstructed in (True, False):
        statistics = Statistics(counts, numbers, reconstructed=reconstructed)
        table = table_one(statistics, "median (range)", "none")
        label = f"{INDENT}prednisolone"
        of_prednisolone[reconstructed] = row(table, label, "Other drugs during IVIg")
        said[reconstructed] = " ".join(table_one_notes(statistics, "median (range)", "none"))
    assert "0 means not told" in said[True]
    assert "not told" not in said[False]
    # Of the other 7 nobody knows whether they took it: they are no denominator.
    assert of_prednisolone == {True: ["told of 25"], False: ["25/32 (78%)"]}


def test_what_versions_differ_in_is_not_called_told():
    assert told_of("9") == "told of 9"
    assert told_of("1 ⟨0–3⟩") == "filled in: 1 ⟨0–3⟩"


def test_headings_span_the_table_and_their_rows_are_indented():
    table = TextTable(("Characteristic", "All (n=6)"), [("Sex", ""), (f"{INDENT}male", "<2>")])
    html = table_html(table, "Table 1", [])
    assert "<tr class='heading'><th scope='row'>Sex</th><td colspan='1'></td></tr>" in html
    assert "<tr class='indented'><th scope='row'>male</th><td>&lt;2&gt;</td></tr>" in html


# --- the page ----------------------------------------------------------------------------------

TABLE_1 = "Table 1 by group"


def page(**params: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page("pages/summary_tables.py").run()


@pytest.mark.parametrize(
    ("dataset", "by"),
    [
        (dataset, by)
        for dataset in ("case_series", "demo_registry")
        for by in GROUPINGS
        # The series has one centre and is not offered it (tests/test_beside.py).
        if (dataset, by) != ("case_series", "centre")
    ],
)
def test_every_grouping_is_a_link(dataset: str, by: str):
    named = {} if dataset == "case_series" else {"dataset": dataset}
    app = page(summary_tables_view=TABLE_1, summary_tables_by=by, **named)
    assert not app.exception
    assert not app.warning
    heading = "Table 1. Characteristics" + ("" if by == "none" else f" by {by}")
    assert f">{heading}<" in html_of(app)
    n = 32 if dataset == "case_series" else 600
    assert f">All (n={n})<" in html_of(app)
    if dataset == "demo_registry":
        assert "⟨" not in html_of(app)


def test_the_page_recounts_under_a_filter():
    app = page(
        summary_tables_view=TABLE_1, summary_tables_by="sex", diagnosis="pyoderma gangrenosum"
    )
    assert ">All (n=3)<" in html_of(app)
    assert ">Female (n=3)<" in html_of(app)


def test_a_statistic_is_chosen_and_kept_in_the_link():
    app = page(summary_tables_view=TABLE_1, summary_tables_statistic="median (IQR)")
    assert "Cycles, median (IQR)" in html_of(app)
    app.selectbox(key="summary_tables_by").select("sex").run()
    assert not app.exception
    assert "Cycles, median (IQR)" in html_of(app)
    assert ">Female (n=24)<" in html_of(app)


@pytest.mark.parametrize(
    "name", ["summary_tables_view", "summary_tables_by", "summary_tables_statistic"]
)
def test_a_choice_that_does_not_exist_is_ignored_with_a_notice(name: str):
    app = page(**{"summary_tables_view": TABLE_1, name: "backwards"})
    assert not app.exception
    assert any(re.search("“backwards”", warning.value) for warning in app.warning)
    assert "<table" in html_of(app)
