"""Kaplan–Meier curves of a cohort: rows of a query → curves, or why there is none."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from lib.caveats import left_out
from lib.cohort import FIELDS_BY_NAME, IN_HINDSIGHT
from lib.figures import MISSING, counted, format_figure, format_number, format_p_value
from lib.palette import DOSE_TIERS
from lib.response import group_label
from lib.stats import (
    LOG_RANK,
    MIN_GROUP_SIZE,
    Comparison,
    SurvivalCurve,
    choose_test,
    kaplan_meier,
    logrank,
    median_survival,
)
from lib.stats.choice import NO_FINDING, REASONS
from lib.tables import TextTable
from lib.time_units import DAYS_PER_MONTH, DAYS_PER_YEAR

# More curves than these can't be told apart.
MOST_GROUPS = 4
# Bands of more groups would hide each other.
MOST_BANDS = 2
EVERYBODY = "all"
# Fields that put a patient into one group, known before the outcome (the usual dose: see below).
GROUPINGS = {
    "no groups": None,
    "diagnosis": "diagnosis_group",
    "usual dose": "dose_tier",
    "sex": "sex",
    "centre": "centre",
}
CHOSEN_IN_HINDSIGHT = "the cohort was chosen by what is known only in hindsight"
HINDSIGHT = "a usual dose is known only in hindsight, so curves by dose describe and do not compare"
TOO_FEW = f"a curve of fewer than {MIN_GROUP_SIZE} would say little, so none is drawn"


@dataclass(frozen=True)
class Outcome:
    """What a curve follows: the query's ``$event``, and its words on the screen."""

    event: str
    title: str
    axis: str
    since: str
    happened: str
    known: str
    method: str


STOP = Outcome(
    "stop",
    "How long did they stay on IVIg?",
    "Still on IVIg",
    "the first infusion",
    "stopped",
    "how IVIg ended, or that it goes on,",
    "From the first to the last cycle (a single cycle is 0 days). Event: IVIg was stopped, for "
    "whatever reason: remission and failure are both stops. Therapies that are meant to be given "
    "once, as in Stevens-Johnson syndrome, are in it unless the filter leaves them out. Censored "
    "at the last cycle: it goes on, the patient was lost or died.",
)
RELAPSE = Outcome(
    "relapse",
    "How long did responders stay without a relapse?",
    "Without a relapse",
    "the last cycle",
    "relapsed",
    "how IVIg ended, with the course after it,",
    "Responders whose IVIg has ended, from the last cycle to the first relapse after it; who was "
    "lost or died under IVIg is left out. Censored "
    "on the last day on which anything is recorded: a score, an event, a side-effect, another drug "
    "begun or stopped. A relapse that was treated with IVIg again "
    "lies before the last cycle and does not count.",
)
OUTCOMES = (STOP, RELAPSE)


@dataclass(frozen=True)
class Group:
    """Patients with one curve; ``value`` is that of the field they are grouped by.

    ``n_patients`` says of how many each of ``days`` and of ``observed`` is.
    """

    value: str | None
    name: str
    days: tuple[int, ...]
    observed: tuple[bool, ...]
    n_patients: tuple[int, ...]
    curve: SurvivalCurve


def curve_times(
    ask: Callable[..., list[dict]], outcome: Outcome, field: str | None, *, reconstructed: bool
) -> list[dict]:
    """The times of a cohort for curves by a column, or for one of all.

    Recorded times are counted by the database, so that a large registry sends no row a patient.
    Those of a reconstruction have to be held against each other, version by version.

    Parameters
    ----------
    ask
        Takes a query's name and its parameters besides the cohort.

    Returns
    -------
    list of dict
        Rows of ``response/curve_times``; of a reconstruction one a patient, with more columns.
    """
    if not reconstructed:
        return ask("response/curve_times", event=outcome.event, by=field or "none")
    rows = ask("response/times_to_event", event=outcome.event)
    return [row | {"value": row[field] if field else None, "n_patients": 1} for row in rows]


