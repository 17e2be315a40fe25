"""The cohort at one look: key figures, and the charts of the page Overview."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter

from lib import written
from lib.beside import Told
from lib.charts.overview import (
    OUTCOMES_BY,
    ages,
    outcomes,
    patients_by_diagnosis,
    patients_by_dose,
)
from lib.figures import MISSING, WITHHELD, counted
from lib.report.content import Bars, Block, Words
from lib.report.sections.kind import (
    PALETTE,
    Kind,
    chart,
    differs,
    left_out,
    outcome_words,
    remark,
    table,
)
from lib.report.subject import Inquiry, Option
from lib.tables import COUNTED, NOT_TOLD, KeyFigure, figure_text, key_figures, key_figures_table
from lib.traits import value_words

BY = Option("overview_by", "Outcomes by", tuple(OUTCOMES_BY))
ONE_CENTRE = "The registry has one centre, so that outcomes are told by diagnosis group."
NO_FIGURE = (MISSING, NOT_TOLD, WITHHELD)
# Of ages that the publication tells of nobody a chart would be pale bars from nothing.
AGES_FILLED_IN = (
    "Ages are filled in: no decade has a patient in every version, so none is drawn. {age}"
)
NO_AGES = "Age at first IVIg: filled in, no decade has a patient in every version"
NO_TEST = "No difference between groups is tested or claimed."


def build(inquiry: Inquiry) -> Iterator[Block]:
    """Key figures, four charts, and these in numbers."""
    figures = key_figures(
        inquiry.records("summary/characteristics"), as_printed=written.is_printed(inquiry)
    )
    said = {figure.label: figure.value for figure in figures}
    n_patients = said["Patients"]
    told = Told(key_figures_table(figures), [])
    yield table(inquiry, "The cohort at one look", told, says=_treated(said))
    rows = inquiry.records("overview/counts")
    everybody = {field: list(members) for field, members in groupby(rows, key=itemgetter("field"))}
    by_field = {field: _of_somebody(members) for field, members in everybody.items()}
    alike = {
        field: value
        for field in ("diagnosis_group", "dose_tier")
        if (value := _only_value(field, by_field.get(field, []), n_patients))
    }
    # A chart of it would be a single bar.
    if alike:
        nouns = written.COUNTED_NOUNS
        yield Words(" ".join(f"{nouns[each]}: {alike[each]} in all of them." for each in alike))
    for field, draw in (
        ("diagnosis_group", patients_by_diagnosis),
        ("dose_tier", patients_by_dose),
        ("age_decade", ages),
    ):
        counts = by_field.get(field, [])
        if field in alike:
            continue
        if not counts:
            yield remark(written.no_counts(field, inquiry.k))
            continue
        if field == "age_decade" and _are_filled_in(counts, inquiry):
            yield remark(AGES_FILLED_IN.format(age=_age_with_range(figures)))
            continue
        yield chart(
            inquiry,
            draw(counts, PALETTE),
            left_out(len(everybody[field]) - len(counts), field.replace("_", " ")),
            says=_ages(figures) if field == "age_decade" else _most(field, counts, n_patients),
            bars=_bars(field, counts),
        )
    came_of_it = outcome_words(said["Responded"], said["Side-effects"], only_certain=True)
    by = inquiry.choice(BY)
    if OUTCOMES_BY[by] not in by_field:
        yield remark(ONE_CENTRE)
        by = BY.values[0]
    groups = by_field[OUTCOMES_BY[by]]
    drawn = outcomes(groups, by, PALETTE)
    notes = [*left_out(len(everybody[OUTCOMES_BY[by]]) - len(groups), by), NO_TEST]
    yield chart(inquiry, drawn, notes, came_of_it)
    told = written.counts(by, inquiry)
    if _are_filled_in(by_field.get("age_decade", []), inquiry):
        told = _without_ages(told)
    yield table(inquiry, "The charts in numbers", told, [NO_TEST], came_of_it)


def _of_somebody(counts: list[dict]) -> list[dict]:
    """The values that somebody of the cohort has, in some version."""
    return [row for row in counts if row["n_patients_highest"]]


def _only_value(field: str, counts: list[dict], n_patients: str) -> str:
    """What all of the cohort have of diagnosis or dose, in every version; else empty."""
    if len(counts) != 1 or not _certain(counts[0]):
        return ""
    is_all = figure_text(counts[0], 0, "n_patients") == n_patients
    return value_words(field, counts[0]["value"]) * is_all


def _are_filled_in(ages: list[dict], inquiry: Inquiry) -> bool:
    """Whether no decade of age has a patient in every version, though there are ages."""
    is_open = bool(inquiry.manifest.imputations) and not inquiry.k
    return is_open and bool(ages) and not any(row["n_patients_lowest"] for row in ages)


def _age(figures: list[KeyFigure]) -> KeyFigure:
    return next(figure for figure in figures if figure.label == "Age at first IVIg")


def _age_with_range(figures: list[KeyFigure]) -> str:
    """The age as it stands in the table: what differs has its range, and no place in a title."""
    age = _age(figures)
    unit = " years" * (age.value not in NO_FIGURE)
    return f"{age.label}: {age.value}{unit}, {age.detail}."


def _ages(figures: list[KeyFigure]) -> str:
    """``Age at first IVIg: 71.5 years, median (28–92).``; empty if it is open or not told."""
    age = _age(figures)
    if age.value in NO_FIGURE or differs(age.value):
        return ""
    detail = age.detail.partition(" (")[0] if differs(age.detail) else age.detail
    return f"{age.label}: {age.value} years, {detail}."


def _without_ages(told: Told) -> Told:
    """The charts in numbers without the rows of ages, which are last; their heading says so."""
    rows = told.table.rows
    kept = rows[: [row[0] for row in rows].index(COUNTED["age_decade"])]
    return told._replace(table=told.table._replace(rows=[*kept, (NO_AGES, "", "", "")]))


def _certain(row: dict) -> bool:
    return row["n_patients_lowest"] == row["n_patients_highest"]


def _treated(said: Mapping[str, str]) -> str:
    """How many patients, how old and how often treated; what is open or not told is left out."""
    if differs(said["Patients"]):
        return ""
    age, cycles = (
        "" if said[name] in NO_FIGURE or differs(said[name]) else said[name]
        for name in ("Age at first IVIg", "Cycles")
    )
    told = [f"age {age} years"] * bool(age) + [counted(cycles, "cycle")] * bool(cycles)
    medians = f" (median{'s' * (len(told) > 1)})" * (said["Patients"] != "1")
    known = f": {', '.join(told)}{medians}" if told else ""
    return f"{counted(said['Patients'], 'patient')}{known}."


def _most(field: str, counts: list[dict], n_patients: str) -> str:
    """The most frequent value, if it is that in every version, as far as is told."""
    most = max(counts, key=itemgetter("n_patients_lowest"))
    others = [row["n_patients_highest"] for row in counts if row is not most]
    if most["n_patients_lowest"] <= max(others, default=0):
        return ""
    how_many = f", {figure_text(most, 0, 'n_patients')} of {n_patients} patients"
    known = "" if differs(how_many) else how_many
    return f"Most frequent: {value_words(field, most['value'])}{known}."


def _bars(field: str, counts: list[dict]) -> Bars | None:
    """The counts as plain numbers, where all of them are certain."""
    if not all(map(_certain, counts)):
        return None
    names = tuple(value_words(field, row["value"]) for row in counts)
    return Bars("Patients", names, tuple(row["n_patients"] for row in counts))


SECTION = Kind(
    "overview", "Overview", "Who was treated, with what, and how did it go?", build, (BY,)
)
