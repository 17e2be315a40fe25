"""The hospital's login: who is in none of the groups is shown nothing of the data."""

from datetime import UTC, datetime
from functools import cache

import streamlit as st

from lib.serving.audit import Action
from lib.serving.roles import EDITOR_GROUPS, VIEWER_GROUPS, Role, is_over, role_of, roles_are_set
from lib.ui import audit
from lib.ui.prose import heading
from lib.ui.streamlit_internals import claims_of, has_login_settings, secrets_are_damaged

TITLE = "IVIg case series"
LOG_IN = (
    "This server shows its data to people with a login. If you came by a link, open it once more "
    "afterwards: the login leads to the first page."
)
NO_LOGIN_SET_UP = (
    "This server asks for a login, but none is set up. Who runs it has to fill in the section "
    "[auth] of .streamlit/secrets.toml; docs/deployment.md says how."
)
DAMAGED = (
    "The secrets of this server can't be read, so that nobody is let in. Who runs it has to mend "
    ".streamlit/secrets.toml, which is no TOML, and start the server again."
)
NO_GROUP = (
    "You are logged in, but in none of the groups that may look at the data of this server "
    f"({VIEWER_GROUPS}, {EDITOR_GROUPS}). Ask who runs it to be added to one of them; then log out "
    "and in again."
)
# In the session: it was recorded that nobody got in.
_REFUSED = "login_refused"


def is_needed() -> bool:
    """Whether this server has a login: by its groups, or by the settings of its provider."""
    return roles_are_set() or _has_login_settings()


# They do not change while the server runs, and each look asks the disk.
_has_login_settings = cache(has_login_settings)
_secrets_are_damaged = cache(secrets_are_damaged)


def role() -> Role | None:
    """What the reader may do; None: nothing. Without a login everybody is an editor.

    Where the settings of a login can't be read nobody knows whom they would let in: it is nobody.
    """
    if _secrets_are_damaged():
        return None
    return _role(st.user.to_dict()) if is_needed() else Role.EDITOR


def is_let_in(session_id: str) -> bool:
    """Whether a session, which need not be the present one, may be shown data and bring some."""
    if _secrets_are_damaged():
        return False
    return not is_needed() or _role(claims_of(session_id)) is not None


def ask_who_it_is() -> None:
    """Draw the login, or say why it is no use, in the place of everything else."""
    heading(TITLE)
    if _secrets_are_damaged():
        st.info(DAMAGED, icon=":material/lock:")
    elif not _has_login_settings():
        st.info(NO_LOGIN_SET_UP, icon=":material/lock:")
    elif _is_logged_in(st.user.to_dict()):
        if not st.session_state.get(_REFUSED):
            audit.note(Action.REFUSED)
            st.session_state[_REFUSED] = True
        st.info(NO_GROUP, icon=":material/lock:")
        _log_out()
    else:
        st.info(LOG_IN, icon=":material/lock:")
        st.button("Log in", on_click=st.login, type="primary", key="log_in")


def offer_log_out() -> None:
    """Draw the way out at the foot of the sidebar, if there is a login."""
    if is_needed():
        with st.sidebar:
            _log_out()


def _role(claims: dict) -> Role | None:
    return role_of(claims) if _is_logged_in(claims) else None


def _is_logged_in(claims: dict) -> bool:
    return bool(claims.get("is_logged_in")) and not is_over(claims, datetime.now(UTC))


def _log_out() -> None:
    st.button("Log out", on_click=st.logout, icon=":material/logout:", key="log_out")
