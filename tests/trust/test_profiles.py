"""The laptop and Community Cloud, started by their recipes; the hospital is in tests/browser."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from streamlit.proto.Element_pb2 import Element

from tests.browser.harness import ROOT, free_port, serving, wait_until_healthy
from tests.reader import SIDEBAR, in_a_loop, reader

# All of the loopback network is this machine's: a server on every address answers here, too.
SECOND_ADDRESS = "127.0.0.2"


@pytest.fixture(scope="module")
def laptop() -> Iterator[int]:
    """Port of the app as `make run` starts it; what is installed is not installed again."""
    port = free_port()
    # As if it was installed a moment ago: that is the only thing the recipe needs.
    options = [f"PORT={port}", f"BIN={Path(sys.executable).parent}"]
    installed = "--assume-old=.venv/run.stamp"
    server = subprocess.Popen(["make", "run", installed, *options], cwd=ROOT)
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}", server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=10)


def other_addresses() -> list[str]:
    """Of this machine, as others reach it."""
    known = [each.address for all_of in psutil.net_if_addrs().values() for each in all_of
             if each.family == socket.AF_INET and not each.address.startswith("127.")]  # fmt: skip
    return [SECOND_ADDRESS, *known]


def test_on_a_laptop_nobody_else_reaches_the_app(laptop: int):
    for address in other_addresses():
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, laptop), timeout=5)


def test_on_a_laptop_no_page_of_others_gets_at_it(laptop: int):
    """Neither in a frame, nor by a name of its own that leads to this computer."""
    answers = []
    for host in (f"localhost:{laptop}", f"page-of-others.example:{laptop}"):
        connection = HTTPConnection("127.0.0.1", laptop, timeout=10)
        connection.request("GET", "/", headers={"Host": host})
        answers.append(connection.getresponse())
    assert [answer.status for answer in answers] == [200, 400]
    policy = answers[0].headers["Content-Security-Policy"]
    assert policy.endswith("; frame-ancestors 'self'")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app with the secrets of Community Cloud, and nothing else set."""
    folder = tmp_path_factory.mktemp("cloud")
    secrets = shutil.copy(ROOT / ".deploy" / "community_cloud_secrets.toml", folder)
    with serving("app.py", environment={"STREAMLIT_SECRETS_FILES": str(secrets)}) as (url, _):
        yield url


async def drawn(url: str, page: str) -> list[Element]:
    async with reader(url, page) as session:
        return (await session.open()).elements


def test_on_community_cloud_there_are_published_and_synthetic_data_only(cloud: str):
    [sidebar] = [
        each.bidi_component
        for each in in_a_loop(drawn(cloud, ""))
        if each.bidi_component.component_name == SIDEBAR
    ]
    shown = json.loads(sidebar.json or sidebar.mixed.json)
    assert [each["name"] for each in shown["datasets"]] == ["case_series", "demo_registry"]


def test_on_community_cloud_there_is_no_box_for_files(cloud: str):
    elements = in_a_loop(drawn(cloud, "import"))
    assert any("Uploads are turned off" in each.alert.body for each in elements)
    assert "file_uploader" not in {each.WhichOneof("type") for each in elements}


def test_on_community_cloud_the_server_takes_no_file(cloud: str):
    connection = HTTPConnection("localhost", urlsplit(cloud).port, timeout=10)
    connection.request("PUT", "/_stcore/upload_file/any-session/any-file", body=b"a;b")
    answer = connection.getresponse()
    assert answer.status == 403
    assert b"uploads are turned off" in answer.read()


NEEDED = {
    "ALLOWED_HOSTS": "ivig.hospital.example",
    "TLS_CERTIFICATE": "certificate.pem",
    "TLS_KEY": "key.pem",
    "VIEWER_GROUPS": "dermatology",
    "EDITOR_GROUPS": "registry-desk",
    "REGISTRY_DIR": "registries",
    "AUDIT_LOG": "audit.jsonl",
    "STREAMLIT_SECRETS_FILES": "no-such-file.toml",
}


@pytest.mark.parametrize("missing", NEEDED)
def test_the_hospitals_server_does_not_start_half_set_up(missing: str):
    """The last one is a file: the others say what is missing before it is looked for."""
    others = {name: value for name, value in NEEDED.items() if name != missing}
    settings = NEEDED if missing == "STREAMLIT_SECRETS_FILES" else others
    ended = subprocess.run(
        [ROOT / ".deploy" / "hospital"],
        env={"PATH": os.environ["PATH"]} | settings,
        capture_output=True,
        text=True,
        timeout=10,
    )
    assert ended.returncode == 1
    told = NEEDED[missing] if missing == "STREAMLIT_SECRETS_FILES" else missing
    assert f"{told}: " in ended.stderr
