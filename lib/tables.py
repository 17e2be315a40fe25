"""The publication's two tables and the key figures for any cohort: statistics → text cells.

The cells are plain text, so that they can be compared with the printed ones; their look is
`lib/markup.py`. Everything here starts from the rows of a summary query as dicts.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from lib.caveats import SMALL_CELLS
from lib.disclosure_rules import PATIENTS_PER_SIDE
from lib.figures import (
    MIN_GROUP_SIZE,
    MISSING,
    WITHHELD,
    Step,
    few_words,
    format_figure,
    format_number,
    round_half_up,
)
from lib.traits import NOT_RECORDED, value_words


@dataclass(frozen=True)
class Characteristic:
    """A row of Table I and how it is printed.

    The median has at most ``median_decimals`` digits, trailing zeros trimmed; both ends of
    the range at most ``range_decimals``.
    """

    measure: str
    label: str
    median_decimals: int = 1
    range_decimals: int = 0


MEDIANS = {
    row.measure: row
    for row in (
        Characteristic(
            "diagnosis_to_first_ivig_years",
            "Diagnosis to first immunoglobulin dose, years, median (range)",
        ),
        Characteristic("dose_g_per_kg", "Dosage, g/kg, median (range)", 2, 2),
        Characteristic("n_cycles", "Number of cycles, median (range)"),
        Characteristic(
            "therapy_duration_years", "Therapy duration, years, median (range)", median_decimals=0
        ),
        Characteristic("age_at_first_ivig_years", "Age at first IVIg, years, median (range)"),
        Characteristic("cumulative_dose_g_per_kg", "Cumulative dosage, g/kg, median (range)", 2, 2),
    )
}
# What the overview counts by, always and where the reader asks for it.
CENTRE = {"centre": "Centre"}
COUNTED = {
    "diagnosis_group": "Diagnosis group",
    "dose_tier": "Usual dose per cycle",
    "age_decade": "Age at first IVIg",
}
# What has tenths of a year, unless it is the publication's own.
IN_TENTHS = ("diagnosis_to_first_ivig_years", "therapy_duration_years")
ROUNDED_TO = {
    True: "whole years (a median below half a year: to tenths)",
    False: "tenths of a year",
}
COUNTS = {"response": "Response rate, n", "has_side_effect": "Rate of side-effects, n"}
TABLE_1_MEDIANS = (
    "diagnosis_to_first_ivig_years",
    "dose_g_per_kg",
    "n_cycles",
    "therapy_duration_years",
)
TABLE_2_COLUMNS = (
    "Diagnosis",
    "Number of IVIg cycles, median (range)",
    "Cumulative dosage (g/kg), median (range)",
    "Side-effects",
)
NONE = "None"
# How a note on ranges over versions begins.
RANGE = "⟨lowest–highest⟩"
NOT_TOLD = "not told"
# At the head of a row that belongs to the one above.
INDENT = "\N{EM SPACE}"
MISSING_COUNTS = ("n_missing", "n_missing_lowest", "n_missing_highest")
# Behind the name of a row or column: how many it is of (see `sized`).
SIZED = re.compile(r"(.*) \(n=(.*)\)")
NAME_OF_SOME_VERSIONS = re.compile("⟨[A-Za-z]")
Statistics = Mapping[tuple[str, str], dict]


class TextTable(NamedTuple):
    """A table as it is printed: the first column holds the rows' names.

    Attributes
    ----------
    groups
        What stands above the columns, if anything does: (name, how many columns) from the left.
    """

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    groups: tuple[tuple[str, int], ...] = ()

    @property
    def heads(self) -> list[str]:
        """The columns' names, each with the name of its group: ``Responded: Here``."""
        above = [name for name, n in self.groups for _ in range(n)] or [""] * len(self.columns)
        pairs = zip(above, self.columns, strict=True)
        return [": ".join(filter(None, pair)) for pair in pairs]


