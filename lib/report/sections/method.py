"""How it was done, as an author can paste it: made of what is in this packet, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lib import response, written
from lib.beside import Told
from lib.caveats import LONG_COURSES, VERSIONS_MADE
from lib.cohort import FIELDS_BY_NAME, IN_HINDSIGHT
from lib.comparison_times import LABELS
from lib.disclosure_rules import PATIENTS_PER_SIDE
from lib.dose_cost import AMOUNTS_USED, GROUPED, weight_note
from lib.figures import MISSING
from lib.published import read_plain_citation, read_study
from lib.registry.reference import REFERENCE, read_csv
from lib.report import methods_words as words
from lib.report.content import Block, Words
from lib.report.program import PROGRAM, libraries
from lib.report.sections import cost, side_effects, tables
from lib.report.sections.done import Done, done_in
from lib.report.sections.kind import Kind, table
from lib.report.subject import Inquiry
from lib.side_effects import PER, placing
from lib.survival_curves import OUTCOMES, Outcome, curve_times, left_out_words
from lib.table_one import STATISTICS
from lib.tables import TextTable, figure_text

# What may be missing, as it is named, and the sections that show it.
MEASURES = {
    "age_at_first_ivig_years": ("age at first IVIg", "overview table_1 comparison"),
    "female": ("sex", "overview table_1 comparison"),
    "diagnosis_to_first_ivig_years": (
        "time from diagnosis to first IVIg",
        "table_i table_1 comparison",
    ),
    "dose_g_per_kg": ("usual dose per cycle", "overview table_i table_1 comparison"),
    "n_cycles": ("number of cycles", "overview table_i table_ii table_1 comparison"),
    "cumulative_dose_g_per_kg": ("cumulative dose", "overview table_ii table_1 comparison cost"),
    "therapy_duration_years": ("therapy duration", "overview table_i table_1 comparison"),
    "response": ("response", "overview table_i table_1 response comparison cost"),
}
RANGES = ("overview", "table_i", "table_ii")
SHARES = ("overview", "table_1", "response", "side_effects", "comparison", "cost")


def build(inquiry: Inquiry) -> Iterator[Block]:
    """One paragraph a topic, and in how many patients each measure is missing."""
    # What other sections ask is in the appendix with them.
    done = done_in(Inquiry(inquiry.subject))
    missing = _missing(inquiry)
    for topic, sentences in (
        ("Data", _data(inquiry)),
        ("Patients", _patients(inquiry)),
        ("Definitions", _definitions(inquiry, done)),
        ("Descriptive statistics", _descriptive(inquiry)),
        ("Intervals", _intervals(inquiry, done)),
        ("Comparisons", _comparisons(done)),
        ("Missing data", _missing_data(inquiry, done)),
        ("Disclosure", _disclosure(inquiry)),
        ("Software", _software()),
        ("References", _references(done)),
    ):
        if sentences:
            yield Words(f"{topic}. {' '.join(sentences)}")
    if missing.rows:
        yield table(inquiry, "Recorded and missing values", Told(missing, []))


def _data(inquiry: Inquiry) -> list[str]:
    manifest = inquiry.manifest
    citation = read_plain_citation(manifest.publication) if manifest.publication else ""
    said = [
        words.NATURES[manifest.nature].format(
            name=manifest.name, m=manifest.imputations, citation=citation
        )
    ]
    if manifest.publication:
        said.append(words.STUDY.format(**read_study(manifest.publication)))
        said += written.remarks("period", inquiry)
    if manifest.imputations:
        said.append(VERSIONS_MADE.format(m=manifest.imputations).replace("\n", " ").strip())
    return [*said, words.VERSION.format(sha256=inquiry.subject.sha256)]


def _patients(inquiry: Inquiry) -> list[str]:
    subject, asked = inquiry.subject, inquiry.cohort.words_by_field
    if not asked:
        return [words.NO_CRITERION.format(count=subject.count)]
    criteria = "; ".join(f"{FIELDS_BY_NAME[name].label}: {text}" for name, text in asked.items())
    said = [
        words.CRITERIA.format(count=subject.count, criteria=criteria),
        words.CRITERION_UNKNOWN,
    ]
    late = [FIELDS_BY_NAME[name].label.lower() for name in asked if name in IN_HINDSIGHT]
    return said + [words.IN_HINDSIGHT.format(fields=", ".join(late))] * bool(late)


def _definitions(inquiry: Inquiry, done: Done) -> list[str]:
    sections, m = inquiry.subject.sections, inquiry.manifest.imputations
    tiers = words.tier_words(read_csv(REFERENCE / "dose_tiers.csv").to_pylist())
    said = words.definitions(sections, inquiry.cohort.words_by_field, tiers)
    if done.rules:
        rules = (
            f"{row['instrument']}, {response.rule_words(row)} ({row['reference']})"
            for row in done.rules
        )
        said += [words.BY_RULE.format(rules="; ".join(rules)), words.SENSITIVITY]
    for subject, shown_in in (
        ("response", MEASURES["response"][1]),
        ("side_effects", "side_effects"),
    ):
        if sections.keys() & set(shown_in.split()):
            said += written.remarks(subject, inquiry)
    if "side_effects" in sections:
        by, per = inquiry.choice(side_effects.BY), inquiry.choice(side_effects.PER_WHAT)
        said += [PER[per].counting, placing(by, reconstructed=m > 0)]
    if "cost" in sections:
        said += [GROUPED[inquiry.choice(cost.BY)], *([] if inquiry.subject.k else [AMOUNTS_USED])]
    return [*said, *(f"{LABELS[outcome]}: {outcome.method}" for outcome in _timed(done))]


def _timed(done: Done) -> list[Outcome]:
    """The outcomes of which there are curves, or medians in a comparison."""
    compared = done.compared.times if done.compared else []
    events = {each.characteristic for each in compared if each.figure_a != MISSING}
    return [each for each in OUTCOMES if each in done.curves or each.event in events]


def _descriptive(inquiry: Inquiry) -> list[str]:
    sections, k = inquiry.subject.sections, inquiry.subject.k
    is_iqr = STATISTICS[inquiry.choice(tables.STATISTIC)][0] == "lower quartile"
    has_ranges = any(name in sections for name in RANGES) or "cost" in sections
    has_ranges |= "table_1" in sections and not is_iqr
    has_quartiles = ("table_1" in sections and is_iqr) or "comparison" in sections
    said = []
    if k and (has_ranges or has_quartiles):
        said.append(
            words.MEDIANS_TOLD.format(
                median=PATIENTS_PER_SIDE["median"] * k,
                quartile=PATIENTS_PER_SIDE["quartile"] * k,
            )
        )
    elif has_ranges or has_quartiles:
        said.append(_numbers_words(has_ranges=has_ranges, has_quartiles=has_quartiles))
    if any(name in sections for name in SHARES):
        said.append(words.COUNTS_ALONE)
    if "cost" in sections and not k:
        said.append(words.MEANS)
    if said and inquiry.manifest.imputations:
        said.append(words.MIDDLE)
        shown_in = set(MEASURES["n_cycles"][1].split()) | {"cost"}
        said += [LONG_COURSES] * bool(sections.keys() & shown_in)
    return [*said, words.ROUNDED] if said else []


def _numbers_words(*, has_ranges: bool, has_quartiles: bool) -> str:
    if has_ranges and has_quartiles:
        return f"{words.MEDIANS} or {words.QUARTILES}, whichever is named beside the figure."
    return f"{words.MEDIANS}." if has_ranges else f"Numbers are described {words.QUARTILES}."


def _intervals(inquiry: Inquiry, done: Done) -> list[str]:
    said = words.intervals(done.intervals)
    return said + [words.ONLY_CERTAIN] * bool(said and inquiry.manifest.imputations)


def _comparisons(done: Done) -> list[str]:
    said = []
    if done.compared:
        pair, size = done.compared.pair, done.compared.size
        said.append(
            words.COMPARED.format(
                a=f"n = {size.a}", words_a=pair.words[0], b=f"n = {size.b}", words_b=pair.words[1]
            )
        )
        if any(each.estimate is not None for each in done.compared.times):
            said.append(words.TIMES_COMPARED)
    return said + words.tests(
        done.tests, done.withheld, of_several_categories=done.has_several_categories
    )


def _missing(inquiry: Inquiry) -> TextTable:
    """In how many patients each measure that is shown is told, filled in and not recorded."""
    is_open = inquiry.manifest.imputations > 0
    rows = []
    for label, row in sources(inquiry, _shown(inquiry)):
        names = ("n_stated", *(["n_filled_in"] if is_open else []), "n_missing")
        cells = (figure_text(row, 0, name) for name in names)
        rows.append((f"{label[0].upper()}{label[1:]}", *cells))
    told = ("Reported or derived", "Filled in") if is_open else ("Recorded",)
    heads = (f"{head}, patients" for head in (*told, "Not recorded"))
    return TextTable(("Measure", *heads), rows)


def sources(inquiry: Inquiry, measures: Iterable[str]) -> Iterator[tuple[str, dict]]:
    """Measures by what they are called, with their rows of ``summary/sources``."""
    found = {row["measure"]: row for row in inquiry.records("summary/sources")}
    for measure in measures:
        yield MEASURES[measure][0], found[measure]


def _shown(inquiry: Inquiry) -> list[str]:
    """The measures that the packet's sections show."""
    shown = inquiry.subject.sections.keys()
    return [name for name, (_, sections) in MEASURES.items() if shown & set(sections.split())]


