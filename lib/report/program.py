"""Which program made a packet: the version that CITATION.cff states, the only place of it."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "ivig-case-series"
_STATED = re.search(
    r"^version: *(\S+)", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE
)
PROGRAM = f"{NAME} {_STATED[1]}"
