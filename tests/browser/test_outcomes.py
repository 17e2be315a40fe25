"""What a reader does on the pages Side-effects and Dose and cost, in a real browser."""

import re
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import settled
from tests.browser.steps import PHONE, open_page, params


def press(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("radio", name=name, exact=True).click()
    settled(page)


def cells(page: Page, row: str) -> Locator:
    return page.locator(".heat tr", has=page.get_by_role("rowheader", name=row)).locator("td")


def test_columns_and_denominator_are_one_click_apart_and_in_the_link(page: Page):
    open_page(page, "/side_effects")
    expect(page.locator(".heat caption")).to_have_text(
        "Patients with each side-effect, by dose at onset"
    )
    expect(cells(page, "Any side-effect").last).to_contain_text("7 22% (11–39)")
    press(page, "cycle number")
    expect(page.locator(".heat thead")).to_contain_text("13 and later")
    press(page, "100 person-years")
    expect(page.locator(".heat caption")).to_have_text(
        "Side-effects per 100 person-years, by cycle number"
    )
    assert params(page)["side_effects_by"] == ["cycle number"]
    assert params(page)["side_effects_per"] == ["100 person-years"]
    link = page.url
    open_page(page, "/")
    open_page(page, link)
    expect(page.locator(".heat caption")).to_have_text(
        "Side-effects per 100 person-years, by cycle number"
    )


def test_the_method_opens(page: Page):
    open_page(page, "/side_effects?dataset=demo_registry")
    words = page.get_by_text("Wilson score interval, no continuity correction")
    expect(words).to_be_hidden()
    page.get_by_text("Method, denominators, missing values").click()
    expect(words).to_be_visible()


@pytest.mark.parametrize(
    ("path", "figure"),
    [
        ("/side_effects?dataset=demo_registry", ".heat"),
        ("/dose_and_cost?dataset=demo_registry&dose_and_cost_price=60", ".summary-table"),
    ],
)
def test_the_main_figure_needs_no_scrolling_on_a_projector(page: Page, path: str, figure: str):
    open_page(page, path)
    box = page.locator(figure).first.bounding_box()
    assert box["y"] + box["height"] <= page.viewport_size["height"]


def test_a_price_with_a_comma_brings_the_cost_and_stays_in_the_link(page: Page):
    open_page(page, "/dose_and_cost")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_role("rowheader", name="Cost per patient")).to_have_count(0)
    field = page.get_by_role("textbox", name="Price per gram")
    field.fill("62,50")
    field.press("Enter")
    settled(page)
    row = main.locator("tr", has=page.get_by_role("rowheader", name="Cost per patient"))
    # 1192 g per patient in the middle version, at 62.50 each, to two digits: weights are filled in.
    expect(row.locator("td").last).to_contain_text(re.compile(r"75\s000"))
    expect(page.get_by_role("rowheader", name="Cost per responder")).to_have_count(0)
    assert params(page)["dose_and_cost_price"] == ["62,50"]
    field.fill("cheap")
    field.press("Enter")
    settled(page)
    expect(page.get_by_text("“cheap” is no price per gram")).to_be_visible()
    expect(row).to_have_count(0)


def test_a_step_to_the_next_version_moves_only_what_is_open(page: Page):
    open_page(page, "/dose_and_cost")
    table = page.locator(".summary-table").inner_text()
    page.get_by_role("button", name="Next version").click()
    settled(page)
    assert params(page)["version"] == ["2"]
    assert page.locator(".summary-table").inner_text() == table


@pytest.mark.parametrize("context_options", [PHONE])
@pytest.mark.parametrize("path", ["/side_effects", "/dose_and_cost?dose_tier=0.4"])
def test_on_a_phone_nothing_is_wider_than_the_page(page: Page, path: str):
    open_page(page, path)
    widths = page.evaluate(
        "() => { const main = document.querySelector('[data-testid=stMain]');"
        " return [main.scrollWidth, main.clientWidth]; }"
    )
    assert widths[0] <= widths[1]


@pytest.mark.parametrize("context_options", [PHONE])
def test_on_a_phone_the_names_stay_readable_over_the_cells_that_scroll_below_them(page: Page):
    open_page(page, "/side_effects?dataset=demo_registry")
    table = page.locator(".heat")
    name = table.get_by_role("rowheader", name="Headache")
    left = name.bounding_box()["x"]
    # As by the keyboard: the table is reached by Tab and scrolled by an arrow.
    table.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.heat').scrollLeft > 20")
    assert name.bounding_box()["x"] == pytest.approx(left, abs=1)
    background = name.evaluate("cell => getComputedStyle(cell).backgroundColor")
    assert background.startswith("rgb("), "see-through"


@pytest.mark.parametrize("context_options", [PHONE])
@pytest.mark.parametrize("per", ["patients", "100 cycles", "100 person-years"])
def test_on_a_phone_what_stands_below_a_column_s_name_stays_in_its_column(page: Page, per: str):
    open_page(page, f"/side_effects?side_effects_per={quote_plus(per)}")
    heads = page.locator(".heat thead th")
    widths = heads.evaluate_all("all => all.map(each => [each.scrollWidth, each.clientWidth])")
    assert len(widths) > 5
    assert all(needed <= given for needed, given in widths), widths
