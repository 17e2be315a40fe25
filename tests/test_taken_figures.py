"""What every page lets its reader take away: the figures as they are shown, and their queries."""

import pytest
from streamlit.testing.v1 import AppTest

from lib.ui import frame
from tests.screen import open_app

# Page, its parameters, and what can be chosen there of figures; then of queries.
FIGURES = {
    ("overview", ""): (
        [
            "Table: The cohort at one look",
            "Chart: Which diagnoses do they have?",
            "Chart: Which dose did they usually get per cycle?",
            "Chart: How did it go, patient by patient?",
            "Chart: How old were they at the first IVIg?",
        ],
        ["Charts", "Key figures"],
    ),
    ("summary_tables", ""): (
        [
            "Table: Table I. The cohort",
            "Table: Table II. Cycles, doses and side-effects by diagnosis",
        ],
        ["Table I", "Table II"],
    ),
    ("summary_tables", "summary_tables_view=Table 1 by group"): (
        ["Table: Table 1. Characteristics by diagnosis group"],
        ["Counts", "Numbers"],
    ),
    ("timelines", ""): (
        ["Chart: How long was IVIg given? What happened?"],
        ["Lanes", "Marks"],
    ),
    ("patient", "patient=DM-02"): (
        [
            "Table: Patient DM-02",
            "Chart: What happened, and when?",
            "Table: Statements on DM-02",
        ],
        ["Statements DM-02", "Course", "Scores"],
    ),
    ("cohorts", "diagnosis=dermatomyositis"): (
        ["Chart: Which criterion took how many?", "Table: Whom each criterion took"],
        ["Attrition"],
    ),
    ("response", ""): (["Chart: Who responded?"], ["Response rates"]),
    ("response", "dataset=demo_registry&response_view=Time on therapy"): (
        ["Chart: How long did they stay on IVIg?", "Table: In numbers"],
        ["Times"],
    ),
    ("side_effects", ""): (
        [
            "Table: Patients with each side-effect, by dose at onset",
            "Chart: When did they begin?",
            "Table: Which led to discontinuation, which were serious?",
        ],
        ["Frequency", "Onset", "Consequences"],
    ),
    ("compare", "diagnosis=dermatomyositis"): (
        [
            "Chart: How far do the shares differ?",
            "Table: Shares of patients: n/N (%)",
            "Table: Numbers: median (quartiles)",
            "Table: Times: median, months (events/patients)",
        ],
        ["Shares", "Numbers"],
    ),
    ("compare", "dataset=demo_registry&sex=female"): (
        [
            "Chart: How far do the shares differ?",
            "Table: Shares of patients: n/N (%)",
            "Table: Numbers: median (quartiles)",
            "Table: Times: Kaplan–Meier median, months (events/patients)",
        ],
        ["Shares", "Numbers", "Times"],
    ),
    ("dose_and_cost", ""): (
        [
            "Table: Reduced and standard dosing",
            "Chart: How much was each patient given in all?",
        ],
        ["Use", "Patients", "Tiers"],
    ),
    ("publication", ""): (["Table: Published statements"], ["Statements"]),
    ("publication", "publication_view=Diagnostics"): (
        ["Table: How far the unknowns spread over the versions"],
        [],
    ),
    ("dictionary", "dictionary_search=dose"): (None, []),
    ("sql", ""): (["Table: Own query"], []),
}


@pytest.fixture
def asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader has clicked what the header calls “Take away”: AppTest has no such button."""
    draw = frame.page_header
    monkeypatch.setattr(frame, "page_header", lambda *a, **k: draw(*a, **k) or True)


def opened(page: str, query: str) -> AppTest:
    pairs = (pair.split("=") for pair in query.split("&") if pair)
    return open_app(page, {name: [value] for name, value in pairs})


def buttons(app: AppTest) -> list[str]:
    return [each.proto.label for each in app.get("download_button")]


@pytest.mark.parametrize(("page", "query"), FIGURES, ids=lambda part: part or "-")
def test_every_page_offers_its_figures(page: str, query: str, asked_for: None):
    app = opened(page, query)
    assert not app.exception
    figures, queries = FIGURES[page, query]
    options = app.selectbox(key="take_away_what").options
    if figures is not None:
        assert options == [*figures, *(f"Numbers and SQL: {title}" for title in queries)]
    for option in options:
        app.selectbox(key="take_away_what").select(option).run()
        assert not app.exception
        kind = option.partition(":")[0]
        assert set(FORMATS[kind]) <= set(buttons(app))


FORMATS = {
    "Chart": ["SVG", "PNG, 300 dpi", "CSV", "CSV for German Excel"],
    "Table": ["Excel", "Word", "CSV", "CSV for German Excel", "HTML", "LaTeX", "Markdown"],
    "Numbers and SQL": ["CSV", "CSV for German Excel"],
}
