"""The film sends what it shows and no more: one frame while training runs, afterwards all."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import numpy as np
import pytest

from rnndemo.plots.look.colors import NEGATIVE, POSITIVE
from rnndemo.training.history import FilmFrame
from rnndemo.ui.components import film as module
from rnndemo.ui.components.component import HERE
from rnndemo.ui.components.film import film, film_data

PICTURE = "data:image/png;base64,"


def frames(count: int, time: int = 4, units: int = 6) -> list[FilmFrame]:
    rng = np.random.default_rng(0)
    return [
        FilmFrame(
            10 * i, 2.0 / (i + 1), str(i % 10), 0.5, rng.integers(-127, 128, (time, units), np.int8)
        )
        for i in range(count)
    ]


def unpacked(frame: dict[str, Any], data: dict[str, Any]) -> np.ndarray:
    values = np.frombuffer(base64.b64decode(frame["values"]), np.int8)
    return values.reshape(data["time"], data["units"])


def test_whole_film_arrives_to_the_last_bit():
    given = frames(5)
    data = film_data(given, False, PICTURE)
    assert (data["time"], data["units"], data["picture"]) == (4, 6, PICTURE)
    assert [frame["step"] for frame in data["frames"]] == [0, 10, 20, 30, 40]
    for sent, frame in zip(data["frames"], given, strict=True):
        assert np.array_equal(unpacked(sent, data), frame.values)
        assert (sent["answer"], sent["odds"], sent["loss"]) == (frame.answer, 0.5, frame.loss)


def test_while_training_runs_only_the_newest_frame_is_sent():
    short, long = frames(2), frames(300)
    data = film_data(long, True, PICTURE)
    assert [frame["step"] for frame in data["frames"]] == [2990]
    assert np.array_equal(unpacked(data["frames"][0], data), long[-1].values)
    size = len(json.dumps(data))
    assert abs(size - len(json.dumps(film_data(short, True, PICTURE)))) < 50


@pytest.mark.parametrize("room", [0, 2, 7, 99, 100, 1000])
def test_long_film_skips_frames_evenly_and_keeps_both_ends(room, monkeypatch):
    monkeypatch.setattr(module, "MAX_BYTES", room * 24)
    steps = [frame["step"] for frame in film_data(frames(100), False, PICTURE)["frames"]]
    assert len(steps) == max(2, min(room, 100))
    assert (steps[0], steps[-1]) == (0, 990)
    gaps = np.diff(steps)
    assert gaps.min() >= 10
    assert gaps.max() - gaps.min() <= 10


def test_rows_of_the_map_are_called_what_they_are():
    words = film_data(frames(1), False, PICTURE, kind="timestep")["text"]
    assert words["map"] == "Its hidden states: {units} units across, timesteps downwards"
    assert words["tip"] == "unit {unit}, timestep {row}: {value}"
    assert words["caption"] == "After step {step}: it answers {answer} ({percent})"
    assert film_data(frames(1), False, PICTURE)["text"]["map"].endswith("rows downwards")


def test_single_frame_is_a_film():
    assert len(film_data(frames(1), False, PICTURE)["frames"]) == 1


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_training_that_diverged_is_still_json(loss):
    data = film_data([FilmFrame(3, loss, "1", loss, np.zeros((2, 2), np.int8))], True, PICTURE)
    sent = json.loads(json.dumps(data, allow_nan=False))["frames"][0]
    assert (sent["loss"], sent["odds"]) == (None, None)


def test_film_is_known_by_how_it_ends():
    one = film_data(frames(4), False, PICTURE)["id"]
    assert one == film_data(frames(4), True, PICTURE)["id"]
    assert one != film_data(frames(5), False, PICTURE)["id"]


def test_signs_have_the_colours_that_they_have_everywhere():
    data = film_data(frames(1), False, PICTURE)
    assert (data["negative"], data["positive"]) == (NEGATIVE, POSITIVE)


def test_every_text_that_the_browser_asks_for_is_sent():
    script = (HERE / "film.js").read_text(encoding="utf-8")
    asked = set(re.findall(r"\btext\.(\w+)\b(?!\()", script)) | {"play", "pause"}
    assert asked == set(film_data(frames(1), False, PICTURE)["text"])


def test_place_is_named_by_its_key_and_empty_without_frames(monkeypatch):
    drawn: list[tuple[str, int]] = []
    monkeypatch.setattr(
        module, "_mount", lambda data, key: drawn.append((key, len(data["frames"])))
    )
    film([], True, "probe", PICTURE)
    film(frames(3), False, "probe", PICTURE)
    assert drawn == [("probe", 3)]


def test_a_line_of_the_film_is_called_what_it_is_and_says_its_own_timestep():
    given, shown = frames(1, time=2), [0, 783]
    assert film_data(given, False, PICTURE)["text"]["map"].endswith("rows downwards")
    data = film_data(given, False, PICTURE, shown, "timestep")
    assert data["timesteps"] == shown
    assert data["text"]["map"].endswith("timesteps downwards")
    assert "timestep {row}" in data["text"]["tip"]
