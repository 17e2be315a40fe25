"""Small cells: nothing of a registry that is shared outside tells of fewer than k patients.

What is shown is held against the registry itself, and against every registry that would be shown
the same: a cell that could be found out would be the same in all of them.
"""

import io
import json
import re
from html import escape, unescape
from itertools import chain, product
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from lib.cohort import FIELDS, Cohort
from lib.datasets import OWN
from lib.disclosure import (
    THRESHOLDS,
    disclosed,
    operator_threshold,
    refused,
    rounded_outwards,
)
from lib.disclosure_rules import parse_rules, rules_of
from lib.errors import WithheldError
from lib.export.delimited import INTERNATIONAL, chart_csv, frame_csv, table_csv
from lib.export.label import Label
from lib.figures import Step, format_figure
from lib.registry.store import write_registry
from lib.report.content import Table
from lib.report.public import ids_in
from lib.report.subject import Subject
from lib.ui import data, frame, takeaway
from lib.warehouse import Warehouse, open_warehouse
from tests.registries import write_clinic
from tests.screen import chart_rows, header_of, html_of, open_app, texts

from tests.test_queries import EXAMPLES, QUESTIONS, header, name_of  # isort: skip

K = 5
thresholds = st.sampled_from(THRESHOLDS)
EVERYBODY = Cohort().criteria


# --- one count, one table -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("k", "count", "shown"),
    [(5, 0, "<5"), (5, 4, "<5"), (5, 5, "5–9"), (5, 12, "10–14"), (8, 8, "8–15"), (11, 10, "<11")],
)
def test_a_count_is_written_as_its_step(k: int, count: int, shown: str):
    assert format_figure(*step(count, count, k), 0) == shown


