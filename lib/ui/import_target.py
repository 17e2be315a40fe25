"""Where what was read goes: a registry of its own, or one that is there, and what changes there."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from lib.datasets import OWN
from lib.disclosure import operator_threshold
from lib.figures import counted
from lib.registry.importer.options import APPEND, REPLACE_ALL, REPLACE_CENTRES
from lib.registry.importer.reading import Joined, Reading
from lib.ui import import_reading, login, own_registry, saved_registries
from lib.ui.frame import show_error
from lib.ui.import_reading import Target
from lib.ui.notice import as_text
from lib.ui.prose import note

WHAT_IS_DONE = (
    "Fill in the template, or take your own sheets of patients and cycles. They are read and "
    "checked. Dates become days since the first infusion. Columns that look like names, addresses "
    "or hospital numbers are refused. What is imported is kept in the memory of this session alone"
)
IN_THE_SESSION = (
    ": nobody else sees it, nothing is saved on the server, and it is gone when you delete it, or "
    "three minutes after you close the page."
)
OR_SAVED = (
    " and gone when you delete it, or three minutes after you close the page, unless you save it "
    "on this server: then everybody who {gets_in} is shown it, {shown}, and it stays until who "
    "runs the server deletes it. “Delete my data” does not reach it."
)
WHERE_SETTLED = "under “Did you mean …?”"
BY_ITSELF = "a registry of its own"
HOW_WORDS = {
    APPEND: "Add their patients, all that are there stay",
    REPLACE_CENTRES: "Replace the centres in the files, others stay",
    REPLACE_ALL: "Replace all that is there",
}


def what_happens() -> str:
    """What becomes of the reader's files, and who may see what is in them."""
    if not saved_registries.may_save():
        return WHAT_IS_DONE + IN_THE_SESSION
    k = operator_threshold()
    has_login = login.is_needed()
    gets_in = "may log in" if has_login else "reaches the server"
    who = "editors may" if has_login else "may"
    shown = f"with no count under {k}" if k else f"whole, and {who} add to it and replace it"
    return WHAT_IS_DONE + OR_SAVED.format(gets_in=gets_in, shown=shown)


def choose_target() -> Target | None:
    """Draw the choice among the registries that are there; None: a registry of its own."""
    if why := saved_registries.why_not_joined():
        note(why)
    there = import_reading.can_be_joined()
    if not there:
        return None
    names, how = st.columns([1, 2])
    own = own_registry.own_registry()
    chosen = names.selectbox(
        "Further files become" if own else "Your files become",
        [BY_ITSELF, *there],
        format_func=lambda name: name if name == BY_ITSELF else f"part of {there[name].label}",
        key="import_into",
    )
    if chosen == BY_ITSELF:
        if own:
            note(f"They will stand in place of “{own.manifest.name}” in this session.")
        return None
    words = how.radio("How", list(HOW_WORDS), format_func=HOW_WORDS.get, key="import_how")
    return import_reading.target(chosen, words)


def offer_import(reading: Reading, target: Target | None) -> None:
    """Say what would change, and offer to do it; or say what is in the way."""
    if reading.joined:
        show_changes(reading.joined)
    if not reading.can_be_imported:
        n_suggested = sum(bool(finding.suggestions) for finding in reading.errors)
        show_error(_what_is_in_the_way(len(reading.errors), n_suggested, len(reading.questions)))
        return
    if target is None:
        _offer_by_itself(reading)
    else:
        _offer_joined(reading, target)
    if problem := st.session_state.pop(saved_registries.PROBLEM, None):
        show_error(problem)


def _what_is_in_the_way(n_errors: int, n_suggested: int, n_questions: int) -> str:
    errors = f"{counted(str(n_errors), 'error')} to mend in your file"
    questions = f"{counted(str(n_questions), 'question')} to answer above"
    if not n_errors:
        return f"Nothing was imported yet: {questions}."
    if n_suggested == n_errors:
        errors += f", or to settle above, {WHERE_SETTLED}"
    elif n_suggested:
        errors += f", {n_suggested} of which can be settled above, {WHERE_SETTLED}"
    if not n_questions:
        mend = " Mend your file and upload it again." * (n_suggested < n_errors)
        return f"Nothing was imported: {errors}.{mend}"
    return (
        f"Nothing was imported: {errors}, and {questions}. Mend your file and upload it again; "
        "what only you can know is asked of the mended file."
    )


def show_changes(joined: Joined) -> None:
    """Draw how many patients of each centre are kept, taken out and added."""
    st.subheader("What will change")
    st.markdown(f"Patients of **{as_text(joined.name)}**, by centre:")
    st.dataframe(
        pd.DataFrame(
            {
                "Centre": change.centre,
                "There now": change.n_there,
                "Kept": change.n_kept,
                "Taken out": change.n_taken_out,
                "Added": change.n_added,
                "Afterwards": change.n_after,
            }
            for change in joined.centres
        ),
        hide_index=True,
        width="content",
    )


def _offer_by_itself(reading: Reading) -> None:
    name = st.text_input("Name of the registry", "Own registry", max_chars=60, key="import_name")
    name = name.strip() or "Own registry"
    own = own_registry.own_registry()
    instead = f" in place of “{as_text(own.manifest.name)}”" if own else ""
    _take_in_button(f"Show it{instead}", _n_warnings(reading), name)
    if saved_registries.may_save():
        _save_button(saved_registries.save, name)


def _offer_joined(reading: Reading, target: Target) -> None:
    if target.name == OWN:
        _take_in_button("Show it", _n_warnings(reading), reading.joined.name)
    else:
        is_confirmed = target.how != REPLACE_ALL or _confirm(reading.joined, target)
        _save_button(saved_registries.save_joined, target.name, disabled=not is_confirmed)


def _n_warnings(reading: Reading) -> int:
    return len(reading.findings) - len(reading.errors)


def _take_in_button(label: str, n_warnings: int, name: str) -> None:
    st.button(
        f"{label}, with {counted(str(n_warnings), 'warning')}" if n_warnings else label,
        type="primary",
        icon=":material/check:",
        key="import_take_in",
        on_click=own_registry.take_in,
        args=(name,),
    )


def _confirm(joined: Joined, target: Target) -> bool:
    """Ask whether everybody's registry is to go, with what is in it."""
    patients = counted(f"{sum(change.n_there for change in joined.centres):,}", "patient")
    centres = ", ".join(change.centre for change in joined.centres if change.n_there)
    return st.checkbox(
        as_text(
            f"Take “{joined.name}” from everybody, with all its {patients} ({centres}). It is kept "
            "on the server as a hidden copy, until it is replaced once more."
        ),
        key=f"import_confirm_{target.name}_{target.version}",
    )


def _save_button(save: Callable, *arguments: object, **look: bool) -> None:
    st.button(
        "Save it on this server, for everybody",
        icon=":material/save:",
        key="import_save",
        on_click=save,
        args=arguments,
        **look,
    )
