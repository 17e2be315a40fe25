"""What the tests of packets share, and which worker runs them."""

import pytest

from lib.warehouse import Warehouse, open_warehouse
from tests.registries import write_clinic


def pytest_itemcollected(item: pytest.Item) -> None:
    # One worker for a file: what it writes is written once (see packets.py).
    if not item.get_closest_marker("xdist_group"):
        item.add_marker(pytest.mark.xdist_group(item.path.stem))


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A small registry of a clinic's own."""
    return open_warehouse(write_clinic(tmp_path_factory.mktemp("registries") / "clinic"))