class KeyFigure(NamedTuple):
    """One large figure of the overview, under the question that it answers (``part``).

    ``beside`` is the same figure of another registry, in small, if it is asked for.
    """

    part: str
    label: str
    value: str
    detail: str
    beside: str = ""


def sized(name: str, n: str) -> str:
    """The name of a row or column with how many it is of: ``Livedoid vasculopathy (n=2)``."""
    return f"{name} (n={n})"


def unsized(name: str) -> tuple[str, str]:
    """What `sized` put together; a name without a size has an empty one."""
    match = SIZED.fullmatch(name)
    return (match[1], match[2]) if match else (name, "")


def by_statistic(rows: Iterable[dict]) -> Statistics:
    """The rows of a summary query by (measure, statistic)."""
    return {(row["measure"], row["statistic"]): row for row in rows}


def rounding(measure: str, *, as_printed: bool) -> tuple[int, int]:
    """Digits of a median and of the ends of its range.

    Those of the publication are of its series, which is printed in whole years; where nothing is
    printed, years have tenths.
    """
    row = MEDIANS[measure]
    if not as_printed and measure in IN_TENTHS:
        return 1, 1
    return row.median_decimals, row.range_decimals


def median_cell(statistics: Statistics, measure: str, *, as_printed: bool = True) -> str:
    """Median of a measure with its range: ``6 (1–51)``, for a single patient ``6``.

    Of what may be one patient, and differs, the range over the versions alone.
    """
    median = median_text(statistics, measure, as_printed=as_printed)
    spread = range_text(statistics, measure, as_printed=as_printed)
    return with_ends(median, spread)


def with_ends(median: str, spread: str) -> str:
    """A median and its range as texts: ``6 (1–51)``; what is not told has no range behind it."""
    return median if median.startswith(NOT_TOLD) or not spread else f"{median} ({spread})"


def median_text(statistics: Statistics, measure: str, *, as_printed: bool = True) -> str:
    """Median of a measure, in its `rounding`, but never rounded down to nothing."""
    median = statistics[measure, "median"]
    decimals, _ = rounding(measure, as_printed=as_printed)
    would_vanish = decimals == 0 and 0 < (median["value"] or 0) < 0.5
    return told_text(median, 1 if would_vanish else decimals)


def range_text(statistics: Statistics, measure: str, *, as_printed: bool = True) -> str:
    """Lowest to highest value of a measure: ``1–51``; empty for a single patient."""
    ends = [statistics[measure, statistic] for statistic in ("minimum", "maximum")]
    _, decimals = rounding(measure, as_printed=as_printed)
    return ends_text(ends, decimals)


def ends_text(ends: Sequence[dict], decimals: int) -> str:
    """Both ends of a range; empty for a single patient, or if it may be one and they differ.

    Also if they are not told, as of a registry that is shared outside.
    """
    if ends[0]["n_highest"] < 2 or any(end["value"] is None for end in ends):
        return ""
    text = "–".join(figure_text(end, decimals) for end in ends)
    return "" if may_be_one(ends[0]) and "⟨" in text else text


def may_be_one(row: dict) -> bool:
    """Whether a figure is of a single patient, or of nobody, in some version."""
    return row["n_lowest"] <= 1


def told_text(row: dict, decimals: int) -> str:
    """A median with its range over the versions.

    Of what may be one patient the range alone: ``not told ⟨28–92⟩``. A value in the middle would
    be a random one, and look like the patient's. Of a registry that is shared outside it may be
    withheld.
    """
    if row["value"] is None and isinstance(row["n"], Step):
        return WITHHELD
    value, opening, spread = figure_text(row, decimals).partition(" ⟨")
    return f"{NOT_TOLD if opening and may_be_one(row) else value}{opening}{spread}"


def told_of(count: str) -> str:
    """``told of 9``: how many patients a publication tells something of; of others it is open.

    ``filled in: 1 ⟨0–3⟩`` where versions differ: of some of these the publication does not tell it.
    """
    return f"filled in: {count}" if "⟨" in count else f"told of {count}"


