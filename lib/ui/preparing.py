"""What stands on the page while a large registry is prepared: how far it is, and the ways out."""

import streamlit as st

from lib.prepared.opening import Opening
from lib.ui.another_registry import offer_others
from lib.ui.data import datasets
from lib.ui.notice import as_text
from lib.ui.openings import StillOpeningError, forget

SECONDS_BETWEEN_LOOKS = 1
WHY = (
    "This registry is large: it is read, checked and prepared once, and opens in a moment from "
    "then on. You can leave this page meanwhile; everybody who opens the registry sees the same."
)
CANCEL_HELP = "Stops it for everybody who waits for it; what was begun is deleted."


def show_preparing(still: StillOpeningError) -> None:
    """Draw how far a registry is, in the place of the page."""
    # It may be taken away meanwhile.
    known = datasets().get(still.name)
    label = as_text(known.label if known else still.name)
    if still.opening.is_stopped:
        st.subheader(f"Preparing {label} was stopped")
        st.caption("Nothing of what was begun is left.")
        st.button(
            "Start again",
            icon=":material/restart_alt:",
            type="primary",
            key="preparing_again",
            on_click=forget,
            args=(still.opening,),
        )
    else:
        _show_progress(label, still.opening)
        st.button(
            "Cancel",
            icon=":material/cancel:",
            key="preparing_cancel",
            on_click=still.opening.stop,
            help=CANCEL_HELP,
        )
        st.caption(WHY)
    offer_others(still.name)


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def _show_progress(label: str, opening: Opening) -> None:
    if opening.wait(0):
        st.rerun()
    is_new = opening.is_first_time
    st.subheader(f"Preparing {label} for the first time" if is_new else f"Opening {label}")
    progress = opening.progress
    words = f"{progress.doing[:1].upper()}{progress.doing[1:]}, {progress.share:.0%}"
    st.progress(min(1.0, progress.share), words)
