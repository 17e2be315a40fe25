"""The frame: page set-up, navigation, cohort filter, then the page that was asked for."""

import streamlit as st

from lib.errors import UserFacingError
from lib.ui import cohort_state, frame
from lib.ui.filter import cohort_filter

PAGES = [
    st.Page("pages/overview.py", title="Overview", icon=":material/monitoring:", default=True),
    st.Page("pages/summary_tables.py", title="Summary tables", icon=":material/table:"),
    st.Page("pages/timelines.py", title="Timelines", icon=":material/view_timeline:"),
    st.Page("pages/patient.py", title="Patient", icon=":material/person:"),
    st.Page("pages/publication.py", title="Publication", icon=":material/fact_check:"),
]
# These pages answer for an empty cohort themselves: they are about one patient, or the paper.
NEED_NO_COHORT = ("patient", "publication")


def main() -> None:
    """Draw the frame around the current page."""
    st.set_page_config(page_title="IVIg case series", page_icon="docs/icon.png", layout="wide")
    st.logo("docs/icon.png", size="large")
    page = st.navigation(PAGES)
    try:
        cohort, notices = cohort_state.read_cohort(page.url_path)
        with st.sidebar:
            cohort_filter(cohort)
        frame.header(cohort, notices)
        if cohort_state.size(cohort)["n_patients_highest"] or page.url_path in NEED_NO_COHORT:
            page.run()
        else:
            frame.empty_cohort()
        frame.footer()
    except UserFacingError as error:
        frame.show_error(error)


main()
