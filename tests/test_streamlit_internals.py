"""Streamlit still has what `lib/ui/streamlit_internals.py` takes from inside it."""

import base64
import hashlib
import re
from inspect import getsource, signature
from pathlib import Path
from types import SimpleNamespace

import streamlit
from streamlit.auth_util import get_secrets_auth_section
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.runtime import Runtime, get_instance
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import ScriptRunContext
from streamlit.runtime.session_manager import SessionManager
from streamlit.runtime.state import SessionState
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.web.server.starlette.starlette_server import UvicornRunner, _bind_socket

from lib.serving.headers import INLINE_SCRIPT
from lib.ui.streamlit_internals import start_page


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


def test_streamlit_listens_before_the_app_starts_and_does_not_say_that_it_is_tcp():
    """What `send_at_once` looks for is there when it looks, and needs it."""
    source = getsource(UvicornRunner.run)
    assert source.index("_bind_server_socket(") < source.index(".run(sockets=[")
    assert "sock = socket.socket(family=family)" in getsource(_bind_socket)


def test_streamlit_has_the_parts_of_a_first_page_as_scripts_of_their_own():
    static = Path(streamlit.__file__).parent / "static"
    own, ours = ((static / "index.html").read_text(encoding="utf-8"), start_page())
    named = re.findall(r'(?:src|href)="\./(static/[^"]+\.js)"', ours)
    assert all((static / name).is_file() for name in named)
    for part in ("BidiComponent", "Html", "ArrowVegaLiteChart", "embed"):
        assert any(name.startswith(f"static/js/{part}.") for name in named), part
    assert len(set(named)) == len(named)
    # Nothing else was changed.
    assert re.sub(r"<link[^>]+low[^>]+>\n", "", ours) == own


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


def test_streamlit_has_one_inline_script_and_its_hash_is_allowed():
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"sha256-{digest}" == INLINE_SCRIPT


def test_streamlit_has_the_claims_of_a_session_and_the_settings_of_a_login():
    assert "user_info" in signature(AppSession).parameters
    assert "self._user_info =" in getsource(AppSession.__init__)
    assert "_session_mgr" in getsource(Runtime.__init__)
    assert callable(SessionManager.get_active_session_info)
    assert not get_secrets_auth_section()
