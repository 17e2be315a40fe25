"""The record of a packet inside Word and PowerPoint files: a part that the programs keep.

Both formats hold XML of others as "custom XML": it is shown nowhere, and stays when the document
is edited and saved; LibreOffice keeps it, too.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from lib.xml_text import FORBIDDEN

if TYPE_CHECKING:
    from docx.opc.part import Part

NAMESPACE = "urn:ivig-case-series:packet-record"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_ITEM_ID = "{6B7C52C5-6B8A-4C0C-9C6F-8A7D1F0C5E21}"
_PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>'
    f'<ds:datastoreItem ds:itemID="{_ITEM_ID}" xmlns:ds="{_OFFICE}/customXml"><ds:schemaRefs>'
    f'<ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
)
_PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_PLACE = re.compile(r"customXml/item\d+\.xml")
MAX_RECORD_BYTES = 50_000_000


def embed(document: Part, record: str, part: Callable[..., Part], address: type[str]) -> None:
    """Put a record into an Office document.

    Parameters
    ----------
    document
        The main part of the document, of python-docx or python-pptx.
    part, address
        The same library's classes of a part and of its name in the file.
    """
    package = document.package
    name = package.next_partname("/customXml/item%d.xml")
    # What XML can't hold, JSON can write in another way.
    text = escape(FORBIDDEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", record))
    xml = f'<?xml version="1.0" encoding="UTF-8"?><record xmlns="{NAMESPACE}">{text}</record>'
    item = part(
        partname=name, content_type="application/xml", package=package, blob=xml.encode("utf-8")
    )
    properties = part(
        partname=address(name.replace("/item", "/itemProps")),
        content_type=_PROPERTIES_TYPE,
        package=package,
        blob=_PROPERTIES.encode("utf-8"),
    )
    item.relate_to(properties, f"{_OFFICE}/relationships/customXmlProps")
    document.relate_to(item, f"{_OFFICE}/relationships/customXml")


def read_record(content: bytes) -> str:
    """The record in an Office document; empty if it holds none, several, or is no such document."""
    found = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                if _PLACE.fullmatch(member.filename) and member.file_size <= MAX_RECORD_BYTES:
                    root = ElementTree.fromstring(archive.read(member))
                    if root.tag == f"{{{NAMESPACE}}}record":
                        found.append(root.text or "")
    # A file of others may be broken or encrypted in any of these ways.
    except (zipfile.BadZipFile, ElementTree.ParseError, OSError, ValueError, RuntimeError):
        return ""
    return found[0] if len(found) == 1 else ""
