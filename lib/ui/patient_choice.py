"""Which patient is looked at: the URL is the state, with a way to the next one."""

import pandas as pd
import streamlit as st

from lib.ui.icon_button import icon_button
from lib.ui.notice import as_text, ignored_notice, link_notice
from lib.ui.prose import heading
from lib.ui.remembered import remember, remembered
from lib.ui.version import version_control

PARAMETER = "patient"
BESIDE = "patient_beside"
# More would not fit on a projector.
MOST_BESIDE = 3
# Patients that a list offers. Of a larger registry it offers those around the one shown, and any
# other id can be typed: a list of 100,000 is 3 MB for the browser at every click.
MOST_LISTED = 1000


def choose_patients(roster: pd.DataFrame, version: int) -> tuple[str, ...]:
    """Draw the choice of a patient, and of those to compare with.

    Empty if the URL asks for a patient who does not exist; else the patient comes first.

    Parameters
    ----------
    roster
        Result of ``patient/roster``: those of the cohort come first.
    """
    patients = roster["patient_id"].tolist()
    asked = remembered(PARAMETER, default=patients[0])
    known = asked in patients
    with st.container(horizontal=True, vertical_alignment="center"):
        heading("Patient", width="content")
        _selection(roster, asked if known else None)
        if known:
            _neighbours(roster.loc[roster["is_in_cohort"], "patient_id"].tolist(), asked)
            beside = _beside(patients, around(patients, asked))
        version_control(version)
    if known:
        remember(PARAMETER, asked)
        return (asked, *(patient for patient in beside if patient != asked))
    link_notice(
        f"The link asks for patient “{asked[:60]}”, who is not in this dataset. Choose one of the "
        f"{len(patients)} patients above."
    )
    first = patients[0]
    st.button(f"Open {as_text(first)}", on_click=_show, args=(first,), key="patient_first")
    return ()


def around(patients: list[str], shown: str | None) -> list[str]:
    """The patients that a list offers: all, or of very many those around the one shown."""
    place = patients.index(shown) if shown else 0
    first = max(0, min(place - MOST_LISTED // 2, len(patients) - MOST_LISTED))
    return patients[first : first + MOST_LISTED]


def _beside(patients: list[str], listed: list[str]) -> list[str]:
    """Draw the choice of other patients; the URL keeps it.

    The options are the bare ids, because Streamlit writes an option's label into the URL.
    """
    ignored_notice(BESIDE, patients)
    known, also = set(patients), st.query_params.get_all(BESIDE)
    chosen = st.multiselect(
        "Compare with",
        [*listed, *(patient for patient in also if patient in known - set(listed))],
        placeholder="Compare with …",
        max_selections=MOST_BESIDE,
        key=BESIDE,
        bind="query-params",
        width="stretch",
        label_visibility="collapsed",
        accept_new_options=len(listed) < len(patients),
    )
    if unknown := [patient for patient in chosen if patient not in known]:
        link_notice(f"There is no patient “{unknown[0][:60]}” in this dataset.")
    return [patient for patient in chosen if patient in known]


def _selection(roster: pd.DataFrame, patient: str | None) -> None:
    ids = roster["patient_id"].tolist()
    listed = around(ids, patient)
    first = ids.index(listed[0])
    labels = {
        row.patient_id: f"{row.patient_id} · {row.diagnosis}" + OUTSIDE * (not row.is_in_cohort)
        for row in roster.iloc[first : first + len(listed)].itertuples()
    }
    are_all_listed = len(listed) == len(ids)
    # The key names the patient, so that the box follows the URL.
    key = f"patient_choice_{patient}"
    st.selectbox(
        "Patient",
        list(labels),
        index=list(labels).index(patient) if patient else None,
        # What was typed has no label.
        format_func=lambda patient: labels.get(patient, patient),
        placeholder="Choose a patient" if are_all_listed else "Choose a patient, or type an id",
        accept_new_options=not are_all_listed,
        key=key,
        on_change=lambda: _show(st.session_state[key]),
        width=270,
        label_visibility="collapsed",
    )


OUTSIDE = " (outside the cohort)"


def _neighbours(cohort: list[str], patient: str) -> None:
    """Draw the way to the patients before and after in the cohort, and the place in it."""
    place = cohort.index(patient) if patient in cohort else None
    before = cohort[place - 1] if place else None
    after = cohort[place + 1] if place is not None and place + 1 < len(cohort) else None
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall", width="content"):
        _step("Previous", before, "arrow_back")
        if place is not None:
            st.markdown(f"**{place + 1}** of {len(cohort)} in the cohort", width="content")
        _step("Next", after, "arrow_forward")


def _step(which: str, target: str | None, icon: str) -> None:
    icon_button(
        f"{which} patient of the cohort",
        icon,
        key=f"patient_{which.lower()}",
        on_click=_show,
        args=(target,),
        disabled=target is None,
    )


def _show(patient: str) -> None:
    st.query_params[PARAMETER] = patient
