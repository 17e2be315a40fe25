"""Two cohorts of a link, as a reader's browser opens it."""

from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.browser.harness import settled

NAMED = ["Reduced~dose_tier=1&dose_tier=0.5", "Standard~dose_tier=2"]


def open_compare(page: Page, **params: object) -> None:
    page.goto(f"/compare?{urlencode(params, doseq=True)}")
    settled(page)


def test_the_page_compares_two_named_cohorts_of_the_link(page: Page):
    open_compare(
        page, dataset="demo_registry", compare_a="Reduced", compare_b="Standard", cohort=NAMED
    )
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("A: 221 1 or 0.5 g/kg per cycle · B: 356")
    expect(main).to_contain_text("rows were tested")
    expect(main).to_contain_text("the cohorts were chosen by this")


def test_a_cohort_against_itself_is_not_tested(page: Page):
    open_compare(page, dataset="demo_registry", compare_b="Present filter")
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("600 in both")
    expect(main).to_contain_text("patients are in both cohorts")
    expect(main).not_to_contain_text("rows were tested")
