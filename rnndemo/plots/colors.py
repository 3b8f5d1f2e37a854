"""What a colour means, the same on every page.

A class has its colour, a value has its sign, time runs from dark to light. All are told apart
with the common colour-vision deficiencies, and none carries a meaning alone: classes are also
labelled, signs are also in the hover text.
"""

from __future__ import annotations

# Ten hues for classes, from Paul Tol's "bright" and "vibrant" schemes, readable on both grounds;
# six more for the gestures, between them in hue and lightness
CLASS_COLORS = (
    "#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE",
    "#AA3377", "#EE7733", "#009988", "#9E7BB5", "#A07D3B",
    "#7A6FD6", "#88AA33", "#D98CB3", "#3A8FB7", "#C4563F", "#7FBFA0",
)  # fmt: skip

# Pictures and the board to draw on, by day and by night: chalk on slate, as the network sees ink
BOARD, CHALK = "#1d2329", "#fdfcf8"

# The one colour that asks to be looked at and means nothing else
ACCENT = "#4A90C2"

# Runs that another is compared with: Paul Tol's "muted" scheme, told apart from classes by place
RUN_COLORS = ("#882255", "#117733", "#DDCC77", "#88CCEE")

NEGATIVE, POSITIVE = "#3B7DB8", "#D1603D"


def class_color(index: int) -> str:
    """Return the colour of class `index`; with more classes than colours they come around."""
    return CLASS_COLORS[index % len(CLASS_COLORS)]


def run_color(number: int) -> str:
    """Return the colour of a run that another is compared with."""
    return RUN_COLORS[number % len(RUN_COLORS)]


def ground(dark: bool) -> str:
    """Return the colour of "nothing": zero on a scale of signs, background of a picture."""
    return "#15191e" if dark else "#fbfaf7"


def ink(dark: bool) -> str:
    """Return the colour of text and of lines that mean nothing but themselves."""
    return "#e6e3db" if dark else "#23282d"


def muted(dark: bool) -> str:
    """Return the colour of what is there but does not speak: grid lines, other classes."""
    return "#4a545f" if dark else "#c9c5bb"


def signed_scale(dark: bool) -> list[tuple[float, str]]:
    """Return a colour scale from negative (blue) over zero (the ground) to positive (orange)."""
    return [(0.0, NEGATIVE), (0.5, ground(dark)), (1.0, POSITIVE)]


def amount_scale(dark: bool) -> list[tuple[float, str]]:
    """Return a colour scale from none (the ground) to much (the ink)."""
    return [(0.0, ground(dark)), (1.0, ink(dark))]
