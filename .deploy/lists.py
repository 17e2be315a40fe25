"""Write what a hospital's server has: ``sbom.cdx.json`` beside this file, and docs/licences.md.

``make sbom`` runs it. It installs all of the lock, also what only other systems need, into an
environment that is thrown away, and has two tools read what the packages say of themselves.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
LOCK = HERE / "requirements-hospital.lock"
SBOM = HERE / "sbom.cdx.json"
LICENCES = HERE.parent / "docs" / "licences.md"
# The condition behind a pin, as in ``watchdog==7.1.0 ; sys_platform != 'darwin' \``.
MARKER = re.compile(r" ; [^\\\n]*")
INTRODUCTION = """\
# Licences

What the app installs, with the login of a hospital's server, as {lock}
pins it, and the licence that each package declares of itself. Libraries that a package carries
inside (say fonts, or what it is compiled with) are under the licences that its own files name.
Made by `make sbom`, which also writes the SBOM,
[{sbom}](../{sbom}) (CycloneDX).
The app's own code: [MIT](../LICENSE).

"""


def main() -> None:
    """Install, read, write."""
    with TemporaryDirectory() as scratch:
        python = _environment(Path(scratch))
        sbom = json.loads(
            _run("cyclonedx_py", "environment", "--output-reproducible", "--of", "JSON", python)
        )
        licences = _run(
            "piplicenses", "--python", python, "--from=mixed", "--format=markdown", "--order=name"
        )
    text = json.dumps(_without_addresses(sbom), indent=1, ensure_ascii=False, sort_keys=True)
    SBOM.write_text(text + "\n", encoding="utf-8")
    words = INTRODUCTION.format(lock=f"`.deploy/{LOCK.name}`", sbom=f".deploy/{SBOM.name}")
    LICENCES.write_text(words + licences, encoding="utf-8")
    print(f"{SBOM}: {len(sbom['components'])} packages\n{LICENCES}")


def _environment(scratch: Path) -> str:
    """The interpreter of an environment with everything in the lock and nothing else."""
    everything = scratch / LOCK.name
    everything.write_text(MARKER.sub("", LOCK.read_text(encoding="utf-8")), encoding="utf-8")
    folder = scratch / "environment"
    _run("venv", "--without-pip", str(folder))
    python = str(folder / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    exact = ("--no-deps", "--require-hashes", "--only-binary", ":all:")
    _run("pip", "--python", python, "install", "--quiet", *exact, "-r", str(everything))
    return python


def _run(module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def _without_addresses(part: object) -> object:
    """The list without the packages' web pages: they change with no change of what is installed."""
    if isinstance(part, dict):
        return {
            name: _without_addresses(each)
            for name, each in part.items()
            if name != "externalReferences"
        }
    return [_without_addresses(each) for each in part] if isinstance(part, list) else part


if __name__ == "__main__":
    main()
