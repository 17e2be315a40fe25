"""The publication's two tables for any cohort: statistics → text cells → great_tables.

The cells are plain text, so that they can be compared with the printed ones; the look comes
last. great_tables takes a third of a second to import, so only drawing a table does.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from lib.figures import MISSING, format_figure, round_half_up
from lib.palette import Palette

if TYPE_CHECKING:
    from great_tables import GT


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
MISSING_COUNTS = ("n_missing", "n_missing_lowest", "n_missing_highest")
VERSIONS = re.compile("⟨.*?⟩")

KEY_FIGURES_CSS = """
.key-figures { display: grid; grid-template-columns: 2fr 3fr 2fr; gap: 0.5rem 1.25rem; }
.key-figures section { border-top: 1px solid currentColor; padding-top: 0.25rem; }
.key-figures h2 { font-size: 0.85rem; font-weight: 600; line-height: 1.3; margin: 0; padding: 0; }
.key-figures dl { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); }
.key-figures dl { gap: 0.75rem; margin: 0.25rem 0 0; padding: 0; }
.key-figures dd { margin: 0; padding: 0; line-height: 1.3; }
.key-figures dt, .key-figures span { font-size: 0.8rem; font-weight: 400; opacity: 0.85; }
.key-figures b { display: block; font-size: 1.5rem; font-weight: 600; }
.key-figures small { font-size: 0.85em; font-weight: 400; white-space: nowrap; }
.key-figures b small { font-size: 0.6em; }
@media (max-width: 700px) { .key-figures { grid-template-columns: 1fr; } }
"""

Statistics = Mapping[tuple[str, str], pd.Series]


def by_statistic(frame: pd.DataFrame) -> Statistics:
    """The rows of a summary query by (measure, statistic)."""
    return {(row["measure"], row["statistic"]): row for _, row in frame.iterrows()}


def median_cell(statistics: Statistics, measure: str) -> str:
    """Median of a measure with its range: ``6 (1–51)``, for a single patient ``6``."""
    spread = range_text(statistics, measure)
    return median_text(statistics, measure) + (f" ({spread})" if spread else "")


def median_text(statistics: Statistics, measure: str) -> str:
    """Median of a measure, rounded as the publication rounds it."""
    return _figure(statistics[measure, "median"], MEDIANS[measure].median_decimals)


def range_text(statistics: Statistics, measure: str) -> str:
    """Lowest to highest value of a measure: ``1–51``; empty for a single patient."""
    ends = [statistics[measure, statistic] for statistic in ("minimum", "maximum")]
    if ends[0]["n_highest"] < 2:
        return ""
    return "–".join(_figure(end, MEDIANS[measure].range_decimals) for end in ends)


def rate_cell(statistics: Statistics, measure: str) -> str:
    """How many of how many: ``29/32``; a dash if it is known of nobody."""
    count = statistics[measure, "count"]
    if count["n_highest"] == 0:
        return MISSING
    return f"{_figure(count, 0)}/{_n(count)}"


def table_1(frame: pd.DataFrame) -> pd.DataFrame:
    """Table I of the publication from the result of ``summary/characteristics``.

    Returns
    -------
    DataFrame
        Columns ``Characteristics`` and ``Cohort``: one row as printed each.
    """
    statistics = by_statistic(frame)
    rows = [(MEDIANS[name].label, median_cell(statistics, name)) for name in TABLE_1_MEDIANS]
    rows += [(label, rate_cell(statistics, name)) for name, label in COUNTS.items()]
    return pd.DataFrame(rows, columns=["Characteristics", "Cohort"])


def table_2(frame: pd.DataFrame) -> pd.DataFrame:
    """Table II of the publication from the result of ``summary/by_diagnosis``.

    Returns
    -------
    DataFrame
        ``TABLE_2_COLUMNS``, one row per diagnosis group, in the order of the query.
    """
    rows = []
    for group, group_rows in frame.groupby("diagnosis_group", sort=False):
        statistics = by_statistic(group_rows)
        rows.append(
            (
                f"{_capitalised(group)} (n={_n(statistics['has_side_effect', 'count'])})",
                median_cell(statistics, "n_cycles"),
                median_cell(statistics, "cumulative_dose_g_per_kg"),
                side_effect_cell(statistics),
            )
        )
    return pd.DataFrame(rows, columns=list(TABLE_2_COLUMNS))


def side_effect_cell(statistics: Statistics) -> str:
    """Symptoms and how many patients had any: ``Headache, nausea (n=2)``, or ``None``.

    Symptoms that occur in only some versions stand in angle brackets after the others.
    """
    patients = statistics["has_side_effect", "count"]
    if patients["value_highest"] == 0:
        return NONE
    symptoms = [row for (measure, _), row in statistics.items() if measure == "symptom"]
    always = [row["statistic"] for row in symptoms if row["value_lowest"] > 0]
    sometimes = [row["statistic"] for row in symptoms if row["value_lowest"] == 0]
    names = [*always, *([f"⟨{', '.join(sometimes)}⟩"] if sometimes else [])]
    return f"{_capitalised(', '.join(names))} (n={_figure(patients, 0)})"


def key_figures(frame: pd.DataFrame) -> pd.DataFrame:
    """The cohort at one look, from the result of ``summary/characteristics``.

    Returns
    -------
    DataFrame
        Columns ``part`` (the question answered), ``label``, ``value`` and ``detail``.
    """
    statistics = by_statistic(frame)
    patients = _n(statistics["has_side_effect", "count"])
    rows = [
        ("Who they are", "Patients", patients, f"{rate_cell(statistics, 'female')} female"),
        _median_figure("Who they are", "Age at first IVIg", statistics, "age_at_first_ivig_years"),
        _median_figure("What they got", "Cycles", statistics, "n_cycles"),
        _median_figure("What they got", "Total g/kg", statistics, "cumulative_dose_g_per_kg"),
        _median_figure("What they got", "Years of IVIg", statistics, "therapy_duration_years"),
        ("How it went", "Responded", rate_cell(statistics, "response"), "of all with a judgement"),
        ("How it went", "Side-effects", rate_cell(statistics, "has_side_effect"), "of all"),
    ]
    return pd.DataFrame(rows, columns=["part", "label", "value", "detail"])


def key_figures_html(figures: pd.DataFrame) -> str:
    """Key figures as a description list that wraps on a phone; colours are the page's own."""
    parts = []
    for part, rows in figures.groupby("part", sort=False):
        items = "".join(
            f"<div><dt>{escape(row.label)}</dt>"
            f"<dd><b>{with_quiet_ranges(row.value)}</b>"
            f"<span>{with_quiet_ranges(row.detail)}</span></dd></div>"
            for row in rows.itertuples()
        )
        parts.append(f"<section><h2>{escape(part)}</h2><dl>{items}</dl></section>")
    return f"<style>{KEY_FIGURES_CSS}</style><div class='key-figures'>{''.join(parts)}</div>"


