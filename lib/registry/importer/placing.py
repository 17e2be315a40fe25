"""Put a registry in its place in one step, and clear away what a killed import left beside it."""

import ctypes
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

from lib.errors import RegistryError
from lib.registry.importer.locks import locked
from lib.registry.schema import TABLES
from lib.registry.store import MANIFEST

# Constants of the systems' own calls to exchange two folders in one step.
AT_FDCWD, RENAME_EXCHANGE, RENAME_SWAP = -100, 2, 2
# A folder that is being written: hidden, so that no one takes it for a registry.
FRESH = ".{name}.importing-"
LEFTOVER = re.compile(r"\..+\.importing-[a-z0-9_]{8}")
FILES = {MANIFEST, *(f"{table}.parquet" for table in TABLES)}
# Writing takes seconds; whoever waits longer waits for something that hangs.
MOST_SECONDS_TO_WAIT = 60


@contextmanager
def turn_to_write(place: Path) -> Iterator[None]:
    """Be the only import that writes registries into a folder, and clear what others left there.

    The system gives the turn back when a process ends, also if it is killed. Where folders can't
    be locked (Windows, some network drives) everybody has it, and nothing is cleared.

    Raises
    ------
    RegistryError
        If another import does not give the turn back.
    """
    with locked(place, MOST_SECONDS_TO_WAIT) as is_ours:
        if is_ours is False:
            raise RegistryError(
                f"Another import is writing to {place} and does not end. Nothing was imported and "
                "nothing is changed. Try again in a minute."
            )
        if is_ours:
            _clear(place)
        yield


def clear_leftovers(place: Path) -> None:
    """Delete what killed imports left in a folder, unless one is running there just now."""
    with locked(place) as is_ours:
        if is_ours:
            _clear(place)


def _clear(place: Path) -> None:
    """Delete folders that are called like a fresh one and hold nothing but a registry's files."""
    for each in place.iterdir():
        # What can't be deleted harms nobody, and the next import tries again.
        with suppress(OSError):
            if LEFTOVER.fullmatch(each.name) and each.is_dir() and not each.is_symlink():
                _delete(each)


def _delete(leftover: Path) -> None:
    files = list(leftover.iterdir())
    if {file.name for file in files} <= FILES:
        for file in files:
            file.unlink()
        leftover.rmdir()


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """An empty folder beside another; it is gone in the end, unless it was put in its place."""
    fresh = Path(mkdtemp(prefix=FRESH.format(name=folder.name), dir=folder.parent))
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def put_in_place(fresh: Path, folder: Path) -> None:
    """At every moment the folder is the old one or the new one, whole.

    After an exchange the old one has the temporary name, and is deleted under it.
    """
    fresh.chmod(0o755)
    if not folder.exists():
        fresh.rename(folder)
    elif not _exchange(fresh, folder):
        # Elsewhere (Windows) there is a moment without a folder: the old one is beside it then.
        aside = _aside(folder)
        shutil.rmtree(aside, ignore_errors=True)
        folder.rename(aside)
        fresh.rename(folder)
        shutil.rmtree(aside, ignore_errors=True)


def put_back(folder: Path) -> None:
    """Put the old folder back if an import was killed in the moment without one."""
    if not folder.exists() and _aside(folder).is_dir():
        _aside(folder).rename(folder)


def _aside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.replaced")


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False if the system can't."""
    system = {"linux": _exchange_on_linux, "darwin": _exchange_on_macos}.get(sys.platform)
    return system is not None and system(os.fsencode(one), os.fsencode(other)) == 0


def _exchange_on_linux(one: bytes, other: bytes) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE)


def _exchange_on_macos(one: bytes, other: bytes) -> int:
    return ctypes.CDLL(None, use_errno=True).renamex_np(one, other, RENAME_SWAP)
