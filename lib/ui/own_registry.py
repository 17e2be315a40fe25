"""A clinic's own registry in the session: taken in, deleted; no other session can see it."""

import streamlit as st

from lib.datasets import DEFAULT_DATASET, OWN
from lib.registry.importer.writing import in_memory
from lib.serving.audit import Action
from lib.ui import audit, packet
from lib.ui.cohort_state import write_dataset
from lib.ui.own_query import forget_answer
from lib.ui.upload import empty_box, present_reading
from lib.view import DATASET
from lib.warehouse import Warehouse, open_tables


def own_registry() -> Warehouse | None:
    """The session's own registry, if there is one."""
    return st.session_state.get(OWN)


def take_in(name: str) -> None:
    """Make what was read the session's own registry, in the place of the one before, and show it.

    If the files were changed meanwhile, nothing is: what was read of these has to be seen first.

    Raises
    ------
    SourceError
        If something in it is wrong or open; nothing is changed then.
    """
    reading = present_reading()
    if reading is None:
        return
    registry = open_tables(*in_memory(reading, name))
    audit.note(Action.IMPORTED, OWN, registry.manifest.version)
    _close()
    st.session_state[OWN] = registry
    empty_box()
    write_dataset(OWN)


def delete() -> None:
    """Delete the session's own registry, what was computed of it, and what is in the box."""
    empty_box()
    registry = own_registry()
    _close()
    if st.session_state.get(DATASET) == OWN:
        write_dataset(DEFAULT_DATASET)
    # Last: a log that can't be written keeps nobody from deleting.
    if registry:
        audit.note(Action.DELETED, OWN, registry.manifest.version)


def _close() -> None:
    forget_answer()
    packet.forget()
    registry = st.session_state.pop(OWN, None)
    if registry:
        registry.close()
