"""What is said of two runs follows from their points, also when the expected did not happen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rnndemo.config import RunConfig
from rnndemo.models.build import build_network
from rnndemo.presets import LESSONS, PAIRS, PARTS, PRESETS, preset_of, whole_of
from rnndemo.training.history import History
from rnndemo.training.pairs import PairedRun, figure, other_side, pair_of, seen


def side(name: str, failed: bool = False, **events: Any) -> PairedRun:
    return PairedRun(name, History(Path(), **events), failed)


def told(lesson: str, left: PairedRun, right: PairedRun) -> str:
    """Return what is said, in English."""
    return " ".join(text.format(**values) for text, values in seen(lesson, left, right))


def gradient(first: float, step: int = 300) -> list[dict[str, Any]]:
    return [{"step": 0, "gradient": [[[1.0, 1.0]]]}, {"step": step, "gradient": [[[first, 1.0]]]}]


@pytest.mark.parametrize(
    ("rnn", "lstm", "words"),
    [
        (0.001, 1.25, "1250.0 times weaker in the RNN than in the LSTM"),
        (0.9, 0.01, "90.0 times weaker in the LSTM than in the RNN"),
        (
            0.0,
            0.3,
            "was 0 in the RNN: too small for the computer's numbers. In the LSTM it was 0.3",
        ),
        (0.2, 0.3, "about as strong in both: RNN 0.2, LSTM 0.3"),
        (0.0, 0.0, "about as strong in both: RNN 0.0, LSTM 0.0"),
    ],
)
def test_gradients_at_the_first_timestep_are_compared(rnn: float, lstm: float, words: str) -> None:
    pair = side("RNN", gradients=gradient(rnn)), side("LSTM", gradients=gradient(lstm, 290))
    text = told("vanishing-gradient", *pair)
    assert words in text
    assert "(steps 300 and 290)" in text


def norms(*values: float) -> list[dict[str, Any]]:
    return [{"step": len(values), "norm": values[-1], "each_norm": list(values)}]


def test_explosion_is_told_from_the_norms() -> None:
    usual = [1.0] * 9
    wild = side("without", failed=True, steps=norms(*usual, 1340.0))
    tame = side("with", steps=norms(*usual, 5.0))
    text = told("exploding-gradient", wild, tame)
    assert "without: the gradient norm, usually 1.0, jumped to 1340.0 at step 10" in text
    assert "with: training went on to step 10" in text
    text = told("exploding-gradient", tame, side("with", failed=True, steps=norms(*usual)))
    assert "jumped" not in text
    assert "no norm recorded before was above 1.0" in text


def losses(*values: float) -> list[dict[str, Any]]:
    return [{"step": n, "validation_loss": value} for n, value in enumerate(values)]


def test_overfitting_is_told_from_the_validation_losses() -> None:
    up = side("200 pictures", validation=losses(2.3, 1.0, 1.6))
    down = side("5,000 pictures", validation=losses(2.3, 0.5, 0.52))
    text = told("overfit", up, down)
    assert "200 pictures: the validation loss fell to 1.0 at step 1, then rose to 1.6" in text
    assert "5,000 pictures: the validation loss fell to 0.5 at step 1 and was 0.52" in text
    assert "200 pictures: " not in told("overfit", down, down)


def test_who_has_learnt_in_the_same_time_is_told() -> None:
    def after(share: float, seconds: float, first: float) -> dict[str, Any]:
        return {
            "validation": [{"step": 70, "validation_accuracy": share}],
            "steps": [{"step": 70, "seconds": seconds}],
            "gradients": gradient(first, 70),
        }

    pair = side("LRU", **after(0.98, 9.14, 0.5)), side("LSTM", **after(0.11, 20.06, 0.0))
    said = seen("pixel-by-pixel", *pair)
    assert [float(values["share"]) for text, values in said if "share" in values] == [0.98, 0.11]
    text = told("pixel-by-pixel", *pair)
    assert "right after 9.1 s of training (70 steps)" in text
    assert "was 0 in the LSTM" in text
    text = told("pixels-forgotten", side("Small ring", **after(0.6, 9.0, 1e-8)), pair[1])
    assert "Small ring: the gradient at the first timestep was 1e-08 in the end." in text


def test_the_gates_of_784_pixels_have_as_many_weights_and_the_same_time() -> None:
    for lesson in ("pixel-by-pixel", "pixels-permuted"):
        sizes = [
            build_network(config, (28, 28), 10).count_parameters()
            for config in (PRESETS[lesson], other_side(lesson))
        ]
        assert abs(sizes[1] / sizes[0] - 1) < 0.05
        assert other_side(lesson).data == PRESETS[lesson].data
        assert other_side(lesson).training.seconds == PRESETS[lesson].training.seconds > 0


def test_parts_of_lessons_are_lessons_of_which_the_first_is_the_whole() -> None:
    for whole, parts in PARTS.items():
        assert next(iter(parts)) == whole
        assert set(parts) <= set(LESSONS)
        assert {whole_of(part) for part in parts} == {whole}


@pytest.mark.parametrize("lesson", PAIRS)
def test_nothing_is_said_of_runs_that_recorded_nothing(lesson: str) -> None:
    assert seen(lesson, side("left"), side("right", failed=True)) == []


@pytest.mark.parametrize("lesson", PAIRS)
def test_two_sides_are_known_by_their_settings(lesson: str) -> None:
    first, second = PRESETS[lesson], other_side(lesson)
    assert first != second
    assert pair_of(first, second) == lesson
    assert pair_of(second, first) == pair_of(first, RunConfig()) == ""


def test_a_changed_setting_is_no_preset() -> None:
    assert {preset_of(PRESETS[name]) for name in LESSONS} == set(LESSONS)
    assert preset_of(other_side("overfit")) == ""


def test_sides_of_overfitting_make_as_many_steps() -> None:
    few, many = PRESETS["overfit"], other_side("overfit")
    steps = [c.training.epochs * c.data.train_size // c.training.batch_size for c in (few, many)]
    assert steps[0] == steps[1]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1234567.0, "1,230,000"),
        (1.239, "1.24"),
        (0.0, "0"),
        (1.23e-05, "1.23e-05"),
        (12_345, "12,345"),
    ],
)
def test_figures_are_short(value: float, text: str) -> None:
    assert figure(value) == text
