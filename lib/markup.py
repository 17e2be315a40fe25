"""Text cells as HTML: three rules, no grid, notes below; styles: ``lib/ui/page_header/assets``.

Colours are the page's own, so that nothing here depends on light or dark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from lib.palette import Palette
from lib.tables import INDENT, KeyFigure, TextTable

# Not imported to run: statistics take longer to import than a page that needs none.
if TYPE_CHECKING:
    from lib.side_effects import HeatTable

# Of 255: how opaque the darkest cell is.
DARKEST = 100
# Columns; a table with more has to be scrolled there, and says so.
MOST_ON_A_PHONE = 4
# Of a key figure, in full size.
MOST_LARGE_CHARACTERS = 9
CODE = re.compile(r"`([^`]+)`")
# What no line may end within: an id such as SYN-0042, a range, a share. Each is looked for from its
# beginning alone: from within a long text, it would be looked for again at every sign of it.
ID = r"(?<![\w-])\w+(?:-\w+)*-\w*\d\w*"
RANGE, SHARE = r"(?<![\d.])[\d.]+–[\d.]+", r"(?<!\d)\d+/\d+ \(\d+%\)"
VERSIONS_OR_UNBROKEN = re.compile(rf"(⟨[^⟨⟩]*⟩)|{ID}|{RANGE}|{SHARE}")


def question_html(question: str, note: str = "") -> str:
    """What a page asks, as its heading, and what has to be known before reading on."""
    return f"<h2>{escape(question)}</h2>" + (note_html(note) if note else "")


def note_html(note: str) -> str:
    """A remark in small; a word between backquotes is one of the data's own."""
    words = CODE.sub(r"<code>\1</code>", escape(note))
    return f"<p class='note'>{words}</p>"


def table_html(table: TextTable, title: str, notes: list[str]) -> str:
    """A table as publications print it; a wide one is scrolled within the page."""
    head = "".join(f"<th scope='col'>{with_quiet_ranges(name)}</th>" for name in table.columns)
    columns, above = _groups_html(table.groups)
    return (
        f"<div class='table-room{' wide' * (len(table.columns) > MOST_ON_A_PHONE)}' tabindex='0' "
        f"role='region' aria-label='{escape(title)}'>"
        f"<table class='summary-table'><caption>{escape(title)}</caption>"
        f"{columns}<thead>{above}<tr>{head}</tr></thead>"
        f"<tbody>{''.join(map(_row_html, table.rows))}</tbody>"
        "</table></div>" + "".join(f"<p class='table-note'>{escape(note)}</p>" for note in notes)
    )


def _groups_html(groups: tuple[tuple[str, int], ...]) -> tuple[str, str]:
    """The columns by group, for the rules between them, and the row with the groups' names."""
    if not groups:
        return "", ""
    columns = "".join(f"<colgroup span='{n}'></colgroup>" for _, n in groups)
    names = "".join(
        f"<th scope='colgroup' colspan='{n}'>{with_quiet_ranges(name)}</th>"
        if name
        else "<td></td>"
        for name, n in groups
    )
    return columns, f"<tr class='groups'>{names}</tr>"


def _row_html(row: tuple[str, ...]) -> str:
    """A row; one without cells is the heading of those below, which are indented."""
    name, *cells = row
    if not any(cells):
        return (
            f"<tr class='heading'><th scope='row'>{escape(name)}</th>"
            f"<td colspan='{len(cells)}'></td></tr>"
        )
    form = " class='indented'" * name.startswith(INDENT)
    return (
        f"<tr{form}><th scope='row'>{with_quiet_ranges(name.strip())}</th>"
        + "".join(f"<td>{with_quiet_ranges(cell)}</td>" for cell in cells)
        + "</tr>"
    )


def key_figures_html(figures: list[KeyFigure]) -> str:
    """Key figures as description lists that wrap on a phone."""
    parts = []
    for part, members in groupby(figures, key=lambda figure: figure.part):
        items = "".join(
            f"<div><dt>{escape(figure.label)}</dt>"
            f"<dd><b{_if_long(figure.value)}>{with_quiet_ranges(figure.value)}</b>"
            f"<span>{with_quiet_ranges(figure.detail)}</span>"
            + f"<span class='beside'>{with_quiet_ranges(figure.beside)}</span>"
            * bool(figure.beside)
            + "</dd></div>"
            for figure in members
        )
        parts.append(f"<section><h2>{escape(part)}</h2><dl>{items}</dl></section>")
    return f"<div class='key-figures'>{''.join(parts)}</div>"


