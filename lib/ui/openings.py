"""Large registries on their way, shared by all sessions: whoever asks meanwhile sees the same."""

from collections import OrderedDict
from pathlib import Path
from threading import Lock

from lib.errors import OpeningStoppedError, UserFacingError
from lib.prepared.opening import Opening
from lib.warehouse import Warehouse

# Each may fill a quarter of the machine's memory.
MOST_OPEN_LARGE = 2
# What was prepared before is open by then, and nobody has seen a progress bar.
UNSEEN_SECONDS = 2.0

_openings: OrderedDict[tuple[str, Path, int], Opening] = OrderedDict()
_lock = Lock()


class StillOpeningError(UserFacingError):
    """A registry is on its way, or was stopped; ``name`` is that of the dataset.

    ``for_all`` says that a part of it is open, and that more is needed.
    """

    def __init__(self, name: str, opening: Opening, *, for_all: bool = False) -> None:
        super().__init__("This registry is being prepared. Ask for it again in a moment.")
        self.name, self.opening, self.for_all = name, opening, for_all


def opened(name: str, folder: Path, written: int) -> Warehouse:
    """A large registry, once it is open.

    Parameters
    ----------
    name
        Of the dataset.
    written
        Tells a registry that was replaced from the one before it.

    Raises
    ------
    StillOpeningError
        If it is not open yet, or was stopped.
    RegistryError
        If it can't be opened; whoever asks next tries again.
    """
    opening = _ask(name, folder, written)
    # Once: who saw the progress bar does not wait before each sign of life.
    if not opening.wait(0 if opening.is_seen else UNSEEN_SECONDS):
        opening.is_seen = True
        raise StillOpeningError(name, opening)
    try:
        return opening.result()
    except OpeningStoppedError as stopped:
        raise StillOpeningError(name, opening) from stopped
    except UserFacingError:
        forget(opening)
        raise


def rest_of(name: str) -> StillOpeningError | None:
    """What to wait for if a page needs more of a large registry than is prepared; None if it came.

    Raises
    ------
    RegistryError
        If that part can't be prepared; whoever asks next tries again.
    """
    with _lock:
        openings = (each for asked, each in reversed(_openings.items()) if asked[0] == name)
        opening = next(openings, None)
    if opening is None:
        return None
    if opening.is_stopped or not opening.wait(0, for_all=True):
        return StillOpeningError(name, opening, for_all=True)
    try:
        opening.whole()
    except UserFacingError:
        forget(opening)
        raise
    return None


def _ask(name: str, folder: Path, written: int) -> Opening:
    asked = (name, folder, written)
    with _lock:
        if asked not in _openings or _openings[asked].is_damaged:
            _openings[asked] = Opening(folder)
        _openings.move_to_end(asked)
        _close_some(but=asked)
        return _openings[asked]


def _close_some(but: tuple) -> None:
    """Let go of what was asked for longest ago; what is being prepared goes on."""
    ended = [
        each for each, opening in _openings.items() if opening.wait(0, for_all=True) and each != but
    ]
    for each in ended[: max(0, len(_openings) - MOST_OPEN_LARGE)]:
        del _openings[each]


def forget(opening: Opening) -> None:
    """Begin anew when the registry is next asked for."""
    with _lock:
        for asked in [asked for asked, each in _openings.items() if each is opening]:
            del _openings[asked]


def forget_openings() -> None:
    """Begin anew with each."""
    with _lock:
        _openings.clear()
