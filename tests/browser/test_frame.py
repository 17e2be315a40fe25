"""What a reader does with the filter, the link and the pages, in a real browser.

Every test also fails on a console error or a request that leaves the machine (see `page`).
"""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.harness import new_context, serving, settled
from tests.browser.steps import PHONE, choose, cohort_line, go_to, open_page, option, params, pick


def test_a_click_in_the_filter_changes_count_table_and_url(page: Page):
    open_page(page, "/summary_tables")
    before = page.get_by_test_id("stMain").inner_text()
    assert "29/32" in before
    choose(page, "diagnosis", "dermatomyositis")
    expect(cohort_line(page)).to_contain_text("18 of 32 patients")
    expect(cohort_line(page)).to_contain_text("dermatomyositis")
    assert params(page) == {"diagnosis": ["dermatomyositis"]}
    after = page.get_by_test_id("stMain").inner_text()
    assert "17/18" in after
    assert "29/32" not in after.split("Published")[0]


def test_two_quick_clicks_both_count(page: Page):
    open_page(page, "/")
    option(page, "diagnosis", "pyoderma gangrenosum").click()
    option(page, "diagnosis", "livedoid vasculopathy").click()
    settled(page)
    expect(cohort_line(page)).to_contain_text("5 of 32 patients")
    assert set(params(page)["diagnosis"]) == {"pyoderma gangrenosum", "livedoid vasculopathy"}


def test_a_deep_link_restores_the_view(page: Page):
    open_page(page, "/?diagnosis=dermatomyositis&dose_tier=1&dose_tier=0.5&age=40-95")
    expect(option(page, "diagnosis", "dermatomyositis")).to_be_checked()
    expect(option(page, "dose_tier", "1")).to_be_checked()
    expect(option(page, "dose_tier", "0.5")).to_be_checked()
    expect(option(page, "dose_tier", "2")).not_to_be_checked()
    # Three had 1 g/kg and three 0.5 g/kg, whatever the version.
    expect(cohort_line(page)).to_contain_text("6 of 32 patients")
    choose(page, "dose_tier", "0.5")
    expect(cohort_line(page)).to_contain_text("3 of 32 patients")
    assert params(page)["dose_tier"] == ["1"]


def test_the_filter_survives_a_change_of_page_and_reset_clears_it(page: Page):
    open_page(page, "/")
    choose(page, "diagnosis", "livedoid vasculopathy")
    page.get_by_role("link", name="Timelines").click()
    settled(page)
    expect(cohort_line(page)).to_contain_text("2 of 32 patients")
    assert params(page)["diagnosis"] == ["livedoid vasculopathy"]
    page.get_by_role("button", name="Reset").first.click()
    settled(page)
    expect(cohort_line(page)).to_contain_text("32 of 32 patients")
    assert "diagnosis" not in params(page)


def test_an_empty_cohort_says_so_and_offers_the_way_back(page: Page):
    open_page(page, "/?diagnosis=livedoid+vasculopathy&sex=male")
    expect(page.get_by_text("No patient meets all of these criteria.")).to_be_visible()
    page.get_by_role("button", name="Show all patients").click()
    settled(page)
    expect(cohort_line(page)).to_contain_text("32 of 32 patients")


def test_a_parameter_that_makes_no_sense_is_left_out_with_a_notice(page: Page):
    open_page(page, "/?diagnosis=gout&sex=female")
    expect(page.get_by_text("“gout”")).to_be_visible()
    expect(cohort_line(page)).to_contain_text("24 of 32 patients")


@pytest.mark.parametrize(
    "path",
    [
        "/?sex=",
        "/timelines?version=",
        "/timelines?timelines_sort=",
        "/patient?patient=",
        "/publication?publication_section=",
    ],
)
def test_a_link_cannot_make_the_page_ask_another_machine(page: Page, path: str):
    open_page(page, path + quote("![](https://x.y/a.png) www.x.y"))
    notice = page.get_by_test_id("stAlert")
    expect(notice).to_contain_text("![](https")
    expect(notice.locator("a, img")).to_have_count(0)


def test_back_to_a_page_without_a_filter_leaves_it_without_one(page: Page):
    open_page(page, "/")
    n_entries = page.evaluate("history.length")
    choose(page, "diagnosis", "livedoid vasculopathy")
    page.get_by_role("link", name="Timelines").click()
    settled(page)
    expect(cohort_line(page)).to_contain_text("2 of 32 patients")
    page.evaluate(f"history.go({n_entries} - history.length)")
    expect(cohort_line(page)).to_contain_text("32 of 32 patients")
    settled(page)
    assert params(page) == {}


