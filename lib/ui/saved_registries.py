"""The registries in the operator's folder, for everybody: what a reader may do with them."""

from pathlib import Path

import streamlit as st

from lib.datasets import Dataset, folder_name, readers_may_save, registry_dir, saved_datasets
from lib.disclosure import INTERNAL, operator_threshold
from lib.errors import RegistryError, RegistryThereError, UserFacingError
from lib.registry.importer.writing import write
from lib.registry.store import MANIFEST, parse_manifest
from lib.serving.audit import Action, check_writable
from lib.serving.roles import Role
from lib.ui import audit, login
from lib.ui.cohort_state import write_dataset
from lib.ui.disclosure import saved_threshold
from lib.ui.upload import empty_box, present_reading

# In the session: why a registry could not be saved, to be said once.
PROBLEM = "import_problem"
NOT_WRITTEN = (
    "Nothing is saved on this server from this page: what you import stays in your session. Who "
    "runs the server can allow it (REGISTRY_WRITE=1), or import your files by the command line: "
    "python -m lib.registry.importer."
)

ONLY_EDITORS = (
    "Nothing is saved on this server from this page: what you import stays in your session. Your "
    "login lets you look at the registries on this server; to save there needs one of the groups "
    "of its editors. Ask who runs the server."
)


def may_save() -> bool:
    """Whether this reader may write into the operator's folder."""
    return readers_may_save() and login.role() is Role.EDITOR


def _why_not_saved() -> str:
    return ONLY_EDITORS if readers_may_save() else NOT_WRITTEN


def can_be_joined() -> dict[str, Dataset]:
    """The saved registries that files can be joined with."""
    return {} if why_not_joined() else dict(saved_datasets())


def why_not_joined() -> str:
    """Why files can't be joined with saved registries; empty if they can, or there are none.

    What would change is told in exact numbers of each centre, findings show rows that are there,
    and an id is refused if it is there: all that a registry shared outside must not tell.
    """
    if not may_save():
        return _why_not_saved() if registry_dir() else ""
    k = saved_threshold()
    if k == INTERNAL or not saved_datasets():
        return ""
    if operator_threshold() == INTERNAL:
        return (
            "Your files can't be joined with the registries on this server, because you chose that "
            f"others see them, with k = {k}: what would change is told in exact numbers of "
            "patients. Take one of them as the dataset, on the left, choose here that it is "
            "internal, and try again."
        )
    return (
        "Your files can't be joined with the registries on this server, because these are shared "
        f"outside, with k = {k}: what would change is told in exact numbers of patients. Who runs "
        "the server can join them by the command line: python -m lib.registry.importer."
    )


def save(name: str) -> None:
    """Write what was read into the operator's folder, for everybody, as a registry of its own.

    What went wrong is said in the next run: then nothing was changed.
    """
    if not may_save():
        st.session_state[PROBLEM] = _why_not_saved()
        return
    _save(registry_dir() / folder_name(name), name)


def save_joined(dataset: str) -> None:
    """Write what was read and joined with a saved registry in its place.

    What went wrong is said in the next run: then nothing was changed.
    """
    try:
        folder = joined_folder(dataset)
    except RegistryError as error:
        st.session_state[PROBLEM] = str(error)
        return
    _save(folder)


def joined_folder(dataset: str) -> Path:
    """The folder of a saved registry that files are to be joined with.

    Raises
    ------
    RegistryError
        If they can't be, or it is not there any more.
    """
    if why := why_not_joined():
        raise RegistryError(why)
    there = saved_datasets()
    if dataset not in there:
        raise RegistryError(
            f"The registry “{dataset}” is not on this server any more, so nothing can be joined "
            "with it. Choose again what your files become."
        )
    return there[dataset].folder


def _save(folder: Path, name: str = "") -> None:
    """Write what was read; one that was joined keeps its name."""
    reading = present_reading()
    # The files were changed meanwhile: what was read of these has to be seen first.
    if reading is None:
        return
    name = reading.joined.name if reading.joined else name
    try:
        check_writable()
        write(reading, folder, name)
    except RegistryThereError:
        st.session_state[PROBLEM] = (
            f"There is a registry “{folder.name}” on this server already, so nothing was saved. "
            "Choose another name, or choose above that your files are joined with it."
        )
        return
    except UserFacingError as error:
        st.session_state[PROBLEM] = str(error)
        return
    empty_box()
    write_dataset(folder.name)
    audit.note(Action.SAVED, folder.name, parse_manifest(folder / MANIFEST).version)
