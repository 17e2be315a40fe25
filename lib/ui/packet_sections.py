"""The sections of the packet on the page: their order, titles, comments and choices."""

from functools import partial

import streamlit as st

from lib.cohort import Cohort
from lib.named_cohorts import PRESENT
from lib.pair import seconds
from lib.report.composition import MAX_COMMENT_CHARACTERS, MAX_TITLE_CHARACTERS, Chosen
from lib.report.sections import SECTIONS, patients
from lib.report.sections.patients import MOST_PATIENTS, PATIENTS
from lib.report.subject import Option
from lib.ui import packet
from lib.ui.choice import CENTRE, menu, offered
from lib.ui.cohort_state import current_cohort
from lib.ui.data import warehouse
from lib.ui.icon_button import icon_button
from lib.ui.named_cohorts import named_cohorts
from lib.ui.notice import ignored_notice
from lib.ui.patient_choice import patients_around
from lib.ui.withheld import is_withheld

ADD = "Add a section …"


def edit_packet() -> None:
    """Draw the title, whom the packet is for, and its sections in their order."""
    now = packet.draft()
    st.text_input(
        "Title of the packet",
        now.title,
        max_chars=MAX_TITLE_CHARACTERS,
        key="packet_title_",
        on_change=lambda: packet.change(title=st.session_state["packet_title_"]),
    )
    st.toggle(
        "Leaves the department",
        now.is_public,
        key=packet.IS_PUBLIC,
        on_change=lambda: packet.change(is_public=st.session_state[packet.IS_PUBLIC]),
        help="Then it must name no patient: sections of single patients are refused, and so are "
        "titles and comments with a patient's id.",
    )
    for place, chosen in enumerate(now.sections):
        _row(place, chosen, len(now.sections))
    _add({chosen.section for chosen in now.sections})


def _row(place: int, chosen: Chosen, n_sections: int) -> None:
    kind = SECTIONS[chosen.section]
    with st.container(horizontal=True, vertical_alignment="center", gap="xxsmall"):
        st.markdown(
            f"{place + 1}. **{kind.label}**" + "  :material/comment:" * bool(chosen.comment),
            width="stretch",
        )
        opened = st.popover(
            "Edit", type="tertiary", key=f"packet_edit_{kind.name}", on_change="rerun"
        )
        for words, icon, action, disabled in (
            ("Up", "arrow_upward", partial(packet.move, place, -1), place == 0),
            ("Down", "arrow_downward", partial(packet.move, place, 1), place == n_sections - 1),
            ("Remove", "close", partial(packet.remove, place), n_sections == 1),
        ):
            icon_button(
                f"{words}: {kind.label}",
                icon,
                key=f"packet_{words.lower()}_{kind.name}",
                on_click=action,
                disabled=disabled,
            )
    if opened.open:
        with opened:
            _edit(place, chosen)


def _edit(place: int, chosen: Chosen) -> None:
    kind = SECTIONS[chosen.section]
    title, comment = (f"{field}{kind.name}" for field in packet.FIELDS)
    st.text_input(
        "Title",
        chosen.title,
        placeholder=kind.title,
        max_chars=MAX_TITLE_CHARACTERS,
        key=title,
        on_change=lambda: packet.change_section(place, title=st.session_state[title]),
    )
    st.text_area(
        "Your comment",
        chosen.comment,
        placeholder="What the department should discuss",
        max_chars=MAX_COMMENT_CHARACTERS,
        key=comment,
        on_change=lambda: packet.change_section(place, comment=st.session_state[comment]),
    )


def choose_options() -> None:
    """Draw what can be chosen for the packet's sections; kept in the URL as on their pages.

    All of it is drawn, folded in or not: what is not drawn would leave the URL.
    """
    present = {chosen.section for chosen in packet.draft().sections}
    if patients.SECTION.name in present:
        _choose_patients(PATIENTS)
    drawn = {PATIENTS.name}
    with st.expander("How the sections are shown", icon=":material/tune:"):
        for kind in (SECTIONS[chosen.section] for chosen in packet.draft().sections):
            options = [option for option in kind.options if option.name not in drawn]
            drawn |= {option.name for option in options}
            if options:
                st.caption(kind.label)
                with st.container(horizontal=True, gap="small"):
                    for option in options:
                        _choose(option)


def _choose(option: Option) -> None:
    if option.name in ("compare_a", "compare_b"):
        known = {PRESENT: current_cohort()} | {each.name: each.cohort for each in named_cohorts()}
        first = known.get(st.session_state.get("compare_a"), current_cohort())
        options = known if option.name == "compare_a" else seconds(first, known)
        menu(option.label, option.name, options)
    elif option.values:
        values = offered(option.values) if CENTRE in option.values else option.values
        menu(option.label, option.name, values, width=170)
    elif option.name != "version" or warehouse().manifest.imputations:
        st.text_input(option.label, key=option.name, bind="query-params", max_chars=40, width=130)


def _choose_patients(option: Option) -> None:
    if is_withheld("patient/around"):
        return
    version = min(1, warehouse().manifest.imputations)
    asked = [*st.query_params.get_all(option.name), *st.session_state.get(option.name, ())]
    rows = patients_around(Cohort(), version, asked)
    offered_ids = [row["patient_id"] for row in rows]
    n_patients = rows[0]["n_patients"] if rows else 0
    ignored_notice(option.name, offered_ids)
    st.multiselect(
        option.label,
        offered_ids,
        placeholder="Choose the patients to discuss",
        max_selections=MOST_PATIENTS,
        key=option.name,
        bind="query-params",
        # Of a large registry the list is a part: any other id can be typed.
        accept_new_options=len(rows) < n_patients,
    )


def _add(present: set[str]) -> None:
    others = {kind.label: kind.name for kind in SECTIONS.values() if kind.name not in present}
    if not others:
        return
    # A new box after each, so that it is empty again.
    key = f"packet_add_{len(present)}"
    st.selectbox(
        "Add a section",
        others,
        index=None,
        placeholder=ADD,
        key=key,
        on_change=lambda: packet.add(others[st.session_state[key]]),
        label_visibility="collapsed",
    )
