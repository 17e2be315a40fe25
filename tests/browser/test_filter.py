"""The filter at full depth: chips, undo, ways to match, ranges, long lists, brush, keyboard.

Figures are of the published series, where they are the same in all versions.
"""

import re
from threading import Event

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.harness import settled
from tests.browser.steps import (
    PHONE,
    chips,
    choose,
    cohort_line,
    field,
    open_page,
    option,
    params,
    unfold,
)

# Marks every picture on the page, or says which of them are still the same ones.
MARK = "() => document.querySelectorAll('svg.marks').forEach(svg => { svg.isOld = true })"
ARE_OLD = "() => [...document.querySelectorAll('svg.marks')].map(svg => Boolean(svg.isOld))"


def click_and_settle(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).first.click()
    settled(page)


def test_what_is_active_stands_as_chips_that_can_be_let_go(page: Page):
    open_page(page, "/?diagnosis=dermatomyositis&sex=female&dose_tier=2")
    expect(chips(page)).to_have_text(
        [re.compile("dermatomyositis"), re.compile("2 g/kg"), re.compile("female")]
    )
    click_and_settle(page, "Remove filter: dermatomyositis")
    assert params(page) == {"sex": ["female"], "dose_tier": ["2"]}
    expect(option(page, "diagnosis", "dermatomyositis")).not_to_be_checked()
    expect(chips(page)).to_have_count(2)
    # For those who hear the page, and for a copy of it, the same in words.
    expect(cohort_line(page)).to_contain_text("2 g/kg per cycle · female")


def test_a_chip_is_let_go_from_the_keyboard_and_the_next_one_has_the_focus(page: Page):
    open_page(page, "/?diagnosis=dermatomyositis&sex=female")
    page.get_by_role("button", name="Remove filter: dermatomyositis").focus()
    page.keyboard.press("Enter")
    settled(page)
    expect(page.get_by_role("button", name="Remove filter: female")).to_be_focused()
    page.keyboard.press("Enter")
    settled(page)
    expect(cohort_line(page)).to_contain_text("32 of 32 patients")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    settled(page)
    assert params(page) == {"sex": ["female"]}


def test_undo_goes_back_change_by_change_also_after_a_reset(page: Page):
    open_page(page, "/")
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()
    choose(page, "diagnosis", "pyoderma gangrenosum")
    choose(page, "diagnosis", "livedoid vasculopathy")
    page.get_by_role("link", name="Timelines").click()
    settled(page)
    page.get_by_test_id("header-reset").click()
    settled(page)
    expect(cohort_line(page)).to_contain_text("32 of 32 patients")
    found = []
    for _ in range(3):
        undo.click()
        settled(page)
        found.append(params(page).get("diagnosis", []))
    both = ["livedoid vasculopathy", "pyoderma gangrenosum"]
    assert found == [both, ["pyoderma gangrenosum"], []]
    expect(undo).to_be_disabled()


def test_two_quick_clicks_are_two_changes_to_undo(page: Page):
    open_page(page, "/")
    option(page, "diagnosis", "pyoderma gangrenosum").click()
    option(page, "diagnosis", "livedoid vasculopathy").click()
    settled(page)
    click_and_settle(page, "Undo")
    assert params(page) == {"diagnosis": ["pyoderma gangrenosum"]}
    expect(option(page, "diagnosis", "livedoid vasculopathy")).not_to_be_checked()


def test_any_all_or_none_of_the_side_effects(page: Page):
    open_page(page, "/")
    match = field(page, "side_effect").get_by_test_id("filter-match")
    choose(page, "side_effect", "any")
    expect(cohort_line(page)).to_contain_text("7 of 32 patients")
    match.select_option("none of")
    settled(page)
    expect(cohort_line(page)).to_contain_text("25 of 32 patients")
    expect(cohort_line(page)).to_contain_text("without side-effects")
    assert params(page) == {"side_effect": ["any"], "side_effect_match": ["none"]}
    match.select_option("any of")
    settled(page)
    assert params(page) == {"side_effect": ["any"]}


def test_all_of_may_be_said_before_anything_is_ticked(page: Page):
    open_page(page, "/")
    match = field(page, "side_effect").get_by_test_id("filter-match")
    match.select_option("all of")
    choose(page, "side_effect", "headache")
    # All of one is any of it, and the address says the shorter; the panel has not forgotten.
    assert params(page) == {"side_effect": ["headache"]}
    expect(match).to_have_value("all")
    choose(page, "side_effect", "nausea")
    assert params(page)["side_effect_match"] == ["all"]
    expect(cohort_line(page)).to_contain_text("with headache and nausea")
    page.get_by_test_id("header-reset").click()
    settled(page)
    expect(match).to_have_value("any")


