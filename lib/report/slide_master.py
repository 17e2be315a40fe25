"""The masters of a presentation: the program's own, or those of a department's template.

Layouts are chosen by what they hold, as their names are in the language of who made them.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.palette import LIGHT
from lib.report.subject import ReportError

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import SlideLayout

EMU_PER_POINT = 12_700
# 16:9, in points.
WIDTH, HEIGHT = 960.0, 540.0
MARGIN = 36.0
GAP = 6.0
# Between the edge of a title and its words.
INSET = 7.2
MAX_TEMPLATE_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 400_000_000
_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.{}.main+xml"
PRESENTATION = _MAIN.format("presentation")
# What else PowerPoint calls a presentation that it opens.
OTHER_FORMS = (_MAIN.format("template"), _MAIN.format("slideshow"))
NO_TEMPLATE = (
    "The template is not a PowerPoint presentation that can be read. Choose a .pptx or .potx file "
    "without a password."
)
TOO_LARGE = (
    f"The template is too large: a file of {MAX_TEMPLATE_BYTES // 1_000_000} MB is possible. "
    "Choose one with smaller pictures."
)
WITH_MACROS = (
    "The template holds macros, which a packet may not carry. Save it as .pptx or .potx, and "
    "choose that file."
)
# What a presentation knows of the slides and people of the template; the record of an earlier
# packet that serves as template, too.
OF_OLD_SLIDES = (
    "slide",
    "commentAuthors",
    "thumbnail",
    "extended-properties",
    "customXml",
    "custom-properties",
)


@dataclass(frozen=True)
class Box:
    """A rectangle on a slide, in points."""

    left: float
    top: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height

    def below(self, top: float) -> Box:
        """The part of it that is below a line."""
        return Box(self.left, top, self.width, self.bottom - top)


@dataclass(frozen=True)
class Deck:
    """A presentation without slides, and where its slides have what.

    Attributes
    ----------
    front, plain, worded
        Layouts: of the first slide; with a title alone; with a title and a text.
    title, body, footer, number
        Where a slide has them.
    is_own
        Whether the look is the program's: in a template, colours are the template's.
    """

    presentation: Presentation
    front: SlideLayout
    plain: SlideLayout
    worded: SlideLayout
    title: Box
    body: Box
    footer: Box
    number: Box
    is_own: bool


def open_deck(template: bytes | None) -> Deck:
    """A presentation without slides, of a template or of the program's own look.

    Raises
    ------
    ReportError
        If the template can't be used.
    """
    if template is None:
        own = _own()
        _drop_slides(own)
        return _deck(own, is_own=True)
    _check_size(template)
    try:
        presentation = _opened(template)
        _drop_slides(presentation)
        return _deck(presentation, is_own=False)
    except ReportError:
        raise
    # A file of others may be broken in any way, and the libraries say it in as many.
    except Exception:
        raise ReportError(NO_TEMPLATE) from None


def _check_size(template: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        raise ReportError(NO_TEMPLATE) from None
    if len(template) > MAX_TEMPLATE_BYTES or unpacked > MAX_UNPACKED_BYTES:
        raise ReportError(TOO_LARGE)


def _opened(template: bytes) -> Presentation:
    from pptx import Presentation as opened

    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(template)) as old,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_STORED) as new,
    ):
        for member in old.infolist():
            content = old.read(member)
            if member.filename == "[Content_Types].xml":
                content = _as_presentation(content)
            new.writestr(member, content)
    return opened(io.BytesIO(changed.getvalue()))


def _as_presentation(content_types: bytes) -> bytes:
    """The list of what a file holds, its main part being called a presentation."""
    if b"macroEnabled" in content_types:
        raise ReportError(WITH_MACROS)
    for form in OTHER_FORMS:
        content_types = content_types.replace(form.encode(), PRESENTATION.encode())
    return content_types


def _drop_slides(presentation: Presentation) -> None:
    """Take the template's own slides away, and whatever still points to one."""
    ids = presentation.slides._sldIdLst
    for slide in list(ids):
        ids.remove(slide)
    element = presentation.part._element
    # Sections and shows of one's own name slides that are gone.
    for name in ("custShowLst", "extLst"):
        for part in element.findall(f"{{*}}{name}"):
            element.remove(part)
    _drop_relations(presentation.part)
    _drop_relations(presentation.part.package)
    for master in presentation.slide_masters:
        for holder in (master, *master.slide_layouts):
            _drop_links(holder)


def _drop_relations(part: object) -> None:
    for name, relation in list(part._rels.items()):
        if relation.reltype.rsplit("/", 1)[-1] in OF_OLD_SLIDES:
            part._rels.pop(name)


def _drop_links(holder: object) -> None:
    """Take away the buttons of a layout that jump to a slide."""
    rels = holder.part._rels
    gone = [name for name, each in rels.items() if each.reltype.endswith("/slide")]
    for element in list(holder._element.iter()):
        if any(value in gone for key, value in element.attrib.items() if key.endswith("}id")):
            element.getparent().remove(element)
    for name in gone:
        rels.pop(name)


