"""A department's own file of slides, as it is given for a template."""

import io
import zipfile
from functools import cache

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches


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
