"""Charts that filter: a click on a mark sets one field of the cohort."""

from functools import partial

import streamlit as st

from lib.cohort import FIELDS_BY_NAME, Cohort
from lib.ui.chart import draw_chart
from lib.ui.cohort_state import write_cohort


def pickable_chart(spec: dict, name: str, pick: str, field: str, cohort: Cohort) -> None:
    """Draw a chart whose marks set one field of the filter.

    The widget's key names what is selected, so that the chart starts without a selection
    whenever the filter changed, here or elsewhere: no later click is lost.

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
    key = "_".join([name, *cohort.values(field)])
    on_select = partial(_apply, key, pick, field, cohort)
    draw_chart(spec, key=key, on_select=on_select, selection_mode=pick)


def toggled(cohort: Cohort, field: str, picked: tuple[str, ...]) -> Cohort:
    """The cohort after a click: only these values of the field, or all if they were picked."""
    others = {name: cohort.values(name) for name in FIELDS_BY_NAME if name != field}
    chosen = () if picked == cohort.values(field) else picked
    return Cohort.of(**others, **{field: chosen})


def _apply(key: str, pick: str, field: str, cohort: Cohort) -> None:
    points = st.session_state[key]["selection"][pick]
    write_cohort(toggled(cohort, field, tuple(point["value"] for point in points)))
