"""The sidebar: the way to the pages, the dataset and the filter, in one component.

Streamlit's own navigation is drawn anew four times at every change of the filter, which costs
the browser more than all the rest of the frame; here a link is touched only if it changed.
"""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from lib.ui.icon import ICON
from lib.ui.streamlit_internals import component_from_files

_ASSETS = Path(__file__).parent / "assets"
_PARTS = "".join(
    (_ASSETS / f"{part}.html").read_text(encoding="utf-8")
    for part in ("navigation", "dataset", "filter")
)

# Styles stay isolated (shadow root): Streamlit's own rules for inputs and labels would
# reach in otherwise, while its theme variables (--st-…) are inherited all the same.
_mount = component_from_files(
    "sidebar",
    _ASSETS,
    # Hidden until the styles have come, which show it.
    html=f"<div class='sidebar' style='visibility: hidden'>{_PARTS.replace('{icon}', ICON)}</div>",
)


def sidebar(
    sections: list[dict],
    datasets: list[dict],
    fields: list[dict],
    *,
    key: str,
    on_dataset: Callable[[str], None],
    on_change: Callable[[dict], None],
) -> str | None:
    """Draw the pages, the dataset and the filter, and report what the reader changes.

    What is selected is said by `fields` alone: after each change the panel shows what
    the next run passes, whatever was clicked.

    Parameters
    ----------
    sections : list of dict
        Each with `title` and `pages`, a list of dicts with `title`, `icon` (name of a Material
        symbol), `href` (relative) and `current`.
    datasets : list of dict
        Each with `name`, `label` and `current`.
    fields : list of dict
        Each with `name` (key of the selection), `label` and `kind`:

        - ``options``: `total` (patients), `few` (how many options of a long list are shown at
          first) and `options`, a list of dicts with `value`, `label`, `count`, `selected`;
          `lowest` and `highest` where the count varies between imputations; `text` if only its
          step is told; `level` 1 for a leaf
          under the group above it (default 0).
        - ``list``: as ``options``, and `match` (any, all or none).
        - ``range``: `unit`, `lower` and `upper` (the domain), `decimals`, `selected` (None or a
          pair, both ends inclusive) and `bins` (dicts with `lower`, `upper`, `count`, ascending).
        - ``flag``: `selected` (bool), `count`; `lowest`, `highest` and `total` as above.
    key : str
        Key of the component in the session state.
    on_dataset : callable
        Called before the next run with the name of the dataset that was chosen.
    on_change : callable
        Called before the next run with the whole selection, active fields only, in raw
        values: ``{"prior_drug": ["rituximab"], "prior_drug_match": "none", "age": [40, 60]}``.

    Returns
    -------
    str or None
        Title of the page whose link was clicked before this run.
    """
    # The panel numbers its messages. The number sent back tells it which of its clicks
    # this run has heard of, so that an earlier run doesn't undo a later click.
    heard = f"{key}_heard"

    def report() -> None:
        message = st.session_state[key]["selection"]
        st.session_state[heard] = message["sequence"]
        on_change(message["fields"])

    panel = _mount(
        key=key,
        data={
            "sections": sections,
            "datasets": datasets,
            "fields": fields,
            "heard": st.session_state.get(heard, 0),
        },
        on_selection_change=report,
        on_dataset_change=lambda: on_dataset(st.session_state[key]["dataset"]),
        on_page_change=lambda: None,
    )
    # A tab left alone for hours sends its first click to a new session, which knows no
    # callback before its first run: that click is heard here.
    if panel.selection and panel.selection["sequence"] != st.session_state.get(heard):
        report()
        st.rerun()
    return panel.page
