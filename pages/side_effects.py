"""Side-effects: which, how often, at which dose, grade and cycle, and what came of them."""

from functools import partial

import streamlit as st

from lib import written
from lib.ask import NO_LIMIT
from lib.charts.side_effects import ONSET_FROM, onset_strip
from lib.charts.thinned import MOST_DOTS
from lib.cohort import Cohort
from lib.markup import heat_html, method_html
from lib.report.content import Table
from lib.side_effects import (
    COUNTED_BY,
    LED_TO,
    PER,
    as_text,
    caveats,
    frequency_table,
    has_intervals,
    method,
    onset_note,
    symptoms_in_order,
)
from lib.ui.beside import beside, columns_or_rows, is_beside, table_beside
from lib.ui.chart import draw_chart
from lib.ui.choice import choice, offered
from lib.ui.cohort_state import current_cohort
from lib.ui.data import records, warehouse
from lib.ui.disclosure import threshold
from lib.ui.look import palette
from lib.ui.prose import heading, note
from lib.ui.shown import show_table
from lib.ui.takeaway import Offer, take_away
from lib.ui.withheld import say_withheld, sums_note

EVERY_ONSET = {"since": "onset_day", "most_drawn": NO_LIMIT}
QUESTION = "Which side-effects, how often?"


def main() -> None:
    """Draw the page for the present cohort."""
    cohort = current_cohort()
    with st.container(horizontal=True, vertical_alignment="center"):
        heading(QUESTION, width="content")
        by = choice("Columns", "side_effects_by", offered(COUNTED_BY))
        per = choice("Per", "side_effects_per", PER)
    asked = {"counted_by": COUNTED_BY[by]}
    rows = records("side_effects/frequency", cohort, **asked)
    symptoms = symptoms_in_order(rows)
    m, k = warehouse().manifest.imputations, threshold(warehouse())
    write = partial(written.frequency, by, per)
    is_estimated = has_intervals(beside(cohort, write).table)
    notes = (*method(by, per, m, has_intervals=is_estimated), *sums_note())
    if is_beside():
        frequency = table_beside(cohort, PER[per].title, partial(write, all_first=True))
    else:
        table = frequency_table(rows, by, per, reconstructed=m > 0)
        frequency = heat_html(table, palette())
        show_table(table.title, lambda: Table(table.title, as_text(table), notes))
    st.html(
        frequency
        + "".join(f"<p class='table-note'>{caveat}</p>" for caveat in caveats(rows, by, per, m, k))
        + method_html("Method, denominators, missing values", notes)
    )
    left, right = columns_or_rows([1, 1])
    with left:
        if not say_withheld("side_effects/onset_days"):
            draw_onsets(cohort, rows, symptoms)
    led_to = partial(written.consequences, by, one_by_one=is_beside())
    right.html(f"<div class='dense'>{table_beside(cohort, LED_TO, led_to)}</div>")
    take_away(
        Offer("Frequency", "side_effects/frequency", cohort, asked),
        Offer("Onset", "side_effects/onset_days", cohort, EVERY_ONSET),
        Offer("Consequences", "side_effects/consequences", cohort),
    )


def draw_onsets(cohort: Cohort, rows: list[dict], symptoms: list[str]) -> None:
    """Draw when side-effects began, or say that it is not recorded."""
    since = choice("Time of onset from", "side_effects_onset", ONSET_FROM)
    asked = {"since": ONSET_FROM[since].measure, "most_drawn": MOST_DOTS}
    if onsets := records("side_effects/onset_days", cohort, **asked):
        draw_chart(onset_strip(onsets, symptoms, since, palette()))
        note(onset_note(rows, onsets))
    else:
        note("When side-effects began is not recorded in this cohort.")


main()