def why_no_curve(rows: Sequence[dict], outcome: Outcome) -> str | None:
    """Why no curve can honestly be drawn; ``None`` if it can.

    A curve is drawn if its times are recorded of at least half of the patients concerned, and of
    five or more, and are the same in every version of the registry. It is counted within each
    version: somebody may belong to the cohort in some alone.

    Parameters
    ----------
    rows
        Result of `curve_times`.
    outcome
        What was asked for.
    """
    counts = rows[0] if rows else {}
    if not counts or not counts["n_concerned_highest"]:
        return "Nobody in this cohort is concerned: no responder's IVIg has ended."
    followed, concerned = _count(counts, "n_followed"), _count(counts, "n_concerned")
    possible = counts["n_followed_highest"]
    if not are_most(counts["n_followed"], counts["n_concerned"]):
        how_many = f"{followed} of {concerned} patients" if possible else "no patient"
        most = " for most patients" if possible else ""
        return (
            f"Not recorded in this registry{most}: {outcome.known} is known of {how_many}. "
            "A curve of these few would not be the cohort's, so none is drawn. What is told of "
            "each of them is on the page Timelines."
        )
    if possible < MIN_GROUP_SIZE:
        return f"Times are recorded of {counted(followed, 'patient')} only: {TOO_FEW}."
    if counts["n_open_highest"]:
        return (
            "The publication leaves open when, or whether, this happened to "
            f"{_count(counts, 'n_open')} of {concerned} patients: the times differ between the "
            "versions, so no curve is drawn."
        )
    return None


def _count(counts: dict, name: str) -> str:
    return format_figure(*(counts[f"{name}{end}"] for end in ("", "_lowest", "_highest")), 0)


def are_most(n_followed: int, n_concerned: int) -> bool:
    """Whether times are recorded of somebody, and of at least half of the patients concerned."""
    return n_followed > 0 and n_followed >= n_concerned / 2


def left_out_words(rows: Iterable[dict]) -> str:
    """Who is in no curve, and why."""
    reasons: Counter[str] = Counter()
    for row in rows:
        if row["left_out"]:
            reasons[row["left_out"]] += row["n_patients"]
    listed = ", ".join(f"{reason} {n}" for reason, n in reasons.most_common())
    return f"Left out (patients): {listed or 'none'}."


def groups_of(rows: Iterable[dict], field: str | None) -> tuple[list[Group], int]:
    """The patients in a curve by group, at most four, and how many are in none of them.

    The largest groups are taken, of five patients or more, and stand in the order of their size,
    doses in their own. There may be none.

    Parameters
    ----------
    rows
        Result of `curve_times`.
    field
        Column that they were asked by; ``None`` if all together. A patient of whom it is not
        recorded is in no group.
    """
    followed = _followed_by_value(rows)
    if field is None:
        return [_group(None, EVERYBODY, followed.get(None, []))], 0
    sizes = {
        value: sum(row["n_patients"] for row in own)
        for value, own in followed.items()
        if value is not None
    }
    large = [value for value, size in sizes.items() if size >= MIN_GROUP_SIZE]
    largest = sorted(large, key=lambda value: (-sizes[value], value))[:MOST_GROUPS]
    if field == "dose_tier":
        largest.sort(key=DOSE_TIERS.index)
    groups = [_group(value, group_label(field, value), followed[value]) for value in largest]
    n_followed = sum(row["n_patients"] for own in followed.values() for row in own)
    return groups, n_followed - sum(sizes[value] for value in largest)


def _followed_by_value(rows: Iterable[dict]) -> dict[str | None, list[dict]]:
    followed: dict[str | None, list[dict]] = {}
    for row in rows:
        if row["left_out"] is None:
            followed.setdefault(row["value"], []).append(row)
    return followed


def _ungrouped_words(rows: Iterable[dict], groups: Sequence[Group], field: str | None) -> str:
    """How many groups have no curve, and why."""
    values = set(_followed_by_value(rows)) - {None}
    fewer = left_out(len(values) - len(groups), "group", "curve") if field else ""
    largest = f"the {MOST_GROUPS} largest of {MIN_GROUP_SIZE} patients or more are drawn"
    return f" {fewer}: {largest}." if fewer else ""


def _group(value: str | None, name: str, rows: list[dict]) -> Group:
    days, observed, n_patients = (
        tuple(row[column] for row in rows) for column in ("days", "is_event", "n_patients")
    )
    curve = kaplan_meier(days, observed, counts=n_patients)
    return Group(value, name, days, observed, n_patients, curve)


