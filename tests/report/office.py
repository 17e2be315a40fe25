"""Packets for the tests of the Office formats, each made once; and a department's template."""

import io
import zipfile
from datetime import date
from functools import cache

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from lib.report import powerpoint, word
from lib.report.composition import Chosen, Composition
from lib.report.content import Packet
from lib.report.making import make
from lib.report.sections import SECTIONS
from lib.warehouse import CASE_SERIES, DEMO_REGISTRY, open_warehouse

FOLDERS = {"case_series": CASE_SERIES, "demo_registry": DEMO_REGISTRY}
SERIES = ("case_series", "patient=DM-01,LV-01")
DEMO = ("demo_registry", "patient=SYN-0001&dose_tier=1")
NOBODY = ("case_series", "age=0-1")
ALL = (SERIES, DEMO, NOBODY)
# Somebody who tries what is possible, and somebody with much to say.
HOSTILE = '<b>bold</b> & =1+1\n=HYPERLINK("http://evil")\n\n{{7*7}} ]]> \\u0000 %s'
LONG = "Discuss the reduction of the dose. " * 100
COMMENTS = {"response": HOSTILE, "table_i": "For discussion on Thursday.", "side_effects": LONG}


@cache
def packet(dataset: str, view: str) -> Packet:
    chosen = tuple(Chosen(name, comment=COMMENTS.get(name, "")) for name in SECTIONS)
    composition = Composition(view, chosen, title="Reduced dosing <six> patients")
    source = open_warehouse(FOLDERS[dataset])
    return make(
        composition, source, dataset, 0, address="https://example.org/", today=date(2026, 11, 26)
    )


@cache
def docx(dataset: str, view: str) -> bytes:
    return word.write(packet(dataset, view))


@cache
def pptx(dataset: str, view: str) -> bytes:
    return powerpoint.write(packet(dataset, view))


@cache
def template(main_type: str = "presentation") -> bytes:
    """A department's file: 4:3, a coloured master, example slides with notes, chart and link."""
    made = Presentation()
    master = made.slide_masters[0]
    master.background.fill.solid()
    master.background.fill.fore_color.rgb = RGBColor(0xD9, 0xE8, 0xF5)
    first = made.slides.add_slide(made.slide_layouts[0])
    first.shapes.title.text = "Example of the department"
    first.notes_slide.notes_text_frame.text = "Secret notes of the department"
    second = made.slides.add_slide(made.slide_layouts[5])
    data = CategoryChartData()
    data.categories = ["a", "b"]
    data.add_series("Secret series", (1, 2))
    size = Inches(1), Inches(2), Inches(5), Inches(3)
    second.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, *size, data)
    second.shapes.title.click_action.target_slide = first
    file = io.BytesIO()
    made.save(file)
    return renamed(file.getvalue(), main_type)


def renamed(content: bytes, main_type: str, of: str = "presentation") -> bytes:
    """The same file, its main part being called otherwise, as in a .potx or .pptm."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for member in old.infolist():
            text = old.read(member)
            if member.filename == "[Content_Types].xml":
                text = text.replace(f"{of}.main+xml".encode(), f"{main_type}.main+xml".encode())
            new.writestr(member, text)
    return changed.getvalue()
