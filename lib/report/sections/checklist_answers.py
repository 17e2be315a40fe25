"""What a registry answers to the items of reporting checklists.

Each answer is a sentence made of figures as the packet shows them, and empty where there is
nothing to say; `data/reference/reporting_checklists.csv` says which item has which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from lib import response, written
from lib.caveats import DRUGS_AS_TOLD
from lib.comparison_times import LABELS
from lib.figures import MISSING, few_words, format_figure
from lib.nature import nature_words
from lib.published import read_study
from lib.registry.reference import REFERENCE, read_csv
from lib.report import methods_words as words
from lib.report.sections import method
from lib.report.sections.done import Done, done_in
from lib.report.subject import Inquiry
from lib.table_one import EVERYBODY
from lib.tables import (
    Statistics,
    by_statistic,
    figure_text,
    median_cell,
    rate_cell,
)

# As many are named of what there may be many of.
MOST_NAMED = 4
NO_CAUSE = (
    "Who had which dose, and who is in the cohort, may have reasons that bear on the outcome too; "
    "nothing was adjusted for."
)


class Facts:
    """What the answers are made of, asked once."""

    def __init__(self, inquiry: Inquiry) -> None:
        self.inquiry = inquiry

    @property
    def is_recorded(self) -> bool:
        """Whether nothing is reconstructed."""
        return not self.inquiry.manifest.imputations

    @cached_property
    def statistics(self) -> Statistics:
        """Of the cohort as a whole."""
        return by_statistic(self.inquiry.records("summary/characteristics"))

    @cached_property
    def done(self) -> Done:
        """What the packet's sections computed."""
        return done_in(Inquiry(self.inquiry.subject))

    @cached_property
    def traits(self) -> list[dict]:
        """How many of the whole cohort have what."""
        rows = self.inquiry.records("summary/table_1_counts", by="none")
        return [row for row in rows if row["trait"] and row["group_place"] == EVERYBODY]

    @cached_property
    def study(self) -> dict:
        """What the publication says of its study; empty if the data are not of one."""
        name = self.inquiry.manifest.publication
        return read_study(name) if name else {}

    def median(self, measure: str) -> str:
        """``median (range) 53 (1–79)``; without the range where it is not told."""
        as_printed = written.is_printed(self.inquiry)
        cell = median_cell(self.statistics, measure, as_printed=as_printed)
        return f"median{' (range)' * ('(' in cell)} {cell}"

    @property
    def nothing(self) -> str:
        """What stands for values of which none is told."""
        k = self.inquiry.k
        return few_words(k) if k else MISSING

    def values(self, trait: str) -> str:
        """The most frequent values of a trait: ``dermatomyositis 18/32, …``."""
        rows = [row for row in self.traits if row["trait"] == trait and row["n_patients_highest"]]
        rows.sort(key=lambda row: -row["n_patients"])
        named = [
            f"{row['value']} {figure_text(row, 0, 'n_patients')}/{figure_text(row, 0, 'n')}"
            for row in rows[:MOST_NAMED]
        ]
        further = ["and others"] * (len(rows) > MOST_NAMED)
        return ", ".join([*named, *further])

    def has(self, *names: str) -> bool:
        """Whether any of these sections is in the packet."""
        return any(name in self.inquiry.subject.sections for name in names)

    def titles_of(self, names: tuple[str, ...]) -> list[str]:
        """The titles of those of some sections that are in the packet."""
        sections = self.inquiry.subject.sections
        return [sections[name] for name in names if name in sections]


@dataclass(frozen=True)
class Answer:
    """How an item is answered.

    Attributes
    ----------
    words
        The answer; empty if there is none.
    sections
        Those that show what it speaks of.
    of_study
        The same where the publication answers.
    """

    words: Callable[[Facts], str]
    sections: tuple[str, ...] = ()
    of_study: tuple[str, ...] | None = None

    def where(self, facts: Facts) -> list[str]:
        """The titles of the packet's sections that show it."""
        told_by_study = self.of_study is not None and facts.study
        return facts.titles_of(self.of_study if told_by_study else self.sections)


def _demographics(facts: Facts) -> str:
    age = facts.median("age_at_first_ivig_years")
    women = rate_cell(facts.statistics, "female")
    return f"Age at first IVIg, years: {age}; female: {women}."


def _diagnoses(facts: Facts) -> str:
    return f"Diagnoses as recorded: {facts.values('diagnosis_group') or facts.nothing}."


def _cases(facts: Facts) -> str:
    return f"{_diagnoses(facts)} {_response(facts)} {_side_effects(facts)}"


