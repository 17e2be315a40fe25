"""The hospital's server, started by its recipe: TLS, a login, viewers, editors, nobody else."""

import json
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from lib.registry.importer.writing import write as write_registry
from tests.browser.harness import ROOT, free_port, new_context, settled
from tests.browser.provider import CLIENT, Provider, providing
from tests.browser.recipes import started
from tests.browser.steps import cohort_line, go_to, open_page
from tests.browser.test_import import CYCLES, PATIENTS, READ_MS, upload, write
from tests.reader import in_a_loop
from tests.registry.clinic import read_workbook_of, sheets

CANARY = "canary-ward"
# What any page would say of any data.
OF_DATA = (CANARY, "Canary Ward", "Published series", "Demo registry", "dermatomyositis", "sidebar")
VIEWER = {"sub": "person-1", "groups": ["dermatology", "canteen"]}
EDITOR = {"sub": "person-2", "groups": ["dermatology", "registry-desk"]}
OUTSIDER = {"sub": "person-3", "groups": ["porters"]}
NGINX_START_S = 20


@dataclass(frozen=True)
class Hospital:
    """Address of the server, its provider of logins, its folder of registries, its audit log."""

    url: str
    port: int
    provider: Provider
    registries: Path
    log: Path

    def entries(self) -> list[tuple[str, str, str]]:
        """(who, action, dataset) of the audit log."""
        lines = map(json.loads, self.log.read_text(encoding="utf-8").splitlines())
        return [(each["who"], each["action"], each["dataset"]) for each in lines]


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    folder, port = tmp_path_factory.mktemp("hospital"), free_port()
    registries, log, secrets = folder / "registries", folder / "audit", folder / "secrets.toml"
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    registries.mkdir()
    write_registry(read_workbook_of(folder, sheets()), registries / CANARY, "Canary Ward")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        + ["-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    environment = {
        "ALLOWED_HOSTS": "localhost",
        "TLS_CERTIFICATE": str(certificate),
        "TLS_KEY": str(key),
        "VIEWER_GROUPS": "dermatology, rheumatology",
        "EDITOR_GROUPS": "registry-desk",
        "REGISTRY_DIR": str(registries),
        "DISCLOSURE_K": "internal",
        "AUDIT_LOG": str(log),
        "STREAMLIT_SECRETS_FILES": str(secrets),
    }
    with providing() as provider:
        secrets.write_text(filled_in(provider.url, port), encoding="utf-8")
        with started("hospital", environment, port):
            hospital = Hospital(f"https://localhost:{port}", port, provider, registries, log)
            wait_for_nginx(hospital)
            yield hospital


def filled_in(provider: str, port: int) -> str:
    """The template of the secrets, as an operator fills it in."""
    secrets = (ROOT / ".deploy" / "hospital_secrets.toml").read_text(encoding="utf-8")
    filled = secrets.replace("https://ivig.hospital.example", f"https://localhost:{port}")
    filled = filled.replace("https://login.hospital.example", provider)
    filled = filled.replace('client_id = "…"', f'client_id = "{CLIENT}"')
    return filled.replace("…", "not-so-secret-in-a-test-of-this-repository")


def trusting() -> ssl.SSLContext:
    """Takes the certificate that the test has made."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def ask(hospital: Hospital, path: str, method: str = "GET") -> tuple[int, str]:
    connection = HTTPSConnection("localhost", hospital.port, timeout=10, context=trusting())
    connection.request(method, path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def wait_for_nginx(hospital: Hospital) -> None:
    deadline = time.monotonic() + NGINX_START_S
    while time.monotonic() < deadline:
        try:
            assert ask(hospital, "/healthz") == (200, "ok")
        except ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("nginx did not answer")


@pytest.fixture(scope="module")
def profile(browser: Browser, hospital: Hospital) -> Iterator[BrowserContext]:
    with new_context(browser, hospital.url, ignore_https_errors=True) as context:
        yield context


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    """A page of nobody who is logged in yet, with the scripts that were loaded before."""
    profile.clear_cookies()
    page = profile.new_page()
    yield page
    page.close()


def log_in(page: Page, hospital: Hospital, person: dict) -> None:
    hospital.provider.person = person
    open_page(page, "/")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible(timeout=READ_MS)
    settled(page)


async def sent_without_login(hospital: Hospital, page: str) -> tuple[bytes, str]:
    """All that a session is sent that asks for a page of the registry, and the session's id."""
    url = f"wss://localhost:{hospital.port}/_stcore/stream"
    async with connect(url, subprotocols=["streamlit"], ssl=trusting(), max_size=None) as socket:
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = f"dataset={CANARY}"
        await socket.send(asked.SerializeToString())
        sent, session = b"", ""
        while True:
            data = await socket.recv()
            sent += data
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                session = message.new_session.initialize.session_id
            # A run that a page asked to be started anew is followed by another.
            if kind == "script_finished" and (
                message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
            ):
                return sent, session