def sources_words(inquiry: Inquiry, rows: Iterable[tuple[str, dict]]) -> list[str]:
    """Of how many patients measures are told, if not of all; and are not recorded."""
    n, told = inquiry.subject.count.partition(" of ")[0], list(rows)

    def counts(name: str, only_if: str) -> str:
        shown = (each for each in told if each[1][f"{only_if}_highest"])
        return ", ".join(f"{label} {figure_text(row, 0, name)}" for label, row in shown)

    said = []
    if stated := counts("n_stated", "n_filled_in"):
        said.append(words.TOLD_OF.format(n=n, counts=stated))
    if missing := counts("n_missing", "n_missing"):
        said.append(words.MISSING_IN.format(n=n, counts=missing))
    elif told and not stated:
        said.append(words.NOTHING_MISSING.format(n=n))
    return said


def _missing_data(inquiry: Inquiry, done: Done) -> list[str]:
    said = [words.FILLED_IN if inquiry.manifest.imputations else words.NOT_IMPUTED]
    said += sources_words(inquiry, sources(inquiry, _shown(inquiry)))
    sections = inquiry.subject.sections
    if "side_effects" in sections:
        said += _consequences(inquiry)
    if "cost" in sections and not inquiry.manifest.imputations:
        said.append(weight_note(inquiry.records("dose/use", by="dosing")))
    for outcome in done.curves:
        rows = curve_times(
            inquiry.records, outcome, None, reconstructed=inquiry.manifest.imputations > 0
        )
        said.append(f"{LABELS[outcome]}: {left_out_words(rows)}")
    return said


def _consequences(inquiry: Inquiry) -> list[str]:
    rows = inquiry.records("side_effects/consequences")
    row = next(row for row in rows if row["symptom"] is None)
    if not row["n_patients_highest"]:
        return []
    n, stopped, serious = (
        figure_text(row, 0, name)
        for name in ("n_patients", "n_stopping_recorded", "n_seriousness_recorded")
    )
    return [words.CONSEQUENCES_KNOWN.format(n=n, stopped=stopped, serious=serious)]


def _disclosure(inquiry: Inquiry) -> list[str]:
    k = inquiry.subject.k
    return [words.DISCLOSURE.format(k=k)] if k else []


def _software() -> list[str]:
    listed = ", ".join(f"{name} {number}" for name, number in libraries())
    return [words.SOFTWARE.format(program=PROGRAM, libraries=listed)]


def _references(done: Done) -> list[str]:
    several = [words.SEVERAL_CATEGORIES] * done.has_several_categories
    listed = words.references({*done.intervals, *done.tests, *several})
    return [f"{'; '.join(listed)}."] if listed else []


SECTION = Kind("method", "Method", "How was this done?", build)