@given(st.lists(st.integers(0, 40), min_size=2, max_size=14), thresholds)
def test_no_cell_of_a_table_follows_from_the_others_and_the_whole(counts: list[int], k: int):
    """The bounds on each small cell that an outsider gets by adding and subtracting."""
    hidden = complements(counts, k)
    n_small = sum(count < k for count in counts)
    assert not any(counts[place] < k for place in hidden)
    if n_small == 1 and len(counts) > 1 and max(counts) >= k:
        assert len(hidden) == 1
    spans = [
        (0, sum(counts) + k) if place in hidden else (count // k * k, count // k * k + k - 1)
        for place, count in enumerate(counts)
    ]
    least, most = sum(counts) // k * k, sum(counts) // k * k + k - 1
    for place, count in enumerate(counts):
        if count < k and max(counts) >= k:
            others = [span for other, span in enumerate(spans) if other != place]
            lowest = max(0, least - sum(high for _, high in others))
            highest = min(k - 1, most - sum(low for low, _ in others))
            assert highest > lowest


@given(st.integers(0, 80), st.integers(0, 80), thresholds)
def test_two_filters_do_not_give_the_difference_between_them(n: int, cell: int, k: int):
    """Of two cohorts, one within the other, both steps are seen, and that of the difference."""
    shown = {(each // k) for each in (n, n + cell)}
    alike = {
        other
        for before, other in product(range(n // k * k, n // k * k + k), range(100))
        if (before + other) // k == (n + cell) // k and other // k == cell // k
    }
    assert shown
    assert cell in alike
    assert len(alike) > 1


# --- every query of random registries -------------------------------------------------------

DIAGNOSES = ("dermatomyositis", "pemphigus vulgaris", "livedoid vasculopathy")
patients = st.lists(
    st.fixed_dictionaries(
        {
            "diagnosis": st.sampled_from(DIAGNOSES),
            "centre": st.sampled_from(["North", "South"]),
            "sex": st.sampled_from(["female", "male"]),
            "age_at_first_ivig_years": st.integers(18, 90),
            "response": st.sampled_from(["response", "no response", None]),
            "dose": st.sampled_from([2.0, 1.0, 0.5]),
            "n_cycles": st.integers(1, 4),
            "symptom": st.sampled_from(["headache", "nausea", None]),
        }
    ),
    min_size=K,
    max_size=26,
)


def written(folder: Path, people: list[dict], nature: str = "recorded") -> Path:
    rows: dict[str, list[dict]] = {name: [] for name in ("patients", "cycles", "side_effects")}
    for number, person in enumerate(people):
        key = {"imputation": 0, "patient_id": f"P{number:03}"}
        own = ("diagnosis", "centre", "sex", "age_at_first_ivig_years", "response")
        rows["patients"].append(key | {name: person[name] for name in own})
        for cycle in range(person["n_cycles"]):
            given = {"cycle_no": cycle + 1, "day": 28 * cycle, "dose_g_per_kg": person["dose"]}
            rows["cycles"].append(key | given)
        if person["symptom"]:
            rows["side_effects"].append(key | {"symptom": person["symptom"], "cycle_no": 1})
    write_registry(folder, rows, name="Clinic", nature=nature, publication=None, imputations=0)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("registries")


ASKED = EXAMPLES | {"version": 0, "patient": "P000", "patients": ["P000"]}


def results(source: Warehouse, criteria: str) -> dict[str, list[dict]]:
    """The rows of every query, asked of one cohort."""
    found = {}
    for path in QUESTIONS:
        name = name_of(path)
        bound = {each: ASKED[each] for each in header(path).parameters}
        bound |= {"cohort": criteria} if "cohort" in bound else {}
        found[name] = source.records(name, **bound)
    return found


@settings(max_examples=25)
@given(people=patients, sex=st.sampled_from([(), ("female",)]), k=thresholds)
def test_no_query_of_any_registry_tells_of_fewer_than_k(folder: Path, people, sex, k):
    source = open_warehouse(written(folder / "random", people))
    for name, rows in results(source, Cohort.of(sex=sex).criteria).items():
        if rules_of(name).withheld:
            with pytest.raises(WithheldError, match="shared outside"):
                disclosed(name, rows, k)
        else:
            for row in disclosed(name, rows, k):
                assert not told_of_few(name, row, k), (name, row)


def told_of_few(name: str, row: dict, k: int) -> list[str]:
    """The columns of a row that tell what they must not."""
    return [column for column, value in row.items() if not may_be_told(name, row, column, value, k)]


def may_be_told(name: str, row: dict, column: str, value: object, k: int) -> bool:
    rules, base = rules_of(name), re.sub("_(lowest|highest)$", "", column)
    if value is None or column in rules.labels | rules.ends:
        return True
    if isinstance(value, Step):
        return str(value) not in map(str, range(k)) and value.highest - value.lowest >= k - 1
    if base in rules.quantiles:
        times, n = rules.quantiles[base]
        return row[n].lowest >= times * k
    if base in rules.statistics:
        times = {"median": 2, "lower quartile": 4, "upper quartile": 4}[row["statistic"]]
        return row[rules.statistics[base]].lowest >= times * k
    # What is computed from steps; `test_shares_…` computes it anew.
    return base in rules.shares.keys() | rules.differences.keys() and isinstance(value, float)


@given(st.integers(0, 60), st.integers(0, 60), thresholds)
def test_shares_are_computed_from_steps_alone(part: int, rest: int, k: int):
    """Two counts in the same steps give the same share, which lies within what is possible."""

    def share(n: int, of: int) -> dict:
        row = {"value": "x", "n_patients": of, "n_not_evaluable": 0, "n_unknown": 0}
        row |= {"n_responders": n, "n_judged": of, "rate": n / of if of else None}
        ends = {f"{each}{end}": row[each] for each in row for end in ("_lowest", "_highest")}
        return next(iter(disclosed("response/rates", [row | ends], k)), {})

    shown = share(part, part + rest)
    assert {name: str(each) for name, each in shown.items()} == {
        name: str(each)
        for name, each in share(part // k * k, max(part // k, (part + rest) // k) * k).items()
    }
    if shown and shown["rate"] is not None:
        assert shown["rate_lowest"] <= part / (part + rest) <= shown["rate_highest"]
        assert shown["rate_lowest"] <= shown["rate"] <= shown["rate_highest"]
    elif shown:
        assert part < k


@settings(max_examples=25)
@given(people=patients, k=thresholds)
def test_the_age_of_the_youngest_patient_changes_no_lowest_and_no_highest(folder, people, k):
    youngest = min(range(len(people)), key=lambda place: people[place]["age_at_first_ivig_years"])
    changed = [
        {**each, "age_at_first_ivig_years": 17} if place == youngest else each
        for place, each in enumerate(people)
    ]
    before, after = (
        open_warehouse(written(folder / name, each))
        for name, each in (("before", people), ("after", changed))
    )
    for name in ("summary/characteristics", "summary/table_1_numbers", "cohort/ranges"):
        one, two = (
            [
                (row.get("value"), row.get("lowest"))
                for row in disclosed(name, results(source, EVERYBODY)[name], k)
                if row.get("statistic") in ("minimum", "maximum") or name == "cohort/ranges"
            ]
            for source in (before, after)
        )
        assert one == two


@settings(max_examples=25)
@given(people=patients, age=st.integers(18, 90), k=thresholds)
def test_two_filters_of_any_registry_do_not_tell_who_is_between_them(folder, people, age, k):
    """A filter and a narrower one; the bounds on those between them, if they are few."""
    source = open_warehouse(written(folder / "filters", people))
    wide = [{}, {"sex": ["female"]}, {"diagnosis": ["dermatomyositis"]}, {"age": (18, 90)}]
    further = [{"centre": ["North"]}, {"response": ["response"]}, {"age": (18, age)}]
    for asked, more in product(wide, further):
        outer, inner = Cohort.of(**asked), Cohort.of(**asked | more)
        (n, outer_shown), (m, inner_shown) = (sizes(source, each, k) for each in (outer, inner))
        between = n - m
        least = max(0, outer_shown.lowest - inner_shown.highest)
        most = min(outer_shown.highest - inner_shown.lowest, k - 1)
        if 0 <= between < k:
            assert least < most


def sizes(source: Warehouse, cohort: Cohort, k: int) -> tuple[int, Step]:
    """How many patients a cohort has, and what is shown of that."""
    rows = source.records("cohort/facets", cohort=cohort.criteria)
    shown = disclosed("cohort/facets", rows, k)
    return rows[0]["n_patients"], next(row for row in shown if row["field"] is None)["n_patients"]


# --- what is refused, and what settings there are -------------------------------------------


@pytest.mark.parametrize(
    ("n_patients", "is_everybody", "is_refused"),
    [(4, False, True), (0, False, True), (5, False, False), (35, False, False), (36, False, True),
     (40, False, True), (40, True, False)],
)  # fmt: skip
def test_a_cohort_of_few_is_refused_and_so_is_all_but_a_few(n_patients, is_everybody, is_refused):
    assert bool(refused(n_patients, 40, K, is_everybody=is_everybody)) == is_refused


def test_a_registry_of_few_is_refused_whole():
    assert refused(4, 4, K, is_everybody=True)


@pytest.mark.parametrize(
    ("value", "k"), [(None, 5), ("8", 8), ("11", 11), ("internal", 0), ("3", 11), ("yes", 11)]
)
def test_the_operators_setting_is_the_strictest_if_it_is_none(monkeypatch, value, k):
    if value is None:
        monkeypatch.delenv("DISCLOSURE_K", raising=False)
    else:
        monkeypatch.setenv("DISCLOSURE_K", value)
    assert operator_threshold() == k


@pytest.mark.parametrize(("value", "shown"), [(92.0, 100.0), (4.3, 5.0), (47.0, 50.0), (0.4, 1.0)])
def test_the_highest_number_is_rounded_up(value: float, shown: float):
    assert rounded_outwards(value, is_upper=True) == shown


def test_what_a_header_says_is_understood_or_refused():
    with pytest.raises(ValueError, match="No statement on disclosure"):
        parse_rules("counts n")
    with pytest.raises(ValueError, match="No statement on disclosure"):
        parse_rules("")


def test_fields_of_one_value_a_patient_add_up_and_the_filter_knows_which():
    (cells,) = rules_of("cohort/facets").partitions
    assert set(cells.where.values) == {field.column for field in FIELDS if field.kind != "list"}


# --- pages ----------------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """Sixty patients of the demo registry, as if a clinic had recorded them."""
    folder = write_clinic(tmp_path / "clinic")
    monkeypatch.setenv("REGISTRY_DIR", str(tmp_path))
    monkeypatch.delenv("DISCLOSURE_K", raising=False)
    return open_warehouse(folder)


VIEWS = [
    ("overview", {}),
    ("overview", {"sex": ["female"]}),
    ("summary_tables", {}),
    ("summary_tables", {"summary_tables_view": ["Table 1 by group"]}),
    ("cohorts", {"sex": ["female"], "dose_tier": ["2"]}),
    ("response", {}),
    ("response", {"response_by": ["prior drug"]}),
    ("response", {"response_view": ["Scores"]}),
    ("response", {"response_view": ["Time on therapy"]}),
    ("side_effects", {}),
    ("side_effects", {"side_effects_per": ["100 cycles"]}),
    ("compare", {"sex": ["female"]}),
    ("dose_and_cost", {"dose_and_cost_price": ["60"]}),
    ("dose_and_cost", {"dose_and_cost_by": ["centre"]}),
    ("overview", {"overview_by": ["centre"]}),
]
# Numbers that are no count of patients: thresholds, doses, versions of the text's own words.
FEW = re.compile(r"(?<![\d.,–<])\b[1-4]\b(?=\s*(?:of|/)\s*\d)|\bn\s*=\s*[1-4]\b")


def charts(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


@pytest.mark.parametrize(("page", "params"), VIEWS)
def test_no_page_shows_a_count_of_few(saved: Warehouse, page: str, params: dict):
    app = open_app(page, {"dataset": ["clinic"], **params})
    assert not app.exception
    assert not app.error
    said = re.sub(r"<style.*?</style>|<[^>]+>", "", html_of(app), flags=re.DOTALL) + texts(app)
    assert not FEW.findall(said)
    assert "shared outside: counts in steps of 5, fewer than 5 not told" in said
    for row in chart_rows(app):
        counts = {name: value for name, value in row.items() if name.startswith("n_")}
        # 4 is the upper end of “fewer than 5”, the same for all of them.
        assert not set(counts.values()) & {1, 2, 3}, counts
        assert not any(re.fullmatch("[1-4]", str(value)) for name, value in row.items()
                       if name in ("text", "counts")), row  # fmt: skip
    for chart in charts(app):
        assert "Shared outside: counts in steps of 5" in str(chart["title"]["subtitle"])


INTERVALS = ("Wilson", "Poisson interval", "95% interval")


@pytest.mark.parametrize(("page", "params"), [
    ("response", {}),
    ("side_effects", {}),
    ("side_effects", {"side_effects_per": ["100 cycles"]}),
    ("dose_and_cost", {}),
])  # fmt: skip
def test_no_page_explains_intervals_that_counts_in_steps_do_not_have(
    saved: Warehouse, monkeypatch: pytest.MonkeyPatch, page: str, params: dict
):
    def said() -> str:
        app = open_app(page, {"dataset": ["clinic"], **params})
        return html_of(app) + texts(app)

    assert not [words for words in INTERVALS if words in said()]
    monkeypatch.setenv("DISCLOSURE_K", "internal")
    assert [words for words in INTERVALS if words in said()]


def test_side_effects_of_few_are_left_out_and_that_is_said(
    saved: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    rule = "A side-effect of fewer than 5 patients has no row"
    frequency = saved.query("side_effects/frequency", cohort=EVERYBODY, counted_by="dose")
    everywhere = frequency[(frequency["place"] == 99) & frequency["symptom"].notna()]
    rare = set(everywhere[everywhere["n_patients"] < 5]["symptom"])
    outside = html_of(open_app("side_effects", {"dataset": ["clinic"]}))
    assert rule in outside
    assert rare
    assert not [symptom for symptom in rare if symptom.capitalize() in outside]
    monkeypatch.setenv("DISCLOSURE_K", "internal")
    inside = html_of(open_app("side_effects", {"dataset": ["clinic"]}))
    assert rule not in inside
    assert [symptom for symptom in rare if symptom.capitalize() in inside]


@pytest.mark.parametrize(("page", "why"), [
    ("timelines", "each lane is a patient"),
    ("patient", "the list of patients names every one of them"),
    ("sql", "can ask for any single patient"),
])  # fmt: skip
def test_pages_of_single_patients_say_why_they_show_nothing(saved: Warehouse, page, why):
    app = open_app(page, {"dataset": ["clinic"]})
    assert not app.exception
    assert not app.error
    assert why in texts(app).replace("\\", "")
    ids = set(saved.query("patient/roster", cohort=EVERYBODY, version=0)["patient_id"])
    assert not [each for each in ids if each in html_of(app) + texts(app)]


@pytest.mark.parametrize("page", ["patient", "publication", "timelines"])
def test_what_was_shown_whole_is_not_shown_to_who_may_see_less(saved, monkeypatch, page):
    asked = {"dataset": ["clinic"], "beside": ["1"]}
    monkeypatch.setenv("DISCLOSURE_K", "internal")
    inside = open_app(page, asked)
    monkeypatch.setenv("DISCLOSURE_K", "5")
    outside = open_app(page, asked)
    assert not (inside.exception or outside.exception)
    shown = html_of(outside) + texts(outside)
    ids = set(saved.query("patient/roster", cohort=EVERYBODY, version=0)["patient_id"])
    assert "claims" in html_of(inside) or charts(inside)
    assert "shared outside" in texts(outside)
    assert not charts(outside)
    # What the paper says is no secret; the registry's own answers are.
    assert set(re.findall(r'<td class="here"[^>]*>(.*?)</td>', shown)) <= {"withheld"}
    assert not [each for each in ids if each in shown]


def test_a_small_cohort_has_no_figures_and_neither_has_nobody(saved: Warehouse):
    asked = {"dataset": ["clinic"], "diagnosis": ["Stevens-Johnson syndrome"]}
    few, nobody = (
        open_app("overview", asked | more) for more in ({"sex": ["female"]}, {"age": ["0-1"]})
    )
    assert "<5 of 60–64 patients" in texts(few)
    assert "Fewer than 5 patients, or nobody" in texts(few).replace("\\", "")
    assert not charts(few)
    assert header_of(few)["count"] == header_of(nobody)["count"]


def test_the_filter_shows_few_as_few(saved: Warehouse):
    app = open_app("overview", {"dataset": ["clinic"]})
    panel = next(
        json.loads(each.proto.json)
        for each in app.get("bidi_component")
        if each.proto.component_name == "ivig.sidebar"
    )
    options = [option for field in panel["fields"] for option in field.get("options", [])]
    assert {option["text"] for option in options} >= {"<5", "60–64"}
    assert not any(1 <= option["count"] < K for option in options)
    bins = [each for field in panel["fields"] for each in field.get("bins", [])]
    assert bins
    assert all(each["lowest"] >= K for each in bins)
    ages = next(field for field in panel["fields"] if field["name"] == "age")
    assert (ages["lower"], ages["upper"]) == (0, 100)


def test_a_figure_that_is_taken_away_is_the_one_on_the_screen(saved: Warehouse, monkeypatch):
    monkeypatch.setattr(data, "threshold", lambda source: K)
    frame = data.figures_of(saved, "overview/counts", Cohort())
    label = Label("all patients", "Recorded data", saved.manifest.version)
    text = frame_csv(frame, label, INTERNATIONAL).decode("utf-8-sig")
    assert "<5" in text
    read = pd.read_csv(io.StringIO(text), dtype=str)
    counts = read.filter(regex="^n_(?!.*est$)")
    assert not counts.isin([str(few) for few in range(1, K)]).any().any()
    assert counts.map(lambda cell: bool(re.fullmatch(r"<\d+|\d+–\d+", cell))).all().all()


@pytest.mark.parametrize(("page", "view"), VIEWS)
def test_figures_that_are_taken_away_hold_nothing_more_than_the_screen(
    saved: Warehouse, monkeypatch, page: str, view: dict
):
    draw, taken = frame.page_header, []
    monkeypatch.setattr(frame, "page_header", lambda *a, **k: draw(*a, **k) or True)
    monkeypatch.setattr(takeaway, "_show", lambda shown, *_: taken.__setitem__(slice(None), shown))
    app = open_app(page, {"dataset": ["clinic"]} | view)
    on_screen = bare(html_of(app))
    ids = ids_in(Subject(saved, "clinic", 0, {}, Cohort()))
    for figure in [shown.figure() for shown in taken]:
        write = table_csv if isinstance(figure, Table) else chart_csv
        content = write(figure, Label("x", "x", "x"), INTERNATIONAL).decode("utf-8-sig")
        assert not ids.are_in(content)
        if isinstance(figure, Table):
            cells = chain.from_iterable(figure.table.rows)
            for part in chain.from_iterable(re.split(", | \\(n=", cell) for cell in cells):
                assert bare(escape(part)) in on_screen
        else:
            counts = pd.read_csv(io.StringIO(content), dtype=str).filter(regex="^n_")
            assert not counts.isin([str(few) for few in range(1, K)]).any().any()


def bare(html: str) -> str:
    """Words and figures alone: a page sets the spaces and brackets around them otherwise."""
    return re.sub(r"[\s()=,]", "", unescape(re.sub(r"</?[a-z][^>]*>", "", html)))


def test_of_published_and_synthetic_data_nothing_is_hidden(monkeypatch):
    monkeypatch.setenv("DISCLOSURE_K", "11")
    for dataset, n in (("case_series", "32 of 32"), ("demo_registry", "600 of 600")):
        app = open_app("overview", {"dataset": [dataset]})
        assert f"{n} patients" in texts(app)
        assert "shared outside" not in texts(app)


def test_a_reader_can_only_make_it_stricter(saved: Warehouse, monkeypatch):
    monkeypatch.setenv("DISCLOSURE_K", "8")
    app = open_app("import", {"dataset": ["clinic"]})
    box = app.selectbox(key="import_disclosure_saved")
    assert box.options == [f"for showing outside: no count under {k}" for k in (8, 11)]
    box.select("11").run()
    assert "counts in steps of 11" in texts(app)
    app.switch_page("pages/overview.py").run()
    assert "55–65 of 55–65 patients" in texts(app)


def test_the_operator_can_open_a_registry_to_those_who_can_reach_it(saved, monkeypatch):
    monkeypatch.setenv("DISCLOSURE_K", "internal")
    app = open_app("timelines", {"dataset": ["clinic"]})
    assert "60 of 60 patients" in texts(app)
    assert not app.info


def test_a_sessions_own_registry_is_internal_until_its_reader_shares_it(saved: Warehouse):
    app = open_app("overview", {})
    app.session_state[OWN] = saved
    app.query_params["dataset"] = OWN
    app.run()
    assert "60 of 60 patients" in texts(app)
    app.switch_page("pages/import.py").run()
    box = app.selectbox(key="import_disclosure_own")
    assert box.value == "internal"
    box.select("5").run()
    app.switch_page("pages/overview.py").run()
    assert "60–64 of 60–64 patients" in texts(app)
    app.switch_page("pages/import.py").run()
    app.selectbox(key="import_disclosure_own").select("internal").run()
    assert "60 of 60 patients" in texts(app)


def test_each_registry_shows_the_setting_that_holds_for_it(saved: Warehouse):
    """From one dataset to the other on the page Import, where both draw the same choice."""
    app = open_app("import", {"dataset": ["clinic"]})
    app.session_state[OWN] = saved
    expected = {"clinic": "5", OWN: "internal"}

    def look(name: str) -> None:
        app.query_params["dataset"] = name
        app.run()
        k = expected[name]
        assert shown().value == k
        nature = header_of(app)["nature"]
        assert ("shared outside" in nature) == (k != "internal")
        assert k == "internal" or f"counts in steps of {k}" in nature

    def shown() -> Selectbox:
        [box] = [box for box in app.selectbox if box.label == "Who sees this?"]
        return box

    for name, choice in ((OWN, "11"), ("clinic", "8"), (OWN, "internal"), ("clinic", "11")):
        look("clinic")
        look(OWN)
        look(name)
        shown().select(choice).run()
        expected[name] = choice
        look(name)
    look(OWN)
