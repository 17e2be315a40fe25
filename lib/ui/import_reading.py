"""What uploaded files say, by themselves or joined with a registry that is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lib.datasets import OWN, Dataset
from lib.errors import SourceError
from lib.registry.importer.bounded import READ_AT_ONCE, read
from lib.registry.importer.limits import check_together
from lib.registry.importer.options import Existing, Options
from lib.registry.importer.reading import Reading
from lib.registry.importer.working import working_folder
from lib.registry.store import MANIFEST, parse_manifest, write_chunks
from lib.ui import saved_registries
from lib.ui.data import datasets
from lib.ui.own_registry import own_registry
from lib.ui.upload import READ, READING, forget_reading


@dataclass(frozen=True)
class Target:
    """The registry that files are to be joined with, and how: one of `HOWS`.

    ``name`` is that of the dataset; ``version`` tells when it was changed meanwhile.
    """

    name: str
    how: str
    version: str


def can_be_joined() -> dict[str, Dataset]:
    """The registries that files can be joined with: those saved here, and the session's own."""
    mine = {OWN: datasets()[OWN]} if own_registry() else {}
    return {**saved_registries.can_be_joined(), **mine}


def target(name: str, how: str) -> Target:
    """A registry to join files with, as it is now.

    Raises
    ------
    RegistryError
        If it can't be joined with, or is not there any more.
    """
    if name == OWN:
        return Target(name, how, own_registry().manifest.version)
    return Target(
        name, how, parse_manifest(saved_registries.joined_folder(name) / MANIFEST).version
    )


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
    if st.session_state.get(READ) != asked:
        forget_reading()
        check_together(sum(file.size for file in files))
        with working_folder() as folder, working_folder() as beside:
            existing = joined_with and _existing(joined_with, beside)
            waited = st.empty()
            reading = read(
                _written(files, folder),
                options,
                existing,
                waiting=lambda n_before: waited.caption(_waiting_words(n_before)),
            )
            waited.empty()
        st.session_state[READING], st.session_state[READ] = reading, asked
    return st.session_state[READING]


def _waiting_words(n_before: int) -> str:
    before = "1 import is" if n_before == 1 else f"{n_before} imports are"
    return f"{before} read before yours: this server reads {READ_AT_ONCE} at a time."


def _existing(joined_with: Target, beside: Path) -> Existing:
    if joined_with.name != OWN:
        return Existing(saved_registries.joined_folder(joined_with.name), joined_with.how)
    own = own_registry()
    write_chunks(beside, [own.tables()], name=own.manifest.name, nature="recorded")
    return Existing(beside, joined_with.how)


def _written(files: Sequence[UploadedFile], folder: Path) -> list[Path]:
    paths = [folder / Path(file.name).name for file in files]
    if len(set(paths)) < len(paths):
        raise SourceError("Two of the files have the same name. Rename one of them.")
    for path, file in zip(paths, files, strict=True):
        path.write_bytes(file.getbuffer())
    return paths
