"""What a reader sees while a large registry is prepared, and how it is stopped and begun again."""

import re
import threading
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib import warehouse
from lib.prepared.builder import Job
from lib.prepared.opening import Opening
from lib.prepared.place import turn
from lib.serving.public import REGISTRY_DIR
from lib.ui import data, openings
from lib.ui.notice import as_text
from tests.registries import write_clinic
from tests.screen import open_app, texts


@pytest.fixture
def clinic(tmp_path: Path, cache: Path, own_cache: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A registry in the operator's folder that alone is large, and seen from the first moment."""
    folder = tmp_path / "registries" / "clinic"
    write_clinic(folder, 40)
    monkeypatch.setenv(REGISTRY_DIR, str(folder.parent))
    monkeypatch.setattr(data, "is_large", lambda each: each == folder)
    monkeypatch.setattr(warehouse, "MOST_ROWS_IN_MEMORY", 1_000_000)
    monkeypatch.setattr(openings, "UNSEEN_SECONDS", 0)
    return folder


def said(app: AppTest) -> str:
    assert not app.exception
    assert not app.error
    return " ".join(each.value for each in [*app.subheader, *app.caption])


def until_open(app: AppTest) -> AppTest:
    deadline = time.monotonic() + 120
    while app.get("progress"):
        said(app)
        assert time.monotonic() < deadline
        time.sleep(0.2)
        app.run()
    return app


def button(app: AppTest, label: str):
    return next(each for each in app.button if each.label == label)


def test_it_is_shown_how_far_it_is_to_everybody_and_then_the_page(clinic: Path, cache: Path):
    app = open_app("overview", {"dataset": ["clinic"]})
    other = open_app("overview", {"dataset": ["clinic"]})
    for each in (app, other):
        assert re.search("(Opening|Preparing) Clinic", said(each))
        assert "opens in a moment from then on" in said(each)
        assert len(each.get("progress")) == 1
    assert len(openings._openings) == 1
    assert "of 40 patients" in texts(until_open(app))
    assert "of 40 patients" in texts(other.run())
    for opening in openings._openings.values():
        opening.whole()
    del opening
    other.run()
    assert len(list(cache.iterdir())) == 1


@pytest.fixture
def go_on(monkeypatch) -> threading.Event:
    """Until it is set, nothing but the first part of a registry is prepared."""
    may_go_on, build = threading.Event(), Opening._build

    def wait(opening: Opening, job: Job) -> None:
        assert not job.is_whole or may_go_on.wait(60)
        build(opening, job)

    monkeypatch.setattr(Opening, "_build", wait)
    return may_go_on


VIEW = {"dataset": ["clinic"]}


def go_to(app: AppTest, page: str) -> AppTest:
    return app.switch_page(f"pages/{page}.py").run()


@pytest.mark.parametrize("needs_it", ["side_effects", "compare", "report"])
def test_from_a_page_that_has_to_wait_others_can_be_opened(
    clinic: Path, cache: Path, go_on: threading.Event, monkeypatch, needs_it: str
):
    # Of a registry that is told whole a page asks ahead what the one before asked.
    monkeypatch.setattr(data, "threshold", lambda source: 0)
    until_open(open_app("overview", VIEW))
    app = open_app(needs_it, {**VIEW, "diagnosis": ["dermatomyositis"]})
    assert "Preparing the last of Clinic" in said(app)
    for page in ("overview", "timelines", needs_it, "overview"):
        go_to(app, page)
        assert ("Preparing the last" in said(app)) == (page == needs_it), page
    go_on.set()


def test_a_rest_that_was_stopped_is_begun_again_by_who_needs_it(
    clinic: Path, cache: Path, go_on: threading.Event
):
    until_open(open_app("overview", VIEW))
    app = open_app("side_effects", VIEW)
    (opening,) = openings._openings.values()
    opening._stopped = True
    go_on.set()
    assert opening.wait(60, for_all=True)
    assert "was stopped" in said(app.run())
    assert "The other pages can be looked at" in said(app)
    assert "of 40 patients" in texts(open_app("overview", VIEW))
    button(app, "Start again").click().run()
    assert "of 40 patients" in texts(until_open(app))


def test_who_asks_for_what_is_prepared_last_sees_how_far_that_is(
    clinic: Path, cache: Path, go_on: threading.Event
):
    assert "of 40 patients" in texts(until_open(open_app("overview", VIEW)))
    app = open_app("side_effects", VIEW)
    assert "Preparing the last of Clinic" in said(app)
    assert "the other pages can be looked at" in said(app)
    assert "of 40 patients" in texts(open_app("overview", VIEW))
    go_on.set()
    assert "of 40 patients" in texts(until_open(app))
    assert "Preparing" not in texts(app)


def test_others_are_not_held_up_meanwhile(clinic: Path, cache: Path):
    with turn(cache):
        app = open_app("overview", {"dataset": ["clinic"]})
        assert "32 of 32 patients" in texts(open_app("overview", {}))
        assert "Opening Clinic" in said(app.run())
    assert "of 40 patients" in texts(until_open(app))


def test_it_can_be_stopped_and_begun_again(clinic: Path, cache: Path):
    app = open_app("overview", {"dataset": ["clinic"]})
    other = open_app("overview", {"dataset": ["clinic"]})
    button(app, "Cancel").click().run()
    assert "was stopped" in said(app)
    assert "was stopped" in said(other.run())
    assert list(cache.iterdir()) == []
    # A further run does not begin anew by itself.
    assert "was stopped" in said(app.run())
    button(app, "Start again").click().run()
    assert "of 40 patients" in texts(until_open(app))


def test_another_registry_can_be_chosen_instead(clinic: Path):
    app = open_app("overview", {"dataset": ["clinic"]})
    button(app, "Cancel").click().run()
    box = next(each for each in app.selectbox if each.label == "Another registry")
    box.select("demo_registry").run()
    assert "of 600 patients" in texts(app)
    assert app.query_params["dataset"] == "demo_registry"


def test_a_registry_that_breaks_a_rule_is_refused_in_words(clinic: Path):
    path = clinic / "cycles.parquet"
    path.write_bytes(path.read_bytes()[:-10])
    app = open_app("overview", {"dataset": ["clinic"]})
    deadline = time.monotonic() + 60
    while not app.error and time.monotonic() < deadline:
        assert not app.exception
        time.sleep(0.2)
        app.run()
    assert as_text("cycles.parquet") in app.error[0].value
    assert as_text("Restore the folder from its source") in app.error[0].value
