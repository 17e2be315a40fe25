"""What Streamlit knows and tells nobody: used here alone, which is why it is pinned exactly.

`tests/test_streamlit_internals.py` fails by name if an upgrade drops one of them.
"""

import gc
import re
import socket
import tomllib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.auth_util import get_secrets_auth_section
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.file_util import get_static_dir
from streamlit.runtime import exists, get_instance
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

# Runs the script of a component.
_RUNNER = Path(__file__).with_name("component.js").read_text(encoding="utf-8")
# Stands before the names of components in their addresses.
_PACKAGE = "ivig"
# The folder of each of them, by that address.
_folders: dict[str, Path] = {}
# Of Streamlit's parts of a page, by the names of their modules, those of a page with a chart: most
# have one, and the others load it while they have nothing to do.
_FIRST_PARTS = ("BidiComponent", "Html", "ArrowVegaLiteChart", "embed")
_IMPORT = re.compile(r"""(?:from|import)\s*["']\./([^"']+\.js)["']""")


def forget_pages_directory() -> None:
    """Keep Streamlit from taking the folder ``pages/`` for its old way to have several pages."""
    PagesManager.uses_pages_directory = False


def send_at_once() -> None:
    """Have each message leave when it is written, as asyncio does for sockets that it knows as TCP.

    Streamlit's does not say that it is one. A second message then waited until the browser had
    confirmed the first, which systems put off for 40 to 200 ms. Nobody hands the socket out: it is
    looked for among all objects, once, when the server has begun to listen.
    """
    for each in gc.get_objects():
        if type(each) is socket.socket and each.family in (socket.AF_INET, socket.AF_INET6):
            with suppress(OSError):
                if each.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    # Who is accepted by it has the same.
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def is_opened_from_history() -> bool:
    """Whether this run was asked for by the browser's Back or Forward."""
    return get_script_run_ctx().is_history_navigation


def forget_uploaded_files() -> None:
    """Delete what this session has uploaded: Streamlit keeps it in memory until the session ends.

    A box that is still drawn is empty then.
    """
    context = get_script_run_ctx()
    context.uploaded_file_mgr.remove_session_files(context.session_id)


def has_login_settings() -> bool:
    """Whether a provider of logins is set up, in the section ``[auth]`` of the secrets."""
    return bool(get_secrets_auth_section())


def secrets_are_damaged() -> bool:
    """Whether a file of secrets is there that can't be read: Streamlit goes on as without any."""
    for file in map(Path, st.get_option("secrets.files")):
        try:
            if file.is_file():
                tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return True
    return False


def claims_of(session_id: str) -> dict[str, object]:
    """What the login of a session tells of its reader; nothing if there is no such session."""
    session = get_instance()._session_mgr.get_active_session_info(session_id)
    return dict(session.session._user_info) if session else {}


def n_connected(key: str) -> int:
    """How many sessions with a browser on the line hold something of that name."""
    # In a test without a browser Streamlit puts something in its place that has no sessions.
    sessions = getattr(get_instance(), "_session_mgr", None) if exists() else None
    active = sessions.list_active_sessions() if sessions else []
    return sum(key in each.session.session_state for each in active)


def sessions_there() -> dict[str, AppSession]:
    """By id, the sessions that are open or can still be come back to; the others are let go.

    Streamlit lets a session go that was left too long ago (``server.disconnectedSessionTTL``) when
    the next one is left. If none is, it would stay. To be called where the server's loop runs.
    """
    sessions = get_instance()._session_mgr
    with sessions._storage_lock:
        sessions._session_storage._cache.expire()
    return {each.session.id: each.session for each in sessions.list_sessions()}


def empty_session(session: AppSession) -> None:
    """Delete all that a session held that nobody can come back to.

    Streamlit leaves that to Python's collector, because its parts hold each other; and its loop
    keeps the last session that it sent something to.
    """
    session.shutdown()
    session.session_state.clear()
    # What widgets offered, and what their callbacks are called with.
    session.session_state._new_widget_state.widget_metadata.clear()


def component_from_files(name: str, folder: Path, **look: object) -> Callable[..., object]:
    """A component whose script and styles the browser loads once, from addresses of their own.

    Streamlit offers that to packages that are installed; of all others it sends both again with
    every run, which was two thirds of all that a click brought to the browser.

    Parameters
    ----------
    name
        Name of the component, of its script ``NAME.js`` and of its styles ``NAME.css``.
    folder
        Holds these and what they import, and nothing that may not be read by everybody.
    **look
        Further options of ``st.components.v2.component``: ``html``, ``isolate_styles``.
    """
    full_name = f"{_PACKAGE}.{name}"
    _folders[full_name] = folder
    # One a component, for it keeps which script it runs.
    runner = f"// {full_name}\n{_RUNNER}"

    @cache
    def mount() -> Callable[..., object]:
        return st.components.v2.component(full_name, js=runner, css=f"{name}.css", **look)

    def draw(**options: object) -> object:
        serve_components()
        return mount()(**options)

    return draw


@cache
def start_page() -> str:
    """Streamlit's start page, which names all scripts that a first page needs.

    Streamlit's own names those of an empty page: the browser hears of the others one after another,
    when it draws. Named here, it loads them while the server still thinks.
    """
    static = Path(get_static_dir())
    page = (static / "index.html").read_text(encoding="utf-8")
    scripts = static / "static" / "js"
    wanted = [next(scripts.glob(f"{part}.*.js")).name for part in _FIRST_PARTS]
    # Of those that are found here what they import is found, too.
    for name in wanted:
        imported = _IMPORT.findall((scripts / name).read_text(encoding="utf-8"))
        wanted += [each for each in dict.fromkeys(imported) if each not in wanted]
    addresses = [f"./static/js/{name}" for name in wanted if name not in page]
    for full_name, folder in _folders.items():
        files = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.js"))
        addresses += [f"./_stcore/bidi-components/{full_name}/{file}" for file in files]
    links = "".join(
        f'<link rel="modulepreload" crossorigin fetchpriority="low" href="{address}">\n'
        for address in addresses
    )
    return page.replace("</head>", f"{links}</head>")


def serve_components() -> None:
    """Have the server that runs answer at the addresses of the components' files.

    That is to be done when it starts: of several behind one proxy another one than the reader's
    may be asked for them. Tests have one server after another, and none that says it starts.
    """
    known = get_bidi_component_manager()
    for full_name, folder in _folders.items():
        if known.get_component_asset_root(full_name) is None:
            config = ComponentConfig(full_name.removeprefix(f"{_PACKAGE}."), folder.name)
            known.register_from_manifest(ComponentManifest(_PACKAGE, "", [config]), folder.parent)
