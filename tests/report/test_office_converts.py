"""LibreOffice, another program than the one that wrote them, opens Word and PowerPoint packets."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from lib.report.formats import FORMATS
from tests.conftest import in_ci
from tests.report.packets import short_packet

FORMS = ("docx", "pptx")
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
    for form in FORMS:
        content = FORMATS[form].write(short_packet())
        folder.joinpath(f"{form}_packet.{form}").write_bytes(content)
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation={folder.joinpath('profile').as_uri()}",
            "--headless", "--convert-to", "pdf", "--outdir", folder, *folder.glob("*_packet.*"),
        ],
        check=True, capture_output=True, timeout=300, env={**os.environ, "LANG": "C.UTF-8"},
    )  # fmt: skip
    return {form: _text(folder / f"{form}_packet.pdf") for form in FORMS}


def _text(pdf: Path) -> str:
    read = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True)
    return re.sub(r"\s+", " ", read.stdout.decode())


@pytest.mark.parametrize("form", FORMS)
def test_titles_and_remarks_are_found_in_what_libreoffice_prints(texts: dict, form: str):
    packet = short_packet()
    titles = (section.title for section in packet.sections)
    for words in (packet.title, packet.origin.cohort, *titles):
        assert words in texts[form], words
    assert "Synthetic data: no real patient" in texts[form]


def test_the_printed_document_counts_its_pages(texts: dict):
    numbers = re.findall(r"Page (\d+) of (\d+)", texts["docx"])
    assert [int(page) for page, _ in numbers] == list(range(1, len(numbers) + 1))
    assert {int(of) for _, of in numbers} == {len(numbers)}
