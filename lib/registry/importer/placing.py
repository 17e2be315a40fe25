"""Put a registry in its place in one step, keep the one before, and clear away what was left.

Beside a registry's folder stand, hidden, so that no one takes them for a registry:
``.NAME.importing-XXXXXXXX`` while it is being written, ``.NAME.DATE.previous`` with what was
replaced last, and ``.NAME.replaced`` for a moment, where folders can't be exchanged in one step.
"""

import ctypes
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp

from lib.errors import RegistryError
from lib.registry.importer.locks import locked
from lib.registry.schema import TABLES
from lib.registry.store import MANIFEST

# Constants of the systems' own calls to exchange two folders in one step.
AT_FDCWD, RENAME_EXCHANGE, RENAME_SWAP = -100, 2, 2
FRESH = ".{name}.importing-"
PREVIOUS = ".{name}.{at:%Y%m%dT%H%M%S}.previous"
LEFTOVER = re.compile(r"\..+\.importing-[a-z0-9_]{8}")
COPY = re.compile(r"\.(?P<name>.+)\.\d{8}T\d{6}\.previous")
ASIDE = re.compile(r"\.(?P<name>.+)\.replaced")
# A first folder: to be changed by who made it, and read by their group.
FIRST_MODE = 0o750
FILES = {MANIFEST, *(f"{table}.parquet" for table in TABLES)}
# Writing takes seconds; whoever waits longer waits for something that hangs.
MOST_SECONDS_TO_WAIT = 60


@contextmanager
def turn_to_write(place: Path) -> Iterator[None]:
    """Be the only import that writes registries into a folder, and settle what others left there.

    The system gives the turn back when a process ends, also if it is killed. Where folders can't
    be locked (Windows, some network drives) everybody has it, and nothing is deleted.

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
        _settle(place, may_delete=bool(is_ours))
        yield


def clear_leftovers(place: Path) -> None:
    """Settle what killed imports left in a folder, unless one is running there just now."""
    with locked(place) as is_ours:
        if is_ours is not False:
            _settle(place, may_delete=bool(is_ours))


def _settle(place: Path, *, may_delete: bool) -> None:
    """Put registries back that are in no place, and delete those that never came to theirs.

    What is called like them and holds anything but a registry's files is left alone.
    """
    for each in sorted(place.iterdir()):
        # What can't be changed harms nobody, and the next import tries again.
        with suppress(OSError):
            if not each.is_dir() or each.is_symlink():
                continue
            if ASIDE.fullmatch(each.name) and is_registry(each) and not foreign_in(each):
                _put_back(each)
            elif LEFTOVER.fullmatch(each.name) and may_delete:
                _delete(each)


def is_registry(folder: Path) -> bool:
    """Whether a folder holds a registry, be it whole or damaged."""
    return (folder / MANIFEST).is_file()


def foreign_in(folder: Path) -> list[str]:
    """Names in a folder that are none of a registry's files."""
    return sorted(
        each.name for each in folder.iterdir() if each.name not in FILES or not each.is_file()
    )


def check_place(folder: Path) -> None:
    """Let only a registry be replaced: what else is in its folder would go with it.

    Raises
    ------
    RegistryError
        If something else is there.
    """
    if not folder.exists():
        return
    if not folder.is_dir() or (any(folder.iterdir()) and not is_registry(folder)):
        raise RegistryError(
            f"{folder} is there already and is no registry; nothing was written. "
            "Choose a new folder, or that of a registry."
        )
    if foreign := foreign_in(folder):
        raise RegistryError(
            f"{folder} holds “{foreign[0]}”, which is no file of a registry and would go with the "
            "old one; nothing was written. Move all that is no registry's elsewhere, and import "
            "again."
        )


def _put_back(aside: Path) -> None:
    """What an import put aside that was killed before, or after, the new one was in its place."""
    folder = aside.with_name(ASIDE.fullmatch(aside.name)["name"])
    if folder.exists():
        _keep(aside, folder)
    else:
        aside.rename(folder)


