"""Ready questions, each with a search space that answers it in minutes.

They train briefly and on a part of the digits, so that two cores are enough. They show how settings
compare, not how good a network can become. Each setting is trained with two seeds at least: with
one, nothing could be called better than luck.
"""

from __future__ import annotations

from dataclasses import dataclass

from rnndemo.config import DataConfig, ModelConfig, RunConfig, TrainingConfig
from rnndemo.errors import N_, InputError
from rnndemo.sweeps.space import Choices, Fixed, Range, SearchSpace


@dataclass(frozen=True)
class ReadyQuestion:
    """A question that a study answers.

    Parameters
    ----------
    title, text : str
        The question in a few words; what is tried, and what to look for.
    """

    title: str
    text: str
    space: SearchSpace


_BASE = RunConfig(
    data=DataConfig(train_size=5000),
    model=ModelConfig(hidden_size=64),
    training=TrainingConfig(lr=5e-3, batch_size=50, epochs=6),
)

QUESTIONS: dict[str, ReadyQuestion] = {
    "hidden-size-layers": ReadyQuestion(
        N_("Hidden size × layers"),
        N_(
            "What do more units and more layers bring? Four sizes, three depths, two seeds each, "
            "trained on 5,000 digits. Look at accuracy, time and parameters side by side."
        ),
        SearchSpace(
            _BASE,
            (
                ("model.hidden_size", Choices((16, 32, 64, 128))),
                ("model.num_layers", Choices((1, 2, 3))),
            ),
            repeats=2,
        ),
    ),
    "learning-rate-cell": ReadyQuestion(
        N_("Learning rate × cell"),
        N_(
            "How large can the learning rate be, and which cell copes with it? Four rates from "
            "0.001 to 1, without gradient clipping, two seeds each, on 5,000 digits; the cell "
            "without gates has an unbounded activation too (ReLU). See which trials learn "
            "nothing, and which diverge (their numbers overflow)."
        ),
        SearchSpace(
            _BASE,
            (
                ("training.max_norm", Fixed(0.0)),
                ("model.nonlinearity", Fixed("relu")),
                ("training.lr", Range(1e-3, 1.0, log=True, points=4)),
                ("model.cell", Choices(("rnn", "gru", "lstm"))),
            ),
            repeats=2,
        ),
    ),
    "learning-curve": ReadyQuestion(
        N_("How much data do I need?"),
        N_(
            "From 100 pictures to all 55,000 training pictures (5,000 of the 60,000 are set aside "
            "for validation). Every network trains for about the same number of steps, so that "
            "only the data differ; three seeds each."
        ),
        SearchSpace(
            _BASE,
            (("data.train_size", Choices((100, 300, 1000, 3000, 10_000, 30_000, 55_000))),),
            repeats=3,
            steps=1100,
        ),
    ),
    "scan": ReadyQuestion(
        N_("Scan direction"),
        N_(
            "Does it matter in which order a digit is read? Rows from the top or from the "
            "bottom, columns, shuffled rows, patches; three seeds each, on 5,000 digits."
        ),
        SearchSpace(
            _BASE,
            (("data.scan", Choices(("rows", "rows-up", "columns", "shuffled-rows", "patches"))),),
            repeats=3,
        ),
    ),
    "sequence-length": ReadyQuestion(
        N_("Sequence length and forgetting"),
        N_(
            "The same digits as 28 rows, 49 patches or 784 pixels: which cell still remembers at "
            "the end what it read at the start? On 2,000 digits, two seeds each; the pixels take "
            "most of the time."
        ),
        SearchSpace(
            _BASE,
            (
                ("data.train_size", Fixed(2000)),
                ("training.epochs", Fixed(20)),
                ("model.hidden_size", Fixed(32)),
                ("data.scan", Choices(("rows", "patches", "pixels"))),
                ("model.cell", Choices(("rnn", "gru", "lstm"))),
            ),
            repeats=2,
        ),
    ),
    "scaling": ReadyQuestion(
        N_("Scaling"),
        N_(
            "How does the error fall as networks grow? Six sizes and two depths, two seeds each, "
            "on 10,000 digits, compared by parameters and by arithmetic. On the Pareto front are "
            "the networks that no smaller one beats on average."
        ),
        SearchSpace(
            _BASE,
            (
                ("data.train_size", Fixed(10_000)),
                ("model.hidden_size", Choices((8, 16, 32, 64, 128, 256))),
                ("model.num_layers", Choices((1, 2))),
            ),
            repeats=2,
        ),
    ),
}


def space_named(name: str) -> SearchSpace:
    """Return the search space of a ready question.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if name not in QUESTIONS:
        raise InputError(
            "There is no search space {name!r}; choose one of {known}, or give a JSON file.",
            name=name, known=", ".join(QUESTIONS),
        )  # fmt: skip
    return QUESTIONS[name].space
