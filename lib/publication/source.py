"""Read a publication's folder: its patients, facts, populations, claims and plausible ranges.

The format is described in ``data/publications/README.md``. Nothing here knows a
particular paper: another publication is another folder.
"""

import csv
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from lib.errors import PublicationError
from lib.published import DECISION

STATISTICS = ("count", "median", "min", "max", "values")
OPERATORS = ("=", ">=", "<=")
CYCLES_ALL = "*"


@dataclass(frozen=True)
class Fact:
    """What the publication says of one cell of one patient."""

    patient_id: str
    table_name: str
    row_key: str
    column_name: str
    value: str
    locator: str
    note: str

    @property
    def is_decided(self) -> bool:
        """Whether it is our decision on what the publication says, not its own words."""
        return self.locator.startswith(DECISION)


@dataclass(frozen=True)
class Criterion:
    """One criterion of a population: a text value, or a number from lower to upper."""

    population: str
    field: str
    value: str
    lower: str
    upper: str


@dataclass(frozen=True)
class Claim:
    """One published statement about a population."""

    claim_id: str
    population: str
    statistic: str
    measure: str
    operator: str
    value: str
    decimals: str
    contradictory: str
    section: str
    locator: str
    statement: str


@dataclass(frozen=True)
class PlausibleRange:
    """The range that an unknown may take in a population."""

    variable: str
    population: str
    lower: str
    upper: str
    step: str
    values: str
    reason: str


@dataclass(frozen=True)
class Publication:
    """Everything that is known of a published case series."""

    name: str
    settings: dict
    diagnoses: dict[str, str]
    diagnosis_groups: dict[str, str]
    dose_tiers: dict[str, tuple[str, str]]
    facts: tuple[Fact, ...]
    populations: dict[str, tuple[Criterion, ...]]
    claims: tuple[Claim, ...]
    plausible_ranges: tuple[PlausibleRange, ...]

    @property
    def patient_ids(self) -> list[str]:
        """The pseudonyms, in the order of ``patients.csv``."""
        return list(self.diagnoses)

    @property
    def binding_claims(self) -> list[Claim]:
        """The claims that every version must fulfil: all that do not contradict another."""
        return [claim for claim in self.claims if not claim.contradictory]

    def dose_tier_of(self, dose_g_per_kg: float) -> str:
        """The tier of a dose per cycle, after ``data/reference/dose_tiers.csv``."""
        return next(
            tier
            for tier, (lower, upper) in self.dose_tiers.items()
            if float(lower) <= dose_g_per_kg < float(upper or "inf")
        )

    def facts_of(self, patient_id: str, table_name: str) -> list[Fact]:
        """The facts of one patient in one table."""
        return [
            fact
            for fact in self.facts
            if fact.patient_id == patient_id and fact.table_name == table_name
        ]


def read_publication(folder: Path, reference: Path) -> Publication:
    """Read and check a publication's folder.

    Parameters
    ----------
    folder
        ``data/publications/<author_year>``.
    reference
        ``data/reference``: which group a diagnosis belongs to.

    Raises
    ------
    PublicationError
        If a file is missing, or a row names a patient, population, statistic or operator
        that does not exist.
    """
    try:
        settings = tomllib.loads((folder / "publication.toml").read_text(encoding="utf-8"))
        rows = {
            name: _read_csv(folder / f"{name}.csv")
            for name in ("patients", "facts", "populations", "claims", "plausible_ranges")
        }
        groups = _read_csv(reference / "diagnoses.csv")
        tiers = _read_csv(reference / "dose_tiers.csv")
        criteria = [Criterion(**row) for row in rows["populations"]]
        publication = Publication(
            name=folder.name,
            settings=settings,
            diagnoses={row["patient_id"]: row["diagnosis"] for row in rows["patients"]},
            diagnosis_groups={row["diagnosis"]: row["diagnosis_group"] for row in groups},
            dose_tiers={
                row["dose_tier"]: (row["lower_g_per_kg"], row["upper_g_per_kg"]) for row in tiers
            },
            facts=tuple(Fact(**row) for row in rows["facts"]),
            populations={
                name: tuple(c for c in criteria if c.population == name)
                for name in dict.fromkeys(c.population for c in criteria)
            },
            claims=tuple(Claim(**row) for row in rows["claims"]),
            plausible_ranges=tuple(PlausibleRange(**row) for row in rows["plausible_ranges"]),
        )
    except (OSError, tomllib.TOMLDecodeError, TypeError, KeyError) as error:
        raise PublicationError(f"The publication in {folder} can't be read: {error}") from error
    _check(publication)
    return publication


def cycle_numbers(row_key: str, n_cycles: int) -> list[int]:
    """The cycles that a fact's row key names: ``*`` all, ``3`` one, ``2-6`` a span."""
    if row_key == CYCLES_ALL:
        return list(range(1, n_cycles + 1))
    first, _, last = row_key.partition("-")
    return list(range(int(first), min(int(last or first), n_cycles) + 1))


def split_options(value: str) -> list[str]:
    """The alternatives of a value written ``a|b|c``."""
    return [part.strip() for part in value.split("|")]


def number_bounds(value: str) -> tuple[str, str] | None:
    """Lower and upper end of a value written ``x``, ``a..b``, ``>=a`` or ``<=b``.

    An open end is an empty text; ``None`` if the value is no number or range.
    """
    number = r"-?\d+(?:\.\d+)?"
    if match := re.fullmatch(rf"({number})\.\.({number})", value):
        return match[1], match[2]
    if match := re.fullmatch(rf">=\s*({number})", value):
        return match[1], ""
    if match := re.fullmatch(rf"<=\s*({number})", value):
        return "", match[1]
    if re.fullmatch(number, value):
        return value, value
    return None


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _check(publication: Publication) -> None:
    problems = [
        f"facts.csv names the unknown patient {fact.patient_id}"
        for fact in publication.facts
        if fact.patient_id not in publication.diagnoses
    ]
    for claim in publication.claims:
        if claim.population not in publication.populations:
            problems.append(f"claim {claim.claim_id}: unknown population {claim.population}")
        if claim.statistic not in STATISTICS:
            problems.append(f"claim {claim.claim_id}: statistic must be one of {STATISTICS}")
        if claim.operator not in OPERATORS:
            problems.append(f"claim {claim.claim_id}: operator must be one of {OPERATORS}")
    problems += [
        f"patients.csv: {patient_id}: unknown diagnosis {diagnosis}"
        for patient_id, diagnosis in publication.diagnoses.items()
        if diagnosis not in publication.diagnosis_groups
    ]
    problems += [
        f"plausible_ranges.csv: {row.variable}: unknown population {row.population}"
        for row in publication.plausible_ranges
        if row.population not in publication.populations
    ]
    if problems:
        raise PublicationError(f"Publication {publication.name}: " + "; ".join(problems))
