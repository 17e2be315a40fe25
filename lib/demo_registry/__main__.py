"""Write a synthetic registry: ``python -m lib.demo_registry --patients 600 --centres 3``."""

import argparse
import sys
from pathlib import Path

from lib.demo_registry.build import write_demo_registry
from lib.errors import RegistryError
from lib.places import DEMO_REGISTRY


def main() -> int:
    """Read the options, write, and say what was written."""
    parser = argparse.ArgumentParser(prog="python -m lib.demo_registry", description=__doc__)
    parser.add_argument("--patients", type=int, default=600, help="how many (default: 600)")
    parser.add_argument("--centres", type=int, default=3, help="how many (default: 3)")
    parser.add_argument("--seed", type=int, default=1, help="same seed, same registry (default: 1)")
    parser.add_argument("--out", type=Path, default=DEMO_REGISTRY, help="folder to write")
    options = parser.parse_args()

    def progress(done: int) -> None:
        print(f"\r{done:,} of {options.patients:,} patients", end="", file=sys.stderr, flush=True)

    try:
        manifest = write_demo_registry(
            options.out,
            patients=options.patients,
            centres=options.centres,
            seed=options.seed,
            progress=progress,
        )
    except (ValueError, OSError, RegistryError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 2
    print(f"\n{options.out}: {manifest.name}, data {manifest.version}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
