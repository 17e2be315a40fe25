"""From codes to rows: write one version of a publication's patients out as registry tables."""

import random
import re
from dataclasses import dataclass

from lib.errors import PublicationError
from lib.publication.cells import (
    CYCLE_FACTS,
    NUMBER_FIELDS,
    ROLES,
    TEXT_FIELDS,
    Cells,
    plausible_ranges_of,
    to_number,
)
from lib.publication.courses import draw_cycle_days

DAY = re.compile(
    r"(?:(?P<anchor>first_cycle|last_cycle|own_cycle|cycle_(?P<number>\d+))\s*(?P<sign>[+-])\s*)?"
    r"(?P<lower>-?\d+)(?:\.\.(?P<upper>-?\d+))?"
)
NOT_IN_PATIENTS = (*CYCLE_FACTS, "serious_side_effect", "stopped_for_side_effect")


@dataclass
class Version:
    """One version of one patient: the codes, and the cycle days drawn from them."""

    cells: Cells
    codes: list[int]
    imputation: int
    patient_id: str
    source: random.Random

    def __post_init__(self) -> None:
        self.keys = {"imputation": self.imputation, "patient_id": self.patient_id}
        self.plausible = plausible_ranges_of(self.cells.publication, self.patient_id)
        self.cycle_days = draw_cycle_days(
            self.cells.intervals[self.patient_id],
            self.code("n_cycles"),
            self.code("therapy_duration_days"),
            self.source,
        )

    def code(self, name: str) -> int | None:
        """Code of one of the patient's fields; ``None`` if the patient has no such cell."""
        cell = self.cells.index.get((self.patient_id, name))
        return None if cell is None else self.codes[cell]

    def number(self, name: str) -> float | None:
        """Number of a field; ``None`` if unknown."""
        code = self.code(name)
        return None if code is None else to_number(name, code)

    def text(self, name: str) -> str | None:
        """Text of a field; ``None`` if unknown."""
        return self.cells.text(name, self.code(name))

    def flags(self, prefix: str) -> list[str]:
        """What the patient has of a kind, such as ``symptom.``, without the prefix."""
        names = self.cells.fields_of(self.patient_id, prefix)
        return [name.removeprefix(prefix) for name in names if self.code(name) == 1]

    def facts(self, table_name: str) -> dict[str, dict[str, str]]:
        """The patient's facts in a table: row key → column → value as written."""
        rows: dict[str, dict[str, str]] = {}
        for fact in self.cells.publication.facts_of(self.patient_id, table_name):
            rows.setdefault(fact.row_key, {})[fact.column_name] = fact.value
        return rows

    def day(self, expression: str | None, own_cycle: int | None = None) -> int | None:
        """The day that an expression such as ``last_cycle + 122`` names; drawn if it is a range."""
        if not expression:
            return None
        match = DAY.fullmatch(expression)
        if match is None:
            raise PublicationError(f"{self.patient_id}: {expression} is not a day")
        lower = int(match["lower"])
        offset = self.source.randint(lower, int(match["upper"] or lower))
        return self._anchor(match, own_cycle) + (-offset if match["sign"] == "-" else offset)

    def _anchor(self, match: re.Match, own_cycle: int | None) -> int:
        anchor = match["anchor"]
        if anchor is None or anchor == "first_cycle":
            return 0
        if anchor == "last_cycle":
            return self.cycle_days[-1]
        return self.cycle_days[(own_cycle if anchor == "own_cycle" else int(match["number"])) - 1]


def realise(cells: Cells, codes: list[int], imputation: int, seed: int) -> dict[str, list[dict]]:
    """Rows of every table for one version.

    What the publication gives no hint of, such as the day of most side-effects, stays null.
    """
    tables: dict[str, list[dict]] = {
        name: [] for name in ("patients", "cycles", "side_effects", "treatments", "events")
    }
    for patient_id in cells.publication.patient_ids:
        source = random.Random(f"{seed} {imputation} {patient_id}")
        version = Version(cells, codes, imputation, patient_id, source)
        tables["patients"].append(_patient(version))
        tables["cycles"] += _cycles(version)
        tables["side_effects"] += _side_effects(version)
        tables["treatments"] += _treatments(version)
        tables["events"] += _events(version)
    return tables


