"""What can be taken away from a page: each figure as it is shown, and the queries behind them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from lib.ask import bound
from lib.cohort import Cohort
from lib.datasets import DEFAULT_DATASET
from lib.export.delimited import frame_csv, unlike
from lib.export.formats import FORMATS, Format, rows_as_csv
from lib.export.label import Label
from lib.named_queries import pasteable
from lib.report.content import Table
from lib.serving.audit import Action, Entry, append
from lib.ui import audit
from lib.ui.beside import is_beside
from lib.ui.cohort_state import count_in_words, current_cohort, view_params
from lib.ui.data import figures, open_dataset, warehouse
from lib.ui.frame import TAKE_AWAY, nature_in_words
from lib.ui.own_query import draft
from lib.ui.prose import note
from lib.ui.shown import Shown, taken_shown
from lib.ui.withheld import is_withheld

# Not imported to run: that takes longer than all the rest of the first page.
if TYPE_CHECKING:
    import pandas as pd

# In the session: what the present page offers beside its figures.
_OFFERED = "offered_to_take_away"
NOTHING_OFFERED = "There is no figure on this page that could be taken away."
WITHHELD = (
    "Nothing can be taken away from this page: its figures are of single patients, and this "
    "registry is shared outside."
)
ABOUT_CSV = "Excel takes 1/2 in a CSV for a date: for Excel there is a file of its own."
EVERYBODY = "all patients"
MOST_CHARACTERS_OF_A_NAME = 60


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


@dataclass(frozen=True)
class _Offered:
    """What a page offers: its queries, and whom its figures show if not the present cohort."""

    offers: tuple[Offer, ...] = ()
    whom: str = ""


def take_away(*offers: Offer, whom: str = "") -> None:
    """Offer, beside the page's figures, the queries that they came from.

    Parameters
    ----------
    whom
        Whom the page's figures show, in words, if that is not the present cohort.
    """
    st.session_state[_OFFERED] = _Offered(offers, whom)


def show_what_was_asked_for() -> None:
    """Draw what can be taken away, if the reader asked for it in the header: last of all.

    Until then it costs nothing. What is of single patients is not offered of a registry that is
    shared outside.
    """
    shown = taken_shown()
    offered = st.session_state.pop(_OFFERED, _Offered())
    if st.session_state.get(TAKE_AWAY):
        allowed = tuple(each for each in offered.offers if not is_withheld(each.query_name))
        is_closed = bool(offered.offers) and not allowed and not shown
        _show(shown, allowed, offered.whom, WITHHELD if is_closed else NOTHING_OFFERED)


@st.dialog("Take away from this page", width="large", on_dismiss="ignore")
def _show(shown: Sequence[Shown], offers: Sequence[Offer], whom: str, if_nothing: str) -> None:
    named = [f"{each.kind.__name__}: {each.title}" for each in shown]
    named += [f"Numbers and SQL: {offer.title}" for offer in offers]
    if not named:
        note(if_nothing)
        return
    choices = dict(zip(unlike(named), [*shown, *offers], strict=True))
    chosen = choices[st.selectbox("Which figure", choices, key="take_away_what")]
    if isinstance(chosen, Offer):
        download_buttons(chosen.title, chosen.frame, chosen.cohort)
        _show_query(chosen)
    else:
        _show_figure(chosen, _label(whom or _present_cohort(), chosen.version))


def _show_figure(shown: Shown, label: Label) -> None:
    forms = [replace(each, write=partial(_written, each, shown)) for each in FORMATS[shown.kind]]
    _buttons(shown.title, label, forms, key="take_away")
    if shown.kind is Table:
        note(ABOUT_CSV)
    note(f"Every file says: {label.line}")


def _written(form: Format, shown: Shown, label: Label) -> bytes:
    return form.write(shown.figure(), label)


def download_buttons(title: str, frame: pd.DataFrame, cohort: Cohort | None = None) -> None:
    """Offer rows as two forms of CSV.

    Parameters
    ----------
    title
        What the numbers are; unique on the page.
    """
    whom = (cohort.words if cohort else "") or EVERYBODY
    _buttons(title, _label(whom), rows_as_csv(partial(frame_csv, frame)), disabled=frame.empty)


def _buttons(
    title: str,
    label: Label,
    forms: Iterable[Format],
    *,
    key: str = "download",
    disabled: bool = False,
) -> None:
    """A button a format: the file is made when it is clicked. ``key`` begins the keys of all."""
    stem = file_stem(title)
    # Known here: what makes the file when it is clicked has no session.
    taken = audit.about_present_data(Action.EXPORTED)
    with st.container(horizontal=True, gap="small"):
        for form in forms:
            st.download_button(
                form.name,
                partial(_made, form, label, taken),
                file_name=f"{stem}_{label.version}{form.ending}",
                mime=form.mime,
                key=f"{key}_{stem}{form.ending}",
                on_click="ignore",
                icon=":material/download:",
                disabled=disabled,
            )


def _made(form: Format, label: Label, taken: Entry) -> bytes | str:
    append(taken)
    return form.write(label=label)


def file_stem(title: str) -> str:
    """The beginning of a file's name: the title in small letters that every system takes."""
    plain = unicodedata.normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    words = "_".join(re.findall("[a-z0-9]+", plain))
    return words[:MOST_CHARACTERS_OF_A_NAME].strip("_") or "figure"


def _label(whom: str, version: int = 0) -> Label:
    """What files of the present registry say of themselves, and of the series beside it."""
    sources = [warehouse()] + [open_dataset(DEFAULT_DATASET)] * is_beside()
    manifests = [source.manifest for source in sources]
    if version:
        whom += f"; version {version} of {manifests[0].imputations}"
    data = (f"{source.manifest.name}: {nature_in_words(source)}" for source in sources)
    return Label(whom, "; beside ".join(data), "_".join(each.version for each in manifests))


def _present_cohort() -> str:
    cohort = current_cohort()
    return f"{count_in_words(cohort)}: {cohort.words or EVERYBODY}"


def _show_query(offer: Offer) -> None:
    query = pasteable(offer.query_name, bound(offer.cohort, offer.parameters))
    if st.button("Open in SQL", icon=":material/database:", key=f"open_{offer.title}"):
        draft(query)
        st.switch_page("pages/sql.py", query_params=view_params(offer.cohort or Cohort()))
    st.caption(f"`queries/{offer.query_name}.sql` with its values, ready to paste:")
    st.code(query, language="sql")
