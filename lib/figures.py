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
# In the place of a figure that is not told of a registry that is shared outside.
WITHHELD = "withheld"
# Of fewer patients counts are given alone: a percentage or an interval would look like more.
MIN_GROUP_SIZE = 5


class Step(int):
    """A count of which only the step is told that it lies in; it is written as that step.

    As a number it is where its step is drawn. Figures of it differ as those of versions do, so
    that whatever is computed from figures that are the same in all, as intervals are, is not.
    """

    lowest: int
    highest: int

    def __new__(cls, value: int, lowest: int, highest: int) -> Step:
        """Make the number ``value`` of a step with both ends included."""
        made = super().__new__(cls, value)
        made.lowest, made.highest = lowest, highest
        return made

    @property
    def is_few(self) -> bool:
        """Whether it may be nobody."""
        return self.lowest == 0

    def __str__(self) -> str:
        """``<5`` of 0 to 4, else both ends."""
        return f"<{self.highest + 1}" if self.is_few else f"{self.lowest}–{self.highest}"

    def __radd__(self, other: int) -> int:
        """The sum, a step too: ``sum`` begins with 0."""
        if not isinstance(other, Step):
            return self if other == 0 else int(self) + other
        return Step(
            int(other) + int(self), other.lowest + self.lowest, other.highest + self.highest
        )

    __add__ = __radd__


def few_words(k: int) -> str:
    """What stands where everything that could is of fewer than ``k`` patients, or of nobody."""
    return f"{WITHHELD} (fewer than {k})"


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
    if isinstance(value, Step):
        return str(value)
    digits = 2 if decimals is None else decimals
    text = f"{round_half_up(value, digits):.{digits}f}"
    return text.rstrip("0").rstrip(".") if decimals is None and "." in text else text


def round_half_up(value: float, decimals: int) -> float:
    """Round as printed tables do: 0.5 becomes 1, not 0 (the banker's rule of ``round``)."""
    if isinstance(value, Step):
        return value
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


def format_p_value(p_value: float) -> str:
    """With two digits, three below 0.1: ``0.42``, ``0.034``, ``< 0.001``."""
    if p_value < 0.001:
        return "< 0.001"
    return f"{p_value:.{3 if p_value < 0.0995 else 2}f}"


def counted(figure: str, noun: str) -> str:
    """A figure of things: ``1 patient``, ``2 patients``, ``1 ⟨0–1⟩ patients``."""
    return f"{figure} {noun if figure == '1' else f'{noun}s'}"
