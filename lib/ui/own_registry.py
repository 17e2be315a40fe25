"""A clinic's own registry in the session: read, taken in, deleted; no other session can see it."""

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lib.datasets import DEFAULT_DATASET, OWN, folder_name, registry_dir
from lib.errors import SourceError, UserFacingError
from lib.registry.importer.bounded import read
from lib.registry.importer.options import Options
from lib.registry.importer.reading import Reading
from lib.registry.importer.writing import in_memory, write
from lib.ui.cohort_state import write_dataset
from lib.ui.data import DATASET
from lib.ui.own_query import forget_answer
from lib.warehouse import Warehouse, open_tables

# The operator turns uploads off by setting it to 0, as on Community Cloud.
ALLOW_UPLOADS = "ALLOW_UPLOADS"
# In the session: what was read last, and of what.
_READ, _READING = "import_read", "import_reading"
# In the session: how many registries were taken in; the box for files is a new one after each.
_TAKEN_IN = "import_taken_in"
# In the session: why a registry could not be saved, to be said once.
PROBLEM = "import_problem"


def uploads_allowed() -> bool:
    """Whether the operator lets readers bring their own data."""
    return os.environ.get(ALLOW_UPLOADS, "1").strip() != "0"


def reading_of(files: Sequence[UploadedFile], options: Options) -> Reading:
    """What uploaded files say; read once, however often the page is drawn.

    The files are on the server's disk only while they are read, in a folder of their own.

    Raises
    ------
    SourceError
        If they can't be read as sheets of data.
    """
    asked = tuple(file.file_id for file in files), options
    if st.session_state.get(_READ) != asked:
        forget_reading()
        with TemporaryDirectory() as folder:
            reading = read(_written(files, Path(folder)), options)
        st.session_state[_READING], st.session_state[_READ] = reading, asked
    return st.session_state[_READING]


def _written(files: Sequence[UploadedFile], folder: Path) -> list[Path]:
    paths = [folder / Path(file.name).name for file in files]
    if len(set(paths)) < len(paths):
        raise SourceError("Two of the files have the same name. Rename one of them.")
    for path, file in zip(paths, files, strict=True):
        path.write_bytes(file.getbuffer())
    return paths


def forget_reading() -> None:
    """Let go of what was read and not taken in."""
    for key in (_READ, _READING):
        st.session_state.pop(key, None)


def box_key() -> str:
    """Key of the box for files, which is empty again after each registry."""
    return f"import_files_{st.session_state.get(_TAKEN_IN, 0)}"


def own_registry() -> Warehouse | None:
    """The session's own registry, if there is one."""
    return st.session_state.get(OWN)


def take_in(reading: Reading, name: str) -> None:
    """Make what was read the session's own registry, in the place of the one before, and show it.

    Raises
    ------
    SourceError
        If something in it is wrong or open; nothing is changed then.
    """
    registry = open_tables(*in_memory(reading, name))
    _close()
    st.session_state[OWN] = registry
    st.session_state[_TAKEN_IN] = st.session_state.get(_TAKEN_IN, 0) + 1
    forget_reading()
    write_dataset(OWN)


def save(reading: Reading, name: str) -> None:
    """Write what was read into the operator's folder, for everybody, and show it.

    A registry of the same name is replaced. What went wrong is said in the next run: then
    nothing was changed.
    """
    folder = registry_dir() / folder_name(name)
    try:
        write(reading, folder, name)
    except UserFacingError as error:
        st.session_state[PROBLEM] = str(error)
        return
    st.session_state[_TAKEN_IN] = st.session_state.get(_TAKEN_IN, 0) + 1
    forget_reading()
    write_dataset(folder.name)


def delete() -> None:
    """Delete the session's own registry, and what was computed of it."""
    forget_reading()
    _close()
    if st.session_state.get(DATASET) == OWN:
        write_dataset(DEFAULT_DATASET)


def _close() -> None:
    forget_answer()
    registry = st.session_state.pop(OWN, None)
    if registry:
        registry.close()
