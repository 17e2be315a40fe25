"""Streamlit still has what `lib/ui/streamlit_internals.py` takes from inside it."""

from types import SimpleNamespace

from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.runtime import get_instance
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import ScriptRunContext
from streamlit.runtime.state import SessionState
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager


def test_streamlit_has_pages_manager_uses_pages_directory():
    assert "uses_pages_directory" in vars(PagesManager)


def test_streamlit_has_script_run_context_is_history_navigation():
    assert "is_history_navigation" in ScriptRunContext.__annotations__


def test_streamlit_has_script_run_context_uploaded_file_mgr_and_session_id():
    assert {"uploaded_file_mgr", "session_id"} <= ScriptRunContext.__annotations__.keys()
    assert callable(MemoryUploadedFileManager.remove_session_files)


def test_streamlit_has_sessions_that_are_kept_and_state_that_is_emptied():
    kept = MemorySessionStorage(ttl_seconds=0)
    session = SimpleNamespace(id="one")
    kept.save(SimpleNamespace(session=session))
    assert [each.session for _, each in kept._cache.expire()] == [session]
    manager = WebsocketSessionManager(kept, None, None, None)
    assert manager._session_storage is kept and manager.list_sessions() == []
    assert callable(get_instance) and manager._storage_lock.acquire(blocking=False)
    assert SessionState()._new_widget_state.widget_metadata == {}
    assert callable(AppSession.shutdown) and isinstance(AppSession.session_state, property)


def test_streamlit_has_components_from_files(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "part.css").write_text("p { color: inherit }", encoding="utf-8")
    manager = BidiComponentManager()

    manager.register_from_manifest(
        ComponentManifest("package", "", [ComponentConfig("part", "assets")]), tmp_path
    )

    runner = "// Runs\nexport default () => {}"
    definition = manager.build_definition_with_validation(
        component_key="package.part", html=None, css="part.css", js=runner
    )
    assert definition.css_url == "part.css"
    # A text of several lines is a script itself.
    assert definition.js_content == runner
