"""Numbers that must not drift: what the shipped models answer, and what they see of a drawing.

``python -m tests.golden.test_golden`` writes the file anew, after a model was trained again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnndemo.data.drawn.glyphs import DIGITS, strokes_of
from rnndemo.data.frames.ink import from_picture, from_strokes
from rnndemo.data.load import load
from rnndemo.models.store import load_model
from rnndemo.reading.answers import answer

MODELS = ("digits-lstm", "digits-gru", "digits-rnn")
GOLDEN = Path(__file__).with_name("golden.json")
PICTURES = 12
TOLERANCE = 2e-3  # of a probability: kernels of different machines round differently
PIXEL_TOLERANCE = 0.02


def drawn_five() -> np.ndarray:
    """Return what the network sees of a 5 drawn with the pen."""
    return from_strokes(strokes_of(DIGITS["5"][0])).image


def photographed_two() -> np.ndarray:
    """Return what it sees of a test digit, dark on a light ground that darkens to one side."""
    ink = np.kron(load("digits").test.images[1].numpy() / 255, np.ones((12, 12)))
    light = np.linspace(0.6, 0.95, ink.shape[1])
    return from_picture(np.pad(light * (1 - 0.6 * ink), 40, mode="edge")).image


SEEN = {"drawn 5": drawn_five, "photographed 2": photographed_two}


def rows_of(name: str) -> np.ndarray:
    """Return the readouts of a model on the first test digits, at every seventh row."""
    model = load_model(name)
    images = load("digits").test.images[:PICTURES].numpy() / 255
    return np.stack([answer(model, image).rows[6::7] for image in images])


@pytest.fixture(scope="module")
def golden() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("name", MODELS)
def test_readouts_of_shipped_models(name: str, golden: dict[str, Any]) -> None:
    np.testing.assert_allclose(rows_of(name), golden["readouts"][name], atol=TOLERANCE)


@pytest.mark.parametrize("name", SEEN)
def test_what_the_network_sees(name: str, golden: dict[str, Any]) -> None:
    np.testing.assert_allclose(SEEN[name](), golden["seen"][name], atol=PIXEL_TOLERANCE)


def main() -> None:
    """Write the golden file."""
    content = {
        "readouts": {name: rows_of(name).astype(float).round(4).tolist() for name in MODELS},
        "seen": {name: see().astype(float).round(3).tolist() for name, see in SEEN.items()},
    }
    GOLDEN.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
