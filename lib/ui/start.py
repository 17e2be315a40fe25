"""What the server does when it starts: it loads what the first reader would wait for."""

import ctypes
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import streamlit as st

# As in the GNU library's malloc.h.
_M_ARENA_MAX = -8


@asynccontextmanager
async def load_in_background(app: st.App) -> AsyncIterator[None]:
    """Offer the frame's files, and load the rest while the first browser still loads Streamlit."""
    del app
    # Imported here: what a component is made of is known once it is.
    from lib.ui import page_header, sidebar  # noqa: F401
    from lib.ui.streamlit_internals import serve_components

    serve_components()
    threading.Thread(target=_load, name="load", daemon=True).start()
    yield


def _spare_memory() -> None:
    """Have freed memory used again; 30 of 400 MB with a dozen readers.

    Arrow, unless told otherwise before it is imported, has an allocator of its own beside the
    system's. And that of Linux keeps a stock for each of many threads: every run is one.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    if sys.platform == "linux":
        # Only the GNU library has it.
        with suppress(AttributeError):
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 2)


def _load() -> None:
    _spare_memory()
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
