"""Side-effects as a table: how often each occurred, by what, against what, and how sure that is.

Everything here starts from the rows of ``side_effects/frequency`` or ``…/consequences``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import floor, log10

from lib.caveats import LONG_COURSES
from lib.figures import (
    MIN_GROUP_SIZE,
    MISSING,
    WITHHELD,
    Step,
    counted,
    format_figure,
    format_number,
    percent_words,
)
from lib.stats import Interval, person_time_rate, wilson_interval
from lib.stats.proportions import WILSON
from lib.stats.rates import GARWOOD
from lib.tables import NONE, TextTable, sized

# What a reader calls the columns → the query's parameter.
COUNTED_BY = {
    "dose at onset": "dose",
    "grade": "grade",
    "cycle number": "cycle",
    "centre": "centre",
}
LED_TO = "Which led to discontinuation, which were serious?"
RARE = (
    "A side-effect of fewer than {k} patients has no row, as this registry is shared outside; "
    "“Any side-effect” counts it."
)
# Why columns are not compared, by what they are.
CONFOUNDED = {
    "dose at onset": "physicians chose doses for reasons that bear on side-effects too",
    "grade": "they are grades of the same side-effects",
    "cycle number": "who has many cycles is who bore and needed the early ones",
    "centre": "centres differ in whom they treat, how, and in what they record",
}
NOT_RECORDED = 98
ALL = 99
ANY = "Any side-effect"
UNKNOWN_CONSEQUENCE = (
    "Whether a side-effect was serious or ended the therapy is unknown of a patient in whom one is "
    "not recorded and none was: a yes is known from one record, a no only if all are there, so "
    "that these shares are rather too high. Whether one ended the therapy is known from the reason "
    "why IVIg ended, too, unless that is death, loss to follow-up or “other”; then it can remain "
    "unknown which of several it was."
)
CONSEQUENCES = (
    "n of N: patients in whom it was so, of those of whom it is known. " + UNKNOWN_CONSEQUENCE
)
GARWOOD_OF_SIDE_EFFECTS = (
    f"{GARWOOD}; it takes side-effects for independent, so that it may be too narrow where "
    "patients had several"
)


@dataclass(frozen=True)
class Per:
    """What side-effects are counted against, and how the figure is written.

    Attributes
    ----------
    figure
        Column of the query that a cell shows.
    counted
        Column with what is counted.
    against
        Column with the denominator.
    unit
        What the denominator counts, in the singular.
    title
        What the table shows.
    interval
        (counted, denominator) → its confidence interval.
    counting
        What is counted, in words for the reader.
    in_brackets
        Which interval it is.
    """

    figure: str
    counted: str
    against: str
    unit: str
    title: str
    interval: Callable[[int, float], Interval | None]
    counting: str
    in_brackets: str


PER = {
    "patients": Per(
        "n_patients",
        "n_patients",
        "n_exposed",
        "patient",
        "Patients with each side-effect",
        wilson_interval,
        "Patients are counted: everyone who had the side-effect at least once in the column, of "
        "everyone who had a cycle there (in a grade: counted once, at the worst recorded grade, of "
        "all patients; in a centre: of all its patients).",
        WILSON,
    ),
    "100 cycles": Per(
        "per_100_cycles",
        "n_side_effects",
        "n_cycles",
        "cycle",
        "Side-effects per 100 cycles",
        lambda n, cycles: person_time_rate(n, cycles, per=100),
        "Side-effects are counted, also repeated ones of a patient, per 100 cycles given in the "
        "column (in a grade: of all cycles).",
        GARWOOD_OF_SIDE_EFFECTS,
    ),
    "100 person-years": Per(
        "per_100_person_years",
        "n_side_effects",
        "person_years",
        "year",
        "Side-effects per 100 person-years",
        lambda n, years: person_time_rate(n, years, per=100),
        "Side-effects are counted, also repeated ones of a patient, per 100 years under the cycles "
        "of the column (in a grade: under all): from each cycle to the patient's next one, and 28 "
        "days after the last.",
        GARWOOD_OF_SIDE_EFFECTS,
    ),
}

CYCLE_AT_ONSET = "Without a cycle it is the last one begun by the day of onset"
PLACED = {
    "dose at onset": (
        "Dose at onset is that of the cycle in which a side-effect began, not the patient's usual "
        f"dose. {CYCLE_AT_ONSET}; "
    ),
    "grade": "Each side-effect has the CTCAE grade that was recorded of it. ",
    "cycle number": f"Cycle: the one in which a side-effect began. {CYCLE_AT_ONSET}. ",
    "centre": "Centre: that of the patient. ",
}
# By whether the data are reconstructed.
DOSE_WITHOUT_DAY = {
    False: "without a day, the dose of all the patient's cycles if they were in one tier. ",
    True: (
        "without a day, the dose of all the patient's cycles if the publication tells this "
        "side-effect and the dose of each cycle it tells of, all in one tier; otherwise it is not "
        "known, as that a patient's dose never changed is an assumption of the reconstruction. "
    ),
}
VERSIONS = (
    "⟨lowest–highest⟩: range over {m} reconstructed versions, no confidence interval. What differs "
    "between versions, or has side-effects under “Not recorded” beside it, has no interval; "
    "the column of all may have one."
)
TOLD_ONCE = (
    "The publication tells that a patient had a symptom, not how often: it counts once, so that "
    "these rates are the least that they may be."
)
IN_SEVERAL = {
    "dose at onset": "Who had cycles at several doses counts in the column of each, unlike in the "
    "filter, which goes by the usual dose.",
}
NOT_PLACED = (
    "What can't be placed stands under “Not recorded”; the other cells of its row count only what "
    "is recorded, so that a 0 there does not exclude it."
)


@dataclass(frozen=True)
class HeatColumn:
    """A column: its name and, below it, what its cells are counted against."""

    name: str
    against: str


@dataclass(frozen=True)
class HeatCell:
    """A cell: the figure, what stands small behind it, and its shade from 0 to 1."""

    figure: str
    detail: str = ""
    shade: float = 0


@dataclass(frozen=True)
class HeatTable:
    """A table of shaded cells; each row is its name and one cell a column."""

    title: str
    columns: list[HeatColumn]
    rows: list[tuple[str, list[HeatCell]]]


def described(by: str) -> str:
    """That the columns, one of ``COUNTED_BY``, are not compared, and why."""
    return (
        f"Described, not compared: no difference between columns is tested, because "
        f"{CONFOUNDED[by]}. Shades and intervals: of columns with {MIN_GROUP_SIZE} patients or "
        "more; the 0 of a symptom has none, and does not exclude it."
    )


def symptoms_in_order(rows: Iterable[dict]) -> list[str]:
    """The cohort's symptoms, those that occurred most often first."""
    totals = [row for row in rows if row["place"] == ALL and row["symptom"] is not None]
    ordered = sorted(totals, key=lambda row: (-_occurred(row), row["symptom"]))
    return [row["symptom"] for row in ordered]