def _prior_drugs(facts: Facts) -> str:
    drugs = facts.values("prior_drugs")
    if not drugs:
        return ""
    return f"Drugs before IVIg: {drugs}. What came of them is not recorded.{_as_told(facts)}"


def _interventions(facts: Facts) -> str:
    drugs = facts.values("concomitant_drugs") or "none recorded"
    return f"IVIg; other drugs during it: {drugs}.{_as_told(facts)}"


def _as_told(facts: Facts) -> str:
    return "" if facts.is_recorded else f" {DRUGS_AS_TOLD}"


def _timeline(facts: Facts) -> str:
    withheld = facts.inquiry.withheld("timelines/lanes")
    return "" if withheld else "The course of each patient on a line of time."


def _doses(facts: Facts) -> str:
    said = (
        f"{label}: {facts.median(measure)}"
        for label, measure in (
            ("Usual dose per cycle, g/kg", "dose_g_per_kg"),
            ("cycles", "n_cycles"),
            ("cumulative dose, g/kg", "cumulative_dose_g_per_kg"),
        )
    )
    return f"{'; '.join(said)}."


def _response(facts: Facts) -> str:
    rows = facts.inquiry.records("response/rates", field="diagnosis_group")
    (whole,) = response.rates(rows[:1], "diagnosis_group")
    if whole["counts"] == MISSING:
        return "No response is recorded."
    share = f"; Wilson's 95% interval: {whole['percent']}" * bool(whole["percent"])
    basis = f" Judged by {facts.study['response_basis']}." if facts.study else ""
    return f"{whole['counts']} responded, of those with a recorded response{share}.{basis}"


def _side_effects(facts: Facts) -> str:
    told = written.frequency("grade", "patients", facts.inquiry)
    figure, _, share = told.table.rows[0][-1].partition(", ")
    everybody = figure_text(facts.statistics["has_side_effect", "count"], 0, "n")
    interval = f"; Wilson's 95% interval: {share}" * bool(share)
    return f"{figure} of {everybody} patients had a side-effect{interval}."


def _stopped(facts: Facts) -> str:
    row = written.consequences("grade", facts.inquiry, one_by_one=False).table.rows[0]
    return f"Stopped IVIg for side-effects: {row[2]}. Adherence is not recorded."


def _scores(facts: Facts) -> str:
    found = response.instruments(facts.inquiry.records("response/responders"))
    if not found:
        return ""
    named = (
        f"{name} {figure_text(rules[0], 0, 'n_scored')}/{figure_text(rules[0], 0, 'n_patients')}"
        for name, rules in found.items()
    )
    return f"Patients with a clinical score: {', '.join(named)}."


def _design(facts: Facts) -> str:
    if not facts.study:
        return ""
    return f"{_capitalised(facts.study['design'])} (stated of the publication)."


def _setting(facts: Facts) -> str:
    if facts.study:
        return (
            f"{facts.study['centre']}, {facts.study['observation_start']} to "
            f"{facts.study['observation_end']} (stated of the publication)."
        )
    return f"{_centres(facts)} Calendar dates are not kept."


def _centres(facts: Facts) -> str:
    if facts.study:
        return (
            f"{facts.study['centre']} (stated of the publication). Its population is not recorded."
        )
    return (
        f"Centres as recorded: {facts.values('centre') or facts.nothing}. "
        "Their place and population are not recorded."
    )


def _criteria(facts: Facts) -> str:
    asked = facts.inquiry.cohort.words or "all patients of the registry"
    return (
        f"{facts.inquiry.subject.count}: {asked}. How they came into the registry it does not hold."
    )


def _unmatched(_: Facts) -> str:
    return "Nobody was matched."


def _definitions(facts: Facts) -> str:
    return "Cycle, usual dose, response, side-effects." * facts.has("method")


def _sources(facts: Facts) -> str:
    manifest = facts.inquiry.manifest
    return f"{manifest.name}: {nature_words(manifest, facts.inquiry.subject.k)}."


def _bias(facts: Facts) -> str:
    caveat = "" if facts.is_recorded else " Rows are partly reconstructed."
    return f"{NO_CAUSE}{caveat}"


def _size(facts: Facts) -> str:
    return (
        f"All who meet the criteria: {facts.inquiry.subject.count}. No sample size was calculated."
    )


def _tiers(_: Facts) -> str:
    rows = read_csv(REFERENCE / "dose_tiers.csv").to_pylist()
    return f"Usual dose per cycle in tiers: {words.tier_words(rows)}; ages in decades."


def _statistics(facts: Facts) -> str:
    given = [name for method, name in words.SHORT.items() if method in facts.done.intervals]
    tests = ", ".join(f"{test}: {n}" for test, n in facts.done.tests.items())
    tested = f"p-values, without correction: {tests}." if tests else words.NOT_TESTED
    return f"95% intervals: {', '.join(given) or 'none'}. {tested}"


