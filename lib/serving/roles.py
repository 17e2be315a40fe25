"""Who may look and who may save, by the groups that the hospital's login tells of a person."""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

# Names of groups, with commas between them. If either is set, nobody gets in without a login.
VIEWER_GROUPS, EDITOR_GROUPS = "VIEWER_GROUPS", "EDITOR_GROUPS"
# The claim of the id token that has the groups of a person: a list of names, or one name.
_GROUPS = "groups"
# Streamlit keeps a login for 30 days; who leaves a group is not to look for so long.
LONGEST_LOGIN = timedelta(hours=12)


class Role(StrEnum):
    """What a person may do: an editor saves imports for everybody, a viewer does not."""

    VIEWER = "viewer"
    EDITOR = "editor"


def roles_are_set() -> bool:
    """Whether the operator gives access by groups."""
    return bool(_groups(VIEWER_GROUPS) or _groups(EDITOR_GROUPS))


def role_of(claims: Mapping[str, object]) -> Role | None:
    """The role of a person who is logged in; None: no access."""
    told = claims.get(_GROUPS)
    groups = {told} if isinstance(told, str) else set(told if isinstance(told, list) else ())
    if groups & _groups(EDITOR_GROUPS):
        return Role.EDITOR
    return Role.VIEWER if groups & _groups(VIEWER_GROUPS) else None


def is_over(claims: Mapping[str, object], now: datetime) -> bool:
    """Whether a login was so long ago that it has to be done again, or does not say when."""
    made_at = claims.get("iat")
    if not isinstance(made_at, int | float):
        return True
    return now.timestamp() - made_at > LONGEST_LOGIN.total_seconds()


def _groups(setting: str) -> set[str]:
    names = os.environ.get(setting, "").split(",")
    return {name.strip() for name in names if name.strip()}
