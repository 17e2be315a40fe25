"""Charts that filter: a click on a mark sets one field of the cohort."""

from collections.abc import Iterable
from functools import partial

import streamlit as st

from lib.cohort import FIELDS_BY_NAME, Cohort
from lib.ui.chart import draw_chart
from lib.ui.cohort_state import write_cohort


def pickable_chart(spec: dict, name: str, pick: str, field: str, cohort: Cohort) -> None:
    """Draw a chart whose marks set one field of the filter.

    A click on a value that the filter does not select adds it, another click takes it away:
    what the filter holds is the same whether it was chosen here or in the sidebar. The chart's
    own selection is only how a click is told, so that it never has to be drawn anew.

    Parameters
    ----------
    spec
        Vega-Lite specification.
    name
        Key of the widget, unique in the app.
    pick
        Name of the chart's point selection, whose points have a ``value``.
    field
        Filter field that the value belongs to.
    """
    on_select = partial(_apply, name, pick, field, cohort)
    draw_chart(spec, key=name, on_select=on_select, selection_mode=pick)


def toggled(cohort: Cohort, field: str, clicked: Iterable[str]) -> Cohort:
    """The cohort with each clicked value of a field added, or taken away if it was selected."""
    selected = {name: cohort.values(name) for name in FIELDS_BY_NAME}
    chosen = set(cohort.values(field)) ^ set(clicked)
    return Cohort.of(**selected | {field: tuple(chosen)})


def _apply(name: str, pick: str, field: str, cohort: Cohort) -> None:
    points = st.session_state[name]["selection"][pick]
    picked = {point["value"] for point in points}
    # What differs from the chart's selection of before is what was clicked.
    before = f"{name}_before"
    clicked = picked ^ st.session_state.get(before, set())
    st.session_state[before] = picked
    write_cohort(toggled(cohort, field, clicked))
