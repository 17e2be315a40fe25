"""Steps that a reader takes in the app, shared by the browser tests."""

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page

from tests.browser.harness import settled

PHONE = {"viewport": {"width": 390, "height": 844}}
# Whether the picture is the one that the last question was asked of.
IS_SAME = (
    "svg => { const same = svg === window.lastPicture; window.lastPicture = svg; return same }"
)


def open_page(page: Page, path: str) -> None:
    page.goto(path)
    settled(page)


def go_to(page: Page, title: str) -> None:
    """Follow a link of the navigation."""
    page.get_by_role("link", name=title, exact=True).click()
    settled(page)


def params(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def cohort_line(page: Page) -> Locator:
    return page.locator(".page-header .said")


def field(page: Page, name: str) -> Locator:
    return page.locator(f'[data-testid="filter-field"][data-field="{name}"]')


def unfold(page: Page, name: str) -> Locator:
    field(page, name).locator("summary").click()
    return field(page, name)


def option(page: Page, field: str, value: str) -> Locator:
    return page.locator(
        f'[data-testid="filter-option"][data-field="{field}"][data-value="{value}"] input'
    )


def choose(page: Page, field: str, value: str) -> None:
    option(page, field, value).click()
    settled(page)


def chips(page: Page) -> Locator:
    return page.get_by_test_id("filter-chip")


def pick(page: Page, box: str, option: str) -> None:
    """Choose from a list that opens."""
    page.get_by_role("combobox", name=box).click()
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def save_as(page: Page, name: str) -> None:
    """Give the present cohort a name, on the page Cohorts."""
    page.get_by_role("textbox", name="Name of the present cohort").fill(name)
    page.get_by_role("button", name="Save").click()
    settled(page)


def picture(page: Page) -> Locator:
    return page.get_by_test_id("stVegaLiteChart").locator("svg.marks")


def is_inside(inner: Locator, outer: Locator) -> bool:
    box, room = inner.bounding_box(), outer.bounding_box()
    return all(
        room[side] - 1 <= box[side] and box[side] + box[size] <= room[side] + room[size] + 1
        for side, size in (("x", "width"), ("y", "height"))
    )
