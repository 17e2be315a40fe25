"""One patient in words: the summary, where each statement comes from, what has no day.

Pure functions of the results of ``patient/statements`` and ``timelines/course``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape

import pandas as pd

from lib.charts.marks import IMPUTED
from lib.figures import MISSING, format_figure, format_number
from lib.published import DECISION
from lib.registry.schema import TABLES
from lib.tables import NOT_TOLD, TextTable

# A form of its own for each status, so that it shows without colour too.
STATUS_LABELS = {
    "reported": "● reported",
    "derived": "◐ derived",
    IMPUTED: "○ filled in",
    "recorded": "● recorded",
}
FILLED_IN = STATUS_LABELS[IMPUTED].split()[0]
# Columns of texts: what is written in them is no number, whatever it looks like.
TEXTS = {
    column.name for table in TABLES.values() for column in table.columns if column.type == "VARCHAR"
}
# How a column is called on the page, its unit, and the decimals it is read with.
COLUMN_WORDS = {
    "diagnosis": ("Diagnosis", "", None),
    "subtype": ("Subtype", "", None),
    "overlap": ("Overlap with", "", None),
    "sex": ("Sex", "", None),
    "age_at_first_ivig_years": ("Age at first IVIg", "years", 0),
    "body_weight_kg": ("Body weight", "kg", 0),
    "diagnosis_to_first_ivig_years": ("Diagnosis to first IVIg", "years", None),
    "n_cycles": ("IVIg cycles", "", 0),
    "dose_g_per_kg": ("Dose per cycle", "g/kg", None),
    "therapy_duration_years": ("Therapy duration", "years", 1),
    "cumulative_dose_g_per_kg": ("Cumulative dose", "g/kg", None),
    "response": ("Response", "", None),
    "response_basis": ("Response judged by", "", None),
    "therapy_end_reason": ("End of IVIg", "", None),
    "off_label": ("Off-label use", "", None),
    "centre": ("Centre", "", None),
    "infusion_days": ("Infusion days", "days", 0),
    "day": ("Day", "", 0),
    "symptom": ("Side-effect", "", None),
    "cycle_no": ("After cycle", "", 0),
    "ctcae_grade": ("CTCAE grade", "", 0),
    "serious": ("Serious", "", None),
    "led_to_discontinuation": ("Led to discontinuation", "", None),
    "drug": ("Drug", "", None),
    "dose": ("Dose", "", None),
    "dose_unit": ("Unit of the dose", "", None),
    "schedule": ("Schedule", "", None),
    "start_day": ("First day", "", 0),
    "stop_day": ("Last day", "", 0),
    "kind": ("Event", "", None),
    "label": ("In words", "", None),
}
RECORDED = "recorded"
SINGLE_CYCLE = "single cycle"
# What stands for a text that a patient has in other versions.
NONE = "none"
SUMMARY = (
    "diagnosis",
    "sex",
    "age_at_first_ivig_years",
    "body_weight_kg",
    "diagnosis_to_first_ivig_years",
    "n_cycles",
    "dose_g_per_kg",
    "therapy_duration_years",
    "response",
    "therapy_end_reason",
)
UNDATED_GROUPS = {
    "prior": "Before IVIg",
    "concomitant": "During IVIg",
    "subsequent": "After IVIg",
}
UNDATED_EVENTS = "Course and history"


@dataclass(frozen=True)
class Fact:
    """One fact of the summary.

    ``value`` is that of the version shown; ``basis`` says what it stands on if it is not
    reported, with its range over the versions; ``form`` is how it is drawn: reported, derived,
    imputed, or unknown. One that ``varies`` is not told, whatever the version shown drew.
    """

    label: str
    value: str
    basis: str
    form: str
    varies: bool = False


def summary(statements: pd.DataFrame) -> list[Fact]:
    """The facts at the head of a patient's page, in the order of ``SUMMARY``."""
    cells = statements[statements["table_name"] == "patients"].set_index("column_name")
    facts = {name: _fact(cells.loc[name]) for name in SUMMARY}
    if cells.loc["n_cycles", "value"] == "1":
        duration = facts["therapy_duration_years"]
        facts["therapy_duration_years"] = replace(duration, value=SINGLE_CYCLE)
    return list(facts.values())


