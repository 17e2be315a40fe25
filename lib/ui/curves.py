"""Kaplan–Meier curves on the page, or why there are none."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib import survival_curves as survival
from lib.charts.survival import survival_chart
from lib.cohort import Cohort
from lib.markup import table_html
from lib.ui.chart import draw_chart
from lib.ui.choice import menu
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
        take_away()
        return
    asked = {"event": outcome.event}
    rows = records("response/times_to_event", cohort, **asked)
    take_away(Offer("Times", "response/times_to_event", cohort, asked))
    imputations = warehouse().manifest.imputations
    if why := survival.why_no_curve(rows, max(1, imputations), outcome):
        not_recorded(why)
        note(f"{outcome.method} {survival.left_out_words(rows)}")
        return
    with controls:
        field = survival.GROUPINGS[menu("By", parameter, survival.GROUPINGS)]
    groups, n_ungrouped = survival.groups_of(rows, field)
    if not groups:
        not_recorded(f"No group has enough patients: {survival.TOO_FEW}.")
        return
    draw_chart(survival_chart(groups, outcome, field, palette()))
    notes = survival.notes(
        rows,
        groups,
        n_ungrouped,
        outcome,
        field,
        imputed=imputations > 0,
        chosen_by=cohort.words_by_field,
    )
    st.html(table_html(survival.curves_table(groups, outcome), "In numbers", notes))


def not_recorded(sentence: str) -> None:
    """Say plainly that there is nothing to draw."""
    st.info(sentence, icon=":material/database_off:")
