"""What stands on the page while a large registry is prepared: how far it is, and the ways out."""

import streamlit as st

from lib.datasets import DEFAULT_DATASET
from lib.errors import NotPreparedYetError, RegistryError
from lib.ui.another_registry import offer_others
from lib.ui.data import datasets
from lib.ui.frame import show_error
from lib.ui.notice import as_text
from lib.ui.openings import StillOpeningError, forget, rest_of
from lib.view import DATASET

SECONDS_BETWEEN_LOOKS = 1
WHY = (
    "This registry is large: it is read, checked and prepared once, and opens in a moment from "
    "then on. You can leave this page meanwhile; everybody who opens the registry sees the same."
)
WHY_THE_REST = (
    "What this page needs is prepared last, while the other pages can be looked at. It is done "
    "once, and everybody who opens the registry sees the same."
)
STOPPED = "Nothing of what was begun is left."
STOPPED_THE_REST = "The other pages can be looked at; of what this one needs nothing is left."
CANCEL_HELP = "Stops it for everybody who waits for it; what was begun is deleted."


def show_preparing(missing: StillOpeningError | NotPreparedYetError) -> None:
    """Draw how far a registry is, or the rest of it, in the place of the page."""
    if isinstance(missing, StillOpeningError):
        _show_how_far(missing)
        return
    name = st.session_state.get(DATASET, DEFAULT_DATASET)
    try:
        still = rest_of(name)
    except RegistryError as error:
        show_error(error)
        offer_others(name)
        return
    # It came meanwhile.
    if still is None:
        st.rerun()
    _show_how_far(still)


def _show_how_far(still: StillOpeningError) -> None:
    # It may be taken away meanwhile.
    known = datasets().get(still.name)
    label = as_text(known.label if known else still.name)
    if still.opening.is_stopped:
        st.subheader(f"Preparing {label} was stopped")
        st.caption(STOPPED_THE_REST if still.for_all else STOPPED)
        st.button(
            "Start again",
            icon=":material/restart_alt:",
            type="primary",
            key="preparing_again",
            on_click=forget,
            args=(still.opening,),
        )
    else:
        _show_progress(label, still)
        st.button(
            "Cancel",
            icon=":material/cancel:",
            key="preparing_cancel",
            on_click=still.opening.stop,
            help=CANCEL_HELP,
        )
        st.caption(WHY_THE_REST if still.for_all else WHY)
    offer_others(still.name)


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _show_progress(label: str, still: StillOpeningError) -> None:
    opening = still.opening
    if opening.wait(0, for_all=still.for_all):
        st.rerun()
    if still.for_all:
        st.subheader(f"Preparing the last of {label}")
    elif opening.is_first_time:
        st.subheader(f"Preparing {label} for the first time")
    else:
        st.subheader(f"Opening {label}")
    progress = opening.progress
    words = f"{progress.doing[:1].upper()}{progress.doing[1:]}, {progress.share:.0%}"
    st.progress(min(1.0, progress.share), words)
