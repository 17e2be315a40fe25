"""Every rule is shown on a few rows; `registry(patients=..., cycles=...)` opens them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from lib.warehouse import Warehouse
from tests.registries import open_tables


@pytest.fixture
def registry(tmp_path: Path) -> Callable[..., Warehouse]:
    return partial(open_tables, tmp_path / "registry")
