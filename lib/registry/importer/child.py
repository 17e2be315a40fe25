"""The program that reads files within bounds; `bounded` starts it and says in words what came."""

import sys
import traceback
from pathlib import Path

import pyarrow as pa

from lib.errors import SourceError
from lib.registry.importer.handover import job_from_text, put_down
from lib.registry.importer.limits import MB

# Addresses, not pages in use: libraries reserve several times what they touch.
MAX_ADDRESSES_MB = 2000
# Exit codes beside 0 and 1.
REFUSED, NO_MEMORY = 3, 4


def main() -> int:
    """Do the job on standard input; its result is in files, a refusal on standard output."""
    job = job_from_text(sys.stdin.read())
    _limit(job.cpu_seconds)
    try:
        # Libraries are loaded under the limits, too.
        from lib.registry.importer.stages import read_here

        put_down(read_here(job.sources, job.options), job.out)
    except SourceError as error:
        sys.stdout.write(str(error))
        return REFUSED
    except (MemoryError, pa.ArrowMemoryError):
        return NO_MEMORY
    except Exception as error:
        # Where it happened, but not the message: it may hold a patient's data.
        frames = traceback.extract_tb(error.__traceback__)
        places = (f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-5:])
        sys.stderr.write(f"{type(error).__name__} in {' '.join(places)}")
        return 1
    return 0


def _limit(cpu_seconds: int) -> None:
    """Bound the memory and time of this process, where the system knows how (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    n_bytes = MAX_ADDRESSES_MB * MB
    resource.setrlimit(resource.RLIMIT_AS, (n_bytes, n_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))


if __name__ == "__main__":
    sys.exit(main())
