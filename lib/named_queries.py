"""The named queries: their text, what they say of themselves, and a value in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import duckdb

QUERIES = Path(__file__).resolve().parents[1] / "queries"
PARAMETER = re.compile(r"\$(\w+)")
HEADER_LINE = re.compile(r"-- (\w+): +(\S.*)")


@cache
def read_query(name: str) -> str:
    """Text of the query ``<domain>/<concept>``, from ``queries/``."""
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")


def read_header(name: str) -> dict[str, str]:
    """What a query says of itself: ``-- key: text``, continued by lines that are indented."""
    texts: dict[str, str] = {}
    for line in _split_header(read_query(name))[0].splitlines():
        if match := HEADER_LINE.match(line):
            key = match[1]
            texts[key] = match[2]
        else:
            texts[key] += " " + line.removeprefix("--").strip()
    return texts


def pasteable(name: str, parameters: Mapping[str, object]) -> str:
    """A named query with its values in their places, to be read and run by hand.

    Nothing here runs it: what the app asks goes by `Reader`.
    """
    header, body = _split_header(read_query(name))
    return header + PARAMETER.sub(lambda match: str(constant(parameters[match[1]])), body)


def _split_header(text: str) -> tuple[str, str]:
    lines = text.splitlines(keepends=True)
    n_header = next(i for i, line in enumerate(lines) if not line.startswith("--"))
    return "".join(lines[:n_header]), "".join(lines[n_header:])


def constant(value: object) -> duckdb.Expression:
    """A value as DuckDB writes it, which nobody else has to quote; a tuple is a list.

    Raises
    ------
    ValueError
        If it is a text with the character NUL.
    """
    if isinstance(value, str) and "\0" in value:
        raise ValueError("A text for a query holds the character NUL, which no registry holds.")
    return duckdb.ConstantExpression(list(value) if isinstance(value, tuple) else value)
