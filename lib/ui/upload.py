"""The box for files on the page Import, and all that a session keeps of what is in it."""

import streamlit as st

from lib.registry.importer.reading import Reading
from lib.ui.import_questions import forget_answers
from lib.ui.streamlit_internals import forget_uploaded_files

# In the session: what was read last, and of what.
READ, READING = "import_read", "import_reading"
# In the session: how many boxes there were before this one.
_BOXES = "import_boxes"


def box_key() -> str:
    """Key of the box, which is empty again with another one."""
    return f"import_files_{st.session_state.get(_BOXES, 0)}"


def empty_box() -> None:
    """Let go of the files in the box, and of all that was read and said of them."""
    st.session_state[_BOXES] = st.session_state.get(_BOXES, 0) + 1
    forget_files()
    forget_uploaded_files()


def forget_files() -> None:
    """Let go of what was read and said of the files: there are others in the box, or none."""
    forget_reading()
    forget_answers()


def present_reading() -> Reading | None:
    """What was read of the files in the box, if they are still those that were read.

    A button's callback asks for it here: Streamlit keeps what a callback is given until the session
    ends, also of a button that is gone.
    """
    return st.session_state.get(READING)


def forget_reading() -> None:
    """Let go of what was read and not taken in."""
    for key in (READ, READING):
        st.session_state.pop(key, None)
