"""A choice that a page offers and the URL keeps."""

from collections.abc import Iterable

import streamlit as st

from lib.cohort import Cohort
from lib.ui.cohort_state import facets
from lib.ui.notice import ignored_notice

MENU_WIDTH = 220
# What patients can be grouped by on every page, where a registry has several of them.
CENTRE = "centre"


def choice(label: str, name: str, options: Iterable[str], **look: str) -> str:
    """Draw a choice between a few texts; the first one is the default.

    Parameters
    ----------
    name
        URL parameter; what it holds and the choice does not know is ignored with a notice.
    **look
        Further options of ``st.segmented_control``.
    """
    options = list(options)
    ignored_notice(name, options)
    return st.segmented_control(
        label, options, default=options[0], required=True, key=name, bind="query-params", **look
    )


def menu(label: str, name: str, options: Iterable[str], **look: object) -> str:
    """As `choice`, as a list that opens: for more texts than fit side by side.

    Parameters
    ----------
    **look
        Further options of ``st.selectbox``.
    """
    options = list(options)
    ignored_notice(name, options)
    return st.selectbox(
        label, options, key=name, bind="query-params", **{"width": MENU_WIDTH} | look
    )


def choice_of_groups(label: str, name: str, groupings: Iterable[str]) -> str:
    """As `choice`, of groupings, as far as they are offered; of a single one nothing is drawn."""
    options = offered(groupings)
    if len(options) > 1:
        return choice(label, name, options)
    ignored_notice(name, options)
    return options[0]


def offered(groupings: Iterable[str]) -> list[str]:
    """The groupings that tell patients apart: the centre only in a registry of several."""
    several = len(facets(Cohort())[CENTRE]) > 1
    return [name for name in groupings if name != CENTRE or several]
