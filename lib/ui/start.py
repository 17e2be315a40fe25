"""What the server does when it starts: it loads what the first reader would wait for."""

import asyncio
import ctypes
import logging
import os
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import streamlit as st

from lib.serving.error_ids import keep_values_out_of_logs, log_end_of_task

_log = logging.getLogger(__name__)
# How often the server looks for sessions that were left: once in a part of the time that Streamlit
# keeps them, and at least so often.
LOOKS_IN_THAT_TIME = 4
MOST_SECONDS_BETWEEN_LOOKS = 30
# As in the GNU library's malloc.h.
_M_ARENA_MAX = -8


@asynccontextmanager
async def load_in_background(app: st.App) -> AsyncIterator[None]:
    """Offer the frame's files, and load the rest while the first browser still loads Streamlit."""
    del app
    # Imported here: what a component is made of is known once it is.
    from lib.ui import page_header, sidebar  # noqa: F401
    from lib.ui.streamlit_internals import (
        forget_pages_directory,
        send_at_once,
        serve_components,
    )

    keep_values_out_of_logs()
    asyncio.get_running_loop().set_exception_handler(log_end_of_task)
    # A page by itself, without app.py, would be drawn before anybody asked who it is.
    forget_pages_directory()
    serve_components()
    send_at_once()
    threading.Thread(target=load, name="load", daemon=True).start()
    looking = asyncio.create_task(_let_left_sessions_go())
    yield
    looking.cancel()


async def _let_left_sessions_go() -> None:
    """Let sessions go that were left, with all data in them, also if nobody comes afterwards."""
    from lib.ui.streamlit_internals import empty_session, sessions_there

    kept_s = st.get_option("server.disconnectedSessionTTL")
    before = sessions_there()
    while True:
        await asyncio.sleep(max(1, min(kept_s / LOOKS_IN_THAT_TIME, MOST_SECONDS_BETWEEN_LOOKS)))
        try:
            now = sessions_there()
            left = [before[name] for name in before.keys() - now.keys()]
            before = now
            for session in left:
                empty_session(session)
        # It goes on looking, whatever became of one of them.
        except Exception:
            _log.exception("A session that was left could not be emptied")


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


def load() -> None:
    """Clear away what a killed server left, load the data and forms, and clear once more."""
    _spare_memory()
    from lib.charts.overview import prepare_forms
    from lib.datasets import DEFAULT_DATASET
    from lib.errors import UserFacingError
    from lib.palette import LIGHT
    from lib.registry.importer import working
    from lib.ui.data import open_dataset

    _clear_leftovers()
    try:
        open_dataset(DEFAULT_DATASET)
    except UserFacingError as error:
        # The first reader's run meets it again, and shows it.
        _log.warning("The data could not be loaded: %s", error)
    else:
        prepare_forms(LIGHT)
    # What a server left that was killed a moment ago was too young to tell from what is in use.
    time.sleep(working.MIN_AGE_S + 1)
    working.clear_working_folders()


def _clear_leftovers() -> None:
    """Clear away what imports and preparations left that were killed with the server before."""
    from lib.datasets import registry_dir
    from lib.errors import UserFacingError
    from lib.prepared import place
    from lib.registry.importer.placing import clear_leftovers
    from lib.registry.importer.working import clear_working_folders

    clear_working_folders()
    try:
        place.clear_leftovers()
    except (OSError, UserFacingError) as error:
        _log.warning("What large registries left was not cleared: %s", type(error).__name__)
    folder = registry_dir()
    if folder is not None and folder.is_dir():
        try:
            clear_leftovers(folder)
        except OSError as error:
            _log.warning("What imports left in %s was not cleared: %s", folder, error.strerror)
