"""The colours of every chart, defined once, for light and dark.

Diagnosis groups: a colour-blind-safe categorical scale (after Okabe and Ito, 2008).
Dose is ordinal: four steps of one hue, the higher the dose the stronger the contrast
to the background.
"""

import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass

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


def _colours(palette: Palette) -> Iterator[str]:
    for each in astuple(palette):
        yield from (each,) if isinstance(each, str) else each


_IN_LIGHT = dict(zip(_colours(DARK), _colours(LIGHT), strict=True))
_OF_DARK = re.compile("|".join(_IN_LIGHT))


def in_light(drawn: object) -> object:
    """A chart's specification as it is drawn in light colours, whichever it was drawn in.

    A dark palette's colours take the light one's places; no colour is in both.
    """
    if isinstance(drawn, str):
        return _OF_DARK.sub(lambda match: _IN_LIGHT[match[0]], drawn)
    if isinstance(drawn, dict):
        return {name: in_light(part) for name, part in drawn.items()}
    if isinstance(drawn, list | tuple):
        return [in_light(part) for part in drawn]
    return drawn
