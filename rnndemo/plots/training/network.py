"""The diagram of a recurrent network, unrolled in time."""

from __future__ import annotations

from collections.abc import Iterable

import torch

from rnndemo.config import ModelConfig
from rnndemo.errors import N_
from rnndemo.models.cells import CELLS
from rnndemo.plots.look.colors import POSITIVE
from rnndemo.plots.look.theme import Look
from rnndemo.plots.training.diagram import Pen

POOLED = {
    "last": N_("the last hidden state: {size}"),
    "mean": N_("mean over all timesteps: {size}"),
    "max": N_("maximum over all timesteps: {size}"),
    "attention": N_("weighted mean of all timesteps: {size}"),
}
BOTH_ENDS = N_("last state per direction: {size}")

# in units of the SVG, on a phone a little less than a pixel each
WIDTH, MARGIN = 376, 8
COLUMNS, DOTS = (103, 191, 347), 269  # centres of the first two timesteps, the last; the dots
CELL, LANE, BAR, GAP = 42, 38, 32, 30  # width of a cell; heights of a direction, bar and arrow
LEFT, RIGHT = COLUMNS[0] - CELL / 2, COLUMNS[-1] + CELL / 2
MIDDLE = (LEFT + RIGHT) / 2
PIXELS = 8  # of the sketch of a row
INK = ((0, 0, 0.6, 1, 0.3, 0, 0, 0), (0, 1, 1, 0.3, 0.6, 1, 0, 0), (0, 0, 0.3, 1, 0.6, 0, 0, 0))


def parameter_counts(config: ModelConfig, features: int, classes: int) -> dict[str, int]:
    """Return the number of trainable parameters of every part.

    Parameters
    ----------
    features : int
        Size of the input x_t.

    Returns
    -------
    dict of str to int
        ``layer0`` …, ``pooling`` and ``output0`` …, in the order of computation; their sum is the
        size of the network.
    """
    directions = 2 if config.bidirectional else 1
    size, counts = features, {}
    for layer in range(config.num_layers):
        with torch.device("meta"):  # shapes only
            weights = CELLS[config.cell].layer(size, config, config.bidirectional).parameters()
        counts[f"layer{layer}"] = sum(weight.numel() for weight in weights)
        size = directions * config.hidden_size
    counts["pooling"] = size if config.pooling == "attention" else 0
    for number, wide in enumerate((*config.head_sizes, classes)):
        counts[f"output{number}"] = (size + 1) * wide
        size = wide
    return counts


def network_diagram(config: ModelConfig, time: int, features: int, classes: int, look: Look) -> str:
    """Return the diagram as an SVG that fits any width, down to that of a phone.

    The first two timesteps and the last are drawn. Time runs to the right, data flow from the
    picture at the bottom to the answer at the top. Arrows are labelled with the size of the data.

    Parameters
    ----------
    time : int
        Length T of the sequence.
    features : int
        Size of the input x_t.

    Returns
    -------
    str
        An ``<svg>`` element with hover texts and a description for people who cannot see it.
    """
    sketch = _Network(config, time, features, classes, look)
    sketch.legend()
    sketch.picture()
    for layer in range(config.num_layers):
        sketch.layer(layer)
    sketch.pooling()
    sketch.outputs()
    return sketch.svg()


