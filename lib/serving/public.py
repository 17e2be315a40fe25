"""What the operator lets in and offers, as far as the server has to know it before any library."""

import os

# Uploads are turned off by setting it to 0, as on Community Cloud.
ALLOW_UPLOADS = "ALLOW_UPLOADS"
# Where the operator keeps the registries that everybody may look at, one a folder.
REGISTRY_DIR = "REGISTRY_DIR"


def uploads_allowed() -> bool:
    """Whether the operator lets readers bring their own data."""
    return os.environ.get(ALLOW_UPLOADS, "1").strip() != "0"


def registry_folder() -> str:
    """The operator's folder; empty if none is set."""
    return os.environ.get(REGISTRY_DIR, "").strip()


def is_public() -> bool:
    """Whether nothing but published and synthetic data can be here."""
    return not uploads_allowed() and not registry_folder()
