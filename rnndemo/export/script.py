"""A trained network in plain PyTorch: weights under torch's names, and a script that uses them.

The script is written for one model: it has only the lines that this model needs, and does not
import this package. It is meant for people who want to learn from it or reuse it.
"""

from __future__ import annotations

import pprint
import re
from string import Template

from torch import Tensor, nn

from rnndemo.data.scans import SCANS, scan_table
from rnndemo.errors import InputError
from rnndemo.models.build import reader
from rnndemo.models.cells import CELLS
from rnndemo.models.store import Model
from rnndemo.models.two_speed import TwoSpeed

FIRST_LINE = '"""What a network that was trained with Row by Row answers, in plain PyTorch.'

SCRIPT = Template(
    FIRST_LINE
    + '''

    pip install torch safetensors pillow numpy
    python THIS_FILE PICTURE

PICTURE shows $shown.
It is only brought to $width x $height pixels. The app does more before its network reads ($more);
that is not part of this file.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn

$line
CLASSES = $classes
TEMPERATURE = $temperature  # divides the logits: then 90 % sure is right nine times in ten
THRESHOLD = $threshold  # who is less sure than this had better answer "?"
$order
$cells
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = $rnn
$parts        self.head = nn.Sequential(
            $head,
        )

    def forward(self, images):  # (batch, $height, $width), from 0, black, to 1, white
        sequence = $scan
        hidden, _ = self.rnn(sequence)  # (batch, $time, $states)
        pooled = $pooling
        return self.head(pooled)  # logits (batch, $count)


network = Network().eval()
network.load_state_dict(load_file(WEIGHTS))
picture = Image.open(sys.argv[1]).convert("L").resize(($width, $height))
image = torch.from_numpy(np.array(picture, dtype=np.float32) / 255)
with torch.inference_mode():
    logits = network(image[None])[0]
probabilities = (logits / TEMPERATURE).$activation
for name, probability in zip(CLASSES, probabilities.tolist()):
    print(f"{name}  {probability:.6f}")
best = int(probabilities.argmax())
print("answer:", CLASSES[best] if probabilities[best] >= THRESHOLD else "?")
'''
)

# frame -> what a picture must show, and what the app does to get there
PICTURES = {
    "ink": (
        "white ink on black, as the network was trained: one thing, upright, in the middle",
        "it finds\nthe drawing, turns dark ink on paper round, centres it",
    ),
    "photo": (
        "a hand, light on black, in the middle of a square, as the network was trained",
        "it finds\nthe hand, and makes its ground black and what differs from it light",
    ),
}

# of cells that torch has no layer of
CELLS_SCRIPT = Template(
    """
class $name(nn.Module):  # layers of cells, which torch has not
    def __init__(self):
        super().__init__()
        for name, shape in $shapes.items():
            self.register_parameter(name, nn.Parameter(torch.empty(shape)))

    def forward(self, x):  # (batch, time, features)
        for ends in $ends:
            ways = [self.read(x.flip(1), end).flip(1) if "rev" in end else self.read(x, end)
                    for end in ends]
            x = torch.cat(ways, -1)
        return x, None

    def read(self, x, end):
        def weight(name):
            return getattr(self, f"{name}_{end}")

        $code
        return torch.stack(hidden, 1)

"""
)

# pooling -> code that pools the hidden states of all timesteps to (batch, states)
POOLINGS = {
    "last": "hidden[:, -1]  # after the last timestep",
    "mean": "hidden.mean(1)  # over all timesteps",
    "max": "hidden.amax(1)  # of each unit over all timesteps",
    "attention": "(self.score(hidden).softmax(1) * hidden).sum(1)  # some timesteps weigh more",
}

ACTIVATIONS = {"softmax": "softmax(-1)", "sigmoid": "sigmoid()"}


def plain_weights(model: Model) -> dict[str, Tensor]:
    """Return the weights of `model` under the names in its `script`.

    ``rnn.*`` fit one ``torch.nn`` layer stack, ``head.*`` a Sequential without dropout, and
    ``score.*`` are the weights of attention.
    """

    def renamed(key: str) -> str:
        key = re.sub(r"^layers\.(\d+)\.(\w+)_l0", r"rnn.\2_l\1", key)
        key = re.sub(r"^head\.(\d+)", lambda match: f"head.{int(match[1]) - 1}", key)
        return key.removeprefix("pooling.")

    state = model.network.state_dict()
    return {renamed(key): value.float().contiguous() for key, value in state.items()}


def weights_line(weights: str) -> str:
    """Return the line of a script that names its file of weights."""
    return f"WEIGHTS = Path(__file__).with_name({weights!r})"


