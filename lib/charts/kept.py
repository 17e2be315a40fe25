"""Chart forms kept beside the code, as Python keeps its bytecode.

Altair takes a fifth of a second to build and check one form, and half a second to be imported;
forms hold no data, so a server that starts again can take them from the time before.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from functools import cache, wraps
from importlib.metadata import version
from pathlib import Path

from lib.errors import UserFacingError
from lib.whole_file import write_whole

_HERE = Path(__file__).parent
# Where Python keeps what it compiled: ignored by git, and nobody misses it.
FOLDER = _HERE / "__pycache__" / "forms"


def kept(build: Callable[..., dict]) -> Callable[..., dict]:
    """Keep what ``build`` returns, in memory and on disk.

    Parameters
    ----------
    build
        Makes a specification from hashable arguments whose ``repr`` says all that matters. It
        imports Altair inside, so that nobody waits for Altair where nothing has to be built.
    """

    @cache
    @wraps(build)
    def form(*arguments: object) -> dict:
        asked = hashlib.sha256(repr(arguments).encode()).hexdigest()[:16]
        path = FOLDER / f"{build.__module__}.{build.__name__}.{asked}.json"
        known = _read(path)
        if known is None:
            known = build(*arguments)
            _write(path, known)
        return known

    return form


def _read(path: Path) -> dict | None:
    try:
        file = json.loads(path.read_text(encoding="utf-8"))
        return file["form"] if file["sources"] == _sources() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, form: dict) -> None:
    """Write it whole or not at all; where nothing may be written, nothing is kept."""
    with suppress(OSError, UserFacingError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps({"sources": _sources(), "form": form}).encode())


@cache
def _sources() -> str:
    """What a form depends on: the code of the charts, the colours, and Altair's version."""
    digest = hashlib.sha256(version("altair").encode())
    for path in [*sorted(_HERE.glob("*.py")), _HERE.with_name("palette.py")]:
        digest.update(path.read_bytes())
    return digest.hexdigest()
