"""The table of peers that are compared.

All networks have about the same number of weights (`WEIGHTS`), so that none wins by size. For other
picture sizes or numbers of classes their width is adapted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rnndemo.config import ModelConfig
from rnndemo.errors import N_

WEIGHTS, TOLERANCE = 81_400, 0.03  # of every network, and the share by which one may differ


@dataclass(frozen=True)
class Peer:
    """A method that is compared.

    Parameters
    ----------
    title, text : str
        Its name, and one sentence that describes it.
    kind : str
        "rnn", "picture" or "classical".
    model : ModelConfig or str
        The network, or a key of `rnndemo.comparison.classical.kinds.CLASSICAL`.
    lr : float
        Peak of the learning rate, chosen on validation pictures.
    time_of : str
        Name of the peer whose training time is its budget; "" for the epochs of all.
    """

    title: str
    text: str
    kind: str
    model: ModelConfig | str
    lr: float = 0.0
    time_of: str = ""


_CNN = ModelConfig(network="cnn", hidden_size=16, num_layers=3)
# the output layers of the app's other LRUs: alone it has no nonlinearity
_LRU = ModelConfig(
    cell="lru", start="harmonics", hidden_size=428, head_sizes=(128,), head_activations=("gelu",)
)

# Learning rates are the best of 0.0003, 0.001, 0.003 and 0.01 on validation pictures after a short
# training on digits: `python -m benchmarks compare --rates`
PEERS: dict[str, Peer] = {
    "rnn": Peer(
        N_("Simple RNN"),
        N_("Reads row by row, with one hidden state and no gates."),
        "rnn", ModelConfig(cell="rnn", hidden_size=267), 1e-3,
    ),
    "lstm": Peer(
        N_("LSTM"),
        N_("Reads row by row; gates decide what its cell state keeps, forgets and shows."),
        "rnn", ModelConfig(cell="lstm", hidden_size=128), 1e-2,
    ),
    "gru": Peer(
        N_("GRU"),
        N_("Reads row by row, with two gates and no separate cell state."),
        "rnn", ModelConfig(cell="gru", hidden_size=150), 1e-2,
    ),
    "lru": Peer(
        N_("LRU"),
        N_("Reads row by row; a linear recurrence remembers, and an MLP on its last state decides "
           "(Orvieto 2023)."),
        "rnn", _LRU, 1e-2,
    ),
    "two-way": Peer(
        N_("Two-way LSTM"),
        N_("Two LSTMs read the rows, one from the top, one from the bottom; the answer uses "
           "both."),
        "rnn", ModelConfig(cell="lstm", hidden_size=86, bidirectional=True), 1e-2,
    ),
    "renet": Peer(
        N_("ReNet"),
        N_("LSTMs sweep the picture down, up, right and left, twice (Visin 2015)."),
        "rnn", ModelConfig(network="renet", hidden_size=21, num_layers=2), 1e-2,
    ),
    "cnn": Peer(
        N_("CNN"),
        N_("Six 3×3 convolution layers see the picture at once, from details to the whole."),
        "picture", _CNN, 3e-3,
    ),
    "cnn-time": Peer(
        N_("CNN, same time as LSTM"),
        N_("The same CNN, trained only for as many seconds as the LSTM took."),
        "picture", _CNN, 3e-3, time_of="lstm",
    ),
    "mlp": Peer(
        N_("MLP"),
        N_("Every unit sees every pixel, but is not told which pixels are neighbours."),
        "picture", ModelConfig(network="mlp", hidden_size=93, num_layers=2), 1e-2,
    ),
    "knn": Peer(
        N_("Nearest neighbours"),
        N_("Keeps all training pictures; those closest to the drawing, pixel by pixel, vote."),
        "classical", "knn",
    ),
    "svm": Peer(
        N_("Linear SVM"),
        N_("Gives every pixel a weight for each class; the class with the largest sum is the "
           "answer."),
        "classical", "svm",
    ),
    "hog-svm": Peer(
        N_("HOG + SVM"),
        N_(
            "Counts the edge directions in each part of the picture, and compares them with "
            "1,000 training pictures through an RBF kernel (Nyström approximation)."
        ),
        "classical", "hog-svm",
    ),
}  # fmt: skip


def with_timekeepers(names: Sequence[str]) -> list[str]:
    """Return `names` and the peers whose training time they get, in the order of the table."""
    wanted = {*names, *(PEERS[name].time_of for name in names if name in PEERS)}
    return [name for name in PEERS if name in wanted]