def test_a_link_restores_how_a_list_is_matched(page: Page):
    open_page(page, "/?concomitant_drug=prednisolone&concomitant_drug_match=none")
    expect(field(page, "concomitant_drug").get_by_test_id("filter-match")).to_have_value("none")
    expect(option(page, "concomitant_drug", "prednisolone")).to_be_checked()
    expect(cohort_line(page)).to_contain_text("7 of 32 patients")


def test_a_range_of_cycles(page: Page):
    open_page(page, "/")
    cycles = unfold(page, "cycles")
    upper = cycles.get_by_test_id("filter-number-upper")
    expect(upper).to_have_value("51")
    upper.fill("1")
    upper.press("Tab")
    settled(page)
    assert params(page) == {"cycles": ["1-1"]}
    expect(chips(page)).to_have_text(re.compile("1 cycle"))
    cycles.get_by_role("button", name="Clear Number of cycles").click()
    settled(page)
    expect(upper).to_have_value("51")
    assert params(page) == {}


def test_a_range_of_durations_has_one_decimal_also_by_the_arrow_keys(page: Page):
    open_page(page, "/")
    duration = unfold(page, "duration")
    lower = duration.get_by_test_id("filter-number-lower")
    lower.fill("0.55")
    lower.press("Tab")
    settled(page)
    assert re.fullmatch(r"0\.[56]-10\.5", params(page)["duration"][0])
    slider = duration.get_by_test_id("filter-range-lower")
    before = float(slider.input_value())
    slider.press("ArrowRight")
    settled(page)
    assert params(page)["duration"] == [f"{before + 0.1:.1f}-10.5"]
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_a_long_list_shows_the_most_frequent_and_finds_the_others(page: Page):
    open_page(page, "/")
    drugs = unfold(page, "prior_drug")
    rows = drugs.get_by_test_id("filter-option")
    # Any, none, and eight drugs.
    expect(rows).to_have_count(2 + 8)
    drugs.get_by_test_id("filter-more").click()
    expect(rows).to_have_count(20)
    drugs.get_by_test_id("filter-more").click()
    expect(rows).to_have_count(2 + 8)
    find = drugs.get_by_test_id("filter-find")
    find.fill("PENTO")
    expect(rows).to_have_text(re.compile("pentoxifylline"))
    rows.get_by_role("checkbox").click()
    settled(page)
    assert params(page) == {"prior_drug": ["pentoxifylline"]}
    # It stays in sight when it is no longer sought, though it is a rare one.
    find.press("Escape")
    expect(find).to_have_value("")
    expect(rows).to_have_count(2 + 8 + 1)
    expect(option(page, "prior_drug", "pentoxifylline")).to_be_checked()


def test_a_short_list_has_no_box_to_find_one(page: Page):
    open_page(page, "/")
    drugs = unfold(page, "concomitant_drug")
    expect(drugs.get_by_test_id("filter-more")).to_be_visible()
    expect(drugs.get_by_test_id("filter-find")).to_be_hidden()
    expect(field(page, "sex").get_by_test_id("filter-match")).to_be_hidden()


def test_a_field_that_tells_nobody_apart_is_not_drawn(page: Page):
    open_page(page, "/")
    expect(field(page, "overlap")).to_have_count(1)
    expect(field(page, "centre")).to_have_count(0)
    page.get_by_test_id("dataset").select_option("demo_registry")
    settled(page)
    expect(field(page, "centre")).to_have_count(1)
    # All of these are recorded patients.
    expect(page.locator('[data-field="individually_reported"]')).to_have_count(0)


