"""Small cells: nothing of a registry that is shared outside tells of fewer than k patients.

What is shown is held against the registry itself, and against every registry that would be shown
the same: a cell that could be found out would be the same in all of them.
"""

import io
import json
import random
import re
from collections.abc import Iterator
from html import escape, unescape
from itertools import chain, permutations, product
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from lib.ask import bound, rows_of
from lib.cohort import FIELDS, Cohort
from lib.comparison import Basis, number_differences
from lib.datasets import OWN
from lib.disclosure import (
    THRESHOLDS,
    disclosed,
    operator_threshold,
    refused,
    rounded_outwards,
)
from lib.disclosure_rules import PATIENTS_PER_SIDE, Rules, parse_rules, rules_of
from lib.errors import WithheldError
from lib.export.delimited import INTERNATIONAL, chart_csv, frame_csv, table_csv
from lib.export.label import Label
from lib.figures import format_figure
from lib.registry.store import read_registry, write_registry
from lib.report.content import Table
from lib.report.public import ids_in
from lib.report.subject import Subject
from lib.ui import data, frame, takeaway
from lib.warehouse import Warehouse, open_warehouse
from tests.registries import open_tables, write_clinic
from tests.screen import chart_rows, header_of, html_of, open_app, texts

from tests.test_queries import EXAMPLES, QUESTIONS, header, name_of  # isort: skip

K = 5
thresholds = st.sampled_from(THRESHOLDS)
EVERYBODY = Cohort().criteria


# --- one result -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("k", "count", "shown"),
    [(5, 0, "<5"), (5, 4, "<5"), (5, 5, "5–9"), (5, 12, "10–14"), (8, 8, "8–15"), (11, 10, "<11")],
)
def test_a_count_is_written_as_its_step(k: int, count: int, shown: str):
    ends = {f"n_patients{end}": count for end in ("", "_lowest", "_highest")}
    row = ends | {f"n_under_others{end}": count for end in ("", "_lowest", "_highest")}
    row |= dict.fromkeys(("field", "value", "bin_lower", "parent"))
    (told,) = disclosed("cohort/facets", [row], k)
    figures = (told[f"n_patients{end}"] for end in ("", "_lowest", "_highest"))
    assert format_figure(*figures, 0) == shown


def clinic(folder: Path, *kinds: tuple[int, dict]) -> Warehouse:
    """So many patients of each kind, otherwise as usual."""
    people = [USUAL | kind for n, kind in kinds for _ in range(n)]
    return open_warehouse(written(folder / "clinic", people))


def told(source: Warehouse, name: str, **parameters: str) -> list[dict]:
    return rows_of(source, K, name, Cohort(), tuple(parameters.items()))


@pytest.mark.parametrize("few", ["ABCD", "DCBA"])
def test_options_of_few_stand_in_the_order_of_their_names(tmp_path: Path, few: str):
    kinds = [(4 - place, {"centre": centre}) for place, centre in enumerate(few)]
    source = clinic(tmp_path, (40, {}), *kinds)
    options = [row["value"] for row in told(source, "cohort/facets") if row["field"] == "centre"]
    assert options == ["A", "B", "C", "D", "North"]


def test_what_happened_to_one_patient_seven_times_is_not_told(tmp_path: Path):
    people = [USUAL | {"symptom": "headache"} for _ in range(10)] + [USUAL] * 20
    folder = written(tmp_path / "clinic", [*people, USUAL | {"dose": 0.5, "symptom": "headache"}])
    _, tables = read_registry(folder)
    rows = {name: table.to_pylist() for name, table in tables.items()}
    last = rows["side_effects"][-1]
    rows["side_effects"] += [last | {"day": day} for day in range(6)]
    write_registry(folder, rows, name="Clinic", nature="recorded", publication=None, imputations=0)
    source = open_warehouse(folder)
    raw = source.records("side_effects/frequency", cohort=EVERYBODY, counted_by="dose")
    assert 7 in {row["n_side_effects"] for row in raw}
    for row in told(source, "side_effects/frequency", counted_by="dose"):
        assert row["n_side_effects"] is None