def table_1_notes(frame: pd.DataFrame) -> list[str]:
    """What a reader of Table I has to know, from the same result."""
    labels = {name: MEDIANS[name].label.split(",")[0].lower() for name in TABLE_1_MEDIANS}
    return [
        "Median (range) over patients. Therapy duration: from the first to the last cycle, "
        "counted in days and then rounded half up to whole years; a single cycle is 0.",
        "Response: patients who responded, of all whose response is recorded (not evaluable "
        "ones included). Side-effects: patients who had any, of all.",
        missing_note(frame, labels | {"response": "response"}),
    ]


def table_2_notes(frame: pd.DataFrame) -> list[str]:
    """What a reader of Table II has to know, from the same result."""
    labels = {"n_cycles": "number of cycles", "cumulative_dose_g_per_kg": "cumulative dosage"}
    return [
        "Median (range) over patients; a group of one patient has a single number. Side-effects: "
        "symptoms, the most frequent first, and in brackets the patients who had any.",
        missing_note(frame, labels),
    ]


def versions_note(cells: pd.DataFrame, n_versions: int) -> list[str]:
    """What the angle brackets mean, if there are any in a table."""
    if not cells.map(lambda text: "⟨" in text).any(axis=None):
        return []
    return [
        f"⟨lowest–highest⟩: the publication leaves this open; range over {n_versions} "
        "reconstructed versions, each in agreement with it. No confidence interval. A symptom in "
        "⟨ ⟩ occurs in some versions only."
    ]


