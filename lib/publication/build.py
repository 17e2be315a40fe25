"""Build a registry from a publication: ``python -m lib.publication.build [--check]``.

Each of the m versions starts from its own solution of the claims and is then mixed.
Same seed, same bytes: every version has its own random source, the solver works on one
thread within a deterministic limit, and the files hold no time stamp. The draws are those of
Python 3.11 to 3.13 (compared); Python promises no more than `random.random` for later ones.
"""

import argparse
import filecmp
import json
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from lib.errors import PublicationError, UserFacingError
from lib.places import CASE_SERIES, DATA, PUBLICATIONS
from lib.publication.cells import Cells, build_cells
from lib.publication.claims import CellClaim, compile_claims, narrow
from lib.publication.diagnostics import diagnose
from lib.publication.mixing import Mixer
from lib.publication.provenance import provenance
from lib.publication.realise import realise
from lib.publication.solver import solve
from lib.publication.source import read_publication
from lib.published import DIAGNOSTICS
from lib.registry.schema import TABLES
from lib.registry.store import MANIFEST, write_registry
from lib.warehouse import open_warehouse

MOVES = 40_000


@cache
def prepare(folder: Path) -> tuple[Cells, list[CellClaim]]:
    """A publication's cells and claims; made once in each process."""
    cells = build_cells(read_publication(folder, DATA / "reference"))
    claims = compile_claims(cells)
    narrow(cells, claims)
    return cells, claims


def build_version(folder: Path, imputation: int) -> tuple[list[int], list[int], int]:
    """One version: the solver's dataset, the mixed dataset, and how many moves were taken."""
    cells, claims = prepare(folder)
    seed = f"{cells.publication.settings['build']['seed']} {imputation}"
    start = solve(cells, claims, f"{seed} solver")
    mixed, accepted = Mixer(cells, claims).mix(start, MOVES, f"{seed} mixer")
    return start, mixed, accepted


def build(folder: Path, out: Path, imputations: int | None = None) -> dict:
    """Build a registry from the publication in ``folder`` and check every claim on it.

    Returns
    -------
    dict
        The diagnostics, also written to ``diagnostics.json`` beside the data.

    Raises
    ------
    PublicationError
        If the claims can't hold together, two versions are alike, or a claim fails on
        the finished files. What stood in ``out`` before stays then.
    """
    cells, claims = prepare(folder)
    settings = cells.publication.settings
    m = imputations or settings["build"]["imputations"]
    built = []
    with ProcessPoolExecutor() as pool:
        for version in pool.map(build_version, [folder] * m, range(1, m + 1)):
            built.append(version)
            print(f"\r{len(built)} of {m} versions", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    starts, mixed, accepted = zip(*built, strict=True)
    versions = [
        realise(cells, codes, number, settings["build"]["seed"])
        for number, codes in enumerate(mixed, start=1)
    ]
    tables = {
        name: [row for version in versions for row in version.get(name, [])] for name in TABLES
    }
    tables["provenance"] = provenance(cells, claims, versions)
    moves = {"moves_per_version": MOVES, "mean_moves_taken": round(sum(accepted) / m)}
    diagnostics = diagnose(cells, list(starts), list(mixed), moves)
    if diagnostics["distinct_versions"] < m:
        raise PublicationError(f"{folder.name}: two of the {m} versions are alike")
    out.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that the finished files need no more than a new name.
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
        write_registry(
            Path(scratch),
            tables,
            name=settings["study"]["name"],
            nature="reconstructed",
            publication=folder.name,
            imputations=m,
        )
        text = json.dumps(diagnostics, indent=1, ensure_ascii=False) + "\n"
        (Path(scratch) / DIAGNOSTICS).write_text(text, encoding="utf-8")
        check_claims(Path(scratch), folder.parent)
        _put_in_place(Path(scratch), out)
    return diagnostics


def _put_in_place(checked: Path, out: Path) -> None:
    """Move the files into the registry's folder, the manifest last: it vouches for the others."""
    out.mkdir(exist_ok=True)
    for path in sorted(checked.iterdir(), key=lambda path: path.name == MANIFEST):
        path.replace(out / path.name)


def check_claims(registry: Path, publications: Path) -> None:
    """Recompute every claim from the finished files, by the same SQL as the app."""
    results = open_warehouse(registry, publications).query("publication/claims")
    broken = results[(results["status"] != "reproduced") & results["contradictory"].isna()]
    if len(broken):
        raise PublicationError(f"Claims that do not hold: {', '.join(broken['claim_id'])}")


def compare(folder: Path, committed: Path) -> list[str]:
    """Rebuild into a temporary folder; names of the files that differ from what is there."""
    with tempfile.TemporaryDirectory() as scratch:
        build(folder, Path(scratch))
        names = [MANIFEST, DIAGNOSTICS, *(f"{table}.parquet" for table in TABLES)]
        _, different, missing = filecmp.cmpfiles(scratch, committed, names, shallow=False)
        return different + missing


def main(arguments: list[str] | None = None) -> int:
    """Command line; 0 if all is well, 1 if the check finds a difference, 2 on an error."""
    parser = argparse.ArgumentParser(prog="python -m lib.publication.build", description=__doc__)
    parser.add_argument("--publication", type=Path, default=PUBLICATIONS / "scarpone_2020")
    parser.add_argument("--out", type=Path, default=CASE_SERIES)
    parser.add_argument("--check", action="store_true", help="rebuild and compare with --out")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            different = compare(options.publication, options.out)
            print(f"Differs: {', '.join(different)}" if different else "Same bytes as committed.")
            return int(bool(different))
        diagnostics = build(options.publication, options.out)
    except UserFacingError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        f"{diagnostics['imputations']} versions, {diagnostics['distinct_versions']} distinct, "
        f"written to {options.out}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
