"""The registries that everybody may look at: the published series and the synthetic demo."""

from dataclasses import dataclass
from pathlib import Path

from lib.warehouse import CASE_SERIES, DEMO_REGISTRY


@dataclass(frozen=True)
class Dataset:
    """A registry that the reader can choose; ``name`` is what the URL says."""

    name: str
    label: str
    folder: Path


DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset("case_series", "Published series", CASE_SERIES),
        Dataset("demo_registry", "Demo registry, synthetic", DEMO_REGISTRY),
    )
}
DEFAULT_DATASET = "case_series"