def headline(patient_id: str, facts: list[Fact]) -> tuple[str, str]:
    """A patient in two lines, from `summary`; what is filled in has its mark."""
    said = {
        name: ("○ " if fact.form == IMPUTED else "") + fact.value
        for name, fact in zip(SUMMARY, facts, strict=True)
        if fact.form != "unknown"
    }
    details = [
        said.get("sex"),
        said.get("age_at_first_ivig_years"),
        _cycles_words(said.get("n_cycles"), said.get("therapy_duration_years")),
        f"usually {said['dose_g_per_kg']}" if "dose_g_per_kg" in said else None,
        f"end: {said['therapy_end_reason']}" if "therapy_end_reason" in said else None,
    ]
    response = said.get("response", "response not stated")
    return (
        f"{patient_id} · {said['diagnosis']} · {response}",
        " · ".join(filter(None, details)),
    )


def _cycles_words(n_cycles: str | None, duration: str | None) -> str:
    if n_cycles is None:
        return "no cycle recorded"
    if duration == SINGLE_CYCLE:
        return "1 cycle"
    return f"{n_cycles} cycles over {duration}"


def sources(statements: pd.DataFrame) -> pd.DataFrame:
    """Each statement with its value, its status and where the publication says it."""
    said = statements[statements["value"].notna() | statements["alternatives"].notna()]
    return pd.DataFrame(
        {
            "Statement": [_statement(cell) for cell in said.itertuples()],
            "Value": [_value_with_spread(cell) for cell in said.itertuples()],
            "Status": said["status"].map(STATUS_LABELS),
            "Where": [_where(cell) for cell in said.itertuples()],
        }
    ).reset_index(drop=True)


def undated(course: pd.DataFrame) -> dict[str, list[str]]:
    """What is known without its day, by when it was; each with the mark of its status."""
    rows = course[course["day"].isna() & course.get("stop_day", course["day"]).isna()]
    groups = {}
    for row in rows.itertuples():
        group = UNDATED_GROUPS.get(row.kind, UNDATED_EVENTS)
        mark = STATUS_LABELS[row.status].split()[0]
        groups.setdefault(group, []).append(f"{mark} {row.statement}")
    order = [*UNDATED_GROUPS.values(), UNDATED_EVENTS]
    return {group: groups[group] for group in order if group in groups}


def summary_table(facts: Iterable[Fact]) -> TextTable:
    """The summary as a table; what varies over the versions is not told."""
    return TextTable(
        ("What", "Value", "Stands on"),
        [(fact.label, NOT_TOLD if fact.varies else fact.value, fact.basis) for fact in facts],
    )


def summary_html(facts: Iterable[Fact]) -> str:
    """The summary as a list of terms: a bar beside what is reported, a frame around the rest."""
    items = "".join(
        f'<div class="{fact.form}"><dt>{escape(fact.label)}</dt>'
        f"<dd>{escape(NOT_TOLD if fact.varies else fact.value)}"
        f"<small>{escape(fact.basis)}</small></dd></div>"
        for fact in facts
    )
    return f'<style>{SUMMARY_CSS}</style><dl class="patient-facts">{items}</dl>'


def undated_html(groups: dict[str, list[str]]) -> str:
    """The lists of what has no day: what is told, and apart from it what a version has filled in.

    Parameters
    ----------
    groups
        Result of `undated`.
    """
    told = _lists(groups, filled_in=False)
    drawn = _lists(groups, filled_in=True)
    parts = [f"<p><b>Told, but without a day</b>, so not drawn</p>{told}"] * bool(told)
    parts += [
        "<div class='only-drawn'><p><b>Filled in for this version</b>: the publication does "
        f"not tell it of this patient</p>{drawn}</div>"
    ] * bool(drawn)
    return f"<style>{UNDATED_CSS}</style>{''.join(parts)}"


def _lists(groups: dict[str, list[str]], *, filled_in: bool) -> str:
    """The lists side by side, of what is filled in or of the rest; empty if there is none."""
    lists = [
        f"<div><dt>{escape(group)}</dt>"
        + "".join(f"<dd>{escape(statement)}</dd>" for statement in said)
        + "</div>"
        for group, statements in groups.items()
        if (said := [each for each in statements if each.startswith(FILLED_IN) == filled_in])
    ]
    return f'<dl class="patient-undated">{"".join(lists)}</dl>' if lists else ""


