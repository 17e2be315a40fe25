"""Figures are taken away as a reader does it: header, figure, format, a file that opens."""

import csv
import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import settled
from tests.browser.steps import PHONE, is_inside, open_page, pick

# Below every table stands whose figures these are.
WHO = "6 of 32 patients: dermatomyositis · 1 or 0.5 g/kg per cycle"
REDUCED = "?diagnosis=dermatomyositis&dose_tier=1&dose_tier=0.5"


def open_dialog(page: Page) -> Locator:
    page.get_by_role("button", name="Take away").click()
    settled(page)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Take away from this page")).to_be_visible()
    return dialog


def saved(page: Page, dialog: Locator, name: str) -> Path:
    """The file behind a button."""
    with page.expect_download() as download:
        dialog.get_by_role("button", name=name, exact=True).click()
    return Path(download.value.path()).rename(
        Path(download.value.path()).with_name(download.value.suggested_filename)
    )


def test_a_table_is_taken_away_in_every_format(page: Page):
    open_page(page, f"/summary_tables{REDUCED}")
    cells = page.get_by_role("row", name="Number of cycles, median (range)").get_by_role("cell")
    printed = cells.inner_text()
    dialog = open_dialog(page)
    expect(dialog.get_by_text(f"Every file says: {WHO}")).to_be_visible()

    table = saved(page, dialog, "CSV")
    assert table.name.startswith("table_i_the_cohort_")
    rows = list(csv.reader(io.StringIO(table.read_text("utf-8-sig"))))
    assert ["Number of cycles, median (range)", printed] in [row[:2] for row in rows]
    assert rows[1][rows[0].index("cohort")] == WHO
    german = saved(page, dialog, "CSV for German Excel").read_text("utf-8-sig")
    assert f"Number of cycles, median (range);{printed};" in german

    sheet = load_workbook(saved(page, dialog, "Excel")).active
    values = [tuple(row[:2]) for row in sheet.iter_rows(values_only=True)]
    assert ("Number of cycles, median (range)", printed) in values
    words = Document(saved(page, dialog, "Word"))
    cells = [cell.text for row in words.tables[0].rows for cell in row.cells]
    assert printed in cells
    for name in ("HTML", "LaTeX", "Markdown"):
        text = saved(page, dialog, name).read_text("utf-8")
        assert "Number of cycles, median" in text
        assert "6 of 32 patients: dermatomyositis" in text


def test_a_chart_is_taken_away_as_a_picture_and_as_its_rows(page: Page):
    open_page(page, f"/{REDUCED}")
    dialog = open_dialog(page)
    pick(page, "Which figure", "Chart: Which dose did they usually get per cycle?")
    picture = ElementTree.parse(saved(page, dialog, "SVG")).getroot()
    texts = " ".join(
        "".join(part.itertext()) for part in picture.iter() if part.tag.endswith("text")
    )
    assert WHO in texts
    assert "Which dose did they usually get per cycle?" in texts
    assert saved(page, dialog, "PNG, 300 dpi").read_bytes().startswith(b"\x89PNG")
    rows = list(csv.DictReader(io.StringIO(saved(page, dialog, "CSV").read_text("utf-8-sig"))))
    assert {row["label"]: row["n_patients"] for row in rows}["2 g/kg"] == "0"
    assert sum(int(row["n_patients"]) for row in rows) == 6


@pytest.mark.parametrize("context_options", [PHONE], ids=["phone"])
def test_on_a_phone_by_keys_it_opens_is_chosen_and_closes(page: Page):
    open_page(page, "/side_effects")
    page.get_by_role("button", name="Take away").focus()
    page.keyboard.press("Enter")
    settled(page)
    dialog = page.get_by_role("dialog")
    box = dialog.get_by_role("combobox", name="Which figure")
    box.focus()
    page.keyboard.type("begin")
    page.keyboard.press("Enter")
    settled(page)
    expect(dialog.get_by_role("button", name="SVG")).to_be_visible()
    assert all(is_inside(button, dialog) for button in dialog.get_by_role("button").all())
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
