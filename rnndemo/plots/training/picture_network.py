"""The diagram of a network that sees a picture at once: its layers with their shapes."""

from __future__ import annotations

import torch

from rnndemo.errors import N_
from rnndemo.models.network import Network
from rnndemo.plots.look.theme import Look
from rnndemo.plots.training.diagram import Pen

WIDTH, MARGIN = 376, 8
LEFT, RIGHT = 92, 368
MIDDLE = (LEFT + RIGHT) / 2
BAR, GAP, PICTURE = 34, 28, 56  # heights in units of the SVG

# network -> description of one of its layers
LAYERS = {
    "renet": N_("sweeps ↓ ↑ → ←: {shape}"),
    "cnn": N_("2 convolutions, pooled: {shape}"),
    "mlp": N_("fully connected: {shape}"),
}
TITLES = {
    "renet": N_(
        "Recurrent cells sweep down and up every column, then right and left along every row, "
        "so that each place learns about its column and its row."
    ),
    "cnn": N_(
        "Small 3 × 3 windows look for the same shapes everywhere; of every 2 × 2 results, only "
        "the largest is kept."
    ),
    "mlp": N_(
        "Every unit is connected to every number below it; the positions of the pixels "
        "are not used."
    ),
}


def picture_diagram(network: Network, size: tuple[int, int], look: Look) -> str:
    """Return the diagram as an SVG that fits any width, from the picture up to the answer.

    Parameters
    ----------
    network : Network
        One that sees pictures; it may be on the device "meta".
    size : tuple of int
        Height and width of the pictures.
    """
    kind = network.config.network
    pen = Pen(look, -MARGIN)
    pen.box(MIDDLE - PICTURE / 2, pen.y - PICTURE, PICTURE, PICTURE, look.text("the whole picture"))
    _name(pen, pen.y - PICTURE / 2, look.text("Picture"))
    _rise(pen, PICTURE, f"{size[0]} × {size[1]}")
    device = next(network.parameters()).device
    with torch.no_grad():
        shapes = [part.shape[1:] for part in network.activations(torch.zeros(1, *size).to(device))]
    wide = 0
    for number, (layer, shape) in enumerate(zip(network.layers, shapes, strict=True)):
        text = look.text(LAYERS[kind], shape=" × ".join(map(str, (*shape[1:], shape[0]))))
        _bar(pen, text, look.text(TITLES[kind]))
        count = sum(weight.numel() for weight in layer.parameters())
        _name(pen, pen.y - BAR / 2, look.text("Layer {number}", number=number + 1), count)
        wide = shape.numel()
        _rise(pen, BAR, f"{wide:,}")
    for number, size_out in enumerate((*network.config.head_sizes, network.classes)):
        _bar(pen, f"{wide:,} → {size_out}")
        last = number == len(network.config.head_sizes)
        name = look.text("Output") if last else look.text("Output {number}", number=number + 1)
        _name(pen, pen.y - BAR / 2, name, (wide + 1) * size_out)
        wide = size_out
        _rise(pen, BAR, str(wide))
    answer = look.text(
        "{activation}: {classes} probabilities",
        activation=network.config.output_activation, classes=network.classes,
    )  # fmt: skip
    _bar(pen, answer)
    _name(pen, pen.y - BAR / 2, look.text("Answer"))
    pen.y -= BAR
    total = look.text("{count} parameters in all", count=f"{network.count_parameters():,}")
    pen.text(WIDTH / 2, pen.y - 16, total, 'font-weight="650" font-size="14"')
    pen.y -= 30
    return pen.drawn(WIDTH, MARGIN, f"{look.text(TITLES[kind])} {total}")


def _bar(pen: Pen, text: str, title: str = "") -> None:
    pen.box(LEFT, pen.y - BAR, RIGHT - LEFT, BAR, title)
    pen.text(MIDDLE, pen.y - BAR / 2 + 4, text)


def _rise(pen: Pen, height: float, shape: str) -> None:
    pen.y -= height
    pen.arrow(MIDDLE, pen.y - 3, 0, -(GAP - 6), pen.look.ink, 1.2)
    pen.text(MIDDLE + 8, pen.y - GAP / 2 + 4, shape, anchor="start")
    pen.y -= GAP


def _name(pen: Pen, middle: float, name: str, count: int = 0) -> None:
    lines = [name, f"{count:,}", pen.look.text("parameters")] if count else [name]
    pen.lines(MARGIN, middle, lines, 13)
