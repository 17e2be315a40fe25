"""The swimmer plot of the cohort."""

from collections.abc import Iterator

from lib.charts.timelines import FIELDS, GROUPINGS, READ_AS, SORTS, WINDOWS, swimmer, undrawn
from lib.figures import counted
from lib.report.content import Block
from lib.report.sections.kind import PALETTE, Kind, chart, remark
from lib.report.sections.version import VERSION, shown
from lib.report.subject import Inquiry, Option

SORT = Option("timelines_sort", "Sort by", tuple(SORTS))
GROUP = Option("timelines_group", "Group by", ("none", *GROUPINGS))
COLOR = Option("timelines_color", "Colour by", tuple(FIELDS))
WINDOW = Option("timelines_window", "Time shown", tuple(WINDOWS))
RECORDED = (
    "Every mark is as it was recorded; a side-effect without a day stands on its cycle's. The "
    "end of a therapy of which only the reason is recorded stands beside the last cycle, whose day "
    "is the last that is known."
)


def build(inquiry: Inquiry) -> Iterator[Block]:
    """A lane for each patient, as many as a page holds."""
    if why := inquiry.withheld("timelines/lanes"):
        yield remark(why)
        return
    version, group_by = shown(inquiry), inquiry.choice(GROUP)
    lanes = inquiry.records(
        "timelines/lanes",
        version=version,
        sort=inquiry.choice(SORT),
        group_by=GROUPINGS.get(group_by, group_by),
        page=1,
    )
    if not lanes:
        yield remark(f"In version {version} no patient meets all criteria of the filter.")
        return
    patients = tuple(lane["patient_id"] for lane in lanes)
    course = inquiry.ask("timelines/course", None, patients=patients, version=version)
    spec = swimmer(
        lanes,
        course,
        PALETTE,
        group_by=group_by,
        color_by=inquiry.choice(COLOR),
        window=inquiry.choice(WINDOW),
        is_recorded=not version,
    )
    n_lanes, n_undrawn = lanes[0]["n_lanes"], undrawn(course)
    m = inquiry.manifest.imputations
    notes = [f"Version {version} of {m}. {READ_AS}" if version else RECORDED]
    if n_undrawn:
        notes.append(f"Not drawn, as no day is known: {counted(str(n_undrawn), 'mark')}.")
    if len(lanes) < n_lanes:
        notes.append(f"The first {len(lanes)} of {n_lanes} patients; the page Timelines has all.")
    some = f"{len(lanes)} of " * (len(lanes) < n_lanes)
    says = f"The courses of {some}{counted(str(n_lanes), 'patient')}{_told(lanes, version)}."
    yield chart(inquiry, spec, notes, says)


def _told(lanes: list[dict], version: int) -> str:
    """How many of the patients drawn a publication describes, if it is one of several versions."""
    if not version:
        return ""
    n_told = sum(lane["individually_reported"] for lane in lanes)
    return f", {n_told} of them described by the publication; version {version}"


SECTION = Kind(
    "timelines",
    "Timelines",
    "How long was each patient treated, and what happened?",
    build,
    (SORT, GROUP, COLOR, WINDOW, VERSION),
    names_patients=True,
)
