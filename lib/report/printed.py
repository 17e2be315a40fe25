"""Words and rules around the sections that formats have in common: HTML, PDF, partly slides."""

from __future__ import annotations

import re

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
# A comment, or what no blank parts that stands outside of a text or name in quotes.
SQL_WORD = re.compile(r"""--[^\n]*|(?:'(?:[^']|'')*'|"[^"]*"|(?!--)[^\s'"])+""")
RECORD_FILE = "ivig-packet-record.json"
# Columns; a section with a table of more is printed across the page: nothing may be cut off.
MOST_UPRIGHT = 7


def caption(chart: Chart) -> list[str]:
    """What stands below a chart: what is seen, then its notes, nothing twice."""
    return list(dict.fromkeys(filter(None, (chart.says, *chart.notes))))


def packed_sql(sql: str, width: int) -> str:
    """A query in fewer and longer lines of about so many signs, for print: it asks the same.

    Of its comments the first alone is kept, which says what it asks; blanks outside of texts are
    where a line may end, and each step of it begins one.
    """
    first, *words = SQL_WORD.findall(sql)
    lines = [first, ""] if first.startswith("--") else [first]
    before = ""
    for word in (each for each in words if not each.startswith("--")):
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) > width or before == "),":
            lines.append(word)
        else:
            lines[-1] = longer
        before = word
    return "\n".join(lines)


def is_across(section: Section) -> bool:
    """Whether a section is printed on pages that are wider than high."""
    tables = (block.table for block in section.blocks if isinstance(block, Table))
    return any(len(table.columns) > MOST_UPRIGHT for table in tables)


def is_address(link: str) -> bool:
    """Whether a link can be opened from a file: without a server's address it can't."""
    return link.startswith(("https://", "http://"))
