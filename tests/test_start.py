"""What a server answers right after its start, before any reader opened a page."""

from urllib.request import urlopen

from tests.browser.harness import ROOT, serving

COMPONENTS = ("page_header", "sidebar")


def test_the_files_of_the_frame_are_served_before_the_first_page_is_drawn():
    """Behind a proxy any server may be asked for them, also one that has drawn nothing yet."""
    with serving("app.py") as (url, _):
        for name in COMPONENTS:
            folder = ROOT / "lib/ui" / name / "assets"
            for file in sorted(folder.glob("*.[jc]s*")):
                address = f"{url}/_stcore/bidi-components/ivig.{name}/{file.name}"
                with urlopen(address, timeout=10) as answer:
                    assert answer.status == 200
                    assert answer.read() == file.read_bytes()
