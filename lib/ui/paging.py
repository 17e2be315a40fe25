"""Where in a long list a page stands: the URL is the state, with the way to the next page."""

import re

import streamlit as st

from lib.ui.icon_button import icon_button
from lib.ui.notice import link_notice


def shown_page(name: str) -> int:
    """The page that the URL asks for, from 1; what is no page is ignored with a notice."""
    asked = st.query_params.get(name, "1")
    if re.fullmatch(r"[1-9][0-9]{0,5}", asked):
        return int(asked)
    link_notice(f"The link asks for page “{asked[:60]}”, which does not exist, so page 1 is shown.")
    return 1


def page_control(name: str, page: int, first: int, last: int, n: int) -> None:
    """Draw “51–100 of 600” with the way to the page before and after; nothing if all are shown.

    Parameters
    ----------
    name
        URL parameter.
    page
        What is shown, from 1.
    first, last
        Places of what is shown among all ``n``, from 1.
    """
    if last - first + 1 == n:
        return
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xxsmall", width="content", key=name
    ):
        _step(name, "Previous", page - 1, "chevron_left", disabled=first == 1)
        st.markdown(f"**{first}–{last}** of {n}", width="content")
        _step(name, "Next", page + 1, "chevron_right", disabled=last == n)


def _step(name: str, which: str, target: int, icon: str, *, disabled: bool) -> None:
    icon_button(
        f"{which} page",
        icon,
        key=f"{name}_{which.lower()}",
        on_click=_show,
        args=(name, target),
        disabled=disabled,
    )


def _show(name: str, page: int) -> None:
    st.query_params[name] = str(page)
