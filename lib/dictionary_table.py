"""The data dictionary as HTML, narrowed to the words that a reader looks for."""

from functools import lru_cache

from lib.markup import table_html
from lib.registry.dictionary import dictionary, matching, reference_lists
from lib.registry.schema import TABLES
from lib.report.content import Table

KEYS = tuple(
    f"{table.name}: {table.description} Key: {', '.join(table.key)}." for table in TABLES.values()
)
# Searches that are kept: the same few words come again and again.
KEPT_SEARCHES = 50


@lru_cache(KEPT_SEARCHES)
def dictionary_html(words: str) -> str:
    """The columns and the lists of allowed names in which the words occur; empty if in none."""
    found = dictionary_tables(words)
    return "".join(table_html(each.table, each.title, list(each.notes)) for each in found)


@lru_cache(KEPT_SEARCHES)
def dictionary_tables(words: str) -> tuple[Table, ...]:
    """The same as tables."""
    tables = {"Columns": dictionary()} | {
        name.replace("_", " ").capitalize(): rows for name, rows in reference_lists().items()
    }
    narrowed = {title: matching(table, words) for title, table in tables.items()}
    return tuple(
        Table(f"{title} ({len(table.rows)})", table, KEYS if title == "Columns" else ())
        for title, table in narrowed.items()
        if table.rows
    )