def test_groups_are_numbered_as_they_are_left(tmp_path: Path):
    source = clinic(tmp_path, (20, {}), (9, {"sex": "male"}), (2, {"centre": "South"}))
    for name in ("summary/table_1_counts", "summary/table_1_numbers"):
        for by, last in (("sex", 2), ("centre", 1), ("none", 0)):
            places = {row["group_place"] for row in told(source, name, by=by)}
            assert places == set(range(last + 1))


def test_the_largest_part_of_a_few_is_what_the_whole_leaves(tmp_path: Path):
    """36 women and 4 men, in every result that counts women."""
    source = clinic(tmp_path, (36, {}), (4, {"sex": "male"}))
    women = [
        row["n_patients"]
        for name, parameters in (
            ("cohort/facets", {}),
            ("response/rates", {"field": "sex"}),
            ("summary/table_1_counts", {"by": "none"}),
        )
        for row in told(source, name, **parameters)
        if row["value"] == "female"
    ]
    women += [
        row["value"]
        for row in told(source, "summary/characteristics")
        if row["measure"] == "female"
    ]
    assert [str(each) for each in women] == ["30–44", "35–44", "30–44", "25–44"]


def test_how_many_a_step_took_is_what_both_steps_leave(tmp_path: Path):
    source = clinic(tmp_path, (10, {}), (1, {"sex": "male"}), (8, {"sex": "male", "dose": 1.0}))
    men = Cohort.of(sex=["male"])
    steps = [EVERYBODY, men.criteria, men.changed(dose_tier=("1",)).criteria]
    asked = ("steps", tuple(steps)), ("most_named", 0)
    rows = rows_of(source, K, "cohort/attrition", None, asked)
    assert [str(row["n_patients"]) for row in rows] == ["15–19", "5–9", "5–9"]
    assert [str(row["n_taken"]) for row in rows] == ["<5", "5–14", "<5"]


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


Rows = list[dict]


def shown(source: Warehouse, name: str, k: int, cohort: Cohort, parameters: tuple) -> Rows | str:
    try:
        return rows_of(source, k, name, cohort, parameters)
    except WithheldError as error:
        return str(error)


# Every grouping of the questions that have one.
GROUPINGS = {
    "by": ("none", "diagnosis_group", "sex", "centre", "response", "has_side_effect", "age_decade"),
    "counted_by": ("dose", "grade", "cycle", "centre"),
    "field": ("diagnosis_group", "dose_tier", "sex", "centre", "side_effect", "age_decade"),
    "other": (EVERYBODY,),
    "less_first": (True,),
    "instrument": ("DLQI",),
}
WOMEN = Cohort.of(sex=["female"])


def asked_ways() -> Iterator[tuple[str, Cohort | None, tuple]]:
    """Every question of which something is told, by every grouping, of everybody and of women."""
    for path in QUESTIONS:
        name, needed = name_of(path), header(path).parameters
        if rules_of(name).withheld:
            continue
        if "steps" in needed:
            yield name, None, (("steps", (EVERYBODY, WOMEN.criteria)), ("most_named", 99))
            continue
        others = sorted(needed - {"cohort"})
        for values in product(*(GROUPINGS[each] for each in others)):
            for cohort in (Cohort(), WOMEN) if "cohort" in needed else (None,):
                yield name, cohort, tuple(zip(others, values, strict=True))


