"""The configuration of a run: one frozen value that says everything about it.

The controls edit a `RunConfig`, links carry it, it is saved beside the weights, and its hash names
the run. Each field declares its range or its choices once, in its metadata;
validation, the command line, links and controls all read that declaration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any

from rnndemo.errors import N_, InputError, check_bool, check_number, check_one_of

NETWORKS = ("rnn", "two-speed", "renet", "cnn", "mlp")
NONLINEARITIES = ("tanh", "relu")
POOLINGS = ("last", "mean", "max", "attention")
STARTS = ("auto", "orthogonal", "normal", "identity", "chrono", "ring", "harmonics", "short-ring")
ACTIVATIONS = ("relu", "tanh", "gelu", "sigmoid", "identity")
OUTPUT_ACTIVATIONS = ("softmax", "sigmoid")
DATA_SETS = ("digits", "fashion", "kuzushiji", "letters", "gestures", "gestures-strokes")
FRAMES = ("auto", "ink", "photo", "path")
OPTIMIZERS = ("adamw", "adam", "sgd", "rmsprop", "adadelta")
SCHEDULES = ("onecycle", "cosine", "constant")
PRECISIONS = ("float32", "bfloat16", "auto")

# Each of these names has a file of its own (those that differ in a number share one): in
# rnndemo/data/scans, data/augment, models/cells and data/scenes/kinds
SCANS = (
    "rows",
    "rows-up",
    "columns",
    "shuffled-rows",
    "patches-2",
    "patches",
    "patches-7",
    "patches-8",
    "patches-14",
    "patches-16",
    "patches-32",
    "pixels",
    "permuted-pixels",
)
AUGMENTATIONS = (
    "none",
    "affine",
    "people",
    "photo",
    "corruptions",
)
CELLS = (
    "rnn",
    "lstm",
    "gru",
    "lru",
    "mingru",
)

SCENES = (
    "default",
    "m2nist",
    "two-digits",
    "two-greys",
    "multi",
)

DIRECTIONS = ("down", "up", "right", "left")

MAX_OUTPUT_LAYERS = 3


def _field(default: Any, label: str, text: str, **limits: Any) -> Any:
    return field(default=default, metadata={"label": label, "text": text, **limits})


def _choice(default: str, options: tuple[str, ...], label: str, text: str) -> Any:
    return _field(default, label, text, options=options)


def _number(default: float, low: float, high: float, label: str, text: str) -> Any:
    return _field(default, label, text, low=low, high=high, whole=isinstance(default, int))


def _check(name: str, value: object, declared: Field[Any]) -> None:
    """Raise `InputError` naming field, value and range if `value` is not as `declared`."""
    meta = declared.metadata
    if "most" in meta:
        if not isinstance(value, tuple) or len(value) > meta["most"]:
            raise InputError(
                "{field} = {value!r}: a list of at most {most} entries is needed.",
                field=name, value=value, most=meta["most"],
            )  # fmt: skip
        for item in value:
            _check_item(name, item, meta)
    elif "low" in meta or "options" in meta:
        _check_item(name, value, meta)
    elif isinstance(declared.default, bool):
        check_bool(name, value)
    elif isinstance(declared.default, str) and not isinstance(value, str):
        raise InputError("{field} = {value!r}: text is needed.", field=name, value=value)


def _check_item(name: str, item: object, meta: Mapping[str, Any]) -> None:
    if "options" in meta:
        check_one_of(name, item, meta["options"])
    else:
        check_number(name, item, meta["low"], meta["high"], meta["whole"])


class _Checked:
    def __post_init__(self) -> None:
        for f in fields(self):  # type: ignore[arg-type]
            _check(f.name, getattr(self, f.name), f)


@dataclass(frozen=True)
class DataConfig(_Checked):
    """Which pictures are read, in which order, and how they are varied in training."""

    name: str = _field(
        "digits",
        N_("Data set"),
        N_(
            "which pictures to learn from; on the command line also folder:PATH, npz:PATH or set:ID"
        ),
    )
    train_size: int = _number(
        0, 0, 1_000_000, N_("Training pictures (0: all)"), N_("how many training pictures to use")
    )
    frame: str = _choice(
        "auto", FRAMES, N_("Input type"),
        N_("how pictures are prepared for the network; automatic (auto): as the data set needs it"),
    )  # fmt: skip
    scan: str = _choice("rows", SCANS, N_("Scan"), N_("the order in which a picture is read"))
    augmentation: str = _choice(
        "none", AUGMENTATIONS, N_("Augmentation"), N_("how training pictures are varied")
    )
    synthetic: float = _number(
        0.0, 0.0, 0.5, N_("Synthetic digits"),
        N_("share of each batch generated from templates, in the digit styles of many countries"),
    )  # fmt: skip
    outliers: float = _number(
        0.0, 0.0, 0.5, N_("Outliers"),
        N_("share of each batch that belongs to no class, so that the model learns to doubt"),
    )  # fmt: skip


@dataclass(frozen=True)
class ModelConfig(_Checked):
    """The network; the names are those of `torch.nn.LSTM` where it has one."""

    network: str = _choice(
        "rnn", NETWORKS, N_("Network"),
        N_("what reads the picture: an RNN row by row, one on top of a linear RNN that reads pixel "
           "by pixel, RNNs sweeping four ways, a CNN or an MLP"),
    )  # fmt: skip
    cell: str = _choice("lstm", CELLS, N_("Cell"), N_("what updates the memory at each timestep"))
    nonlinearity: str = _choice(
        "tanh", NONLINEARITIES, N_("Nonlinearity"), N_("activation inside the cell of a simple RNN")
    )
    start: str = _choice(
        "auto", STARTS, N_("Initial weights"),
        N_("how the weights that carry the state start; automatic (auto): as suits the cell"),
    )  # fmt: skip
    hidden_size: int = _number(
        128, 1, 512, N_("Hidden size"), N_("units in each layer and direction")
    )
    num_layers: int = _number(1, 1, 6, N_("Layers"), N_("stacked recurrent layers"))
    bidirectional: bool = _field(
        False, N_("Both directions"), N_("read the sequence from both ends")
    )
    dropout: float = _number(
        0.0, 0.0, 0.9, N_("Dropout"),
        N_("share of values set to zero at random in training, between layers and before the "
           "output layers"),
    )  # fmt: skip
    pooling: str = _choice(
        "last",
        POOLINGS,
        N_("Pooling"),
        N_("how the states of all timesteps become one list of numbers for the output layers"),
    )
    head_sizes: tuple[int, ...] = _field(
        (), N_("Output layers"), N_("sizes of the output layers before the last"),
        low=1, high=1024, whole=True, most=MAX_OUTPUT_LAYERS,
    )  # fmt: skip
    head_activations: tuple[str, ...] = _field(
        (), N_("Their activations"), N_("activation of each output layer; relu if not given"),
        options=ACTIVATIONS, most=MAX_OUTPUT_LAYERS,
    )  # fmt: skip
    output_activation: str = _choice(
        "softmax", OUTPUT_ACTIVATIONS, N_("Output activation"),
        N_("softmax: one of all classes; sigmoid: each class on its own"),
    )  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.head_activations) > len(self.head_sizes):
            raise InputError(
                "head_activations = {value!r}: more activations than output layers ({count}).",
                value=self.head_activations, count=len(self.head_sizes),
            )  # fmt: skip


@dataclass(frozen=True)
class TrainingConfig(_Checked):
    """How the weights are learnt."""

    optimizer: str = _choice(
        "adamw",
        OPTIMIZERS,
        N_("Optimiser"),
        N_("the rule that updates the weights from the gradients"),
    )
    lr: float = _number(
        3e-3,
        1e-6,
        10.0,
        N_("Learning rate"),
        N_("how far each step moves the weights; if a schedule changes it, its peak"),
    )
    schedule: str = _choice(
        "onecycle", SCHEDULES, N_("Schedule"), N_("how the learning rate changes during training")
    )
    batch_size: int = _number(
        128, 1, 4096, N_("Batch size"), N_("pictures that each training step learns from")
    )
    epochs: int = _number(3, 1, 1000, N_("Epochs"), N_("passes over all training pictures"))
    seconds: float = _number(
        0.0, 0.0, 86_400.0, N_("Seconds (0: no limit)"),
        N_("stop after this many seconds even if epochs remain"),
    )  # fmt: skip
    max_norm: float = _number(
        1.0,
        0.0,
        1000.0,
        N_("Gradient clipping (0: off)"),
        N_("a gradient with a larger norm (length) is shortened to this one"),
    )
    weight_decay: float = _number(
        0.0,
        0.0,
        1.0,
        N_("Weight decay"),
        N_(
            "how strongly each step pulls the weights towards zero; multiplied by the learning rate"
        ),
    )
    label_smoothing: float = _number(
        0.0,
        0.0,
        0.5,
        N_("Label smoothing"),
        N_(
            "share of the target probability that is spread over all classes, so that the network "
            "does not become too sure"
        ),
    )
    ema_decay: float = _number(
        0.0, 0.0, 0.99999, N_("Averaged weights"),
        N_("the saved weights are an average over the latest steps: the nearer to 1, the more "
           "steps; 0 saves the weights of the last step"),
    )  # fmt: skip
    adversarial: float = _number(
        0.0, 0.0, 0.5, N_("Adversarial training (ε; 0: off)"),
        N_("each batch is attacked before it is learnt from: every pixel may change by up to ε, "
           "where 1 is the distance from black to white"),
    )  # fmt: skip
    adversarial_steps: int = _number(
        3, 1, 40, N_("Steps of that attack"),
        N_("more make it stronger; each takes about as long as the training step that follows"),
    )  # fmt: skip
    precision: str = _choice(
        "float32", PRECISIONS, N_("Number format"),
        N_("how numbers are stored in multiplications; automatic (auto) uses bfloat16, which is "
           "coarser, where that is faster"),
    )  # fmt: skip


@dataclass(frozen=True)
class ScenesConfig(_Checked):
    """What scenes are made of, and how a network looks at them; used if the data are scenes."""

    kind: str = _choice(
        "default", SCENES, N_("Kind of scene"),
        N_("how large the board is, and how digits lie on it"),
    )  # fmt: skip
    glyphs: str = _field(
        "digits", N_("What lies in scenes"), N_("the data set whose pictures scenes are made of")
    )
    clutter: float = _number(
        0.0, 0.0, 1.0, N_("Clutter"),
        N_("how much of what is no digit lies about in training scenes: bits of strokes, lines, "
           "grain"),
    )  # fmt: skip
    fewest: int = _number(
        0, 0, 8, N_("Fewest digits"),
        N_("in a scene to learn from: full scenes teach more in the same time (0: as its kind "
           "says); scenes to test stay the same"),
    )  # fmt: skip
    window: int = _number(
        8, 2, 16, N_("Window"), N_("side of the square of pixels that is read at a place")
    )
    stride: int = _number(
        4, 2, 8, N_("Stride"), N_("pixels from one place to the next; smaller ones see finer")
    )
    directions: tuple[str, ...] = _field(
        DIRECTIONS, N_("Sweeps"), N_("the directions in which each layer reads the places"),
        options=DIRECTIONS, most=len(DIRECTIONS),
    )  # fmt: skip


@dataclass(frozen=True)
class RunConfig(_Checked):
    """A run: data, model, training and the seed from which every random choice follows."""

    data: DataConfig = field(default_factory=DataConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    seed: int = _number(0, 0, 2**31 - 1, N_("Seed"), N_("starting point of all random numbers"))
    scenes: ScenesConfig = field(default_factory=ScenesConfig)


def room_in_batch(config: RunConfig) -> int:
    """Return how many pictures of a batch come from the data set; the others are drawn.

    Raises
    ------
    InputError
        If drawn pictures leave no room for any.
    """
    room = config.training.batch_size - sum(drawn_counts(config))
    if room < 1:
        raise InputError(
            "data.synthetic = {synthetic} and data.outliers = {outliers} leave no room for "
            "pictures of the data set when training.batch_size = {batch}; lower one of them, "
            "or use larger batches.",
            synthetic=config.data.synthetic, outliers=config.data.outliers,
            batch=config.training.batch_size,
        )  # fmt: skip
    return room


def drawn_counts(config: RunConfig) -> tuple[int, int]:
    """Return how many pictures of a batch are drawn digits, and how many are outliers."""
    batch = config.training.batch_size
    return round(config.data.synthetic * batch), round(config.data.outliers * batch)
