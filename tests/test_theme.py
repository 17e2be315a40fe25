"""Both themes are readable (WCAG 2.2: 4.5:1 for text, 3:1 for marks) and fetch nothing."""

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from lib.palette import DARK, LIGHT, Palette

ROOT = Path(__file__).parents[1]
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]
TEXT, MARK = 4.5, 3.0


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("part", ["main", "sidebar"])
def test_text_is_readable(scheme: str, part: str):
    theme = THEME[scheme] | (THEME[scheme]["sidebar"] if part == "sidebar" else {})
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(theme["textColor"], theme[background]) >= TEXT
        assert contrast(theme["linkColor"], theme[background]) >= TEXT
    # The primary colour is the text of an active tab, and the ground of a white tick.
    assert contrast(theme["primaryColor"], theme["backgroundColor"]) >= TEXT
    assert contrast(theme["primaryColor"], "#ffffff") >= MARK


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_marks_stand_out_and_doses_in_their_order(palette: Palette):
    on_ground = lambda colour: contrast(colour, palette.background)  # noqa: E731
    assert min(map(on_ground, (*palette.diagnosis_groups, palette.accent, palette.warning))) >= MARK
    doses = [on_ground(colour) for colour in palette.dose_tiers]
    assert doses[-1] >= MARK
    assert all(higher >= 1.3 * lower for higher, lower in pairwise(doses))


def test_the_styles_of_the_frame_know_the_ground_of_the_page():
    styles = (ROOT / "lib" / "ui" / "page_header" / "assets" / "frame.css").read_text(
        encoding="utf-8"
    )
    light, dark = (THEME[scheme]["backgroundColor"] for scheme in ("light", "dark"))
    assert f"--page: light-dark({light}, {dark});" in styles


def test_fonts_are_those_that_streamlit_ships():
    assert (THEME["font"], THEME["codeFont"]) == ("sans-serif", "monospace")
