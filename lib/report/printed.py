"""Words and rules around the sections that formats have in common: HTML, PDF, partly slides."""

from __future__ import annotations

from lib.report.content import Chart, Section, Table

CONTENTS = "Contents"
ORIGIN = "Where this comes from"
# Two labels that tell the reader's words and the data's limits from what was computed.
COMMENT = "Comment by the maker of this packet"
REMARK = "Note"
APPENDIX = "The SQL behind each figure"
APPENDIX_NOTE = (
    "Each query has its values in their places and can be run again over the same data. A query "
    "that several sections ask stands under the first of them."
)
RECORD_FILE = "ivig-packet-record.json"
# Columns; a section with a table of more is printed across the page: nothing may be cut off.
MOST_UPRIGHT = 7


def caption(chart: Chart) -> list[str]:
    """What stands below a chart: what is seen, then its notes, nothing twice."""
    return list(dict.fromkeys(filter(None, (chart.says, *chart.notes))))


def is_across(section: Section) -> bool:
    """Whether a section is printed on pages that are wider than high."""
    tables = (block.table for block in section.blocks if isinstance(block, Table))
    return any(len(table.columns) > MOST_UPRIGHT for table in tables)


def is_address(link: str) -> bool:
    """Whether a link can be opened from a file: without a server's address it can't."""
    return link.startswith(("https://", "http://"))
