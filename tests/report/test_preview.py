"""The preview of a packet on the page Report: what it asks again, and what it draws meanwhile."""

from threading import Event

import pytest

import lib.ui.packet_file
from lib.cohort import Cohort
from lib.ui.packet_file import _DRAWING
from tests.screen import open_app


@pytest.fixture
def asked(monkeypatch) -> list[tuple[set[str], Cohort]]:
    """Each time that questions were asked side by side for a preview: their names, and of whom."""
    noted = []
    ask_together = lib.ui.packet_file.ask_together

    def note(source, questions, cohort) -> None:
        noted.append(({name for name, _ in questions}, cohort))
        ask_together(source, questions, cohort)

    monkeypatch.setattr(lib.ui.packet_file, "ask_together", note)
    return noted


def filter_by(app, **criteria: str) -> None:
    for name, value in criteria.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception


def test_what_one_preview_asked_is_asked_side_by_side_for_the_next(asked):
    app = open_app("report", {})
    assert [names for names, _ in asked] == [set()]
    # A run that keeps the preview forgets nothing.
    app.run()
    filter_by(app, sex="male")
    names, cohort = asked[-1]
    assert cohort == Cohort.of(sex=("male",))
    assert {"overview/counts", "response/rates"} <= names
    filter_by(app, sex="female")
    # That the cohort is described was asked for the first time.
    assert asked[-1][0] >= names


def test_of_nobody_nothing_is_asked(asked):
    app = open_app("report", {})
    filter_by(app, diagnosis="livedoid vasculopathy", sex="male")
    assert len(asked) == 1
    assert "No patient meets" in app.get("iframe")[0].proto.srcdoc


def test_charts_are_drawn_while_the_next_section_is_made_and_no_more_once_it_is_given_up(
    monkeypatch,
):
    drawn, go, begun = [], Event(), Event()

    def slow(spec) -> str:
        begun.set()
        go.wait(10)
        drawn.append(spec)
        return "<svg viewBox='0 0 1 1' width='1' height='1' xmlns='http://www.w3.org/2000/svg'/>"

    make = lib.ui.packet_file.make

    def given_up(*arguments, **options):
        make(*arguments, **options)
        assert begun.wait(10)
        raise lib.ui.packet_file.UserFacingError("A newer click has come.")

    monkeypatch.setattr(lib.ui.packet_file, "svg", slow)
    monkeypatch.setattr(lib.ui.packet_file, "make", given_up)
    app = open_app("report", {"age": ["41-52"]})
    assert [error.value for error in app.error] == ["A newer click has come\\."]
    go.set()
    # Whatever waits is done once this is.
    _DRAWING.submit(int).result(10)
    assert len(drawn) == 1
