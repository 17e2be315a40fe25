"""Response rates on the page, in the groups of a field."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib import response
from lib.beside import Told
from lib.charts.response import response_rates
from lib.cohort import Cohort
from lib.published import read_remark
from lib.registry.store import Manifest
from lib.ui.beside import View, is_beside, table_beside
from lib.ui.chart import draw_chart
from lib.ui.choice import menu, offered
from lib.ui.data import records, warehouse
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
        st.html(table_beside(cohort, "Responders", partial(write_rates, field)))
    else:
        note(rates_note(rows, field, warehouse().manifest))
    limits = partial(response.with_limits, events="n_responders", total="n_judged")
    take_away(Offer("Response rates", "response/rates", cohort, {"field": field}, computed=limits))


def rates_note(rows: list[dict], field: str, manifest: Manifest) -> str:
    """What has to be said below response rates."""
    caption = response.rates_caption(rows, field, reconstructed=manifest.imputations > 0)
    return f"{caption} {read_remark(manifest.publication, 'response')}".strip()


def write_rates(field: str, view: View) -> Told:
    """The groups in numbers, of one registry."""
    rows = view.records("response/rates", field=field)
    shown = response.rates(response.shown_groups(rows), field)
    return Told(response.rates_table(shown), [rates_note(rows, field, view.source.manifest)])