def comparison(
    groups: Sequence[Group],
    field: str | None,
    *,
    imputed: bool,
    chosen_by: Collection[str] = (),
) -> Comparison | str:
    """The log-rank test of groups by a field, or why its p-value is withheld; empty for one.

    Parameters
    ----------
    chosen_by
        The filter's fields that the cohort was chosen by.
    """
    if len(groups) < 2:
        return ""
    test = choose_test("time_to_event", [group.curve.n for group in groups], imputed)
    by_dose = HINDSIGHT * (field == "dose_tier")
    by_hindsight = CHOSEN_IN_HINDSIGHT * bool(IN_HINDSIGHT.intersection(chosen_by))
    if withheld := test.withheld or by_dose or by_hindsight:
        return withheld
    return logrank([(group.days, group.observed, group.n_patients) for group in groups])


def comparison_words(
    groups: Sequence[Group],
    field: str | None,
    *,
    imputed: bool,
    chosen_by: Collection[str] = (),
) -> str:
    """What `comparison` finds, as a sentence; empty for one group."""
    found = comparison(groups, field, imputed=imputed, chosen_by=chosen_by)
    if isinstance(found, str):
        return f"{LOG_RANK}: no p-value, {found}." * bool(found)
    if found.p_value is None:
        return f"{LOG_RANK}: {found.method}."
    return (
        f"{LOG_RANK}, unadjusted: chi-square {format_number(found.statistic, 1)}, "
        f"df {found.df}, {p_words(found.p_value)}. {REASONS[LOG_RANK]} One of the many comparisons "
        f"that this page offers, without correction. {NO_FINDING}"
    )


def fixed_words(chosen_by: Iterable[str]) -> str:
    """That a filter asks for what the curve itself decides; empty if it does not."""
    labels = [FIELDS_BY_NAME[name].label.lower() for name in chosen_by if name in IN_HINDSIGHT]
    if not labels:
        return ""
    return (
        f"The filter asks for what is known only in hindsight ({', '.join(labels)}) and so fixes "
        "part of the curve: it is that of these patients, and foretells nobody's."
    )


def p_words(p_value: float) -> str:
    """A p-value as a reader says it: ``p = 0.42``, ``p = 0.034``, ``p < 0.001``."""
    text = format_p_value(p_value)
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def notes(
    rows: Iterable[dict],
    groups: Sequence[Group],
    n_ungrouped: int,
    outcome: Outcome,
    field: str | None,
    *,
    imputed: bool,
    chosen_by: Collection[str] = (),
) -> list[str]:
    """Method, censoring, who is left out, what the filter fixes, and the test, below the table."""
    limits = "In brackets and as a band" if len(groups) <= MOST_BANDS else "In brackets"
    return [
        f"{outcome.method} {left_out_words(rows)}{_ungrouped_words(rows, groups, field)}"
        + f" Patients in no curve: {n_ungrouped}." * (n_ungrouped > 0),
        f"{limits} 95% limits. {groups[0].curve.method}; the median's limits are where those "
        f"cross one half; {MISSING}: not reached, or nobody was followed so long.",
        *filter(
            None,
            [
                fixed_words(chosen_by),
                comparison_words(groups, field, imputed=imputed, chosen_by=chosen_by),
            ],
        ),
    ]


def curves_table(groups: Sequence[Group], outcome: Outcome) -> TextTable:
    """Patients, events, the median time and the share after one year of each group."""
    columns = (
        "Group",
        "Patients",
        outcome.happened.capitalize(),
        "Median, months",
        f"{outcome.axis} after 1 year",
    )
    return TextTable(columns, [_curve_cells(group) for group in groups])


def _curve_cells(group: Group) -> tuple[str, ...]:
    median = median_survival(group.curve)
    return (
        group.name,
        str(group.curve.n),
        str(group.curve.n_events),
        _with_limits(months(median.estimate), months(median.lower), months(median.upper)),
        _after_a_year(group.curve),
    )


def months(days: float | None) -> str:
    """Days as months with one decimal."""
    return MISSING if days is None else format_number(days / DAYS_PER_MONTH, 1)


def _after_a_year(curve: SurvivalCurve) -> str:
    if not curve.steps or curve.steps[-1].time < DAYS_PER_YEAR:
        return MISSING
    step = [step for step in curve.steps if step.time <= DAYS_PER_YEAR][-1]
    return _with_limits(*(_percent(part) for part in (step.survival, step.lower, step.upper)))


def _percent(part: float | None) -> str:
    return MISSING if part is None else f"{format_number(100 * part, 0)}%"


def _with_limits(estimate: str, lower: str, upper: str) -> str:
    if lower == upper == MISSING:
        return estimate
    return f"{estimate} ({lower} to {upper})"
