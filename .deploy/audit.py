"""Ask a public database whether a weakness is known of anything on a hospital's server.

``make audit`` runs it. Exit codes: 0 everything was checked and nothing is known, 1 something is,
2 not everything could be checked. pip-audit itself ends with 0 and “No known vulnerabilities
found” where it found none of the packages in the database, as behind some hospitals' mirrors.
"""

import json
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).with_name("requirements-hospital.lock")
NONE_KNOWN, SOME_KNOWN, NOT_CHECKED = 0, 1, 2
MOST_SECONDS = 600
COMMAND = ("--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off")


def main() -> int:
    """Ask, and say what came of it."""
    command = [sys.executable, "-m", "pip_audit", *COMMAND, "--requirement", str(LOCK)]
    try:
        asked = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=MOST_SECONDS)
        report, why = asked.stdout, asked.stderr.strip().rpartition("\n")[2]
    except subprocess.TimeoutExpired:
        report, why = "", f"no answer within {MOST_SECONDS} seconds"
    code, sentences = judge(report, why)
    print("\n".join(sentences), file=sys.stderr if code else sys.stdout)
    return code


def judge(report: str, why: str = "") -> tuple[int, list[str]]:
    """What a report of pip-audit amounts to.

    Parameters
    ----------
    report
        Its JSON; empty if it made none.
    why
        What it said last.

    Returns
    -------
    code, sentences
        See the exit codes above.
    """
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        packages = []
    checked = [each for each in packages if "skip_reason" not in each]
    if not checked:
        reason = packages[0]["skip_reason"] if packages else why or "pip-audit said nothing"
        return NOT_CHECKED, [
            "Nothing was checked: whether weaknesses of these packages are known is not known. "
            "Run make audit where the database can be reached, or give your own scanner "
            f".deploy/sbom.cdx.json. The reason: {reason}"
        ]
    known = [f"known: {_words(each, found)}" for each in checked for found in each["vulns"]]
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    sentences = [*known, f"{len(checked)} of {len(packages)} packages checked: {len(known)} known."]
    if skipped:
        sentences.append(f"Not checked: {', '.join(skipped)}.")
    return SOME_KNOWN if known else NOT_CHECKED if skipped else NONE_KNOWN, sentences


def _words(package: dict, found: dict) -> str:
    mended = ", ".join(found["fix_versions"]) or "no version yet"
    return f"{package['name']} {package['version']}: {found['id']}, mended in {mended}"


if __name__ == "__main__":
    sys.exit(main())