def rate_cell(statistics: Statistics, measure: str) -> str:
    """How many of how many: ``29/32``; a dash if it is known of nobody."""
    count = statistics[measure, "count"]
    if count["n_highest"] == 0:
        return unknown_text(count)
    return f"{figure_text(count, 0)}/{_n(count)}"


def unknown_text(row: dict) -> str:
    """What stands for a figure that is known of nobody: not recorded, or a dash if nobody is."""
    return NOT_RECORDED if row["n_missing_highest"] else MISSING


def table_1(rows: list[dict], *, as_printed: bool = True) -> TextTable:
    """Table I of the publication from the rows of ``summary/characteristics``."""
    statistics = by_statistic(rows)
    cells = [
        (MEDIANS[name].label, median_cell(statistics, name, as_printed=as_printed))
        for name in TABLE_1_MEDIANS
    ]
    cells += [(label, rate_cell(statistics, name)) for name, label in COUNTS.items()]
    return TextTable(("Characteristics", "Cohort"), cells)


def table_2(rows: list[dict]) -> TextTable:
    """Table II of the publication from the rows of ``summary/by_diagnosis``, in their order."""
    cells = []
    for group, group_rows in groupby(rows, key=itemgetter("diagnosis_group")):
        statistics = by_statistic(group_rows)
        cells.append(
            (
                sized(_capitalised(group), _n(statistics["has_side_effect", "count"])),
                median_cell(statistics, "n_cycles"),
                median_cell(statistics, "cumulative_dose_g_per_kg"),
                side_effect_cell(statistics),
            )
        )
    return TextTable(TABLE_2_COLUMNS, cells)


def side_effect_cell(statistics: Statistics) -> str:
    """Symptoms and how many patients had any: ``Headache, nausea (n=2)``, or ``None``.

    Symptoms that occur in only some versions stand in angle brackets after the others. Of a
    registry that is shared outside the frequent ones alone.
    """
    patients = statistics["has_side_effect", "count"]
    if patients["value_highest"] == 0:
        return NONE
    if isinstance(patients["value"], Step) and patients["value"].is_few:
        return few_words(patients["value"].highest + 1)
    symptoms = [row for (measure, _), row in statistics.items() if measure == "symptom"]
    always = [row["statistic"] for row in symptoms if row["value_lowest"] > 0]
    sometimes = [row["statistic"] for row in symptoms if row["value_lowest"] == 0]
    names = [*always, *([f"⟨{', '.join(sometimes)}⟩"] if sometimes else [])]
    is_shared = isinstance(patients["value"], Step)
    told = _capitalised(", ".join(names)) or (f"Symptoms {WITHHELD}" if is_shared else NOT_TOLD)
    return f"{told} (n={figure_text(patients, 0)})"


def key_figures(rows: list[dict], *, as_printed: bool = True) -> list[KeyFigure]:
    """The cohort at one look, from the rows of ``summary/characteristics``."""
    median = partial(_median_figure, as_printed=as_printed)
    statistics = by_statistic(rows)
    patients = _n(statistics["has_side_effect", "count"])
    women = f"{rate_cell(statistics, 'female')} female"
    responded, side_effects = (rate_cell(statistics, name) for name in COUNTS)
    return [
        KeyFigure("Who they are", "Patients", patients, women),
        median("Who they are", "Age at first IVIg", statistics, "age_at_first_ivig_years"),
        median("What they got", "Cycles", statistics, "n_cycles"),
        median("What they got", "Total g/kg", statistics, "cumulative_dose_g_per_kg"),
        median("What they got", "Years of IVIg", statistics, "therapy_duration_years"),
        KeyFigure("How it went", "Responded", responded, _of_whom(statistics)),
        KeyFigure("How it went", "Side-effects", side_effects, "of all"),
    ]


