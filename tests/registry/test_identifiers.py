"""What could tell who a patient is, is refused and shown nowhere; what can't, is let through."""

import csv
import json
from pathlib import Path

import pytest

from lib.registry.importer.finding import Finding
from lib.registry.importer.grid import RowForm, read_grid
from lib.registry.importer.headings import match_headings
from lib.registry.importer.identifiers import refuse_identifiers
from tests.registry.clinic import PATIENTS, places, read_csvs_of, replaced, sheets, with_column

# As clinics' tables have them.
COLUMNS = Path(__file__).with_name("identifier_columns.csv")
REFUSED_HEADINGS = """
Name|Vorname|Nachname|Familienname|Geburtsname|Patientenname|Name, Vorname|First name|Last name
Surname|Full name|Initialen|Adresse|Anschrift|Straße|Strasse|Hausnummer|PLZ|Postleitzahl|Wohnort
Address|Street|Zip code|Postcode|City|Telefon|Telefonnummer|Tel.|Handy|Mobilnummer|Phone
Phone number|Fax|E-Mail|Email|E-Mail-Adresse|Versichertennummer|Versicherten-ID|KVNR|Krankenkasse
Krankenversichertennummer|Insurance number|NHS number|SSN|Fallnummer|Fall-ID|Aufnahmenummer
Krankenhausnummer|MRN|Medical record number|Hospital number|Aktenzeichen|SAP-Nr.|PID|IBAN
Kontonummer|Personalausweisnummer|Geburtsort|Geburtstag|Telefon privat|Straße und Hausnummer
"""
REFUSED_VALUES = """
anna.muster@example.org|A123456789|DE89370400440532013000|DE89 3704 0044 0532 0130 00
+49 30 1234567|0049 171 2345678|030/1234567|Tel. 030 1234567|Musterstraße 12|Lindenweg 3a
Am Alten Markt, 10115 Berlin|12 Baker Street|Frau Schmidt|Herrn Dr. Weber|Mr. Brown
geb. 12.03.1956|geboren am 1.2.1970|born 12/03/1956|MRN 4711123|Fallnummer: 20230815
Anna Schmidt|Müller, Hans
"""
REFUSED_PSEUDONYMS = """
Müller|Schmidt, Anna|Hans Müller|Anna Schmidt|Yilmaz|Müller 12.03.1956|1956-03-12|A123456789
20230815123|anna@example.org|Weber, K.|Hans-Peter Meier
"""
ALLOWED_PSEUDONYMS = """
P001|007|1|23|K-17|BER-0001|MUC_12|012-0001|Patient 3|pat12|A1|DM-2023-004|IVIG-001|X7F2|case 9
0000017|B12|dm01|PV-3|c3-0042|S.12|2023/17|KÖLN-01|a3f9c2d1|Zentrum1-12|alpha|bravo
"""
ALLOWED_TEXTS = """
10 mg every morning|750 mg over 3 days every 4 weeks|less muscle pain|clinical impression
TIS ≥ 20|2 x 5 mg täglich|Dosis auf 40 g erhöht|0-0-1|1-0-1 für 14 Tage|CK 1250 U/l
50000 IE wöchentlich|Rituximab 2 x 1000 mg|Besserung der Kraft|Klinik für Dermatologie
Stevens-Johnson|Charité Berlin|Universitätsklinikum Bonn|St. Josef-Krankenhaus|ab Zyklus 3
Wechsel des Präparats|Lungenembolie rechts|Mammakarzinom 2015|ANA 1:1280|Mi-2 positive
anti-TIF1-gamma|von Willebrand disease|Crohn's disease|Raynaud syndrome|Hashimoto-Thyreoiditis
Kreatinin 1,2 mg/dl|seit 3 Monaten|Gehstrecke 200 m|MRT Oberschenkel|EMG pathologisch
Cyclophosphamid 6 x|Kopfschmerzen nach 2. Infusion|Therapiepause 2020-2021|Hizentra|Privigen
"""


def items(text: str) -> list[str]:
    return [item for line in text.strip().splitlines() for item in line.split("|")]


def findings_of(heading: str, name: str | None, *cells: str) -> list[Finding]:
    """What is said of a column that is refused; ``name`` is that of the schema."""
    form = RowForm("CSV", all_cells_written=True)
    grid = read_grid("a.csv", "a", [[heading], *([cell] for cell in cells)], len, form)
    found = refuse_identifiers(grid, [(name, column) for column in grid.columns])
    return [finding for _, findings in found for finding in findings]


def refused(heading: str, name: str | None, *cells: str) -> list[int | None]:
    """Rows at which a column is refused, None for the whole."""
    return [finding.row for finding in findings_of(heading, name, *cells)]


@pytest.mark.parametrize("heading", items(REFUSED_HEADINGS))
def test_a_heading_that_names_an_identifier_is_refused(heading: str):
    assert refused(heading, None, "one", "two") == [None]


@pytest.mark.parametrize("value", items(REFUSED_VALUES))
@pytest.mark.parametrize("name", ["response_basis", None])
def test_a_value_that_looks_like_an_identifier_is_refused(value: str, name: str | None):
    assert refused("Bemerkung", name, value, *map(str, range(20))) == [2]
    assert refused("Bemerkung", name, value, value + " x", "fine") == [None]


@pytest.mark.parametrize("value", items(REFUSED_PSEUDONYMS))
def test_a_pseudonym_that_is_none_is_refused(value: str):
    assert refused("Pat.-ID", "patient_id", value, f"{value}1") == [None]


