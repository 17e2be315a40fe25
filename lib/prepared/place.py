"""The folder that prepared registries are kept in, each under what it was made of.

In it stand folders, one a registry, that its owner alone can read; hidden, what is being made, in
``.building-…``, and for a moment ``.open-…`` and ``.discarded-…``. Whoever changes anything has
the whole folder for a moment; who uses a registry holds its folder meanwhile, so that nobody
deletes it. The system gives both back when a process ends, also if it is killed.
"""

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import duckdb

from lib.errors import RegistryError
from lib.named_queries import read_query
from lib.places import ROOT
from lib.preparation import LATER, OF_MANY, PREPARATION, publication_files
from lib.registry.importer.locks import locked, share
from lib.registry.reference import REFERENCE, REFERENCE_TABLES
from lib.registry.store import MANIFEST, Manifest, parse_manifest

# Where the operator keeps them.
REGISTRY_CACHE = "REGISTRY_CACHE"
# So many, used last; of each the registry is still there as it was.
KEPT = 3
DATABASE, ABOUT = "prepared.duckdb", "about.json"
BUILDING, OPEN, DISCARDED = ".building-", ".open-", ".discarded-"
# Ends the key of a registry that is prepared without `LAST`.
FIRST_PART = "-first"
# Nobody has the whole folder for longer than a deletion takes.
MOST_SECONDS_TO_WAIT = 60
# The programs that decide what is in a prepared registry, beside the queries.
MAKERS = (
    "lib/cohort.py",
    "lib/prepared/builder.py",
    "lib/preparation.py",
    "lib/registry/schema.py",
    "lib/registry/reference.py",
)


@dataclass(frozen=True)
class About:
    """What is known of a prepared registry: whose it is, and its file as it was made."""

    registry: str
    version: str
    n_bytes: int
    sha256: str

    @property
    def is_current(self) -> bool:
        """Whether the registry is where it was, with the same data."""
        try:
            return parse_manifest(Path(self.registry) / MANIFEST).version == self.version
        except RegistryError:
            return False


def cache_folder() -> Path:
    """The folder of prepared registries, made if it is missing; its owner alone can read it.

    Raises
    ------
    RegistryError
        If it can't be made or written to, or is another user's.
    """
    folder = _chosen_folder()
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        is_ours = os.name != "posix" or folder.lstat().st_uid == os.getuid()
        if is_ours and stat.S_ISDIR(folder.lstat().st_mode):
            folder.chmod(0o700)
            if os.access(folder, os.W_OK | os.X_OK):
                return folder
    except OSError:
        pass
    raise RegistryError(
        f"A registry of this size is prepared in {folder}, and this program can't write there. "
        f"The operator can give it a folder of its own by the setting {REGISTRY_CACHE}."
    )


def clear_leftovers() -> None:
    """Delete what nobody will use again, see `sweep`; where nothing was prepared nothing is made.

    Raises
    ------
    RegistryError
        If the user has no folder, or another process does not give the turn back.
    """
    root = _chosen_folder()
    if root.is_dir():
        with turn(root):
            sweep(root)


def _chosen_folder() -> Path:
    chosen = os.environ.get(REGISTRY_CACHE, "").strip()
    base = Path(chosen) if chosen else _user_cache()
    return base.absolute() / "ivig-registries"


def _user_cache() -> Path:
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError as error:
        raise RegistryError(
            "A registry of this size is prepared in the user's folder, and this program has none. "
            f"The operator can give it a folder by the setting {REGISTRY_CACHE}."
        ) from error


def key_of(manifest: Manifest, publications: Path) -> str:
    """Hexadecimal digits that change with the data and with everything that prepares them."""
    digest = hashlib.sha256()
    files = publication_files(manifest, publications).values()
    for part in (manifest.text.encode(), _makers(), *map(_bytes, files)):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:32]


@cache
def _makers() -> bytes:
    names = (*PREPARATION, *OF_MANY, *LATER)
    queries = [read_query(f"registry/{name}").encode() for name in names]
    files = [REFERENCE / f"{name}.csv" for name in REFERENCE_TABLES]
    files += [ROOT / name for name in MAKERS]
    parts = [duckdb.__version__.encode(), *queries, *map(_bytes, files)]
    return b"".join(hashlib.sha256(part).digest() for part in parts)


def _bytes(path: Path) -> bytes:
    """What is in a small file; what can't be read is told by who has to read it."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


@contextmanager
def turn(root: Path) -> Iterator[None]:
    """Be the only one who changes the folder, for a moment.

    Raises
    ------
    RegistryError
        If another process does not give the turn back.
    """
    with locked(root, MOST_SECONDS_TO_WAIT) as is_ours:
        if is_ours is False:
            raise RegistryError(
                f"Another process keeps {root} for itself and does not end. Try again in a minute."
            )
        yield


def held(root: Path, key: str) -> tuple[About | None, int | None]:
    """A prepared registry, if there is one, held until the number is closed by ``os.close``."""
    with turn(root):
        try:
            about = About(**json.loads((root / key / ABOUT).read_text(encoding="utf-8")))
            os.utime(root / key / ABOUT)
            return about, share(root / key)
        except (OSError, ValueError, TypeError):
            return None, None


def is_undamaged(file: Path, about: About) -> bool:
    """Whether the file is the one that was made, byte for byte."""
    try:
        with file.open("rb") as content:
            if os.fstat(content.fileno()).st_size != about.n_bytes:
                return False
            return hashlib.file_digest(content, "sha256").hexdigest() == about.sha256
    except OSError:
        return False


def put_in_place(root: Path, building: Path, key: str, about: About) -> None:
    """Make what was built the prepared registry of its key, in one step."""
    (building / ABOUT).write_text(json.dumps(asdict(about)), encoding="utf-8")
    with turn(root):
        _discard(root / key)
        building.rename(root / key)


def discard(root: Path, key: str) -> None:
    """Delete a prepared registry, whoever uses it: they keep what they have opened."""
    with turn(root):
        _discard(root / key)


def _discard(folder: Path) -> None:
    if folder.exists():
        aside = folder.with_name(DISCARDED + folder.name)
        folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def sweep(root: Path, but: str = "") -> None:
    """Delete what killed processes left, and prepared registries that nobody will use again.

    Only in one's turn. A registry goes if it was changed or is gone, or was not among those used
    last, and its first part if the whole is there; never while somebody uses it, or that of the key
    ``but``.
    """
    unused: list[tuple[float, Path]] = []
    for each in sorted(root.iterdir()):
        # Another user's, or not what it seems: it is left alone.
        with suppress(OSError, ValueError, TypeError):
            if each.name.startswith((BUILDING, OPEN, DISCARDED)) or _is_superseded(each):
                _delete_unheld(each)
            elif (each / ABOUT).is_file() and each.name != but:
                unused.append(((each / ABOUT).stat().st_mtime, each))
    unused.sort(reverse=True)
    for place, (_, each) in enumerate(unused):
        with suppress(OSError, ValueError, TypeError):
            about = About(**json.loads((each / ABOUT).read_text(encoding="utf-8")))
            if place >= KEPT - bool(but) or not about.is_current:
                _delete_unheld(each)


def _is_superseded(folder: Path) -> bool:
    whole = folder.name.removesuffix(FIRST_PART)
    return whole != folder.name and folder.with_name(whole).exists()


def _delete_unheld(folder: Path) -> None:
    with locked(folder) as is_ours:
        if is_ours:
            shutil.rmtree(folder, ignore_errors=True)