def has_script(model: Model) -> bool:
    """Return whether `script` can be written for a model."""
    try:
        script(model, "")
    except InputError:
        return False
    return True


def script(model: Model, weights: str) -> str:
    """Return a Python script that answers one picture as `model` does.

    Parameters
    ----------
    weights : str
        Name of the file with `plain_weights`, in the folder of the script.

    Raises
    ------
    InputError
        If the model is no RNN, reads pen paths, or torch has no layer of its cells.
    """
    if model.frame not in PICTURES:
        raise InputError(
            "This network reads the pen path, which no picture contains, so no short script can "
            "answer with it; export it as ONNX."
        )
    network, config = reader(model.network), model.config.model
    if isinstance(network, TwoSpeed):
        raise InputError("A network of two speeds does not fit a short script; export it as ONNX.")
    height, width = model.image_size
    table = scan_table(model.config.data.scan, height, width)
    half = config.hidden_size
    states = half * (2 if config.bidirectional else 1)
    pooling, parts = POOLINGS[config.pooling], ""
    if config.pooling == "attention":
        parts = f"        self.score = nn.Linear({states}, 1, bias=False)\n"
    if config.pooling == "last" and config.bidirectional:  # where each direction has read all
        ends = f"[hidden[:, -1, :{half}], hidden[:, 0, {half}:]]"
        pooling = f"torch.cat({ends}, -1)  # each way at its end"
    shown, more = PICTURES[model.frame]
    return SCRIPT.substitute(
        width=width, height=height, shown=shown, more=more, line=weights_line(weights),
        classes=_listed(model.classes),
        temperature=model.card.temperature, threshold=model.card.reject_threshold,
        order=_order(model), rnn=_rnn(model), cells=_cells(model), head=_head(network.head),
        parts=parts,
        scan=SCANS[model.config.data.scan].code, time=len(table), states=states,
        pooling=pooling, count=len(model.classes),
        activation=ACTIVATIONS[config.output_activation],
    )  # fmt: skip


def _order(model: Model) -> str:
    """Return the constant ORDER if the scan's code uses one, with the line's end."""
    scan = SCANS[model.config.data.scan]
    if "ORDER" not in scan.code:
        return ""
    order = (scan.order or scan.table)(*model.image_size)
    return f"ORDER = {_listed(order.tolist())}  # the same for every picture\n"


def _listed(values: object) -> str:
    return pprint.pformat(values, width=80, compact=True, sort_dicts=False)


def _rnn(model: Model) -> str:
    config = model.config.model
    cell = CELLS[config.cell]
    if cell.code:
        return f"{cell.label.upper()}()"
    if cell.kernel is None:
        raise InputError(
            "PyTorch has no layer of {cell} cells, so no short script can answer with these "
            "weights; train a network with cells of these kinds: {known}.",
            cell=config.cell,
            known=", ".join(name for name, one in CELLS.items() if one.kernel or one.code),
        )  # fmt: skip
    words = [str(model.network.features), str(config.hidden_size)]
    if config.num_layers > 1:
        words.append(f"num_layers={config.num_layers}")
    if config.bidirectional:
        words.append("bidirectional=True")
    if cell.takes_nonlinearity:
        words.append(f'nonlinearity="{config.nonlinearity}"')
    return f"nn.{type(model.network.layers[0]).__name__}({', '.join([*words, 'batch_first=True'])})"


def _cells(model: Model) -> str:
    """Return the class of the layers, if torch has none of their cells."""
    config = model.config.model
    cell = CELLS[config.cell]
    if not cell.code:
        return ""
    layers, paths = range(config.num_layers), ["", "_reverse"][: 1 + config.bidirectional]
    shapes = {
        key.removeprefix("rnn."): tuple(value.shape)
        for key, value in plain_weights(model).items()
        if key.startswith("rnn.")
    }
    return CELLS_SCRIPT.substitute(
        name=cell.label.upper(), code=cell.code,
        shapes=_listed(shapes).replace("\n", "\n" + 28 * " "),
        ends=[[f"l{layer}{path}" for path in paths] for layer in layers],
    )  # fmt: skip


def _head(head: nn.Sequential) -> str:
    """Return the code of the output layers, without dropout, which answers do not use."""
    written = [
        f"nn.Linear({layer.in_features}, {layer.out_features})"
        if isinstance(layer, nn.Linear)
        else f"nn.{type(layer).__name__}()"
        for layer in head
        if not isinstance(layer, nn.Dropout)
    ]
    return ",\n            ".join(written)
