"""Kaplan–Meier curves with the numbers at risk below; pure functions of curves."""

import math
from collections.abc import Sequence
from dataclasses import replace

from lib.charts import filled
from lib.charts.kept import kept
from lib.charts.time_axis import TimeAxis, linear_axis
from lib.palette import DIAGNOSIS_GROUPS, DOSE_TIERS, Palette
from lib.stats import MIN_GROUP_SIZE, Step, numbers_at_risk
from lib.survival_curves import MOST_BANDS, Group, Outcome
from lib.time_units import DAYS_PER_MONTH

HEIGHT = 230
# Below the axis with its title: a line with the group's name, and one with its numbers.
RISK_TOP, RISK_STEP, NUMBERS_BELOW_NAME = HEIGHT + 50, 33, 15
MOST_TICKS = 7
# Of a curve; four of them, with their ticks for the censored, stay below 5,000 marks.
MOST_STEPS = 550


def survival_chart(
    groups: Sequence[Group], outcome: Outcome, field: str | None, palette: Palette
) -> dict:
    """Draw one curve a group, a tick where a patient was censored, and the numbers at risk.

    Parameters
    ----------
    groups
        At most four, from ``lib.survival_curves.groups_of``, with at least one patient in all.
    outcome
        What the curves follow.
    field
        What the groups are of: diagnoses and doses have their own colours.

    Returns
    -------
    dict
        Vega-Lite specification. A curve of very many times is drawn at some of them, without
        any visible difference.
    """
    time = _time(groups)
    looks = [
        {"group": group.name, "color": color, "place": place}
        for place, (group, color) in enumerate(
            zip(groups, _colors(groups, field, palette), strict=True)
        )
    ]
    steps = [
        look | _corner(step)
        for group, look in zip(groups, looks, strict=True)
        for step in thinned(group.curve.steps)
    ]
    if len(groups) > MOST_BANDS:
        steps = [step | {"lower": None, "upper": None} for step in steps]
    return filled(
        _form(outcome, palette),
        ticks=time.rows,
        steps=steps,
        names=[
            look
            | {
                "top": RISK_TOP + RISK_STEP * look["place"],
                "name": f"{group.name}: {group.curve.n_events}/{group.curve.n} {outcome.happened}",
            }
            for group, look in zip(groups, looks, strict=True)
        ],
        at_risk=[
            {"day": day, "n": n, "top": RISK_TOP + RISK_STEP * place + NUMBERS_BELOW_NAME}
            for place, group in enumerate(groups)
            for day, n in _numbers(group, time)
        ],
    )


def thinned(steps: Sequence[Step]) -> list[Step]:
    """At most so many steps of a curve: the last of each of as many equal spans of time."""
    if len(steps) <= MOST_STEPS:
        return list(steps)
    span = steps[-1].time / (MOST_STEPS - 1)
    return list({math.floor(step.time / span): step for step in steps}.values())


def _corner(step: Step) -> dict:
    return {
        "day": step.time,
        "survival": step.survival,
        # Without an event yet, or any more, there are no limits: the band ends on the curve.
        "lower": step.survival if step.lower is None else step.lower,
        "upper": step.survival if step.upper is None else step.upper,
        "n_censored": step.n_censored,
        "is_of_few": step.n_at_risk < MIN_GROUP_SIZE,
    }


def _numbers(group: Group, time: TimeAxis) -> list[tuple[float, int]]:
    days = [day for _, day in time.ticks]
    return list(
        zip(days, numbers_at_risk(group.days, days, counts=group.n_patients).n_at_risk, strict=True)
    )


def _time(groups: Sequence[Group]) -> TimeAxis:
    """From 0 to the last patient's time, with so few ticks that numbers fit below them."""
    last = max(day for group in groups for day in group.days)
    time = linear_axis(0, max(last, DAYS_PER_MONTH))
    every = math.ceil(len(time.ticks) / MOST_TICKS)
    return replace(time, ticks=time.ticks[::every])


def _colors(groups: Sequence[Group], field: str | None, palette: Palette) -> list[str]:
    own = {
        "diagnosis_group": dict(zip(DIAGNOSIS_GROUPS, palette.diagnosis_groups, strict=True)),
        "dose_tier": dict(zip(DOSE_TIERS, palette.dose_tiers, strict=True)),
    }.get(field, {})
    others = (palette.accent, palette.warning, palette.text, palette.muted_text)
    return [own.get(group.value, other) for group, other in zip(groups, others, strict=False)]


@kept
def _form(outcome: Outcome, palette: Palette) -> dict:
    from lib.charts import survival_forms

    return survival_forms.curves(outcome, palette)
