"""One time axis for all courses: days since the first infusion, read as weeks, months or years."""

import math
from dataclasses import dataclass

import altair as alt

from lib.palette import Palette
from lib.time_units import DAYS_PER_MONTH, DAYS_PER_YEAR

# (unit, its days, the steps between ticks that read well); the first that fits is taken.
UNITS = (
    ("wk", 7, (1, 2, 4)),
    ("mo", DAYS_PER_MONTH, (1, 2, 3, 6)),
    ("y", DAYS_PER_YEAR, (1, 2, 5, 10)),
)
MAX_TICKS = 13
# A root scale has room for early months and late years at once.
ROOT_TICKS = (
    ("0", 0), ("1 mo", 30), ("3 mo", 91), ("6 mo", 183), ("1 y", 365), ("2 y", 730), ("3 y", 1096),
    ("5 y", 1826), ("7 y", 2557), ("10 y", 3652), ("15 y", 5479), ("20 y", 7305),
)  # fmt: skip

TITLE = "Time since the first infusion"


@dataclass(frozen=True)
class TimeAxis:
    """A span of days and its ticks; ``unit`` is what the tick labels count."""

    first: float
    last: float
    unit: str
    ticks: tuple[tuple[str, int], ...]
    is_root: bool = False

    @property
    def params(self) -> list[dict]:
        """The axis as parameters of a specification, for the form that ``position`` leaves open."""
        labels, days = zip(*self.ticks, strict=True) if self.ticks else ((), ())
        return [
            {"name": "first_day", "value": self.first},
            {"name": "last_day", "value": self.last},
            {"name": "exponent", "value": self.exponent},
            {"name": "ticks", "value": list(days)},
            {"name": "tick_labels", "value": list(labels)},
        ]

    @property
    def rows(self) -> list[dict]:
        """The axis as a dataset, a row a tick, for a form that reads it with ``time_params``."""
        span = {"first": self.first, "last": self.last, "exponent": self.exponent}
        return [{"day": day, "label": label, **span} for label, day in self.ticks]

    @property
    def exponent(self) -> float:
        """Of the days, before they are drawn to scale."""
        return 0.5 if self.is_root else 1


def time_params(dataset: str) -> dict[str, str]:
    """The parameters that ``position`` leaves open, as read from the rows of an axis by Vega."""
    rows = f"data('{dataset}')"
    return {
        "first_day": f"length({rows}) ? {rows}[0].first : 0",
        "last_day": f"length({rows}) ? {rows}[0].last : 1",
        "exponent": f"length({rows}) ? {rows}[0].exponent : 1",
        "ticks": f"pluck({rows}, 'day')",
        "tick_labels": f"pluck({rows}, 'label')",
    }


def position(shorthand: str, **axis: object) -> alt.X:
    """The position of a day, on an axis that the specification's parameters fill in.

    The form of a chart then stays the same whatever time it shows, and is built once.

    Parameters
    ----------
    **axis
        Further options of ``alt.Axis``.
    """
    return alt.X(
        shorthand,
        scale=alt.Scale(
            type="pow",
            exponent=alt.ExprRef("exponent"),
            domain=alt.ExprRef("[first_day, last_day]"),
            nice=False,
            zero=False,
        ),
        axis=alt.Axis(
            values=alt.ExprRef("ticks"),
            labelExpr="tick_labels[indexof(ticks, datum.value)]",
            **{"title": TITLE} | axis,
        ),
    )


def ticks_layer(dataset: str, palette: Palette, **axis: object) -> alt.Chart:
    """Lines at the ticks of an axis that stands in a dataset (see ``TimeAxis.rows``).

    Vega-Lite leaves a dataset out that no mark draws, so these are marks, and no grid of the axis.

    Parameters
    ----------
    **axis
        Options of ``position``, the same as in the chart's other layers.
    """
    return (
        alt.Chart(alt.NamedData(dataset))
        .mark_rule(color=palette.grid, invalid=None, aria=False)
        .encode(x=position("day:Q", **axis))
    )


def with_time(chart: alt.LayerChart, dataset: str) -> alt.LayerChart:
    """A chart that reads its time axis from the rows of a dataset."""
    return chart.add_params(
        *(alt.param(name=name, expr=expr) for name, expr in time_params(dataset).items())
    )


def linear_axis(first: float, last: float) -> TimeAxis:
    """An axis in the smallest unit that needs no more than a dozen ticks."""
    unit, days, step = next(
        (
            (unit, days, step)
            for unit, days, steps in UNITS
            for step in steps
            if (last - first) / (days * step) < MAX_TICKS
        ),
        ("y", DAYS_PER_YEAR, UNITS[-1][2][-1]),
    )
    lowest, highest = math.ceil(first / (days * step)), math.floor(last / (days * step))
    numbers = range(lowest * step, highest * step + 1, step)
    ticks = tuple((_label(number, unit), round(number * days)) for number in numbers)
    return TimeAxis(first, last, unit, ticks)


def _label(number: int, unit: str) -> str:
    return f"{number} {unit}" if number else "0"


def root_axis(last: float) -> TimeAxis:
    """An axis from the first infusion on that shows the first months and the tenth year."""
    ticks = tuple(tick for tick in ROOT_TICKS if tick[1] <= last)
    return TimeAxis(0, last, "mo and y", ticks, is_root=True)


def duration_words(days: float) -> str:
    """A span of days in the unit that a reader would use."""
    if days < 2 * 7:
        return "1 day" if round(days) == 1 else f"{days:.0f} days"
    if days < 3 * DAYS_PER_MONTH:
        return f"{days / 7:.0f} weeks"
    if days < 2 * DAYS_PER_YEAR:
        return f"{days / DAYS_PER_MONTH:.0f} months"
    return f"{days / DAYS_PER_YEAR:.1f} years"
