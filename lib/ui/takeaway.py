"""What can be taken away from a figure: its numbers as CSV, and the SQL they came from."""

import json
from functools import partial

import pandas as pd
import streamlit as st

from lib.cohort import Cohort
from lib.registry.store import Manifest
from lib.ui.data import figures, warehouse
from lib.ui.frame import DISCLAIMER, nature_in_words
from lib.warehouse import read_query

INTERNATIONAL = {"sep": ",", "decimal": "."}
# A German Excel splits columns at semicolons and takes 1.5 for the first of May.
GERMAN = {"sep": ";", "decimal": ","}
# A text that is a number and nothing else, as in a column that holds texts too.
NUMBER_AS_TEXT = r"^(-?\d+)\.(\d+)$"


def take_away(
    title: str,
    query_name: str,
    file_stem: str,
    cohort: Cohort | None = None,
    *,
    shown: pd.DataFrame | None = None,
    **parameters: object,
) -> None:
    """Offer the numbers behind a figure as two forms of CSV, and their query.

    What is offered is drawn when the reader opens it: on a closed page it would cost time
    at every change of the filter.

    Parameters
    ----------
    title
        What the numbers are; unique on the page.
    query_name
        The query behind the figure, as ``<domain>/<concept>``.
    file_stem
        Name of the file without version and ending; unique on its page.
    cohort
        What was bound as ``$cohort``; ``None`` if the query has no cohort.
    shown
        The rows of the result that are on the screen, if not all of them.
    **parameters
        The query's other bound values.
    """
    offer = st.popover(
        f"{title}: CSV, SQL",
        type="tertiary",
        icon=":material/download:",
        key=f"take_away_{file_stem}",
        on_change="rerun",
    )
    if offer.open:
        frame = figures(query_name, cohort, **parameters) if shown is None else shown
        with offer:
            _download_buttons(cohort, frame, file_stem)
            _show_query(query_name, cohort, parameters)


def _download_buttons(cohort: Cohort | None, frame: pd.DataFrame, file_stem: str) -> None:
    manifest = warehouse().manifest
    with st.container(horizontal=True, gap="small"):
        for label, suffix, dialect in (
            ("CSV", "", INTERNATIONAL),
            ("CSV for German Excel", "_de", GERMAN),
        ):
            st.download_button(
                label,
                partial(csv_bytes, frame, cohort, manifest, dialect),
                file_name=f"{file_stem}_{manifest.version}{suffix}.csv",
                mime="text/csv",
                key=f"download_{file_stem}{suffix}",
                on_click="ignore",
                icon=":material/download:",
                disabled=frame.empty,
            )


def csv_bytes(
    frame: pd.DataFrame, cohort: Cohort | None, manifest: Manifest, dialect: dict[str, str]
) -> bytes:
    """Write a result as CSV that says in every row what it is.

    A preamble would break every program that reads the file, so the cohort, the nature and
    version of the data and the disclaimer are its last columns. The byte order mark tells
    Excel that the text is UTF-8. A cell that is a number takes the dialect's decimal sign, also
    where its column is text; a number among words, as in ``4.5 ⟨4–5⟩``, stays as it is shown.
    """
    labelled = frame.assign(
        cohort=(cohort.words if cohort else "") or "all patients",
        data=f"{manifest.name}: {nature_in_words(manifest)}",
        data_version=manifest.version,
        disclaimer=DISCLAIMER,
    )
    localised = labelled.replace(NUMBER_AS_TEXT, rf"\1{dialect['decimal']}\2", regex=True)
    return localised.to_csv(index=False, **dialect).encode("utf-8-sig")


def _show_query(name: str, cohort: Cohort | None, parameters: dict[str, object]) -> None:
    asked = {} if cohort is None else {"cohort": json.loads(cohort.criteria)}
    st.caption(f"`queries/{name}.sql`, as it ran, with these values:")
    st.code(read_query(name), language="sql")
    st.code(
        json.dumps(asked | parameters, indent=2, ensure_ascii=False, default=str), language="json"
    )
