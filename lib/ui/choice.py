"""A choice that a page offers and the URL keeps."""

from collections.abc import Iterable

import streamlit as st


def choice(label: str, name: str, options: Iterable[str]) -> str:
    """Draw a choice between a few texts; the first one is the default.

    Parameters
    ----------
    name
        URL parameter; what it holds and the choice does not know is ignored with a notice.
    """
    options = list(options)
    asked = st.query_params.get(name)
    if asked is not None and asked not in options:
        st.warning(
            f"The link asks for {name} “{asked[:60]}”, which does not exist, so it was ignored. "
            f"Possible are: {', '.join(options)}.",
            icon=":material/link_off:",
        )
    return st.segmented_control(
        label, options, default=options[0], required=True, key=name, bind="query-params"
    )
