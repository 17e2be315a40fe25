"""A clinic brings its own sheet: template, upload, one error mended, timeline, deletion."""

import re
from pathlib import Path

from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from tests.browser.harness import settled
from tests.browser.steps import cohort_line, go_to, open_page, params

# Reading happens in a process of its own, after the upload: longer than a page takes to draw.
READ_MS = 30_000
PATIENTS = [
    ["Patienten-ID", "Zentrum", "Diagnose", "Geschlecht", "Alter", "Gewicht"],
    ["007", "Köln", "Dermatomyositis", "weiblich", 61, "70,5"],
    ["008", "Köln", "Pemphigus vulgaris", "männlich", 55, "k. A."],
]
CYCLES = [
    ["Patienten-ID", "Zyklus", "Datum", "Dosis g/kg"],
    ["007", 1, "03.02.2021", "2,0"],
    ["007", 2, "03.03.2021", "2,0"],
    ["008", 1, "14.05.2022", "1,0"],
]


def write(path: Path, patients: list[list], cycles: list[list]) -> Path:
    book = Workbook()
    book.remove(book.active)
    for name, lines in (("Patienten", patients), ("Zyklen", cycles)):
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path


def upload(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)
    settled(page)


def uploaded_bytes(page: Page) -> int:
    """What the server keeps in memory of everybody's uploads, said anew every 5 s."""
    page.wait_for_timeout(5_200)
    told = re.search(r'"UploadedFileManager".*} (\d+)', page.request.get("/_stcore/metrics").text())
    return int(told[1]) if told else 0


def test_a_clinic_brings_its_sheet_mends_an_error_and_deletes_its_data(page: Page, tmp_path: Path):
    open_page(page, "/import")
    with page.expect_download() as download:
        page.get_by_role("button", name="Excel, deutsch").click()
    form = load_workbook(download.value.path().open("rb"))
    assert {"Patienten", "Zyklen"} <= set(form.sheetnames)

    wrong = [*CYCLES[:2], ["007", 3, "03.03.2021", "2,0"], CYCLES[3]]
    upload(page, write(tmp_path / "klinik.xlsx", PATIENTS, wrong))
    expect(page.get_by_text("1 error to mend in your file. Mend")).to_be_visible(timeout=READ_MS)
    with page.expect_download() as report:
        page.get_by_role("button", name="Findings as Excel").click()
    assert load_workbook(report.value.path().open("rb"))["Findings"]["C2"].value == "Zyklen"

    page.get_by_role("button", name="Remove").first.click()
    settled(page)
    upload(page, write(tmp_path / "klinik2.xlsx", PATIENTS, CYCLES))
    page.get_by_role("button", name="Show it").click()
    settled(page)
    expect(cohort_line(page)).to_contain_text("2 of 2 patients")
    assert params(page)["dataset"] == ["own"]

    go_to(page, "Timelines")
    chart = page.get_by_test_id("stVegaLiteChart")
    expect(chart).to_contain_text("007")
    expect(chart).to_contain_text("dermatomyositis")

    go_to(page, "Import")
    before = uploaded_bytes(page)
    upload(page, write(tmp_path / "klinik3.xlsx", PATIENTS, wrong))
    expect(page.get_by_text("1 error to mend in your file")).to_be_visible(timeout=READ_MS)
    page.get_by_role("button", name="Delete my data").click()
    settled(page)
    expect(page.get_by_text("klinik3.xlsx")).to_have_count(0)
    assert uploaded_bytes(page) <= before
    expect(cohort_line(page)).to_contain_text("32 of 32 patients")
    expect(page.get_by_test_id("dataset")).not_to_contain_text("Own registry")


def test_a_registry_of_another_session_cannot_be_opened(page: Page, tmp_path: Path):
    open_page(page, "/import")
    upload(page, write(tmp_path / "klinik.xlsx", PATIENTS, CYCLES))
    page.get_by_role("button", name="Show it").click()
    settled(page)
    other = page.context.new_page()
    open_page(other, "/?dataset=own")
    expect(cohort_line(other)).to_contain_text("32 of 32 patients")
    expect(other.get_by_text("was kept in the memory of one session only")).to_be_visible()
