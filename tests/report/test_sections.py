"""Every section says something of every registry, and its tables are those of the page."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import written
from lib.ask import rows_of
from lib.cohort import Cohort
from lib.report.content import Table, Words
from lib.report.sections import SECTIONS
from lib.report.subject import EVERYBODY, Inquiry, read_subject
from lib.tables import TextTable
from lib.warehouse import Warehouse
from tests.cohorts_by_hand import ByHand, cohorts, patients_by_hand, read_tables
from tests.registries import open_tables
from tests.report.packets import (
    FOLDERS,
    VIEWS,
    K,
    composed,
    everything_in,
    made,
    opened,
    packet_of,
    section_of,
    tables_of,
)
from tests.screen import chart_rows, html_of, open_app

LONGEST_TITLE = 100


# --- every section of every registry ------------------------------------------------------------

READ = [
    ("case_series", "patient=DM-01"),
    ("case_series", "diagnosis=dermatomyositis"),
    ("case_series", "diagnosis=Stevens-Johnson+syndrome"),
    ("case_series", VIEWS["nobody"]),
    ("demo_registry", "sex=female&dose_and_cost_price=60"),
    ("demo_registry", VIEWS["nobody"]),
]


@pytest.mark.parametrize(("dataset", "view"), READ)
def test_every_section_says_something(dataset: str, view: str):
    packet = packet_of(dataset, view)
    assert [section.name for section in packet.sections] == list(SECTIONS)
    for section in packet.sections:
        assert section.blocks, section.name
        for block in section.blocks:
            if isinstance(block, Words):
                assert block.text.strip()
            else:
                assert len(block.says) <= LONGEST_TITLE, block.says
                assert not re.search(r"\b(None|nan)\b", block.says), block.says
                assert "–  " not in block.says
                assert not block.says.startswith("–"), block.says


def test_of_nobody_only_what_is_not_about_patients_is_said():
    packet = packet_of("case_series", VIEWS["nobody"])
    with_figures = {section.name for section in packet.sections if list(section.figures)}
    assert with_figures == {"cohort"}


@pytest.mark.parametrize("view", ["", "sex=female", "diagnosis=Stevens-Johnson+syndrome&sex=male"])
def test_a_shared_registry_tells_no_patient_and_no_few(clinic: Warehouse, view: str):
    packet = made(composed(view), "clinic", source=clinic, k=K)
    said = everything_in(packet)
    ids = [row["patient_id"] for row in rows_of(clinic, 0, "patient/roster", EVERYBODY,
                                               (("version", 0),))]  # fmt: skip
    assert ids
    assert not [each for each in ids if each in said]
    assert len(packet.sections) == len(SECTIONS)
    assert all(section.blocks for section in packet.sections)
    for table in tables_of(packet).values():
        # A median may be as small as it is.
        counts = [row for row in table.table.rows if "median" not in row[0]]
        cells = [cell for _, *cells in counts for cell in cells]
        assert not [cell for cell in cells if re.search(r"(?<![\d.,–<])[1-4] ?/ ?\d", cell)]
        if "median" not in " ".join([table.title, *table.table.columns]):
            assert not [cell for cell in cells if cell in {"1", "2", "3", "4"}]


def test_a_packet_of_a_shared_registry_has_figures(clinic: Warehouse):
    packet = made(composed(""), "clinic", source=clinic, k=K)
    assert {"Table I. The cohort", "Recorded and missing values"} <= tables_of(packet).keys()
    assert "60–64" in everything_in(packet)


# --- each table is the one on the page ----------------------------------------------------------


@cache
def by_hand(dataset: str) -> ByHand:
    return ByHand(patients_by_hand(read_tables(FOLDERS[dataset])))


ASKED = ("table_i", "table_ii", "table_1", "response", "side_effects", "cost")


def expected(dataset: str, cohort: Cohort) -> dict[str, TextTable]:
    """The tables as the pages write them, asked anew."""
    view = {name: tuple(values) for name, values in cohort.query_params.items()}
    asked = Inquiry(read_subject(view, opened(FOLDERS[dataset]), dataset, 0))
    return {
        "Table I. The cohort": written.published("table_i", asked).table,
        "Table II. Cycles, doses and side-effects by diagnosis": written.published(
            "table_ii", asked
        ).table,
        "Table 1. Characteristics by diagnosis group": written.characteristics(
            "diagnosis group", "median (range)", asked
        ).table,
        "Responders": written.rates("diagnosis_group", asked).table,
        "Patients with each side-effect, by dose at onset": written.frequency(
            "dose at onset", "patients", asked
        ).table,
        "Reduced and standard dosing": written.use("dosing", "g/kg", None, asked, is_basis_told=True
        ).table,
    }  # fmt: skip


@pytest.mark.parametrize("dataset", FOLDERS)
@settings(max_examples=8)
@given(data=st.data())
def test_the_tables_of_any_cohort_are_the_pages(dataset: str, data: st.DataObject):
    cohort = data.draw(cohorts(by_hand(dataset)))
    packet = made(composed(cohort.query_string, *ASKED), dataset)
    told = {title: table.table for title, table in tables_of(packet).items()}
    if all(not list(section.figures) for section in packet.sections):
        assert "No patient meets" in everything_in(packet)
        return
    for title, table in expected(dataset, cohort).items():
        assert not unlike_the_page(told[title], table), title


def unlike_the_page(told: TextTable, page: TextTable) -> list[tuple[str, ...]]:
    """The columns that differ: a packet leaves out those of nobody, and a group that is all."""
    if len(page.rows) == 2 and page.rows[0][1:] == page.rows[1][1:] and len(told.rows) == 1:
        page = page._replace(rows=page.rows[:1])
    columns, on_page = ([*zip(each.columns, *each.rows, strict=True)] for each in (told, page))
    size = re.search(r"\(n=.*\)", on_page[1][0])
    is_once = len(on_page) == 3 and size and size[0] in on_page[2][0]
    left_out = [
        column
        for column in on_page
        if column not in columns
        and not (is_once and column[1:] == on_page[1][1:])
        and (re.search(r"[1-9]", " ".join(column[1:])) or column is on_page[-1])
    ]
    return left_out + [column for column in columns if column not in on_page]


ON_PAGES = [
    ("case_series", "summary_tables", "", ("table_i", "table_ii")),
    ("demo_registry", "summary_tables", "sex=female", ("table_i", "table_ii")),
    (
        "case_series",
        "summary_tables",
        "summary_tables_view=Table+1+by+group&summary_tables_by=sex",
        ("table_1",),
    ),
    ("case_series", "side_effects", "diagnosis=dermatomyositis", ("side_effects",)),
    ("demo_registry", "side_effects", "side_effects_per=100+cycles", ("side_effects",)),
    ("case_series", "response", "response_by=usual+dose", ("response",)),
    ("demo_registry", "response", "response_by=sex", ("response",)),
    ("demo_registry", "compare", "sex=female&diagnosis=dermatomyositis", ("comparison",)),
    ("case_series", "compare", "diagnosis=dermatomyositis", ("comparison",)),
    (
        "demo_registry",
        "dose_and_cost",
        "dose_and_cost_price=60&dose_and_cost_unit=grams",
        ("cost",),
    ),
]


@pytest.mark.parametrize(("dataset", "page", "view", "sections"), ON_PAGES)
def test_each_number_of_a_table_is_on_its_page(dataset, page, view, sections):
    app = open_app(page, {"dataset": [dataset], **parse_qs(view)})
    assert not app.exception
    words = re.sub(r"<style.*?</style>|<[^>]+>", " ", html_of(app), flags=re.DOTALL)
    # Response rates stand on their page as labels of a chart.
    labels = (value for row in chart_rows(app) for value in row.values() if isinstance(value, str))
    shown = numbers(" ".join([words, *labels]))
    tables = [
        block
        for name in sections
        for block in section_of(packet_of(dataset, view, *sections), name).blocks
        if isinstance(block, Table) and not block.title.endswith("In numbers")
    ]
    assert tables
    for table in tables:
        cells = " ".join(" ".join(row) for row in table.table.rows)
        assert numbers(cells) <= shown, table.title


def numbers(text: str) -> set[str]:
    """The numbers in a text, with their signs."""
    return set(re.findall(r"[+−]?\d[\d.,\N{NARROW NO-BREAK SPACE}]*\d|[+−]?\d", text))


# --- titles that say what is seen ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "title", "says"),
    [
        ("", "The cohort at one look", "32 patients: age 71.5 years, 6 cycles (medians)."),
        ("", "Table I. The cohort",
         "29 of 32 with a recorded response responded; 7 of 32 had side-effects."),
        ("", "Responders", "29 of 32 with a recorded response responded: 91% (76–97)."),
        ("", "Table 1. Characteristics by diagnosis group",
         "32 patients by diagnosis group: 8 groups."),
        ("", "Patients with each side-effect, by dose at onset",
         "7 of 32 patients had a side-effect: 22% (11–39)."),
        ("diagnosis=Stevens-Johnson+syndrome", "The cohort at one look",
         "1 patient: age 28 years, 1 cycle."),
        ("dose_tier=2", "Reduced and standard dosing", "g/kg per cycle: 2.00 standard."),
        ("patient=DM-01", "Patient DM-01", "DM-01: dermatomyositis, no response."),
        ("patient=DM-05", "Patient DM-05", "DM-05: dermatomyositis, response."),
        ("diagnosis=dermatomyositis", "Shares of patients: n/N (%)",
         "A: dermatomyositis, beside B: everybody who is not in A."),
    ],
)  # fmt: skip
def test_a_title_says_what_is_seen(view: str, title: str, says: str):
    assert tables_of(packet_of("case_series", view))[title].says == says


def test_a_title_has_its_range_over_the_versions():
    told = tables_of(packet_of("case_series", "diagnosis=dermatomyositis&dose_tier=1"))
    assert "2 ⟨2–3⟩ of 3 had side-effects" in told["Table I. The cohort"].says


TWO = """
    patient_id | sex  | diagnosis
    A          | male | dermatomyositis
    B          | male | livedoid vasculopathy