SUMMARY_CSS = """
.patient-facts { display: grid; gap: .4rem; margin: 0 !important; padding: 0 !important;
  grid-template-columns: repeat(auto-fill, minmax(10.8rem, 1fr)); }
.patient-facts > div { border: 1px solid transparent; padding: .15rem .5rem; }
.patient-facts > .reported { border-left: 3px solid currentColor; }
.patient-facts > .derived { border-left: 3px double currentColor; }
.patient-facts > .imputed {
  border: 1.5px dashed color-mix(in srgb, currentColor 45%, transparent); }
.patient-facts dt { font-size: .8rem; opacity: .75; }
.patient-facts dd { margin: 0; font-weight: 600; line-height: 1.25; }
.patient-facts .imputed dd { font-style: italic; font-weight: 500; }
.patient-facts .unknown dd { font-weight: 400; opacity: .75; }
.patient-facts small { display: block; font-size: .78rem; font-weight: 400; opacity: .8; }
"""
UNDATED_CSS = """
.patient-undated { display: grid; gap: .5rem 1.5rem;
  margin: 0 !important; padding: 0 !important;
  grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
.patient-undated dt { font-weight: 600; }
.only-drawn { margin-top: 1rem; font-style: italic; opacity: .85; }
.patient-undated dd { margin: .15rem 0 0 1.1rem; text-indent: -1.1rem; font-size: .92rem; }
"""


def _fact(cell: pd.Series) -> Fact:
    label, unit, _ = COLUMN_WORDS[cell.name]
    if pd.isna(cell["value"]) and pd.isna(cell["status"]):
        return Fact(label, "not stated", "", "unknown")
    value = f"{_plain(cell.name, cell['value'], cell['status'])} {unit}".strip()
    if cell["status"] == IMPUTED and (spread := _spread(cell.name, cell)):
        return Fact(label, value, f"{spread}; here ○ {value}", IMPUTED, varies=True)
    if cell["status"] == IMPUTED:
        return Fact(label, value, "○ filled in", IMPUTED)
    if cell["status"] == "derived":
        is_decided = isinstance(cell["locator"], str) and cell["locator"].startswith(DECISION)
        basis = "◐ our decision" if is_decided else "◐ follows from what is printed"
        return Fact(label, value, basis, "derived")
    return Fact(label, value, "", "reported")


def _spread(column: str, cell: pd.Series) -> str:
    """How far a cell goes over the versions; empty if it stays put."""
    if isinstance(cell["alternatives"], str):
        return f"⟨{cell['alternatives']}⟩"
    if column in TEXTS:
        return ""
    decimals = COLUMN_WORDS[column][2]
    ends = [format_number(cell[end], decimals) for end in ("lowest", "highest")]
    return "" if ends[0] == ends[1] else f"⟨{ends[0]}–{ends[1]}⟩"


def _value_with_spread(cell: tuple) -> str:
    unit = COLUMN_WORDS[cell.column_name][1]
    if isinstance(cell.alternatives, str):
        return f"{NONE if pd.isna(cell.value) else cell.value} ⟨{cell.alternatives}⟩"
    if pd.isna(cell.lowest) or cell.column_name in TEXTS:
        return _plain(cell.column_name, cell.value, cell.status)
    decimals = _decimals(cell.column_name, cell.status)
    figure = format_figure(float(cell.value), cell.lowest, cell.highest, decimals)
    return f"{figure} {unit}".strip()


def _decimals(column: str, status: str) -> int | None:
    """The most decimals of a column; None for as many as there are, up to two.

    What is recorded to more digits than a reader needs in a range is still what is recorded.
    """
    decimals = COLUMN_WORDS[column][2]
    return None if status == RECORDED and decimals == 0 else decimals


def _plain(column: str, value: object, status: str) -> str:
    """A cell's text as a reader would write it; what is recorded as it was, to two decimals."""
    if pd.isna(value):
        return MISSING
    if column in TEXTS:
        return value
    if value in ("true", "false"):
        return {"true": "yes", "false": "no"}[value]
    try:
        return format_number(float(value), _decimals(column, status))
    except ValueError:
        return value


def _where(cell: tuple) -> str:
    """The place in the publication; of what is imputed, the place that bounds it."""
    if not isinstance(cell.locator, str):
        return MISSING
    return f"within: {cell.locator}" if cell.status == IMPUTED else cell.locator


def _statement(cell: tuple) -> str:
    label = COLUMN_WORDS[cell.column_name][0]
    if cell.table_name == "patients":
        return label
    if cell.table_name == "cycles":
        several = any(mark in cell.row_key for mark in "–,")
        return f"{'Cycles' if several else 'Cycle'} {cell.row_key}: {label.lower()}"
    name = cell.row_key
    if cell.table_name == "treatments":
        role, _, drug = name.partition(":")
        name = f"{drug} ({role})"
    elif cell.table_name == "events":
        name = name.partition(":")[0]
    if cell.number > 1:
        name = f"{name}, no. {cell.number:.0f}"
    return f"{name}: {label.lower()}"
