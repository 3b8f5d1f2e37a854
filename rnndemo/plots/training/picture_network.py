"""The diagram of a network that sees a picture at once: its layers with their shapes."""

from __future__ import annotations

import torch

from rnndemo.errors import N_
from rnndemo.models.network import Network
from rnndemo.plots.look.theme import Look
from rnndemo.plots.training.diagram import MIDDLE, Pen, count_of

PICTURE = 56  # height and width of the picture, in units of the SVG

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
    pen = Pen(look)
    pen.box(MIDDLE - PICTURE / 2, pen.y - PICTURE, PICTURE, PICTURE, look.text("the whole picture"))
    pen.name(pen.y - PICTURE / 2, look.text("Picture"))
    pen.y -= PICTURE
    device = next(network.parameters()).device
    with torch.no_grad():
        shapes = [part.shape[1:] for part in network.activations(torch.zeros(1, *size).to(device))]
    below = f"{size[0]} × {size[1]}"
    for number, (layer, shape) in enumerate(zip(network.layers, shapes, strict=True)):
        pen.rise(below)
        name = look.text("Layer {number}", number=number + 1)
        text = look.text(LAYERS[kind], shape=" × ".join(map(str, (*shape[1:], shape[0]))))
        pen.bar(name, text, count_of(layer), look.text(TITLES[kind]))
        below = f"{shape.numel():,}"
    pen.outputs(network.config, shapes[-1].numel(), network.classes)
    count = network.count_parameters()
    total = look.text("{count} parameters in all", count=f"{count:,}")
    return pen.drawn(count, f"{look.text(TITLES[kind])} {total}")
