"""The published statements as they are read: the verdict, the rows, the table.

Everything works on the result of ``queries/publication/claims.sql``.
"""

from collections.abc import Mapping
from html import escape

import pandas as pd

from lib.figures import (
    MIN_GROUP_SIZE,
    MISSING,
    WITHHELD,
    format_figure,
    format_number,
    round_half_up,
)
from lib.tables import INDENT, TextTable

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

# Why a statement has no answer in a registry that it was not made of, by the query's ``answer``.
NO_ANSWER = {
    "one patient": "can't be asked: about one patient of the series",
    "drug class": "can't be asked: names a class of drugs, and a registry names drugs",
    "drug dose": "can't be asked: doses of other drugs have different units",
    "nobody": "no such patient",
    "not recorded": "not recorded",
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


def recomputed_words(claim: Mapping) -> str:
    """What the registry gives, rounded as the publication prints it, with its range."""
    if claim["statistic"] == "values":
        return claim["recomputed_values"] if pd.notna(claim["recomputed_values"]) else MISSING
    numbers = [claim[name] for name in ("recomputed", "recomputed_lowest", "recomputed_highest")]
    if any(map(pd.isna, numbers)):
        return MISSING
    return format_figure(*(round_half_up(number, claim["decimals"]) for number in numbers))


def answer_words(answer: pd.Series, decimals: int) -> str:
    """What a registry answers to a statement: n/N (%), or a figure and of how many it is.

    Parameters
    ----------
    answer
        Row of ``publication/beside``.
    decimals
        As the statement is printed.
    """
    if answer["answer"] != "figure":
        return NO_ANSWER[answer["answer"]]
    n = _with_range(answer, "n", 0)
    if answer["statistic"] == "values":
        values = answer["figure_values"]
        return f"{values if pd.notna(values) and values else 'none'} (of {n})"
    figure = _with_range(answer, "figure", decimals)
    if answer["statistic"] != "count":
        return f"{figure} (of {n})"
    is_sure = "⟨" not in figure + n and answer["n"] >= MIN_GROUP_SIZE
    share = f" ({format_number(100 * answer['figure'] / answer['n'], 0)}%)" if is_sure else ""
    return f"{figure}/{n}{share}"


def answers_note(answers: pd.DataFrame) -> str:
    """How many of the statements a registry can answer, why not the others, and what N is."""
    counts = answers["answer"].value_counts()
    others = [f"{words}: {counts[name]}" for name, words in NO_ANSWER.items() if name in counts]
    return (
        f"{counts.get('figure', 0)} of {len(answers)} statements have an answer there"
        + f" ({'; '.join(others)})" * bool(others)
        + ". n/N (%): within a group N are its patients of whom it is recorded, of a group itself "
        "all patients; other figures say of how many they are."
    )


def _with_range(row: pd.Series, name: str, decimals: int) -> str:
    numbers = row[[name, f"{name}_lowest", f"{name}_highest"]]
    return format_figure(*(round_half_up(number, decimals) for number in numbers))


def status_words(claim: Mapping) -> str:
    """The status, in how many versions if not in all, and why if it contradicts another."""
    words = [claim["status"]]
    if claim["status"] == "contradicted" and claim["n_versions"] > 1:
        failing = claim["n_versions"] - claim["n_versions_holding"]
        words.append(f" in {failing} of {claim['n_versions']} versions")
    if pd.notna(claim["contradictory"]):
        words.append(f": {claim['contradictory']}")
    return "".join(words)


def with_answers(
    claims: pd.DataFrame, here: pd.DataFrame | None, series: pd.DataFrame
) -> pd.DataFrame:
    """The statements with what a registry answers (``here``) and the series (``of_series``).

    Parameters
    ----------
    here, series
        Results of ``publication/beside`` of either; ``here`` None if it may not be told.
    """
    decimals = claims.set_index("claim_id")["decimals"]
    words = {
        name: WITHHELD
        if answers is None
        else [
            answer_words(answer, decimals[claim_id])
            for claim_id, answer in answers.set_index("claim_id").loc[claims["claim_id"]].iterrows()
        ]
        for name, answers in (("here", here), ("of_series", series))
    }
    is_alone = series.set_index("claim_id").loc[claims["claim_id"], "answer"] != "figure"
    return claims.assign(**words, is_of_series_alone=is_alone.to_numpy())


def claims_table(claims: pd.DataFrame, here: str | None = None) -> str:
    """The statements as an HTML table, under a heading for each section.

    A table of its own, because 300 rows of it must be drawn at once, wrap, and print.

    Parameters
    ----------
    claims
        Rows of ``publication/claims``; those of `with_answers` to show a registry's answers too.
    here
        What the column with a registry's answers is called; ``None`` for none.
    """
    headings = _headings(here)
    head = "".join(
        f'<th scope="col" class="{name}">{heading}</th>' for name, heading in headings.items()
    )
    sections = "".join(
        f'<tbody><tr><th scope="rowgroup" colspan="{len(headings)}">{escape(name)}</th></tr>'
        f"{''.join(_row(claim, headings) for claim in rows.to_dict('records'))}</tbody>"
        for name, rows in claims.groupby("section", sort=False)
    )
    form = "claims beside" if here else "claims"
    return f'<table class="{form}"><thead><tr>{head}</tr></thead>{sections}</table>'


def claims_text_table(claims: pd.DataFrame, here: str | None = None) -> TextTable:
    """The same as `claims_table`, as text cells."""
    headings = _headings(here)
    rows = []
    for name, members in claims.groupby("section", sort=False):
        rows.append((name, *[""] * (len(headings) - 1)))
        for claim in members.to_dict("records"):
            statement, *cells = _cells(claim, headings).values()
            rows.append((INDENT + statement, *cells))
    return TextTable(tuple(headings.values()), rows)


def _headings(here: str | None) -> dict[str, str]:
    if not here:
        return COLUMNS
    # The own column stands last, behind the status, which is the series' alone.
    return COLUMNS | {"here": here}


def _cells(claim: Mapping, headings: Mapping[str, str]) -> dict[str, str]:
    """What a statement's cells say, by the names of the headings and in their order."""
    is_beside = "here" in headings
    cells = {
        "statement": claim["statement"],
        "published": claim["published"],
        "recomputed": _series_words(claim) if is_beside else recomputed_words(claim),
        "here": claim.get("here", ""),
        "status": status_words(claim),
        "where": claim["locator"].removeprefix(f"{claim['section']}, "),
    }
    return {name: cells[name] for name in headings}


def _row(claim: Mapping, headings: Mapping[str, str]) -> str:
    status = claim["status"]
    icon = f'<span class="icon" aria-hidden="true">{ICONS[status]}</span>'
    cells = {name: escape(text) for name, text in _cells(claim, headings).items()}
    cells["status"] = f"{icon} {cells['status']}"
    forms = {name: f'class="{name}"' for name in headings}
    forms["status"] = f'class="status {status.replace(" ", "-")}"'
    if "here" in headings:
        # What the column is called, for a phone, which has no room for the headings.
        forms["here"] += f' data-column="{escape(headings["here"])}"'
    return "".join(["<tr>", *(f"<td {forms[n]}>{cells[n]}</td>" for n in headings), "</tr>"])


def _series_words(claim: Mapping) -> str:
    """What the series gives, with of how many where that can be said of other registries too."""
    return recomputed_words(claim) if claim["is_of_series_alone"] else claim["of_series"]
