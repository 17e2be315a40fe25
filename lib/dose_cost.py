"""Doses and what they cost: the figures of both dosings, or of centres, side by side.

Everything here starts from the rows of ``dose/use``. No price is built in: it is the reader's, in
the reader's currency.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from math import floor, log10

from lib.caveats import LONG_COURSES, left_out
from lib.figures import (
    MIN_GROUP_SIZE,
    MISSING,
    format_figure,
    format_number,
    percent_words,
    round_half_up,
)
from lib.stats import ratio_interval, wilson_interval
from lib.stats.proportions import COST_PER_EVENT, WILSON
from lib.tables import TextTable

# What the figures are in → the prefix of the query's measures, and their decimals.
UNITS = {"g/kg": ("g_per_kg", 1), "grams": ("grams", 0)}
# What the columns are → the title of the table. The queries are asked with the same word.
GROUPINGS = {"dosing": "Reduced and standard dosing", "centre": "Centre by centre"}
DOSINGS = {
    "reduced": "Reduced (below 1.5 g/kg)",
    "standard": "Standard (1.5 g/kg or more)",
    None: "All",
}
ALL_CENTRES = "All centres"
# So many fit beside the chart.
MOST_CENTRES = 4
PRICE_FORM = re.compile(r"[0-9]{1,6}([.,][0-9]{1,2})?")
THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
# Of a cost whose body weights are filled in.
RECONSTRUCTED_DIGITS = 2
NO_COST_PER_RESPONDER = (
    "No cost per responder: with body weights that are filled in, it would set reduced against "
    "standard dosing by figures that nobody recorded. Costs are rounded to two digits."
)
VERSIONS = (
    "⟨lowest–highest⟩: range over {m} reconstructed versions, no confidence interval. Body weights "
    "that the publication does not tell of a patient are filled in, differently in each version: "
    "grams and cost are what would follow from them."
)
ENDS = ("figure", "figure_lowest", "figure_highest")
Measures = Mapping[str, dict]
GROUPED = {
    "dosing": "Dosing: the usual dose per cycle, below or from 1.5 g/kg. A patient whose dose "
    "changed in mid-course belongs to the most frequent one. Patients without cycles are left out.",
    "centre": "Centre: that of the patient, the centre with most patients first. Patients without "
    "cycles are left out.",
}
AMOUNTS_USED = (
    "Per cycle and per year of therapy: all that was given, divided by all cycles or by all years, "
    "from each patient's first cycle to the last and 28 days more, so that a single cycle has time "
    "too; it is not what a patient on uninterrupted therapy needs. Grams: g/kg times body weight."
)
METHOD = [
    AMOUNTS_USED,
    "A mean times the patients of whom it is known is what was used; grams are known where body "
    "weight is. It has no standard deviation: a few long courses "
    "may hold most of it, so that the range beside the median tells how patients differ.",
    "Responded: of all whose response is recorded (not evaluable ones included).",
]
METHOD_OF_INTERVALS = (
    "Behind it, from 5 patients on: Wilson score interval. It says how precise the share is; no "
    "test was made."
)
# The denominator of grams and cost.
WEIGHED = "Patients with known weight"
# Rows of the table that may hold an interval.
RESPONDED, COST_INTERVAL = "Responded", "95% interval of that"
CONFOUNDED = {
    "dosing": "Described, never recommended: physicians chose the dose for reasons that bear on "
    "the outcome too (confounding by indication). No difference between the columns is tested.",
    "centre": "Described, never ranked: whom a centre treats, how ill they are and how it judges "
    "response bear on use and outcome (selection). No difference between the columns is tested.",
}
NO_PRICE = (
    "Enter what a gram costs you, in any currency, and the cost appears as rows of the table."
)
METHOD_PER_RESPONDER = (
    "Cost per responder: the grams of patients with a recorded response and weight, responders or "
    "not, times the price, divided by the responders. Its interval holds how patients differ in "
    "grams and in response (MOVER: Student's limits of the mean on the log scale, Wilson's of the "
    "share, their correlation); the price is no estimate."
)


def intervals_in(table: TextTable) -> set[str]:
    """The methods of the intervals that a table of use and cost holds."""
    rows = {row[0]: row[1:] for row in table.rows}
    of_cost = rows.get(COST_INTERVAL, ())
    has_cost = any(cell != MISSING and not cell.startswith("none") for cell in of_cost)
    has_share = any("%" in cell for cell in rows.get(RESPONDED, ()))
    return {*[WILSON] * has_share, *[COST_PER_EVENT] * has_cost}


def method(by: str, intervals: Collection[str]) -> list[str]:
    """What has to be said of how the table came about.

    Parameters
    ----------
    intervals
        See `intervals_in`.
    """
    return [
        GROUPED[by],
        *METHOD,
        *([METHOD_OF_INTERVALS] if WILSON in intervals else []),
        *([METHOD_PER_RESPONDER] if COST_PER_EVENT in intervals else []),
    ]


def read_price(text: str) -> tuple[float | None, str]:
    """The price per gram that a reader typed, or what is wrong with it.

    Parameters
    ----------
    text
        Digits with a decimal point or comma and at most two digits behind it. Three would leave
        open whether 1.250 is more than a thousand.

    Returns
    -------
    price, problem
        Currency per gram, above 0; ``None`` if the text is empty or no price. ``problem`` is a
        sentence if it is no price, else empty.
    """
    typed = text.strip()
    if not typed:
        return None, ""
    price = float(typed.replace(",", ".")) if PRICE_FORM.fullmatch(typed) else 0
    if price > 0:
        return price, ""
    return None, (
        f"“{typed[:40]}” is no price per gram. Write a number above 0 with at most two decimals, "
        "such as 62.50 or 62,50, without currency and without a sign between thousands."
    )


def dose_table(
    rows: list[dict],
    by: str,
    unit: str,
    price: float | None,
    basis: Iterable[dict] = (),
    *,
    reconstructed: bool = False,
) -> TextTable:
    """Use and, with a price, cost of both dosings or of the largest centres, and of all.

    Parameters
    ----------
    rows
        Of ``dose/use``.
    by
        What it was asked with, one of ``GROUPINGS``.
    unit
        One of ``UNITS``.
    price
        Currency per gram; ``None``: no rows on cost.
    basis
        Rows of ``dose/cost_basis`` of a recorded registry: what the interval rests on.
    reconstructed
        Whether body weights are filled in. Costs then have two digits, and none is per responder:
        it would set one dosing's success against another's at weights that nobody measured.
    """
    heads = DOSINGS if by == "dosing" else _centre_heads(rows)
    groups = {
        value: {row["measure"]: row for row in rows if row["value"] == value} for value in heads
    }
    costs = [] if price is None else _cost_lines(price, reconstructed=reconstructed)
    in_grams = not reconstructed and (unit == "grams" or price is not None)
    lines = [*_use_lines(unit, in_grams=in_grams), *costs]
    cells = [
        (label, *(write(measures) if measures else MISSING for measures in groups.values()))
        for label, write in lines
    ]
    if price is not None and not reconstructed:
        rests_on = {row["value"]: row for row in basis}
        intervals = (_cost_interval(rests_on.get(value), price) for value in groups)
        cells.append((COST_INTERVAL, *intervals))
    return TextTable(("", *heads.values()), cells)


def _centres(rows: list[dict]) -> list[str]:
    """The centres of the cohort's patients, that with most of them first.

    None if the registry, all of whose centres have rows, has a single one.
    """
    every = [row for row in rows if row["measure"] == "n_patients" and row["value"] is not None]
    if len(every) < 2:
        return []
    sizes = {row["value"]: row["figure"] for row in every if row["figure_highest"]}
    return sorted(sizes, key=lambda centre: (-sizes[centre], centre))


def _centre_heads(rows: list[dict]) -> dict[str | None, str]:
    """The largest centres by name, and all of them."""
    shown = sorted(_centres(rows)[:MOST_CENTRES])
    return {centre: centre for centre in shown} | {None: ALL_CENTRES}


def _centres_note(rows: list[dict]) -> list[str]:
    """How many centres have no column, if any."""
    fewer = left_out(len(_centres(rows)) - MOST_CENTRES, "centre", "column")
    return [f"{fewer}, and count in “{ALL_CENTRES}”; the filter shows any centre."] if fewer else []


def weight_note(rows: list[dict]) -> str:
    """Of how many patients the body weight is recorded, and so what they were given in grams."""
    everybody = {row["measure"]: row for row in rows if row["value"] is None}
    weighed, patients = (_figure(everybody, name, 0) for name in ("n_weighed", "n_patients"))
    return f"Grams and cost: of the {weighed} of {patients} patients with a recorded body weight."


def use_notes(rows: list[dict], by: str, price: float | None, m: int) -> list[str]:
    """What a reader of the table has to know of a registry.

    Parameters
    ----------
    rows
        Of ``dose/use``.
    by
        What it was asked with, one of ``GROUPINGS``.
    price
        Currency per gram, if there is one.
    m
        How many versions the registry has; 0 if it is recorded.
    """
    further = _centres_note(rows) if by == "centre" else []
    if not m:
        return [*further, weight_note(rows)]
    notes = [*further, VERSIONS.format(m=m), LONG_COURSES]
    return notes if price is None else [*notes, NO_COST_PER_RESPONDER]


def _use_lines(unit: str, *, in_grams: bool) -> list[tuple]:
    prefix, decimals = UNITS[unit]
    weighed = (WEIGHED, lambda found: _figure(found, "n_weighed", 0))
    return [
        ("Patients", lambda found: _figure(found, "n_patients", 0)),
        ("Cycles", lambda found: _figure(found, "n_cycles", 0)),
        *([weighed] if in_grams else []),
        (
            f"{unit} per cycle",
            lambda found: _figure(found, f"{prefix}_per_cycle", 2 if decimals else 0),
        ),
        (
            f"{unit} per patient, mean",
            lambda found: _figure(found, f"{prefix}_per_patient", decimals),
        ),
        (f"{unit} per patient, median (range)", lambda found: _median(found, prefix, decimals)),
        (
            f"{unit} per year of therapy",
            lambda found: _figure(found, f"{prefix}_per_year", decimals),
        ),
        (RESPONDED, _responded),
    ]


def _cost_lines(price: float, *, reconstructed: bool) -> list[tuple]:
    def cost(measure: str) -> Callable[[Measures], str]:
        digits = RECONSTRUCTED_DIGITS if reconstructed else None
        return lambda found: _cost(found, measure, price, digits)

    use = [
        ("Cost per cycle", cost("grams_per_cycle")),
        ("Cost per patient, mean", cost("grams_per_patient")),
        ("Cost per year of therapy", cost("grams_per_year")),
    ]
    if reconstructed:
        return use
    return [
        *use,
        ("Responded, of those with a known weight", _responded_weighed),
        ("Cost per responder of these", cost("grams_per_responder")),
    ]


def _figure(found: Measures, measure: str, decimals: int) -> str:
    row = found.get(measure)
    if row is None:
        return MISSING
    return grouped(format_figure(*(row[end] for end in ENDS), decimals))


def _cost(found: Measures, measure: str, price: float, digits: int | None) -> str:
    """A cost in whole units, or with so many digits that count."""
    row = found.get(measure)
    if row is None or row["figure"] is None:
        return MISSING
    costs = [price * row[end] for end in ENDS]
    if digits is not None:
        costs = [to_digits(cost, digits) for cost in costs]
    return grouped(format_figure(*costs, 0))


def to_digits(value: float, digits: int) -> float:
    """A positive number with so many digits that count, half up as everywhere."""
    return round_half_up(value, digits - 1 - floor(log10(value))) if value > 0 else 0.0


def _median(found: Measures, prefix: str, decimals: int) -> str:
    median, lowest, highest = (
        _figure(found, f"{prefix}_per_patient_{name}", decimals)
        for name in ("median", "minimum", "maximum")
    )
    return median if MISSING in (median, lowest) else f"{median} ({lowest}–{highest})"


def _responded(found: Measures) -> str:
    if not found["n_judged"]["figure_highest"]:
        return MISSING
    text = f"{_figure(found, 'n_responders', 0)}/{_figure(found, 'n_judged', 0)}"
    n_judged = found["n_judged"]["figure"]
    if not _is_determined(found, "n_responders", "n_judged") or n_judged < MIN_GROUP_SIZE:
        return text
    interval = wilson_interval(found["n_responders"]["figure"], n_judged)
    return f"{text}, {percent_words(interval)}"


def _responded_weighed(found: Measures) -> str:
    n, total = (_figure(found, f"{name}_weighed", 0) for name in ("n_responders", "n_judged"))
    return f"{n}/{total}"


def _cost_interval(basis: dict | None, price: float) -> str:
    if basis is None:
        return MISSING
    if basis["n_judged"] < MIN_GROUP_SIZE:
        return f"none: fewer than {MIN_GROUP_SIZE} patients"
    interval = ratio_interval(
        price * basis["grams_mean"],
        price * basis["grams_sd"],
        basis["correlation"],
        basis["n_responders"],
        basis["n_judged"],
    )
    lower, upper = (grouped(format_number(end, 0)) for end in (interval.lower, interval.upper))
    return f"from {lower}; nobody responded" if interval.upper is None else f"{lower} to {upper}"


def _is_determined(found: Measures, *names: str) -> bool:
    return all(found[name]["figure_lowest"] == found[name]["figure_highest"] for name in names)


def grouped(text: str) -> str:
    """Numbers of five digits and more in groups of three."""
    return re.sub(
        r"(?<![\d.])\d{5,}", lambda match: f"{int(match[0]):,}".replace(",", THIN_SPACE), text
    )
