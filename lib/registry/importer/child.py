"""The program that reads files within bounds; `bounded` starts it and says in words what came."""

import sys

from lib.bounds import exit_code, limit_this_process
from lib.registry.importer.handover import job_from_text, put_down
from lib.registry.importer.working import in_need_of_room


def main() -> None:
    """Do the job on standard input; its result is in files."""
    job = job_from_text(sys.stdin.read())
    limit_this_process(job.cpu_seconds)
    # Libraries are loaded under the limits, too.
    from lib.registry.importer.stages import read_here

    with in_need_of_room():
        put_down(read_here(job.sources, job.options, job.existing), job.out)


if __name__ == "__main__":
    sys.exit(exit_code(main))
