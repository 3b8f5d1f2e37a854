"""The events of a run are sorted for charts; what cannot be used is counted and harms nothing."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnndemo.storage.names import EVENTS
from rnndemo.training.history import History

STEPS = {"kind": "steps", "step": 5, "loss": 0.5}
FILM = {
    "kind": "film", "step": 5, "loss": None, "answer": "3", "odds": 0.5,
    "timesteps": 1, "units": 3, "states": "AQID",
}  # fmt: skip


def history(folder: Path, *events: Any) -> History:
    (folder / EVENTS).write_text("".join(json.dumps(event) + "\n" for event in events))
    return History(folder).update()


def test_events_are_sorted_by_kind(tmp_path: Path) -> None:
    found = history(tmp_path, STEPS, FILM, {"kind": "watch", "step": 5, "gradient": [[[1.0]]]})
    assert found.series("steps", "loss") == ([5], [0.5])
    assert found.frames[0].values.tolist() == [[1, 2, 3]]
    assert (len(found.gradients), len(found.validation), found.damaged) == (1, 0, 0)


def turned(step: int, *factor: complex) -> dict[str, Any]:
    """Return an event of units that turn."""
    text = base64.b64encode(np.array(factor, np.complex64).tobytes()).decode()
    return {"kind": "watch", "step": step, "turning": text, "ticks": 784}


def test_of_units_that_turn_the_first_and_the_newest_stay(tmp_path: Path) -> None:
    events = [turned(step, 0.5, 0.1j * step) for step in range(5)]
    found = history(tmp_path, *events, turned(5, complex("nan"), 0.5))
    assert [frame.step for frame in found.turning] == [0, 4]
    assert found.turning[1].factor[1] == pytest.approx(0.4j)
    assert found.damaged == 0
    assert [frame.step for frame in history(tmp_path, *events, REWIND).turning] == [0]


REWIND = {"kind": "rewind", "step": 3}


def test_of_gradients_and_histograms_the_first_and_the_newest_stay(tmp_path: Path) -> None:
    part = {"layer0.ih": {"low": 0.0, "high": 1.0, "shares": [1.0]}}
    watched = {"kind": "watch", "gradient": [[[1.0]]], "weights": part, "activations": part}
    events = [{**watched, "step": step} for step in range(500)]
    found = history(tmp_path, *events)
    kept = [[one["step"] for one in kind] for kind in (found.gradients, found.histograms)]
    assert kept == [[0, 499], [0, 499]]
    assert [one["step"] for one in history(tmp_path, *events, REWIND).gradients] == [0]


def test_norms_are_those_of_every_step_or_of_the_last_of_each_event(tmp_path: Path) -> None:
    old = {**STEPS, "norm": 3.0}
    each = {**STEPS, "step": 8, "norm": 6.0, "each_norm": [4.0, None, 6.0]}
    late = {**STEPS, "step": 3000, "norm": 7.0, "each_norm": []}
    found = history(tmp_path, old, each, late)
    assert found.norms() == ([5, 6, 7, 8, 3000], [3.0, 4.0, None, 6.0, 7.0])


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "steps"}, {**STEPS, "step": None}, {**STEPS, "step": "five"},
        {"kind": "watch", "step": 1, "turning": "AAAA", "ticks": 4},
        {"kind": "watch", "step": 1, "turning": "AACAPwAAgD8=", "ticks": 4},  # 1 + i
        {"kind": "film", "step": 1}, {**FILM, "units": 2}, {**FILM, "states": "?"},
        {**FILM, "units": float("inf")}, {"kind": "rewind"}, {"kind": "start", "step": 0},
        {"step": 5}, 3,
    ],
    ids=str,
)  # fmt: skip
def test_event_without_its_fields_is_counted_and_passed_over(event: Any, tmp_path: Path) -> None:
    found = history(tmp_path, STEPS, event, FILM)
    assert found.damaged == 1
    assert found.update().damaged == 1
    assert found.series("steps", "loss") == ([5], [0.5])
    assert len(found.frames) == 1


def test_event_of_a_newer_version_is_no_damage(tmp_path: Path) -> None:
    assert history(tmp_path, {"kind": "mood", "is": "good"}, STEPS).damaged == 0


def test_rewind_forgets_what_came_after_the_checkpoint(tmp_path: Path) -> None:
    later = {**STEPS, "step": 9}
    found = history(tmp_path, STEPS, later, {**FILM, "step": 9}, {"kind": "rewind", "step": 5})
    assert ([event["step"] for event in found.steps], found.frames) == ([5], [])


@pytest.mark.parametrize(
    "event",
    [
        {**STEPS, "loss": None}, {**STEPS, "lr": "0.1"}, {**STEPS, "seconds": 1e308},
        {**STEPS, "step": -1}, {**STEPS, "images": 10**30}, {**STEPS, "norms": {"x": 1.0}},
        {**STEPS, "each_norm": ["1"]}, {"kind": "watch", "step": 1, "weights": [1]},
        {"kind": "watch", "step": 1, "gradient": [[1.0]]}, {"kind": "steps", "step": 1},
        {"kind": "lr", "step": 1, "lr": {}},
    ],
    ids=str,
)  # fmt: skip
def test_values_that_no_chart_can_show_are_damage(event: Any, tmp_path: Path) -> None:
    assert history(tmp_path, STEPS, event).damaged == 1


def test_of_an_endless_record_beginning_and_end_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnndemo.training.history.MAX_BYTES", 10_000)
    found = history(tmp_path, *({**STEPS, "step": step} for step in range(1, 2001)))
    steps, _ = found.series("steps", "loss")
    assert (steps[0], steps[-1], found.damaged) == (1, 2000, 0)
    assert len(steps) < 300
    assert found.update().last_step == 2000


@pytest.mark.parametrize(
    ("progress", "seconds", "left"),
    [
        ((0.1, 0.3), (5.0, 15.0), 35.0),  # a time limit of 50 s, whatever steps there would be
        ((0.9, 1.0), (45.0, 50.0), None),  # done
        ((1.0, 0.1), (50.0, 60.0), None),  # a new leg has begun
        ((0.1, 0.1), (5.0, 15.0), None),
        ((0.1, 0.1 + 1e-17), (5.0, 15.0), None),
        ((0.0, 1e-300), (0.0, 1.0), None),  # no record of ours
    ],
)
def test_the_time_that_is_left_follows_from_the_progress(
    progress: tuple[float, float], seconds: tuple[float, float], left: float | None, tmp_path: Path
) -> None:
    both = zip(progress, seconds, (10, 20), strict=True)
    events = [
        {**STEPS, "step": step, "steps": 2000, "images": 8 * step, "progress": share, "seconds": at}
        for share, at, step in both
    ]
    found = history(tmp_path, *events).seconds_left()
    assert found == (None if left is None else pytest.approx(left))
