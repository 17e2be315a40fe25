"""The data contract: the seven tables of a registry, their columns, units and allowed values.

The only place in code that states them. The writer, the reader's checks and the
data dictionary follow from here.
"""

from dataclasses import dataclass, field

import pyarrow as pa

TYPES = {
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "VARCHAR": pa.string(),
    "BOOLEAN": pa.bool_(),
}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    ``values`` lists what a text column may hold; ``vocabulary`` names the reference
    table that holds the list instead. ``lower`` and ``upper`` are inclusive.
    """

    name: str
    type: str
    description: str
    unit: str = ""
    nullable: bool = True
    values: tuple[str, ...] = ()
    vocabulary: str = ""
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Table:
    """One table: ``key`` are the columns that identify a row, unknown values among them."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...] = field(default_factory=tuple)

    @property
    def arrow_schema(self) -> pa.Schema:
        """The table's columns as an Arrow schema, in the order of the contract."""
        return pa.schema(
            [pa.field(c.name, TYPES[c.type], nullable=c.nullable) for c in self.columns]
        )


IMPUTATION = Column(
    "imputation",
    "INTEGER",
    "0 = recorded data; 1 to m = one of m complete datasets that agree with everything published",
    nullable=False,
    lower=0,
)
PATIENT_ID = Column(
    "patient_id",
    "VARCHAR",
    "pseudonym; never a name, a birth date or a hospital number",
    nullable=False,
)
KEYS = (IMPUTATION, PATIENT_ID)
SINCE_FIRST_IVIG = "days since first IVIg"

PATIENTS = Table(
    "patients",
    "One row per patient.",
    ("imputation", "patient_id"),
    KEYS
    + (
        Column("centre", "VARCHAR", "treating centre", nullable=False),
        Column("diagnosis", "VARCHAR", "diagnosis", nullable=False, vocabulary="diagnoses"),
        Column(
            "subtype",
            "VARCHAR",
            "form of dermatomyositis",
            values=("classic", "amyopathic", "paraneoplastic"),
        ),
        Column(
            "overlap",
            "VARCHAR",
            "second disease of an overlap syndrome",
            values=("lupus erythematosus", "systemic scleroderma"),
        ),
        Column(
            "sex",
            "VARCHAR",
            "sex",
            nullable=False,
            values=("female", "male", "diverse", "unknown"),
        ),
        Column(
            "age_at_first_ivig_years",
            "INTEGER",
            "age at the first infusion",
            unit="years",
            nullable=False,
            lower=0,
            upper=120,
        ),
        Column("body_weight_kg", "DOUBLE", "body weight", unit="kg", lower=1, upper=400),
        Column(
            "diagnosis_to_first_ivig_years",
            "DOUBLE",
            "time from diagnosis to the first infusion",
            unit="years",
            lower=0,
        ),
        Column(
            "response",
            "VARCHAR",
            "response to IVIg",
            values=("response", "no response", "not evaluable"),
        ),
        Column("response_basis", "VARCHAR", "how the response was judged"),
        Column("off_label", "BOOLEAN", "given outside the licensed indications"),
        Column(
            "therapy_end_reason",
            "VARCHAR",
            "why IVIg ended",
            values=(
                "ongoing",
                "remission",
                "lack of efficacy",
                "side-effects",
                "reimbursement refused",
                "lost to follow-up",
                "death",
                "other",
            ),
        ),
    ),
)

CYCLES = Table(
    "cycles",
    "One row per patient and IVIg cycle.",
    ("imputation", "patient_id", "cycle_no"),
    KEYS
    + (
        Column(
            "cycle_no", "INTEGER", "1, 2, 3 … without gaps", nullable=False, lower=1, upper=1000
        ),
        Column(
            "day",
            "INTEGER",
            "day of the cycle's first infusion; the first cycle is day 0",
            unit=SINCE_FIRST_IVIG,
            nullable=False,
            lower=0,
        ),
        Column(
            "dose_g_per_kg",
            "DOUBLE",
            "IVIg per kg body weight and cycle (not per day)",
            unit="g/kg per cycle",
            nullable=False,
            lower=0.01,
            upper=5,
        ),
        Column(
            "infusion_days",
            "INTEGER",
            "days over which the cycle was given",
            unit="days",
            lower=1,
            upper=10,
        ),
    ),
)

