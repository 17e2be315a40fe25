"""Table 1, pages of timelines and patients side by side, as a person clicks them."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.harness import new_context, settled
from tests.browser.steps import IS_SAME, PHONE, open_page, params, pick, picture

TABLE_1 = "/summary_tables?summary_tables_view=Table+1+by+group"


def test_table_1_is_chosen_grouped_and_reopened_from_its_link(
    page: Page, browser: Browser, app_url: str
):
    open_page(page, "/summary_tables")
    expect(page.get_by_text("Table II.")).to_be_visible()
    page.get_by_role("radio", name="Table 1 by group").click()
    settled(page)
    pick(page, "Columns", "sex")
    page.get_by_role("radio", name="median (IQR)").click()
    settled(page)
    head = page.get_by_role("columnheader")
    expect(head).to_have_text(["Characteristic", "All (n=32)", "Female (n=24)", "Male (n=8)"])
    cells = page.get_by_role("row", name="Cycles, median (IQR)")
    expect(cells).to_be_visible()
    words = page.locator(".summary-table").inner_text()
    other = new_context(browser, app_url).new_page()
    open_page(other, page.url.removeprefix(app_url))
    assert other.locator(".summary-table").inner_text() == words


@pytest.mark.parametrize("context_options", [PHONE], ids=["phone"])
def test_on_a_phone_table_1_is_scrolled_within_its_room(page: Page):
    open_page(page, TABLE_1)
    room = page.locator(".table-room")
    assert room.evaluate("room => room.scrollWidth > room.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    name = page.get_by_role("rowheader", name="female", exact=True)
    before = name.bounding_box()
    room.evaluate("room => room.scrollTo(200, 0)")
    assert name.bounding_box()["x"] == pytest.approx(before["x"], abs=1)


def test_a_large_cohort_is_paged_in_the_picture_that_is_there(page: Page):
    open_page(page, "/timelines?dataset=demo_registry")
    picture(page).evaluate(IS_SAME)
    expect(page.get_by_text("1–25 of 600")).to_be_visible()
    first = picture(page).get_by_text("SYN-0056")
    expect(first).to_be_visible()
    page.get_by_role("button", name="Next page").click()
    settled(page)
    expect(page.get_by_text("26–50 of 600")).to_be_visible()
    expect(first).to_have_count(0)
    assert picture(page).evaluate(IS_SAME)
    assert params(page)["timelines_page"] == ["2"]


def test_lanes_stand_under_the_names_of_their_groups(page: Page):
    open_page(page, "/timelines")
    pick(page, "Group by", "response")
    pick(page, "Colour by", "dose tier")
    plot = picture(page)
    heading, first = plot.get_by_text("no response, n=3"), plot.get_by_text("UV-01")
    assert heading.bounding_box()["y"] < first.bounding_box()["y"]
    assert params(page)["timelines_group"] == ["response"]
    # The legend still has the shapes of its words.
    symbols = plot.locator(".role-legend .role-legend-symbol path")
    assert symbols.count() > 10
    assert all(symbol.bounding_box()["width"] > 1 for symbol in symbols.all())


def test_two_patients_are_set_side_by_side_and_the_link_reopens_them(
    page: Page, browser: Browser, app_url: str
):
    open_page(page, "/patient?dataset=demo_registry&patient=SYN-0003")
    plot = picture(page)
    expect(plot.get_by_text("CDASI activity")).to_have_count(1)
    expect(plot.get_by_text("higher is worse").first).to_be_visible()
    box = page.get_by_role("combobox", name="Compare with")
    box.click()
    box.fill("SYN-0056")
    box.press("Enter")
    box.press("Escape")
    settled(page)
    assert params(page)["patient_beside"] == ["SYN-0056"]
    expect(plot.get_by_text("CDASI activity")).to_have_count(2)
    other = new_context(browser, app_url).new_page()
    open_page(other, page.url.removeprefix(app_url))
    expect(picture(other).get_by_text("SYN-0056 · dermatomyositis · response")).to_be_visible()
    expect(picture(other).get_by_text("SYN-0003 · dermatomyositis · no response")).to_be_visible()


def test_pointing_at_a_score_says_what_it_is(page: Page):
    open_page(page, "/patient?dataset=demo_registry&patient=SYN-0003")
    label = picture(page).get_by_text("42", exact=True).first
    box = label.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 10)
    expect(page.locator("#vg-tooltip-element")).to_contain_text("CDASI activity 42")


@pytest.mark.parametrize(
    ("dataset", "patient"), [("case_series", "DM-01"), ("demo_registry", "SYN-0001")]
)
def test_the_filter_leaves_the_patient_who_is_looked_at(page: Page, dataset: str, patient: str):
    open_page(page, f"/patient?dataset={dataset}&patient={patient}")
    # Into the cohort and out of it, for more than one click.
    for option in ("dermatomyositis", "bullous autoimmune dermatoses", "dermatomyositis") * 2:
        page.locator(f"[data-testid=filter-option]:has-text('{option}')").first.click()
        settled(page)
        assert params(page)["patient"] == [patient]
        expect(page.get_by_role("heading", name=patient)).to_be_visible()
