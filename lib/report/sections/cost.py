"""How much was used, and what it cost at the reader's price."""

from collections.abc import Iterator

from lib import written
from lib.charts.dose import AMOUNTS, dose_dots
from lib.charts.thinned import MOST_DOTS
from lib.dose_cost import CONFOUNDED, GROUPINGS, UNITS, intervals_in, method, read_price
from lib.figures import MISSING, WITHHELD
from lib.report.content import Block
from lib.report.sections.kind import PALETTE, Kind, chart, of_somebody, remark, table
from lib.report.sections.version import VERSION, shown
from lib.report.subject import Inquiry, Option, ReportError
from lib.tables import TextTable

NO_PRICE = "No price per gram was given, so that there is no cost."
# Of so many groups a title holds the figures.
MOST_SAID = 2
BY = Option("dose_and_cost_by", "Columns", tuple(GROUPINGS))
UNIT = Option("dose_and_cost_unit", "Unit", tuple(UNITS))
PRICE = Option("dose_and_cost_price", "Price per gram")


def build(inquiry: Inquiry) -> Iterator[Block]:
    """The table of use and cost, and a dot a patient."""
    by, unit = inquiry.choice(BY), inquiry.choice(UNIT)
    price, problem = read_price(inquiry.choice(PRICE))
    if problem:
        raise ReportError(problem)
    m, is_told = inquiry.manifest.imputations, not inquiry.withheld("dose/cost_basis")
    told = written.use(by, unit, price, inquiry, is_basis_told=is_told)
    notes = [
        CONFOUNDED[by],
        *([NO_PRICE] if price is None else []),
        *method(by, intervals_in(told.table)),
    ]
    says = _says(told.table, f"{unit} per cycle")
    yield table(inquiry, GROUPINGS[by], of_somebody(told), notes, says)
    if why := inquiry.withheld("dose/patients"):
        yield remark(why)
        return
    version = shown(inquiry)
    asked = {"amount": AMOUNTS[unit].measure, "most_drawn": MOST_DOTS}
    patients = inquiry.records("dose/patients", version=version, **asked)
    if not patients:
        yield remark(f"Of nobody in the cohort the {unit} are known.")
        return
    tiers = inquiry.records("dose/by_tier")
    notes = [f"Version {version} of {m}."] if version else []
    row = next(row for row in told.table.rows if row[0] == f"{unit} per patient, median (range)")
    says = f"{row[0]}: {row[-1]}." * (row[-1] not in (MISSING, WITHHELD))
    yield chart(inquiry, dose_dots(patients, tiers, unit, PALETTE), notes, says)


def _says(told: TextTable, label: str) -> str:
    """A row of the table, as far as it is told: ``g/kg per cycle: 0.83 reduced, 1.92 standard.``"""
    _, *figures = next(row for row in told.rows if row[0] == label)
    heads = [head.partition(" (")[0].lower() for head in told.columns[1:]]
    groups = list(zip(figures, heads, strict=True))[:MOST_SAID]
    known = [f"{figure} {head}" for figure, head in groups if figure not in (MISSING, WITHHELD)]
    return f"{label}: {', '.join(known)}." if known else ""


SECTION = Kind(
    "cost", "Dose and cost", "How much was used, at what cost?", build, (BY, UNIT, PRICE, VERSION)
)
