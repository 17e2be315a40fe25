"""What a reader sees while a large registry is prepared, and how it is stopped and begun again."""

import re
import threading
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib import warehouse
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


def test_who_asks_for_what_is_prepared_last_sees_how_far_that_is(
    clinic: Path, cache: Path, monkeypatch
):
    may_go_on, prepare = threading.Event(), Opening._prepare
    monkeypatch.setattr(
        Opening,
        "_prepare",
        lambda *asked: prepare(*asked) if not asked[-1] or may_go_on.wait(60) else None,
    )
    view = {"dataset": ["clinic"]}
    assert "of 40 patients" in texts(until_open(open_app("overview", view)))
    app = open_app("side_effects", view)
    assert "Preparing the last of Clinic" in said(app)
    assert "the other pages can be looked at" in said(app)
    assert "of 40 patients" in texts(open_app("overview", view))
    may_go_on.set()
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
