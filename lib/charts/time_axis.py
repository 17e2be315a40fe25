"""One time axis for all courses: days since the first infusion, read as weeks, months or years."""

import math
from dataclasses import dataclass

import altair as alt

DAYS_PER_MONTH = 30.4375
DAYS_PER_YEAR = 365.25
# (unit, its days, the steps between ticks that read well); the first that fits is taken.
UNITS = (
    ("weeks", 7, (1, 2, 4)),
    ("months", DAYS_PER_MONTH, (1, 2, 3, 6)),
    ("years", DAYS_PER_YEAR, (1, 2, 5, 10)),
)
MAX_TICKS = 13
# A root scale has room for early months and late years at once.
ROOT_TICKS = (
    ("0", 0), ("1 mo", 30), ("3 mo", 91), ("6 mo", 183), ("1 y", 365), ("2 y", 730), ("3 y", 1096),
    ("5 y", 1826), ("7 y", 2557), ("10 y", 3652), ("15 y", 5479), ("20 y", 7305),
)  # fmt: skip


@dataclass(frozen=True)
class TimeAxis:
    """Scale and axis of a span of days; ``unit`` is what the tick labels count."""

    first: float
    last: float
    unit: str
    ticks: tuple[tuple[str, int], ...]
    is_root: bool = False

    @property
    def scale(self) -> alt.Scale:
        """The span as a scale; days stay the data's unit."""
        kind = "sqrt" if self.is_root else "linear"
        return alt.Scale(type=kind, domain=[self.first, self.last], nice=False, zero=False)

    def x(self, shorthand: str) -> alt.X:
        """The position of a day, with ticks at whole units, labelled in them."""
        labels = ", ".join(f"'{day}': '{label}'" for label, day in self.ticks)
        title = f"{self.unit}, square-root scale" if self.is_root else self.unit
        axis = alt.Axis(
            values=[day for _, day in self.ticks],
            labelExpr=f"{{{labels}}}[datum.value]",
            title=f"Time since the first infusion ({title})",
        )
        return alt.X(shorthand, scale=self.scale, axis=axis)


def linear_axis(first: float, last: float) -> TimeAxis:
    """An axis in the smallest unit that needs no more than a dozen ticks."""
    unit, days, step = next(
        (
            (unit, days, step)
            for unit, days, steps in UNITS
            for step in steps
            if (last - first) / (days * step) < MAX_TICKS
        ),
        ("years", DAYS_PER_YEAR, UNITS[-1][2][-1]),
    )
    lowest, highest = math.ceil(first / (days * step)), math.floor(last / (days * step))
    numbers = range(lowest * step, highest * step + 1, step)
    ticks = tuple((str(number), round(number * days)) for number in numbers)
    return TimeAxis(first, last, unit, ticks)


def root_axis(last: float) -> TimeAxis:
    """An axis from the first infusion on that shows the first months and the tenth year."""
    ticks = tuple(tick for tick in ROOT_TICKS if tick[1] <= last)
    return TimeAxis(0, last, "months and years", ticks, is_root=True)


def duration_words(days: float) -> str:
    """A span of days in the unit that a reader would use."""
    if days < 2 * 7:
        return f"{days:.0f} days"
    if days < 3 * DAYS_PER_MONTH:
        return f"{days / 7:.0f} weeks"
    if days < 2 * DAYS_PER_YEAR:
        return f"{days / DAYS_PER_MONTH:.0f} months"
    return f"{days / DAYS_PER_YEAR:.1f} years"
