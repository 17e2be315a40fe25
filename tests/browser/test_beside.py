"""The published series beside another registry, as a person switches it on."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.harness import new_context, settled
from tests.browser.steps import go_to, open_page, params


def test_the_switch_stays_over_pages_and_in_the_link(page: Page, browser: Browser, app_url: str):
    open_page(page, "/summary_tables?dataset=demo_registry")
    switch = page.get_by_role("switch", name="Beside the published series")
    expect(switch).not_to_be_checked()
    expect(page.get_by_role("columnheader", name="Published")).to_have_count(0)
    switch.check()
    settled(page)
    assert params(page)["beside"] == ["1"]
    row = page.get_by_role("row", name="Response rate, n")
    expect(row.get_by_role("cell")).to_have_text([re.compile(r"^\d+/\d+$"), "29/32"])

    go_to(page, "Publication")
    assert params(page)["beside"] == ["1"]
    women = page.get_by_role("row", name="Female patients").first
    expect(women.get_by_role("cell").nth(2)).to_have_text("24/32 (75%)")
    expect(women.get_by_role("cell").nth(5)).to_have_text(re.compile(r"^\d+/\d+ \(\d+%\)$"))

    other = new_context(browser, app_url).new_page()
    open_page(other, page.url.removeprefix(app_url))
    expect(other.get_by_role("switch")).to_be_checked()
    assert other.locator("table.claims").inner_text() == page.locator("table.claims").inner_text()
    other.context.close()

    switch.uncheck()
    settled(page)
    assert "beside" not in params(page)
    expect(page.get_by_text("was not built from a publication")).to_be_visible()
    go_to(page, "Timelines")
    expect(switch).to_be_hidden()
