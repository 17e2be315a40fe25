"""Dose and cost: how much immunoglobulin was used, and what that costs at the reader's price."""

from functools import partial

import streamlit as st

from lib import written
from lib.ask import NO_LIMIT
from lib.charts.dose import AMOUNTS, dose_dots
from lib.charts.thinned import MOST_DOTS
from lib.cohort import Cohort
from lib.dose_cost import (
    CONFOUNDED,
    GROUPINGS,
    NO_PRICE,
    UNITS,
    intervals_in,
    method,
    read_price,
)
from lib.markup import method_html
from lib.ui.beside import beside, columns_or_rows, table_beside
from lib.ui.chart import draw_chart
from lib.ui.choice import choice, choice_of_groups
from lib.ui.cohort_state import current_cohort
from lib.ui.data import records, warehouse
from lib.ui.look import palette
from lib.ui.notice import as_text
from lib.ui.prose import heading
from lib.ui.takeaway import Offer, take_away
from lib.ui.version import RECORDED, shown_version, version_control
from lib.ui.withheld import is_withheld, say_withheld, sums_note

PRICE_HELP = "In your currency; a decimal point or comma. It stays in the address, nowhere else."


def main() -> None:
    """Draw the page for the present cohort."""
    cohort, version = current_cohort(), shown_version()
    m = warehouse().manifest.imputations
    with st.container(horizontal=True, vertical_alignment="center"):
        heading("How much was used, at what cost?", width="content")
        by = choice_of_groups("Columns", "dose_and_cost_by", GROUPINGS)
        # Where weights are filled in, what is known of the doses comes first.
        unit = choice("Unit", "dose_and_cost_unit", UNITS if m else reversed(UNITS))
        price, problem = price_field()
    if problem:
        st.warning(as_text(problem), icon=":material/money_off:")
    notes = [*sums_note(), CONFOUNDED[by]] + [NO_PRICE] * (price is None)
    # Side by side, so that neither needs scrolling, whatever the price adds to the table.
    left, right = columns_or_rows([8, 5])
    is_told = not is_withheld("dose/cost_basis")
    write = partial(written.use, by, unit, price, is_basis_told=is_told)
    how = method(by, intervals_in(beside(cohort, write).table))
    left.html(
        f"<div class='dense'>{table_beside(cohort, GROUPINGS[by], write, notes)}</div>"
        + method_html("Method, denominators, missing values", how)
    )
    with right:
        if not say_withheld("dose/patients"):
            draw_patients(cohort, unit, version)
    everybody = {"version": version, "amount": "g_per_kg", "most_drawn": NO_LIMIT}
    take_away(
        Offer("Use", "dose/use", cohort, {"by": by}),
        Offer("Patients", "dose/patients", cohort, everybody),
        Offer("Tiers", "dose/by_tier", cohort),
        *([] if price is None else [Offer("Cost basis", "dose/cost_basis", cohort, {"by": by})]),
    )


def price_field() -> tuple[float | None, str]:
    """Draw the field for the price per gram; returns the price, and why there is none."""
    like = {"placeholder": "such as 62.50", "max_chars": 40, "width": 150, "help": PRICE_HELP}
    name = "dose_and_cost_price"
    return read_price(st.text_input("Price per gram", key=name, bind="query-params", **like))


def draw_patients(cohort: Cohort, unit: str, version: int) -> None:
    """Draw a dot for each patient of the version shown."""
    asked = {"version": version, "amount": AMOUNTS[unit].measure, "most_drawn": MOST_DOTS}
    if patients := records("dose/patients", cohort, **asked):
        tiers = records("dose/by_tier", cohort)
        draw_chart(dose_dots(patients, tiers, unit, palette()), version=version)
    else:
        where = "" if version == RECORDED else f" in version {version}"
        st.info(f"Of nobody in the cohort the {unit} are known{where}.", icon=":material/scale:")
    version_control(version)


main()
