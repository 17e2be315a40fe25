"""The published statements as they are read: the verdict, the rows, the table.

Everything works on the result of ``queries/publication/claims.sql``.
"""

from html import escape

import pandas as pd

from lib.figures import MISSING, format_figure, round_half_up

# Name of the Material symbol by status; the word stands beside it, so that colour is no key.
ICONS = {
    "reproduced": "check_circle",
    "contradicted": "error",
    "not determinable": "help",
}
STATUSES = tuple(ICONS)
COLUMNS = {
    "statement": "Statement",
    "published": "Published",
    "recomputed": "Recomputed",
    "status": "Status",
    "where": "Where",
}


def verdict(claims: pd.DataFrame) -> str:
    """How many of the statements hold, in one sentence."""
    n_versions = claims["n_versions"].max()
    counts = claims["status"].value_counts()
    holding = f"{counts.get('reproduced', 0)} of {len(claims)} statements reproduced"
    where = f" in all {n_versions} versions" if n_versions > 1 else ""
    exceptions = [f"; {counts[name]} {name}" for name in STATUSES[1:] if name in counts]
    return "".join([holding, where, *exceptions])


def narrow(
    claims: pd.DataFrame, section: str | None, statuses: list[str], search: str
) -> pd.DataFrame:
    """Statements of a section, with one of the statuses, that hold every word of the search.

    Nothing chosen (``None``, an empty list, an empty text) leaves all.
    """
    keep = pd.Series(True, index=claims.index)
    if section:
        keep &= claims["section"] == section
    if statuses:
        keep &= claims["status"].isin(statuses)
    for word in search.casefold().split():
        keep &= _searchable(claims).str.contains(word, regex=False)
    return claims[keep]


def _searchable(claims: pd.DataFrame) -> pd.Series:
    columns = (claims[name] for name in ("statement", "locator", "published"))
    return claims["claim_id"].str.cat(columns, sep=" ").str.casefold()


def recomputed_words(claim: pd.Series) -> str:
    """What the registry gives, rounded as the publication prints it, with its range."""
    if claim["statistic"] == "values":
        return claim["recomputed_values"] if pd.notna(claim["recomputed_values"]) else MISSING
    numbers = claim[["recomputed", "recomputed_lowest", "recomputed_highest"]]
    if numbers.isna().any():
        return MISSING
    return format_figure(*(round_half_up(number, claim["decimals"]) for number in numbers))


def status_words(claim: pd.Series) -> str:
    """The status, in how many versions if not in all, and why if it contradicts another."""
    words = [claim["status"]]
    if claim["status"] == "contradicted" and claim["n_versions"] > 1:
        failing = claim["n_versions"] - claim["n_versions_holding"]
        words.append(f" in {failing} of {claim['n_versions']} versions")
    if pd.notna(claim["contradictory"]):
        words.append(f": {claim['contradictory']}")
    return "".join(words)


def claims_table(claims: pd.DataFrame) -> str:
    """The statements as an HTML table, under a heading for each section.

    A table of its own, because 300 rows of it must be drawn at once, wrap, and print.
    """
    head = "".join(
        f'<th scope="col" class="{name}">{heading}</th>' for name, heading in COLUMNS.items()
    )
    sections = "".join(
        f'<tbody><tr><th scope="rowgroup" colspan="{len(COLUMNS)}">{escape(name)}</th></tr>'
        f"{''.join(_row(claim) for _, claim in rows.iterrows())}</tbody>"
        for name, rows in claims.groupby("section", sort=False)
    )
    return f'<table class="claims"><thead><tr>{head}</tr></thead>{sections}</table>'


def _row(claim: pd.Series) -> str:
    status = claim["status"]
    icon = f'<span class="icon" aria-hidden="true">{ICONS[status]}</span>'
    cells = (
        ("statement", escape(claim["statement"])),
        ("published", escape(claim["published"])),
        ("recomputed", escape(recomputed_words(claim))),
        (f"status {status.replace(' ', '-')}", f"{icon} {escape(status_words(claim))}"),
        ("where", escape(claim["locator"].removeprefix(f"{claim['section']}, "))),
    )
    return "".join(["<tr>", *(f'<td class="{name}">{text}</td>' for name, text in cells), "</tr>"])
