"""A clinic's own registry in the session: read, taken in, deleted; no other session can see it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lib.datasets import DEFAULT_DATASET, OWN, Dataset, folder_name, registry_dir, saved_datasets
from lib.errors import SourceError, UserFacingError
from lib.registry.importer.bounded import read
from lib.registry.importer.options import Existing, Options
from lib.registry.importer.reading import Reading
from lib.registry.importer.working import working_folder
from lib.registry.importer.writing import in_memory, write
from lib.registry.store import MANIFEST, parse_manifest, write_chunks
from lib.ui.cohort_state import write_dataset
from lib.ui.data import datasets
from lib.ui.own_query import forget_answer
from lib.view import DATASET
from lib.warehouse import Warehouse, open_tables

# The operator turns uploads off by setting it to 0, as on Community Cloud.
ALLOW_UPLOADS = "ALLOW_UPLOADS"
# In the session: what was read last, and of what.
_READ, _READING = "import_read", "import_reading"
# In the session: how many registries were taken in; the box for files is a new one after each.
_TAKEN_IN = "import_taken_in"
# In the session: why a registry could not be saved, to be said once.
PROBLEM = "import_problem"


@dataclass(frozen=True)
class Target:
    """The registry that files are to be joined with, and how: one of `HOWS`.

    ``name`` is that of the dataset; ``version`` tells when it was changed meanwhile.
    """

    name: str
    how: str
    version: str


def uploads_allowed() -> bool:
    """Whether the operator lets readers bring their own data."""
    return os.environ.get(ALLOW_UPLOADS, "1").strip() != "0"


def can_be_joined() -> dict[str, Dataset]:
    """The registries that files can be joined with: those saved here, and the session's own."""
    mine = {OWN: datasets()[OWN]} if own_registry() else {}
    return {**saved_datasets(), **mine}


def target(name: str, how: str) -> Target:
    """A registry to join files with, as it is now."""
    folder = can_be_joined()[name].folder
    manifest = parse_manifest(folder / MANIFEST) if folder else own_registry().manifest
    return Target(name, how, manifest.version)


def reading_of(
    files: Sequence[UploadedFile], options: Options, joined_with: Target | None = None
) -> Reading:
    """What uploaded files say; read once, however often the page is drawn.

    The files, and a registry of the session that they are joined with, are on the server's disk
    only while they are read, in a folder of their own.

    Raises
    ------
    SourceError
        If they can't be read as sheets of data.
    RegistryError
        If the registry can't be joined with them.
    """
    asked = tuple(file.file_id for file in files), options, joined_with
    if st.session_state.get(_READ) != asked:
        forget_reading()
        with working_folder() as folder, working_folder() as beside:
            existing = joined_with and _existing(joined_with, beside)
            reading = read(_written(files, folder), options, existing)
        st.session_state[_READING], st.session_state[_READ] = reading, asked
    return st.session_state[_READING]


def _existing(joined_with: Target, beside: Path) -> Existing:
    folder = can_be_joined()[joined_with.name].folder
    if folder is None:
        own, folder = own_registry(), beside
        write_chunks(folder, [own.tables()], name=own.manifest.name, nature="recorded")
    return Existing(folder, joined_with.how)


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
    """Write what was read into the operator's folder, for everybody, as a registry of its own.

    What went wrong is said in the next run: then nothing was changed.
    """
    folder = registry_dir() / folder_name(name)
    if folder.exists():
        st.session_state[PROBLEM] = (
            f"There is a registry “{folder.name}” on this server already, so nothing was saved. "
            "Choose another name, or choose above that your files are joined with it."
        )
        return
    _save(reading, folder, name)


def save_joined(reading: Reading, joined_with: Target) -> None:
    """Write what was read and joined with a registry of the operator's folder in its place.

    What went wrong is said in the next run: then nothing was changed.
    """
    _save(reading, registry_dir() / joined_with.name, reading.joined.name)


def _save(reading: Reading, folder: Path, name: str) -> None:
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
