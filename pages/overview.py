"""Overview: who the patients of the cohort are, what they got, and how it went, at one look."""

from functools import partial

import streamlit as st

from lib.charts.overview import (
    PICK,
    ages,
    outcomes_by_diagnosis,
    patients_by_diagnosis,
    patients_by_dose,
)
from lib.cohort import FIELDS_BY_NAME, Cohort
from lib.tables import key_figures, key_figures_html
from lib.ui.cohort_state import current_cohort, write_cohort
from lib.ui.data import figures
from lib.ui.look import palette
from lib.ui.takeaway import take_away

CAVEAT = (
    "A click on a row of the left charts shows only these patients; a second click shows the "
    "others again. Differences between groups are not tested, and none is claimed."
)


def main() -> None:
    """Draw the page for the present cohort."""
    cohort = current_cohort()
    characteristics = figures("summary/characteristics", cohort)
    counts = figures("overview/counts", cohort)
    by_field = dict(list(counts.groupby("field")))
    colours = palette()

    st.html(key_figures_html(key_figures(characteristics)))
    left, right = st.columns(2, gap="medium")
    with left:
        by_diagnosis = by_field["diagnosis_group"]
        pickable(patients_by_diagnosis(by_diagnosis, colours), "diagnosis", cohort)
        pickable(patients_by_dose(by_field["dose_tier"], colours), "dose_tier", cohort)
    with right:
        st.altair_chart(outcomes_by_diagnosis(by_diagnosis, colours), theme=None)
        st.altair_chart(ages(by_field["age_decade"], colours), theme=None)
    st.caption(CAVEAT)
    take_away("overview/counts", cohort, {}, counts, "overview_counts")
    take_away("summary/characteristics", cohort, {}, characteristics, "overview_characteristics")


def pickable(chart: object, field: str, cohort: Cohort) -> None:
    """Draw a chart whose bars set one field of the filter.

    The key names what is picked, so that the chart starts without a selection whenever the
    filter has changed, here or elsewhere, and the next click is never lost.
    """
    key = "_".join(["overview", field, *cohort.values(field)])
    pick = partial(apply_pick, key, field, cohort)
    st.altair_chart(chart, theme=None, key=key, on_select=pick, selection_mode=PICK)


def apply_pick(key: str, field: str, cohort: Cohort) -> None:
    """Filter by the bar that was clicked; show everybody again if it was the filter already."""
    picked = tuple(point["value"] for point in st.session_state[key]["selection"][PICK])
    chosen = () if picked == cohort.values(field) else picked
    others = {name: cohort.values(name) for name in FIELDS_BY_NAME if name != field}
    write_cohort(Cohort.of(**others, **{field: chosen}))


main()
