"""The registries to choose from: the published series, the synthetic demo, and clinics' own."""

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lib.errors import RegistryError
from lib.places import CASE_SERIES, DEMO_REGISTRY
from lib.registry.importer.placing import is_registry
from lib.registry.store import MANIFEST, parse_manifest
from lib.serving.public import registry_folder

# Whether readers may write into REGISTRY_DIR, from the page Import: 1, or it is not so.
REGISTRY_WRITE = "REGISTRY_WRITE"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Dataset:
    """A registry that the reader can choose; ``name`` is what the URL says.

    ``folder`` is None for a registry that is in the memory of one session alone.
    """

    name: str
    label: str
    folder: Path | None


DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset("case_series", "Published series", CASE_SERIES),
        Dataset("demo_registry", "Demo registry, synthetic", DEMO_REGISTRY),
    )
}
DEFAULT_DATASET = "case_series"
# The name of a session's own registry.
OWN = "own"


def registry_dir() -> Path | None:
    """The operator's folder, if one is set."""
    folder = registry_folder()
    return Path(folder) if folder else None


def readers_may_save() -> bool:
    """Whether the operator lets everybody who reaches the server write into that folder."""
    return registry_dir() is not None and os.environ.get(REGISTRY_WRITE, "").strip() == "1"


def folder_name(label: str) -> str:
    """What a registry's folder is called in the operator's folder, from the registry's name."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "registry"
    return f"{name}-registry" if name in {*DATASETS, OWN} else name


def saved_datasets() -> Mapping[str, Dataset]:
    """The registries in the operator's folder, also damaged ones: opening them says what is wrong.

    What is no registry there is passed over. Those that call themselves as another does
    are told apart by their folders.
    """
    folder = registry_dir()
    if folder is None:
        return {}
    try:
        there = sorted(folder.iterdir())
    except OSError:
        return {}
    labels = {
        each: _label(each)
        for each in there
        if NAME.fullmatch(each.name) and each.name not in {*DATASETS, OWN} and is_registry(each)
    }
    with_folder = {each: f"{label} ({each.name})" for each, label in labels.items()}
    shipped = [dataset.label for dataset in DATASETS.values()]
    n_called = Counter([*labels.values(), *with_folder.values(), *shipped])
    return {
        each.name: Dataset(each.name, label if n_called[label] == 1 else with_folder[each], each)
        for each, label in labels.items()
    }


def _label(folder: Path) -> str:
    """What a registry calls itself; of a damaged one the name of its folder."""
    try:
        return parse_manifest(folder / MANIFEST).name
    except RegistryError:
        return folder.name