SIDE_EFFECTS = Table(
    "side_effects",
    "One row per patient and side-effect.",
    ("imputation", "patient_id", "symptom", "cycle_no", "day"),
    KEYS
    + (
        Column("cycle_no", "INTEGER", "the cycle it followed", lower=1),
        Column("day", "INTEGER", "onset", unit=SINCE_FIRST_IVIG),
        Column("symptom", "VARCHAR", "symptom", nullable=False, vocabulary="symptoms"),
        Column("ctcae_grade", "INTEGER", "grade, CTCAE v5", lower=1, upper=5),
        Column("serious", "BOOLEAN", "serious (severe) side-effect"),
        Column("led_to_discontinuation", "BOOLEAN", "the patient stopped IVIg because of it"),
    ),
)

TREATMENTS = Table(
    "treatments",
    "One row per patient, other drug, role and course.",
    ("imputation", "patient_id", "drug", "role", "dose", "schedule", "start_day"),
    KEYS
    + (
        Column(
            "drug",
            "VARCHAR",
            "international non-proprietary name",
            nullable=False,
            vocabulary="drugs",
        ),
        Column(
            "role",
            "VARCHAR",
            "before, during or after IVIg",
            nullable=False,
            values=("prior", "concomitant", "subsequent"),
        ),
        Column("dose", "DOUBLE", "dose, in dose_unit", lower=0),
        Column("dose_unit", "VARCHAR", "unit of dose, such as mg/day"),
        Column("schedule", "VARCHAR", "dose and schedule in words"),
        Column("start_day", "INTEGER", "first day", unit=SINCE_FIRST_IVIG),
        Column("stop_day", "INTEGER", "last day", unit=SINCE_FIRST_IVIG),
    ),
)

EVENTS = Table(
    "events",
    "One row per patient and event.",
    ("imputation", "patient_id", "kind", "day", "label"),
    KEYS
    + (
        Column("day", "INTEGER", "day", unit=SINCE_FIRST_IVIG),
        Column(
            "kind",
            "VARCHAR",
            "kind of event",
            nullable=False,
            values=(
                "diagnosis",
                "improvement",
                "remission",
                "relapse",
                "progression",
                "discontinuation",
                "reimbursement refused",
                "follow-up",
                "comorbidity",
                "history",
            ),
        ),
        Column("label", "VARCHAR", "short text"),
    ),
)

ASSESSMENTS = Table(
    "assessments",
    "One row per patient, day and clinical score.",
    ("imputation", "patient_id", "day", "instrument"),
    KEYS
    + (
        Column("day", "INTEGER", "day", unit=SINCE_FIRST_IVIG, nullable=False),
        Column("instrument", "VARCHAR", "clinical score", nullable=False, vocabulary="instruments"),
        Column("score", "DOUBLE", "value, within the instrument's range", nullable=False),
    ),
)

PROVENANCE = Table(
    "provenance",
    "One row per stated fact of a reconstructed registry.",
    ("patient_id", "table_name", "row_key", "column_name"),
    (
        PATIENT_ID,
        Column("table_name", "VARCHAR", "the cell's table", nullable=False),
        Column(
            "row_key", "VARCHAR", "the cell's row: cycle number, drug, symptom; null for patients"
        ),
        Column("column_name", "VARCHAR", "the cell's column", nullable=False),
        Column(
            "status",
            "VARCHAR",
            "reported = the publication says it of this patient; derived = follows from what is "
            "reported; imputed = filled in, differs or could differ between versions",
            nullable=False,
            values=("reported", "derived", "imputed"),
        ),
        Column("locator", "VARCHAR", "where the publication says it"),
    ),
)

TABLES = {
    table.name: table
    for table in (PATIENTS, CYCLES, SIDE_EFFECTS, TREATMENTS, EVENTS, ASSESSMENTS, PROVENANCE)
}
