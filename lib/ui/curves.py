"""Kaplan–Meier curves on the page, or why there are none."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib import survival_curves as survival
from lib import written
from lib.charts.survival import survival_chart
from lib.cohort import Cohort
from lib.ui.beside import is_beside, table_beside
from lib.ui.chart import draw_chart
from lib.ui.choice import menu, offered
from lib.ui.data import records, warehouse
from lib.ui.look import palette
from lib.ui.prose import note
from lib.ui.takeaway import Offer, take_away
from lib.ui.withheld import say_withheld


def curves(
    outcome: survival.Outcome, cohort: Cohort, controls: DeltaGenerator, parameter: str
) -> None:
    """Draw the curves of an outcome with numbers at risk, or say why there are none.

    Parameters
    ----------
    controls
        Where the choice of groups is drawn.
    parameter
        URL parameter of that choice.
    """
    if say_withheld("response/times_to_event"):
        return
    take_away(Offer("Times", "response/times_to_event", cohort, {"event": outcome.event}))
    is_reconstructed = warehouse().manifest.imputations > 0

    def times(field: str | None) -> list[dict]:
        ask = partial(records, cohort=cohort)
        return survival.curve_times(ask, outcome, field, reconstructed=is_reconstructed)

    rows = times(None)
    if why := survival.why_no_curve(rows, outcome):
        not_recorded(why)
        note(f"{outcome.method} {survival.left_out_words(rows)}")
        if is_beside():
            note("Published: the series is shown beside curves only, and there are none here.")
        return
    with controls:
        field = survival.GROUPINGS[menu("By", parameter, offered(survival.GROUPINGS))]
    groups, _, why = written.drawn_curves(times(field), field, outcome)
    if why:
        not_recorded(why)
        return
    draw_chart(survival_chart(groups, outcome, field, palette()))
    st.html(table_beside(cohort, "In numbers", partial(written.curves, outcome, field)))


def not_recorded(sentence: str) -> None:
    """Say plainly that there is nothing to draw."""
    st.info(sentence, icon=":material/database_off:")
