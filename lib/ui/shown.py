"""What the present run has drawn, so that each figure can be taken away as it is shown.

Only references are kept, until the run's end: a file is made when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from lib.markup import table_html
from lib.palette import in_light
from lib.report.content import Chart, Table
from lib.tables import TextTable

# Not imported to run: that takes longer than all the rest of the first page.
if TYPE_CHECKING:
    import pandas as pd

# In the session: the figures of the present run, in the order in which they were drawn.
_SHOWN = "shown_figures"


@dataclass(frozen=True)
class Shown:
    """A figure on the page.

    Attributes
    ----------
    kind
        What it is; its name is the reader's word for it, too.
    figure
        Gives it, as it is written into files.
    version
        The version of the data that alone it shows; 0 if it shows no single one.
    """

    kind: type[Chart] | type[Table]
    title: str
    figure: Callable[[], Chart | Table]
    version: int = 0


def forget_shown() -> None:
    """Begin a run: nothing is drawn yet."""
    st.session_state[_SHOWN] = []


def taken_shown() -> list[Shown]:
    """What the run has drawn; the session keeps none of it."""
    return st.session_state.pop(_SHOWN, [])


def show_chart(spec: dict, version: int = 0) -> None:
    """Note a chart that was drawn; its specification must not be changed any more."""
    _note(Shown(Chart, spec["title"]["text"], partial(_chart, spec), version))


def show_table(title: str, write: Callable[[], Table], version: int = 0) -> None:
    """Note a table that was drawn; ``write`` gives it when somebody takes it away."""
    _note(Shown(Table, title, write, version))


def show_rows(title: str, rows: pd.DataFrame, version: int = 0) -> None:
    """Note rows that were drawn as they are."""
    show_table(title, lambda: Table(title, text_table(rows)), version)


def text_table(rows: pd.DataFrame) -> TextTable:
    """Rows as text, numbers with all their digits, what is missing empty."""
    told = rows.astype(object).where(rows.notna(), "").map(str)
    return TextTable(tuple(map(str, rows.columns)), list(told.itertuples(index=False, name=None)))


def shown_table(table: TextTable, title: str, notes: Sequence[str]) -> str:
    """A table as HTML, noted as drawn."""
    show_table(title, partial(Table, title, table, tuple(notes)))
    return table_html(table, title, list(notes))


def _note(shown: Shown) -> None:
    st.session_state.setdefault(_SHOWN, []).append(shown)


def _chart(spec: dict) -> Chart:
    """Whatever theme the reader's screen has, what is taken away is light."""
    return Chart(spec["title"]["text"], in_light(spec), spec["description"])
