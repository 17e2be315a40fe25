"""What stands behind a registry: its publication, the decisions taken, how the build went.

Read for the screen alone; the facts and claims themselves are read at build time by
``lib.publication`` and by the warehouse.
"""

import json
import re
import tomllib
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from lib.errors import PublicationError, RegistryError
from lib.places import PUBLICATIONS

DIAGNOSTICS = "diagnostics.json"
# What is shown of a variable, and how it is headed.
DIAGNOSTICS_COLUMNS = {
    "variable": "Unknown",
    "n_unknown_cells": "Cells",
    "plausible_lower": "Plausible from",
    "plausible_upper": "Plausible to",
    "observed_lower": "Observed from",
    "observed_upper": "Observed to",
    "mean_distinct_values": "Values a cell",
    "pinned_cells": "Same in all versions",
    "solver_spread": "Spread, solver alone",
    "mixed_spread": "Spread, mixed",
}
DECISIONS_HEADING = "## Decisions"
# How the locator of a fact begins that the publication does not state of its patient.
DECISION = "Decision on "
# A remark that is of the whole series, among those on its patients.
ALL = "all"
LINKS = {
    "doi": ("doi:", "https://doi.org/"),
    "pmcid": ("", "https://pmc.ncbi.nlm.nih.gov/articles/"),
}


def read_citation(name: str, publications: Path = PUBLICATIONS) -> str:
    """Write the citation of a publication as Markdown: authors, title, place, links, licence.

    Parameters
    ----------
    name
        The publication's folder, as in the registry's manifest.

    Raises
    ------
    PublicationError
        If its ``publication.toml`` is missing or lacks a part of the citation.
    """
    path = publications / name / "publication.toml"
    try:
        citation = tomllib.loads(path.read_text(encoding="utf-8"))["citation"]
        place = f"*{citation['journal']}* {citation['year']}"
        issue = ": ".join(str(citation[key]) for key in ("volume", "article") if key in citation)
        return " ".join(
            (
                f"{', '.join(citation['authors'])}. **{citation['title']}.**",
                f"{place}; {issue}." if issue else f"{place}.",
                *_links(citation),
                f"Licence: {_licence(citation)}.",
            )
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise PublicationError(
            f"The citation of the publication “{name}” can't be read ({error!r}). "
            "Its publication.toml needs authors, title, journal, year and licence."
        ) from error


def read_plain_citation(name: str, publications: Path = PUBLICATIONS) -> str:
    """As `read_citation`, without the marks of Markdown and the addresses of its links."""
    marked = read_citation(name, publications)
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", marked).replace("*", "")


def _links(citation: dict) -> list[str]:
    return [
        f"[{label}{citation[key]}]({base}{citation[key]})."
        for key, (label, base) in LINKS.items()
        if citation.get(key)
    ]


def _licence(citation: dict) -> str:
    source = citation.get("licence_source")
    return f"[{citation['licence']}]({source})" if source else citation["licence"]


def read_remark(
    name: str | None,
    subject: str,
    patients: Collection[str] | None = None,
    publications: Path = PUBLICATIONS,
) -> str:
    """What a publication's readers must know of one subject, such as ``response``.

    Parameters
    ----------
    name
        The publication's folder, as in the registry's manifest; None if there is none.
    patients
        Of whom remarks on single patients are wanted; None for all.

    Returns
    -------
    str
        Sentences; empty if the publication has no remark on it.

    Raises
    ------
    PublicationError
        If its ``publication.toml`` is missing or damaged.
    """
    if name is None:
        return ""
    try:
        text = (publications / name / "publication.toml").read_text(encoding="utf-8")
        remark = tomllib.loads(text).get("remarks", {}).get(subject, "")
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise PublicationError(
            f"The remarks on the publication “{name}” can't be read ({error!r}). "
            "Its publication.toml is missing or no TOML."
        ) from error
    if isinstance(remark, str):
        return remark
    return " ".join(
        text for of, text in remark.items() if of == ALL or patients is None or of in patients
    )


def read_study(name: str, publications: Path = PUBLICATIONS) -> dict[str, str | int]:
    """What a publication says of its study: centre, design, months of observation.

    Raises
    ------
    PublicationError
        If its ``publication.toml`` is missing, or has no part ``[study]``.
    """
    try:
        text = (publications / name / "publication.toml").read_text(encoding="utf-8")
        return tomllib.loads(text)["study"]
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise PublicationError(
            f"The study of the publication “{name}” can't be read ({error!r}). Its "
            "publication.toml is missing, no TOML, or has no part [study]."
        ) from error


def read_decisions(name: str, publications: Path = PUBLICATIONS) -> str:
    """The decisions on what the publication leaves open, as Markdown; empty if none are kept.

    They are written once, under ``## Decisions`` in the README of the publication's folder.
    """
    readme = publications / name / "README.md"
    if not readme.is_file():
        return ""
    _, _, rest = readme.read_text(encoding="utf-8").partition(f"\n{DECISIONS_HEADING}\n")
    return rest.partition("\n## ")[0].strip()


def read_diagnostics(folder: Path) -> pd.DataFrame | None:
    """How far each unknown spreads over the versions of a registry.

    Returns
    -------
    DataFrame or None
        ``DIAGNOSTICS_COLUMNS`` by their headings, one row a variable; ``None`` if the build left
        no diagnostics.

    Raises
    ------
    RegistryError
        If the file is damaged.
    """
    path = folder / DIAGNOSTICS
    if not path.is_file():
        return None
    try:
        unknowns = pd.DataFrame(json.loads(path.read_text(encoding="utf-8"))["variables"])
        return unknowns[list(DIAGNOSTICS_COLUMNS)].rename(columns=DIAGNOSTICS_COLUMNS)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RegistryError(
            f"{DIAGNOSTICS} in the registry “{folder.name}” can't be read ({error!r}): it is "
            "damaged or of another version of this program. Build the data again: make data."
        ) from error
