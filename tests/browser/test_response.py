"""The page Response in a real browser: what a reader chooses, and that the picture fits."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import settled
from tests.browser.steps import (
    IS_SAME,
    PHONE,
    choose,
    is_inside,
    open_page,
    params,
    pick,
    picture,
)

DEMO = "/response?dataset=demo_registry"


def press(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_text(name, exact=True).click()
    settled(page)


def main(page: Page) -> Locator:
    return page.get_by_test_id("stMain")


def test_a_walk_through_the_views_is_kept_in_the_link(page: Page):
    open_page(page, DEMO)
    expect(picture(page)).to_contain_text("whole cohort")
    press(page, "Scores")
    expect(main(page)).to_contain_text("score fell by at least 4 points")
    press(page, "5")
    expect(main(page)).to_contain_text("score fell by at least 5 points")
    pick(page, "Score", "TIS")
    expect(main(page)).to_contain_text("last score at least 20 points")
    press(page, "Time on therapy")
    pick(page, "By", "sex")
    expect(picture(page)).to_contain_text("female:")
    expect(main(page)).to_contain_text("Log-rank test")
    link = page.url
    assert params(page)["response_view"] == ["Time on therapy"]
    assert params(page)["response_curves_by"] == ["sex"]
    page.goto("about:blank")
    open_page(page, link)
    expect(picture(page)).to_contain_text("female:")


@pytest.mark.parametrize(
    "view", ["", "&response_view=Scores", "&response_view=Time+to+relapse&response_curves_by=sex"]
)
def test_the_filter_moves_the_picture_that_is_there(page: Page, view: str):
    open_page(page, DEMO + view)
    picture(page).evaluate(IS_SAME)
    choose(page, "diagnosis", "dermatomyositis")
    assert picture(page).evaluate(IS_SAME)
    # The whole picture stands on a projector, as high as it is now.
    box = picture(page).bounding_box()
    assert box["y"] + box["height"] <= page.viewport_size["height"]


@pytest.mark.parametrize("context_options", [PHONE])
@pytest.mark.parametrize("path", ["/response?response_by=prior+drug", DEMO])
def test_the_counts_stand_inside_the_picture_of_a_phone(page: Page, path: str):
    open_page(page, path)
    assert main(page).evaluate("element => element.scrollWidth <= element.clientWidth")
    counts = picture(page).locator("text").filter(has_text="/")
    assert counts.count() > 5
    for text in counts.all():
        assert is_inside(text, page.get_by_test_id("stVegaLiteChart"))


def test_the_published_series_says_that_no_curve_can_be_drawn(page: Page):
    open_page(page, "/response?response_view=Time+on+therapy")
    expect(main(page)).to_contain_text("is known of 5 of 32 patients")
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(0)


def test_a_choice_stays_in_the_link_when_the_dataset_changes(page: Page):
    open_page(page, "/response?response_view=Scores")
    page.get_by_test_id("dataset").select_option(label="Demo registry, synthetic")
    settled(page)
    expect(main(page)).to_contain_text("score fell by at least 4 points")
    assert params(page) == {"dataset": ["demo_registry"], "response_view": ["Scores"]}


ROW_NAMES = """
    () => [...document.querySelectorAll('[data-testid=stVegaLiteChart] .role-axis-label text')]
        .filter((name) => /^[a-z0-9.]+ ?[a-z/]/i.test(name.textContent))
        .map((name) => [name.getBoundingClientRect().y, name.textContent])
        .sort((one, other) => one[0] - other[0])
        .map(([, name]) => name)
"""


@pytest.mark.parametrize(
    "path",
    [
        "/response?dataset=demo_registry&response_by=usual+dose&dose_tier=1",
        "/response?dataset=demo_registry&diagnosis=livedoid+vasculopathy",
        "/dose_and_cost?dataset=demo_registry&dose_tier=1",
        "/side_effects?dataset=demo_registry&diagnosis=livedoid+vasculopathy",
    ],
)
def test_the_rows_of_a_chart_stand_in_their_order_whatever_the_filter_was(page: Page, path: str):
    open_page(page, path)
    few = page.evaluate(ROW_NAMES)
    page.get_by_role("button", name="Reset").first.click()
    settled(page)
    found, link = page.evaluate(ROW_NAMES), page.url
    assert len(found) >= len(few) > 0
    assert found != few
    page.goto("about:blank")
    open_page(page, link)
    assert found == page.evaluate(ROW_NAMES)


HEARD = """
    () => [...document.querySelectorAll('[data-testid=stVegaLiteChart] .role-mark [aria-label]')]
        .filter((mark) => !mark.closest('[aria-hidden=true]'))
        .map((mark) => mark.ariaLabel)
"""


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/response", ["pyoderma gangrenosum: 2/3", "whole cohort: 29/32, 91% (76–97)"]),
        # Not recorded of anybody in some groups: nothing but their counts is drawn.
        ("/response?response_by=prior+drug", ["azathioprine"]),
        ("/cohorts?sex=female", ["All patients: 32", "female: 32 → 24, 8 taken"]),
        ("/dose_and_cost?diagnosis=dermatomyositis", ["DM-09: 12.0 ⟨0.5–102.0⟩, cycles 6"]),
    ],
)
def test_each_mark_is_heard_once_in_words(page: Page, path: str, words: list[str]):
    open_page(page, path)
    heard = page.evaluate(HEARD)
    for each in words:
        assert [said for said in heard if said.startswith(each)], (each, heard[:40])
    assert len(set(heard)) == len(heard)
    assert not [said for said in heard if re.search(r"\d\.\d{4}|label: |null|undefined", said)]