def missing_note(frame: pd.DataFrame, labels: Mapping[str, str]) -> str:
    """For each measure in ``labels``, in how many patients it is not known."""
    keys = [name for name in ("diagnosis_group", "measure") if name in frame]
    per_measure = frame.drop_duplicates(keys).groupby("measure")[list(MISSING_COUNTS)].sum()
    counts = [
        f"{label} {_figure(per_measure.loc[measure], 0, 'n_missing')}"
        for measure, label in labels.items()
        if per_measure.loc[measure, "n_missing_highest"] > 0
    ]
    return f"Missing, left out (patients): {', '.join(counts) or 'none'}."


def drawn(
    cells: pd.DataFrame, *, table_id: str, title: str, notes: list[str], palette: Palette
) -> "GT":
    """Draw a table as publications print it: three rules, no grid, notes below.

    Parameters
    ----------
    cells
        Text cells; the first column holds the rows' names.
    table_id
        Prefix of the table's CSS, unique on the page.
    """
    from great_tables import GT

    table = (
        GT(cells, id=table_id)
        .tab_header(title)
        .fmt(with_quiet_ranges, columns=list(cells.columns))
        .cols_align("left")
        .tab_options(
            container_width="100%",
            container_padding_y="0px",
            table_width="100%",
            table_background_color="transparent",
            table_font_color=palette.text,
            table_font_names="inherit",
            table_font_size="0.95rem",
            heading_align="left",
            heading_title_font_size="1.05rem",
            heading_title_font_weight="600",
            heading_border_bottom_color=palette.text,
            column_labels_font_weight="600",
            column_labels_border_top_color=palette.text,
            column_labels_border_bottom_color=palette.text,
            column_labels_border_bottom_width="1px",
            table_border_top_style="none",
            heading_padding="8px",
            table_border_bottom_style="none",
            table_body_border_top_color=palette.text,
            table_body_border_top_width="1px",
            table_body_border_bottom_color=palette.text,
            table_body_hlines_color=palette.grid,
            data_row_padding="6px",
            source_notes_font_size="0.85rem",
        )
    )
    for note in notes:
        table = table.tab_source_note(note)
    return table


def with_quiet_ranges(text: str) -> str:
    """A cell as HTML, with the ranges over versions small, unbroken and behind the figure."""
    return VERSIONS.sub(lambda match: f"<small>{match[0]}</small>", escape(text))


def _figure(row: pd.Series, decimals: int, name: str = "value") -> str:
    """A figure with its range over the versions, rounded half up and without trailing zeros."""
    values = (row[name], row[f"{name}_lowest"], row[f"{name}_highest"])
    return format_figure(
        *(value if math.isnan(value) else round_half_up(value, decimals) for value in values)
    )


def _median_figure(part: str, label: str, statistics: Statistics, measure: str) -> tuple:
    spread = range_text(statistics, measure)
    detail = f"median ({spread})" if spread else "one patient"
    return part, label, median_text(statistics, measure), detail


def _n(row: pd.Series) -> str:
    return _figure(row, 0, "n")


def _capitalised(text: str) -> str:
    return re.sub(r"[a-zA-Z]", lambda match: match[0].upper(), text, count=1)
