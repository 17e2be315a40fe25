"""When side-effects began: one dot a side-effect, as a pure function of a query's result."""

from dataclasses import dataclass

from lib.charts import filled
from lib.charts.kept import kept
from lib.charts.swarm import swarm
from lib.charts.thinned import said_of_thinned
from lib.palette import DOSE_TIERS, Palette

OPEN_DOSE = "not known"
DOSES = (*(f"{tier} g/kg" for tier in DOSE_TIERS), OPEN_DOSE)
DOTS_ABOVE_EACH_OTHER = 4
# How many dots fit beside each other on a projector.
DOTS_BESIDE_EACH_OTHER = 80
# Of the room between two days so much is that of either, where there is room for dots: none is
# moved out of its day, on an axis of many days none at all.
DAY_WIDTH = 0.8


@dataclass(frozen=True)
class Onset:
    """What time of onset is counted from: the query's column, and the axis' title."""

    measure: str
    axis: str


ONSET_FROM = {
    "cycle": Onset("days_since_cycle", "Days after the cycle's first infusion"),
    "first IVIg": Onset("onset_day", "Days since the first IVIg"),
}


def onset_strip(onsets: list[dict], symptoms: list[str], since: str, palette: Palette) -> dict:
    """Time of onset of each side-effect; hollow, with its range, where versions differ.

    Parameters
    ----------
    onsets
        Rows of ``side_effects/onset_days`` since then, at least one; if not all are among them,
        the chart says so.
    symptoms
        In their order from above.
    since
        One of ``ONSET_FROM``.
    """
    about = ONSET_FROM[since]
    timed = sorted(onsets, key=lambda row: (symptoms.index(row["symptom"]), row[about.measure]))
    days = [row[about.measure] for row in timed]
    column_width = max(max(days) - min(0, *days), 1) / DOTS_BESIDE_EACH_OTHER
    known = [row for row in timed if not _is_open(row, about)]
    places = [(row["symptom"], round(row[about.measure] / max(column_width, 1))) for row in known]
    packed = swarm(places, DOTS_ABOVE_EACH_OTHER, max(1, int(DAY_WIDTH / column_width)))
    dots = [
        _dot(row, about, column * column_width, height)
        for row, (column, height) in zip(known, packed, strict=True)
    ]
    # Ranges run below the dots that are known, not through them, and each dot stays on its day.
    ranges = [row for row in timed if _is_open(row, about)]
    packed = swarm([row["symptom"] for row in ranges], DOTS_ABOVE_EACH_OTHER, columns=1)
    dots += [
        _dot(row, about, 0, height / 2 - 0.7)
        for row, (_, height) in zip(ranges, packed, strict=True)
    ]
    for number, dot in enumerate(dots):
        dot |= {"number": number, "row": symptoms.index(dot["symptom"])}
    chart = filled(_strip(about, palette), onsets=dots)
    return said_of_thinned(chart, len(timed), timed[0]["n_known"])


@kept
def _strip(about: Onset, palette: Palette) -> dict:
    from lib.charts import side_effects_forms

    return side_effects_forms.strip(about, palette)


def _is_open(row: dict, about: Onset) -> bool:
    return row[f"{about.measure}_lowest"] != row[f"{about.measure}_highest"]


def _dot(row: dict, about: Onset, aside: float, height: float) -> dict:
    day, lowest, highest = (row[about.measure + end] for end in ("", "_lowest", "_highest"))
    is_open = _is_open(row, about)
    return {
        "symptom": row["symptom"],
        "patient_id": row["patient_id"],
        "dose": row["dose"] or OPEN_DOSE,
        "x": float(day + aside),
        "height": height,
        "lowest": float(lowest),
        "highest": float(highest),
        "fill_opacity": 0 if is_open else 1,
        "rule_opacity": 1 if is_open else 0,
        "when": f"day {day} ⟨{lowest}–{highest}⟩" if is_open else f"day {day}",
    }
