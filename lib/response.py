"""Who responded: rows of a query → what is drawn, and what is said about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lib.caveats import DRUGS_AS_TOLD, left_out
from lib.figures import (
    MIN_GROUP_SIZE,
    MISSING,
    Step,
    format_figure,
    format_number,
    percent_words,
)
from lib.stats import Interval, wilson_interval
from lib.tables import TextTable

# Not imported to run: that takes longer than all the rest of the page.
if TYPE_CHECKING:
    import pandas as pd

# What the reader may group by, in words, and what the queries call it.
GROUPINGS = {
    "diagnosis": "diagnosis_group",
    "usual dose": "dose_tier",
    "sex": "sex",
    "age": "age_decade",
    "side-effects": "side_effect",
    "prior drug": "prior_drug",
    "concomitant drug": "concomitant_drug",
    "centre": "centre",
}
NONE_RECORDED = "none recorded"
SIDE_EFFECTS = {"any": "with side-effects", "none": "without side-effects"}
WHOLE_COHORT = "whole cohort"
# As many groups fit a projector; of drugs there are more.
MOST_GROUPS = 12
DENOMINATOR = (
    "n/N: patients who responded, of all whose response is recorded; who is not "
    "evaluable is in N, whose response is not recorded is left out."
)
TWO_DEFINITIONS = (
    "There are two definitions of a responder: response rates count the response that was "
    "recorded, which is somebody's judgement, and here a score's published rule decides; one "
    "patient may be a responder by only one of them."
)
NO_TEST = "No difference between groups is tested or claimed."
INTERVALS = (
    "Intervals: Wilson's, 95%, without continuity correction; they say how precise a rate is."
)
OVERLAPPING = " A patient with several drugs is in several rows."


def group_label(field: str, value: str | None) -> str:
    """What a group is called on the screen; ``None`` is the whole cohort."""
    if value is None:
        return WHOLE_COHORT
    if value == NONE_RECORDED:
        return value
    if field == "dose_tier":
        return f"{value} g/kg"
    if field == "age_decade":
        return f"{value}–{int(value) + 9} years"
    return SIDE_EFFECTS[value] if field == "side_effect" else value


def interval_of(row: dict, events: str, total: str) -> Interval | None:
    """Wilson's interval of a count of a total, if the total is not small and both are certain.

    Parameters
    ----------
    row
        Row of a query with the counts and their ranges over the versions.
    events, total
        Names of the two counts.

    Returns
    -------
    Interval or None
        ``None`` where the versions differ: an interval would say that the count is known. Also
        where the total is below ``MIN_GROUP_SIZE``.
    """
    if varies(row, events) or varies(row, total) or row[total] < MIN_GROUP_SIZE:
        return None
    return wilson_interval(row[events], row[total])


def with_limits(frame: pd.DataFrame, events: str, total: str) -> pd.DataFrame:
    """A result with the limits of ``events`` / ``total`` that the screen shows, for taking away.

    Returns
    -------
    DataFrame
        Two columns more, named by method and level: fractions from 0 to 1; null where
        `interval_of` gives none.
    """
    intervals = [interval_of(row, events, total) for row in frame.to_dict("records")]
    return frame.assign(
        **{
            f"{events}_of_{total}_wilson_95_{end}": [
                interval and getattr(interval, end) for interval in intervals
            ]
            for end in ("lower", "upper")
        }
    )


def varies(row: dict, name: str) -> bool:
    """Whether a figure differs between the versions."""
    return row[f"{name}_lowest"] != row[f"{name}_highest"]


def rates(rows: list[dict], field: str) -> list[dict]:
    """The groups as they are drawn: a share with its interval, or what there is instead of it.

    Parameters
    ----------
    rows
        Result of ``response/rates``.
    field
        The field that was asked for.

    Returns
    -------
    list of dict
        ``drawn_as`` is ``share``, ``points`` (fewer than five patients: one point each),
        ``range`` (differs between versions: no interval) or ``nothing`` (nobody was judged).
        ``rate``, ``lower`` and ``upper`` are fractions, the limits null without an interval.
    """
    return [_rate(row, field) for row in rows]


def _rate(row: dict, field: str) -> dict:
    interval = interval_of(row, "n_responders", "n_judged")
    counts = _ratio(row, "n_responders", "n_judged")
    return {
        "label": group_label(field, row["value"]),
        "drawn_as": _drawn_as(row),
        "rate": row["rate"],
        "lower": interval and interval.lower,
        "upper": interval and interval.upper,
        "rate_lowest": row["rate_lowest"],
        "rate_highest": row["rate_highest"],
        "n_responders": row["n_responders"],
        "n_judged": row["n_judged"],
        "n_not_evaluable": row["n_not_evaluable"],
        "counts": counts,
        "percent": percent_words(interval) if interval else "",
        "not_evaluable": _figure(row, "n_not_evaluable"),
        "unknown": _figure(row, "n_unknown"),
    }


def _drawn_as(row: dict) -> str:
    if row["n_judged_highest"] == 0 or row["rate"] is None:
        return "nothing"
    if varies(row, "n_responders") or varies(row, "n_judged"):
        return "range"
    return "points" if row["n_judged"] < MIN_GROUP_SIZE else "share"


def rates_table(groups: list[dict]) -> TextTable:
    """The groups in numbers, from `rates`."""
    cells = [
        (
            group["label"],
            f"{group['counts']}, {group['percent']}" if group["percent"] else group["counts"],
            group["not_evaluable"],
            group["unknown"],
        )
        for group in groups
    ]
    return TextTable(("Group", "Responded, n/N", "Not evaluable", "Not recorded"), cells)


def absent_group(rows: list[dict]) -> str:
    """What it means that a group is not among those drawn, for the table of another registry."""
    _, *groups = rows
    if groups and all(group["value"] == NONE_RECORDED for group in groups):
        return "not recorded"
    return "not among those shown" if len(rows) > len(shown_groups(rows)) else "no such patient"


def shown_groups(rows: list[dict]) -> list[dict]:
    """The rows that are drawn: the whole cohort, and as many groups as fit."""
    return rows[: MOST_GROUPS + 1]


def rates_caption(rows: list[dict], field: str, *, reconstructed: bool = False) -> str:
    """Denominator, what is missing, and what must not be concluded, for below the chart.

    Parameters
    ----------
    rows
        Result of ``response/rates``, the whole cohort first.
    field
        The field that was asked for.
    """
    whole, *groups = rows
    said = [
        DENOMINATOR + OVERLAPPING * field.endswith("drug"),
        f"In this cohort: not evaluable {_figure(whole, 'n_not_evaluable')}, "
        f"not recorded {_figure(whole, 'n_unknown')}.",
    ]
    if reconstructed and field.endswith("drug"):
        said.append(DRUGS_AS_TOLD)
    if fewer := left_out(len(groups) - MOST_GROUPS, "group", "row"):
        said.append(f"{fewer}; all: page Response, CSV.")
    differs = any(varies(row, name) for row in groups for name in ("n_responders", "n_judged"))
    if differs and not isinstance(whole["n_judged"], Step):
        said.append(
            "Where n or N differs between the versions, the publication does not determine who of "
            "these groups responded: the range is shown, no interval, and it is no finding."
        )
    has_intervals = any(interval_of(row, "n_responders", "n_judged") for row in shown_groups(rows))
    said.append(f"{INTERVALS} " * has_intervals + NO_TEST)
    return " ".join(said)


# --- responders by the rule of an instrument ------------------------------------------------


def instruments(rows: Iterable[dict]) -> dict[str, list[dict]]:
    """The instruments with scores in the cohort, each with the rows of its rules.

    Parameters
    ----------
    rows
        Result of ``response/responders``.
    """
    found: dict[str, list[dict]] = {}
    for row in rows:
        if row["n_scored_highest"]:
            found.setdefault(row["instrument"], []).append(row)
    return found


def threshold_words(row: dict) -> str:
    """A rule's threshold with its unit: ``4 points``, ``30% of baseline``."""
    number = format_number(row["threshold"])
    return f"{number}% of baseline" if row["is_share"] else f"{number} points"


