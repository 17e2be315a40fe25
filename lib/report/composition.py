"""What a reader puts together: which sections, in which order, with which titles and comments.

It is kept as a small JSON file, and as one parameter of a link. A file is read as a whole or not at
all. Its form::

    {"format": "ivig-packet-composition", "version": 1, "title": "Reduced dosing", "public": false,
     "view": "diagnosis=dermatomyositis&dose_tier=1",
     "sections": [{"section": "table_i", "title": "", "comment": "Discuss."}]}
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace

from lib.report.subject import ReportError

FORMAT = "ivig-packet-composition"
VERSION = 1
TITLE = "IVIg case series: meeting packet"
MAX_FILE_BYTES = 200_000
MAX_TITLE_CHARACTERS = 200
MAX_COMMENT_CHARACTERS = 5_000
MAX_VIEW_CHARACTERS = 8_000
MAX_SECTIONS = 40
KEYS = ("format", "version", "title", "public", "view", "sections")


@dataclass(frozen=True)
class Chosen:
    """A section of a packet; without a title it has its own."""

    section: str
    title: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Composition:
    """A packet before it is made.

    Attributes
    ----------
    view
        The part of the dashboard's link that opens the view.
    is_public
        Whether it leaves the department: then it names no patient.
    """

    view: str
    sections: tuple[Chosen, ...]
    title: str = TITLE
    is_public: bool = False

    def moved(self, place: int, by: int) -> Composition:
        """The same with a section some places further down; beyond the ends it stays."""
        sections = list(self.sections)
        target = min(max(place + by, 0), len(sections) - 1)
        sections.insert(target, sections.pop(place))
        return replace(self, sections=tuple(sections))

    def to_json(self) -> str:
        """As a file holds it."""
        return json.dumps(
            {
                "format": FORMAT,
                "version": VERSION,
                "title": self.title,
                "public": self.is_public,
                "view": self.view,
                "sections": [asdict(chosen) for chosen in self.sections],
            },
            indent=2,
            ensure_ascii=False,
        )

    def to_link(self) -> str:
        """As the value of a link's parameter: letters, digits, ``-`` and ``_``."""
        packed = zlib.compress(self.to_json().encode("utf-8"), 9)
        return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def from_link(text: str, known: Collection[str]) -> Composition:
    """Read what `Composition.to_link` wrote.

    Raises
    ------
    ReportError
        If it can't be read.
    """
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        # A few bytes can stand for gigabytes.
        unpacked = zlib.decompressobj()
        content = unpacked.decompress(packed, MAX_FILE_BYTES + 1)
    except (ValueError, zlib.error):
        raise ReportError("The link's packet can't be read: it was cut or changed.") from None
    return from_json(content, known)


def from_json(content: bytes, known: Collection[str]) -> Composition:
    """Read the file of a composition.

    Parameters
    ----------
    known
        Names of the sections that there are.

    Raises
    ------
    ReportError
        With one sentence on what is wrong with it.
    """
    read = _read(content)
    for key, kind in (("title", str), ("public", bool), ("view", str), ("sections", list)):
        if not isinstance(read[key], kind):
            raise ReportError(f"“{key}” of the composition must be a {_KINDS[kind]}.")
    if len(read["sections"]) > MAX_SECTIONS:
        raise ReportError(f"The composition has more than {MAX_SECTIONS} sections.")
    return checked(
        Composition(
            read["view"],
            tuple(_chosen(entry) for entry in read["sections"]),
            read["title"],
            read["public"],
        ),
        known,
    )


_KINDS = {str: "text", bool: "true or false", list: "list"}


def checked(composition: Composition, known: Collection[str]) -> Composition:
    """The same composition, if it can be made.

    Raises
    ------
    ReportError
        If a section is unknown, or a text is too long.
    """
    if not composition.sections:
        raise ReportError("The packet has no section. Choose at least one.")
    names = [chosen.section for chosen in composition.sections]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise ReportError(f"The section “{twice[:60]}” is named twice. Name each once.")
    texts = [
        ("title", composition.title, MAX_TITLE_CHARACTERS),
        ("view", composition.view, MAX_VIEW_CHARACTERS),
    ]
    for chosen in composition.sections:
        if chosen.section not in known:
            raise ReportError(
                f"There is no section “{chosen.section[:60]}”. There are: {', '.join(known)}."
            )
        texts += [
            (f"title of {chosen.section}", chosen.title, MAX_TITLE_CHARACTERS),
            (f"comment on {chosen.section}", chosen.comment, MAX_COMMENT_CHARACTERS),
        ]
    for what, text, most in texts:
        if len(text) > most:
            raise ReportError(f"The {what} has {len(text):,} characters; {most:,} are possible.")
        if not all(sign.isprintable() or sign in "\n\t" for sign in text):
            raise ReportError(f"The {what} holds control characters. Type it again.")
    return composition


def named_sections(names: Iterable[str]) -> tuple[Chosen, ...]:
    """Sections under their own titles."""
    return tuple(map(Chosen, names))


def _read(content: bytes) -> dict:
    if len(content) > MAX_FILE_BYTES:
        raise ReportError(
            f"The composition has more than {MAX_FILE_BYTES:,} bytes. Choose the small file that "
            "the page Report saved."
        )
    try:
        read = json.loads(content.decode("utf-8-sig"))
    # Brackets within brackets without end are too deep for the parser.
    except (ValueError, RecursionError):
        raise ReportError(
            "It is no JSON text. Choose the file that the page Report saved."
        ) from None
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        raise ReportError(f"It does not say that it is a composition (“format”: “{FORMAT}”).")
    if read.get("version") != VERSION:
        raise ReportError(f"Only version {VERSION} of the format can be read. Save it again.")
    if wrong := set(KEYS) ^ read.keys():
        state = "unknown" if min(wrong) in read else "missing"
        raise ReportError(f"“{str(min(wrong))[:60]}” of the composition is {state}.")
    return read


def _chosen(entry: object) -> Chosen:
    if not isinstance(entry, dict) or entry.keys() - {"section", "title", "comment"}:
        raise ReportError("A section of the composition has section, title and comment alone.")
    texts = {"title": "", "comment": ""} | entry
    if "section" not in texts or not all(isinstance(text, str) for text in texts.values()):
        raise ReportError("Section, title and comment of a section must be texts.")
    return Chosen(**texts)