def _occurred(row: dict, end: str = "") -> int:
    """How often a side-effect occurred; in how many patients, where events are not told."""
    n = row[f"n_side_effects{end}"]
    return row[f"n_patients{end}"] if n is None else n


def nothing_recorded(rows: Iterable[dict]) -> bool:
    """Whether side-effects occurred, but of none is it recorded in which column."""
    any_side_effect = {row["place"]: row for row in rows if row["symptom"] is None}
    occurred = _occurred(any_side_effect[ALL], "_highest") > 0
    return occurred and not any(
        _occurred(row, "_highest") for place, row in any_side_effect.items() if place < NOT_RECORDED
    )


def frequency_table(
    rows: list[dict], by: str, per: str, *, reconstructed: bool = False
) -> HeatTable:
    """How often each side-effect occurred.

    Parameters
    ----------
    rows
        Of ``side_effects/frequency``.
    by
        What stands in the columns; one of ``COUNTED_BY``.
    per
        What is counted against; one of ``PER``.
    reconstructed
        Whether what is not recorded is what a publication leaves open. Cells beside it then have
        no interval: theirs would be one of something unknown. In recorded data it is missing,
        as everywhere, and left out.

    Returns
    -------
    HeatTable
        Any side-effect first, then the symptoms, the most frequent first. Without the column
        "Not recorded" where nothing is missing.
    """
    asked = PER[per]
    found = {(row["symptom"], row["place"]): row for row in rows}
    heads = [row for row in rows if row["symptom"] is None]
    missing = _occurred(found[None, NOT_RECORDED], "_highest") > 0
    heads = [head for head in heads if missing or head["place"] != NOT_RECORDED]
    unknown = nothing_recorded(rows)
    symptoms = symptoms_in_order(rows)
    darkest = max((_shading(row, asked) for row in rows if row["symptom"]), default=0)
    table = []
    for symptom in [None, *symptoms]:
        is_open = reconstructed and _occurred(found[symptom, NOT_RECORDED], "_highest") > 0
        cells = [
            HeatCell(MISSING)
            if unknown and head["place"] < NOT_RECORDED
            else _cell(found[symptom, head["place"]], asked, darkest, is_open=is_open)
            for head in heads
        ]
        table.append((ANY if symptom is None else _capitalised(symptom), cells))
    columns = [HeatColumn(head["column_name"], _against(head, asked, unknown)) for head in heads]
    return HeatTable(f"{asked.title}, by {by}", columns, table)


