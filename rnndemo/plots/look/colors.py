"""Colours and their meaning, the same on every page.

A class has its colour, a value that of its sign. All are distinguishable with the common
colour-vision deficiencies, and none carries a meaning alone: classes are also labelled, signs are
also in the hover text.
"""

from __future__ import annotations

from collections.abc import Sequence

from rnndemo.plots.look.theme import Look

# ten hues for classes, from Paul Tol's "bright" and "vibrant" schemes, readable on both grounds;
# six more for the gestures, between them in hue and lightness
CLASS_COLORS = (
    "#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE",
    "#AA3377", "#EE7733", "#009988", "#9E7BB5", "#A07D3B",
    "#7A6FD6", "#88AA33", "#D98CB3", "#3A8FB7", "#C4563F", "#7FBFA0",
)  # fmt: skip

# pictures and the drawing board, on both grounds: chalk on slate, as the network sees ink
BOARD, CHALK = "#1d2329", "#fdfcf8"

# the one colour for emphasis, without any other meaning
ACCENT = "#4A90C2"

# runs in a comparison, from Paul Tol's "muted" scheme; never in a chart with classes
RUN_COLORS = ("#882255", "#117733", "#DDCC77", "#88CCEE")

# peer of a comparison -> colour and marker, a key of `MARKERS`. The hue shows the kind: blue to
# violet reads in order, orange to red sees the picture at once, green is classical; peers of a kind
# differ in lightness and marker. An own run has the colour of text, and a star.
PEER_MARKS = {
    "rnn": ("#86B6E0", "circle"),
    "lstm": ("#3D7FC1", "square"),
    "gru": ("#7A6FD6", "triangle"),
    "two-way": ("#2BA6BC", "diamond"),
    "renet": ("#B573C9", "hexagon"),
    "cnn": ("#E0602A", "square"),
    "cnn-time": ("#F0A35E", "diamond"),
    "mlp": ("#C9405F", "triangle"),
    "knn": ("#5B9A45", "circle"),
    "svm": ("#ABA23A", "hexagon"),
    "hog-svm": ("#2F9E7C", "triangle"),
}
OWN_MARKER = "star"

# paths of an SVG in a square of 24 x 24
MARKERS = {
    "circle": "M12 2a10 10 0 1 1 0 20a10 10 0 1 1 0-20Z",
    "square": "M3 3h18v18H3Z",
    "triangle": "M12 2L23 21H1Z",
    "diamond": "M12 1L22 12L12 23L2 12Z",
    "hexagon": "M12 1L22 7V17L12 23L2 17V7Z",
    "star": "M12 1L15 9H23L16.5 14L19 22.5L12 17.5L5 22.5L7.5 14L1 9H9Z",
}

NEGATIVE, POSITIVE = "#3B7DB8", "#D1603D"


def class_color(index: int) -> str:
    """Return the colour of class `index`; colours repeat if there are more classes."""
    return CLASS_COLORS[index % len(CLASS_COLORS)]


def run_color(number: int) -> str:
    """Return the colour of the run at place `number` of a comparison."""
    return RUN_COLORS[number % len(RUN_COLORS)]


def peer_marks(names: Sequence[str], look: Look) -> dict[str, tuple[str, str]]:
    """Return colour and marker path of each peer; names that are not a peer's are own runs."""
    own = [name for name in names if name not in PEER_MARKS]
    colors = (look.ink, *RUN_COLORS)
    marks = {
        name: (colors[number % len(colors)], OWN_MARKER) for number, name in enumerate(own)
    } | PEER_MARKS
    return {name: (marks[name][0], MARKERS[marks[name][1]]) for name in names}
