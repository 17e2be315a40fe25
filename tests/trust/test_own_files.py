"""Every damage to a registry's files is found when it is opened, and harms no other registry.

The long form has 3,000 damages, the short one 63: each kind of damage to each of the tables.
"""

import random
import shutil
from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.datasets import saved_datasets
from lib.errors import RegistryError
from lib.places import CASE_SERIES, DEMO_REGISTRY
from lib.registry.schema import TABLES
from lib.registry.store import MANIFEST
from lib.serving.public import REGISTRY_DIR
from lib.ui.data import open_dataset
from lib.warehouse import open_warehouse
from tests.registries import write_clinic
from tests.screen import open_app, texts

N_DAMAGED = 3000
Damage = Callable[[Path, random.Random], None]


def flip_bits(path: Path, dice: random.Random) -> None:
    content = bytearray(path.read_bytes())
    for place in dice.sample(range(len(content)), dice.randint(1, 3)):
        content[place] ^= 1 << dice.randrange(8)
    path.write_bytes(content)


def cut(path: Path, dice: random.Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: dice.randrange(len(content))])


def lengthen(path: Path, dice: random.Random) -> None:
    path.write_bytes(path.read_bytes() + dice.randbytes(dice.randint(1, 64)))


def overwrite(path: Path, dice: random.Random) -> None:
    """A block of a disk that was never written, or holds something else."""
    content = bytearray(path.read_bytes())
    first = dice.randrange(len(content))
    block = dice.choice([bytes, dice.randbytes])(dice.randint(1, 4096))
    content[first : first + len(block)] = block
    # By chance it may be what was there.
    path.write_bytes(content + b"\0" * (content == path.read_bytes()))


def move_a_piece(path: Path, dice: random.Random) -> None:
    content = path.read_bytes()
    first, last = sorted(dice.sample(range(1, len(content)), 2))
    moved = content[first:last] + content[:first] + content[last:]
    path.write_bytes(moved + b"\0" * (moved == content))


def swap(path: Path, dice: random.Random) -> None:
    """The place of the file of another table is taken."""
    others = [name for name in TABLES if name != path.stem]
    other = path.with_name(f"{dice.choice(others)}.parquet")
    content = path.read_bytes()
    path.write_bytes(other.read_bytes())
    other.write_bytes(content)


def take_another_registry_s(path: Path, dice: random.Random) -> None:
    """A whole file of the right table: of other patients."""
    del dice
    other = CASE_SERIES / path.name
    # Of no assessments there is one file.
    path.write_bytes(other.read_bytes() + b"\0" * (other.read_bytes() == path.read_bytes()))


def delete(path: Path, dice: random.Random) -> None:
    del dice
    path.unlink()


def sign_otherwise(path: Path, dice: random.Random) -> None:
    """Its checksum in the manifest is another one."""
    manifest = path.with_name(MANIFEST)
    before, checksum = manifest.read_text().split(f'"{path.name}": "')
    place = dice.randrange(64)
    digit = dice.choice([sign for sign in "0123456789abcdef" if sign != checksum[place]])
    signed = f"{checksum[:place]}{digit}{checksum[place + 1 :]}"
    manifest.write_text(f'{before}"{path.name}": "{signed}')


DAMAGES: tuple[Damage, ...] = (
    flip_bits, cut, lengthen, overwrite, move_a_piece, swap, take_another_registry_s, delete,
    sign_otherwise,
)  # fmt: skip


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_cache: None) -> Path:
    """The operator's folder, with two registries."""
    shutil.copytree(DEMO_REGISTRY, tmp_path / "shelf" / "harmed")
    write_clinic(tmp_path / "shelf" / "whole", 30)
    monkeypatch.setenv(REGISTRY_DIR, str(tmp_path / "shelf"))
    return tmp_path / "shelf"


def damaged(shelf: Path, damage: Damage, table: str, dice: random.Random) -> bool:
    """Whether the damage is found, by the name of the file; the registry is mended then."""
    folder = shelf / "harmed"
    try:
        damage(folder / f"{table}.parquet", dice)
        with pytest.raises(RegistryError) as caught:
            open_warehouse(folder)
        assert set(saved_datasets()) == {"harmed", "whole"}
        assert n_patients("whole") == 30
    finally:
        shutil.copytree(DEMO_REGISTRY, folder, dirs_exist_ok=True)
    return f"{table}.parquet" in str(caught.value)


def n_patients(name: str) -> int:
    return open_dataset(name).tables()["patients"].num_rows


def found(shelf: Path, n_each: int) -> Counter[str]:
    """How many of each kind of damage were found, of so many to each table."""
    dice = random.Random(7)
    return Counter(
        damage.__name__
        for damage, table, _ in product(DAMAGES, TABLES, range(n_each))
        if damaged(shelf, damage, table, dice)
    )


def test_every_kind_of_damage_to_every_table_is_found_and_named(shelf: Path):
    assert found(shelf, 1) == dict.fromkeys((damage.__name__ for damage in DAMAGES), len(TABLES))


@pytest.mark.long
def test_3000_damaged_files_are_found_and_named(shelf: Path):
    n_each = -(-N_DAMAGED // (len(DAMAGES) * len(TABLES)))
    n_found = found(shelf, n_each)
    print(f"own files: {n_found.total()} of {n_each * len(DAMAGES) * len(TABLES)} found: {n_found}")  # noqa: T201
    assert n_found == dict.fromkeys((damage.__name__ for damage in DAMAGES), n_each * len(TABLES))
    assert n_found.total() >= N_DAMAGED


def test_a_reader_is_told_which_file_it_is_and_reads_on_elsewhere(shelf: Path):
    flip_bits(shelf / "harmed" / "cycles.parquet", random.Random(1))
    app = open_app("overview", {"dataset": ["harmed"]})
    assert not app.exception
    assert "cycles.parquet" in said(app)
    assert "30 of 30 patients" in texts(open_app("overview", {"dataset": ["whole"]}))


def said(app: AppTest) -> str:
    return app.error[0].value.replace("\\", "").replace("\N{WORD JOINER}", "")