def key_figures_table(figures: Iterable[KeyFigure]) -> TextTable:
    """Key figures as a table; a column for those of another registry, if they are there."""
    rows = [(each.label, each.value, each.detail, each.beside) for each in figures]
    n_columns = 4 if any(row[-1] for row in rows) else 3
    columns = ("", "Figure", "What it is", "Beside")[:n_columns]
    return TextTable(columns, [row[:n_columns] for row in rows])


def _of_whom(statistics: Statistics) -> str:
    """Who is in the denominator of response: also those of whom it could not be judged."""
    of_all = "of all with a recorded response"
    found = statistics["not_evaluable", "count"]
    if found["value_highest"] == 0 or isinstance(found["value"], Step):
        return of_all
    return f"{of_all}; {figure_text(found, 0)} not evaluable"


def counts_table(rows: list[dict], everybody: dict, *, by_centre: bool = False) -> TextTable:
    """The charts of the overview in numbers: who is how many, who responded, who had side-effects.

    Parameters
    ----------
    rows
        Of ``overview/counts``; values that nobody in the cohort has are left out.
    everybody
        A row of ``summary/characteristics`` whose measure is known of all, with its ``n``.
    by_centre
        Whether the centres of the registry stand in it, too.
    """
    total = {f"n_all{end}": everybody[f"n{end}"] for end in ("", "_lowest", "_highest")}
    cells = []
    by_field = {field: list(found) for field, found in groupby(rows, key=itemgetter("field"))}
    for field, label in ((CENTRE if by_centre else {}) | COUNTED).items():
        cells.append((label, "", "", ""))
        cells += [
            (
                INDENT + value_words(field, row["value"]),
                ratio_cell(row | total, "n_patients", "n_all"),
                ratio_cell(row, "n_responders", "n_response_known"),
                ratio_cell(row, "n_with_side_effects", "n_patients"),
            )
            for row in _in_order(field, by_field.get(field, []))
            if row["n_patients_highest"]
        ]
    return TextTable(("", "Patients", "Responded", "Side-effects"), cells)


def _in_order(field: str, rows: list[dict]) -> list[dict]:
    """As the query has them, ages from the youngest."""
    return sorted(rows, key=lambda row: int(row["value"])) if field == "age_decade" else rows


def ratio_cell(row: dict, part: str, total: str) -> str:
    """``29/32 (91%)``: the share only where both are the same in all versions, and not of few."""
    if row[f"{total}_highest"] == 0:
        return MISSING
    text = f"{figure_text(row, 0, part)}/{figure_text(row, 0, total)}"
    if isinstance(row[total], Step):
        return text + _share_of_steps(row[part], row[total])
    if "⟨" in text or row[total] < MIN_GROUP_SIZE:
        return text
    return f"{text} ({percent_text(row[part] / row[total])}%)"


def _share_of_steps(part: Step, whole: Step) -> str:
    """`` (36–90%)``: what two steps leave open of a share; empty where either may be few."""
    if part.is_few or whole.is_few:
        return ""
    return open_percent(part.lowest / whole.highest, min(1, part.highest / whole.lowest))


def open_percent(lowest: float, highest: float) -> str:
    """`` (36–90%)``: a share of which only its ends are told, behind the counts."""
    return f" ({percent_text(lowest)}–{percent_text(highest)}%)"


def percent_text(share: float) -> str:
    """A share in whole percent, 0 and 100 only if it is nobody and everybody."""
    if 0 < share < 0.005:
        return "<1"
    if 0.995 <= share < 1:
        return ">99"
    return format_number(100 * share, 0)


def steps_note(k: int) -> list[str]:
    """How the figures of a registry that is shared outside are to be read."""
    if not k:
        return []
    median, quartile = (k * PATIENTS_PER_SIDE[name] for name in ("median", "quartile"))
    return [SMALL_CELLS.format(k=k, for_median=median, for_quartile=quartile)]


