"""A registry beside the published series: tables joined, and figures of both by pandas."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.beside import Absent, joined_notes, merged, of_nobody, shared_cohort, side_by_side
from lib.cohort import Cohort
from lib.places import CASE_SERIES, DEMO_REGISTRY
from lib.tables import INDENT, TextTable, sized, unsized
from lib.verdicts import answer_words
from lib.warehouse import open_warehouse
from tests.registries import write_tables
from tests.screen import header_of, html_of, open_app, texts

DEMO = {"dataset": ["demo_registry"]}
ON = {**DEMO, "beside": ["1"]}
WITH_SERIES = (
    "overview",
    "summary_tables",
    "response",
    "side_effects",
    "dose_and_cost",
    "publication",
)
WITHOUT = ("timelines", "patient", "cohorts", "compare", "dictionary", "import", "sql")
# Both women with livedoid vasculopathy are in the series, and no man is.
NOBODY_PUBLISHED = {"diagnosis": ["livedoid vasculopathy"], "sex": ["male"]}
NOBODY_HERE = {"diagnosis": ["dermatomyositis"], "age": ["0-1"]}


# --- two tables as one -------------------------------------------------------------------------


def test_each_figure_has_a_column_of_either_table():
    here = TextTable(
        ("Row", "All (n=6)", "Women (n=4)"), [("Cycles", "5", "4"), ("Age", "60", "61")]
    )
    other = TextTable(("Row", "All (n=2)", "Women (n=1)"), [("Age", "50", "51")])
    assert side_by_side({"Here": here, "Published": other}) == TextTable(
        ("Row", "Here, n=6", "Published, n=2", "Here, n=4", "Published, n=1"),
        [("Cycles", "5", "–", "4", "–"), ("Age", "60", "50", "61", "51")],
        (("", 1), ("All", 2), ("Women", 2)),
    )


def test_sizes_of_rows_become_figures_and_a_row_of_nobody_has_none():
    here = TextTable(
        ("Diagnosis", "Cycles"), [("Vasculitis (n=9)", "4"), ("Scleroderma (n=3)", "2")]
    )
    other = TextTable(
        ("Diagnosis", "Cycles"), [("Pemphigus (n=2)", "7"), ("Scleroderma (n=1)", "8")]
    )
    assert side_by_side({"Here": here, "Published": other}).rows == [
        ("Pemphigus", "0", "2", "–", "7"),
        ("Vasculitis", "9", "0", "4", "–"),
        ("Scleroderma", "3", "1", "2", "8"),
    ]


def test_rows_are_joined_under_their_headings_alone():
    rows = [("Sex", ""), ("\u2003unknown", "1"), ("Dose", ""), ("\u2003unknown", "2")]
    here = TextTable(("", "n"), rows)
    other = TextTable(("", "n"), [("Sex", ""), ("Dose", ""), ("\u2003unknown", "3")])
    assert side_by_side({"Here": here, "Published": other}).rows == [
        ("Sex", "", ""),
        ("\u2003unknown", "1", "–"),
        ("Dose", "", ""),
        ("\u2003unknown", "2", "3"),
    ]


def test_what_a_row_means_that_one_registry_lacks_is_said_by_who_wrote_its_table():
    here = TextTable(("", "All (n=8)"), [("Symptoms", ""), (f"{INDENT}headache", "2/8")])
    series = TextTable(("", "All (n=32)"), [("Symptoms", ""), (f"{INDENT}chest pain", "1/32")])
    meant = {"Here": Absent({"Symptoms": ("0/8",)}), "Published": Absent({"": ("withheld",)})}
    assert side_by_side({"Here": here, "Published": series}, meant).rows == [
        ("Symptoms", "", ""),
        (f"{INDENT}chest pain", "0/8", "1/32"),
        (f"{INDENT}headache", "2/8", "withheld"),
    ]


def test_what_a_registry_would_record_and_does_not_have_is_nought_beside():
    """No patient of the series had a thromboembolic event; the demo registry has some."""
    app = open_app("side_effects", {"dataset": ["demo_registry"], "beside": ["1"]})
    assert row_of(app, "Thromboembolic event")[-1] == "0"
    asked = {"summary_tables_view": ["Table 1 by group"], "summary_tables_by": ["none"]}
    app = open_app("summary_tables", {"dataset": ["demo_registry"], "beside": ["1"]} | asked)
    assert row_of(app, "fatigue")[-1] == "0/32"
    assert row_of(app, "mycophenolate mofetil")[-1] == "not among those shown"


def test_all_patients_stand_first_beside():
    """What can be compared at once is everybody; by dose, the series is known of few."""
    app = open_app("side_effects", ON)
    groups = re.findall(r"<th scope='colgroup' colspan='2'>(.*?)</th>", html_of(app))
    assert groups[0] == "All" and groups[1] == "2 g/kg" and "All" not in groups[1:]
    n_here, n_series = (
        pd.read_parquet(folder / "side_effects.parquet")
        .groupby("imputation")["patient_id"]
        .nunique()
        .median()
        for folder in (DEMO_REGISTRY, CASE_SERIES)
    )
    here, series = row_of(app, "Any side-effect")[:2]
    assert here.startswith(f"{n_here:.0f}, ") and series.startswith(f"{n_series:.0f}, ")


def test_a_column_of_one_registry_alone_stands_alone():
    here = TextTable(("", "All", "Centre A"), [("Cycles", "5", "6")])
    other = TextTable(("", "All", "Berlin"), [("Cycles", "7", "7")])
    joined = side_by_side({"Here": here, "Published": other})
    assert joined.groups == (("", 1), ("All", 2), ("Berlin", 1), ("Centre A", 1))
    assert joined.rows == [("Cycles", "5", "7", "7", "6")]


def test_a_cohort_of_nobody_has_no_figure():
    here = TextTable(("", "All (n=6)"), [("Cycles", "5")])
    joined = side_by_side({"Here": here, "Published": of_nobody(here)})
    assert joined.columns == ("", "Here, n=6", "Published, n=0")
    assert joined.rows == [("Cycles", "5", "–")]


def test_the_name_of_a_measure_is_no_size():
    assert unsized("Dosage, g/kg, median (range)") == ("Dosage, g/kg, median (range)", "")
    assert unsized(sized("All", "6 ⟨4–9⟩")) == ("All", "6 ⟨4–9⟩")


def test_what_only_one_has_stands_where_it_stood_there():
    assert merged([["a", "c"], ["a", "b", "c", "d"]]) == ["a", "b", "c", "d"]


def test_a_note_says_whose_it_is_unless_it_is_everybodys():
    assert joined_notes({"Here": ["Same.", "Mine."], "Published": ["Same.", "Theirs."]}) == [
        "Same.",
        "Here: Mine.",
        "Published: Theirs.",
    ]


def test_a_centre_and_what_the_series_does_not_record_are_not_asked_of_it():
    cohort = Cohort.of(sex=["female"], centre=["Centre 2"], subtype=["classic"])
    asked, not_asked = shared_cohort(cohort, {"sex": True, "centre": True, "subtype": False})
    assert asked == Cohort.of(sex=["female"])
    assert not_asked == ["subtype", "centre"]


# --- figures of both, by pandas ----------------------------------------------------------------


def patients(folder: Path) -> pd.DataFrame:
    """Everybody in every version, with the number of cycles."""
    people = pd.read_parquet(folder / "patients.parquet")
    cycles = pd.read_parquet(folder / "cycles.parquet")
    keys = ["imputation", "patient_id"]
    n_cycles = cycles.groupby(keys).size().rename("n_cycles").reset_index()
    effects = pd.read_parquet(folder / "side_effects.parquet")[keys].drop_duplicates()
    people = people.merge(n_cycles, how="left", on=keys)
    return people.merge(effects.assign(has_side_effect=True), how="left", on=keys)


def in_all_versions(found: pd.DataFrame, figure: Callable[[pd.DataFrame], str]) -> str:
    """A figure that every version gives alike."""
    (value,) = {figure(version) for _, version in found.groupby("imputation")}
    return value


def responders(found: pd.DataFrame) -> str:
    return f"{(found['response'] == 'response').sum()}/{found['response'].notna().sum()}"


def cycles_in_words(found: pd.DataFrame) -> str:
    n = found["n_cycles"]
    return f"{n.median():g} ({n.min():g}–{n.max():g})"


def row_of(app: AppTest, name: str, table: int = 0) -> list[str]:
    """The cells of a row, by its name, of a table on the page."""
    body = re.findall(r"<table.*?</table>", html_of(app), re.DOTALL)[table]
    row = re.search(rf"<tr[^>]*><th[^>]*>(?:<span>)?{re.escape(name)}.*?</tr>", body)[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
    return [re.sub(r"<.*?>", "", cell) for cell in cells]


@pytest.mark.parametrize("asked", [{}, {"diagnosis": ["dermatomyositis"]}])
def test_table_1_shows_both_registries_of_the_same_filter(asked: dict):
    app = open_app("summary_tables", ON | asked)
    found = [patients(folder) for folder in (DEMO_REGISTRY, CASE_SERIES)]
    if asked:
        found = [people[people["diagnosis"] == "dermatomyositis"] for people in found]
    assert row_of(app, "Response rate, n") == [in_all_versions(each, responders) for each in found]
    assert row_of(app, "Number of cycles, median (range)") == [
        in_all_versions(each, cycles_in_words) for each in found
    ]


def test_table_2_has_the_patients_of_both():
    app = open_app("summary_tables", ON)
    cells = row_of(app, "Livedoid vasculopathy", table=1)
    found = [patients(folder) for folder in (DEMO_REGISTRY, CASE_SERIES)]
    found = [people[people["diagnosis"] == "livedoid vasculopathy"] for people in found]
    assert cells[:2] == [in_all_versions(each, lambda one: str(len(one))) for each in found]
    assert cells[2:4] == [in_all_versions(each, cycles_in_words) for each in found]
    assert cells[6].endswith(f"(n={found[0]['has_side_effect'].sum()})")
    assert cells[7] == "Headache, nausea (n=2)"


def test_the_overview_counts_both():
    app = open_app("overview", ON)
    assert (
        "<span class='beside'>Published: 29/32, of all with a recorded response</span>"
        in html_of(app)
    )
    demo = patients(DEMO_REGISTRY)
    ill = demo[demo["diagnosis"] == "dermatomyositis"]
    cells = row_of(app, "dermatomyositis")
    share = round(100 * len(ill) / len(demo))
    assert cells[:2] == [f"{len(ill)}/{len(demo)} ({share}%)", "18/32 (56%)"]
    assert cells[2].startswith(responders(ill))
    assert cells[3] == "17/18 (94%)"


def test_statements_are_recomputed_here_with_of_how_many():
    found = open_warehouse(DEMO_REGISTRY).query("publication/beside", cohort=Cohort().criteria)
    found = found.set_index("claim_id")
    demo = patients(DEMO_REGISTRY)
    known = demo[demo["sex"] != "unknown"]
    women = found.loc["M02"]
    assert (women["figure"], women["n"]) == ((known["sex"] == "female").sum(), len(known))
    ill = known[known["diagnosis"] == "dermatomyositis"]
    assert tuple(found.loc["DM02", ["figure", "n"]]) == ((ill["sex"] == "female").sum(), len(ill))
    delay = demo["diagnosis_to_first_ivig_years"]
    assert tuple(found.loc["TI02", ["figure", "n"]]) == (delay.median(), delay.notna().sum())
    overlap = demo.loc[demo["diagnosis"] == "dermatomyositis", "overlap"]
    assert tuple(found.loc["DM09", ["figure", "n"]]) == (overlap.notna().sum(), len(overlap))


def test_of_the_series_itself_the_same_comes_out_as_on_its_own_page():
    series = open_warehouse()
    asked = series.query("publication/beside", cohort=Cohort().criteria).set_index("claim_id")
    claims = series.query("publication/claims").set_index("claim_id")
    answered = asked[(asked["answer"] == "figure") & (asked["statistic"] != "values")]
    assert len(answered) > 200
    for end in ("", "_lowest", "_highest"):
        expected = claims.loc[answered.index, f"recomputed{end}"]
        pd.testing.assert_series_equal(answered[f"figure{end}"], expected, check_names=False)


@pytest.mark.parametrize(
    ("claim_id", "answer"),
    [
        ("LV01", "one patient"),
        ("DM12", "drug class"),
        ("DM18", "drug dose"),
        ("VA02", "nobody"),
        ("TI02", "not recorded"),
        ("DM37", "not recorded"),
        ("M02", "figure"),
    ],
)
def test_what_cannot_be_asked_of_a_registry_is_told(tmp_path: Path, claim_id: str, answer: str):
    own = open_warehouse(small_registry(tmp_path / "own"))
    found = own.query("publication/beside", cohort=Cohort().criteria).set_index("claim_id")
    assert found.loc[claim_id, "answer"] == answer


# --- the switch --------------------------------------------------------------------------------


def small_registry(folder: Path) -> Path:
    """Four patients of one centre: no year of diagnosis, no days of infusion, no drug."""
    return write_tables(
        folder,
        patients="""
            patient_id | sex    | response
            A          | female | response
            B          | female | no response
            C          | male   | response
            D          | male   |
        """,
        cycles="""
            patient_id | cycle_no | day | dose_g_per_kg
            A          | 1        | 0   | 2
            B          | 1        | 0   | 2
            B          | 2        | 28  | 2
            C          | 1        | 0   | 1
            D          | 1        | 0   | 1
        """,
    )


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict:
    """A clinic's own registry in the operator's folder, as a link asks for it."""
    small_registry(tmp_path / "clinic")
    monkeypatch.setenv("REGISTRY_DIR", str(tmp_path))
    return {"dataset": ["clinic"]}


@pytest.mark.parametrize("page", WITH_SERIES)
@pytest.mark.parametrize("asked", [{}, NOBODY_PUBLISHED, NOBODY_HERE], ids=["all", "none", "own"])
def test_every_page_answers_with_the_series_beside(page: str, asked: dict):
    app = open_app(page, ON | asked)
    assert not app.exception
    assert not app.error
    assert header_of(app)["beside"] is True
    assert "No difference between the two is tested" in texts(app)
    if asked is not NOBODY_HERE:
        n = 0 if asked else 32
        assert f"Published: {n} of 32 patients" in texts(app)


@pytest.mark.parametrize("page", WITH_SERIES)
def test_without_the_switch_nothing_stands_beside(page: str):
    app = open_app(page, DEMO)
    assert header_of(app)["beside"] is False
    assert "No difference between the two is tested" not in texts(app)
    assert "<colgroup" not in html_of(app)


@pytest.mark.parametrize("page", WITHOUT)
def test_where_nothing_can_stand_beside_there_is_no_switch(page: str):
    app = open_app(page, ON)
    assert header_of(app)["beside"] is None
    assert "No difference between the two is tested" not in texts(app)


@pytest.mark.parametrize("page", WITH_SERIES)
def test_the_series_is_never_beside_itself(page: str):
    app = open_app(page, {"beside": ["1"]})
    assert not app.exception
    assert header_of(app)["beside"] is None
    assert "<colgroup" not in html_of(app)


@pytest.mark.parametrize("page", WITH_SERIES)
def test_a_clinics_own_registry_is_called_recorded(page: str, saved: dict):
    app = open_app(page, saved | {"beside": ["1"]})
    assert not app.exception
    assert not app.error
    assert "<b>Here</b>: recorded data" in html_of(app)
    assert "(synthetic" not in html_of(app)


def test_the_switch_stays_when_the_page_changes():
    app = open_app("overview", ON)
    app.switch_page("pages/timelines.py").run()
    app.switch_page("pages/summary_tables.py").run()
    assert app.query_params["beside"] == "1"
    assert header_of(app)["beside"] is True


def test_a_switch_that_does_not_exist_is_ignored_with_a_notice():
    app = open_app("overview", DEMO | {"beside": ["maybe"]})
    assert any("maybe" in warning.value for warning in app.warning)
    assert header_of(app)["beside"] is False


def test_a_filter_by_centre_is_not_asked_of_the_series_and_said():
    app = open_app("summary_tables", ON | {"centre": ["Centre 2"]})
    assert "Published: 32 of 32 patients" in texts(app)
    assert "Not asked of it, as it can't answer: centre." in unescape(html_of(app))


def test_the_page_publication_narrows_its_column_by_centre_alone():
    app = open_app("publication", ON | {"centre": ["Centre 2"], "sex": ["female"]})
    demo = patients(DEMO_REGISTRY)
    known = demo[(demo["centre"] == "Centre 2") & (demo["sex"] != "unknown")]
    women = (known["sex"] == "female").sum()
    row = re.search(r"<tr><td[^>]*>Female patients.*?</tr>", html_of(app))[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
    assert cells[1:3] == ["24", "24/32 (75%)"]
    assert cells[-1].startswith(f"{women}/{len(known)} (")


def test_statements_are_not_answered_for_few_patients_that_are_shared_outside(saved: dict):
    app = open_app("publication", saved | {"beside": ["1"]})
    assert not app.exception
    said = texts(app).replace("\\", "").replace("\N{WORD JOINER}", "")
    assert "Fewer than 5 patients, or nobody: no figure of them is shown." in said
    assert set(re.findall(r'<td class="here"[^>]*>(.*?)</td>', html_of(app))) == {"withheld"}
    # What the paper says is no secret.
    assert "Female patients" in html_of(app)
    assert "345 of 345 statements reproduced" in texts(app)


def test_the_own_answer_stands_behind_the_verdict_on_the_series():
    html = html_of(open_app("publication", ON))
    heads = re.findall(r'<th scope="col" class="(\w+)"', html)
    assert heads == ["statement", "published", "recomputed", "status", "where", "here"]


def test_statements_can_be_narrowed_to_those_that_have_an_answer_here():
    everything = open_app("publication", ON)
    some = open_app("publication", ON | {"publication_here": ["with an answer here"]})
    n_answered = int(re.search(r"(\d+) of 345 statements have an answer", texts(everything))[1])
    assert 0 < n_answered < 345
    assert f"{n_answered} of 345 statements; the filter" in texts(some)
    assert "be asked" not in html_of(some)


def test_a_statement_about_values_that_nobody_has_is_answered_with_none():
    """Of two patients nobody has such a value: DuckDB gives null, pandas NaN."""
    answer = pd.Series({"answer": "figure", "statistic": "values", "figure_values": float("nan"),
                        "n": 2.0, "n_lowest": 2.0, "n_highest": 2.0})  # fmt: skip
    assert answer_words(answer, 0) == "none (of 2)"


def test_what_is_not_asked_of_a_single_patient_is_said_in_words(
    saved: dict, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DISCLOSURE_K", "internal")
    app = open_app("publication", saved | {"beside": ["1"]})
    assert "can't be asked: about one patient of the series" in unescape(html_of(app))
    assert ">2/4<" in html_of(app)


# --- by centre ---------------------------------------------------------------------------------

BY_CENTRE = {
    "summary_tables": {
        "summary_tables_view": ["Table 1 by group"],
        "summary_tables_by": ["centre"],
    },
    "response": {"response_by": ["centre"]},
    "side_effects": {"side_effects_by": ["centre"]},
    "timelines": {"timelines_group": ["centre"]},
}


@pytest.mark.parametrize("page", BY_CENTRE)
def test_every_page_groups_by_centre_where_there_are_several(page: str):
    app = open_app(page, DEMO | BY_CENTRE[page])
    assert not app.exception
    assert not app.warning
    (grouping,) = (name for name in BY_CENTRE[page] if name.endswith(("_by", "_group")))
    assert app.session_state[grouping] == "centre"


@pytest.mark.parametrize("page", BY_CENTRE)
def test_a_registry_of_one_centre_offers_no_grouping_by_it(page: str):
    app = open_app(page, BY_CENTRE[page])
    assert not app.exception
    assert any("centre" in warning.value for warning in app.warning)


def test_side_effects_by_centre_are_counted_of_all_its_patients():
    found = open_warehouse(DEMO_REGISTRY).query(
        "side_effects/frequency", cohort=Cohort().criteria, counted_by="centre"
    )
    any_of_them = found[found["symptom"].isna()].set_index("column_name")
    demo = patients(DEMO_REGISTRY)
    for centre, people in demo.groupby("centre"):
        row = any_of_them.loc[centre, ["n_patients", "n_exposed", "n_cycles"]]
        expected = people["has_side_effect"].notna().sum(), len(people), people["n_cycles"].sum()
        assert tuple(row) == expected
