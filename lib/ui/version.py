"""Which of the versions of a reconstructed registry is shown, and the way to the others."""

import re

import streamlit as st

from lib.ui.data import warehouse
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
    asked = remembered(PARAMETER) or "1"
    if re.fullmatch(r"[0-9]{1,6}", asked) and 1 <= int(asked) <= n_versions:
        remember(PARAMETER, asked)
        return int(asked)
    st.warning(
        f"The link asks for version “{asked[:60]}”, which does not exist, so version 1 is shown. "
        f"There are versions 1 to {n_versions}.",
        icon=":material/link_off:",
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
        _step("previous", version - 1, "chevron_left", disabled=version == 1)
        st.markdown(
            f"version **{version}** of {n_versions}",
            width="content",
            help=MEANING.format(n=n_versions),
        )
        _step("next", version + 1, "chevron_right", disabled=version == n_versions)


def _step(name: str, target: int, icon: str, *, disabled: bool) -> None:
    st.button(
        "",
        icon=f":material/{icon}:",
        type="tertiary",
        help=f"Show the {name} version",
        disabled=disabled,
        on_click=_show,
        args=(target,),
        key=f"version_{name}",
    )


def _show(version: int) -> None:
    st.query_params[PARAMETER] = str(version)