def threshold_option(row: dict) -> str:
    """The same where the unit stands above: ``4``, ``30%``."""
    return format_number(row["threshold"]) + "%" * row["is_share"]


def rule_words(row: dict) -> str:
    """What a patient must have done to be a responder by this rule."""
    threshold = threshold_words(row)
    ways = {
        "fall": f"score fell by at least {threshold}",
        "reach": f"last score at least {threshold}",
        "end at": f"last score at most {threshold}",
    }
    within = f" within {row['within_days']:.0f} days" if row["within_days"] else ""
    return ways[row["rule_kind"]] + within


def responders_words(rules: list[dict], chosen: dict) -> str:
    """Who responded by the chosen rule, and by the others: Markdown.

    Parameters
    ----------
    rules
        The rows of one instrument, from ``instruments``.
    chosen
        One of them.
    """
    if chosen["rule"] is None:
        return (
            f"**{chosen['instrument']} has no published response rule** that we have read: no "
            "responders are counted, only the course of the scores is shown."
        )
    others = "; ".join(
        f"{threshold_words(row)}: {_ratio(row, 'n_responders', 'n_assessed')}"
        for row in rules
        if row is not chosen
    )
    return (
        f"**{_responders(chosen)} responded ({rule_words(chosen)}){_lost_words(chosen)}.**"
        + _worst_words(chosen)
        + f" No {chosen['instrument']} recorded: {_figure(chosen, 'n_unscored')} of "
        f"{_figure(chosen, 'n_patients')} patients."
        + (f" By other published thresholds: {others}." if others else "")
        + (f" Not checked here: {chosen['not_checked']}." if chosen["not_checked"] else "")
    )


