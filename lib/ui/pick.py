"""Charts that filter: a click on a mark, or a stretch of an axis, sets one field of the cohort."""

from collections.abc import Iterable
from functools import partial

import streamlit as st

from lib.cohort import FIELDS_BY_NAME, Cohort
from lib.ui.chart import draw_chart
from lib.ui.cohort_state import number_range, write_cohort


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
    if name not in st.session_state:
        # The chart is new on the page, without a selection, whatever it had before.
        st.session_state.pop(_before(name), None)
    on_select = partial(_apply, name, pick, field, cohort)
    draw_chart(spec, key=name, on_select=on_select, selection_mode=pick)


def toggled(cohort: Cohort, field: str, clicked: Iterable[str]) -> Cohort:
    """The cohort with each clicked value of a field added, or taken away if it was selected."""
    chosen = set(cohort.values(field)) ^ set(clicked)
    return cohort.changed(**{field: tuple(chosen)})


def _apply(name: str, pick: str, field: str, cohort: Cohort) -> None:
    points = st.session_state[name]["selection"][pick]
    picked = {point["value"] for point in points}
    # What differs from the chart's selection of before is what was clicked.
    clicked = picked ^ st.session_state.get(_before(name), set())
    st.session_state[_before(name)] = picked
    write_cohort(toggled(cohort, field, clicked))


def _before(name: str) -> str:
    """Key of what a chart's selection was before the last click."""
    return f"{name}_before"


def brushable_chart(spec: dict, name: str, brush: str, field: str, cohort: Cohort) -> None:
    """Draw a chart on whose axis a stretch can be drawn, which sets a range of the filter.

    The stretch stays as the reader drew it. Where the range is changed elsewhere, in the sidebar
    or by a reset, it would say what is no longer so: then alone the chart is drawn anew.

    Parameters
    ----------
    spec
        Vega-Lite specification.
    name
        Beginning of the widget's key, unique in the app.
    brush
        Name of the chart's interval selection, over one axis of whole numbers: a number stands
        for the stretch up to the next one.
    field
        Filter field of kind ``range`` that the axis shows.
    """
    state, brushed, drawn = st.session_state, f"{name}_brushed", f"{name}_drawn"
    if state.get(brushed) not in (None, cohort.values(field)):
        state[brushed], state[drawn] = None, state.get(drawn, 0) + 1
    key = f"{name}_{state.get(drawn, 0)}"

    def apply() -> None:
        stretches = list(state[key]["selection"][brush].values())
        ends = whole_numbers(stretches[0], number_range(FIELDS_BY_NAME[field])) if stretches else ()
        # A click beside a stretch takes away what the stretch chose, and nothing else.
        if ends or state.get(brushed):
            write_cohort(cohort.changed(**{field: ends}))
        state[brushed] = ends or None

    draw_chart(spec, key=key, on_select=apply, selection_mode=brush)


def whole_numbers(stretch: Iterable[float], known: dict) -> tuple[int, int]:
    """The whole numbers that a stretch of an axis covers for the most part, at least one.

    Parameters
    ----------
    known
        Row of ``cohort/ranges``. An end beyond what is known is drawn in, so that a stretch over
        the last bar ends with the last number; one that lies altogether beyond is left as it is.
    """
    lower, upper = (round(end) for end in sorted(stretch))
    upper = max(lower, upper - 1)
    if upper < known["lowest"] or known["highest"] < lower:
        return lower, upper
    return max(lower, round(known["lowest"])), min(upper, round(known["highest"]))
