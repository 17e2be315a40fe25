"""Headings and remarks as plain HTML, which costs the browser a third of Streamlit's own."""

import streamlit as st

from lib.markup import note_html, question_html


def heading(question: str, remark: str = "", **options: object) -> None:
    """Write what a page or a part of it asks, and what has to be known before reading on.

    ``options`` go to ``st.html``; backquotes make a word of the remark one of the data's own.
    """
    st.html(question_html(question, remark), **options)


def note(remark: str) -> None:
    """Write a remark in small."""
    st.html(note_html(remark))
