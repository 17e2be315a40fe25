"""Response: who responded, by whose rule, and for how long?"""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib import response
from lib.charts.response import MOST_SCORES, score_courses
from lib.cohort import Cohort
from lib.survival_curves import RELAPSE, STOP
from lib.ui.beside import is_beside
from lib.ui.chart import draw_chart
from lib.ui.choice import choice, menu
from lib.ui.cohort_state import current_cohort
from lib.ui.curves import curves, not_recorded
from lib.ui.data import records, warehouse
from lib.ui.look import palette
from lib.ui.prose import heading, note
from lib.ui.rates import rates
from lib.ui.takeaway import Offer, take_away
from lib.ui.withheld import say_withheld


def main() -> None:
    """Draw what can be chosen, and the one view that is."""
    cohort = current_cohort()
    heading("Who responded, and for how long?")
    controls = st.container(horizontal=True, vertical_alignment="top")
    with controls:
        view = choice("Show", "response_view", VIEWS)
    VIEWS[view](cohort, controls)


def scores(cohort: Cohort, controls: DeltaGenerator) -> None:
    """Responders by an instrument's own rule, and the course of its scores."""
    found = response.instruments(records("response/responders", cohort))
    if is_beside():
        note("Published: the series records no clinical score, so none stands beside these.")
    if not found:
        not_recorded("Not recorded in this registry: no clinical score of these patients.")
        return
    with controls:
        name = menu("Score", "response_instrument", found)
        chosen = choose_rule(found[name])
    version = min(1, warehouse().manifest.imputations)
    drawn = {"instrument": name, "version": version, "most_scores": MOST_SCORES}
    is_closed = say_withheld("response/trajectories")
    lines = [] if is_closed else records("response/trajectories", cohort, **drawn)
    medians = records("response/score_medians", cohort, instrument=name)
    st.markdown(response.responders_words(found[name], chosen))
    draw_chart(score_courses(lines, medians, chosen, palette()), version=version)
    note(
        f"{response.TWO_DEFINITIONS} {response.rule_method(chosen)} "
        f"{response.courses_caption(lines, version)}"
    )
    limits = partial(response.with_limits, events="n_responders", total="n_assessed")
    take_away(
        Offer("Responders", "response/responders", cohort, computed=limits),
        Offer("Scores", "response/trajectories", cohort, drawn),
        Offer("Medians", "response/score_medians", cohort, {"instrument": name}),
    )


def choose_rule(rules: list[dict]) -> dict:
    """The rule that applies: the reader's choice where several thresholds were published."""
    if len(rules) == 1:
        return rules[0]
    options = {response.threshold_option(row): row for row in rules}
    return options[choice("Threshold, points", response.threshold_parameter(rules[0]), options)]


VIEWS = {
    "Rates": rates,
    "Scores": scores,
    "Time on therapy": lambda *page: curves(STOP, *page, "response_curves_by"),
    "Time to relapse": lambda *page: curves(RELAPSE, *page, "response_curves_by"),
}

main()
