"""Every answer forbids the browser what no page needs; foreign names and uploads are refused."""

import re
import tomllib
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from lib.serving.headers import CLOUD_FRAMES
from lib.ui.server import paths_of_pages
from tests.browser.harness import PAGES, ROOT, serving
from tests.reader import in_a_loop

NAME = "ivig.hospital.example"
# One of each kind: page, script, health, settings, component, media and unknown.
PATHS = (
    "/",
    "/timelines",
    "/healthz",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/bidi-components/ivig.sidebar/sidebar.js",
    "/media/0123456789abcdef.csv",
    "/component/nobody.here/x",
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    environment = {"ALLOWED_HOSTS": f"localhost, {NAME}", "ALLOW_UPLOADS": "0"}
    with serving("app.py", environment=environment) as (url, _):
        yield url


def ask(
    url: str, path: str, host: str = NAME, method: str = "GET", **headers: str
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("localhost", urlsplit(url).port, timeout=10)
    connection.request(method, path, headers={"Host": host, **headers})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def policy_of(answer: HTTPResponse) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def test_every_answer_has_the_headers(url: str):
    page = ask(url, "/")[1].decode()
    script = re.search(r'src="\.(/static/js/[^"]+)"', page)[1]
    for path in (*PATHS, script):
        answer, _ = ask(url, path)
        assert policy_of(answer)["script-src"].startswith("'self'"), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert answer.headers["Referrer-Policy"] == "no-referrer", path
        assert "camera=()" in answer.headers["Permissions-Policy"], path
    assert "unsafe" not in policy_of(answer)["script-src"]


def test_every_page_names_the_scripts_that_it_needs(url: str):
    """Not only the first one: most readers come by a link."""
    of_first = ask(url, "/")[1]
    assert of_first.count(b"modulepreload") > 90
    for path in PAGES.values():
        answer, page = ask(url, path)
        assert answer.status == 200 and page == of_first, path
        assert ask(url, path, method="HEAD")[0].status == 200


def test_below_a_path_of_a_proxy_pages_are_there_and_nowhere_else():
    """Elsewhere the scripts that they name would not be found."""
    assert paths_of_pages("") == paths_of_pages("/") and set(PAGES.values()) < set(
        paths_of_pages("")
    )
    assert paths_of_pages("ivig") == [f"/ivig{path}" for path in paths_of_pages("")]


def test_a_file_of_data_is_kept_by_no_browser(url: str):
    answer, _ = ask(url, "/media/0123456789abcdef.csv")
    assert answer.headers.get_all("Cache-Control") == ["no-store"]
    font = re.search(r'href="\.(/static/media/[^"]+)"', ask(url, "/")[1].decode())[1]
    answer, _ = ask(url, font)
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_server_without_anybodys_data_may_be_framed_by_community_cloud(url: str):
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert list(CLOUD_FRAMES) == settings["client"]["allowedOrigins"]
    answer, _ = ask(url, "/")
    assert policy_of(answer)["frame-ancestors"] == " ".join(["'self'", *CLOUD_FRAMES])


@pytest.mark.parametrize("host", [NAME, NAME.upper(), f"{NAME}:8500", "localhost"])
def test_the_server_answers_under_its_names(url: str, host: str):
    answer, body = ask(url, "/healthz", host)
    assert (answer.status, body) == (200, b"ok")


@pytest.mark.parametrize("host", ["evil.example", f"{NAME}.evil.example", f"x{NAME}", "127.0.0.1"])
def test_under_another_name_it_says_why_it_does_not(url: str, host: str):
    for path in PATHS:
        answer, body = ask(url, path, host)
        assert answer.status == 400
        assert body.decode().startswith("This server does not answer under this name. Ask who")
        assert policy_of(answer)


def test_a_session_begins_under_an_allowed_name_only(url: str):
    async def status(host: str) -> int:
        port = urlsplit(url).port
        try:
            async with connect(f"ws://{host}:{port}/_stcore/stream", subprotocols=["streamlit"]):
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code

    assert in_a_loop(status("localhost")) == 101
    assert in_a_loop(status("127.0.0.1")) == 403


def test_where_uploads_are_off_no_file_is_taken_from_anybody(url: str):
    answer, body = ask(url, "/_stcore/upload_file/any-session/any-file", method="PUT")
    assert answer.status == 403
    assert body.decode().startswith("This server takes no file from this session: uploads are")


@pytest.mark.parametrize(("path", "status"), [("interact", 403), ("mcp", 400)])
def test_no_program_drives_the_app_by_requests(url: str, path: str, status: int):
    """Streamlit's way for that, `server.enableAgentApi`, would go past the browser's tests."""
    answer, body = ask(url, f"/_stcore/agent/{path}", method="POST")
    assert answer.status == status
    assert b"not_available" in body
