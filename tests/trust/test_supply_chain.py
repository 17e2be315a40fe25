"""What is installed is what the locks say, file by file, and the lists of it are current.

Nothing here asks a registry: that a new resolution gives the same is seen by ``make lock``.
"""

import json
import re
import subprocess
import sys
from importlib.metadata import distribution
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.browser.harness import ROOT

DEPLOY = ROOT / ".deploy"
NAMES = ("requirements", "requirements-hospital", "requirements-dev", "requirements-supply")
# The most that is installed to run the app: with a login.
ALL_THAT_RUNS = "requirements-hospital"
PIN = re.compile(
    r"^(?P<pin>\S+==\S+(?: ; [^\\]+)?) \\\n(?P<hashes>(?: {4}--hash=\S+(?: \\)?\n)+)", re.MULTILINE
)
SHA256 = re.compile(r"--hash=sha256:[0-9a-f]{64}$")
ROW = re.compile(r"^\| (\S+) +\| (\S+) +\| (.+?) +\|$", re.MULTILINE)
# What may be used and passed on without opening one's own code; the MPL speaks of its own files.
ALLOWED = re.compile(r"MIT|BSD|Apache|PSF|Zlib|CC0|MPL 2\.0|Mozilla Public License 2\.0")


class Pin(NamedTuple):
    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        [specifier] = self.requirement.specifier
        return specifier.version

    @property
    def is_for_this_system(self) -> bool:
        return self.requirement.marker is None or self.requirement.marker.evaluate()


def text_of(name: str) -> str:
    return (DEPLOY / f"{name}.lock").read_text(encoding="utf-8")


def pins(name: str) -> dict[str, Pin]:
    found = [
        Pin(Requirement(match["pin"]), tuple(match["hashes"].replace("\\", "").split()))
        for match in PIN.finditer(text_of(name))
    ]
    return {each.name: each for each in found}


def asked(name: str) -> list[Requirement]:
    """The requirements of a file and of those that it names; tests/test_house.py reads reasons."""
    found = []
    [path] = [*ROOT.glob(f"{name}.txt"), *DEPLOY.glob(f"{name}.txt")]
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            found += asked(Path(line.removeprefix("-r ")).stem)
        elif not line.startswith("#"):
            found.append(Requirement(line.partition("#")[0]))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_file_of_a_lock_is_known_by_its_hash_and_nothing_says_where_it_is_from(name: str):
    text = text_of(name)
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(lines) == len(pins(name)) == len(PIN.findall(text))
    hashes = [each for pin in pins(name).values() for each in pin.hashes]
    assert all(SHA256.fullmatch(each) for each in hashes)
    assert len(hashes) == text.count("--hash=") == len(set(hashes))
    assert "://" not in text and "--index" not in text and "--find-links" not in text


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_satisfies_what_is_asked_for(name: str):
    locked = pins(name)
    for each in asked(name):
        assert each.specifier.contains(locked[canonicalize_name(each.name)].version), each


def test_the_tests_and_a_hospital_run_with_the_very_files_that_the_app_runs_with():
    app, hospital, tests = map(pins, NAMES[:3])
    assert app and {name: hospital[name] for name in app} == app
    assert {name: tests[name] for name in hospital} == hospital


def test_what_is_installed_here_is_what_the_lock_says():
    for pin in pins("requirements-dev").values():
        if pin.is_for_this_system:
            assert Version(distribution(pin.name).version) == Version(pin.version), pin.name


@pytest.mark.parametrize("name", NAMES[:3])
def test_nothing_that_is_needed_is_missing_in_a_lock(name: str):
    """By what the installed packages say that they need, on this system."""
    locked = pins(name)
    for pin in locked.values():
        if not pin.is_for_this_system:
            continue
        extras = {"", *pin.requirement.extras}
        for need in map(Requirement, distribution(pin.name).requires or []):
            if need.marker and not any(need.marker.evaluate({"extra": each}) for each in extras):
                continue
            found = locked[canonicalize_name(need.name)]
            assert need.specifier.contains(found.version, prereleases=True), f"{pin.name}: {need}"


