"""Whole ways through the app, as a researcher goes them: with the pointer, and by keys alone."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.harness import ROOT, new_context, settled
from tests.browser.steps import (
    PHONE,
    chips,
    choose,
    cohort_line,
    field,
    go_to,
    open_page,
    option,
    params,
    pick,
    picture,
    save_as,
    unfold,
)

FOCUS = (ROOT / "tests" / "browser" / "focus.js").read_text(encoding="utf-8")
# More stops than any page has.
MOST_STOPS = 150


def main(page: Page) -> Locator:
    return page.get_by_test_id("stMain")


def what_is_seen(page: Page) -> dict[str, object]:
    """The view as a reader would tell whether it is the same one."""
    return {
        "count": cohort_line(page).inner_text(),
        "filter": chips(page).all_inner_texts(),
        "page": page.get_by_role("link").and_(page.locator("[aria-current]")).inner_text(),
        "cohorts": main(page).get_by_text(re.compile("^A: ")).inner_text(),
        "table": page.locator(".compared").inner_text(),
        "chart": picture(page).locator("text").all_inner_texts(),
    }


@pytest.mark.parametrize(
    "context_options", [{"permissions": ["clipboard-read", "clipboard-write"]}], ids=["pointer"]
)
def test_from_the_first_page_over_a_relapse_to_a_comparison_that_is_passed_on(
    page: Page, browser: Browser, app_url: str
):
    open_page(page, "/")
    choose(page, "diagnosis", "dermatomyositis")
    choose(page, "dose_tier", "1")
    choose(page, "dose_tier", "0.5")
    expect(cohort_line(page)).to_contain_text("6 of 32 patients")
    go_to(page, "Cohorts")
    save_as(page, "Reduced dose")

    unfold(page, "event")
    choose(page, "event", "relapse")
    expect(cohort_line(page)).to_contain_text("2 of 32 patients")
    expect(cohort_line(page)).to_contain_text("with recorded relapse")
    go_to(page, "Timelines")
    lane = picture(page).get_by_text("DM-02").bounding_box()
    room = picture(page).bounding_box()
    page.mouse.click(room["x"] + room["width"] / 2, lane["y"] + lane["height"] / 2)
    page.wait_for_url(re.compile("/patient"))
    settled(page)
    expect(main(page).get_by_role("combobox", name="Patient")).to_have_value(re.compile("DM-02"))
    expect(main(page)).to_contain_text("of 2 in the cohort")
    expect(picture(page).get_by_text("relapse").first).to_be_visible()

    page.get_by_role("button", name="Remove filter: with recorded relapse").click()
    settled(page)
    page.get_by_role("button", name="Remove filter: 1 or 0.5 g/kg per cycle").click()
    settled(page)
    choose(page, "dose_tier", "2")
    go_to(page, "Cohorts")
    save_as(page, "Standard dose")
    go_to(page, "Compare")
    pick(page, "Cohort A", "Reduced dose")
    pick(page, "Cohort B", "Standard dose")
    expect(main(page)).to_contain_text("A: 6 dermatomyositis · 1 or 0.5 g/kg per cycle")
    expect(main(page)).to_contain_text("B: 12 dermatomyositis · 2 g/kg per cycle")
    assert params(page)["compare_a"] == ["Reduced dose"]
    assert len(params(page)["cohort"]) == 2
    here = what_is_seen(page)

    page.get_by_role("button", name="Link", exact=True).click()
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    with new_context(browser, app_url) as context:
        colleague = context.new_page()
        open_page(colleague, link)
        assert what_is_seen(colleague) == here


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus, which can be seen at every stop."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["isSeen"], f"no ring around {focus['name']}"
        if re.search(name, focus["name"]):
            return
    pytest.fail(f"no way by Tab to {name}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
    settled(page)


@pytest.mark.parametrize("context_options", [{"color_scheme": "dark"}], ids=["dark"])
def test_by_keys_alone_through_pages_filter_table_and_patient(page: Page):
    open_page(page, "/")
    tab_to(page, "Summary tables$")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="What do the tables say?")).to_be_visible()

    tab_to(page, "^Recorded events")
    press(page, "Enter")
    expect(field(page, "event")).to_have_attribute("open", "")
    tab_to(page, "^relapse")
    press(page, "Space")
    expect(cohort_line(page)).to_contain_text("2 of 32 patients")
    expect(option(page, "event", "relapse")).to_be_focused()

    tab_to(page, "^Table II")
    expect(page.get_by_role("region", name="Table II")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("region", name="Table I.")).to_be_focused()

    # On past the end of the page, where the navigation comes again.
    tab_to(page, "Timelines$")
    press(page, "Enter")
    tab_to(page, "^Open a patient")
    page.keyboard.type("DM-04")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/patient"))
    settled(page)
    assert params(page)["patient"] == ["DM-04"]
    expect(main(page)).to_contain_text("of 2 in the cohort")

    tab_to(page, "^Undo")
    press(page, "Enter")
    expect(cohort_line(page)).to_contain_text("32 of 32 patients")


@pytest.mark.parametrize("context_options", [PHONE], ids=["phone"])
def test_a_wide_table_is_scrolled_by_keys(page: Page):
    open_page(page, "/summary_tables?summary_tables_view=Table+1+by+group")
    table = page.get_by_role("region", name="Table 1")
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("table => table.scrollLeft > 10", arg=table.element_handle())
    # The names of the rows stay, and what is scrolled below them does not shine through.
    name = table.get_by_role("rowheader", name="female", exact=True)
    assert name.evaluate("cell => getComputedStyle(cell).backgroundColor").startswith("rgb(")
