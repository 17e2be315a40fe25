"""A button that shows an icon and has words for those who hear the page."""

from collections.abc import Callable

import streamlit as st


def icon_button(words: str, icon: str, *, key: str, on_click: Callable, **options: object) -> None:
    """Draw an icon as a button; ``frame.css`` hides the words by the end of the key.

    Parameters
    ----------
    words
        The accessible name, and the tooltip.
    icon
        Name of the Material symbol.
    **options
        Further options of ``st.button``.
    """
    st.button(
        words,
        icon=f":material/{icon}:",
        type="tertiary",
        help=words,
        key=f"{key}_icon",
        on_click=on_click,
        **options,
    )
