"""Take the pictures of the README from the running app: every page, light and dark.

Run as `python -m tests.browser.screenshots`; the pictures go to docs/screenshots.
"""

from tests.browser.harness import PAGES, ROOT, chromium, new_context, serving, settled

PICTURES = ROOT / "docs" / "screenshots"


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with serving("app.py") as (url, _), chromium() as browser:
        for scheme in ("light", "dark"):
            page = new_context(browser, url, color_scheme=scheme).new_page()
            for name, path in PAGES.items():
                page.goto(path)
                settled(page, quiet_ms=1000)
                page.screenshot(path=PICTURES / f"{name}_{scheme}.png")


if __name__ == "__main__":
    main()
