"""Packets of the registries that every clone has, made once for all tests that read them."""

from datetime import date
from functools import cache

from lib.datasets import DATASETS
from lib.report.composition import Chosen, Composition
from lib.report.content import Packet
from lib.report.making import make
from lib.report.sections import SECTIONS
from lib.ui.data import open_dataset

TODAY = date(2026, 11, 26)
ADDRESS = "https://dashboard.example/report"
COMMENT = "Why did two of them stop?\n\n<b>Bold</b> & =1+1"
# An own title and a comment, so that every format has to carry them.
TITLE = "Reduced dosing, six patients"
VIEWS = {
    "case_series": "report_patients=DM-01&report_patients=LV-01",
    "demo_registry": "report_patients=SYN-0001&diagnosis=dermatomyositis&dose_and_cost_price=60",
    "nobody": "age=0-1",
}


def composed(view: str, *names: str, **about: object) -> Composition:
    """A composition of sections by name, all of them if none are named."""
    sections = tuple(
        Chosen(name, comment=COMMENT if name == "response" else "") for name in names or SECTIONS
    )
    return Composition(view, sections, **{"title": TITLE} | about)


def packet_of(composition: Composition, dataset: str = "case_series", k: int = 0) -> Packet:
    """The packet of a registry that every clone has."""
    return make(composition, open_dataset(dataset), dataset, k, address=ADDRESS, today=TODAY)


@cache
def full_packet(name: str) -> Packet:
    """Every section, of one of ``VIEWS``."""
    dataset = name if name in DATASETS else "case_series"
    return packet_of(composed(VIEWS[name]), dataset)
