"""Which of the versions of a reconstructed registry is shown, and the way to the others."""

import re

import streamlit as st

from lib.ui.data import warehouse
from lib.ui.icon_button import icon_button
from lib.ui.notice import link_notice
from lib.ui.remembered import remember, remembered

PARAMETER = "version"
RECORDED = 0
MEANING = """\
The publication leaves much open. Each of the {n} versions fills it in differently, and every one
of them agrees with everything that was published.

What stays put when you step from version to version is known; what moves is not.
"""


def shown_version() -> int:
    """The version that the URL asks for: an imputation, 0 in recorded data.

    A version that does not exist is answered with the first one and a notice.
    """
    n_versions = warehouse().manifest.imputations
    if n_versions == RECORDED:
        return RECORDED
    asked = remembered(PARAMETER, default=lambda: "1")
    if re.fullmatch(r"[0-9]{1,6}", asked) and 1 <= int(asked) <= n_versions:
        remember(PARAMETER, asked)
        return int(asked)
    link_notice(
        f"The link asks for version “{asked[:60]}”, which does not exist, so version 1 is shown. "
        f"There are versions 1 to {n_versions}."
    )
    return 1


def version_control(version: int) -> None:
    """Draw “version 1 of 100” with the way to the one before and after; nothing if recorded."""
    n_versions = warehouse().manifest.imputations
    if version == RECORDED:
        return
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xxsmall", width="content", key="versions"
    ):
        _step("Previous", version - 1, "chevron_left", disabled=version == 1)
        st.markdown(
            f"version **{version}** of {n_versions}",
            width="content",
            help=MEANING.format(n=n_versions),
        )
        _step("Next", version + 1, "chevron_right", disabled=version == n_versions)


def _step(which: str, target: int, icon: str, *, disabled: bool) -> None:
    icon_button(
        f"{which} version",
        icon,
        key=f"version_{which.lower()}",
        on_click=_show,
        args=(target,),
        disabled=disabled,
    )


def _show(version: int) -> None:
    st.query_params[PARAMETER] = str(version)
