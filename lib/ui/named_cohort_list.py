"""The named cohorts on the page: name the present one, open, remove, export and import."""

from collections.abc import Callable

import streamlit as st

from lib.attrition import count
from lib.cohort import Cohort
from lib.errors import UserFacingError
from lib.figures import counted
from lib.named_cohorts import MAX_FILE_BYTES, MAX_NAME_CHARACTERS, NamedCohort, to_file
from lib.serving.public import uploads_allowed
from lib.ui.cohort_state import current_cohort, size, write_cohort
from lib.ui.data import dataset
from lib.ui.frame import show_error
from lib.ui.icon_button import icon_button
from lib.ui.named_cohorts import forget_cohort, import_cohorts, name_cohort, named_cohorts
from lib.ui.notice import as_text
from lib.ui.prose import note

# In the session: what went wrong in the last click, to be said once.
_PROBLEM = "cohorts_problem"
NOBODY_YET = (
    "None yet. Name the present filter, narrow it differently, name that too, and compare both on "
    "the page Compare. Names are kept in the link."
)
UPLOAD = "cohorts_file"


def save_cohort(cohort: Cohort) -> None:
    """Draw the field that names the present cohort, and say what went wrong last."""
    with (
        st.form("cohorts_save", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        st.text_input(
            "Name of the present cohort",
            max_chars=MAX_NAME_CHARACTERS,
            placeholder=cohort.words[:MAX_NAME_CHARACTERS] or "All patients",
            key="cohorts_name",
        )
        st.form_submit_button("Save", icon=":material/bookmark_add:", on_click=_save)
    problem = st.session_state.pop(_PROBLEM, None)
    if problem:
        show_error(problem)


def list_cohorts(cohort: Cohort) -> None:
    """Draw the named cohorts with their sizes and words; the present one is marked."""
    if not named_cohorts():
        note(NOBODY_YET)
    for each in named_cohorts():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"**{as_text(each.name)}** · "
                f"{counted(count(size(each.cohort), 'n_patients'), 'patient')}"
                f"{' · shown now' if each.cohort == cohort else ''}  \n"
                f":small[{as_text(each.cohort.words) or 'all patients'}]",
                width="stretch",
            )
            _button(each, "Open", "open_in_browser", write_cohort, each.cohort)
            _button(each, "Remove", "delete", _forget, each.name)


def exchange_cohorts() -> None:
    """Offer the named cohorts as a file, and take one in; drawn when the reader opens it."""
    opened = st.popover(
        "Export, import",
        type="tertiary",
        icon=":material/swap_vert:",
        key="cohorts_exchange",
        on_change="rerun",
    )
    if opened.open:
        with opened:
            st.download_button(
                "Export as JSON",
                to_file(named_cohorts(), dataset().name),
                file_name=f"cohorts_{dataset().name}.json",
                mime="application/json",
                key="cohorts_export",
                on_click="ignore",
                icon=":material/download:",
                disabled=not named_cohorts(),
            )
            if uploads_allowed():
                st.file_uploader(
                    f"Import (JSON, at most {MAX_FILE_BYTES // 1000} kB)",
                    type="json",
                    max_upload_size=1,
                    key=UPLOAD,
                    on_change=_import,
                )


def _button(
    each: NamedCohort, words: str, icon: str, action: Callable[..., None], value: object
) -> None:
    icon_button(
        f"{words} {each.name}",
        icon,
        key=f"cohorts_{words.lower()}_{each.name}",
        on_click=action,
        args=(value,),
    )


def _save() -> None:
    cohort = current_cohort()
    # The words stand in the empty field as a proposal.
    name = st.session_state["cohorts_name"] or cohort.words or "All patients"
    _or_problem(name_cohort, name, cohort)


def _import() -> None:
    file = st.session_state[UPLOAD]
    if file is not None:
        _or_problem(import_cohorts, file.getvalue())


def _forget(name: str) -> None:
    _or_problem(forget_cohort, name)


def _or_problem(change: Callable[..., None], *values: object) -> None:
    """Make a change and put it into the link; a problem is said in the run that follows."""
    try:
        change(*values)
    except UserFacingError as error:
        st.session_state[_PROBLEM] = str(error)
    write_cohort(current_cohort())
