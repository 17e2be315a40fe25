"""A packet as one HTML file that needs nothing else: styles, charts and record are inside.

It runs no script and asks nobody for anything; its policy says so to the browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from lib.export import pictures
from lib.markup import table_html, with_quiet_ranges
from lib.palette import LIGHT
from lib.report.appendix import Asked, appendix
from lib.report.content import Block, Chart, Packet, Section, Words
from lib.report.printed import (
    APPENDIX,
    APPENDIX_NOTE,
    COMMENT,
    CONTENTS,
    ORIGIN,
    REMARK,
    caption,
    is_across,
    is_address,
)
from lib.report.subject import ReportError

CSS = Path(__file__).with_name("packet.css")
RECORD_ID = "ivig-packet-record"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
# An attribute that refers to another element of the same chart.
REFERENCE = re.compile(r"url\(#([^)]+)\)")
# Signs that would end a string of CSS, or the style around it.
ENDS_CSS = re.compile(r'["\\<>\n\r\f]')


def write(packet: Packet, draw: Callable[[Mapping], str] = pictures.svg) -> bytes:
    """A packet as HTML, UTF-8.

    Parameters
    ----------
    draw
        Makes SVG of a specification; another one may have kept it.
    """
    title = escape(packet.title)
    body = "\n".join(
        (
            _head_html(packet),
            *(
                _section_html(section, number, draw)
                for number, section in enumerate(packet.sections, start=1)
            ),
            _origin_html(packet),
            _appendix_html(packet),
            f"<footer>{escape(packet.origin.line)}</footer>",
        )
    )
    # In a script nothing but an opening tag is read as HTML: JSON can write its bracket otherwise.
    record = packet.record.replace("<", "\\u003c")
    return (
        "<!doctype html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="{escape(packet.origin.program)}">\n'
        f"<title>{title}</title>\n<style>\n{_styles(packet)}</style>\n"
        f'<script type="application/json" id="{RECORD_ID}">{record}</script>\n'
        f"</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    ).encode()


def read_record(content: bytes) -> str:
    """The record that a packet carries, as JSON.

    Raises
    ------
    ReportError
        If it carries none.
    """
    finder = _RecordFinder()
    finder.feed(content.decode("utf-8", errors="replace"))
    if not finder.record:
        raise ReportError("The HTML file carries no record of its figures.")
    return finder.record


class _RecordFinder(HTMLParser):
    """Reads the text of the one element that holds the record."""

    def __init__(self) -> None:
        super().__init__()
        self.record = ""
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_inside = tag == "script" and ("id", RECORD_ID) in attrs

    def handle_endtag(self, _tag: str) -> None:
        self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.record += data


def _styles(packet: Packet) -> str:
    """The sheet with the palette's colours and the line that stands on each printed page."""
    colours = "".join(
        f"  --{name.replace('_', '-')}: {getattr(LIGHT, name)};\n"
        for name in ("text", "muted_text", "grid", "accent", "warning")
    )
    line = ENDS_CSS.sub(lambda sign: f"\\{ord(sign[0]):x} ", packet.origin.line)
    sheet = CSS.read_text(encoding="utf-8")
    return (
        f":root {{\n{colours}}}\n\n{sheet}\n@page {{\n  @bottom-left {{\n"
        f'    content: "{line}";\n  }}\n}}\n'
    )


def _head_html(packet: Packet) -> str:
    origin = packet.origin
    entries = "".join(
        f"<li><a href='#section-{number}'>{escape(section.title)}</a></li>"
        for number, section in enumerate(packet.sections, start=1)
    )
    return (
        f"<header><h1>{escape(packet.title)}</h1>"
        f"<p class='cohort'>{escape(origin.cohort)}</p>"
        f"<p class='front'>{escape(' '.join(origin.front))}</p></header>\n"
        f"<nav aria-label='{CONTENTS}'><h2>{CONTENTS}</h2><ol>{entries}</ol>"
        f"<p><a href='#origin'>{ORIGIN}</a></p>"
        f"<p><a href='#appendix'>{APPENDIX}</a></p></nav>"
    )


def _origin_html(packet: Packet) -> str:
    """Where it comes from: after what it is about, which its readers want first."""
    rows = "".join(
        f"<div><dt>{escape(what)}</dt><dd>{_value_html(value)}</dd></div>"
        for what, value in packet.origin.rows
    )
    return f"<section class='origin' id='origin'><h2>{ORIGIN}</h2><dl>{rows}</dl></section>"


def _value_html(value: str) -> str:
    if is_address(value):
        return f"<a href='{escape(value)}' rel='noreferrer'>{escape(value)}</a>"
    return with_quiet_ranges(value)


def _section_html(section: Section, number: int, draw: Callable[[Mapping], str]) -> str:
    blocks = "\n".join(
        _block_html(block, f"chart-{number}-{place}", draw)
        for place, block in enumerate(section.blocks, start=1)
    )
    across = " class='across'" * is_across(section)
    return (
        f"<section id='section-{number}'{across}><h2>{number}. {escape(section.title)}</h2>\n"
        f"{_comment_html(section)}{blocks}</section>"
    )


def _comment_html(section: Section) -> str:
    said = "".join(f"<p>{escape(part)}</p>" for part in section.comment_paragraphs)
    return f"<aside class='comment'><h3>{COMMENT}</h3>{said}</aside>\n" if said else ""


def _block_html(block: Block, name: str, draw: Callable[[Mapping], str]) -> str:
    if isinstance(block, Words):
        if block.is_remark:
            return f"<p class='remark'><b>{REMARK}.</b> {escape(block.text)}</p>"
        return f"<p>{with_quiet_ranges(block.text)}</p>"
    if isinstance(block, Chart):
        return _chart_html(block, _svg_html(block, name, draw(block.spec)))
    return f"<div class='table'>{table_html(block.table, block.title, list(block.notes))}</div>"


def _chart_html(chart: Chart, picture: str) -> str:
    below = "".join(f"<p>{escape(line)}</p>" for line in caption(chart))
    return (
        f"<figure><div class='chart-room' tabindex='0' role='region' "
        f"aria-label='{escape(chart.title)}'>{picture}</div>"
        + f"<figcaption>{below}</figcaption>" * bool(below)
        + "</figure>"
    )


def _svg_html(chart: Chart, name: str, drawn: str) -> str:
    """The chart as an element of the page, as wide as its column, its ids its own."""
    root = ElementTree.fromstring(drawn)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        for attribute, value in element.attrib.items():
            if attribute == "id":
                element.set(attribute, f"{name}-{value}")
            else:
                element.set(attribute, REFERENCE.sub(rf"url(#{name}-\1)", value))
    # The sheet says how wide it is; its own box keeps the proportions.
    for size in ("width", "height"):
        root.attrib.pop(size)
    root.set("role", "img")
    root.set("aria-label", chart.alt)
    return ElementTree.tostring(root, encoding="unicode")


def _appendix_html(packet: Packet) -> str:
    parts = "\n".join(
        f"<h3>{escape(part.title)}</h3>" + "".join(map(_question_html, part.asked))
        for part in appendix(packet)
    )
    return f"<section id='appendix'><h2>{APPENDIX}</h2><p>{APPENDIX_NOTE}</p>\n{parts}</section>"


def _question_html(asked: Asked) -> str:
    name = f"<code>{escape(asked.question.name)}</code>"
    if asked.first:
        return f"<p class='again'>{name}{asked.elsewhere}</p>"
    return (
        f"<details><summary>{name}</summary>"
        f"<pre tabindex='0'><code>{escape(asked.question.sql)}</code></pre></details>"
    )