def _patient(version: Version) -> dict:
    study = version.cells.publication.settings["study"]
    row = {
        **version.keys,
        "centre": study["centre"],
        "diagnosis": version.cells.publication.diagnoses[version.patient_id],
        "response_basis": study["response_basis"],
    }
    row |= {name: version.text(name) for name in TEXT_FIELDS if name not in NOT_IN_PATIENTS}
    row |= {name: version.number(name) for name in NUMBER_FIELDS if name not in NOT_IN_PATIENTS}
    row["age_at_first_ivig_years"] = int(row["age_at_first_ivig_years"])
    row["off_label"] = _boolean(row["off_label"])
    return row


def _cycles(version: Version) -> list[dict]:
    return [
        {
            **version.keys,
            "cycle_no": number,
            "day": day,
            "dose_g_per_kg": version.number("dose_g_per_kg"),
            "infusion_days": infusion_days,
        }
        for number, (day, infusion_days) in enumerate(
            zip(version.cycle_days, _infusion_days(version), strict=True), start=1
        )
    ]


def _infusion_days(version: Version) -> list[int | None]:
    """Days of each cycle: the patient's usual number, or both ends of a printed range."""
    n_cycles = len(version.cycle_days)
    usual, upper = version.number("infusion_days"), version.number("infusion_days_upper")
    if usual is None:
        return [None] * n_cycles
    if upper is None:
        return [int(usual)] * n_cycles
    ends = [int(usual), int(upper)]
    days = ends + [version.source.randint(*ends) for _ in range(n_cycles - 2)]
    version.source.shuffle(days)
    return days


def _side_effects(version: Version) -> list[dict]:
    facts = version.facts("side_effects")
    rows = []
    for symptom in version.flags("symptom."):
        fact = facts.get(symptom, {})
        cycle_no = _side_effect_cycle(version, fact.get("cycle_no"))
        led_to_discontinuation = fact.get("led_to_discontinuation")
        rows.append(
            {
                **version.keys,
                "cycle_no": cycle_no,
                "day": version.day(fact.get("day"), cycle_no),
                "symptom": symptom,
                "serious": _boolean(fact.get("serious") or version.text("serious_side_effect")),
                "led_to_discontinuation": _boolean(
                    led_to_discontinuation or version.text("stopped_for_side_effect")
                ),
            }
        )
    return rows


def _side_effect_cycle(version: Version, stated: str | None) -> int | None:
    """The cycle a side-effect followed: as stated, or the only one; otherwise unknown."""
    last = len(version.cycle_days)
    if stated is None:
        return 1 if last == 1 else None
    if stated.startswith("last-"):
        span = int(stated.removeprefix("last-").partition("..")[0])
        return version.source.randint(last - span, last)
    return int(stated)


def _treatments(version: Version) -> list[dict]:
    facts = version.facts("treatments")
    stated = [_stated_treatment(version, key, fact) for key, fact in facts.items()]
    known = {(row["role"], row["drug"]) for row in stated}
    imputed = [
        _imputed_treatment(version, role, drug)
        for role in ROLES
        for drug in version.flags(f"{role}.")
        if (role, drug) not in known
    ]
    return stated + imputed


def _stated_treatment(version: Version, row_key: str, fact: dict[str, str]) -> dict:
    return {
        **version.keys,
        "drug": fact["drug"],
        "role": row_key.partition(":")[0],
        "dose": float(fact["dose"]) if "dose" in fact else None,
        "dose_unit": fact.get("dose_unit"),
        "schedule": fact.get("schedule"),
        "start_day": version.day(fact.get("start_day")),
        "stop_day": version.day(fact.get("stop_day")),
    }


def _imputed_treatment(version: Version, role: str, drug: str) -> dict:
    def printed(what: str) -> str | None:
        row = version.plausible.get(f"{role}_{what}.{drug}")
        return row.values if row else None

    return {
        **version.keys,
        "drug": drug,
        "role": role,
        "dose": version.number(f"{role}_dose.{drug}"),
        "dose_unit": printed("dose_unit"),
        "schedule": printed("schedule"),
    }


def _events(version: Version) -> list[dict]:
    rows, stated = [], set()
    for fact in version.facts("events").values():
        label = fact.get("label")
        stated.add(f"{fact['kind']}: {label}" if label else fact["kind"])
        day = version.day(fact.get("day"))
        rows.append({**version.keys, "day": day, "kind": fact["kind"], "label": label})
    for name in version.flags("event."):
        if name not in stated:
            kind, _, label = name.partition(": ")
            rows.append({**version.keys, "day": None, "kind": kind, "label": label or None})
    return rows


def _boolean(text: str | None) -> bool | None:
    return None if text is None else text == "true"