def steps_of(rows: Rows, name: str, size: int, k: int) -> set:
    """Every count of a result by its step, and every difference of two in a row; few are none."""
    rules = rules_of(name)
    labels = sorted(rules.labels & rows[0].keys()) if rows else []
    found = set()
    for row in rows:
        key = tuple(str(row[label]) for label in labels)
        known = {
            each: int(row[each])
            for each in (*rules.counts, *rules.statistics)
            if row[each] is not None and rules.is_count(each, row)
        }
        known |= {(one, two): known[one] - known[two] for one, two in permutations(known, 2)}
        found |= {(key, each, n // k) for each, n in known.items() if n >= k}
    return found | set(sums_of(rows, rules, size, k))


def sums_of(rows: Rows, rules: Rules, size: int, k: int) -> Iterator[tuple]:
    """By their step the parts of a whole together, the few of them, and who is in none of them."""
    cells = [(parts, count) for parts in rules.partitions for count in parts.counts]
    for parts, count in cells:
        groups: dict[tuple, list[tuple[int, int]]] = {}
        for row in filter(parts.where.holds, rows):
            key = tuple(str(row[name]) for name in parts.keys)
            n = sum(int(row[name] or 0) for name in count.split(" + "))
            groups.setdefault(key, []).append((n, row.get("n_under_others", size)))
        for key, counts in groups.items():
            all_parts = sum(n for n, _ in counts)
            few = sum(n for n, _ in counts if n < k)
            yield parts, count, key, all_parts // k, few // k, (counts[0][1] - all_parts) // k


def without_medians(rows: Rows | str, name: str) -> Rows | str:
    """The rows without numbers that are of single patients, and what the registry as a whole holds.

    The documentation says of both what they tell.
    """
    if isinstance(rows, str):
        return rows
    rules = rules_of(name)
    ends = ("", "_lowest", "_highest")
    medians = {f"{each}{end}" for each in rules.quantiles for end in ends}
    return [
        {
            column: str(value)
            for column, value in row.items()
            if column not in medians
            and not (column.startswith("value") and row.get("statistic") in PATIENTS_PER_SIDE)
        }
        for row in rows
    ]


# What one patient becomes: as a man of the registry is and no woman, or as others are, too.
CHANGES = (
    ("diagnosis", "livedoid vasculopathy"),
    ("centre", "West"),
    ("centre", "South"),
    ("sex", "male"),
    ("age_at_first_ivig_years", 71),
    # As nobody is.
    ("age_at_first_ivig_years", 35),
    ("response", "no response"),
    ("dose", 0.5),
    ("n_cycles", 3),
    ("symptom", "nausea"),
)
USUAL = {
    "diagnosis": "dermatomyositis",
    "centre": "North",
    "sex": "female",
    "age_at_first_ivig_years": 45,
    "response": "response",
    "dose": 2.0,
    "n_cycles": 1,
    "symptom": None,
}


OTHERS = {
    "diagnosis": ["pemphigus vulgaris"],
    "centre": ["South", "East"],
    "sex": ["male"],
    "age_at_first_ivig_years": [61],
    "response": ["not evaluable"],
    "dose": [1.0],
    "n_cycles": [2],
    "symptom": ["headache"],
}


def a_clinic(seed: int) -> list[dict]:
    """Patients of whom most are as usual, and one man who is not."""
    dice = random.Random(seed)
    people = [
        USUAL
        | {name: dice.choice(others) for name, others in OTHERS.items() if dice.random() < 0.2}
        for _ in range(dice.randint(28, 60))
    ]
    man = {
        "diagnosis": "livedoid vasculopathy",
        "centre": "West",
        "sex": "male",
        "symptom": "nausea",
    }
    man |= {"response": "no response", "dose": 0.5, "n_cycles": 3, "age_at_first_ivig_years": 71}
    return [USUAL, man, *people]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_what_changes_no_step_changes_nothing_that_is_shown(tmp_path: Path, change):
    """One patient is otherwise; where no count comes into another step, all is shown as before.

    That is also the order of the rows, their number, and what they are numbered by.
    """
    n_compared = 0
    for seed in range(2):
        people = a_clinic(seed)
        groups = people, [people[0] | dict([change]), *people[1:]]
        folders = (tmp_path / f"{name} {seed}" for name in ("before", "after"))
        sources = [
            open_warehouse(written(folder, group))
            for folder, group in zip(folders, groups, strict=True)
        ]
        n_compared += sum(
            is_shown_alike(sources, groups, question, cohort, parameters)
            for question, cohort, parameters in asked_ways()
        )
    assert n_compared


def is_shown_alike(sources, groups, question, cohort, parameters) -> bool:
    """Whether a result differs, but in no step; if so, what is shown must not differ."""
    asked = bound(cohort, parameters)
    raw = [source.records(question, **asked) for source in sources]
    steps = []
    for rows, group in zip(raw, groups, strict=True):
        size = sum(cohort != WOMEN or each["sex"] == "female" for each in group)
        told = [row | {f"${name}": value for name, value in asked.items()} for row in rows]
        steps.append((size // K, (len(group) - size) // K, steps_of(told, question, size, K)))
    if raw[0] == raw[1] or steps[0] != steps[1]:
        return False
    one, two = (
        without_medians(shown(source, question, K, cohort, parameters), question)
        for source in sources
    )
    assert one == two, (question, cohort, parameters)
    return True


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


def test_of_every_field_of_the_filter_one_part_is_open():
    parts = {
        value
        for each in rules_of("cohort/facets").partitions
        for condition in each.where.conditions
        if condition.column == "field"
        for value in condition.values
    }
    # By years of age the filter tells nothing: by decades other pages do.
    assert parts == {field.column for field in FIELDS} - {"age_at_first_ivig_years"}


@pytest.mark.parametrize("name", [name_of(path) for path in QUESTIONS])
def test_every_parameter_that_is_a_cohort_is_said_to_be_one(name: str):
    """Whoever forgets it would tell of cohorts that are too small."""
    rules = rules_of(name)
    path = next(path for path in QUESTIONS if name_of(path) == name)
    cohorts = {each for each in header(path).parameters if "[" in str(EXAMPLES[each])}
    cohorts -= {"patients"}
    assert cohorts == {*rules.asked_of, *rules.sizes_of}
    assert not {*rules.asked_of} & {*rules.sizes_of}
    # What is told of a cohort of any size counts nothing but its patients.
    told = {*rules.labels, *rules.counts, *rules.never, *rules.ends}
    assert rules.columns <= told or not rules.sizes_of


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
        [box] = [each for each in app.selectbox if "import_disclosure" in str(each.key)]
        return box

    for name, choice in ((OWN, "11"), ("clinic", "8"), (OWN, "internal"), ("clinic", "11")):
        look("clinic")
        look(OWN)
        look(name)
        shown().select(choice).run()
        expected[name] = choice
        look(name)
    look(OWN)


def test_who_stopped_for_an_unnamed_side_effect_is_in_no_sum_of_side_effects(tmp_path: Path):
    people = [("side-effects", "")] * 12 + [("remission", "false")] * 20
    ids = [f"P{number:02}" for number in range(len(people))]
    source = open_tables(
        tmp_path,
        patients="patient_id | therapy_end_reason\n"
        + "\n".join(f"{i} | {reason}" for i, (reason, _) in zip(ids, people, strict=True)),
        side_effects="patient_id | symptom | led_to_discontinuation\n"
        + "\n".join(
            f"{i} | {symptom} | {led}"
            for i, (_, led) in zip(ids, people, strict=True)
            for symptom in ("headache", "nausea")
        ),
    )
    told = rows_of(source, K, "side_effects/consequences", Cohort())
    stopped = {row["symptom"]: (row["n_stopped_lowest"], row["n_stopped_highest"]) for row in told}
    assert stopped[None][0] <= 12 <= stopped[None][1]
    assert stopped["headache"] == stopped["nausea"]
    assert stopped["headache"][0] == 0


def test_counts_in_steps_do_not_say_that_something_is_unknown_of_somebody(tmp_path: Path):
    source = open_tables(
        tmp_path,
        patients="patient_id | sex\n"
        + "\n".join(f"P{i:02} | {'female' if i < 13 else 'male'}" for i in range(34)),
    )
    asked = (("other", Cohort.of(sex=["male"]).criteria), ("less_first", False))
    rows = rows_of(source, K, "compare/numbers", Cohort.of(sex=["female"]), asked)
    found = number_differences(rows, Basis())
    assert found
    assert not [each for each in found if "n\N{NO-BREAK SPACE}=" in each.figure_a + each.figure_b]