def _if_long(value: str) -> str:
    """Of a large registry a share in full size would run into the next one."""
    figure, *_ = value.split(" ⟨")
    return " class='long'" * (len(figure) > MOST_LARGE_CHARACTERS)


def heat_html(table: HeatTable, palette: Palette) -> str:
    """A table whose cells are shaded; on a phone it scrolls under its first column."""
    head = "".join(
        f"<th scope='col'>{escape(column.name)}<small>{with_quiet_ranges(column.against)}</small>"
        "</th>"
        for column in table.columns
    )
    rows = "".join(
        f"<tr><th scope='row'>{escape(name)}</th>"
        + "".join(
            f"<td style='background:{_shaded(palette, cell.shade)}'>"
            f"<b>{with_quiet_ranges(cell.figure)}</b> <small>{escape(cell.detail)}</small></td>"
            for cell in cells
        )
        + "</tr>"
        for name, cells in table.rows
    )
    return (
        f"<div class='heat' tabindex='0' role='region' aria-label='{escape(table.title)}'>"
        f"<table class='summary-table'><caption>{escape(table.title)}</caption>"
        f"<thead><tr><th scope='col'></th>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def cards_html(
    title: str,
    columns: Mapping[str, int],
    rows: Sequence[Sequence[str]],
    forms: Sequence[str] = (),
) -> str:
    """A table of sentences that wrap; on a phone each row is a card with its columns' names.

    ``columns`` are names and their shares of the width; those without any cell are left out.
    ``forms`` are the rows' classes in the style sheet.
    """
    kept = [at for at in range(len(columns)) if any(row[at] for row in rows)]
    names = [escape(name) for name in columns]
    shares = list(columns.values())
    whole = sum(shares[at] for at in kept)
    head = "".join(
        f"<th scope='col' style='width:{100 * shares[at] / whole:.0f}%'>{names[at]}</th>"
        for at in kept
    )
    body = "".join(
        f"<tr class='{form}'>"
        + "".join(f"<td data-name='{names[at]}'>{escape(row[at])}</td>" for at in kept)
        + "</tr>"
        for row, form in zip_longest(rows, forms, fillvalue="")
    )
    return (
        f"<table class='summary-table cards' aria-label='{escape(title)}'>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def names_html(title: str, groups: Mapping[str, Mapping[str, str]]) -> str:
    """Names with a remark each, under the name of their group, in a box that scrolls."""
    lists = "".join(
        f"<dt>{escape(group)}</dt>"
        + "".join(
            f"<dd>{escape(name)} <small>{escape(remark)}</small></dd>"
            for name, remark in names.items()
        )
        for group, names in groups.items()
    )
    return (
        f"<div class='names' tabindex='0' role='region' aria-label='{escape(title)}'>"
        f"<b>{escape(title)}</b><dl>{lists}</dl></div>"
    )


def method_html(summary: str, sentences: Iterable[str]) -> str:
    """One line that opens to say how figures came about."""
    items = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    return f"<details class='method'><summary>{escape(summary)}</summary>{items}</details>"


def _shaded(palette: Palette, shade: float) -> str:
    """The accent in one of 256 strengths; the darkest leaves text its contrast."""
    return f"{palette.accent}{round(DARKEST * shade):02x}"


def with_quiet_ranges(text: str) -> str:
    """A cell as HTML, no range or id broken, and what differs over versions small behind it."""
    return VERSIONS_OR_UNBROKEN.sub(
        lambda match: f"<small>{_with_ids(match[1])}</small>" if match[1] else _unbroken(match),
        escape(text),
    )


def _with_ids(text: str) -> str:
    return re.sub(ID, _unbroken, text)


def _unbroken(match: re.Match) -> str:
    return f"<span>{match[0]}</span>"