def test_without_a_login_nothing_of_the_data_is_sent_and_no_file_is_taken(hospital: Hospital):
    """The very first requests of the server: a page asked for by name must not run by itself."""
    for page in ("sql", "", "patient", "import"):
        sent, session = in_a_loop(sent_without_login(hospital, page))
        assert b"people with a login" in sent
        assert not [word for word in OF_DATA if word.encode() in sent], page
        assert session
    status, said = ask(hospital, f"/_stcore/upload_file/{session}/a-file", "PUT")
    assert status == 403
    assert "takes no file from this session" in said
    assert ask(hospital, "/_stcore/metrics")[0] == 404


def test_who_is_in_no_group_is_told_so_and_can_log_out(page: Page, hospital: Hospital):
    log_in(page, hospital, OUTSIDER)
    said = page.get_by_test_id("stApp").inner_text()
    assert "in none of the groups that may look" in said
    assert not [word for word in OF_DATA if word in said]
    assert hospital.entries()[-1] == ("person-3", "login refused", "")
    cookies = {each["name"]: each for each in page.context.cookies()}
    assert cookies["_streamlit_user"]["secure"] and cookies["_streamlit_user"]["httpOnly"]

    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible(timeout=READ_MS)


def test_a_viewer_looks_and_does_not_save(page: Page, hospital: Hospital, tmp_path: Path):
    log_in(page, hospital, VIEWER)
    open_page(page, f"/?dataset={CANARY}")
    expect(cohort_line(page)).to_contain_text("2 of 2 patients")
    assert hospital.entries()[-1] == ("person-1", "opened a dataset", CANARY)

    go_to(page, "Import")
    expect(page.get_by_text("Your login lets you look at the registries")).to_be_visible()
    upload(page, write(tmp_path / "klinik.xlsx", PATIENTS, CYCLES))
    expect(page.get_by_role("button", name="Show it")).to_be_visible(timeout=READ_MS)
    expect(page.get_by_role("button", name="Save it on this server")).to_have_count(0)


def test_an_editor_saves_and_takes_away_and_both_are_recorded(
    page: Page, hospital: Hospital, tmp_path: Path
):
    log_in(page, hospital, EDITOR)
    go_to(page, "Import")
    upload(page, write(tmp_path / "klinik.xlsx", PATIENTS, CYCLES))
    page.get_by_label("Name of the registry").fill("Second Ward")
    page.get_by_label("Name of the registry").press("Enter")
    settled(page)
    page.get_by_role("button", name="Save it on this server").click(timeout=READ_MS)
    settled(page)
    expect(cohort_line(page)).to_contain_text("2 of 2 patients")
    assert {each.name for each in hospital.registries.iterdir() if each.name[0] != "."} == {
        CANARY,
        "second-ward",
    }
    go_to(page, "SQL")
    with page.expect_download():
        page.get_by_role("button", name="CSV").first.click()
    mine = [entry[1:] for entry in hospital.entries() if entry[0] == "person-2"]
    assert mine == [
        ("opened a dataset", "case_series"),
        ("saved on the server", "second-ward"),
        ("opened a dataset", "second-ward"),
        ("ran a query", "second-ward"),
        ("made a file", "second-ward"),
    ]
    # Ids of the patients, and what else their sheet says of them.
    log = hospital.log.read_text(encoding="utf-8")
    assert not [value for value in ("007", "Köln", "Dermatomyositis", "select") if value in log]
