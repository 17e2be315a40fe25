"""The page Report: what a reader puts together is what is previewed, linked, saved and made."""

import random
import string

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from lib.report.composition import Chosen, Composition
from lib.ui.packet import MAX_LINK_CHARACTERS
from tests.screen import open_app, texts


def page_of(**params: str) -> AppTest:
    app = open_app("report", {name: [value] for name, value in params.items()})
    assert not app.exception
    return app


def preview_of(app: AppTest) -> str:
    return app.get("iframe")[0].proto.srcdoc


def button(app: AppTest, label: str) -> Button:
    return next(each for each in app.button if each.label == label)


def test_it_previews_the_present_cohort():
    app = page_of(diagnosis="dermatomyositis", dose_tier="1")
    assert "3 of 32 patients: dermatomyositis · 1 g/kg per cycle" in preview_of(app)
    assert not app.error


def test_a_section_is_added_moved_titled_and_taken_out():
    app = page_of()
    add = next(box for box in app.selectbox if box.label == "Add a section")
    add.set_value("Table I").run()
    assert "Table I. The cohort" in preview_of(app)
    for _ in range(6):
        button(app, "Up: Table I").click().run()
    assert button(app, "Up: Table I").disabled
    html = preview_of(app)
    assert html.index("Table I. The cohort") < html.index("Who was treated, with what")
    button(app, "Remove: Table I").click().run()
    assert "Table I. The cohort" not in preview_of(app)


def test_a_title_is_shown_and_kept_in_the_link():
    app = page_of()
    field = next(each for each in app.text_input if each.label == "Title of the packet")
    field.set_value("<b>Thursday</b>").run()
    assert "&lt;b&gt;Thursday&lt;/b&gt;" in preview_of(app)
    link = app.query_params["packet"]
    again = open_app("report", {"packet": link if isinstance(link, list) else [link]})
    assert "&lt;b&gt;Thursday&lt;/b&gt;" in preview_of(again)


def test_a_packet_that_is_too_long_for_a_link_says_so():
    drawn = random.Random(1)
    noise = ["".join(drawn.choices(string.ascii_letters + string.digits, k=4900)) for _ in "123"]
    names = ("cohort", "overview", "honesty")
    sections = tuple(Chosen(*each) for each in zip(names, [""] * 3, noise, strict=True))
    link = Composition("", sections).to_link()
    assert len(link) > MAX_LINK_CHARACTERS
    app = page_of(packet=link)
    assert noise[0][:60] in preview_of(app)
    assert "packet" not in app.query_params


def test_a_broken_link_gives_a_new_packet_and_says_so():
    app = page_of(packet="rubbish")
    assert any("A new packet is shown" in each.value for each in app.warning)
    assert "Who was treated, with what" in preview_of(app)


def test_a_public_packet_with_single_patients_is_refused_in_words():
    app = page_of()
    app.toggle(key="packet_public").set_value(True).run()
    assert any("shows single patients" in each.value for each in app.error)
    button(app, "Remove: Timelines").click().run()
    assert not app.error
    assert preview_of(app)


def test_the_switch_shows_whom_the_packet_is_for_whatever_was_before():
    public = Composition("", (Chosen("table_i"),), is_public=True).to_link()
    internal = Composition("", (Chosen("table_i"),)).to_link()
    app = page_of(packet=public)
    for link, is_public in ((internal, False), (public, True), (internal, False)):
        app.query_params["packet"] = link
        app.run()
        assert app.toggle(key="packet_public").value is is_public


def test_an_empty_cohort_has_a_packet_that_says_so():
    app = page_of(age="0-1")
    assert "No patient meets all of these criteria" in preview_of(app)


def test_the_choices_of_a_section_change_the_packet():
    app = page_of(response_by="sex")
    assert "29 of 32" in preview_of(app)
    assert "Responders" in preview_of(app)
    of_diagnoses = preview_of(page_of())
    assert preview_of(app).count("whole cohort") == of_diagnoses.count("whole cohort")
    assert preview_of(app).count("male") > of_diagnoses.count("male")


def test_a_link_opens_the_packet_of_another_registry():
    theirs = Composition("", (Chosen("table_i", comment="Women"),), "Theirs")
    app = page_of(dataset="demo_registry", sex="female", packet=theirs.to_link())
    html = preview_of(app)
    assert all(words in html for words in ("Women", "Theirs", "Synthetic data", "female"))
    assert "Demo registry" in texts(app)
