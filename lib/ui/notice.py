"""Notices about a link: the one way to repeat words that anybody can put into a URL."""

import re
from collections.abc import Collection
from itertools import islice

import streamlit as st

# Markdown lets a backslash stand before any of its signs; within a word, as in an id, a hyphen is
# none.
MARKDOWN = re.compile(r"(?!(?<=\w)-\w)([!-/:-@\[-`{-~])")
# These make a link, an icon, an emoji or, of two signs such as -- and >=, another sign even so,
# unless something invisible parts them.
SHORTHANDS = re.compile(r"(?=[:@])|(?<=www)(?=\.)|(?<=[-<>~])(?=[-=>])", re.IGNORECASE)
WORD_JOINER = "\N{WORD JOINER}"
# Of what a link may ask for, so much is named.
MOST_NAMED = 60


def link_notice(sentence: str) -> None:
    """Say what of a link was ignored; the sentence may repeat the link's own words."""
    st.warning(as_text(sentence), icon=":material/link_off:")


def ignored_notice(name: str, allowed: Collection[str]) -> None:
    """Say which values of a URL parameter are ignored because they are not allowed.

    To be called before the widget of that name is drawn: it drops from the URL what it does
    not know.
    """
    for value in st.query_params.get_all(name):
        if value not in allowed:
            named = ", ".join(islice(allowed, MOST_NAMED))
            more = len(allowed) - MOST_NAMED
            link_notice(
                f"The link asks for {name} “{value[:60]}”, which does not exist, so it was "
                f"ignored. Possible are: {named}{f' and {more} more' if more > 0 else ''}."
            )


def as_text(words: str) -> str:
    """Markdown that shows the words as they are: no picture, no link, no icon."""
    parted = SHORTHANDS.sub(WORD_JOINER, " ".join(words.split()))
    return MARKDOWN.sub(r"\\\1", parted)
