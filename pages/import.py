"""Import: a clinic's own sheet becomes a registry that every page can show."""

import streamlit as st

from lib.errors import UserFacingError
from lib.registry.importer.limits import MAX_FILE_MB
from lib.serving.public import uploads_allowed
from lib.ui import (
    import_questions,
    import_receipt,
    import_report,
    import_spellings,
    import_target,
    own_registry,
    upload,
)
from lib.ui.cohort_state import need_frame
from lib.ui.data import warehouse
from lib.ui.disclosure import choose_disclosure
from lib.ui.frame import show_error
from lib.ui.import_reading import Target, reading_of
from lib.ui.notice import as_text
from lib.ui.prose import heading
from lib.ui.templates import offer_templates

QUESTION = "What does your own registry show?"
OFF = (
    "Uploads are turned off on this server, because it is not the place for patients' data. Run "
    "the dashboard on a computer of your own: the README says how, it takes a few minutes."
)
TYPES = ["xlsx", "csv", "zip", "parquet"]


def main() -> None:
    """Draw the way from the template to the registry."""
    need_frame()
    is_allowed = uploads_allowed()
    heading(QUESTION, import_target.what_happens() if is_allowed else "")
    choose_disclosure(warehouse())
    offer_templates()
    if not is_allowed:
        st.info(OFF, icon=":material/cloud_off:")
        return
    if own_registry.own_registry():
        show_own()
    receipt = st.container()
    target = import_target.choose_target()
    files = st.file_uploader(
        "Workbook (.xlsx), or CSV or Parquet files, or a ZIP of them",
        type=TYPES,
        accept_multiple_files=True,
        max_upload_size=MAX_FILE_MB,
        key=upload.box_key(),
        on_change=upload.forget_files,
    )
    if files:
        read_files(files, target)
        return
    with receipt:
        import_receipt.show(upload.box_key())


def show_own() -> None:
    """Say which registry is the session's own, and offer to delete it."""
    manifest = own_registry.own_registry().manifest
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"In this session: **{as_text(manifest.name)}**, data {manifest.version}. Every page "
            "shows it as long as it is chosen as the dataset, on the left."
        )
        st.button(
            "Delete my data",
            icon=":material/delete:",
            key="import_delete",
            on_click=import_receipt.delete_all,
        )


def read_files(files: list, target: Target | None) -> None:
    """Read what was uploaded, and show what came of it."""
    options = import_report.choose_options()
    try:
        with st.spinner("Reading and checking …", show_time=True):
            reading = reading_of(files, options, target)
    except UserFacingError as error:
        show_error(error)
        return
    import_receipt.keep(reading, upload.box_key())
    import_questions.ask(reading.questions)
    import_spellings.offer_suggestions(reading)
    import_target.offer_import(reading, target)
    import_report.show_findings(reading)
    import_report.show_understanding(reading)


main()
