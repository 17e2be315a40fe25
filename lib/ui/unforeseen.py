"""An error that no page has foreseen, in the place of the rest of the page."""

from lib.errors import UserFacingError
from lib.serving.error_ids import error_id, what_happened


def show_unforeseen(error: Exception) -> bool:
    """Say what a reader can do about it; Streamlit has logged it. It need not show it itself."""
    # Not above: a server that has just started answers before the libraries are loaded.
    from lib.ui.frame import show_error

    is_sentence = isinstance(error, UserFacingError)
    show_error(error if is_sentence else what_happened(error_id(error)))
    return True
