"""No input makes the importer raise anything but its own errors, and no row is lost in it."""

import io
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from lib.errors import UserFacingError
from lib.registry.importer.dates import read_dates
from lib.registry.importer.numbers import read_numbers
from lib.registry.importer.options import DATE_FORMATS, DECIMALS, Options
from lib.registry.importer.reading import Reading
from lib.registry.importer.stages import read_here
from lib.registry.sheets import SHEETS
from tests.registry.clinic import as_csv

HEADINGS = sorted({name for sheet in SHEETS.values() for name in sheet.accepted}) + ["Name", "x"]
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["1.000", "1,5", "03/04/2024", "2024-03-04", "45000", "n. a.", "ja", "#REF!"]),
    st.sampled_from(["dermatomyositis", "weiblich", "P1", "0", "-1", "1e400", "99999999999"]),
)
CELLS = st.one_of(
    st.none(),
    TEXTS,
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(date(1900, 1, 1), date(9999, 12, 31)),
    st.datetimes(datetime(1901, 1, 1), datetime(2100, 1, 1)),
)
PARQUET_TYPES = [
    pa.string(),
    pa.int64(),
    pa.float32(),
    pa.bool_(),
    pa.date32(),
    pa.timestamp("ns"),
    pa.decimal128(9, 2),
    pa.time32("s"),
    pa.list_(pa.int8()),
    pa.binary(),
]
RATE = settings(max_examples=40)


def grids(cells: st.SearchStrategy) -> st.SearchStrategy:
    lines = st.lists(st.lists(cells, max_size=6), max_size=6)
    headings = st.lists(st.sampled_from(HEADINGS), max_size=6)
    return st.builds(lambda first, rest: [first, *rest], headings, lines)


def read_files(files: dict[str, bytes], **options: str | None) -> Reading | None:
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        try:
            reading = read_here([Path(folder)], Options(**options))
        except UserFacingError as error:
            assert str(error).endswith((".", ")"))
            return None
    for sheet in reading.sheets:
        assert sheet.n_rows == sheet.n_imported + sheet.n_reported
    for name, table in reading.tables.items():
        assert table.num_rows == sum(s.n_imported for s in reading.sheets if s.table == name)
    return reading


@RATE
@given(st.binary(max_size=300), st.sampled_from([".csv", ".xlsx", ".parquet", ".txt"]))
def test_any_bytes(content: bytes, suffix: str):
    read_files({f"patients{suffix}": content})


@RATE
@given(
    grids(TEXTS),
    grids(TEXTS),
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from([None, *DECIMALS]),
    st.sampled_from([None, *DATE_FORMATS]),
)
def test_any_csv(
    patients: list, cycles: list, delimiter: str, decimal: str | None, form: str | None
):
    files = {"patients.csv": patients, "Zyklen.csv": cycles}
    texts = {
        name: as_csv(lines, delimiter).encode("utf-8", "replace") for name, lines in files.items()
    }
    read_files(texts, decimal=decimal, date_format=form)


@RATE
@given(grids(CELLS), grids(CELLS))
def test_any_workbook(patients: list, cycles: list):
    book = Workbook()
    book.remove(book.active)
    for name, lines in (("Patienten", patients), ("cycles", cycles)):
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append([_for_excel(cell) for cell in line])
    file = io.BytesIO()
    book.save(file)
    read_files({"clinic.xlsx": file.getvalue()})


def _for_excel(cell: object) -> object:
    if isinstance(cell, str):
        return "".join(mark for mark in cell if mark.isprintable())
    if isinstance(cell, float) and cell != cell:
        return None
    return cell


@RATE
@given(st.data())
def test_a_damaged_workbook(data: st.DataObject):
    """One byte of the XML within is another."""
    book = Workbook()
    book.active.title = "patients"
    book.active.append(["patient_id", "centre", "diagnosis"])
    book.active.append(["P1", 1.5, date(2024, 3, 4)])
    file = io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    at = data.draw(st.integers(0, len(parts[name]) - 1))
    parts[name] = parts[name][:at] + data.draw(st.binary(max_size=3)) + parts[name][at + 1 :]
    damaged = io.BytesIO()
    with zipfile.ZipFile(damaged, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    read_files({"clinic.xlsx": damaged.getvalue()})


@RATE
@given(
    st.lists(st.sampled_from(HEADINGS), min_size=1, max_size=5, unique=True),
    st.sampled_from([pa.string(), pa.int64(), pa.float32(), pa.bool_(), pa.date32(), pa.binary()])
    | st.sampled_from(
        [pa.timestamp("ns"), pa.decimal128(9, 2), pa.list_(pa.int8()), pa.time32("s")]
    ),
    st.integers(0, 3),
)
def test_any_parquet(names: list[str], kind: pa.DataType, n_rows: int):
    table = pa.table({name: _of_type(kind, n_rows) for name in names})
    file = io.BytesIO()
    pq.write_table(table, file)
    read_files({"patients.parquet": file.getvalue(), "cycles.parquet": file.getvalue()})


def _of_type(kind: pa.DataType, n_rows: int) -> pa.Array:
    values = {
        pa.string(): "1.000",
        pa.binary(): b"1",
        pa.date32(): date(2024, 3, 4),
        pa.timestamp("ns"): datetime(2024, 3, 4),
        pa.list_(pa.int8()): [1],
        pa.bool_(): True,
    }
    return pa.array([values.get(kind, 1)] * n_rows, kind)


WEIGHT = SHEETS["patients"].accepted["body_weight_kg"]


@given(st.floats(0, 1e6, allow_nan=False).map(lambda n: round(n, 4)), st.sampled_from(DECIMALS))
def test_a_number_is_read_rightly_or_asked(number: float, decimal: str):
    """However it is written: with thousands marks or without."""
    plain, grouped = f"{number:.4f}", f"{number:,.4f}"
    for text in (plain, grouped, plain.rstrip("0").rstrip("."), f"{number:,.0f}"):
        expected = float(text.replace(",", ""))
        written = text if decimal == "point" else text.translate(str.maketrans(".,", ",."))
        understood = read_numbers([written], WEIGHT, None)
        assert not understood.problems
        if understood.open_cell is None:
            assert understood.values == [expected]
        else:
            assert expected in [float(meaning) for _, meaning in understood.choices]
        assert read_numbers([written], WEIGHT, decimal).values == [expected]


@given(st.dates(date(1950, 1, 1), date(2025, 1, 1)), st.integers(0, 400))
def test_a_date_is_read_rightly_or_asked(first: date, n_days: int):
    pair = [first, min(first + timedelta(n_days), date(2025, 1, 1))]
    for form in ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y%m%d", "%Y/%m/%d"):
        understood = read_dates([day.strftime(form) for day in pair], None)
        assert not understood.problems
        expected_or_open = zip(understood.values, pair, strict=True)
        assert all(value in (None, day) for value, day in expected_or_open)
        assert understood.values == pair or understood.open_cell is not None
