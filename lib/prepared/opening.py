"""Open a large registry: have it prepared first, if it was not, and read that file alone."""

import logging
import os
import threading
import weakref
from contextlib import ExitStack, suppress
from pathlib import Path
from subprocess import Popen

from lib.bounds import OUT_OF_MEMORY, REFUSED, start
from lib.errors import OpeningStoppedError, RegistryError, UserFacingError
from lib.places import PUBLICATIONS
from lib.preparation import FIRST, LATER
from lib.prepared.builder import MOST_TRIES, Job
from lib.prepared.file import connect
from lib.prepared.place import (
    DATABASE,
    FIRST_PART,
    cache_folder,
    clear_leftovers,
    discard,
    held,
    is_undamaged,
    key_of,
    sweep,
    turn,
)
from lib.prepared.progress import BEGINNING, Progress, read_progress
from lib.prepared.size import memory_mb
from lib.registry.store import MANIFEST, Manifest, parse_manifest
from lib.turns import Turns
from lib.warehouse import Warehouse

BUILDER = "lib.prepared.builder"
logger = logging.getLogger(__name__)
# Each may fill a quarter of the machine's memory.
_turns = Turns(1)


class Opening:
    """A registry on its way, in a thread of its own; everybody who asks for it may watch.

    It is open once its first part is prepared. The rest is prepared while that is looked at, and
    the whole takes its place.

    Parameters
    ----------
    folder, publications
        See `lib.warehouse.open_warehouse`.
    """

    def __init__(self, folder: Path, publications: Path = PUBLICATIONS) -> None:
        self.progress: Progress = BEGINNING
        # Whether it has to be prepared, which takes its time.
        self.is_first_time = False
        # Whether somebody is looking at its progress already.
        self.is_seen = False
        self._folder, self._publications = folder, publications
        self._opened: Warehouse | None = None
        self._error: Exception | None = None
        self._is_open = threading.Event()
        self._has_ended = threading.Event()
        self._stopped = False
        self._process: Popen | None = None
        self._lock = threading.Lock()
        threading.Thread(target=self._run, name="opening", daemon=True).start()

    def wait(self, seconds: float | None = None, *, for_all: bool = False) -> bool:
        """Whether it is open, or all of it, or has failed, after so many seconds at most."""
        return (self._has_ended if for_all else self._is_open).wait(seconds)

    @property
    def is_stopped(self) -> bool:
        """Whether it was stopped before it had ended."""
        return self._has_ended.is_set() and isinstance(self._error, OpeningStoppedError)

    @property
    def is_damaged(self) -> bool:
        """Whether the file that it opened turned out to be damaged since."""
        return self._opened is not None and self._opened.is_damaged.is_set()

    def result(self) -> Warehouse:
        """The registry, once it is open: as much of it as is there.

        Raises
        ------
        RegistryError
            If it can't be opened, see `lib.warehouse.open_warehouse`.
        OpeningStoppedError
            If it was stopped before.
        """
        self.wait()
        if self._opened is None:
            raise self._error
        return self._opened

    def whole(self) -> Warehouse:
        """The registry, once all of it is open; whoever breaks off waiting for it stops it.

        Raises
        ------
        RegistryError
            If it can't be opened, see `lib.warehouse.open_warehouse`.
        OpeningStoppedError
            If it was stopped.
        """
        try:
            self.wait(for_all=True)
        except KeyboardInterrupt:
            self.stop()
            raise
        if self._error:
            raise self._error
        return self._opened

    def stop(self) -> None:
        """Stop preparing it, for everybody; of the part that was begun nothing is left behind."""
        with self._lock:
            self._stopped = True
            if self._process:
                self._process.kill()
        self.wait(for_all=True)

    def _run(self) -> None:
        try:
            self._opened = self._open(is_whole=False)
            self._is_open.set()
            if not self._opened.is_whole:
                self.progress = BEGINNING
                self._opened = self._open(is_whole=True)
                _tidy_up()
        except UserFacingError as error:
            self._error = error
        # Whatever it is: those who wait would wait for ever. Its message may hold anything.
        except Exception as error:
            logger.error("Opening a prepared registry failed: %s", type(error).__name__)
            self._error = RegistryError(
                f"The registry in {self._folder} could not be opened. Try again; if that does not "
                "help, the operator can delete the folder of prepared registries (REGISTRY_CACHE)."
            )
        finally:
            self._is_open.set()
            self._has_ended.set()

    def _open(self, is_whole: bool) -> Warehouse:
        """What was prepared, at least as much of it as is asked for; prepared first if need be."""
        root = cache_folder()
        for _ in range(MOST_TRIES):
            manifest = parse_manifest(self._folder / MANIFEST)
            key = key_of(manifest, self._publications)
            for ending in ("",) if is_whole else ("", FIRST_PART):
                opened = _open_prepared(root, key + ending, manifest)
                if opened:
                    return opened
            self._prepare(root, is_whole)
        raise RegistryError(
            f"The registry in {self._folder} is replaced again and again, or what is prepared of "
            f"it in {root} is damaged each time. Try again, on another disk if it happens again."
        )

    def _prepare(self, root: Path, is_whole: bool) -> None:
        self.is_first_time = True
        with _turns.taken(self._told_to_wait):
            self._build(Job(self._folder, self._publications, root, is_whole))

    def _told_to_wait(self, n_before: int) -> None:
        del n_before
        self.progress = Progress(0, "waiting for another registry that is being prepared")
        if self._stopped:
            raise OpeningStoppedError

    def _build(self, job: Job) -> None:
        with self._lock:
            if self._stopped:
                raise OpeningStoppedError
            self._process = start(BUILDER)
        with self._process as process:
            with suppress(BrokenPipeError), process.stdin:
                process.stdin.write(job.line.encode())
            for line in process.stdout:
                self.progress = read_progress(line.decode()) or self.progress
            told = process.stderr.read().decode(errors="replace").strip()
        with turn(job.root):
            sweep(job.root)
        if self._stopped:
            raise OpeningStoppedError
        if process.returncode == REFUSED:
            raise RegistryError(told)
        if process.returncode == OUT_OF_MEMORY:
            raise RegistryError(
                f"Preparing the registry in {self._folder} needs more than the {memory_mb()} MB of "
                "memory that it may use on this machine. Use a machine with more memory."
            )
        if process.returncode != 0:
            logger.error("Preparing a registry ended with %s: %s", process.returncode, told)
            raise RegistryError(
                f"Preparing the registry in {self._folder} was ended from outside, or failed. "
                "Open it again; if that happens again, the operator finds more in the log."
            )


def _tidy_up() -> None:
    """Delete the first part, unless somebody looks at it at this moment: then it goes later."""
    try:
        clear_leftovers()
    except (OSError, RegistryError) as error:
        logger.warning("Prepared registries were not tidied up: %s", type(error).__name__)


def _open_prepared(root: Path, key: str, manifest: Manifest) -> Warehouse | None:
    """What was prepared under a key, held as long as it is used; None if it is not there.

    What is damaged is discarded.
    """
    about, descriptor = held(root, key)
    file = root / key / DATABASE
    with ExitStack() as stack:
        if descriptor is not None:
            stack.callback(os.close, descriptor)
        if about is not None and is_undamaged(file, about):
            with turn(root):
                sweep(root, but=key)
            built = FIRST if key.endswith(FIRST_PART) else LATER
            opened = Warehouse(manifest, connect(file, memory_mb()), built=set(built), file=file)
            weakref.finalize(opened, stack.pop_all().close)
            return opened
    if (root / key).exists():
        logger.warning("A prepared registry is damaged and is made anew: %s", key)
        discard(root, key)
    return None
