"""Ready configurations: the presets of the command line, and the lessons of the page Train."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from rnndemo.config import DataConfig, ModelConfig, RunConfig, ScenesConfig, TrainingConfig
from rnndemo.errors import N_

_PEOPLE = DataConfig(augmentation="people", synthetic=0.1, outliers=0.1)
_LONG = TrainingConfig(lr=8e-3, epochs=28, batch_size=160, weight_decay=0.01, ema_decay=0.998)

_SCENES = RunConfig(
    data=DataConfig(name="scenes", synthetic=0.3),
    model=ModelConfig(network="renet", hidden_size=48, num_layers=3),
    training=TrainingConfig(
        lr=5e-3, batch_size=16, epochs=27, weight_decay=0.01, ema_decay=0.998, precision="auto"
    ),
)

_PIXELS = RunConfig(
    data=DataConfig(scan="pixels"),
    model=ModelConfig(
        cell="lru",
        start="harmonics",
        hidden_size=192,
        head_sizes=(128,),
        head_activations=("gelu",),
    ),
    # about 10 seconds; a slow machine makes fewer steps
    training=TrainingConfig(
        lr=5e-3, epochs=5, seconds=20.0, weight_decay=0.02, label_smoothing=0.05
    ),
)

# name -> configuration; the models under assets/models are trained with these
PRESETS: dict[str, RunConfig] = {
    "fast": RunConfig(
        model=ModelConfig(hidden_size=64),
        training=TrainingConfig(lr=1e-2, epochs=1, batch_size=64, precision="auto"),
    ),
    "best": RunConfig(
        data=DataConfig(augmentation="affine"),
        model=ModelConfig(hidden_size=128),
        # six epochs, or as many as a slower machine manages in the time
        training=TrainingConfig(
            lr=1e-2, epochs=6, seconds=48.0, weight_decay=0.01, precision="auto"
        ),
    ),
    # for a person's own photographs, 20 to 150 a class: the more there are, the longer it takes
    "hands": RunConfig(
        data=DataConfig(frame="photo", augmentation="photo"),
        model=ModelConfig(bidirectional=True, pooling="attention", dropout=0.5),
        training=TrainingConfig(
            lr=6e-3,
            batch_size=32,
            epochs=300,
            seconds=300.0,
            weight_decay=0.01,
            label_smoothing=0.1,
            ema_decay=0.996,
            precision="auto",
        ),
    ),
    "vanishing-gradient": RunConfig(
        data=DataConfig(scan="patches", train_size=20_000),
        model=ModelConfig(cell="rnn", hidden_size=64),
        training=TrainingConfig(
            optimizer="sgd", lr=0.05, schedule="constant", epochs=3, max_norm=0.0
        ),
    ),
    "exploding-gradient": RunConfig(
        data=DataConfig(train_size=20_000),
        model=ModelConfig(cell="rnn", nonlinearity="relu", hidden_size=64),
        training=TrainingConfig(
            optimizer="sgd", lr=0.1, schedule="constant", epochs=3, max_norm=0.0
        ),
    ),
    "overfit": RunConfig(
        data=DataConfig(train_size=200),
        model=ModelConfig(hidden_size=128),
        training=TrainingConfig(lr=2e-3, schedule="constant", batch_size=50, epochs=75),
    ),
    "pixel-by-pixel": _PIXELS,
    # no line means anything in this order, so neither do harmonics of one
    "pixels-permuted": replace(
        _PIXELS,
        data=DataConfig(scan="permuted-pixels"),
        model=replace(_PIXELS.model, start="ring"),
    ),
    "pixels-forgotten": replace(_PIXELS, model=replace(_PIXELS.model, start="short-ring")),
    # as good as it gets in two minutes of two cores: the fast layer remembers, the slow one chooses
    "pixels-best": RunConfig(
        data=DataConfig(augmentation="affine"),
        model=ModelConfig(network="two-speed", start="ring", hidden_size=128),
        training=TrainingConfig(
            lr=8e-3, epochs=8, seconds=110.0, weight_decay=0.02, precision="auto"
        ),
    ),
    # what gates make of the same pixels in some more time
    "pixels-lstm": RunConfig(
        data=DataConfig(scan="pixels", train_size=10_000),
        model=ModelConfig(hidden_size=64),
        training=TrainingConfig(lr=5e-3, epochs=2, precision="auto"),
    ),
    "digits-lstm": RunConfig(
        data=_PEOPLE,
        model=ModelConfig(cell="lstm", hidden_size=192, num_layers=2, dropout=0.2),
        training=_LONG,
    ),
    "digits-gru": RunConfig(
        data=_PEOPLE,
        model=ModelConfig(cell="gru", hidden_size=192, num_layers=2, dropout=0.2),
        training=replace(_LONG, lr=3e-3, epochs=24),
    ),
    "digits-rnn": RunConfig(
        data=_PEOPLE,
        model=ModelConfig(cell="rnn", hidden_size=192, num_layers=2, dropout=0.1),
        training=replace(_LONG, lr=1e-3, epochs=24),
    ),
    "digits-cnn": RunConfig(
        data=_PEOPLE,
        model=ModelConfig(network="cnn", hidden_size=32, num_layers=3, dropout=0.3),
        training=replace(_LONG, lr=4e-3, epochs=20, precision="auto"),
    ),
    # trained on the digits of MNIST alone: as good as this network gets on MNIST
    "mnist-cnn": RunConfig(
        data=DataConfig(augmentation="affine"),
        model=ModelConfig(network="cnn", hidden_size=32, num_layers=3, dropout=0.3),
        training=replace(_LONG, lr=4e-3, epochs=16, precision="auto"),
    ),
    "mnist-renet": RunConfig(
        data=DataConfig(augmentation="affine"),
        model=ModelConfig(
            network="renet", hidden_size=48, num_layers=2, dropout=0.2, head_sizes=(128,)
        ),
        training=replace(_LONG, lr=4e-3, epochs=14, precision="auto"),
    ),
    # attacked and corrupted while it learns; ε is a little above the one it is measured with
    "digits-hard": RunConfig(
        data=replace(_PEOPLE, augmentation="corruptions"),
        model=ModelConfig(cell="lstm", hidden_size=256, dropout=0.1),
        training=replace(
            _LONG, lr=6e-3, epochs=24, adversarial=0.12, adversarial_steps=2, precision="auto"
        ),
    ),
    "gestures-lstm": RunConfig(
        data=DataConfig(name="gestures", augmentation="people", outliers=0.2),
        model=ModelConfig(cell="lstm", hidden_size=160, num_layers=2, dropout=0.2),
        training=replace(_LONG, epochs=40, label_smoothing=0.02),
    ),
    "gestures-strokes": RunConfig(
        data=DataConfig(name="gestures-strokes", outliers=0.2),
        model=ModelConfig(cell="lstm", hidden_size=128, dropout=0.2),
        training=replace(_LONG, epochs=24, label_smoothing=0.02),
    ),
    # a minute on two cores
    "scenes": RunConfig(
        data=DataConfig(name="scenes", train_size=16_000),
        model=ModelConfig(network="renet", hidden_size=32, num_layers=2),
        training=TrainingConfig(
            lr=9e-3, batch_size=8, epochs=1, seconds=50.0, weight_decay=0.01, precision="auto"
        ),
        scenes=ScenesConfig(fewest=7),
    ),
    "scenes-lstm": _SCENES,
    "scenes-cnn": replace(_SCENES, model=ModelConfig(network="cnn", hidden_size=80, num_layers=3)),
}
PRESETS["scenes-best"] = PRESETS["scenes-lstm"]

# presets that the page Train offers -> title, and what to look for
LESSONS: dict[str, tuple[str, str]] = {
    "fast": (
        N_("Fast"),
        N_(
            "About 97 % right after a few seconds of training. Press Start; watch how fast the "
            "loss (how wrong it is) falls, and how stripes appear in the film of its hidden "
            "states."
        ),
    ),
    "best": (
        N_("99 %"),
        N_(
            "About 99 % right. Takes at most 48 seconds; a slow machine manages fewer steps in "
            "that time and ends a little below 99 %. Turned and slanted digits make training "
            "harder than the test, so the validation line lies above the training line."
        ),
    ),
    "vanishing-gradient": (
        N_("Vanishing gradient"),
        N_(
            "No gates, and 49 patches to read. After a few hundred steps, the gradient (the error "
            "that is sent back) at the early timesteps falls to a billionth, as the view "
            "Gradients shows: the answers are no better than chance, and it never recovers. Start "
            "trains an LSTM beside it, and compares the two."
        ),
    ),
    "exploding-gradient": (
        N_("Exploding gradient"),
        N_(
            "No gates, an unbounded activation, no gradient clipping. Under Gradients, watch the "
            "gradient norm (its length) jump until the numbers overflow. Start trains the same "
            "network with gradient clipping at 1 beside it."
        ),
    ),
    "overfit": (
        N_("Overfitting"),
        N_(
            "Only 200 training pictures. The training line reaches 100 %, but the validation line "
            "does not: the network learns the pictures by heart. Start trains the same network "
            "on 5,000 pictures beside it, for as many steps."
        ),
    ),
    "pixel-by-pixel": (
        N_("784 pixels"),
        N_(
            "784 timesteps, and about 98 % right after seconds: each unit of a linear recurrent "
            "unit (LRU) turns and fades by its own fixed factor, and forgets nothing by accident. "
            "Start trains an LSTM with about as many weights beside it, which after the same 20 "
            "seconds is still guessing."
        ),
    ),
    "pixels-permuted": (
        N_("784 pixels, permuted"),
        N_(
            "The same pixels in one random order: lines and strokes are gone, and what belongs "
            "together lies far apart in time. The LRU is still about 97 % right, for it keeps "
            "everything, in whatever order. Start trains an LSTM beside it."
        ),
    ),
    "pixels-forgotten": (
        N_("784 pixels, forgotten"),
        N_(
            "The same network, but its eigenvalues start on a smaller ring: half of what a unit "
            "has read is gone after about 20 pixels, less than a row. It ends at about two thirds "
            "right. Under Gradients, its line falls to the left. Start trains the network with the "
            "large ring beside it."
        ),
    ),
    "pixels-best": (
        N_("784 pixels, two speeds"),
        N_(
            "About 99 % right. An LRU ticks at every pixel and remembers; an LSTM ticks once a row "
            "on its state, and its gates choose what to keep. Takes at most two minutes; a slow "
            "machine manages fewer steps. Under Memory, see the eigenvalues of the LRU move."
        ),
    ),
    "pixels-lstm": (
        N_("784 pixels, LSTM alone"),
        N_(
            "A sequence of 784 timesteps. It does not work: after minutes of training, about "
            "11 % are right, no more than by guessing. Even with gates, a network does not soon "
            "learn to remember for so long; larger ones do, in hours."
        ),
    ),
}

# a lesson -> the lessons that it goes on with, itself first, and what to call each there
PARTS: dict[str, dict[str, str]] = {
    "pixel-by-pixel": {
        "pixel-by-pixel": N_("In order"),
        "pixels-permuted": N_("Now in permuted order"),
        "pixels-forgotten": N_("The ring shrunk until it forgets"),
        "pixels-lstm": N_("An LSTM, for minutes"),
        "pixels-best": N_("Gates on top"),
    }
}

# such a lesson -> what its question is, and what to know of it
ABOUT: dict[str, tuple[str, tuple[str, ...]]] = {
    "pixel-by-pixel": (
        N_("What remembers, and what decides?"),
        (
            N_(
                "The LRU remembers, and does nothing else. It is linear: the last state is one "
                "matrix product of all pixels, which is why training is so fast."
            ),
            N_(
                "The output layers decide. An MLP that sees all 784 pixels at once does about as "
                "well: that the pixels are read in order makes the answer no better."
            ),
            N_(
                "Gates on top add a choice of what to keep: an LSTM that ticks once a row, on the "
                "state of an LRU that ticks at every pixel, is about 99 % right, as is one that is "
                "shown whole rows."
            ),
        ),
    )
}

DEFAULT_MODEL = "digits-lstm"


@dataclass(frozen=True)
class Pair:
    """A lesson's second run, which is trained beside the first and differs in one thing.

    Parameters
    ----------
    changes : dict
        Path of a field -> its value in the second run.
    names : tuple of str
        What to call the two.
    view : str
        Of the page Train: where the difference is seen.
    """

    changes: dict[str, Any]
    names: tuple[str, str]
    view: str = "learning"


# of about as many weights as the linear recurrent units, in at least the time that these take
_GATES_INSTEAD = Pair(
    {
        "model.cell": "lstm", "model.start": "auto", "model.hidden_size": 64,
        "training.precision": "auto",
    },
    (N_("LRU"), N_("LSTM")),
    "gradients",
)  # fmt: skip

PAIRS: dict[str, Pair] = {
    "vanishing-gradient": Pair({"model.cell": "lstm"}, (N_("RNN"), N_("LSTM")), "gradients"),
    "exploding-gradient": Pair(
        {"training.max_norm": 1.0}, (N_("Without clipping"), N_("With clipping")), "gradients"
    ),
    # as many steps as with 200 pictures
    "overfit": Pair(
        {"data.train_size": 5000, "training.epochs": 3}, (N_("200 pictures"), N_("5,000 pictures"))
    ),
    "pixel-by-pixel": _GATES_INSTEAD,
    "pixels-permuted": _GATES_INSTEAD,
    "pixels-forgotten": Pair(
        {"model.start": "harmonics"}, (N_("Small ring"), N_("Large ring")), "gradients"
    ),
}


def preset_of(config: RunConfig) -> str:
    """Return the lesson that has exactly this configuration, "" if none has."""
    return next((name for name in LESSONS if PRESETS[name] == config), "")


def whole_of(lesson: str) -> str:
    """Return the lesson that has this one among its parts, or the lesson itself."""
    return next((name for name, parts in PARTS.items() if lesson in parts), lesson)