def test_a_typed_age_becomes_a_whole_number(page: Page):
    open_page(page, "/")
    page.locator('[data-testid="filter-field"][data-field="age"] summary').click()
    age = page.locator('[data-testid="filter-number-lower"][data-field="age"]')
    age.fill("40.5")
    age.press("Tab")
    settled(page)
    expect(age).to_have_value("41")
    assert re.fullmatch(r"41-\d+", params(page)["age"][0])
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_buttons_without_visible_words_have_names(page: Page):
    open_page(page, "/patient?patient=DM-02&version=7")
    page.get_by_role("button", name="Next patient of the cohort", exact=True).click()
    settled(page)
    page.get_by_role("button", name="Previous version", exact=True).click()
    settled(page)
    assert params(page) == {"patient": ["DM-03"], "version": ["6"]}


def test_the_filter_works_from_the_keyboard(page: Page):
    open_page(page, "/")
    option(page, "diagnosis", "pyoderma gangrenosum").focus()
    page.keyboard.press("Space")
    settled(page)
    expect(cohort_line(page)).to_contain_text("3 of 32 patients")
    # The focus stays where it was, so that the next key goes to the same box.
    expect(option(page, "diagnosis", "pyoderma gangrenosum")).to_be_focused()
    page.keyboard.press("Space")
    settled(page)
    expect(cohort_line(page)).to_contain_text("32 of 32 patients")


def test_a_click_on_a_lane_opens_its_patient(page: Page):
    open_page(page, "/timelines?diagnosis=Stevens-Johnson+syndrome")
    chart = page.get_by_test_id("stVegaLiteChart").first
    box = chart.bounding_box()
    lane = chart.get_by_text("SJS-01").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, lane["y"] + lane["height"] / 2)
    page.wait_for_url(re.compile("/patient"))
    settled(page)
    assert params(page)["patient"] == ["SJS-01"]
    assert params(page)["diagnosis"] == ["Stevens-Johnson syndrome"]
    expect(page.get_by_test_id("stMain")).to_contain_text("28 years")


def test_the_link_on_the_page_reopens_the_view(page: Page):
    open_page(page, "/timelines?diagnosis=livedoid+vasculopathy")
    page.get_by_role("button", name="Link").click()
    link = page.get_by_role("status").first.inner_text().strip()
    page.goto(link)
    settled(page)
    expect(cohort_line(page)).to_contain_text("2 of 32 patients")


@pytest.mark.parametrize("path", ["/timelines?diagnosis=livedoid+vasculopathy", "/publication"])
def test_a_link_may_be_the_first_thing_a_new_server_is_asked(browser: Browser, path: str):
    with serving("app.py") as (url, _):
        page = new_context(browser, url).new_page()
        open_page(page, path)
        count = "2 of 32" if "diagnosis" in path else "32 of 32"
        expect(cohort_line(page)).to_contain_text(f"{count} patients")
        expect(page.get_by_test_id("stException")).to_have_count(0)
        page.context.close()


def test_the_start_page_names_every_script_of_the_first_page(page: Page):
    """Otherwise the browser hears of them one after another, once it draws."""
    page.goto("/")
    settled(page)
    asked = page.evaluate(
        """() => performance.getEntriesByType('resource').map(each => each.name)
            .filter(name => name.endsWith('.js')).map(name => new URL(name).pathname)"""
    )
    named = re.findall(r'(?:src|href)="\.(/[^"]+\.js)"', page.request.get("/").text())
    assert len(named) > 90
    assert set(asked) == set(named)


def test_numbers_and_query_of_a_figure_can_be_taken_away(page: Page):
    open_page(page, "/?sex=male")
    page.get_by_role("button", name="Take away").click()
    pick(page, "Which figure", "Numbers and SQL: Charts")
    expect(page.get_by_test_id("stCode").first).to_contain_text('"values": ["male"]')
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV for German Excel").first.click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("field;value;n_patients")
    assert all(line.endswith("treatment") and ";male;" in line for line in lines[1:])


def test_another_dataset_is_chosen_and_stays(page: Page):
    open_page(page, "/?sex=female")
    page.get_by_test_id("dataset").select_option("demo_registry")
    settled(page)
    line = cohort_line(page)
    expect(line).to_contain_text("female")
    page.get_by_role("link", name="Summary tables").click()
    settled(page)
    expect(page.locator(".page-header .nature")).to_contain_text("Synthetic data")
    assert params(page) == {"dataset": ["demo_registry"], "sex": ["female"]}


def test_a_page_link_keeps_the_filter_in_a_new_tab_too(page: Page):
    open_page(page, "/?diagnosis=livedoid+vasculopathy")
    link = page.get_by_role("link", name="Timelines")
    with page.context.expect_page() as opened:
        link.click(modifiers=["ControlOrMeta"])
    settled(opened.value)
    expect(cohort_line(opened.value)).to_contain_text("2 of 32 patients")
    expect(opened.value.get_by_role("link", name="Timelines")).to_have_attribute(
        "aria-current", "page"
    )


