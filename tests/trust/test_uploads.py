"""Files that a user may bring, damaged at random: each is read, or refused in a sentence.

Hypothesis makes files from nothing (tests/registry/test_any_input.py); here real ones are
damaged: sheets of a clinic as CSV, as a workbook, as a ZIP and as Parquet. Nearly all are read in
this process, which saves the second that it takes to start another one; a share goes by the way of
the page, in the process that is bounded, and its memory and time are taken. The long form has
10,000 files and prints its figures, the short one 40.
"""

import io
import random
import resource
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.errors import UserFacingError
from lib.registry.importer import bounded
from lib.registry.importer.options import Options
from lib.registry.importer.reading import Reading
from lib.registry.importer.stages import read_here
from tests.registry.clinic import CYCLES, HAMBURG, PATIENTS, as_csv, write_workbook
from tests.trust.payloads import PAYLOADS

N_FILES = 10_000
# One in so many is read by the way of the page.
ONE_IN = 100
MOST_MB, MOST_SECONDS = 512, 30
Dice = random.Random
Files = dict[str, bytes]
SOURCES = (".csv", ".xlsx", ".zip", ".parquet")
# What parsers trip over, of any kind of file.
PIECES = (
    *(text.encode("utf-8", "replace")[:300] for text in PAYLOADS),
    b"\xff\xfe", b"\xef\xbb\xbf", b"\x00" * 64, b"PK\x03\x04", b"PK\x05\x06", b"PAR1", b";;;",
    b"\r", b"\n" * 50, b"99999999999999999999", b"1e999", b"-0", b"<!ENTITY a 'b'>", b"]]>",
    b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>", b"&a;", b"<row r='1048577'>",
)  # fmt: skip


def flip(content: bytes, dice: Dice) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.randint(1, 8)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def cut(content: bytes, dice: Dice) -> bytes:
    return content[: dice.randrange(len(content))]


def put_in(content: bytes, dice: Dice) -> bytes:
    place = dice.randrange(len(content))
    return content[:place] + dice.choice(PIECES) + content[place:]


def overwrite(content: bytes, dice: Dice) -> bytes:
    piece, place = dice.choice(PIECES), dice.randrange(len(content))
    return content[:place] + piece + content[place + len(piece) :]


def repeat(content: bytes, dice: Dice) -> bytes:
    first, last = sorted(dice.sample(range(len(content)), 2))
    return content[:last] + dice.randint(1, 20) * content[first:last] + content[last:]


def take_out(content: bytes, dice: Dice) -> bytes:
    first, last = sorted(dice.sample(range(len(content)), 2))
    return content[:first] + content[last:]


def cross(content: bytes, dice: Dice) -> bytes:
    """The beginning of this file and the end of one of another kind."""
    other = dice.choice(sorted(whole()))
    return content[: dice.randrange(len(content))] + whole()[other][dice.randrange(20) :]


CHANGES = (flip, cut, put_in, overwrite, repeat, take_out, cross)
_WHOLE: Files = {}


def whole() -> Files:
    """One good file of each kind."""
    if not _WHOLE:
        book = io.BytesIO()
        write_workbook(book, HAMBURG)
        rows = [dict(zip(PATIENTS[0], row, strict=True)) for row in PATIENTS[1:]]
        parquet = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows), parquet)
        _WHOLE.update(
            {
                ".csv": as_csv(PATIENTS).encode(),
                ".xlsx": book.getvalue(),
                ".parquet": parquet.getvalue(),
                ".zip": zipped({"patients.csv": as_csv(PATIENTS).encode(), **cycles()}),
            }
        )
    return _WHOLE


def cycles() -> Files:
    return {"cycles.csv": as_csv(CYCLES).encode()}


def zipped(files: Files) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def damaged(suffix: str, dice: Dice) -> bytes:
    """A file of a kind with one to three changes; of what is packed, half of them within."""
    content = whole()[suffix]
    changes: list[Callable] = dice.choices(CHANGES, k=dice.randint(1, 3))
    if suffix in {".xlsx", ".zip"} and dice.random() < 0.5:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        name = dice.choice(sorted(parts))
        return zipped(parts | {name: changed(parts[name], changes, dice)})
    return changed(content, changes, dice)


def changed(content: bytes, changes: list[Callable], dice: Dice) -> bytes:
    for change in changes:
        # Of less there is nothing to take out or to repeat.
        content = change(content if len(content) > 1 else b"--", dice)
    return content


def said_of(read: Callable[[], Reading]) -> str:
    """What became of a file; anything but a reading or a sentence is raised."""
    try:
        reading = read()
    except UserFacingError as error:
        assert str(error)[0] in "“ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        assert str(error).endswith((".", ")"))
        assert "Traceback" not in str(error) and "fault of the program" not in str(error)
        return "refused"
    assert all(finding.message.endswith((".", ")", "?")) for finding in reading.findings)
    assert all(s.n_rows == s.n_imported + s.n_reported for s in reading.sheets)
    return "read with findings" if reading.findings else "read"


def read_all(folder: Path, n_files: int, one_in: int, seed: int) -> tuple[Counter, list[float]]:
    """What became of so many files; of each that a process of its own read, its seconds."""
    dice = Dice(seed)
    counts: Counter[str] = Counter()
    seconds = []
    for number in range(n_files):
        suffix = SOURCES[number % len(SOURCES)]
        for old in folder.iterdir():
            old.unlink()
        (folder / f"patients{suffix}").write_bytes(damaged(suffix, dice))
        if suffix in {".csv", ".parquet"}:
            (folder / "cycles.csv").write_bytes(cycles()["cycles.csv"])
        sources = sorted(folder.iterdir())
        # Of every kind in turn.
        if number % one_in == number // one_in % len(SOURCES):
            before = children().ru_utime + children().ru_stime
            counts[said_of(lambda these=sources: bounded.read(these))] += 1
            seconds.append(children().ru_utime + children().ru_stime - before)
        else:
            counts[said_of(lambda these=sources: read_here(these, Options()))] += 1
    return counts, seconds


def children() -> resource.struct_rusage:
    """What processes took that this one started and that have ended."""
    return resource.getrusage(resource.RUSAGE_CHILDREN)


def test_damaged_files_are_read_or_refused_in_a_sentence(tmp_path: Path):
    counts, seconds = read_all(tmp_path, 40, 40, seed=1)
    assert counts.total() == 40
    assert len(seconds) == 1
    assert counts["refused"] and counts["read with findings"]


@pytest.mark.long
def test_10000_damaged_files(tmp_path: Path):
    counts, seconds = read_all(tmp_path, N_FILES, ONE_IN, seed=2026)
    n_mb = children().ru_maxrss / 1000
    print(  # noqa: T201
        f"uploads: {counts.total()} damaged files, 0 crashes, 0 tracebacks: {dict(counts)}; "
        f"{len(seconds)} of them in a process of its own, which took at most {max(seconds):.1f} s "
        f"of the processor and {n_mb:.0f} MB"
    )
    assert counts.total() >= N_FILES
    assert n_mb <= MOST_MB
    assert max(seconds) <= MOST_SECONDS
