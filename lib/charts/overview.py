"""The charts of the overview: counts in the cohort, as pure functions of a query's result.

No form holds data (no count in a title, no domain): it is built once, and at a change of the
filter the browser moves the bars instead of drawing the chart anew.
"""

from dataclasses import dataclass

from lib.charts import filled
from lib.charts.kept import kept
from lib.figures import MISSING, Step, format_figure
from lib.palette import DIAGNOSIS_GROUPS, DOSE_TIERS, Palette

NOT_EVALUABLE = "not evaluable"
PICK = "pick"
BRUSH = "brush"
# As many dots, this far apart, fit beside the names on a phone.
MOST_DOTS = 18
DOT_PITCH = 10
# As long as the longest row of dots, in pixels.
BAR_LENGTH = MOST_DOTS * DOT_PITCH
FILL_OPACITY = {"yes": 1, "in some versions": 0.35, "no": 0, NOT_EVALUABLE: 0}
# Whose outcomes stand in a row, as a reader chooses it → the field of the query.
OUTCOMES_BY = {"diagnosis group": "diagnosis_group", "centre": "centre"}
OUTCOMES = {
    "responded": ("n_responders", "n_response_known"),
    "side-effects": ("n_with_side_effects", "n_patients"),
}
# Of an outcome, how many of its total were judged to be neither a yes nor a no.
NEITHER = {"responded": "n_not_evaluable"}


@dataclass(frozen=True)
class Bars:
    """What one chart of pickable bars asks, and the colours of its values."""

    title: str
    description: str
    values: tuple[str, ...]
    colours: str


BY_DIAGNOSIS = Bars(
    "Which diagnoses do they have?",
    "Bars: number of patients of the cohort in each diagnosis group.",
    DIAGNOSIS_GROUPS,
    "diagnosis_groups",
)
BY_DOSE = Bars(
    "Which dose did they usually get per cycle?",
    "Bars: number of patients of the cohort by usual IVIg dose per cycle.",
    DOSE_TIERS,
    "dose_tiers",
)


def patients_by_diagnosis(counts: list[dict], palette: Palette) -> dict:
    """Patients of each diagnosis group; a click picks the group.

    Parameters
    ----------
    counts
        Rows of ``overview/counts`` with field ``diagnosis_group``.
    """
    rows = [_with_text(row, label=row["value"]) for row in counts]
    return filled(_bars(BY_DIAGNOSIS, palette), counts=rows)


def patients_by_dose(counts: list[dict], palette: Palette) -> dict:
    """Patients by their usual dose per cycle; a click picks the dose.

    Parameters
    ----------
    counts
        Rows of ``overview/counts`` with field ``dose_tier``.
    """
    rows = [_with_text(row, label=f"{row['value']} g/kg") for row in counts]
    return filled(_bars(BY_DOSE, palette), counts=rows)


def ages(counts: list[dict], palette: Palette) -> dict:
    """Age at the first IVIg, in decades; a stretch drawn along the axis picks the ages.

    Parameters
    ----------
    counts
        Rows of ``overview/counts`` with field ``age_decade``.
    """
    rows = [_with_text(row, start=int(row["value"]), end=int(row["value"]) + 10) for row in counts]
    return filled(_histogram(palette), counts=rows)


def outcomes(counts: list[dict], by: str, palette: Palette) -> dict:
    """Response and side-effects in each group: one dot a patient, or bars of shares.

    Dots that stood for several patients each would contradict the figures behind them: in a
    registry with large groups a bar is filled as far as the share goes, as in one that is shared
    outside.

    Parameters
    ----------
    counts
        Rows of ``overview/counts`` with the field of the groups.
    by
        What the groups are, one of ``OUTCOMES_BY``.
    """
    is_shared = any(isinstance(row["n_patients"], Step) for row in counts)
    if is_shared or max(row["n_patients_highest"] for row in counts) > MOST_DOTS:
        return filled(_share_rows(by, palette), rates=_shares(counts))
    dots = _dots(counts)
    return filled(_dot_rows(by, palette), rates=_rates(counts, dots), dots=dots)


