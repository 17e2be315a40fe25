"""Cohorts: whom the filter's criteria took, and the cohorts that have a name."""

import streamlit as st

from lib.ask import NO_LIMIT
from lib.attrition import MOST_ASKED_FOR, attrition_table, step_words, steps
from lib.charts.attrition import attrition
from lib.ui.chart import draw_chart
from lib.ui.cohort_state import current_cohort
from lib.ui.data import records, warehouse
from lib.ui.look import palette
from lib.ui.named_cohort_list import exchange_cohorts, list_cohorts, save_cohort
from lib.ui.prose import heading
from lib.ui.shown import shown_table
from lib.ui.takeaway import Offer, take_away

QUESTION = "What did each criterion leave of the patients?"
METHOD = (
    "The criteria are applied one after another, in the filter's order: another order would take "
    "other patients at each step and leave the same in the end. A patient in whom a field is not "
    "recorded meets no criterion on it."
)
VERSIONS = "⟨ ⟩: range over the versions, or patients who are taken in some versions only."
NO_CRITERION = "<p>The filter takes nobody yet: choose criteria on the left.</p>"
NAMED = "Which cohorts have a name?"


def main() -> None:
    """Draw the attrition of the present filter beside the named cohorts."""
    cohort = current_cohort()
    asked = tuple(step.criteria for step in steps(cohort))
    rows = records("cohort/attrition", steps=asked, most_named=MOST_ASKED_FOR)
    words = step_words(cohort)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        heading(QUESTION)
        draw_chart(attrition(rows, words, palette()))
        notes = [METHOD, VERSIONS] if warehouse().manifest.imputations else [METHOD]
        if cohort.selection:
            table = shown_table(attrition_table(rows, words), "Whom each criterion took", notes)
            st.html(f"<div class='attrition'>{table}</div>")
        else:
            st.html(NO_CRITERION)
    with right:
        heading(NAMED)
        save_cohort(cohort)
        list_cohorts(cohort)
        exchange_cohorts()
    everybody = {"steps": asked, "most_named": NO_LIMIT}
    take_away(Offer("Attrition", "cohort/attrition", None, everybody))


main()