"""


def test_of_several_values_as_frequent_none_is_called_the_most_frequent(tmp_path: Path):
    source = open_tables(tmp_path / "two", patients=TWO)
    packet = made(composed("", "overview"), "two", source=source)
    charts = section_of(packet, "overview").figures
    said = {figure.title: figure.says for figure in charts}
    assert said["Which diagnoses do they have?"] == ""
    assert said["The cohort at one look"] == "2 patients: age 50 years (median)."
    assert said["The charts in numbers"] == "No response is recorded; 0 of 2 had side-effects."


def test_notes_name_an_interval_only_where_a_cell_has_one():
    sections = ("side_effects", "cost", "comparison")
    view = "dose_tier=1&side_effects_per=100+person-years"
    published = packet_of("case_series", view, *sections)
    said = everything_in(published)
    for name in ("Garwood", "Newcombe", "Moses", "Kaplan", "Fisher", "Wilson", "MOVER"):
        assert name not in said, name
    assert said.count("Nothing is tested") == 1
    tables = tables_of(published)
    assert not any("Test" in table.table.columns for table in tables.values())
    demo = everything_in(packet_of("demo_registry", view, *sections))
    for name in ("Garwood", "Newcombe", "Moses", "Kaplan", "Fisher", "Wilson"):
        assert name in demo, name
    assert "may be too narrow" in demo


def test_what_all_of_a_cohort_have_is_said_and_not_drawn():
    """Twice one bar of three patients would be two slides that say nothing."""
    packet = packet_of("case_series", "diagnosis=dermatomyositis&dose_tier=1", "overview")
    said = everything_in(packet)
    assert "Diagnoses: dermatomyositis in all of them." in said
    assert "Doses: 1 g/kg in all of them." in said
    assert "Which diagnoses do they have?" not in said
    everybody = everything_in(packet_of("case_series", "", "overview"))
    assert "in all of them" not in everybody
    assert "Which diagnoses do they have?" in everybody


# --- what a publication leaves open is not said as if it were known -------------------------------

REDUCED = "diagnosis=dermatomyositis&dose_tier=1"


def test_ages_that_are_told_of_nobody_are_not_drawn():
    packet = packet_of("case_series", REDUCED, "overview")
    section = section_of(packet, "overview")
    tables = tables_of(packet)
    assert "How old were they at the first IVIg?" not in {each.title for each in section.figures}
    (said,) = (each.text for each in section.blocks if isinstance(each, Words) and each.is_remark)
    assert "Ages are filled in: no decade has a patient in every version" in said
    look = {row[0]: row[1:] for row in tables["The cohort at one look"].table.rows}
    value, detail = look["Age at first IVIg"]
    assert "⟨" in value
    assert f"{value} years, {detail}." in said
    rows = tables["The charts in numbers"].table.rows
    assert [row[0].strip() for row in rows] == [
        "Diagnosis group",
        "dermatomyositis",
        "Usual dose per cycle",
        "1 g/kg",
        "Age at first IVIg: filled in, no decade has a patient in every version",
    ]


@pytest.mark.parametrize(
    ("dataset", "view"),
    [
        ("case_series", ""),
        ("case_series", "diagnosis=dermatomyositis"),
        ("case_series", "diagnosis=urticarial+vasculitis"),
        ("demo_registry", ""),
    ],
)
def test_ages_of_which_some_are_told_are_drawn(dataset: str, view: str):
    packet = packet_of(dataset, view, "overview")
    titles = {each.title for each in section_of(packet, "overview").figures}
    assert "How old were they at the first IVIg?" in titles
    assert "Ages are filled in" not in everything_in(packet)
    cells = [row[0] for row in tables_of(packet)["The charts in numbers"].table.rows]
    assert any(re.fullmatch(r"\s\d0–\d9 years", cell) for cell in cells)


@pytest.mark.parametrize(
    "view", [REDUCED, "age=60-69", "diagnosis=linear+IgA+dermatosis", "diagnosis=dermatomyositis"]
)
def test_no_title_of_the_overview_has_a_figure_that_differs(view: str):
    figures = list(section_of(packet_of("case_series", view, "overview"), "overview").figures)
    assert figures
    assert not [each.says for each in figures if "⟨" in each.says]
    told = {each.title: each.says for each in figures}
    if view == REDUCED:
        assert told["The cohort at one look"] == "3 patients: 6 cycles (median)."
        assert told["The charts in numbers"] == "2 of 3 with a recorded response responded."


@pytest.mark.parametrize(
    ("view", "ids"),
    [
        ("", {"MMP-01", "UV-01"}),
        ("diagnosis=mucous+membrane+pemphigoid", {"MMP-01"}),
        (REDUCED, set()),
    ],
)
def test_where_a_response_is_a_decision_of_ours_it_stands_at_the_figures(view: str, ids: set[str]):
    blocks = section_of(packet_of("case_series", view, "response"), "response").blocks
    places = [
        place
        for place, each in enumerate(blocks)
        if isinstance(each, Words) and each.is_remark and "-01" in each.text
    ]
    assert len(places) == bool(ids)
    for place in places:
        before, after = blocks[place - 1], blocks[place + 1]
        assert (before.title, after.title) == ("Who responded?", "Responders")
        assert "not evaluable 0" in " ".join(before.notes)
        assert set(re.findall(r"[A-Z]+-\d\d", blocks[place].text)) == ids


def test_a_group_that_is_the_whole_cohort_stands_once_among_the_rates():
    packet = packet_of("case_series", REDUCED, "response")
    responders = tables_of(packet)["Responders"]
    assert responders.table.rows == [("whole cohort", "2/3", "0", "0")]
    assert any("no row of its own: dermatomyositis" in note for note in responders.notes)
    chart = next(iter(section_of(packet, "response").figures))
    labels = {row["label"] for rows in chart.spec["datasets"].values() for row in rows}
    assert labels == {"whole cohort"}
    everybody = tables_of(packet_of("case_series", "", "response"))["Responders"].table.rows
    assert len(everybody) == 9


def test_a_step_that_two_share_is_not_taken_for_the_same_patients(clinic: Warehouse):
    packet = made(composed("diagnosis=dermatomyositis", "response"), "clinic", source=clinic, k=K)
    assert "no row of its own" not in everything_in(packet)
