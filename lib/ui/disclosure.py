"""Whether the registry on screen is shared outside, and the reader's choice of that.

Published and synthetic data hold nobody's secrets and are shown whole. A session's own registry
is internal unless the reader shares the screen; those of the operator's folder are shared, and a
reader can only make that stricter.
"""

import streamlit as st

from lib.datasets import OWN
from lib.disclosure import INTERNAL, SETTINGS, operator_threshold
from lib.ui.prose import note
from lib.warehouse import Warehouse

# In the session: what the reader chose for the own registry, and for those of the operator.
_OWN, _SAVED = "disclosure_own", "disclosure_saved"
WORDS = {"internal": "everything (internal)", **{name: f"for showing outside: no count under {name}"
         for name, k in SETTINGS.items() if k}}  # fmt: skip
LABEL = "How much is shown on screen and in exports?"
WHAT_IT_DOES = (
    "This choice shares nothing by itself, and nobody else sees your data: it says how much the "
    "pages, charts and files of this session tell, for when you show them to others."
)
WHAT_IT_DOES_TO_SAVED = (
    "This choice shares nothing by itself: it says how much the pages, charts and files of this "
    "session tell of this registry. The operator of the server sets the least strict choice."
)
HELP = (
    "For showing outside: counts stand in steps of 5, 8 or 11, fewer are not told, nor lowest and "
    "highest values, nor anything of single patients; on every page, in charts and in exports."
)


def threshold(source: Warehouse) -> int:
    """The threshold of a registry in this session; ``INTERNAL``, 0, if all of it is shown."""
    if source.manifest.nature != "recorded":
        return INTERNAL
    if source is st.session_state.get(OWN):
        return SETTINGS[st.session_state.get(_OWN, "internal")]
    return saved_threshold()


def saved_threshold() -> int:
    """The threshold of recorded registries of the operator's folder in this session."""
    return max(operator_threshold(), SETTINGS[st.session_state.get(_SAVED, "internal")])


def choose_disclosure(source: Warehouse) -> None:
    """Draw the choice for a registry that has one; a saved one can only be made stricter."""
    if source.manifest.nature != "recorded":
        return
    is_own = source is st.session_state.get(OWN)
    key, least = (_OWN, INTERNAL) if is_own else (_SAVED, operator_threshold())
    options = [name for name, k in SETTINGS.items() if k >= least]
    chosen = next(name for name in options if SETTINGS[name] == threshold(source))

    # A box for each of the two choices: under one key it would show the other's.
    box = f"import_{key}"

    def keep() -> None:
        st.session_state[key] = st.session_state[box]

    st.selectbox(
        LABEL,
        options,
        index=options.index(chosen),
        format_func=WORDS.get,
        key=box,
        on_change=keep,
        help=HELP,
        width=360,
    )
    note(WHAT_IT_DOES if is_own else WHAT_IT_DOES_TO_SAVED)
