"""The published series beside the registry on the screen: the reader's switch, and both asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.ask import size_of
from lib.beside import (
    ABSENT,
    HERE,
    NO_TEST,
    PUBLISHED,
    Told,
    joined_notes,
    of_nobody,
    shared_cohort,
    side_by_side,
)
from lib.cohort import FIELDS, FIELDS_BY_NAME, Cohort
from lib.datasets import DEFAULT_DATASET
from lib.figures import MISSING, format_figure
from lib.registry.store import Manifest
from lib.tables import RANGE, versions_note
from lib.ui.data import dataset, open_dataset, records, records_of, warehouse
from lib.ui.disclosure import threshold
from lib.ui.shown import shown_table
from lib.view import BESIDE
from lib.warehouse import Warehouse

# Where the same figures can be put side by side, by the page's path. Elsewhere there is nothing to
# set beside: single patients, one registry's own rows, or a comparison with tests of its own.
PAGES = ("", "summary_tables", "response", "side_effects", "dose_and_cost", "publication")
# What is said of the registry on the screen.
NATURES = {
    "recorded": "recorded data",
    "synthetic": "invented data, no real patient",
    "reconstructed": "reconstructed data",
}


@dataclass(frozen=True)
class View:
    """A registry as a page asks it; ``side`` is what its columns are called."""

    side: str
    source: Warehouse
    cohort: Cohort

    @property
    def manifest(self) -> Manifest:
        """What the registry says of itself."""
        return self.source.manifest

    @property
    def k(self) -> int:
        """The threshold that it is told with in this session; 0 for all of it."""
        return threshold(self.source)

    @property
    def size(self) -> dict:
        """How many patients the cohort has, see `lib.ask.size_of`."""
        return size_of(self.source, threshold(self.source), self.cohort)

    def records(self, name: str, **parameters: object) -> list[dict]:
        """As ``lib.ui.data.records``, of this registry's cohort."""
        if self.source is warehouse():
            return records(name, self.cohort, **parameters)
        rows = records_of(self.source, name, self.cohort, tuple(parameters.items()))
        return [dict(row) for row in rows]


def can_be_beside() -> bool:
    """Whether the present page can show the present registry beside the published series."""
    return dataset().name != DEFAULT_DATASET and st.session_state["page"] in PAGES


def is_beside() -> bool:
    """Whether the reader has switched the published series on, here where it can be."""
    return can_be_beside() and st.session_state[BESIDE]


def here_name() -> str:
    """What the registry on the screen is called at the head of a column."""
    return HERE[warehouse().manifest.nature]


def here(cohort: Cohort) -> View:
    """The registry on the screen."""
    return View(here_name(), warehouse(), cohort)


def published(cohort: Cohort) -> View:
    """The published series under the same filter, as far as it can be asked."""
    series = open_dataset(DEFAULT_DATASET)
    return View(PUBLISHED, series, shared_cohort(cohort, _known(series))[0])


def _known(series: Warehouse) -> Mapping[str, bool]:
    """By field of the filter, whether the series records it of anybody."""
    columns = {row["field"] for row in records_of(series, "cohort/facets", Cohort())}
    return {field.name: field.column in columns for field in FIELDS}


def is_nobody(view: View) -> bool:
    """Whether a cohort is empty in every version."""
    return not view.size["n_patients_highest"]


def beside(cohort: Cohort, write: Callable[[View], Told]) -> Told:
    """A table of the registry on the screen; if switched on, joined with that of the series.

    Parameters
    ----------
    write
        Asks a registry and writes the table, without knowing which it is.
    """
    own = write(here(cohort))
    if not is_beside():
        return own
    series = published(cohort)
    # Nobody has a table: pages are written for cohorts of somebody.
    other = Told(of_nobody(own.table), []) if is_nobody(series) else write(series)
    sides = {here_name(): own, PUBLISHED: other}
    table = side_by_side(
        {name: told.table for name, told in sides.items()},
        {name: told.absent for name, told in sides.items()},
    )
    notes = joined_notes({name: told.notes for name, told in sides.items()})
    is_dash = any(MISSING in row for row in table.rows)
    return Told(table, [*notes, *[ABSENT] * is_dash])


def table_beside(
    cohort: Cohort, title: str, write: Callable[[View], Told], further: Iterable[str] = ()
) -> str:
    """As `beside`, as HTML, noted as drawn; of two registries the title names the natures.

    Parameters
    ----------
    further
        Notes on the whole table, below those that ``write`` gives.
    """
    told = beside(cohort, write)
    source = warehouse()
    if is_beside():
        source = open_dataset(DEFAULT_DATASET)
        own = warehouse().manifest.nature
        title = f"{title} ({own} data beside the published, {source.manifest.nature})"
    notes = [*told.notes, *further]
    if not any(RANGE in note for note in notes):
        # Of two registries only the series may have versions.
        notes += versions_note(told.table, source.manifest.imputations)
    return shown_table(told.table, title, notes)


def columns_or_rows(widths: list[int]) -> list[DeltaGenerator]:
    """Places side by side, or below each other if tables have two columns a figure."""
    if is_beside():
        return [st.container() for _ in widths]
    return st.columns(widths, gap="medium")


def beside_note(cohort: Cohort) -> None:
    """Say whom of the series a page shows beside its own patients, and what that can't tell."""
    series = published(cohort)
    not_asked = shared_cohort(cohort, _known(series.source))[1]
    n_all = View(PUBLISHED, series.source, Cohort()).size["n_patients_highest"]
    n = series.size
    count = format_figure(n["n_patients"], n["n_patients_lowest"], n["n_patients_highest"], 0)
    manifest = series.source.manifest
    asked = f" by the same filter ({escape(series.cohort.words)})" * bool(series.cohort.selection)
    left_out = f" Not asked of it, as it can't answer: {', '.join(not_asked)}." * bool(not_asked)
    st.html(
        f"<p class='note beside-note'><b>{PUBLISHED}: {count} of {n_all} patients</b>{asked}, "
        f"{manifest.nature}: ⟨ ⟩ is the range over {manifest.imputations} versions. "
        f"<b>{here_name()}</b>: {NATURES[warehouse().manifest.nature]}.{escape(left_out)} "
        f"{NO_TEST}</p>"
    )


def local_cohort(cohort: Cohort) -> Cohort:
    """The part of a filter that only one registry knows, such as its centres."""
    return cohort.changed(
        **{name: () for name, _ in cohort.selection if not FIELDS_BY_NAME[name].is_local}
    )