def test_make_installs_by_hash_and_builds_nothing_from_source():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = [line for line in makefile.splitlines() if " -r " in line and "$(PIP)" in line]
    assert len(installs) == 3
    [pip] = [line for line in makefile.splitlines() if line.startswith("PIP := ")]
    assert "--no-deps --require-hashes $(WHEELS)" in pip
    assert "\nWHEELS ?= --only-binary :all:\n" in makefile
    assert all(re.search(r"-r \.deploy/requirements\S*\.lock$", line) for line in installs)


def test_the_sbom_lists_what_the_app_installs_and_nothing_that_changes_by_itself():
    sbom = json.loads((DEPLOY / "sbom.cdx.json").read_text(encoding="utf-8"))
    assert sbom["bomFormat"] == "CycloneDX"
    listed = {canonicalize_name(each["name"]): each["version"] for each in sbom["components"]}
    assert listed == {name: pin.version for name, pin in pins(ALL_THAT_RUNS).items()}
    assert len(sbom["components"]) == len(listed)
    for each in sbom["components"]:
        assert each["purl"] == f"pkg:pypi/{canonicalize_name(each['name'])}@{each['version']}"
    assert "serialNumber" not in sbom and "timestamp" not in sbom["metadata"]
    addresses = re.findall(r"\w+://[^\"/]+", json.dumps(sbom))
    assert addresses == ["http://cyclonedx.org"]


def test_every_licence_is_listed_as_its_package_declares_it_and_none_binds_other_code():
    text = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    rows = [row for row in ROW.findall(text) if row[0] != "Name"]
    listed = {canonicalize_name(name): version for name, version, _ in rows}
    assert listed == {name: pin.version for name, pin in pins(ALL_THAT_RUNS).items()}
    for name, _, licence in rows:
        assert all(ALLOWED.search(each) for each in re.split(" AND | OR |; ", licence)), name
        if pins(ALL_THAT_RUNS)[canonicalize_name(name)].is_for_this_system:
            about = distribution(name).metadata
            said = [about.get("License-Expression"), *about.get_all("Classifier", [])]
            said += [(about.get("License") or "").strip()]
            assert any(each and licence in each for each in said), f"{name}: {licence}"


def audit() -> object:
    spec = spec_from_file_location("audit", DEPLOY / "audit.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SKIPPED = {"name": "altair", "skip_reason": "Dependency not found and could not be audited"}
CLEAN = {"name": "click", "version": "8.5.1", "vulns": []}
WEAK = {
    "name": "jinja2",
    "version": "3.1.5",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.6"], "aliases": [], "description": "…"}],
}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        # As pip-audit reports, with exit code 0, where the database knows none of the packages.
        ([SKIPPED], 2, "Nothing was checked"),
        ([], 2, "Nothing was checked"),
        ([CLEAN], 0, "1 of 1 packages checked: 0 known."),
        ([CLEAN, SKIPPED], 2, "Not checked: altair."),
        ([CLEAN, WEAK, SKIPPED], 1, "known: jinja2 3.1.5: PYSEC-1, mended in 3.1.6"),
    ],
)
def test_an_audit_says_how_much_it_checked(packages: list[dict], code: int, said: str):
    found, sentences = audit().judge(json.dumps({"dependencies": packages, "fixes": []}))
    assert found == code
    assert said in "\n".join(sentences)


def test_an_audit_that_can_not_ask_says_that_nothing_was_checked(tmp_path: Path):
    # Without packages there is nobody to ask, as on a machine without a network.
    command = [sys.executable, "-S", str(DEPLOY / "audit.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert "Nothing was checked" in done.stderr and "No module named" in done.stderr
    assert "Traceback" not in done.stderr and not done.stdout
