"""Overview: who the patients of the cohort are, what they got, and how it went, at one look."""

from functools import partial
from itertools import groupby
from operator import itemgetter

import streamlit as st

from lib import written
from lib.beside import key_figures_beside
from lib.charts.overview import (
    BRUSH,
    OUTCOMES_BY,
    PICK,
    ages,
    outcomes,
    patients_by_diagnosis,
    patients_by_dose,
)
from lib.cohort import Cohort
from lib.markup import key_figures_html, question_html
from lib.report.content import Table
from lib.tables import KeyFigure, key_figures, key_figures_table
from lib.ui.beside import here, is_beside, is_nobody, published, table_beside
from lib.ui.chart import draw_chart
from lib.ui.choice import choice_of_groups
from lib.ui.cohort_state import current_cohort
from lib.ui.data import records, warehouse
from lib.ui.disclosure import threshold
from lib.ui.look import palette
from lib.ui.pick import brushable_chart, pickable_chart
from lib.ui.prose import note
from lib.ui.shown import show_table
from lib.ui.takeaway import Offer, take_away

KEY_FIGURES = "The cohort at one look"
COUNTS = "The charts in numbers"
QUESTION = "Who was treated, with what, and how did it go?"
# By the field of the counts: the filter's, and the chart whose rows set it.
PICKED = {
    "diagnosis_group": ("diagnosis", patients_by_diagnosis),
    "dose_tier": ("dose_tier", patients_by_dose),
}
CAVEAT = (
    "Click rows on the left to see only these patients, and again to let them go; "
    "draw along the ages to see only those. "
    "No difference between groups is tested or claimed."
)


def main() -> None:
    """Draw the page for the present cohort."""
    cohort = current_cohort()
    characteristics = records("summary/characteristics", cohort)
    counts = records("overview/counts", cohort)
    by_field = {field: list(rows) for field, rows in groupby(counts, key=itemgetter("field"))}
    colours = palette()

    figures = key_figures(characteristics, as_printed=written.is_printed(here(cohort)))
    if is_beside():
        figures = figures_beside(figures, cohort)
    st.html(question_html(QUESTION) + key_figures_html(figures))
    show_table(KEY_FIGURES, lambda: Table(KEY_FIGURES, key_figures_table(figures)))
    left, right = st.columns(2, gap="medium")
    with left:
        for counted, (field, draw) in PICKED.items():
            if has_counts(by_field, counted):
                chart = draw(by_field[counted], colours)
                pickable_chart(chart, f"overview_{field}", PICK, field, cohort)
    with right:
        by = choice_of_groups("Outcomes by", "overview_by", OUTCOMES_BY)
        draw_chart(outcomes(by_field[OUTCOMES_BY[by]], by, colours))
        if has_counts(by_field, "age_decade"):
            histogram = ages(by_field["age_decade"], colours)
            brushable_chart(histogram, "overview_age", BRUSH, "age", cohort)
    note(CAVEAT)
    if is_beside():
        st.html(table_beside(cohort, COUNTS, partial(written.counts, by)))
    take_away(
        Offer("Charts", "overview/counts", cohort),
        Offer("Key figures", "summary/characteristics", cohort),
    )


def has_counts(by_field: dict[str, list[dict]], field: str) -> bool:
    """Whether a field has counts to draw; if not, why stands in the chart's place."""
    if field not in by_field:
        note(written.no_counts(field, threshold(warehouse())))
    return field in by_field


def figures_beside(figures: list[KeyFigure], cohort: Cohort) -> list[KeyFigure]:
    """The key figures with those of the published series, if it has any such patients."""
    series = published(cohort)
    rows = [] if is_nobody(series) else series.records("summary/characteristics")
    return key_figures_beside(figures, key_figures(rows) if rows else [], series.side)


main()
