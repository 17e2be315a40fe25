"""Which program made a packet, and with what: its version is the one that CITATION.cff states."""

import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "ivig-case-series"
_STATED = re.search(
    r"^version: *(\S+)", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE
)
PROGRAM = f"{NAME} {_STATED[1]}"
# What computes and draws the figures.
LIBRARIES = ("duckdb", "scipy", "numpy", "altair", "vl-convert-python")


@cache
def libraries() -> tuple[tuple[str, str], ...]:
    """(name, version) of each of ``LIBRARIES``."""
    return tuple((name, version(name)) for name in LIBRARIES)