def _deck(presentation: Presentation, *, is_own: bool) -> Deck:
    layouts = [each for master in presentation.slide_masters for each in master.slide_layouts]
    titled = [each for each in layouts if _of_kind(each, "TITLE")]
    # Without a title no slide could be found again; the fewest others leave the most room.
    plain = min(titled or layouts, key=lambda each: len(_others(each)))
    fronts = [each for each in layouts if _of_kind(each, "CENTER_TITLE", "SUBTITLE")]
    worded = [each for each in titled if [kind_of(one) for one in _others(each)] == ["OBJECT"]]
    width = presentation.slide_width / EMU_PER_POINT
    height = presentation.slide_height / EMU_PER_POINT
    title = _title_box(plain, width, height)
    footer, number = _foot_boxes(plain, width, height, title)
    top = title.bottom + GAP
    body = Box(title.left + INSET, top, title.width - 2 * INSET, footer.top - GAP - top)
    return Deck(
        presentation=presentation,
        front=fronts[0] if fronts else plain,
        plain=plain,
        worded=worded[0] if worded else plain,
        title=title,
        body=body,
        footer=footer,
        number=number,
        is_own=is_own,
    )


def kind_of(placeholder: object) -> str:
    """What a placeholder is for, such as ``TITLE``."""
    return placeholder.placeholder_format.type.name


def _of_kind(layout: SlideLayout, *kinds: str) -> list:
    return [each for each in layout.placeholders if kind_of(each) in kinds]


def _others(layout: SlideLayout) -> list:
    small = ("TITLE", "CENTER_TITLE", "DATE", "FOOTER", "SLIDE_NUMBER", "HEADER")
    return [each for each in layout.placeholders if kind_of(each) not in small]


def _title_box(layout: SlideLayout, width: float, height: float) -> Box:
    """Where the title is: the layout's place, if it leaves the greater part of the slide."""
    for placeholder in _of_kind(layout, "TITLE"):
        box = box_of(placeholder)
        if box and box.height > 20 and box.bottom < 0.4 * height and box.width > 0.5 * width:
            return box
    return Box(MARGIN, 24, width - 2 * MARGIN, 66)


def box_of(shape: object) -> Box | None:
    """Where a shape is, in points; None if nothing says it."""
    edges = (shape.left, shape.top, shape.width, shape.height)
    return None if None in edges else Box(*(edge / EMU_PER_POINT for edge in edges))


def _foot_boxes(layout: SlideLayout, width: float, height: float, title: Box) -> tuple[Box, Box]:
    """Where the line at the foot and the number of the slide are; one beside the other."""
    feet = [box_of(each) for each in _of_kind(layout, "DATE", "FOOTER", "SLIDE_NUMBER")]
    tops = [box.top for box in feet if box and box.top > 0.8 * height]
    top = min([*tops, height - 30])
    left, right, number_width = title.left + INSET, title.left + title.width - INSET, 40.0
    line = Box(left, top, right - left - number_width - GAP, min(24.0, height - top - 2))
    return line, Box(right - number_width, top, number_width, line.height)


def _own() -> Presentation:
    """An empty presentation, 16:9, in the program's colours."""
    from pptx import Presentation as blank
    from pptx.util import Pt

    presentation = blank()
    presentation.slide_width, presentation.slide_height = Pt(WIDTH), Pt(HEIGHT)
    master = presentation.slide_masters[0]
    needed = {"TITLE", "CENTER_TITLE", "SUBTITLE", "OBJECT"}
    for layout in list(master.slide_layouts):
        kinds = [kind_of(each) for each in layout.placeholders]
        held = [kind for kind in kinds if kind not in ("DATE", "FOOTER", "SLIDE_NUMBER")]
        if not held or not set(held) <= needed or len(held) > 2:
            master.slide_layouts.remove(layout)
    title = Box(MARGIN, 22, WIDTH - 2 * MARGIN, 70)
    boxes = {
        "TITLE": title,
        "CENTER_TITLE": Box(MARGIN + 24, 120, WIDTH - 2 * MARGIN - 48, 110),
        "SUBTITLE": Box(MARGIN + 24, 246, WIDTH - 2 * MARGIN - 48, 220),
        "OBJECT": Box(MARGIN, 100, WIDTH - 2 * MARGIN, 390),
        "BODY": Box(MARGIN, 100, WIDTH - 2 * MARGIN, 390),
        "DATE": Box(MARGIN, 508, 100, 24),
        "FOOTER": Box(MARGIN + 110, 508, 600, 24),
        "SLIDE_NUMBER": Box(WIDTH - MARGIN - 60, 508, 60, 24),
    }
    for holder in (master, *master.slide_layouts):
        for placeholder in holder.placeholders:
            place(placeholder, boxes[kind_of(placeholder)])
    _set_look(master)
    return presentation


def place(shape: object, box: Box) -> None:
    """Put a shape somewhere."""
    from pptx.util import Pt

    shape.left, shape.top = Pt(box.left), Pt(box.top)
    shape.width, shape.height = Pt(box.width), Pt(box.height)


def _set_look(master: object) -> None:
    """Titles to the left in the accent's colour, and the theme's own colours."""
    from pptx.opc.constants import RELATIONSHIP_TYPE

    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    accent, text = (color.removeprefix("#").upper() for color in (LIGHT.accent, LIGHT.text))
    theme._blob = theme.blob.replace(b"4F81BD", accent.encode()).replace(
        b'<a:sysClr val="windowText" lastClr="000000"/>', f'<a:srgbClr val="{text}"/>'.encode()
    )
    titles = master._element.find(".//{*}titleStyle/{*}lvl1pPr")
    titles.set("algn", "l")
    letters = titles.find("{*}defRPr")
    letters.set("sz", "2600")
    letters.set("b", "1")
    letters.find(".//{*}schemeClr").set("val", "accent1")
    for holder in (master, *master.slide_layouts):
        for placeholder in holder.placeholders:
            if kind_of(placeholder) in ("CENTER_TITLE", "SUBTITLE"):
                _to_the_left(placeholder)


def _to_the_left(placeholder: object) -> None:
    for style in placeholder._element.iter("{*}lvl1pPr"):
        style.set("algn", "l")