class _Network(Pen):
    def __init__(
        self, config: ModelConfig, time: int, features: int, classes: int, look: Look
    ) -> None:
        super().__init__(look, -MARGIN)
        self.config, self.time, self.features, self.classes = config, time, features, classes
        self.counts = parameter_counts(config, features, classes)
        self.cell = config.cell.upper()
        self.lanes = 2 if config.bidirectional else 1
        shown = sorted({0, min(1, time - 1), time - 1})
        self.columns = dict(zip(shown, COLUMNS[-len(shown) :], strict=True))
        self.state = f"2 × {config.hidden_size}" if self.lanes == 2 else str(config.hidden_size)

    def legend(self) -> None:
        look = self.look
        memory = look.text("hidden state h: passed on in time")
        if CELLS[self.config.cell].memory:
            memory = look.text("hidden state h, cell state c: passed on in time")
        self.text(44, self.y, memory, anchor="start")
        self.arrow(MARGIN, self.y - 4, 28, 0, POSITIVE, 2.2)
        self.y -= 20
        self.text(
            44,
            self.y,
            look.text("same cell, same weights at every timestep"),
            anchor="start",
        )
        self.box(MARGIN + 5, self.y - 12, 16, 15)
        self.y -= 40

    def picture(self) -> None:
        look, size = self.look, self.features
        for (t, x), values in zip(self.columns.items(), INK, strict=False):
            title = look.text("Timestep {t}: {size} values of the picture", t=t, size=size)
            shown = values[2 : 2 + size] if size < PIXELS // 2 else values[:size]
            self.strip(x, self.y - 26, CELL / PIXELS, shown, title)
            self.text(x, self.y, f"t = {t}")
        if self.time > len(COLUMNS):
            self.dots(DOTS, self.y - 22)
        self._named(self.y - 15, look.text("Picture"), f"{self.time} × {size}")
        self.y -= 32

    def layer(self, layer: int) -> None:
        look, units = self.look, self.config.hidden_size
        below = f"h: {self.state}" if layer else f"x: {self.features}"
        self._rise(self.columns.values(), below)
        height = self.lanes * LANE
        top = self.y - height
        for t, x in self.columns.items():
            title = look.text(
                "{cell} cell of layer {layer} at timestep {t}: takes {below} from below and "
                "the hidden state h: {units} from its neighbour, and makes the new hidden "
                "state from both",
                cell=self.cell,
                layer=layer + 1,
                t=t,
                below=below,
                units=units,
            )
            for lane in range(self.lanes):
                self.box(x - CELL / 2, top + lane * LANE, CELL, LANE, title)
                self.text(x, top + (lane + 0.5) * LANE + 4, self.cell, 'font-weight="650"')
        for lane in range(self.lanes):
            self._hand_on(top + (lane + 0.5) * LANE, backward=lane == 1)
        name = look.text("Layer {number}", number=layer + 1)
        self._named(top + height / 2, name, count=self.counts[f"layer{layer}"])
        self.y = top

    def pooling(self) -> None:
        last = self.config.pooling == "last"
        ends = list(self.columns.values())
        if last:
            ends = ends[:: len(ends) - 1 or 1] if self.lanes == 2 else ends[-1:]
        self._rise(ends, f"h: {self.config.hidden_size}" if last else f"h: {self.state}")
        text = BOTH_ENDS if last and self.lanes == 2 else POOLED[self.config.pooling]
        look = self.look
        self._bar(look.text("Pooling"), look.text(text, size=self.state), self.counts["pooling"])

    def outputs(self) -> None:
        look, config = self.look, self.config
        size = config.hidden_size * self.lanes
        for number, wide in enumerate((*config.head_sizes, self.classes)):
            self._rise([MIDDLE], str(size))
            last = number == len(config.head_sizes)
            name = look.text("Output") if last else look.text("Output {number}", number=number + 1)
            activation = (config.head_activations[number:] or ("relu",))[0]
            text = f"{size} → {wide}" if last else f"{size} → {wide}, {activation}"
            title = look.text("{size} × {wide} weights and {wide} biases", size=size, wide=wide)
            self._bar(name, text, self.counts[f"output{number}"], title)
            size = wide
        self._rise([MIDDLE], str(size))
        text = look.text(
            "{activation}: {classes} probabilities",
            activation=config.output_activation, classes=self.classes,
        )  # fmt: skip
        self._bar(look.text("Answer"), text)
        total = look.text("{count} parameters in all", count=f"{sum(self.counts.values()):,}")
        self.text(WIDTH / 2, self.y - 16, total, 'font-weight="650" font-size="14"')
        self.y -= 30

    def svg(self) -> str:
        sentence = self.look.text(
            "The network unrolled in time. Timesteps: {time}, each of {features} values. "
            "Layers of {cell} cells: {layers}, each with {units} units, whose hidden state "
            "passes from each timestep to the next. Classes: {classes}. Parameters: {count}.",
            time=self.time, features=self.features, cell=self.cell, layers=self.config.num_layers,
            units=self.config.hidden_size, classes=self.classes,
            count=f"{sum(self.counts.values()):,}",
        )  # fmt: skip
        return self.drawn(WIDTH, MARGIN, sentence)

    def _rise(self, columns: Iterable[float], shape: str) -> None:
        for x in columns:
            self.arrow(x, self.y - 3, 0, -(GAP - 6), self.look.ink, 1.2)
            at, anchor = (x - 7, "end") if x == COLUMNS[-1] else (x + 7, "start")
            self.text(at, self.y - GAP / 2 + 4, shape, anchor=anchor)
        self.y -= GAP

    def _hand_on(self, y: float, backward: bool) -> None:
        """Draw the hidden state passing from each cell to the next, against time if backward."""
        edges = [x + side * CELL / 2 for x in self.columns.values() for side in (-1, 1)][1:-1]
        if self.time > len(COLUMNS):
            edges[3:3] = [DOTS - 14, DOTS + 14]
            self.dots(DOTS, y)
        for left, right in zip(edges[::2], edges[1::2], strict=True):
            start, dx = (right - 3, left - right + 6) if backward else (left + 3, right - left - 6)
            self.arrow(start, y, dx, 0, POSITIVE, 2.2)
            self.text((left + right) / 2, y - 7, f"h: {self.config.hidden_size}")

    def _bar(self, name: str, text: str, count: int = 0, title: str = "") -> None:
        self.box(LEFT, self.y - BAR, RIGHT - LEFT, BAR, title)
        self.text(MIDDLE, self.y - BAR / 2 + 4, text)
        self._named(self.y - BAR / 2, name, count=count)
        self.y -= BAR

    def _named(self, middle: float, name: str, detail: str = "", count: int = 0) -> None:
        """Write the name of a part to its left and, below that, its shape or size."""
        lines = [name, detail] if detail else [name]
        if count:
            lines += [f"{count:,}", self.look.text("parameters")]
        self.lines(MARGIN, middle, lines, 14)