def table_1_notes(rows: list[dict], k: int = 0, *, as_printed: bool = True) -> list[str]:
    """What a reader of Table I has to know, from the same result."""
    labels = {name: MEDIANS[name].label.split(",")[0].lower() for name in TABLE_1_MEDIANS}
    return [
        "Median (range) over patients. Therapy duration: from the first to the last cycle, "
        f"counted in days and then rounded half up to {ROUNDED_TO[as_printed]}; a single cycle is "
        "0.",
        "Response: patients who responded, of all whose response is recorded (not evaluable "
        "ones included). Side-effects: patients who had any, of all.",
        missing_note(rows, labels | {"response": "response"}, k),
        *steps_note(k),
    ]


def table_2_notes(rows: list[dict], k: int = 0) -> list[str]:
    """What a reader of Table II has to know, from the same result."""
    labels = {"n_cycles": "number of cycles", "cumulative_dose_g_per_kg": "cumulative dosage"}
    return [
        "Median (range) over patients; a group of one patient has a single number. Side-effects: "
        "symptoms, in the order of the reference list, and in brackets the patients who had any.",
        missing_note(rows, labels, k),
        *steps_note(k),
    ]


def versions_note(table: TextTable, n_versions: int) -> list[str]:
    """What the angle brackets mean, if there are any in a table; nothing of recorded data."""
    words = " ".join(text for row in (table.columns, *table.rows) for text in row)
    if not n_versions or "⟨" not in words:
        return []
    return [
        f"{RANGE}: the publication leaves this open; range over {n_versions} "
        "reconstructed versions, each in agreement with it. No confidence interval."
        + " A symptom in ⟨ ⟩ occurs in some versions only."
        * bool(NAME_OF_SOME_VERSIONS.search(words))
        + f" “{NOT_TOLD}”: what may be one patient has no figure in the middle."
        * (NOT_TOLD in words)
    ]


def missing_note(rows: list[dict], labels: Mapping[str, str], k: int = 0) -> str:
    """For each measure in ``labels``, in how many patients it is not known.

    Of a registry that is shared outside those of fewer than ``k`` alone are not told.
    """
    counts = []
    for measure, label in labels.items():
        # A measure has one row for each of its statistics, and in Table II for each group.
        once = {row.get("diagnosis_group"): row for row in rows if row["measure"] == measure}
        if rows and not once:
            raise KeyError(measure)
        if not once:
            continue
        total = {name: sum(row[name] for row in once.values()) for name in MISSING_COUNTS}
        is_few = k and total["n_missing"].is_few
        if total["n_missing_highest"] > 0 and not is_few:
            counts.append(f"{label} {figure_text(total, 0, 'n_missing')}")
    if k:
        counts.append("all others few or none" if counts else "few or none of each")
    return f"Missing, left out (patients): {', '.join(counts) or 'none'}."


def figure_text(row: dict, decimals: int, name: str = "value") -> str:
    """A figure with its range over the versions, rounded half up and without trailing zeros."""
    values = (row[name], row[f"{name}_lowest"], row[f"{name}_highest"])
    return format_figure(
        *(None if value is None else round_half_up(value, decimals) for value in values)
    )


def _median_figure(
    part: str, label: str, statistics: Statistics, measure: str, *, as_printed: bool
) -> KeyFigure:
    value = median_text(statistics, measure, as_printed=as_printed)
    spread = range_text(statistics, measure, as_printed=as_printed)
    if value.startswith(NOT_TOLD):
        return KeyFigure(
            part, label, NOT_TOLD, f"{value.removeprefix(NOT_TOLD).strip()} in versions"
        )
    is_one = statistics[measure, "median"]["n_highest"] < 2
    detail = "one patient" if is_one else f"median ({spread})" if spread else "median"
    return KeyFigure(part, label, value, detail)


def _n(row: dict) -> str:
    return figure_text(row, 0, "n")


def _capitalised(text: str) -> str:
    return re.sub(r"[a-zA-Z]", lambda match: match[0].upper(), text, count=1)