def prepare_forms(palette: Palette) -> None:
    """Build every form that a small registry asks for, before anybody waits for it."""
    _bars(BY_DIAGNOSIS, palette)
    _bars(BY_DOSE, palette)
    _histogram(palette)
    _dot_rows("diagnosis group", palette)


@kept
def _bars(bars: Bars, palette: Palette) -> dict:
    from lib.charts import overview_forms

    return overview_forms.bars(bars, palette)


@kept
def _histogram(palette: Palette) -> dict:
    from lib.charts import overview_forms

    return overview_forms.histogram(palette)


@kept
def _dot_rows(by: str, palette: Palette) -> dict:
    from lib.charts import overview_forms

    return overview_forms.dot_rows(by, palette)


@kept
def _share_rows(by: str, palette: Palette) -> dict:
    from lib.charts import overview_forms

    return overview_forms.share_rows(by, palette)


def _with_text(row: dict, **further: object) -> dict:
    return {**row, "text": _figure(row, "n_patients"), **further}


def _dots(counts: list[dict]) -> list[dict]:
    """One row per (group, outcome, dot): where it is and what is known of it."""
    dots = []
    for row in counts:
        for outcome, (figure, total) in OUTCOMES.items():
            certain, possible = row[f"{figure}_lowest"], row[f"{figure}_highest"]
            n_open, n_not = possible - certain, max(row[total] - possible, 0)
            # Who is that in some versions only is a no here, as long as there is room for it.
            n_neither = min(row[f"{NEITHER[outcome]}_lowest"], n_not) if outcome in NEITHER else 0
            states = ["yes"] * certain + ["in some versions"] * n_open
            states += ["no"] * (n_not - n_neither) + [NOT_EVALUABLE] * n_neither
            dots += [
                {
                    "value": row["value"],
                    "outcome": outcome,
                    "x": DOT_PITCH * position,
                    "state": state,
                    "fill_opacity": FILL_OPACITY[state],
                }
                for position, state in enumerate(states, start=1)
            ]
    return dots


def _rates(counts: list[dict], dots: list[dict]) -> list[dict]:
    """One row per (group, outcome): ``17/18``, and behind which dot it stands."""
    # The dots of a row come from left to right, so that the last one stays.
    last_dots = {(dot["value"], dot["outcome"]): dot["x"] for dot in dots}
    rates = []
    for row in counts:
        for outcome, (figure, total) in OUTCOMES.items():
            x = last_dots.get((row["value"], outcome), 0)
            text = _rate(row, figure, total) if x else MISSING
            rates.append({"value": row["value"], "outcome": outcome, "x": x, "text": text})
    return rates


def _shares(counts: list[dict]) -> list[dict]:
    """One row per (group, outcome): ``210/240``, and how far its bar is filled."""
    shares = []
    for row in counts:
        for outcome, (figure, total) in OUTCOMES.items():
            most, fewest = (row[f"{total}{end}"] for end in ("_highest", "_lowest"))
            certain = row[f"{figure}_lowest"] / most if most else 0
            possible = min(row[f"{figure}_highest"] / fewest, 1) if fewest else float(most > 0)
            # Of few a bar as long as all would say what is not told: there is none.
            is_few = isinstance(row[total], Step) and row[total].is_few
            length = 0 if is_few else BAR_LENGTH
            shares.append(
                {
                    "number": len(shares),
                    "value": row["value"],
                    "outcome": outcome,
                    "certain": length * certain,
                    "possible": length * possible,
                    "end": length if most else 0,
                    "text": _rate(row, figure, total) if most else MISSING,
                }
            )
    return shares


def _rate(row: dict, figure: str, total: str) -> str:
    return f"{_figure(row, figure)}/{_figure(row, total)}"


def _figure(row: dict, name: str) -> str:
    return format_figure(row[name], row[f"{name}_lowest"], row[f"{name}_highest"], 0)
