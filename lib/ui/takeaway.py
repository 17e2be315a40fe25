"""What can be taken away from a figure: its numbers as CSV, and the SQL they came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from lib.ask import bound
from lib.cohort import Cohort
from lib.nature import DISCLAIMER
from lib.registry.store import Manifest
from lib.ui.cohort_state import view_params
from lib.ui.data import figures, warehouse
from lib.ui.frame import TAKE_AWAY, nature_in_words
from lib.ui.own_query import draft
from lib.ui.prose import note
from lib.ui.withheld import is_withheld
from lib.warehouse import pasteable

# Not imported to run: that takes longer than all the rest of the first page.
if TYPE_CHECKING:
    import pandas as pd

INTERNATIONAL = {"sep": ",", "decimal": "."}
# A German Excel splits columns at semicolons and takes 1.5 for the first of May.
GERMAN = {"sep": ";", "decimal": ","}
# A text that is a number and nothing else, as in a column that holds texts too.
NUMBER_AS_TEXT = r"^(-?\d+)\.(\d+)$"

NOTHING_OFFERED = (
    "Nothing can be taken away from this page: its figures are of single patients, and this "
    "registry is shared outside."
)


@dataclass(frozen=True)
class Offer:
    """A result that can be taken away.

    Attributes
    ----------
    title
        What the numbers are; unique on the page.
    query_name
        The query behind them, as ``<domain>/<concept>``.
    cohort
        What was asked as ``$cohort``; ``None`` if the query has no cohort.
    parameters
        The query's other values.
    shown
        The rows of the result that are on the screen, if not all of them.
    computed
        Adds the columns that no query holds, such as the limits of an interval.
    """

    title: str
    query_name: str
    cohort: Cohort | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    shown: pd.DataFrame | None = None
    computed: Callable[[pd.DataFrame], pd.DataFrame] | None = None

    @property
    def frame(self) -> pd.DataFrame:
        """The numbers."""
        if self.shown is not None:
            return self.shown
        frame = figures(self.query_name, self.cohort, **self.parameters)
        return self.computed(frame) if self.computed else frame


def take_away(*offers: Offer) -> None:
    """Offer the numbers on a page as two forms of CSV, and the queries they came from.

    They are drawn when the reader asks for them in the header: until then they cost nothing.
    What is of single patients is not offered of a registry that is shared outside.
    """
    if st.session_state[TAKE_AWAY]:
        _show(tuple(each for each in offers if not is_withheld(each.query_name)))


@st.dialog("Numbers and queries of this page", width="large", on_dismiss="ignore")
def _show(offers: tuple[Offer, ...]) -> None:
    if not offers:
        note(NOTHING_OFFERED)
        return
    for tab, offer in zip(st.tabs([o.title for o in offers]), offers, strict=True):
        with tab:
            download_buttons(offer.title, offer.frame, offer.cohort)
            _show_query(offer)


def download_buttons(title: str, frame: pd.DataFrame, cohort: Cohort | None = None) -> None:
    """Offer rows as two forms of CSV.

    Parameters
    ----------
    title
        What the numbers are; unique on the page.
    """
    source = warehouse()
    nature = nature_in_words(source)
    file_stem = title.lower().replace(" ", "_")
    with st.container(horizontal=True, gap="small"):
        for label, suffix, dialect in (
            ("CSV", "", INTERNATIONAL),
            ("CSV for German Excel", "_de", GERMAN),
        ):
            st.download_button(
                label,
                partial(csv_bytes, frame, cohort, source.manifest, nature, dialect),
                file_name=f"{file_stem}_{source.manifest.version}{suffix}.csv",
                mime="text/csv",
                key=f"download_{file_stem}{suffix}",
                on_click="ignore",
                icon=":material/download:",
                disabled=frame.empty,
            )


def csv_bytes(
    frame: pd.DataFrame,
    cohort: Cohort | None,
    manifest: Manifest,
    nature: str,
    dialect: dict[str, str],
) -> bytes:
    """Write a result as CSV that says in every row what it is.

    A preamble would break every program that reads the file, so the cohort, the nature and
    version of the data and the disclaimer are its last columns. The byte order mark tells
    Excel that the text is UTF-8. A cell that is a number takes the dialect's decimal sign, also
    where its column is text; a number among words, as in ``4.5 ⟨4–5⟩``, stays as it is shown.
    ``nature`` is what kind of data it is, in words.
    """
    labelled = frame.assign(
        cohort=(cohort.words if cohort else "") or "all patients",
        data=f"{manifest.name}: {nature}",
        data_version=manifest.version,
        disclaimer=DISCLAIMER,
    )
    localised = labelled.replace(NUMBER_AS_TEXT, rf"\1{dialect['decimal']}\2", regex=True)
    return localised.to_csv(index=False, **dialect).encode("utf-8-sig")


def _show_query(offer: Offer) -> None:
    query = pasteable(offer.query_name, bound(offer.cohort, offer.parameters))
    if st.button("Open in SQL", icon=":material/database:", key=f"open_{offer.title}"):
        draft(query)
        st.switch_page("pages/sql.py", query_params=view_params(offer.cohort or Cohort()))
    st.caption(f"`queries/{offer.query_name}.sql` with its values, ready to paste:")
    st.code(query, language="sql")
