"""Response rates on the page, in the groups of a field."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib import response, written
from lib.charts.response import response_rates
from lib.cohort import Cohort
from lib.ui.beside import here, is_beside, table_beside
from lib.ui.chart import draw_chart
from lib.ui.choice import menu, offered
from lib.ui.data import records
from lib.ui.look import palette
from lib.ui.prose import note
from lib.ui.takeaway import Offer, take_away


def rates(cohort: Cohort, controls: DeltaGenerator) -> None:
    """Response rates in the groups of a field."""
    with controls:
        field = response.GROUPINGS[menu("By", "response_by", offered(response.GROUPINGS))]
    rows = records("response/rates", cohort, field=field)
    shown = response.rates(response.shown_groups(rows), field)
    draw_chart(response_rates(shown, palette()))
    if is_beside():
        st.html(table_beside(cohort, "Responders", partial(written.rates, field)))
    else:
        for remark in written.rates(field, here(cohort)).notes:
            note(remark)
    limits = partial(response.with_limits, events="n_responders", total="n_judged")
    take_away(Offer("Response rates", "response/rates", cohort, {"field": field}, computed=limits))
