"""A table as one small HTML file, which asks nobody for anything and prints well."""

from html import escape

from lib.export.label import Label
from lib.markup import table_html
from lib.report.content import Table

STYLE = """
:root { color-scheme: light dark; }
body { margin: 1.5rem; max-width: 60rem; font: 1rem/1.4 system-ui, sans-serif; }
table { border-collapse: collapse; border-block: 2px solid; }
caption { padding-block: .4rem; text-align: start; font-weight: 600; }
th, td { padding: .2rem .7rem; text-align: start; vertical-align: top; font-weight: 400; }
thead tr:last-child th { border-block-end: 1px solid; font-weight: 600; }
thead th[scope=colgroup], .heading th { font-weight: 600; }
.indented th { padding-inline-start: 1.7rem; }
td { font-variant-numeric: tabular-nums; }
small { opacity: .8; }
span { white-space: nowrap; }
.table-room { overflow-x: auto; }
.table-note, footer { font-size: .875rem; }
@media print { body { margin: 0; } .table-room { overflow: visible; } tr { break-inside: avoid; } }
"""
# The file may run nothing and ask for nothing, whatever is in its cells.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def table_page(table: Table, label: Label) -> bytes:
    """The table as the app shows it, with its notes and what the data are."""
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(table.title)}</title><style>{STYLE}</style></head><body>\n"
        f"{table_html(table.table, table.title, list(table.notes))}\n"
        f"<footer>{escape(label.line)}</footer></body></html>\n"
    ).encode(errors="replace")
