"""How much memory and how many threads a prepared registry gets on this machine."""

import os
from pathlib import Path

MB = 1_000_000
# Of the memory of the machine, or of the container that this program runs in.
SHARE_OF_MEMORY = 4
MOST_MB, LEAST_MB = 4_000, 512
# Where the system tells nothing.
USUAL_MACHINE_MB = 8_000
CONTAINER_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
# More than these gain nothing on questions of some milliseconds.
MOST_THREADS = 4


def memory_mb() -> int:
    """What the database of a large registry may use: a quarter of the memory, at most 4 GB."""
    return max(LEAST_MB, min(MOST_MB, _machine_mb() // SHARE_OF_MEMORY))


def n_threads() -> int:
    """How many threads answer a question of a large registry: one a core, at most four."""
    return min(MOST_THREADS, os.cpu_count() or 1)


def _machine_mb() -> int:
    try:
        n_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    # Windows has no such call, other systems no such name.
    except (AttributeError, ValueError):
        return USUAL_MACHINE_MB
    for path in CONTAINER_LIMITS:
        try:
            n_bytes = min(n_bytes, int(Path(path).read_text()))
        # No container, or no limit: “max”.
        except (OSError, ValueError):
            continue
    return n_bytes // MB
