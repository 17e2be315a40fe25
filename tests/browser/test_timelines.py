"""The swimmer plot in a real browser: that it fits, and that the filter moves what is there."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import settled
from tests.browser.steps import IS_SAME, PHONE, choose, is_inside, open_page, picture


def test_all_lanes_and_their_axis_fit_a_projector(page: Page):
    open_page(page, "/timelines")
    title = picture(page).get_by_text("Time since the first infusion")
    box = title.bounding_box()
    assert box["y"] + box["height"] <= page.viewport_size["height"]


def test_the_filter_moves_the_lanes_of_the_picture_that_is_there(page: Page):
    open_page(page, "/timelines")
    picture(page).evaluate(IS_SAME)
    heights = []
    for _ in range(2):
        choose(page, "diagnosis", "Stevens-Johnson syndrome")
        settled(page)
        heights.append(picture(page).bounding_box()["height"])
        assert picture(page).evaluate(IS_SAME)
    few, all_of_them = heights
    assert few < 200 < 500 < all_of_them
    for patient in ("LV-01", "SJS-01"):
        assert is_inside(picture(page).get_by_text(patient), picture(page))


@pytest.mark.parametrize(
    "context_options",
    [PHONE, {"viewport": {"width": 1000, "height": 720}}, {}],
    ids=["phone", "tablet", "projector"],
)
@pytest.mark.parametrize("window", ["first+2+years", "all"])
def test_legend_and_labels_are_not_cut_off(page: Page, window: str):
    open_page(page, f"/timelines?timelines_window={window}")
    for part in (
        picture(page).locator(".role-legend"),
        picture(page).get_by_text("Time since the first infusion"),
        picture(page).get_by_text("+ side-effect").first,
        picture(page).get_by_text("SJS-01"),
    ):
        assert is_inside(part, picture(page))
    # Each label has its coloured edge.
    widths = (
        picture(page)
        .locator("path")
        .evaluate_all("paths => paths.map(path => path.getBoundingClientRect().width)")
    )
    assert sum(2 < width < 4 for width in widths) >= 32


def test_pointing_at_a_lane_or_a_mark_says_what_it_is(page: Page):
    open_page(page, "/timelines?diagnosis=Stevens-Johnson+syndrome")
    tooltip = page.locator("#vg-tooltip-element")
    picture(page).get_by_text("SJS-01").hover(force=True)
    expect(tooltip).to_contain_text("Stevens-Johnson syndrome")
    picture(page).locator(".mark-symbol.role-mark path").first.hover()
    expect(tooltip).to_contain_text("cycle 1: 2 g/kg")
