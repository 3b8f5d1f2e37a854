"""Colours and their meaning, the same on every page.

A class has its colour, a value that of its sign. Each palette has a table for light and one for
dark ground. Those of classes, runs and peers are found by ``python -m benchmarks palette``: they
differ with every kind of colour vision, and their marks have a contrast of 3 with the ground. Text
needs 4.5, so what is written in the colour of a class has tables of its own. No colour carries a
meaning alone: classes are also labelled, runs named, peers have markers, signs are in words.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL.ImageColor import getrgb

from rnndemo.plots.look.theme import Look

# marks of classes: ten, for the digits, that differ by CIEDE2000 > 10 with any colour vision; six
# more, for the gestures, between them; on light ground, on dark
CLASS_MARKS = (
    (
        "#1d4897", "#ea3f8b", "#365004", "#827c00", "#009baf",
        "#6e3258", "#a3433d", "#1d7d68", "#8861da", "#b7835b",
        "#c91b5e", "#8d84d8", "#6e5798", "#af6448", "#805f02", "#930038",
    ),
    (
        "#0070d3", "#fb697c", "#60784b", "#d5e2b0", "#9addff",
        "#ab5181", "#ffaf5b", "#20adac", "#ac91f8", "#a18916",
        "#d3ba88", "#30f6d8", "#92b3e1", "#4a9b5f", "#d77fa7", "#8b75a8",
    ),
)  # fmt: skip

# names of classes, in the hues of their marks
CLASS_TEXTS = (
    (
        "#1d4897", "#cb1672", "#365004", "#736e00", "#00768a",
        "#6e3258", "#a3433d", "#177964", "#7953ca", "#91613b",
        "#c91b5e", "#6761b1", "#6e5798", "#a1583c", "#805f02", "#930038",
    ),
    (
        "#458cf3", "#fb697c", "#7c9466", "#d5e2b0", "#9addff",
        "#cc6f9f", "#ffaf5b", "#20adac", "#ac91f8", "#a48c1a",
        "#d3ba88", "#30f6d8", "#92b3e1", "#4d9e61", "#d77fa7", "#9a83b7",
    ),
)  # fmt: skip

# pictures and the drawing board, on both grounds: chalk on slate, as the network sees ink
BOARD, CHALK = "#1d2329", "#fdfcf8"

# the one colour for emphasis, without any other meaning
ACCENT = "#4A90C2"

# runs in a comparison, on light and on dark ground; never in a chart with classes
RUN_COLORS = (
    ("#860b68", "#005325", "#bb8400", "#0094eb"),
    ("#ffc2ed", "#81f398", "#936800", "#1576b8"),
)

# peer of a comparison -> colour on light and on dark ground, and marker, a key of `MARKERS`. The
# hue shows the kind: blue to violet reads in order, orange to red sees the picture at once, green
# is classical; peers of a kind differ in marker. An own run has the colour of text, and a star.
PEER_MARKS = {
    "rnn": ("#007aba", "#add5ff", "circle"),
    "lstm": ("#014884", "#196fd3", "square"),
    "gru": ("#887ff2", "#9993eb", "triangle"),
    "lru": ("#7240b7", "#9785bb", "cross"),
    "two-way": ("#1c99b9", "#4fb9c1", "diamond"),
    "renet": ("#88598f", "#966c97", "hexagon"),
    "cnn": ("#a5694b", "#f8a383", "square"),
    "cnn-time": ("#634100", "#a75e06", "diamond"),
    "mlp": ("#8a2145", "#e66675", "triangle"),
    "knn": ("#507317", "#6a7e50", "circle"),
    "svm": ("#ae881f", "#fdd963", "hexagon"),
    "hog-svm": ("#006f5c", "#2df7c4", "triangle"),
}
OWN_MARKER = "star"

# paths of an SVG in a square of 24 x 24
MARKERS = {
    "circle": "M12 2a10 10 0 1 1 0 20a10 10 0 1 1 0-20Z",
    "square": "M3 3h18v18H3Z",
    "triangle": "M12 2L23 21H1Z",
    "diamond": "M12 1L22 12L12 23L2 12Z",
    "cross": "M8 2h8v6h6v8h-6v6h-8v-6H2V8h6Z",
    "hexagon": "M12 1L22 7V17L12 23L2 17V7Z",
    "star": "M12 1L15 9H23L16.5 14L19 22.5L12 17.5L5 22.5L7.5 14L1 9H9Z",
}

NEGATIVE, POSITIVE = "#3B7DB8", "#D1603D"


def _of(tables: Sequence[Sequence[str]], number: int, look: Look) -> str:
    colors = tables[look.dark]
    return colors[number % len(colors)]


def class_color(index: int, look: Look) -> str:
    """Return the colour of marks of class `index`; colours repeat if there are more classes."""
    return _of(CLASS_MARKS, index, look)


def class_text(index: int, look: Look) -> str:
    """Return the colour of text of class `index`."""
    return _of(CLASS_TEXTS, index, look)


def run_color(number: int, look: Look) -> str:
    """Return the colour of the run at place `number` of a comparison."""
    return _of(RUN_COLORS, number, look)


def peer_marks(names: Sequence[str], look: Look) -> dict[str, tuple[str, str]]:
    """Return colour and marker path of each peer; names that are not a peer's are own runs."""
    own = [name for name in names if name not in PEER_MARKS]
    colors = (look.ink, *RUN_COLORS[look.dark])
    found = {name: (colors[k % len(colors)], OWN_MARKER) for k, name in enumerate(own)}
    found |= {name: (two[look.dark], marker) for name, (*two, marker) in PEER_MARKS.items()}
    return {name: (found[name][0], MARKERS[found[name][1]]) for name in names}


def text_on(color: str) -> str:
    """Return the colour of text on a mark of another colour: black or white, as is plainer."""
    light = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
             for part in (value / 255 for value in getrgb(color))]  # fmt: skip
    luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]
    return "#000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#fff"  # equal at this product
