"""What the browser is forbidden, it does not do; and the tests of all pages would see it try.

`test_every_page.py` opens each page under the same policy and fails by any error in the console.
"""

import pytest
from playwright.sync_api import Browser

from tests.browser.harness import Profile, new_context
from tests.browser.steps import open_page

ELSEWHERE = "http://127.0.0.1:9"
TRIED = """async elsewhere => {
    const broken = [];
    document.addEventListener("securitypolicyviolation", (event) => {
        broken.push(event.effectiveDirective);
    });
    const add = (kind, properties) => {
        document.body.append(Object.assign(document.createElement(kind), properties));
    };
    add("script", { text: "window.ran = 'inline'" });
    add("script", { src: `${elsewhere}/script.js` });
    add("img", { src: `${elsewhere}/picture.png` });
    add("iframe", { src: elsewhere });
    document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror='ran = 1'>");
    await fetch(elsewhere).catch(() => {});
    await new Promise((done) => setTimeout(done, 500));
    return { ran: window.ran ?? null, broken: [...new Set(broken)].sort() };
}"""


@pytest.fixture
def watched(browser: Browser, app_url: str):
    with new_context(browser, app_url) as context:
        yield Profile(context)


def test_foreign_scripts_and_requests_are_stopped_and_seen(watched: Profile):
    page = watched.context.new_page()
    open_page(page, "/timelines")
    assert page.get_by_test_id("stVegaLiteChart").count()
    assert not watched.problems
    tried = page.evaluate(TRIED, ELSEWHERE)
    assert tried["ran"] is None
    assert tried["broken"] == [
        "connect-src",
        "frame-src",
        "img-src",
        "script-src-attr",
        "script-src-elem",
    ]
    seen = [each for each in watched.problems if "Content Security Policy" in each]
    assert len(seen) >= len(tried["broken"])


def test_no_text_is_run_as_a_script(watched: Profile):
    page = watched.context.new_page()
    open_page(page, "/")
    # In the page's own world: what the test evaluates by itself is not under the policy.
    page.evaluate(
        """() => {
            window.told = null;
            const click = () => { try { window.told = new Function("return 'ran'")(); }
                                  catch (error) { window.told = error.name; } };
            document.addEventListener("click", click, { once: true });
        }"""
    )
    page.mouse.click(640, 700)
    page.wait_for_function("() => window.told")
    assert page.evaluate("() => window.told") == "EvalError"
