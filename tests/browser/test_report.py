"""A packet is put together as a reader does it: sections, patients, comment, file, link."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from lib.report.formats import FORMATS
from tests.browser.harness import settled
from tests.browser.steps import open_page

REDUCED = "?diagnosis=dermatomyositis&dose_tier=1&dose_tier=0.5"


def add_section(page: Page, label: str) -> None:
    page.get_by_label("Add a section").first.click()
    page.get_by_role("option", name=label, exact=True).click()
    settled(page, quiet_ms=1000)


def click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    settled(page, quiet_ms=1000)


def test_a_packet_is_composed_previewed_made_and_opened_again(page: Page):
    open_page(page, f"/report{REDUCED}")
    preview = page.frame_locator("iframe")
    expect(preview.get_by_text("6 of 32 patients").first).to_be_visible()
    add_section(page, "Chosen patients")
    page.get_by_label("Patients", exact=True).first.click()
    page.get_by_role("option", name="DM-02").click()
    settled(page, quiet_ms=1000)
    page.keyboard.press("Escape")
    click(page, "Up: Chosen patients")
    page.get_by_role("button", name="Edit").nth(1).click()
    page.get_by_label("Your comment").fill("Was this <enough>?")
    page.keyboard.press("Control+Enter")
    settled(page, quiet_ms=1000)
    page.keyboard.press("Escape")
    expect(preview.get_by_text("Was this <enough>?")).to_have_count(1)
    expect(preview.get_by_role("heading", name="What happened to these").first).to_be_visible()

    page.get_by_text("PDF", exact=True).click()
    settled(page, quiet_ms=1000)
    click(page, "Make the file")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    path = Path(download.value.path())
    assert re.fullmatch(
        r"IVIg_dermatomyositis_1-or-0\.5-gkg_6-patients_\d{4}-\d\d-\d\d\.pdf",
        download.value.suggested_filename,
    )
    words = " ".join(sheet.extract_text() for sheet in PdfReader(path).pages)
    assert "Was this <enough>?" in words
    assert "DM-02" in words
    assert FORMATS["pdf"].read_record(path.read_bytes())

    link = page.url
    page.goto("/")
    settled(page)
    page.goto(link)
    settled(page, quiet_ms=1000)
    expect(preview.get_by_text("Was this <enough>?")).to_have_count(1)
    expect(page.get_by_text("6 of 32 patients").first).to_be_visible()


def test_a_saved_composition_opens_its_view_again(page: Page, tmp_path: Path):
    open_page(page, f"/report{REDUCED}")
    click(page, "Remove: Timelines")
    page.get_by_role("button", name="Save, open").click()
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the composition").click()
    assert download.value.suggested_filename.startswith("IVIg_dermatomyositis_1-or-0.5-gkg_6-")
    saved = tmp_path / "packet.json"
    download.value.save_as(saved)

    page.goto("/report?dataset=demo_registry")
    settled(page, quiet_ms=1000)
    page.get_by_role("button", name="Save, open").click()
    settled(page)
    page.set_input_files("input[type=file]", saved)
    settled(page, quiet_ms=2000)
    expect(page.get_by_text("6 of 32 patients").first).to_be_visible()
    expect(page.get_by_role("button", name="Remove: Timelines")).to_have_count(0)
    expect(page.get_by_role("button", name="Remove: Response")).to_have_count(1)


def test_a_file_that_is_no_composition_is_refused_and_the_packet_stays(page: Page, tmp_path: Path):
    open_page(page, "/report")
    click(page, "Remove: Timelines")
    other = tmp_path / "other.json"
    other.write_text("{}", encoding="utf-8")
    page.get_by_role("button", name="Save, open").click()
    settled(page)
    page.set_input_files("input[type=file]", other)
    settled(page, quiet_ms=1500)
    expect(page.get_by_text("The file was not opened")).to_be_visible()
    expect(page.get_by_role("button", name="Remove: Timelines")).to_have_count(0)
