"""Text cells as HTML: three rules, no grid, notes below; the styles are in ``lib/ui/frame.css``.

Colours are the page's own, so that nothing here depends on light or dark.
"""

import re
from html import escape
from itertools import groupby

from lib.tables import KeyFigure, TextTable

VERSIONS_OR_RANGE = re.compile(r"(⟨.*?⟩)|[\d.]+–[\d.]+")


def question_html(question: str) -> str:
    """What a page asks, as its heading."""
    return f"<h2>{escape(question)}</h2>"


def table_html(table: TextTable, title: str, notes: list[str]) -> str:
    """A table as publications print it."""
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in table.columns)
    rows = "".join(
        f"<tr><th scope='row'>{with_quiet_ranges(name)}</th>"
        + "".join(f"<td>{with_quiet_ranges(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, *cells in table.rows
    )
    return (
        f"<table class='summary-table'><caption>{escape(title)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        + "".join(f"<p class='table-note'>{escape(note)}</p>" for note in notes)
    )


def key_figures_html(figures: list[KeyFigure]) -> str:
    """Key figures as description lists that wrap on a phone."""
    parts = []
    for part, members in groupby(figures, key=lambda figure: figure.part):
        items = "".join(
            f"<div><dt>{escape(figure.label)}</dt>"
            f"<dd><b>{with_quiet_ranges(figure.value)}</b>"
            f"<span>{with_quiet_ranges(figure.detail)}</span></dd></div>"
            for figure in members
        )
        parts.append(f"<section><h2>{escape(part)}</h2><dl>{items}</dl></section>")
    return f"<div class='key-figures'>{''.join(parts)}</div>"


def with_quiet_ranges(text: str) -> str:
    """A cell as HTML, no range broken, and those over versions small behind their figure."""
    return VERSIONS_OR_RANGE.sub(
        lambda match: f"<small>{match[0]}</small>" if match[1] else f"<span>{match[0]}</span>",
        escape(text),
    )
