"""The record of a packet's figures, carried inside it, and what the present data say to it.

The record holds the composition, so that the packet can be made again, and every figure as it was
told: the cells of tables, and the rows behind charts by their checksum.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lib.report.composition import Composition
from lib.report.content import Chart, Packet, Section, Words
from lib.report.subject import ReportError

FORMAT = "ivig-packet-record"
VERSION = 1
# Cells that are named of a table that differs.
MOST_NAMED = 5
# What a record holds beside its format.
PARTS = {
    "dataset": str,
    "k": int,
    "sha256": str,
    "program": str,
    "date": str,
    "composition": dict,
    "figures": dict,
}


@dataclass(frozen=True)
class Difference:
    """A figure that is no longer what the packet says; ``how`` is a sentence."""

    figure: str
    how: str


def written_record(packet: Packet, composition: Composition, dataset: str, k: int) -> str:
    """The record of a packet as JSON, the same for the same packet."""
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "dataset": dataset,
            "k": k,
            "sha256": packet.origin.sha256,
            "program": packet.origin.program,
            "date": packet.origin.date,
            "composition": json.loads(composition.to_json()),
            "figures": figures_of(packet),
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def figures_of(packet: Packet) -> dict[str, dict]:
    """The cohort, each table, chart and text of a packet by a name of its own, as it is told."""
    told = {"0 The cohort": {"kind": "words", "texts": [packet.origin.cohort]}}
    for number, section in enumerate(packet.sections, start=1):
        told[f"{number}.0 What “{section.title}” says"] = _words(section)
        told |= {name: _told(figure) for name, figure in _named(section, number)}
    return told


def _words(section: Section) -> dict:
    """What a section says outside its tables, which holds figures too."""
    texts = [block.text for block in section.blocks if isinstance(block, Words)]
    for figure in section.figures:
        texts += filter(None, [figure.says, *figure.notes])
    return {"kind": "words", "texts": texts}


def _named(section: Section, number: int) -> Iterator[tuple[str, object]]:
    for place, figure in enumerate(section.figures, start=1):
        yield f"{number}.{place} {figure.title}", figure


def _told(figure: object) -> dict:
    if isinstance(figure, Chart):
        rows = json.dumps(_drawn(figure.spec), sort_keys=True, default=str)
        return {"kind": "chart", "sha256": hashlib.sha256(rows.encode()).hexdigest()}
    return {
        "kind": "table",
        "columns": list(figure.table.columns),
        "rows": [list(row) for row in figure.table.rows],
    }


def _drawn(spec: Mapping) -> dict[str, list[dict]]:
    """The rows behind a chart, with those columns alone that its form names."""
    form = json.dumps({name: part for name, part in spec.items() if name != "datasets"})
    words = set(re.findall(r"\w+", form))
    return {
        name: [{column: row[column] for column in row if column in words} for row in rows]
        for name, rows in spec["datasets"].items()
    }


def read_record(text: str) -> dict:
    """A record that was found in a file.

    Raises
    ------
    ReportError
        If it is none.
    """
    try:
        record = json.loads(text)
        is_record = (
            record["format"] == FORMAT
            and record["version"] == VERSION
            and all(isinstance(record[name], kind) for name, kind in PARTS.items())
        )
    except (ValueError, RecursionError, TypeError, KeyError):
        is_record = False
    if not is_record:
        raise ReportError(
            "The file carries no record of its figures that can be read. Only packets of this "
            "program do; one that was saved anew by another program may have lost it."
        )
    return record


def differences(record: Mapping, packet: Packet) -> list[Difference]:
    """Which figures of a record the packet, made anew of the present data, tells otherwise."""
    then, now = record["figures"], figures_of(packet)
    found = [
        Difference(name, _how(told, now[name]))
        for name, told in then.items()
        if name in now and told != now[name]
    ]
    found += [Difference(name, "It is not there any more.") for name in then if name not in now]
    return found + [
        Difference(name, "It was not there before.") for name in now if name not in then
    ]


def _how(then: dict, now: dict) -> str:
    if then["kind"] == now["kind"] == "words":
        return _how_words(then["texts"], now["texts"])
    if then["kind"] != "table" or now["kind"] != "table":
        return "The data behind the chart differ."
    if then["columns"] != now["columns"]:
        return f"Columns were {_listed(then['columns'])} and are {_listed(now['columns'])}."
    changed = list(_changed_cells(then, now))
    if not changed:
        return "The rows stand in another order."
    named = "; ".join(changed[:MOST_NAMED])
    further = f"; and {len(changed) - MOST_NAMED} more" if len(changed) > MOST_NAMED else ""
    return f"{named}{further}."


def _how_words(then: list[str], now: list[str]) -> str:
    was = [text for text in then if text not in now]
    is_now = [text for text in now if text not in then]
    if not (was or is_now):
        return "The sentences stand in another order."
    return f"“{was[0] if was else ''}” → “{is_now[0] if is_now else ''}”"


def _changed_cells(then: dict, now: dict) -> Iterator[str]:
    """Row and column of each cell that differs, with what it was and is."""
    before, after = (_by_row(table["rows"]) for table in (then, now))
    for key in {**before, **after}:
        cells, others = before.get(key), after.get(key)
        if cells is None or others is None:
            yield f"{key[0]}: {'new' if cells is None else 'gone'}"
            continue
        for column, was, is_now in zip(then["columns"][1:], cells, others, strict=True):
            if was != is_now:
                yield f"{key[0]}, {column}: {was} → {is_now}"


def _by_row(rows: list[list[str]]) -> dict[tuple[str, int], list[str]]:
    """The cells of each row by its name, and which of several it is."""
    found: dict[tuple[str, int], list[str]] = {}
    for name, *cells in rows:
        number = sum(key[0] == name for key in found)
        found[name, number] = cells
    return found


def _listed(names: list[str]) -> str:
    return ", ".join(filter(None, names))
