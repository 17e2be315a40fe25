"""A process of its own for what a user brings: bounded in memory and time, it harms no one else."""

import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.errors import UserFacingError

ROOT = Path(__file__).resolve().parents[1]
MB = 1_000_000
# Addresses, not pages in use: libraries reserve several times what they touch.
MAX_ADDRESSES_MB = 2000
# Exit codes beside 0 and 1.
REFUSED, OUT_OF_MEMORY = 3, 4
# The pool of malloc gives memory back and reserves no gigabyte in advance.
ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONIOENCODING": "utf-8"}


def start(module: str, **environment: str) -> subprocess.Popen:
    """Start a module as a program that is spoken to by its standard input and output."""
    return subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | ENVIRONMENT | environment,
    )


@contextmanager
def stopped_after(process: subprocess.Popen, seconds: float) -> Iterator[threading.Event]:
    """Kill a process after some time by the clock; the event says that it happened."""
    rang = threading.Event()

    def ring() -> None:
        rang.set()
        process.kill()

    clock = threading.Timer(seconds, ring)
    clock.start()
    try:
        yield rang
    finally:
        clock.cancel()


def limit_this_process(cpu_seconds: int, max_addresses_mb: int = MAX_ADDRESSES_MB) -> None:
    """Bound this process' memory and time, where the system knows how (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    n_bytes = max_addresses_mb * MB
    resource.setrlimit(resource.RLIMIT_AS, (n_bytes, n_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))


def exit_code(program: Callable[[], None]) -> int:
    """Run what such a process is for; a refusal goes to standard error, as a sentence."""
    try:
        program()
    except UserFacingError as error:
        sys.stderr.write(str(error))
        return REFUSED
    # Arrow's is one, too.
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception as error:
        # Where it happened, but not the message: it may hold a patient's data.
        frames = traceback.extract_tb(error.__traceback__)
        places = (f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-5:])
        sys.stderr.write(f"{type(error).__name__} in {' '.join(places)}")
        return 1
    return 0
