"""What kind of data a registry holds, as it is said on every page and every export."""

from lib.disclosure import setting_words
from lib.registry.store import Manifest

NATURES = {
    "reconstructed": "Published aggregates; rows partly reconstructed ({m} versions)",
    "synthetic": "Synthetic data: no real patient",
    "recorded": "Recorded data",
}
DISCLAIMER = "Research and quality review only: not for decisions on an individual's treatment"


def nature_words(manifest: Manifest, k: int) -> str:
    """What kind of data this is, and what of it is told with a threshold; 0 tells all of it."""
    nature = NATURES[manifest.nature].format(m=manifest.imputations)
    return f"{nature}; {setting_words(k)}" if k else nature
