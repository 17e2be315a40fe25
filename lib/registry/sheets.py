"""What a clinic's sheets may hold: the schema's tables as they are filled in and imported.

A sheet has the columns of its table without those that the importer itself fills, and columns
that may stand instead of one: a date instead of a day, grams instead of g/kg. These are
converted on import and never stored.
"""

from dataclasses import dataclass

from lib.registry.schema import TABLES, Column

FILLED_IN_BY_IMPORT = ("imputation",)
REQUIRED_SHEETS = ("patients", "cycles")
DATE = "DATE"

_WEIGHT = next(c for c in TABLES["patients"].columns if c.name == "body_weight_kg")
_DAY_OF = "calendar day; becomes days since first IVIg and is not kept"


@dataclass(frozen=True)
class Instead:
    """A column that may stand instead of another: ``replaces`` is None if it only helps.

    ``offered`` in the template; others are understood, but nobody is told to use them.
    """

    column: Column
    replaces: str | None
    offered: bool = True


@dataclass(frozen=True)
class Sheet:
    """The columns of one sheet: those of the schema, and what may stand instead of them."""

    name: str
    description: str
    columns: tuple[Column, ...]
    instead: tuple[Instead, ...]

    @property
    def accepted(self) -> dict[str, Column]:
        """Every column that the sheet may have, by name."""
        return {c.name: c for c in (*self.columns, *(entry.column for entry in self.instead))}

    @property
    def offered(self) -> list[Column]:
        """The columns of the template, those that convert to others at the end."""
        return [*self.columns, *(entry.column for entry in self.instead if entry.offered)]

    @property
    def replaced_by(self) -> dict[str, list[str]]:
        """For each column of the schema the names of those that may give it, itself first."""
        return {
            column.name: [column.name]
            + [entry.column.name for entry in self.instead if entry.replaces == column.name]
            for column in self.columns
        }


def _date(name: str, replaces: str | None, description: str = _DAY_OF) -> Instead:
    return Instead(Column(name, DATE, description), replaces)


INSTEAD = {
    "patients": (
        _date("birth_date", "age_at_first_ivig_years", "becomes the age; not kept"),
        _date(
            "diagnosis_date",
            "diagnosis_to_first_ivig_years",
            "becomes the years from diagnosis to the first infusion; not kept",
        ),
        _date("first_ivig_date", None, "what dates count from if cycles have none; not kept"),
    ),
    "cycles": (
        _date("date", "day"),
        Instead(
            Column(
                "dose_mg_per_kg",
                "DOUBLE",
                "IVIg per kg body weight and cycle",
                unit="mg/kg per cycle",
            ),
            "dose_g_per_kg",
            offered=False,
        ),
        Instead(
            Column(
                "dose_g",
                "DOUBLE",
                "IVIg per cycle; divided by the body weight",
                unit="g per cycle",
            ),
            "dose_g_per_kg",
        ),
        Instead(
            Column("dose", "DOUBLE", "dose per cycle; the unit is asked for"),
            "dose_g_per_kg",
            offered=False,
        ),
        Instead(_WEIGHT, None),
    ),
    "side_effects": (_date("date", "day"),),
    "treatments": (_date("start_date", "start_day"), _date("stop_date", "stop_day")),
    "events": (_date("date", "day"),),
    "assessments": (_date("date", "day"),),
}

SHEETS = {
    name: Sheet(
        name,
        TABLES[name].description,
        tuple(c for c in TABLES[name].columns if c.name not in FILLED_IN_BY_IMPORT),
        instead,
    )
    for name, instead in INSTEAD.items()
}
