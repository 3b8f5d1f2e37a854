"""The diagram of a recurrent network, unrolled in time."""

from __future__ import annotations

from rnndemo.errors import N_
from rnndemo.models.classifier import SequenceClassifier
from rnndemo.models.two_speed import FAST
from rnndemo.plots.look.colors import NEGATIVE, POSITIVE
from rnndemo.plots.look.theme import Look
from rnndemo.plots.training.alive import Alive
from rnndemo.plots.training.diagram import MARGIN, Pen, count_of

POOLED = {
    "last": N_("the last hidden state: {size}"),
    "mean": N_("mean over all timesteps: {size}"),
    "max": N_("maximum over all timesteps: {size}"),
    "attention": N_("weighted mean of all timesteps: {size}"),
}
BOTH_ENDS = N_("last state per direction: {size}")

# in units of the SVG
COLUMNS, DOTS = (103, 191, 347), 269  # centres of the first two timesteps, the last; the dots
CELL, LANE = 42, 38  # width of a cell; height of a direction
UNITS = 12  # whose states are drawn within a cell
PIXELS = 8  # of the sketch of a row
INK = ((0, 0, 0.6, 1, 0.3, 0, 0, 0), (0, 1, 1, 0.3, 0.6, 1, 0, 0), (0, 0, 0.3, 1, 0.6, 0, 0, 0))


def network_diagram(
    network: SequenceClassifier, time: int, look: Look, alive: Alive | None = None
) -> str:
    """Return the diagram as an SVG that fits any width, down to that of a phone.

    The first two timesteps and the last are drawn. Time runs to the right, data flow from the
    picture at the bottom to the answer at the top. Arrows are labelled with the size of the data.

    Parameters
    ----------
    network : SequenceClassifier
        It may be on the device "meta".
    time : int
        Length T of the sequence.
    alive : Alive, optional
        What its training has reported: widths of the arrows, and states in the last layer's cells.

    Returns
    -------
    str
        An ``<svg>`` element with hover texts and a description for people who cannot see it.
    """
    sketch = _Network(network, time, look, alive)
    config = network.config
    sketch.legend()
    sketch.picture()
    for layer in range(len(network.kinds)):
        sketch.layer(layer)
    sketch.pooling()
    sketch.outputs(config, config.hidden_size * sketch.lanes, network.classes)
    return sketch.svg()


