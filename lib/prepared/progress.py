"""How far the preparation of a registry is, and how that is told from process to process."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Progress:
    """``share`` is from 0 to 1; ``doing`` is what is done now, in words."""

    share: float
    doing: str

    @property
    def line(self) -> str:
        """As one line of text."""
        return json.dumps(asdict(self)) + "\n"


BEGINNING = Progress(0, "looking for what was prepared before")


def read_progress(line: str) -> Progress | None:
    """What a line says; None if it was not written to its end."""
    try:
        return Progress(**json.loads(line))
    except (ValueError, TypeError):
        return None