def _against(head: dict, asked: Per, unknown: bool) -> str:
    """What stands below a column's name."""
    if head["place"] == NOT_RECORDED:
        return "patients" if asked.counted == "n_patients" else "side-effects"
    if unknown and head["place"] < NOT_RECORDED:
        return "not recorded"
    return counted(_figure(head, asked.against, 0), asked.unit)


def _cell(row: dict, asked: Per, darkest: float, *, is_open: bool) -> HeatCell:
    if row["place"] == NOT_RECORDED:
        return HeatCell(_figure(row, asked.counted, 0))
    if row[f"{asked.against}_highest"] == 0:
        return HeatCell(MISSING)
    if row[asked.figure] is None and isinstance(row["n_patients"], Step):
        return HeatCell(WITHHELD)
    in_column = is_open and row["place"] != ALL
    shading = _shading(row, asked)
    return HeatCell(
        _figure(row, asked.figure, _decimals(row[f"{asked.figure}_highest"], asked)),
        "" if in_column else _interval_text(row, asked),
        shading / darkest if row["symptom"] and darkest else 0,
    )


def _shading(row: dict, asked: Per) -> float:
    """The size of a figure, for its shade; 0 where there are too few patients to shade."""
    if row["place"] == NOT_RECORDED or _is_small(row):
        return 0
    if asked.counted == "n_patients":
        return row["n_patients"] / row["n_exposed"]
    return row[asked.figure] or 0


def _is_small(row: dict) -> bool:
    """Whether too few patients are in a column for more than counts."""
    return row["n_exposed_lowest"] < MIN_GROUP_SIZE


def _interval_text(row: dict, asked: Per) -> str:
    """The interval, where what it is computed from is the same in all versions."""
    counted, against = row[asked.counted], row[asked.against]
    if counted is None:
        return ""
    determined = all(
        row[f"{name}_lowest"] == row[f"{name}_highest"] for name in (asked.counted, asked.against)
    )
    # Of the many cells without a side-effect only the first row's: the rest would drown in them.
    if not determined or _is_small(row) or (counted == 0 and row["symptom"] is not None):
        return ""
    interval = asked.interval(counted, against)
    if interval is None:
        return ""
    if asked.counted != "n_patients":
        # Of none the interval still has an upper end, which is not 0.
        digits = _decimals(interval.estimate or interval.upper, asked)
        lower, upper = (format_number(end, digits) for end in (interval.lower, interval.upper))
        return f"({lower}–{upper})"
    return percent_words(interval, 0 if interval.estimate >= 0.1 else 1)


def _decimals(highest: float | None, asked: Per) -> int:
    if asked.counted == "n_patients" or highest == 0:
        return 0
    if highest is None or highest >= 1:
        return 1
    # Two digits that say something, however small a rate is.
    return 1 - floor(log10(highest))


def placing(by: str, *, reconstructed: bool) -> str:
    """How a side-effect comes into its column, and what becomes of one that can't: for the reader.

    Parameters
    ----------
    by
        What stands in the columns; one of ``COUNTED_BY``.
    """
    without_day = DOSE_WITHOUT_DAY[reconstructed] * (by == "dose at onset")
    return (PLACED[by] + without_day).rstrip()


def as_text(table: HeatTable) -> TextTable:
    """The same table without shades."""
    columns = (
        # Behind “Not recorded” stands no size, but what is counted.
        sized(column.name, column.against) if column.against[:1].isdigit() else column.name
        for column in table.columns
    )
    rows = [(name, *(_cell_text(cell) for cell in cells)) for name, cells in table.rows]
    return TextTable(("Side-effect", *columns), rows)