@pytest.mark.parametrize(
    ("heading", "name", "value", "what"),
    [
        ("Nachname", None, "?", "a name"),
        ("Wohnort", None, "?", "an address"),
        ("KVNR", None, "?", "an insurance number"),
        ("Fallnummer", None, "?", "a hospital number"),
        ("E-Mail", None, "?", "an e-mail address"),
        ("Handy", None, "?", "a telephone number"),
        ("IBAN", None, "?", "a bank account"),
        ("Bemerkung", None, "anna.muster@example.org", "an e-mail address"),
        ("Bemerkung", None, "A123456789", "an insurance number"),
        ("Bemerkung", None, "DE89370400440532013000", "a bank account"),
        ("Bemerkung", None, "+49 30 1234567", "a telephone number"),
        ("Bemerkung", None, "Musterstraße 12", "an address"),
        ("Bemerkung", None, "Frau Schmidt", "a name"),
        ("Bemerkung", None, "geb. 12.03.1956", "a date of birth"),
        ("Bemerkung", None, "MRN 4711123", "a hospital number"),
        ("Pat.-ID", "patient_id", "1956-03-12", "a date of birth"),
        ("Pat.-ID", "patient_id", "Müller", "a name"),
        ("Pat.-ID", "patient_id", "20230815123", "a hospital number"),
    ],
)
def test_a_refused_column_says_what_it_looks_like(
    heading: str, name: str | None, value: str, what: str
):
    [finding] = findings_of(heading, name, value)
    assert finding.message.startswith(f"The column looks like {what}, which could tell who")
    assert "pseudonyms such as P001" in finding.mend and finding.value is None


def test_what_is_no_identifier_is_rarely_refused():
    """At most 5%: of these texts and pseudonyms, none."""
    texts, pseudonyms = items(ALLOWED_TEXTS), items(ALLOWED_PSEUDONYMS)
    assert refused("Bemerkung", "response_basis", *texts) == []
    assert [text for text in pseudonyms if refused("Pat.-ID", "patient_id", text)] == []


def columns_called(label: str) -> list[tuple[str, list[str]]]:
    """Columns of clinics' tables, German and English, which do or don't tell who a patient is."""
    with COLUMNS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] == label]
    return [(row["heading"], row["cells"].split("|")) for row in rows]


def is_refused(heading: str, cells: list[str]) -> bool:
    """Whether a column of the sheet of patients is refused, wherever its heading leads."""
    form = RowForm("CSV", all_cells_written=True)
    grid = read_grid("a.csv", "patients", [[heading], *([cell] for cell in cells)], len, form)
    matched = match_headings(grid, "patients")
    named = [*matched.columns.items(), *((None, column) for column in grid.columns)][:1]
    return bool(list(refuse_identifiers(grid, named)))


def test_of_many_columns_nearly_all_identifiers_are_refused_and_hardly_anything_else():
    """At least 98% of those that tell who a patient is, and at most 5% of the others."""
    secret, others = columns_called("yes"), columns_called("no")
    missed = [column for column in secret if not is_refused(*column)]
    wrongly = [column for column in others if is_refused(*column)]
    print(  # noqa: T201
        f"identifiers: {len(secret) - len(missed)} of {len(secret)} columns refused, missed "
        f"{missed}; {len(wrongly)} of {len(others)} others refused: {wrongly}"
    )
    assert len(secret) + len(others) >= 300
    assert len(secret) - len(missed) >= 0.98 * len(secret)
    assert len(wrongly) <= 0.05 * len(others)


def test_no_value_of_a_refused_column_is_shown(tmp_path: Path):
    patients = with_column(PATIENTS, "Nachname", "Secretly", "Hidden")
    patients = with_column(patients, "response_basis", "Frau Secretly", "good")
    patients = replaced(patients, 3, 3, "Herr Hidden")
    reading = read_csvs_of(tmp_path, sheets(patients=patients))
    assert {place[2] for place in places(reading, "identifier")} == {
        "Nachname",
        "response_basis",
        "diagnosis",
    }
    report = json.dumps(reading.report())
    assert "Secretly" not in report and "Hidden" not in report


def test_a_sheet_without_headings_does_not_show_its_first_row(tmp_path: Path):
    reading = read_csvs_of(tmp_path, sheets(patients=[["Secretly", "Anna"], ["Hidden", "Hans"]]))
    assert places(reading, "no_headings") == [("patients", 1, None)]
    assert "Secretly" not in json.dumps(reading.report())


def test_numbers_counted_up_are_pseudonyms(tmp_path: Path):
    patients = replaced(replaced(PATIENTS, 2, 1, "1000001"), 3, 1, "1000002")
    reading = read_csvs_of(tmp_path, sheets(patients=patients))
    assert not places(reading, "identifier")


def test_a_birth_date_becomes_an_age_and_is_no_identifier(tmp_path: Path):
    patients = with_column(
        [line[:4] for line in PATIENTS], "Geburtsdatum", "1970-05-17", "1950-01-01"
    )
    patients = with_column(patients, "first_ivig_date", "2024-05-16", "2024-01-01")
    reading = read_csvs_of(tmp_path, sheets(patients=patients))
    assert not places(reading, "identifier")
    assert reading.tables["patients"]["age_at_first_ivig_years"].to_pylist() == [53, 74]
