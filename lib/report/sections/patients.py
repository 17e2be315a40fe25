"""Chosen patients, one after another: what is known of each, and the course."""

from collections.abc import Iterator

from lib.beside import Told
from lib.charts.patient import Course, course_chart
from lib.patient import FILLED_IN, SUMMARY, Fact, summary, summary_table, undated
from lib.report.content import Block, Words
from lib.report.sections.kind import PALETTE, Kind, chart, remark, table
from lib.report.sections.version import VERSION, shown
from lib.report.subject import Inquiry, Option, ReportError

PATIENTS = Option("report_patients", "Patients")
# Those that the page Patient shows, where no others are chosen.
ON_THE_PAGE = (Option("patient", "Patient"), Option("patient_beside", "Compared with"))
MOST_PATIENTS = 12
ONLY_COUNTED = (
    "The publication does not describe {who}; it only counts them in its aggregates. What is shown "
    "is one of {m} possible versions, not a record."
)
# The mark of what is drawn differently in each version; see `lib.patient.STATUS_LABELS`.
LEFT_OUT = "filled in, differently in each version, and left out here: {n}"
MARKS = (
    "Hollow marks and ○: filled in, differently in other versions; the dotted line is the range of "
    "such a day. ⟨ ⟩ is the range over the versions, no confidence interval."
)


def build(inquiry: Inquiry) -> Iterator[Block]:
    """Each chosen patient: a table of facts, the course, and what has no day."""
    if why := inquiry.withheld("patient/around"):
        yield remark(why)
        return
    patients = _chosen(inquiry)
    if not patients:
        yield remark("No patient was chosen.")
        return
    version = shown(inquiry)
    asked = {"version": version, "patients": patients, "most_listed": 1}
    found = {row["patient_id"]: row for row in inquiry.records("patient/around", **asked)}
    _check(patients, found)
    events = inquiry.frame("timelines/course", None, patients=patients, version=version)
    scores = inquiry.ask("patient/scores", None, patients=patients, version=version)
    for patient in patients:
        statements = inquiry.frame("patient/statements", None, patient=patient, version=version)
        own = [row for row in scores if row["patient_id"] == patient and row["instrument"]]
        course = Course(events[events["patient_id"] == patient], statements, own)
        yield from _patient(inquiry, patient, course, found[patient], version)


def _chosen(inquiry: Inquiry) -> tuple[str, ...]:
    found = inquiry.choices(PATIENTS)
    if not found:
        found = tuple(patient for each in ON_THE_PAGE for patient in inquiry.choices(each))
    return tuple(dict.fromkeys(found))


def _check(patients: tuple[str, ...], found: dict[str, dict]) -> None:
    if len(patients) > MOST_PATIENTS:
        raise ReportError(
            f"{len(patients)} patients are chosen, and a packet shows {MOST_PATIENTS} one by one. "
            "Choose fewer, or make two packets."
        )
    if unknown := [patient for patient in patients if patient not in found]:
        raise ReportError(
            f"There is no patient “{unknown[0][:60]}” in this registry. Choose those that the page "
            "Patient lists."
        )


def _patient(
    inquiry: Inquiry, patient: str, course: Course, row: dict, version: int
) -> Iterator[Block]:
    if not row["individually_reported"]:
        yield remark(ONLY_COUNTED.format(who=patient, m=inquiry.manifest.imputations))
    if not row["is_in_cohort"]:
        yield remark(f"{patient} is outside the cohort that the filter selects.")
    facts = summary(course.statements)
    says = f"{patient}: {row['diagnosis']}, {_response(facts)}."
    notes = [MARKS] if version else []
    yield table(inquiry, f"Patient {patient}", Told(summary_table(facts), notes), says=says)
    if course.has_days:
        spec = course_chart([course], PALETTE)
        spec = spec | {"title": spec["title"] | {"text": f"{patient}: the course"}}
        yield chart(inquiry, spec, notes, says)
    else:
        yield remark(f"No day is recorded of {patient}.")
    for group, statements in undated(course.events).items():
        told = [each for each in statements if not each.startswith(FILLED_IN)]
        n_filled = len(statements) - len(told)
        left_out = [LEFT_OUT.format(n=n_filled)] if n_filled else []
        when = f"{group[0].lower()}{group[1:]}"
        yield Words(f"{patient}, {when}, without a day: {'; '.join([*told, *left_out])}.")


def _response(facts: list[Fact]) -> str:
    """The response as a title may say it: not what a version has drawn."""
    fact = facts[SUMMARY.index("response")]
    return fact.value if fact.form in ("reported", "derived") else "response not told"


SECTION = Kind(
    "patients",
    "Chosen patients",
    "What happened to these patients?",
    build,
    (PATIENTS, VERSION),
    names_patients=True,
    needs_patients=False,
)
