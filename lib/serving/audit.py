"""Who did what kind of thing to which data, one line each; if the operator names a file for it."""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from lib.errors import UserFacingError

# The file; unset: nothing is recorded.
AUDIT_LOG = "AUDIT_LOG"
_ONLY_FOR_THE_SERVER = 0o600


class Action(StrEnum):
    """What is recorded: each kind of action by which data are seen, changed or leave."""

    OPENED = "opened a dataset"
    IMPORTED = "imported into the session"
    SAVED = "saved on the server"
    DELETED = "deleted own data"
    EXPORTED = "made a file"
    QUERIED = "ran a query"
    REFUSED = "login refused"


@dataclass(frozen=True)
class Entry:
    """A line: nothing in it comes from a patient, a filter or a query.

    Attributes
    ----------
    who
        The subject of the login, or a random name of the session.
    dataset
        Name of the dataset, as the link has it; empty if it is about none.
    data_version
        Of these data; empty if it is about none.
    """

    who: str
    action: Action
    dataset: str = ""
    data_version: str = ""


def append(entry: Entry) -> None:
    """Write a line at the end of the file, whole and in one go: several processes may do so.

    Raises
    ------
    UserFacingError
        If it can't be written: what nobody can look up later is not to happen.
    """
    file = _file()
    if file is None:
        return
    line = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "who": entry.who,
        "action": entry.action,
        "dataset": entry.dataset,
        "data_version": entry.data_version,
    }
    with _told():
        _write(file, (json.dumps(line) + "\n").encode())


def check_writable() -> None:
    """Before what can't be taken back: whether a line can be written at all.

    Raises
    ------
    UserFacingError
        If not.
    """
    if file := _file():
        with _told():
            os.close(_open(file))


def _file() -> Path | None:
    file = os.environ.get(AUDIT_LOG, "").strip()
    return Path(file) if file else None


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserFacingError(
            f"The audit log ({AUDIT_LOG}) can't be written ({error.strerror}), and without it this "
            "server shows nothing. Tell who runs the server."
        ) from error


def _open(file: Path) -> int:
    return os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _ONLY_FOR_THE_SERVER)


def _write(file: Path, line: bytes) -> None:
    descriptor = _open(file)
    try:
        n_written = os.write(descriptor, line)
        if n_written != len(line):
            # So that the next line begins a line.
            os.write(descriptor, b"\n")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(descriptor)
