"""How much was used, and what it cost at the reader's price."""

from collections.abc import Iterator

from lib import written
from lib.charts.dose import AMOUNTS, dose_dots
from lib.dose_cost import CONFOUNDED, GROUPINGS, NO_PRICE, UNITS, method, read_price
from lib.report.content import Block
from lib.report.sections.kind import PALETTE, Kind, chart, remark, table
from lib.report.sections.version import VERSION, shown
from lib.report.subject import Inquiry, Option, ReportError

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
        *method(by, m, has_intervals=not inquiry.subject.k),
    ]
    name, *cells = next(row for row in told.table.rows if row[0] == f"{unit} per cycle")
    each = zip(told.table.columns[1:], cells, strict=True)
    says = f"{name}: {', '.join(map(' '.join, each))}."
    yield table(inquiry, GROUPINGS[by], told, notes, says)
    if why := inquiry.withheld("dose/patients"):
        yield remark(why)
        return
    version = shown(inquiry)
    patients = inquiry.records("dose/patients", version=version)
    drawn = [row for row in patients if row[AMOUNTS[unit].measure] is not None]
    if not drawn:
        yield remark(f"Of nobody in the cohort the {unit} are known.")
        return
    tiers = inquiry.records("dose/by_tier")
    notes = [f"Version {version} of {m}."] if version else []
    yield chart(inquiry, dose_dots(drawn, tiers, unit, PALETTE), notes, says)


SECTION = Kind(
    "cost", "Dose and cost", "How much was used, at what cost?", build, (BY, UNIT, PRICE, VERSION)
)
