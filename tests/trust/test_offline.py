"""Every page where there is no network: nothing is asked for elsewhere, nothing waits for it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.harness import PAGES, ROOT
from tests.conftest import in_ci

# A name server that is asked and silent is given up after five seconds.
MOST_SECONDS_OF_A_PAGE = 30
# A network of its own, in which the name server is on the machine itself.
INSIDE = (
    "ip link set lo up && mount --bind {resolv} $(readlink -f /etc/resolv.conf) && exec {program}"
)


def in_a_network_of_its_own(tmp_path: Path, program: str) -> subprocess.CompletedProcess:
    resolv = tmp_path / "resolv.conf"
    resolv.write_text("nameserver 127.0.0.1\n", encoding="utf-8")
    inside = INSIDE.format(resolv=resolv, program=program)
    return subprocess.run(
        ["unshare", "--net", "--mount", "sh", "-c", inside],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_page_is_drawn_without_a_network_and_no_name_is_asked_for(tmp_path: Path):
    can_be = shutil.which("unshare") and in_a_network_of_its_own(tmp_path, "true").returncode == 0
    if not can_be:
        (pytest.fail if in_ci() else pytest.skip)(
            "A network of its own can't be made here (unshare --net --mount, as root on Linux): "
            "that the app works without a network was not tested."
        )

    done = in_a_network_of_its_own(tmp_path, f"{sys.executable} -m tests.trust.offline")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["elsewhere"] == "ENETUNREACH"
    assert told["asked"] == []
    assert told["pages"].keys() == PAGES.keys()
    for name, page in told["pages"].items():
        assert page["problems"] == [], name
        assert page["n_elements"] > 3, name
        assert page["seconds"] < MOST_SECONDS_OF_A_PAGE, name