def _delete(registry: Path) -> None:
    if not foreign_in(registry):
        for file in list(registry.iterdir()):
            file.unlink()
        registry.rmdir()


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """An empty folder beside another; it is gone in the end, unless it was put in its place."""
    fresh = Path(mkdtemp(prefix=FRESH.format(name=folder.name), dir=folder.parent))
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def replaced_whole(folder: Path) -> Iterator[Path]:
    """An empty folder for a registry, which takes the place of another once all is written.

    What it replaces is not kept.

    Raises
    ------
    RegistryError
        If what is there is no registry; nothing is written then.
    """
    folder = folder.resolve()
    check_place(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with turn_to_write(folder.parent), fresh_folder(folder) as fresh:
        yield fresh
        if (before := put_in_place(fresh, folder)) is not None:
            _delete(before)


def put_in_place(fresh: Path, folder: Path) -> Path | None:
    """Put a registry in its place; at every moment that holds the old one or the new one, whole.

    Returns
    -------
    Path or None
        Where the old one is kept, until this one is replaced; None if there was none.

    Raises
    ------
    OSError
        If it can't be done; the old one is in its place then.
    RegistryError
        If it can't be done and the old one can't be put back.
    """
    _take_rights(fresh, folder)
    if not folder.exists():
        fresh.rename(folder)
        return None
    if _exchange(fresh, folder):
        return _keep(fresh, folder)
    # Elsewhere (Windows, some network drives) there is a moment without a folder.
    aside = folder.with_name(f".{folder.name}.replaced")
    folder.rename(aside)
    try:
        fresh.rename(folder)
    except OSError as error:
        with suppress(OSError):
            aside.rename(folder)
        if folder.exists():
            raise
        raise RegistryError(
            f"The registry in {folder} could neither be replaced nor put back: "
            f"{error.strerror or 'no access'}. It is whole, in {aside}. The next import and the "
            f"server's next start put it back, or rename that folder to {folder.name}."
        ) from error
    return _keep(aside, folder)


def _take_rights(fresh: Path, folder: Path) -> None:
    """Let nobody read or change the new folder who could not read or change the old one."""
    fresh_mode, group = fresh.stat().st_mode, None
    mode = FIRST_MODE | fresh_mode & stat.S_ISGID
    if folder.exists():
        there = folder.stat()
        mode, group = stat.S_IMODE(there.st_mode), there.st_gid
    for each in [*fresh.iterdir(), fresh]:
        allowed = mode
        if group is not None and each.stat().st_gid != group and not _give_to_group(each, group):
            # It stays its maker's group's, which was among all others before.
            allowed = mode & ~0o070 | (mode & 0o007) << 3
        each.chmod(allowed if each is fresh else allowed & 0o666)


def _give_to_group(path: Path, group: int) -> bool:
    try:
        os.chown(path, -1, group)
    except OSError:
        return False
    return True


def _keep(old: Path, folder: Path) -> Path | None:
    """Keep what was in a folder as the one copy of before; None if it was empty, or can't be."""
    older = [
        each
        for each in folder.parent.iterdir()
        if (copy := COPY.fullmatch(each.name)) and copy["name"] == folder.name
    ]
    kept = folder.with_name(PREVIOUS.format(name=folder.name, at=datetime.now()))
    # The new registry is in its place: what goes wrong from here on does not undo that.
    with suppress(OSError):
        if not is_registry(old):
            _delete(old)
            return None
        if kept in older:
            _delete(kept)
        old.rename(kept)
        for each in older:
            if each != kept:
                _delete(each)
        return kept
    return None if old.exists() or not kept.exists() else kept


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False if the system can't."""
    system = {"linux": _exchange_on_linux, "darwin": _exchange_on_macos}.get(sys.platform)
    return system is not None and system(os.fsencode(one), os.fsencode(other)) == 0


def _exchange_on_linux(one: bytes, other: bytes) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE)


def _exchange_on_macos(one: bytes, other: bytes) -> int:
    return ctypes.CDLL(None, use_errno=True).renamex_np(one, other, RENAME_SWAP)