class _Network(Pen):
    def __init__(
        self, network: SequenceClassifier, time: int, look: Look, alive: Alive | None
    ) -> None:
        super().__init__(look)
        self.alive = alive
        self.network, self.config, self.time = network, network.config, time
        self.names = ["LRU" if cell is FAST else self.config.cell.upper() for cell in network.kinds]
        self.lanes = 2 if self.config.bidirectional else 1
        shown = sorted({0, min(1, time - 1), time - 1})
        self.columns = dict(zip(shown, COLUMNS[-len(shown) :], strict=True))
        units = self.config.hidden_size
        self.state = f"2 × {units}" if self.lanes == 2 else str(units)

    def legend(self) -> None:
        look = self.look
        self.text(44, self.y, self._passed_on(), anchor="start")
        self.arrow(MARGIN, self.y - 4, 28, 0, POSITIVE, 2.2)
        self.y -= 20
        same = look.text("same cell, same weights at every timestep")
        self.text(44, self.y, same, anchor="start")
        self.box(MARGIN + 5, self.y - 12, 16, 15)
        self.y -= 40

    def _passed_on(self) -> str:
        """Return what the cells pass on in time, by the name that it has in all of them."""
        names = {cell.memory.label for cell in self.network.kinds if cell.memory}
        if not names:
            return self.look.text("hidden state h: passed on in time")
        memory = self.look.text(names.pop() if len(names) == 1 else "state c")
        return self.look.text("hidden state h, {memory}: passed on in time", memory=memory)

    def picture(self) -> None:
        look, size = self.look, self.network.features
        for (t, x), values in zip(self.columns.items(), INK, strict=False):
            title = look.text("Timestep {t}: {size} values of the picture", t=t, size=size)
            shown = values[2 : 2 + size] if size < PIXELS // 2 else values[:size]
            self.strip(x, self.y - 26, CELL / PIXELS, shown, title)
            self.text(x, self.y, f"t = {t}")
        if self.time > len(COLUMNS):
            self.dots(DOTS, self.y - 22)
        self.name(self.y - 15, look.text("Picture"), f"{self.time} × {size}")
        self.y -= 32

    def layer(self, layer: int) -> None:
        look, units = self.look, self.config.hidden_size
        below = f"h: {self.state}" if layer else f"x: {self.network.features}"
        self.rise(below, self.columns.values(), 1.2 * self._wide(f"layer{layer}.ih"))
        height = self.lanes * LANE
        top = self.y - height
        for t, x in self.columns.items():
            title = look.text(
                "{cell} cell of layer {layer} at timestep {t}: from {below} below it and the "
                "hidden state h ({units} values) of its neighbour, it makes the new hidden "
                "state",
                cell=self.names[layer],
                layer=layer + 1,
                t=t,
                below=below,
                units=units,
            )
            if self.network.kinds[layer] is FAST:
                title = look.text(
                    "LRU of layer {layer} at timestep {t}: it reads its pixels ({count}) one "
                    "after the other, a tick each; the layer above reads its state after the last",
                    layer=layer + 1, t=t, count=self.network.features,
                )  # fmt: skip
            for lane in range(self.lanes):
                self.box(x - CELL / 2, top + lane * LANE, CELL, LANE, title)
                self.text(x, top + (lane + 0.5) * LANE + 4, self.names[layer], 'font-weight="650"')
            if layer == len(self.names) - 1:
                self._states(x, top + height - 8, t)
        wide = 2.2 * self._wide(f"layer{layer}.hh")
        for lane in range(self.lanes):
            self._hand_on(top + (lane + 0.5) * LANE, lane == 1, wide)
        name = look.text("Layer {number}", number=layer + 1)
        self.name(top + height / 2, name, count=count_of(self.network.layers[layer]))
        self.y = top

    def pooling(self) -> None:
        last = self.config.pooling == "last"
        ends = list(self.columns.values())
        if last:
            ends = ends[:: len(ends) - 1 or 1] if self.lanes == 2 else ends[-1:]
        self.rise(f"h: {self.config.hidden_size}" if last else f"h: {self.state}", ends)
        text = BOTH_ENDS if last and self.lanes == 2 else POOLED[self.config.pooling]
        look = self.look
        count = count_of(self.network.pooling)
        self.bar(look.text("Pooling"), look.text(text, size=self.state), count)

    def svg(self) -> str:
        count = self.network.count_parameters()
        sentence = self.look.text(
            "The network unrolled in time. Timesteps: {time}, each of {features} values. "
            "Layers of {cell} cells: {layers}, each with {units} units, whose hidden state "
            "passes from each timestep to the next. Classes: {classes}. Parameters: {count}.",
            time=self.time, features=self.network.features,
            cell=self.look.listed(dict.fromkeys(self.names)),
            layers=len(self.names), units=self.config.hidden_size,
            classes=self.network.classes, count=f"{count:,}",
        )  # fmt: skip
        return self.drawn(count, sentence)

    def _wide(self, part: str) -> float:
        return self.alive.width(part) if self.alive else 1.0

    def _states(self, x: float, y: float, t: int) -> None:
        """Draw the first units' hidden states within a cell."""
        values = self.alive.state(t, self.time, UNITS) if self.alive else ()
        left, side = x - CELL / 2 + 3, (CELL - 6) / UNITS
        for unit, value in enumerate(values):
            color = POSITIVE if value > 0 else NEGATIVE
            self.parts.append(
                f'<rect x="{left + unit * side:g}" y="{y:g}" width="{side:g}" height="5" '
                f'fill="{color}" fill-opacity="{abs(value):.2f}" pointer-events="none"/>'
            )

    def _hand_on(self, y: float, backward: bool, wide: float) -> None:
        """Draw the hidden state passing from each cell to the next, against time if backward."""
        edges = [x + side * CELL / 2 for x in self.columns.values() for side in (-1, 1)][1:-1]
        if self.time > len(COLUMNS):
            edges[3:3] = [DOTS - 14, DOTS + 14]
            self.dots(DOTS, y)
        for left, right in zip(edges[::2], edges[1::2], strict=True):
            start, dx = (right - 3, left - right + 6) if backward else (left + 3, right - left - 6)
            self.arrow(start, y, dx, 0, POSITIVE, wide)
            self.text((left + right) / 2, y - 7, f"h: {self.config.hidden_size}")
