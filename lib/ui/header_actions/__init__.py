"""What stands at the right of every page's header: reset, link, and why figures have ranges."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent

# One component instead of a button and two popovers: it costs a third of their time at every
# change of the filter, and what it opens needs no rerun.
_mount = st.components.v2.component(
    "header_actions",
    html=(_HERE / "actions.html").read_text(encoding="utf-8"),
    css=(_HERE / "actions.css").read_text(encoding="utf-8"),
    js=(_HERE / "actions.js").read_text(encoding="utf-8"),
)


def header_actions(*, can_reset: bool, on_reset: Callable[[], None], link: str, why: str) -> None:
    """Draw the actions of the header.

    Parameters
    ----------
    link
        Address that opens the present view.
    why
        The explanation as HTML, written by us; empty if there is nothing to explain.
    """
    _mount(
        key="header_actions",
        data={"can_reset": can_reset, "link": link, "why": why},
        on_reset_change=on_reset,
        width="content",
    )
