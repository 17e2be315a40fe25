"""The colours of every chart, defined once, for light and dark.

Diagnosis groups: a colour-blind-safe categorical scale (after Okabe and Ito, 2008).
Dose is ordinal: four steps of one hue, the higher the dose the stronger the contrast
to the background.
"""

from dataclasses import dataclass

DIAGNOSIS_GROUPS = (
    "dermatomyositis",
    "bullous autoimmune dermatoses",
    "pyoderma gangrenosum",
    "livedoid vasculopathy",
    "necrotizing vasculitis",
    "urticarial vasculitis",
    "systemic scleroderma",
    "Stevens-Johnson syndrome",
)
DOSE_TIERS = ("2", "1", "0.5", "0.4")


@dataclass(frozen=True)
class Palette:
    """Colours of one theme; ``dose_tiers`` in the order of ``DOSE_TIERS``."""

    text: str
    muted_text: str
    grid: str
    background: str
    accent: str
    warning: str
    diagnosis_groups: tuple[str, ...]
    dose_tiers: tuple[str, ...]


LIGHT = Palette(
    text="#1b2a30",
    muted_text="#55676e",
    grid="#dfe6e8",
    background="#fcfdfd",
    accent="#0f6478",
    warning="#b3470c",
    diagnosis_groups=(
        "#0072b2", "#b97f00", "#b4598f", "#00805d", "#c24e00", "#3d94c9", "#6a4c9c", "#6f777b",
    ),
    dose_tiers=("#062f3b", "#12687d", "#3a8396", "#589bac"),
)  # fmt: skip
DARK = Palette(
    text="#e2eaec",
    muted_text="#a3b4ba",
    grid="#2a383e",
    background="#11191d",
    accent="#6fc0d3",
    warning="#f2935a",
    diagnosis_groups=(
        "#4ea6dc", "#e6a91f", "#d98bba", "#2fb98f", "#ef7d3c", "#8fd0f5", "#a98fd6", "#a7b0b4",
    ),
    dose_tiers=("#c4ebf3", "#86cbdb", "#559db0", "#3c7889"),
)  # fmt: skip
