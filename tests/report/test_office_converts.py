"""LibreOffice, another program than the one that wrote them, opens Word and PowerPoint packets."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import in_ci
from tests.report.office import DEMO, docx, packet, pptx

NO_OFFICE = (
    "LibreOffice or pdftotext was not found: the conversions did not run. Install them "
    "(Debian: apt install libreoffice-writer-nogui libreoffice-impress-nogui poppler-utils)."
)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What pdftotext reads from the PDF of each packet, converted in one run."""
    if not (shutil.which("soffice") and shutil.which("pdftotext")):
        (pytest.fail if in_ci() else pytest.skip)(NO_OFFICE)
    folder = tmp_path_factory.mktemp("office")
    for form, content in (("docx", docx(*DEMO)), ("pptx", pptx(*DEMO))):
        folder.joinpath(f"{form}_packet.{form}").write_bytes(content)
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation={folder.joinpath('profile').as_uri()}",
            "--headless", "--convert-to", "pdf", "--outdir", folder, *folder.glob("*_packet.*"),
        ],
        check=True, capture_output=True, timeout=300, env={**os.environ, "LANG": "C.UTF-8"},
    )  # fmt: skip
    return {form: _text(folder / f"{form}_packet.pdf") for form in ("docx", "pptx")}


def _text(pdf: Path) -> str:
    read = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True)
    return re.sub(r"\s+", " ", read.stdout.decode())


@pytest.mark.parametrize("form", ["docx", "pptx"])
def test_titles_and_remarks_are_found_in_what_libreoffice_prints(texts: dict, form: str):
    made = packet(*DEMO)
    for words in (made.title, made.origin.cohort, *(section.title for section in made.sections)):
        assert words in texts[form], words
    assert "Synthetic data: no real patient" in texts[form]


def test_the_printed_document_counts_its_pages(texts: dict):
    numbers = re.findall(r"Page (\d+) of (\d+)", texts["docx"])
    assert [int(page) for page, _ in numbers] == list(range(1, len(numbers) + 1))
    assert {int(of) for _, of in numbers} == {len(numbers)}
