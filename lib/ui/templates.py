"""The empty form of a registry, to download."""

import streamlit as st

from lib.export.mime import XLSX
from lib.registry.template import csv_files, workbook

FORMS = (
    ("Excel, English", "ivig_registry_template.xlsx", workbook, "en", XLSX),
    ("Excel, deutsch", "ivig_register_vorlage.xlsx", workbook, "de", XLSX),
    ("CSV, English", "ivig_registry_template.zip", csv_files, "en", "application/zip"),
    ("CSV, deutsch", "ivig_register_vorlage.zip", csv_files, "de", "application/zip"),
)


def offer_templates() -> None:
    """Draw the forms; each is made when it is asked for."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Template", width="content")
        for label, file_name, make, language, mime in FORMS:
            st.download_button(
                label,
                lambda make=make, language=language: make(language),
                file_name=file_name,
                mime=mime,
                key=f"template_{file_name}",
                on_click="ignore",
                icon=":material/download:",
            )