def _subgroups(facts: Facts) -> str:
    shown = facts.has("table_1", "response", "overview")
    return "Groups are described side by side; no interaction was tested." * shown


def _missing_handled(facts: Facts) -> str:
    return words.NOT_IMPUTED if facts.is_recorded else words.FILLED_IN


def _missing(facts: Facts) -> str:
    counts = [
        f"{label} {figure_text(row, 0, 'n_missing')}"
        for measure, (label, _) in method.MEASURES.items()
        if (row := method.any_statistic(facts.statistics, measure))["n_missing_highest"]
    ]
    if not counts:
        return f"None missing of {', '.join(label for label, _ in method.MEASURES.values())}."
    return f"Not recorded, patients: {', '.join(counts)}."


def _censoring(facts: Facts) -> str:
    curves = " and ".join(LABELS[outcome].lower() for outcome in facts.done.curves)
    said = "Kaplan–Meier curves, in which a patient counts for as long as followed: "
    return f"{said}{curves}." if curves else ""


def _versions(facts: Facts) -> str:
    if facts.is_recorded:
        return ""
    m = facts.inquiry.manifest.imputations
    return f"Each figure in {m} versions of what the publication leaves open, with its range."


def _attrition(facts: Facts) -> str:
    return f"{facts.inquiry.subject.count}; who was considered, and who refused, is not recorded."


def _flow(facts: Facts) -> str:
    is_drawn = facts.has("cohort") and facts.inquiry.cohort.selection
    return "Which criterion of the filter took how many." if is_drawn else ""


def _follow_up(facts: Facts) -> str:
    duration = facts.median("therapy_duration_years")
    return f"From first to last cycle, years: {duration}.{_person_years(facts)}"


def _person_years(facts: Facts) -> str:
    rows = facts.inquiry.records("dose/use", by="dosing")
    years = [row for row in rows if row["value"] is None and row["measure"] == "person_years"]
    if not years or years[0]["figure"] is None:
        return ""
    figure = format_figure(*(years[0][f"figure{end}"] for end in ("", "_lowest", "_highest")), 0)
    return f" With 28 days after each last cycle {figure} person-years in all."


def _outcomes(facts: Facts) -> str:
    return f"{_response(facts)} {_side_effects(facts)}"


def _estimates(facts: Facts) -> str:
    if not facts.done.compared:
        return ""
    size = facts.done.compared.size
    return f"A ({size.a} patients) beside B ({size.b}), unadjusted; nothing was adjusted for."


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


ANSWERS = {
    "demographics": Answer(_demographics, ("overview", "table_1")),
    "diagnoses": Answer(_diagnoses, ("overview", "table_1")),
    "cases": Answer(_cases, ("overview", "table_ii", "table_1")),
    "prior_drugs": Answer(_prior_drugs, ("table_1",)),
    "interventions": Answer(_interventions, ("table_1",)),
    "timeline": Answer(_timeline, ("timelines", "patients")),
    "doses": Answer(_doses, ("table_i", "overview", "cost")),
    "response": Answer(_response, ("response", "table_i")),
    "scores": Answer(_scores, ("response",)),
    "stopped": Answer(_stopped, ("side_effects",)),
    "side_effects": Answer(_side_effects, ("side_effects", "table_i")),
    "design": Answer(_design, ("method",)),
    "setting": Answer(_setting, ("table_1",), of_study=("method",)),
    "centres": Answer(_centres, ("table_1",), of_study=("method",)),
    "criteria": Answer(_criteria, ("cohort", "method")),
    "unmatched": Answer(_unmatched),
    "definitions": Answer(_definitions, ("method",)),
    "sources": Answer(_sources, ("method", "honesty")),
    "bias": Answer(_bias, ("honesty", "method")),
    "size": Answer(_size, ("cohort",)),
    "tiers": Answer(_tiers, ("method",)),
    "statistics": Answer(_statistics, ("method",)),
    "subgroups": Answer(_subgroups, ("table_1", "response", "overview")),
    "missing_handled": Answer(_missing_handled, ("method",)),
    "missing": Answer(_missing, ("method",)),
    "censoring": Answer(_censoring, ("response",)),
    "versions": Answer(_versions, ("method", "honesty")),
    "attrition": Answer(_attrition, ("cohort",)),
    "flow": Answer(_flow, ("cohort",)),
    "follow_up": Answer(_follow_up, ("overview", "table_i", "table_1")),
    "outcomes": Answer(_outcomes, ("response", "side_effects", "table_i")),
    "estimates": Answer(_estimates, ("comparison",)),
}
