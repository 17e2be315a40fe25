"""Make a packet, or hold one against the present data.

``python -m lib.report --view 'diagnosis=dermatomyositis&dose_tier=1' --format pdf --out FILE``
``python -m lib.report --verify FILE``

Exit codes: 0 made, or the data still give the same figures; 1 some differ; 2 it can't be done.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lib.datasets import DATASETS, DEFAULT_DATASET, saved_datasets
from lib.disclosure import INTERNAL, SETTINGS, operator_threshold
from lib.errors import UserFacingError
from lib.report.composition import TITLE, Composition, from_json, named_sections
from lib.report.files import check_writable, read_file
from lib.report.formats import FORMATS, format_of
from lib.report.making import make
from lib.report.record import differences, read_record
from lib.report.sections import DEFAULT, SECTIONS
from lib.report.subject import ReportError, read_view
from lib.view import DATASET
from lib.warehouse import Warehouse, open_warehouse
from lib.whole_file import write_whole

SAME, DIFFERENT, FAILED = 0, 1, 2


def main(words: Sequence[str] | None = None) -> int:
    """Read the options, of the command line unless there are others, and do what they ask for."""
    arguments = _parser().parse_args(words)
    try:
        return _verify(arguments) if arguments.verify else _make(arguments)
    except UserFacingError as error:
        print(error, file=sys.stderr)
        return FAILED


def _make(arguments: argparse.Namespace) -> int:
    if arguments.out is None:
        raise ReportError("Say where the packet goes: --out FILE.")
    check_writable(arguments.out)
    wanted = format_of(arguments.format or arguments.out.suffix)
    if arguments.out.suffix.lower() != f".{wanted.suffix}":
        raise ReportError(
            f"The format is {wanted.suffix}, and {arguments.out.name} ends otherwise. Name it "
            f"{arguments.out.stem}.{wanted.suffix}: --verify goes by the ending."
        )
    options = {}
    if arguments.template:
        if wanted.suffix != "pptx":
            raise ReportError("--template is a presentation's: it goes with --format pptx alone.")
        options["template"] = read_file(arguments.template)
    composition = _composition(arguments)
    dataset = read_view(composition.view).get(DATASET, (DEFAULT_DATASET,))[-1]
    source, least = _open(arguments.registry, dataset)
    k = max(least, SETTINGS[arguments.disclosure])
    packet = make(composition, source, dataset, k, address=arguments.address, progress=_say)
    print(f"Writing {wanted.label} …", file=sys.stderr)
    write_whole(arguments.out, wanted.write(packet, **options))
    print(f"{arguments.out}: {packet.origin.cohort}")
    return SAME


def _verify(arguments: argparse.Namespace) -> int:
    path = arguments.verify
    record = read_record(format_of(path.suffix).read_record(read_file(path)))
    composition = from_json(json.dumps(record["composition"]).encode(), SECTIONS)
    source, least = _open(arguments.registry, record["dataset"])
    k = max(least, record["k"])
    packet = make(composition, source, record["dataset"], k, progress=_say)
    now, then = packet.origin.sha256, record["sha256"]
    same_or_not = "the same" if now == then else f"others: {now[:8]}"
    print(
        f"{path}: of {record['date']}, by {record['program']} from data {then[:8]}; "
        f"the present data are {same_or_not}."
    )
    if k != record["k"]:
        print(f"It was told with the threshold {record['k'] or 'internal'}, and now with {k}.")
    if packet.origin.program != record["program"]:
        print(f"The program is another one now: {packet.origin.program}.")
    found = differences(record, packet)
    for each in found:
        print(f"differs: {each.figure}. {each.how}")
    n_figures = len(record["figures"])
    print(
        f"{len(found)} of {n_figures} figures and texts differ."
        if found
        else f"The present data give the same {n_figures} figures and texts."
    )
    return DIFFERENT if found else SAME


def _composition(arguments: argparse.Namespace) -> Composition:
    if arguments.composition:
        saved = from_json(read_file(arguments.composition), SECTIONS)
        return replace(saved, is_public=saved.is_public or arguments.public)
    names = arguments.sections.split(",") if arguments.sections else DEFAULT
    return Composition(
        arguments.view, named_sections(names), arguments.title, is_public=arguments.public
    )


def _open(folder: Path | None, dataset: str) -> tuple[Warehouse, int]:
    """A registry, and the threshold below which it can't be told; those of a folder have none."""
    if folder is not None:
        return open_warehouse(folder), INTERNAL
    if dataset in DATASETS:
        return open_warehouse(DATASETS[dataset].folder), INTERNAL
    saved = saved_datasets()
    if dataset not in saved:
        known = ", ".join((*DATASETS, *saved))
        raise ReportError(
            f"There is no dataset “{dataset[:60]}” here. There are: {known}. The folder of another "
            "registry is named by --registry FOLDER."
        )
    return open_warehouse(saved[dataset].folder), operator_threshold()


def _say(place: int, n_sections: int, label: str) -> None:
    print(f"{place + 1} of {n_sections}: {label} …", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lib.report", description="Make a packet of a cohort, or verify one."
    )
    parser.add_argument(
        "--view", default="", help="a link of the dashboard, or what stands behind its “?”"
    )
    parser.add_argument("--format", choices=FORMATS, help="default: by the ending of FILE")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the packet goes")
    parser.add_argument("--registry", type=Path, metavar="FOLDER", help="a registry of one's own")
    parser.add_argument(
        "--sections", metavar="NAME,…", help=f"in their order, of: {', '.join(SECTIONS)}"
    )
    parser.add_argument("--title", default=TITLE)
    parser.add_argument(
        "--composition", type=Path, metavar="FILE", help="as the page Report saves it"
    )
    parser.add_argument(
        "--public", action="store_true", help="for outside: a patient's id is refused"
    )
    parser.add_argument(
        "--disclosure",
        choices=SETTINGS,
        default="internal",
        help="see docs/small_cells.md",
    )
    parser.add_argument("--template", type=Path, metavar="FILE", help="the department's slides")
    parser.add_argument("--address", default="", help="of the dashboard, for the link")
    parser.add_argument(
        "--verify", type=Path, metavar="FILE", help="whether the data still give its figures"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