def _lost_words(row: dict) -> str:
    """Of whom a later score is expected, and how many have none; empty if all have one."""
    if not row["n_without_later_highest"]:
        return ""
    with_what = "a score" if row["rule_kind"] == "reach" else "a baseline"
    return (
        f", of {_figure(row, 'n_expected')} with {with_what}; {_figure(row, 'n_without_later')} "
        "have no later score and are not in N"
    )


def _worst_words(row: dict) -> str:
    """The share if nobody without a later score had responded, and which way that leans."""
    if not row["n_without_later_highest"]:
        return ""
    least = interval_of(row, "n_responders", "n_expected")
    share = f", {percent_words(least).partition(' ')[0]}" if least else ""
    return (
        f" Had none of these responded: {_ratio(row, 'n_responders', 'n_expected')}{share}. "
        "Whoever stopped early is likely among them, so the share above is rather too high."
    )


def _responders(row: dict) -> str:
    counts = _ratio(row, "n_responders", "n_assessed")
    interval = interval_of(row, "n_responders", "n_assessed")
    return f"{counts}, {percent_words(interval)}" if interval else counts


def rule_method(row: dict) -> str:
    """The rule as it was published, its denominator, and who is left out."""
    if row["rule"] is None:
        return f"Patients with a score: {_figure(row, 'n_scored')}."
    settled = {
        "fall": "too low at baseline to fall so far",
        "end at": "already there at baseline",
        "reach": "",
    }[row["rule_kind"]]
    baseline = (
        "this score measures improvement and has no baseline"
        if row["rule_kind"] == "reach"
        else "baseline is the last score up to the day of the first infusion"
    )
    left_out = {
        "no baseline": row["rule_kind"] != "reach" and _figure(row, "n_without_baseline"),
        "no later score": _figure(row, "n_without_later"),
    }
    has_interval = any(interval_of(row, "n_responders", n) for n in ("n_assessed", "n_expected"))
    return (
        f"Published rule: {row['response_rule']} ({row['reference']}). Applied to the last later "
        f"score; {baseline}. Left out: "
        + ", ".join(f"{why} {n}" for why, n in left_out.items() if n)
        + "."
        + (f" In N, but {settled}: {_figure(row, 'n_no_room')}." if settled else "")
        + f" {INTERVALS}" * has_interval
    )


def threshold_parameter(row: dict) -> str:
    """URL parameter of the threshold; each score has its own, as it has its own thresholds."""
    return "response_threshold_" + re.sub(r"\W+", "_", row["instrument"].lower())


def courses_caption(scores: list[dict], version: int) -> str:
    """What the lines and medians leave out, for below their chart.

    Parameters
    ----------
    scores
        Rows of ``response/trajectories``.
    version
        The version whose lines are drawn, 0 in recorded data.
    """
    n_drawn = len({row["patient_id"] for row in scores})
    n_patients = scores[0]["n_patients"] if scores else 0
    return (
        "The median is of those scored at that time: who stopped IVIg is in it no longer. "
        f"Medians of fewer than {MIN_GROUP_SIZE} patients are not drawn."
        + f" Lines: {n_drawn} of {n_patients} patients, chosen at random." * (n_drawn < n_patients)
        + f" Lines: version {version}; the versions differ." * (version > 0)
    )


def _ratio(row: dict, events: str, total: str) -> str:
    if row[f"{total}_highest"] == 0:
        return MISSING
    return f"{_figure(row, events)}/{_figure(row, total)}"


def _figure(row: dict, name: str) -> str:
    return format_figure(row[name], row[f"{name}_lowest"], row[f"{name}_highest"], 0)