def test_the_panel_is_walked_with_the_keyboard_alone(page: Page):
    open_page(page, "/")
    summary = field(page, "response").locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(option(page, "response", "response")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    settled(page)
    assert params(page) == {"response": ["no response"]}
    expect(option(page, "response", "no response")).to_be_focused()
    match = field(page, "side_effect").get_by_test_id("filter-match")
    option(page, "side_effect", "any").focus()
    page.keyboard.press("Shift+Tab")
    expect(match).to_be_focused()
    page.keyboard.press("n")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    settled(page)
    assert params(page)["side_effect_match"] == ["none"]


def brush_ages(page: Page, first: str, last: str) -> None:
    """Draw along the axis of the ages, from one tick to another."""
    chart = page.get_by_test_id("stVegaLiteChart").last
    chart.scroll_into_view_if_needed()
    ticks = [chart.get_by_text(age, exact=True).first.bounding_box() for age in (first, last)]
    box = chart.bounding_box()
    from_x, to_x = (tick["x"] + tick["width"] / 2 for tick in ticks)
    middle = box["y"] + box["height"] / 2
    page.mouse.move(from_x, middle)
    page.mouse.down()
    page.mouse.move(to_x, middle, steps=5)
    page.mouse.up()
    settled(page)


def test_a_stretch_drawn_along_the_ages_sets_their_range(page: Page):
    open_page(page, "/")
    page.evaluate(MARK)
    brush_ages(page, "40", "60")
    assert params(page) == {"age": ["40-59"]}
    expect(chips(page)).to_have_text(re.compile("aged 40–59 years"))
    # Neither this nor another filter draws a chart anew, and a later stretch replaces the first.
    choose(page, "dose_tier", "2")
    brush_ages(page, "70", "80")
    assert params(page) == {"age": ["70-79"], "dose_tier": ["2"]}
    assert all(page.evaluate(ARE_OLD))
    click_and_settle(page, "Undo")
    assert params(page) == {"age": ["40-59"], "dose_tier": ["2"]}


def test_a_click_beside_the_stretch_takes_it_away(page: Page):
    open_page(page, "/")
    brush_ages(page, "40", "60")
    chart = page.get_by_test_id("stVegaLiteChart").last
    tick, box = chart.get_by_text("80", exact=True).first.bounding_box(), chart.bounding_box()
    page.mouse.click(tick["x"], box["y"] + box["height"] / 2)
    settled(page)
    assert params(page) == {}
    expect(cohort_line(page)).to_contain_text("32 of 32 patients")


def test_a_stretch_is_gone_when_its_range_is_changed_elsewhere(page: Page):
    open_page(page, "/")
    brush_ages(page, "40", "60")
    stretch = page.get_by_test_id("stVegaLiteChart").last.locator(".brush_brush path")
    drawn = "path => path.getAttribute('d') && path.getBoundingClientRect().width > 0"
    assert any(path.evaluate(drawn) for path in stretch.all())
    click_and_settle(page, "Remove filter: aged 40–59 years")
    assert params(page) == {}
    assert not any(path.evaluate(drawn) for path in stretch.all())
    brush_ages(page, "90", "100")
    assert params(page) == {"age": ["90-92"]}


@pytest.mark.parametrize("context_options", [PHONE], ids=["phone"])
def test_chips_do_not_stick_out_on_a_phone(page: Page):
    open_page(
        page,
        "/?diagnosis=dermatomyositis&concomitant_drug=prednisolone&concomitant_drug=methotrexate"
        "&concomitant_drug=azathioprine&concomitant_drug_match=none&duration=0-10",
    )
    expect(chips(page)).to_have_count(3)
    for chip in chips(page).all():
        box = chip.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


# What of the panel changes, by the word that describes it, from now on.
WATCH = """panel => {
    window.touched = new Set();
    new MutationObserver(changes => changes.forEach(({ target }) => {
        const node = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
        window.touched.add(node.closest("[data-value]")?.dataset.value ?? node.className);
    })).observe(panel, {
        attributes: true, characterData: true, childList: true, subtree: true,
    });
}"""


def test_a_click_leaves_alone_what_it_does_not_change(page: Page):
    """A count is of who meets all other filters, so that those of the field itself stay."""
    open_page(page, "/dictionary?diagnosis=livedoid+vasculopathy")
    page.get_by_test_id("filter-panel").evaluate(WATCH)
    choose(page, "dose_tier", "2")
    touched = set(page.evaluate("[...window.touched]"))
    assert "dermatomyositis" in touched
    assert not touched & {"0.5", "1", "name", "list", "fields"}


def test_the_counts_pale_while_an_answer_is_long_in_coming(page: Page):
    is_held, answers = Event(), []

    def hold(socket: WebSocketRoute) -> None:
        def answer(message: bytes) -> None:
            if is_held.is_set():
                answers.append(lambda: socket.send(message))
            else:
                socket.send(message)

        socket.connect_to_server().on_message(answer)

    page.route_web_socket(re.compile("_stcore/stream"), hold)
    open_page(page, "/dictionary")
    counts = page.locator(".panel .fields")
    expect(counts).to_have_css("opacity", "1")
    is_held.set()
    option(page, "diagnosis", "dermatomyositis").click()
    expect(counts).to_have_css("opacity", "0.5")
    for send in answers:
        send()
    expect(counts).to_have_css("opacity", "1")
