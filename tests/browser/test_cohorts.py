"""Naming cohorts, passing them on as a file, and comparing two, in a real browser."""

import json
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.harness import settled
from tests.browser.steps import choose, open_page, params, pick


def listed(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stMarkdown").filter(has_text=f"{name} ·")


def test_the_filter_can_change_while_a_choice_is_kept(page: Page):
    open_page(page, "/compare?cohort=Women~sex%3Dfemale&cohort=Men~sex%3Dmale&dose_tier=2")
    pick(page, "Cohort A", "Women")
    pick(page, "Cohort B", "Men")
    choose(page, "diagnosis", "dermatomyositis")
    main = page.get_by_test_id("stMain")
    expect(main).to_contain_text("A: 24 female · B: 8 male")
    assert params(page)["compare_b"] == ["Men"]
    assert params(page)["diagnosis"] == ["dermatomyositis"]


def test_a_file_is_exported_refused_and_imported(page: Page, tmp_path: Path):
    open_page(page, "/cohorts?cohort=Women~sex%3Dfemale")
    page.get_by_role("button", name="Export, import").click()
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as JSON").click()
    exported = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert exported["cohorts"] == [{"name": "Women", "filter": {"sex": ["female"]}}]

    def import_file(name: str, content: dict) -> None:
        path = tmp_path / name
        path.write_text(json.dumps(content), encoding="utf-8")
        page.locator("input[type=file]").set_input_files(path)
        settled(page, quiet_ms=600)

    import_file("newer.json", exported | {"version": 2})
    expect(page.get_by_test_id("stAlert")).to_contain_text("only version 1 can be read")
    expect(listed(page, "Women")).to_be_visible()

    men = {"name": "Male", "filter": {"sex": ["male"]}}
    import_file("men.json", exported | {"cohorts": [*exported["cohorts"], men]})
    expect(listed(page, "Male")).to_contain_text("8 patients")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    assert params(page)["cohort"] == ["Women~sex=female", "Male~sex=male"]
