"""Which patient is looked at: the URL is the state, with a way to the next one."""

from collections.abc import Collection, Iterable
from itertools import pairwise

import streamlit as st

from lib.cohort import Cohort
from lib.ui.data import records
from lib.ui.icon_button import icon_button
from lib.ui.notice import as_text, ignored_notice, link_notice
from lib.ui.prose import heading
from lib.ui.remembered import remember, remembered
from lib.ui.version import version_control

PARAMETER = "patient"
BESIDE = "patient_beside"
# More would not fit on a projector.
MOST_BESIDE = 3
# The browser draws the whole list anew at each click: of 600 patients that took as long as all the
# rest of the page. Any other id can be typed.
MOST_LISTED = 200


def choose_patients(cohort: Cohort, version: int) -> list[dict]:
    """Draw the choice of a patient, and of those to compare with.

    Returns
    -------
    list of dict
        Their rows of ``patient/around``, the patient's first; none if the URL asks for a patient
        who does not exist.
    """
    asked = remembered(PARAMETER, default=lambda: patients_around(cohort, version)[0]["patient_id"])
    also = dict.fromkeys([*st.query_params.get_all(BESIDE), *st.session_state.get(BESIDE, ())])
    rows = {row["patient_id"]: row for row in patients_around(cohort, version, [asked, *also])}
    is_known = asked in rows
    with st.container(horizontal=True, vertical_alignment="center"):
        heading("Patient", width="content")
        _selection(rows, asked)
        if is_known:
            _neighbours(rows, asked)
            beside = _beside(rows)
        version_control(version)
    if is_known:
        remember(PARAMETER, asked)
        return [rows[patient] for patient in dict.fromkeys([asked, *beside])]
    first, n_patients = next(iter(rows)), rows[next(iter(rows))]["n_patients"]
    link_notice(
        f"The link asks for patient “{asked[:60]}”, who is not in this dataset. Choose one of the "
        f"{n_patients} patients above."
    )
    st.button(f"Open {as_text(first)}", on_click=_show, args=(first,), key="patient_first")
    return []


def patients_around(cohort: Cohort, version: int, asked: Iterable[str] = ()) -> list[dict]:
    """The rows of ``patient/around`` of those who are asked for and of a list around the first."""
    about = {"version": version, "patients": tuple(asked), "most_listed": MOST_LISTED}
    return records("patient/around", cohort, **about)


def _listed(rows: dict[str, dict]) -> list[str]:
    return [patient for patient, row in rows.items() if row["is_listed"]]


def _are_all_listed(rows: dict[str, dict]) -> bool:
    """Whether the list offers everybody; if not, any other id can be typed."""
    return len(_listed(rows)) == next(iter(rows.values()))["n_patients"]


def _beside(rows: dict[str, dict]) -> list[str]:
    """Draw the choice of other patients; the URL keeps it.

    The options are the bare ids, because Streamlit writes an option's label into the URL.
    """
    ignored_notice(BESIDE, rows)
    chosen = st.multiselect(
        "Compare with",
        rows,
        placeholder="Compare with …",
        max_selections=MOST_BESIDE,
        key=BESIDE,
        bind="query-params",
        width="stretch",
        label_visibility="collapsed",
        accept_new_options=not _are_all_listed(rows),
    )
    if unknown := [patient for patient in chosen if patient not in rows]:
        link_notice(f"There is no patient “{unknown[0][:60]}” in this dataset.")
    return [patient for patient in chosen if patient in rows]


def _selection(rows: dict[str, dict], patient: str) -> None:
    labels = {
        listed: f"{listed} · {rows[listed]['diagnosis']}"
        + OUTSIDE * (not rows[listed]["is_in_cohort"])
        for listed in _listed(rows)
    }
    are_all_listed = _are_all_listed(rows)
    # The key is the label, so that the box follows the URL, and the filter: a box that was kept
    # would give the label of before, which no option has any more, as if somebody had typed it.
    key = f"patient_choice_{labels.get(patient, patient)}"
    st.selectbox(
        "Patient",
        list(labels),
        index=list(labels).index(patient) if patient in labels else None,
        # What was typed has no label.
        format_func=lambda patient: labels.get(patient, patient),
        placeholder="Choose a patient" if are_all_listed else "Choose a patient, or type an id",
        accept_new_options=not are_all_listed,
        key=key,
        on_change=lambda: _show_chosen(st.session_state[key], rows),
        width=270,
        label_visibility="collapsed",
    )


OUTSIDE = " (outside)"


def _neighbours(rows: dict[str, dict], patient: str) -> None:
    """Draw the way to the patients before and after in the cohort, and the place in it."""
    shown = rows[patient]
    cohort = [each for each in _listed(rows) if rows[each]["is_in_cohort"]]
    after = dict(pairwise(cohort))
    before = dict(pairwise(reversed(cohort)))
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall", width="content"):
        _step("Previous", before.get(patient), "arrow_back")
        place = f"**{shown['place']}** of {shown['n_in_cohort']} in the cohort"
        st.markdown(place if shown["is_in_cohort"] else "outside the cohort", width="content")
        _step("Next", after.get(patient), "arrow_forward")


def _step(which: str, target: str | None, icon: str) -> None:
    icon_button(
        f"{which} patient of the cohort",
        icon,
        key=f"patient_{which.lower()}",
        on_click=_show,
        args=(target,),
        disabled=target is None,
    )


def _show_chosen(chosen: str | None, rows: Collection[str]) -> None:
    """Show whom the box gives: an id, typed or chosen, or a label of the run before."""
    typed = (chosen or "").strip()
    if typed:
        _show(typed if typed in rows else typed.rpartition(" · ")[0] or typed)


def _show(patient: str) -> None:
    st.query_params[PARAMETER] = patient
