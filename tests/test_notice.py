"""Words of a link are shown as they are: they draw no picture, link or icon."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.ui.notice import MARKDOWN, WORD_JOINER, as_text
from tests.screen import open_app

PICTURE = "![](https://x.y/a.png)"
# Every way in which a link's own words come back to the reader.
REPEATED = [
    ("overview", "sex"),
    ("timelines", "version"),
    ("timelines", "timelines_sort"),
    ("patient", "patient"),
    ("patient", "patient_status"),
    ("publication", "publication_section"),
    ("publication", "publication_view"),
]


@pytest.mark.parametrize(("page", "name"), REPEATED)
def test_a_link_cannot_put_a_picture_on_the_page(page: str, name: str):
    app = open_app("overview", {name: [PICTURE]})
    if page != "overview":
        app.switch_page(f"pages/{page}.py")
        app.query_params[name] = PICTURE
        app.run()
    assert not app.exception
    notices = [warning.value for warning in app.warning]
    assert any(as_text(PICTURE) in notice for notice in notices)
    assert not any(PICTURE in notice for notice in notices)


@given(st.text())
def test_the_words_stay_and_every_sign_of_markdown_is_escaped(words: str):
    text = as_text(words)
    shown = re.sub(r"\\(.)", r"\1", text).replace(WORD_JOINER, "")
    assert shown == " ".join(words.split()).replace(WORD_JOINER, "")
    assert not MARKDOWN.search(re.sub(r"\\.", "", text))


@pytest.mark.parametrize(
    "shorthand", ["https://x.y", "www.x.y", "WWW.x.y", "a@x.y", ":smile:", ":material/home:"]
)
def test_shorthands_without_a_sign_of_markdown_are_parted(shorthand: str):
    assert WORD_JOINER in as_text(shorthand)


def test_plain_words_stay_as_they_are():
    assert as_text("sex “gout” 1–2") == "sex “gout” 1–2"
