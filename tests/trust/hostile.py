"""A registry whose every free text is one that would do something where it is taken for more."""

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from tests.registries import write_clinic

NAME = "<img src=x onerror=window.canary=1> **strong** :red[red] $x^2$ =1+1"
# Of the demo registry, so that every page has something to draw.
FREE_TEXTS = {
    "patients": ("centre", "response_basis"),
    "treatments": ("dose_unit", "schedule"),
    "events": ("label",),
}


def write_hostile(folder: Path, payloads: Sequence[str]) -> Path:
    """Write as many patients as there are payloads; each is the id of one and the centre of one."""

    def change(tables: dict[str, list[dict]]) -> None:
        ids = sorted({row["patient_id"] for row in tables["patients"]})
        named = dict(zip(ids, payloads, strict=True))
        for table, rows in tables.items():
            texts = cycle(payloads)
            for row in rows:
                row["patient_id"] = named[row["patient_id"]]
                row.update({column: next(texts) for column in FREE_TEXTS.get(table, ())})

    return write_clinic(folder, len(payloads), change, name=NAME)
