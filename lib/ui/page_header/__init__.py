"""The header of every page: whom it shows, the nature of the data, and what can be done with both.

It brings the styles of the frame along, which therefore need no element of their own.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from lib.ui.streamlit_internals import component_from_files

KEY = "page_header"
_ASSETS = Path(__file__).parent / "assets"
_EXPLANATION = (_ASSETS / "why.html").read_text(encoding="utf-8")

# One component instead of texts, buttons and popovers: it costs a fourth of their time at every
# change of the filter, and what it opens needs no rerun.
_mount = component_from_files(
    KEY,
    _ASSETS,
    # Hidden until the styles have come, which show it.
    html=(_ASSETS / "header.html").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def page_header(
    count: str,
    nature: str,
    active: Mapping[str, str],
    *,
    can_undo: bool,
    on_remove: Callable[[str], None],
    on_undo: Callable[[], None],
    on_reset: Callable[[], None],
    beside: bool | None,
    on_beside: Callable[[bool], None],
    link: str,
    versions: int,
) -> bool:
    """Draw whom the page shows, each active field with a way to let it go, and the actions.

    Parameters
    ----------
    count
        How many patients, in words.
    nature
        Which data, and what kind they are.
    active
        What each active field asks, in words, by its name.
    on_remove
        Called before the next run with the name of the field that was let go.
    beside
        Whether the published series stands beside the registry; ``None`` where it can't.
    on_beside
        Called before the next run with whether it should.
    link
        Address that opens the present view.
    versions
        How many versions the registry has; of recorded data, 0, nothing has to be explained.

    Returns
    -------
    bool
        Whether the reader asked, before this run, for what the page lets them take away.
    """
    actions = _mount(
        key=KEY,
        data={
            "count": count,
            "nature": nature,
            "active": [{"name": name, "words": words} for name, words in active.items()],
            "can_undo": can_undo,
            "beside": beside,
            "link": link,
            "why": _EXPLANATION.format(m=versions) if versions else "",
        },
        on_remove_change=lambda: on_remove(st.session_state[KEY]["remove"]),
        on_undo_change=on_undo,
        on_reset_change=on_reset,
        on_beside_change=lambda: on_beside(st.session_state[KEY]["beside"] == "on"),
        on_take_away_change=lambda: None,
    )
    return bool(actions.take_away)
