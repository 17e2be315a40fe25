"""Streamlit still has what `lib/ui/streamlit_internals.py` takes from inside it."""

from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import ScriptRunContext


def test_streamlit_has_pages_manager_uses_pages_directory():
    assert "uses_pages_directory" in vars(PagesManager)


def test_streamlit_has_script_run_context_is_history_navigation():
    assert "is_history_navigation" in ScriptRunContext.__annotations__
