"""The recipes of `.deploy/` as an operator starts them, on ports that nobody listens on."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from tests.browser.harness import ROOT, free_port, wait_until_healthy


class Started:
    """What a recipe has started: nginx at `port`, and behind it a process at each of `ports`."""

    def __init__(self, process: subprocess.Popen, port: int, ports: dict[str, int]) -> None:
        self.process, self.port, self.ports = process, port, ports

    def wait_for(self, name: str) -> None:
        """Wait until the process of that name answers."""
        wait_until_healthy(f"http://localhost:{self.ports[name]}", self.process)


@contextmanager
def started(
    recipe: str,
    environment: Mapping[str, str] = MappingProxyType({}),
    port: int | None = None,
) -> Iterator[Started]:
    """Run a recipe by its name until its processes answer; nginx may still be on its way."""
    port, ports = port or free_port(), {"1": free_port(), "2": free_port()}
    own = {"PORT": str(port), "PORT_1": str(ports["1"]), "PORT_2": str(ports["2"])}
    process = subprocess.Popen(
        [ROOT / ".deploy" / recipe],
        env=os.environ | own | {"PYTHON": sys.executable} | environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        served = Started(process, port, ports)
        for name in ports:
            served.wait_for(name)
        yield served
    finally:
        process.terminate()
        process.wait(timeout=20)
