"""The frame around every page: filter, cohort in words, nature of the data, footer."""

from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from lib.cohort import Cohort
from lib.errors import UserFacingError
from lib.figures import format_figure
from lib.registry.store import Manifest
from lib.ui.cohort_state import n_in_registry, size, write_cohort
from lib.ui.data import warehouse
from lib.ui.notice import link_notice

STYLE = Path(__file__).with_name("frame.css")
NATURES = {
    "reconstructed": "Published aggregates; rows partly reconstructed ({m} versions)",
    "synthetic": "Synthetic data: no real patient",
    "recorded": "Recorded data",
}
WHY = """\
The publication prints aggregates for all patients and tells the course of some of them; it has
no table of patients. **What it says is shown as published.** The rest was filled in {m} times,
each time differently and each time in agreement with every published statement.

- A figure that is the same in all {m} versions stands plain: **18**. It follows from what is
  printed and from our decisions where the text is ambiguous.
- A figure that differs between versions stands with its range over them: **12 ⟨9–15⟩**. What is
  possible may be wider still, and the middle depends on the ranges we assumed. It is no
  confidence interval: it says how little is known, not how precise an estimate is.
- Patients who are only counted in the publication have a dashed lane; what was filled in is drawn
  hollow, dashed or pale, and says so.

What the publication does not determine is not tested and no finding. The page *Publication*
shows every statement beside what the data give.
"""
DISCLAIMER = "Research and quality review only: not for decisions on an individual's treatment"


def nature_in_words(manifest: Manifest) -> str:
    """What kind of data this is, for the header of every page and export."""
    return NATURES[manifest.nature].format(m=manifest.imputations)


def header(cohort: Cohort, notices: list[str]) -> None:
    """Write what stands above every page."""
    st.html(STYLE)
    for notice in notices:
        link_notice(notice)
    n, n_all = size(cohort), n_in_registry()
    count = format_figure(n["n_patients"], n["n_patients_lowest"], n["n_patients_highest"], 0)
    with st.container(key="frame_header", gap=None):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{count} of {n_all} patients** &ensp; {cohort.words or 'all patients'}",
                width="stretch",
            )
            _reset_button("Reset", "header_reset", type="tertiary", disabled=not cohort.selection)
            link = st.popover(
                "Link",
                icon=":material/link:",
                type="tertiary",
                key="header_link",
                on_change="rerun",
            )
            if link.open:
                link.caption("Opens exactly this view:")
                link.code(_link(), language=None, wrap_lines=True)
        with st.container(horizontal=True, vertical_alignment="center"):
            manifest = warehouse().manifest
            st.caption(f"{manifest.name}: {nature_in_words(manifest)}", width="stretch")
            if manifest.imputations:
                why = st.popover("Why?", type="tertiary", key="header_why", on_change="rerun")
                if why.open:
                    why.markdown(WHY.format(m=manifest.imputations))


def empty_cohort() -> None:
    """Say that nobody fits the filter, and offer the way back."""
    st.info("No patient meets all of these criteria.", icon=":material/person_search:")
    st.markdown("Remove one of them in the filter, or start again with everybody.")
    _reset_button("Show all patients", "empty_reset")


def show_error(error: UserFacingError) -> None:
    """Show a problem in plain words."""
    st.error(str(error), icon=":material/error:")


def footer() -> None:
    """Write what stands below every page."""
    manifest = warehouse().manifest
    st.divider()
    st.caption(
        f"{DISCLAIMER} · {manifest.name}: {nature_in_words(manifest).lower()} · "
        f"data {manifest.version}"
    )


def _reset_button(label: str, key: str, **options: object) -> None:
    st.button(
        label,
        icon=":material/filter_alt_off:",
        on_click=write_cohort,
        args=(Cohort(),),
        key=key,
        **options,
    )


def _link() -> str:
    base = st.context.url or ""
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    return f"{base}?{urlencode(params, doseq=True)}" if params else base
