"""What Streamlit knows and tells nobody: used here alone, which is why it is pinned exactly.

`tests/test_streamlit_internals.py` fails by name if an upgrade drops one of them.
"""

from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx


def forget_pages_directory() -> None:
    """Keep Streamlit from taking the folder ``pages/`` for its old way to have several pages."""
    PagesManager.uses_pages_directory = False


def is_opened_from_history() -> bool:
    """Whether this run was asked for by the browser's Back or Forward."""
    return get_script_run_ctx().is_history_navigation
