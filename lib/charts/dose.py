"""How much each patient was given in all: one dot a patient, as a pure function of queries."""

import math
from dataclasses import dataclass

from lib.charts import filled
from lib.charts.kept import kept
from lib.charts.swarm import swarm
from lib.charts.thinned import said_of_thinned
from lib.dose_cost import grouped
from lib.figures import format_figure
from lib.palette import Palette

DOTS_ABOVE_EACH_OTHER = 13
# Dots in one bin of this width, a factor, stand above each other, and beside each other in so many
# columns at most: none is moved by more than this width, 8%.
COLUMN = 1.08
COLUMNS = 3


@dataclass(frozen=True)
class Amount:
    """What the dots measure: the queries' column, its count, the axis' title, and decimals."""

    measure: str
    n: str
    axis: str
    decimals: int


AMOUNTS = {
    "g/kg": Amount("g_per_kg", "n_patients", "Cumulative dose, g/kg (logarithmic scale)", 1),
    "grams": Amount("grams", "n_weighed", "Cumulative dose, grams (logarithmic scale)", 0),
}


def dose_dots(patients: list[dict], tiers: list[dict], unit: str, palette: Palette) -> dict:
    """Cumulative dose of each patient by the dose tier of the usual dose, with the tiers' medians.

    Parameters
    ----------
    patients
        Rows of ``dose/patients`` by the unit's amount, at least one; if not everybody is among
        them, the chart says so.
    tiers
        Rows of ``dose/by_tier``.
    unit
        One of ``AMOUNTS``.
    """
    about = AMOUNTS[unit]
    labels = {row["dose_tier"]: _label(row, about) for row in tiers}
    places = [(row["dose_tier"], round(math.log(row[about.measure], COLUMN))) for row in patients]
    dots = [
        _dot(row, about, labels[row["dose_tier"]], column, height)
        for row, (column, height) in zip(
            patients, swarm(places, DOTS_ABOVE_EACH_OTHER, COLUMNS), strict=True
        )
    ]
    medians = [
        {
            "label": labels[row["dose_tier"]],
            "dose_tier": row["dose_tier"],
            "median": row[about.measure],
            "lowest": row[f"{about.measure}_lowest"],
            "highest": row[f"{about.measure}_highest"],
        }
        for row in tiers
    ]
    chart = filled(_dots(about, palette), medians=medians, patients=dots)
    return said_of_thinned(chart, len(patients), patients[0]["n_known"])


@kept
def _dots(about: Amount, palette: Palette) -> dict:
    from lib.charts import dose_forms

    return dose_forms.rows_of_dots(about, palette)


def _label(row: dict, about: Amount) -> str:
    """Three lines beside the dots: tier, patients, median."""
    n, median = (
        format_figure(row[name], row[f"{name}_lowest"], row[f"{name}_highest"], decimals)
        for name, decimals in ((about.n, 0), (about.measure, about.decimals))
    )
    return grouped(f"{row['dose_tier']} g/kg|n = {n}|median {median}")


def _dot(row: dict, about: Amount, label: str, column: float, height: float) -> dict:
    amount, lowest, highest = (row[about.measure + end] for end in ("", "_lowest", "_highest"))
    is_open = lowest != highest or row["dose_is_open"]
    return {
        "label": label,
        "dose_tier": row["dose_tier"],
        "patient_id": row["patient_id"],
        "x": amount * COLUMN**column,
        "height": height,
        "fill_opacity": 0 if is_open else 1,
        "amount": grouped(format_figure(amount, lowest, highest, about.decimals)),
        "n_cycles": row["n_cycles"],
    }
