"""Every registry counts as large here, and what is prepared goes to a folder of the test."""

from pathlib import Path

import pytest

from lib import warehouse
from lib.prepared.place import REGISTRY_CACHE, cache_folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of prepared registries, empty; a registry of more than no rows is large."""
    monkeypatch.setenv(REGISTRY_CACHE, str(tmp_path / "cache"))
    monkeypatch.setattr(warehouse, "MOST_ROWS_IN_MEMORY", 0)
    return cache_folder()