def caveats(rows: list[dict], by: str, per: str, m: int, k: int) -> list[str]:
    """What a reader has to know before the figures.

    Parameters
    ----------
    rows
        Of ``side_effects/frequency``.
    by, per
        One of ``COUNTED_BY``, and of ``PER``.
    m
        How many versions the registry has; 0 if it is recorded.
    k
        The threshold that it is told with; 0 for all of it.
    """
    long_courses = [LONG_COURSES] * (m > 0 and per != "patients")
    told_once = [TOLD_ONCE] * (m > 0 and per != "patients")
    several = [IN_SEVERAL[by]] if by in IN_SEVERAL else []
    unplaced = [NOT_PLACED] * any(
        row["place"] == NOT_RECORDED and row["n_patients_highest"] for row in rows
    )
    rare = [RARE.format(k=k)] if k else []
    return [described(by), *unplaced, *several, *told_once, *long_courses, *rare]


def _cell_text(cell: HeatCell) -> str:
    """``7, 22% (11–39)``, and of a rate, which has its interval alone, ``69.8 (59.8–81.1)``."""
    is_interval_alone = cell.detail.startswith("(")
    return (" " if is_interval_alone else ", ").join(filter(None, (cell.figure, cell.detail)))


def has_intervals(table: TextTable) -> bool:
    """Whether any figure of a frequency table has an interval behind it."""
    return any("(" in cell for _, *cells in table.rows for cell in cells)


def method(by: str, per: str, m: int, *, has_intervals: bool) -> list[str]:
    """How the figures came about, for the reader.

    Parameters
    ----------
    by, per
        One of ``COUNTED_BY``, and of ``PER``.
    m
        How many versions the registry has; 0 if it is recorded.
    has_intervals
        Whether any figure has one: counts that are told in steps have none.
    """
    asked = PER[per]
    in_brackets = f" In brackets: {asked.in_brackets}." * has_intervals
    notes = [f"{asked.counting}{in_brackets}", placing(by, reconstructed=m > 0)]
    return notes + ([VERSIONS.format(m=m)] if m else [])


def consequences_table(
    rows: list[dict], symptoms: list[str], *, one_by_one: bool = False
) -> TextTable:
    """Which side-effects made patients stop, and which were serious: n of N patients.

    Parameters
    ----------
    rows
        Of ``side_effects/consequences``.
    symptoms
        In their order; those that did neither to anybody are named in one row.
    one_by_one
        Whether these have a row each, too.
    """
    found = {row["symptom"]: row for row in rows}
    is_mild = {symptom: not one_by_one and _led_to_nothing(found[symptom]) for symptom in symptoms}
    shown = [None, *(symptom for symptom in symptoms if not is_mild[symptom])]
    table = [
        (
            ANY if symptom is None else _capitalised(symptom),
            _figure(found[symptom], "n_patients", 0),
            _of(found[symptom], "n_stopped", "n_stopping_recorded"),
            _of(found[symptom], "n_serious", "n_seriousness_recorded"),
        )
        for symptom in shown
    ]
    mild = [symptom for symptom in symptoms if is_mild[symptom]]
    if mild:
        table.append((_capitalised(", ".join(mild)), "", NONE.lower(), NONE.lower()))
    return TextTable(("Side-effect", "Patients", "Stopped IVIg", "Serious"), table)


def onset_note(rows: list[dict], onsets: list[dict]) -> str:
    """Of how many side-effects the time of onset is known.

    Parameters
    ----------
    rows
        Of ``side_effects/frequency``.
    onsets
        Of ``side_effects/onset_days``, at least one.
    """
    total = next(row for row in rows if row["symptom"] is None and row["place"] == ALL)
    n_known, n_open = onsets[0]["n_known"], onsets[0]["n_open"]
    within = f" and open within a range for {n_open}" if n_open else ""
    return (
        f"Of {_figure(total, 'n_side_effects', 0)} side-effects the time of onset is recorded for "
        f"{n_known - n_open}{within}; the others are not drawn."
    )


def _led_to_nothing(row: dict) -> bool:
    """Whether it is known that a symptom neither made anybody stop nor was serious."""
    happened = row["n_stopped_highest"] + row["n_serious_highest"]
    return (
        happened == 0
        and row["n_stopping_recorded_highest"] == row["n_patients_highest"]
        and row["n_seriousness_recorded_highest"] > 0
    )


def _of(row: dict, part: str, recorded: str) -> str:
    if row[f"{recorded}_highest"] == 0:
        return "not recorded"
    return (
        f"{_figure(row, part, 0)}\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}{_figure(row, recorded, 0)}"
    )


def _figure(row: dict, name: str, decimals: int) -> str:
    return format_figure(row[name], row[f"{name}_lowest"], row[f"{name}_highest"], decimals)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
