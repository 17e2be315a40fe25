"""How a figure is written: plain where every version agrees, with its range where they differ.

The range over the versions of a reconstructed registry is no confidence interval and
must not look like one, so it stands in angle brackets: ``6 ⟨4–9⟩``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

# Not imported to run: statistics take longer to import than a page that needs none.
if TYPE_CHECKING:
    from lib.stats import Interval

MISSING = "–"
# Of fewer patients counts are given alone: a percentage or an interval would look like more.
MIN_GROUP_SIZE = 5


def format_number(value: float | None, decimals: int | None = None) -> str:
    """A number for the screen; an en dash where there is none.

    Parameters
    ----------
    decimals
        Digits after the point, rounded half up as the publication does;
        ``None``: up to two, without trailing zeros.
    """
    if value is None or math.isnan(value):
        return MISSING
    digits = 2 if decimals is None else decimals
    text = f"{round_half_up(value, digits):.{digits}f}"
    return text.rstrip("0").rstrip(".") if decimals is None and "." in text else text


def round_half_up(value: float, decimals: int) -> float:
    """Round as printed tables do: 0.5 becomes 1, not 0 (the banker's rule of ``round``)."""
    scale = 10**decimals
    return math.floor(value * scale + 0.5 + 1e-9) / scale


def percent_words(interval: Interval, decimals: int = 0) -> str:
    """A share with its interval in percent: ``94% (74–99)``."""
    share, lower, upper = (
        format_number(100 * part, decimals)
        for part in (interval.estimate, interval.lower, interval.upper)
    )
    return f"{share}% ({lower}–{upper})"


def format_figure(
    value: float | None,
    lowest: float | None,
    highest: float | None,
    decimals: int | None = None,
) -> str:
    """A figure with its range over the versions, plain where it reads the same in all."""
    texts = [format_number(number, decimals) for number in (value, lowest, highest)]
    if texts[1] == texts[2]:
        return texts[0]
    return f"{texts[0]} ⟨{texts[1]}–{texts[2]}⟩"


def counted(figure: str, noun: str) -> str:
    """A figure of things: ``1 patient``, ``2 patients``, ``1 ⟨0–1⟩ patients``."""
    return f"{figure} {noun if figure == '1' else f'{noun}s'}"
