"""What a reader puts together comes back from a file and a link as it was, or is refused whole."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.report.composition import (
    MAX_COMMENT_CHARACTERS,
    MAX_FILE_BYTES,
    Chosen,
    Composition,
    from_json,
    from_link,
)
from lib.report.sections import SECTIONS
from lib.report.subject import ReportError

printable = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs"), include_characters="\n\t"), max_size=80
).filter(lambda text: all(sign.isprintable() or sign in "\n\t" for sign in text))
chosen = st.builds(Chosen, st.sampled_from(sorted(SECTIONS)), printable, printable)
compositions = st.builds(
    Composition,
    st.just("diagnosis=dermatomyositis&dose_tier=1"),
    st.lists(chosen, min_size=1, max_size=len(SECTIONS), unique_by=lambda each: each.section).map(
        tuple
    ),
    printable,
    st.booleans(),
)


@given(compositions)
def test_it_comes_back_from_a_file_and_from_a_link(composition: Composition):
    assert from_json(composition.to_json().encode(), SECTIONS) == composition
    assert from_link(composition.to_link(), SECTIONS) == composition


@given(st.binary(max_size=400))
def test_any_other_file_is_refused_in_a_sentence(content: bytes):
    with pytest.raises(ReportError):
        from_json(content, SECTIONS)


@given(st.text(max_size=200))
def test_any_other_link_is_refused_in_a_sentence(text: str):
    with pytest.raises(ReportError):
        from_link(text, SECTIONS)


def test_a_link_that_would_fill_the_memory_is_refused():
    bomb = Composition("", (Chosen("overview"),), "x" * (50 * MAX_FILE_BYTES)).to_link()
    assert len(bomb) < MAX_FILE_BYTES
    with pytest.raises(ReportError):
        from_link(bomb, SECTIONS)


WHOLE = json.loads(Composition("", (Chosen("overview"),)).to_json())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "other"}, "does not say that it is a composition"),
        ({"version": 2}, "Only version 1"),
        ({"title": 3}, "“title” of the composition must be a text"),
        ({"sections": []}, "no section"),
        ({"sections": [{"section": "weather"}]}, "There is no section “weather”"),
        ({"sections": [{"section": "overview", "colour": "red"}]}, "section, title and comment"),
        ({"sections": [{"title": "overview"}]}, "must be texts"),
        ({"sections": ["overview"]}, "section, title and comment"),
        (
            {"sections": [{"section": "overview", "comment": "x" * (MAX_COMMENT_CHARACTERS + 1)}]},
            "5,001 characters; 5,000 are possible",
        ),
        ({"sections": [{"section": "overview", "comment": "\x07"}]}, "control characters"),
        ({"sections": [{"section": "cost"}] * 2}, "“cost” is named twice"),
        ({"view": "x" * 9000}, "9,000 characters; 8,000 are possible"),
        ({"view": "sex=\ud800"}, "control characters"),
        ({"extra": 1}, "“extra” of the composition is unknown"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(changes: dict, said: str):
    with pytest.raises(ReportError, match=said):
        from_json(json.dumps(WHOLE | changes).encode(), SECTIONS)


def test_a_part_that_is_missing_is_named():
    content = {name: value for name, value in WHOLE.items() if name != "view"}
    with pytest.raises(ReportError, match="“view” of the composition is missing"):
        from_json(json.dumps(content).encode(), SECTIONS)


def test_sections_move_and_stay_within_the_packet():
    packet = Composition("", tuple(map(Chosen, ("cohort", "overview", "cost"))))
    assert [each.section for each in packet.moved(2, -1).sections] == ["cohort", "cost", "overview"]
    assert packet.moved(0, -1) == packet
    assert packet.moved(2, 1) == packet
