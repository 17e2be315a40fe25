"""What a registry answers to the items of reporting checklists.

Each answer is a sentence made of figures as the packet shows them, and empty where there is
nothing to say; `data/reference/reporting_checklists.csv` says which item has which.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property

from lib import response, written
from lib.caveats import DRUGS_AS_TOLD
from lib.comparison import DRUGS
from lib.comparison_times import LABELS
from lib.disclosure_rules import EXTREMES
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
    told_of,
)

# As many are named of what there may be many of.
MOST_NAMED = 4
# Scores that patients themselves give.
PATIENT_REPORTED = ("DLQI", "pain NRS", "UAS7")
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
        named = [f"{row['value']} {self._share(row, trait)}" for row in rows[:MOST_NAMED]]
        further = ["and others"] * (len(rows) > MOST_NAMED)
        return ", ".join([*named, *further])

    def _share(self, row: dict, trait: str) -> str:
        """``18/32``; of drugs that a publication tells of ``told of 18``."""
        n = figure_text(row, 0, "n_patients")
        is_told = trait in DRUGS and not self.is_recorded
        return told_of(n) if is_told else f"{n}/{figure_text(row, 0, 'n')}"

    def events(self, *kinds: str, only_worded: bool = False) -> str:
        """``history 10, comorbidity 3 (patients)`` of events; empty if there are none."""
        counted = "n_worded" if only_worded else "n_patients"
        rows = {row["kind"]: row for row in self.inquiry.records("summary/events")}
        named = [
            f"{kind} {figure_text(rows[kind], 0, counted)}"
            for kind in kinds
            if kind in rows and rows[kind][f"{counted}_highest"]
        ]
        return f"{', '.join(named)} (patients)" if named else ""

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


def _complaints(facts: Facts) -> str:
    told = facts.events("history", only_worded=True)
    return f"As events, in words: {told}. Complaints have no column." if told else ""


def _history(facts: Facts) -> str:
    drugs = facts.values("prior_drugs")
    events = facts.events("history", "comorbidity")
    return " ".join(
        [
            *([f"As events: {events}."] if events else []),
            *(
                [f"Drugs before IVIg: {drugs}. What came of them has no column.{_as_told(facts)}"]
                if drugs
                else []
            ),
        ]
    )


def _findings(facts: Facts) -> str:
    events = facts.events("history", "improvement", "progression", "remission", only_worded=True)
    in_words = f"As events, in words: {events}. Other findings have no column." * bool(events)
    return " ".join(filter(None, [_scores(facts), in_words]))


def _considered(facts: Facts) -> str:
    return f"{_diagnoses(facts)} Others that were considered are not recorded."


def _prognosis(facts: Facts) -> str:
    subtypes = facts.values("subtype")
    return f"Subtypes of dermatomyositis: {subtypes}; nothing else." if subtypes else ""


def _changes(facts: Facts) -> str:
    (row,) = facts.inquiry.records("summary/dose_changes")
    changed = figure_text(row, 0, "n_patients")
    said = [f"Cycles of several doses: {changed} of {figure_text(row, 0, 'n')} patients"]
    if not row["n_patients_highest"]:
        said = ["Nobody has cycles of several doses"]
        if not facts.is_recorded:
            said = ["Each patient has one dose throughout, of most by our decision"]
    if events := facts.events("discontinuation", "reimbursement refused", "progression"):
        said.append(f"events that may tell why therapy changed or ended: {events}")
    return f"{'; '.join(said)}. The reason for another dose has no column."


def _own_view(facts: Facts) -> str:
    scores = _scores(facts, PATIENT_REPORTED)
    return f"{scores} These scores are the patients' own." if scores else ""


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


def _scores(facts: Facts, only: Collection[str] | None = None) -> str:
    found = response.instruments(facts.inquiry.records("response/responders"))
    found = {name: rules for name, rules in found.items() if only is None or name in only}
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
            f"{facts.study['centre']}, treated between {facts.study['observation_start']} and "
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
    return " ".join(
        method.sources_words(facts.inquiry, method.sources(facts.inquiry, method.MEASURES))
    )


def _censoring(facts: Facts) -> str:
    curves = " and ".join(LABELS[outcome].lower() for outcome in facts.done.curves)
    said = "Kaplan–Meier curves, in which a patient counts for as long as followed: "
    return f"{said}{curves}." if curves else ""


def _sensitivity(facts: Facts) -> str:
    if facts.is_recorded:
        return words.SENSITIVITY if facts.done.rules else ""
    m = facts.inquiry.manifest.imputations
    return f"Each figure in {m} versions of what the publication leaves open, with its range."


def _attrition(facts: Facts) -> str:
    return f"{facts.inquiry.subject.count}; who was considered, and who refused, is not recorded."


def _flow(facts: Facts) -> str:
    is_drawn = facts.has("cohort") and facts.inquiry.cohort.selection
    return "Which criterion of the filter took how many." if is_drawn else ""


def _follow_up(facts: Facts) -> str:
    duration = facts.median("therapy_duration_years")
    on_therapy = f"from first to last cycle, years: {duration}.{_person_years(facts)}"
    if not facts.is_recorded:
        return f"Follow-up is not recorded of most. Time on therapy, which is none, {on_therapy}"
    rows = {row["statistic"]: row for row in facts.inquiry.records("summary/follow_up")}
    median, *ends = (figure_text(rows[name], 1, "value") for name in ("median", *EXTREMES))
    spread = "" if MISSING in ends else f" ({ends[0]}–{ends[1]})"
    return (
        "From the first infusion to the last day on which anything is recorded, years: "
        f"median{' (range)' * bool(spread)} {median}{spread}. Time on therapy, {on_therapy}"
    )


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


def _absolute(facts: Facts) -> str:
    if not facts.done.compared:
        return ""
    return "Differences of shares are absolute, in percentage points; no relative risk is computed."


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


ANSWERS = {
    "demographics": Answer(_demographics, ("overview", "table_1")),
    "cases": Answer(_cases, ("overview", "table_ii", "table_1")),
    "complaints": Answer(_complaints, ("timelines", "patients")),
    "history": Answer(_history, ("table_1",)),
    "findings": Answer(_findings, ("response",)),
    "considered": Answer(_considered, ("overview", "table_1")),
    "prognosis": Answer(_prognosis, ("table_1",)),
    "changes": Answer(_changes, ("timelines", "patients")),
    "own_view": Answer(_own_view, ("response",)),
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
    "sensitivity": Answer(_sensitivity, ("response", "method"), of_study=("method", "honesty")),
    "attrition": Answer(_attrition, ("cohort",)),
    "flow": Answer(_flow, ("cohort",)),
    "follow_up": Answer(_follow_up, ("overview", "table_i", "table_1")),
    "outcomes": Answer(_outcomes, ("response", "side_effects", "table_i")),
    "estimates": Answer(_estimates, ("comparison",)),
    "absolute": Answer(_absolute, ("comparison",)),
}
