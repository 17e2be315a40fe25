"""The frame: page set-up, navigation, cohort filter, then the page that was asked for.

Streamlit runs this file once for every change that a reader makes (as ``__main__``), and the
server imports it once when it starts.
"""

import streamlit as st

# These pages answer for an empty cohort themselves: the filter does not narrow what they show.
NEED_NO_COHORT = (
    "patient",
    "cohorts",
    "compare",
    "report",
    "publication",
    "dictionary",
    "import",
    "sql",
)


def main() -> None:
    """Draw the frame around the current page."""
    # Not above: a server that has just started answers before the libraries are loaded.
    from lib.datasets import DEFAULT_DATASET
    from lib.errors import NotPreparedYetError, RegistryError, UserFacingError, WithheldError
    from lib.ui import audit, cohort_state, frame, login, takeaway
    from lib.ui.another_registry import offer_others
    from lib.ui.data import ask_ahead
    from lib.ui.icon import ICON
    from lib.ui.openings import StillOpeningError
    from lib.ui.preparing import show_preparing
    from lib.ui.room import require_room
    from lib.view import DATASET

    # Once a session: the browser keeps the title and the layout, and a dozen pages take longer to
    # make than the frame to draw.
    if "sections" not in st.session_state:
        st.set_page_config(page_title="IVIg case series", page_icon=ICON, layout="wide")
        st.session_state["sections"] = pages()
    if login.role() is None:
        login.ask_who_it_is()
        return
    sections = st.session_state["sections"]
    page = st.navigation(sections, position="hidden")
    try:
        require_room()
        cohort, notices = cohort_state.read_view(page.url_path)
        audit.note_opened()
        ask_ahead(cohort)
        frame.draw_sidebar(sections, page, cohort)
        login.offer_log_out()
        frame.header(cohort, notices)
        if cohort_state.size(cohort)["n_patients_highest"] or page.url_path in NEED_NO_COHORT:
            page.run()
        else:
            frame.empty_cohort()
        frame.footer()
    except (StillOpeningError, NotPreparedYetError) as missing:
        show_preparing(missing)
    except WithheldError as error:
        frame.show_withheld(error)
        frame.footer()
    except RegistryError as error:
        frame.show_error(error)
        offer_others(st.session_state.get(DATASET, DEFAULT_DATASET))
    except UserFacingError as error:
        frame.show_error(error)
    takeaway.show_what_was_asked_for()
    cohort_state.write_url()


def pages() -> dict[str, list[st.Page]]:
    """All pages, by the section of the navigation that they stand in."""
    return {
        "Cohort": [
            st.Page(
                "pages/overview.py", title="Overview", icon=":material/monitoring:", default=True
            ),
            st.Page("pages/summary_tables.py", title="Summary tables", icon=":material/table:"),
            st.Page("pages/timelines.py", title="Timelines", icon=":material/view_timeline:"),
            st.Page("pages/patient.py", title="Patient", icon=":material/person:"),
            st.Page("pages/cohorts.py", title="Cohorts", icon=":material/bookmarks:"),
        ],
        "Outcomes": [
            st.Page("pages/response.py", title="Response", icon=":material/healing:"),
            st.Page("pages/side_effects.py", title="Side-effects", icon=":material/sick:"),
            st.Page("pages/compare.py", title="Compare", icon=":material/compare_arrows:"),
            st.Page("pages/dose_and_cost.py", title="Dose and cost", icon=":material/payments:"),
        ],
        "Meeting": [
            st.Page("pages/report.py", title="Report", icon=":material/slideshow:"),
        ],
        "Data": [
            st.Page("pages/publication.py", title="Publication", icon=":material/fact_check:"),
            st.Page("pages/dictionary.py", title="Dictionary", icon=":material/menu_book:"),
            st.Page("pages/import.py", title="Import", icon=":material/upload_file:"),
            st.Page("pages/sql.py", title="SQL", icon=":material/database:"),
        ],
    }


if __name__ == "__main__":
    main()
else:
    from lib.ui.server import MIDDLEWARE, ROUTES
    from lib.ui.start import load_in_background
    from lib.ui.unforeseen import show_unforeseen

    app = st.App(
        __file__,
        lifespan=load_in_background,
        routes=ROUTES,
        middleware=MIDDLEWARE,
        on_script_error=show_unforeseen,
    )
