"""The names under which the server answers, if the operator lists them."""

import os

# Names, with commas between them; none: any.
ALLOWED_HOSTS = "ALLOWED_HOSTS"


def allowed_hosts() -> frozenset[str]:
    """The names in small letters, without port; empty: any."""
    names = os.environ.get(ALLOWED_HOSTS, "").lower().split(",")
    return frozenset(name.strip() for name in names if name.strip())


def is_allowed(host: str) -> bool:
    """Whether the server answers under what the header ``Host`` says, with or without a port."""
    allowed = allowed_hosts()
    return not allowed or _name(host) in allowed


def _name(host: str) -> str:
    name, _, port = host.strip().lower().rpartition(":")
    return name if name and port.isdigit() else host.strip().lower()
