"""Read the hand-kept CSV files: the reference tables, and the claims of a publication."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from lib.errors import RegistryError

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
REFERENCE_TABLES = ("diagnoses", "dose_tiers", "drugs", "symptoms", "instruments")
# Everything else is text: a dose tier "2" must not become 2.0.
NUMERIC_COLUMNS = (
    "lower",
    "upper",
    "lower_g_per_kg",
    "upper_g_per_kg",
    "minimum",
    "maximum",
    "within_days",
)


def read_reference() -> dict[str, pa.Table]:
    """Every reference table by name; its first column lists what may be named.

    Raises
    ------
    RegistryError
        If a file is missing or damaged.
    """
    return {name: read_csv(REFERENCE / f"{name}.csv") for name in REFERENCE_TABLES}


def read_csv(path: Path) -> pa.Table:
    """Load a hand-kept CSV file: text, but for the columns that hold numbers; empty is null.

    Raises
    ------
    RegistryError
        If the file is missing, is no UTF-8, or a row does not have the header's columns.
    """
    types = {name: pa.float64() for name in NUMERIC_COLUMNS}
    try:
        header = path.read_text(encoding="utf-8").partition("\n")[0].strip().split(",")
        return pacsv.read_csv(
            path,
            convert_options=pacsv.ConvertOptions(
                column_types={name: types.get(name, pa.string()) for name in header},
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except (OSError, UnicodeError, pa.ArrowException) as error:
        raise RegistryError(
            f"{path} is missing or can't be read as CSV. Restore it from its source."
        ) from error