@pytest.mark.parametrize("context_options", [PHONE], ids=["phone"])
def test_on_a_phone_the_sidebar_makes_way_for_the_page(page: Page):
    open_page(page, "/")
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Timelines").click()
    settled(page)
    expect(page.get_by_role("heading", name="Timelines")).to_be_in_viewport()
    # Closed again: the way to open it is back.
    expect(page.get_by_test_id("stExpandSidebarButton")).to_be_visible()


def click_row(page: Page, words: str) -> None:
    """Click a row of the Overview's first chart, beside its bar."""
    chart = page.get_by_test_id("stVegaLiteChart").first
    label = chart.get_by_text(words, exact=True).first.bounding_box()
    room = chart.bounding_box()
    page.mouse.click(room["x"] + 0.6 * room["width"], label["y"] + label["height"] / 2)
    settled(page)


def test_a_click_in_a_chart_adds_to_the_filter_and_another_takes_away(page: Page):
    open_page(page, "/")
    click_row(page, "dermatomyositis")
    expect(cohort_line(page)).to_contain_text("18 of 32 patients")
    # From the sidebar, so that the chart's own selection knows nothing of it.
    choose(page, "diagnosis", "pyoderma gangrenosum")
    expect(cohort_line(page)).to_contain_text("21 of 32 patients")
    click_row(page, "dermatomyositis")
    expect(cohort_line(page)).to_contain_text("3 of 32 patients")


def test_a_chart_that_comes_back_knows_nothing_of_earlier_clicks(page: Page):
    open_page(page, "/")
    click_row(page, "dermatomyositis")
    go_to(page, "Timelines")
    page.get_by_test_id("header-reset").click()
    settled(page)
    go_to(page, "Overview")
    click_row(page, "dermatomyositis")
    expect(cohort_line(page)).to_contain_text("18 of 32 patients")
    go_to(page, "Timelines")
    go_to(page, "Overview")
    click_row(page, "dermatomyositis")
    expect(cohort_line(page)).to_contain_text("32 of 32 patients")


def test_a_reader_asks_in_sql_and_is_told_what_is_refused(page: Page):
    open_page(page, "/sql")
    query = page.get_by_role("textbox", name="Query")
    query.fill("select count(*) as n from patient_facts where imputation = 1")
    page.get_by_role("button", name="Run").click()
    settled(page)
    expect(page.get_by_text("1 rows")).to_be_visible()
    query.fill("drop table patient_facts")
    page.get_by_role("button", name="Run").click()
    settled(page)
    expect(page.get_by_test_id("stAlert")).to_contain_text("only a SELECT is allowed")
    expect(query).to_have_value("drop table patient_facts")


def test_the_answer_to_a_query_is_drawn_in_each_way(page: Page):
    open_page(page, "/sql")
    for view, mark in (("Bars", "mark-rect"), ("Points", "mark-symbol"), ("Line", "mark-line")):
        page.get_by_role("radio", name=view).click()
        settled(page)
        marks = page.locator(f"[data-testid=stVegaLiteChart] .{mark} path")
        expect(marks).to_have_count(1 if view == "Line" else 8)
        expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_the_query_of_a_figure_is_opened_and_run_by_the_reader(page: Page):
    open_page(page, "/summary_tables?diagnosis=livedoid+vasculopathy")
    page.get_by_role("button", name="Take away").click()
    pick(page, "Which figure", "Numbers and SQL: Table I")
    page.get_by_role("button", name="Open in SQL").first.click()
    page.wait_for_url(re.compile("/sql"))
    settled(page)
    expect(page.get_by_role("textbox", name="Query")).to_have_value(
        re.compile(r"livedoid vasculopathy")
    )
    expect(page.get_by_text(re.compile(r"^\d+ rows$"))).to_be_visible()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    assert params(page) == {"diagnosis": ["livedoid vasculopathy"]}


def test_whoever_acts_at_once_finds_the_address_of_the_page_they_see(page: Page):
    """It follows the page; a click that comes sooner does not go by the address of before."""
    open_page(page, "/summary_tables")
    option(page, "diagnosis", "dermatomyositis").click()
    expect(cohort_line(page)).to_contain_text("18 of 32 patients")
    page.get_by_role("link", name="Dictionary").click()
    settled(page)
    expect(cohort_line(page)).to_contain_text("18 of 32 patients")
    assert params(page) == {"diagnosis": ["dermatomyositis"]}
    page.go_back()
    settled(page)
    assert page.url.endswith("/summary_tables?diagnosis=dermatomyositis")
    page.go_back()
    settled(page)
    assert page.url.endswith("/summary_tables")
    expect(cohort_line(page)).to_contain_text("32 of 32 patients")
