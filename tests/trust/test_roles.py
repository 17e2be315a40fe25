"""Who gets in and who may save, by the claims of a login."""

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.config import get_option, set_option

from lib.serving.roles import (
    EDITOR_GROUPS,
    LONGEST_LOGIN,
    VIEWER_GROUPS,
    Role,
    is_over,
    role_of,
    roles_are_set,
)
from lib.ui import login
from tests.screen import open_app

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIEWER_GROUPS", "dermatology, rheumatology")
    monkeypatch.setenv("EDITOR_GROUPS", "registry-desk")


@pytest.mark.parametrize(
    ("told", "role"),
    [
        (["dermatology"], Role.VIEWER),
        (["porters", "rheumatology"], Role.VIEWER),
        (["registry-desk"], Role.EDITOR),
        (["dermatology", "registry-desk"], Role.EDITOR),
        ("registry-desk", Role.EDITOR),
        (["porters"], None),
        (["Dermatology"], None),
        (["registry"], None),
        ([""], None),
        ([], None),
        ("", None),
        (None, None),
        (7, None),
        ({"registry-desk": True}, None),
    ],
)
def test_a_role_follows_from_the_groups(told: object, role: Role | None):
    assert role_of({"groups": told}) is role


def test_without_groups_in_the_settings_nobody_has_a_role(monkeypatch: pytest.MonkeyPatch):
    assert roles_are_set()
    monkeypatch.setenv("VIEWER_GROUPS", " , ")
    monkeypatch.delenv("EDITOR_GROUPS")
    assert not roles_are_set()
    assert role_of({"groups": ["dermatology", ""]}) is None


def test_a_login_is_over_after_twelve_hours_or_if_it_has_no_time():
    made_at = NOW.timestamp()
    assert timedelta(hours=12) == LONGEST_LOGIN
    assert not is_over({"iat": made_at}, NOW + LONGEST_LOGIN)
    assert is_over({"iat": made_at}, NOW + LONGEST_LOGIN + timedelta(seconds=1))
    assert is_over({}, NOW)
    assert is_over({"iat": "today"}, NOW)


def test_groups_without_a_provider_of_logins_let_nobody_in():
    app = open_app("overview", {})
    [said] = app.info
    assert said.value.startswith("This server asks for a login, but none is set up.")
    assert not app.get("bidi_component") and not app.get("vega_lite_chart") and not app.exception


@pytest.mark.parametrize("content", [b"[auth]\nclient_id = ", b"\xff\xfe"])
def test_if_the_secrets_can_not_be_read_nobody_is_let_in(tmp_path, monkeypatch, content: bytes):
    """Streamlit goes on as if there were none: the app would be open to everybody."""
    for name in (VIEWER_GROUPS, EDITOR_GROUPS):
        monkeypatch.delenv(name, raising=False)
    file = tmp_path / "secrets.toml"
    file.write_bytes(content)
    before = get_option("secrets.files")
    set_option("secrets.files", [str(file)])
    login._secrets_are_damaged.cache_clear()
    try:
        app = open_app("overview", {})
        [said] = app.info
        assert said.value.startswith("The secrets of this server can't be read")
        assert not app.get("vega_lite_chart") and not app.get("html")[1:]
    finally:
        set_option("secrets.files", before)
        login._secrets_are_damaged.cache_clear()
    assert open_app("overview", {}).get("vega_lite_chart")
