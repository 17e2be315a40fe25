"""What the server does when it starts: it loads libraries and data before the first reader."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st


@asynccontextmanager
async def load_in_background(app: st.App) -> AsyncIterator[None]:
    """Load what the first page needs while the first reader's browser still loads Streamlit."""
    del app
    threading.Thread(target=_load, name="load", daemon=True).start()
    yield


def _load() -> None:
    from lib.charts.overview import prepare_forms
    from lib.datasets import DEFAULT_DATASET, registry_dir
    from lib.errors import UserFacingError
    from lib.palette import LIGHT
    from lib.registry.importer.placing import clear_leftovers
    from lib.registry.importer.working import clear_working_folders
    from lib.ui.data import open_dataset

    try:
        open_dataset(DEFAULT_DATASET)
    except UserFacingError as error:
        # The first reader's run meets it again, and shows it.
        logging.getLogger(__name__).warning("The data could not be loaded: %s", error)
        return
    prepare_forms(LIGHT)
    # What imports left that were killed with the server before this one.
    clear_working_folders()
    folder = registry_dir()
    if folder is not None and folder.is_dir():
        clear_leftovers(folder)
