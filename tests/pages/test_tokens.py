# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check the contrast of the colours, light and dark, against WCAG 2.2 AA."""

import re
from pathlib import Path

import pytest

import hedgerow.site

TOKENS = Path(hedgerow.site.__file__).parent / "static" / "hedgerow" / "tokens.css"
COLOUR = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6})")
TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "paper-raised"),
    ("ink", "accent-wash"),
    ("ink", "wrong-wash"),
    ("ink-quiet", "paper"),
    ("ink-quiet", "paper-raised"),
    ("accent", "paper"),
    ("accent", "paper-raised"),
    ("accent", "accent-wash"),
    ("accent-ink", "accent"),
    ("wrong", "paper"),
    ("wrong", "wrong-wash"),
]
CONTROL_PAIRS = [("edge", "paper"), ("accent", "paper"), ("wrong", "paper")]


def schemes() -> dict[str, dict[str, str]]:
    """Return the colours of the light and the dark scheme by their names."""
    light, dark = TOKENS.read_text("utf-8").split("@media")
    return {"light": dict(COLOUR.findall(light)), "dark": dict(COLOUR.findall(dark))}


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour. Source: WCAG 2.2, "relative luminance"."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, at least 1."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_of_black_on_white_is_21() -> None:
    """The formula gives the ratios that WCAG names."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read(scheme: str, text: str, ground: str) -> None:
    """Each colour of text has a ratio of at least 4.5 on each ground it is used on."""
    colours = schemes()[scheme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), CONTROL_PAIRS)
def test_controls_can_be_seen(scheme: str, line: str, ground: str) -> None:
    """Each edge of a field or a button has a ratio of at least 3."""
    colours = schemes()[scheme]
    assert contrast(colours[line], colours[ground]) >= 3


def test_both_schemes_name_the_same_colours() -> None:
    """No colour of the light scheme is missing in the dark one."""
    assert set(schemes()["light"]) == set(schemes()["dark"])
