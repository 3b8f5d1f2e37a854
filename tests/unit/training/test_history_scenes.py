"""Frames of scenes in a run's record: whole ones are shown, damaged ones counted."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rnndemo.data.scenes.scene import NOTHING
from rnndemo.models.scene_answers import Detections, SceneAnswer
from rnndemo.storage.names import EVENTS
from rnndemo.training.history import MAX_FRAMES, History
from rnndemo.training.tasks.scene_looks import packed


def mask_text(values: bytes) -> str:
    return base64.b64encode(zlib.compress(values)).decode()


MASK = np.array([[NOTHING, 3], [7, NOTHING]], np.int8)
SCENE = {
    "kind": "scene", "step": 5, "loss": 0.5, "size": [2, 2], "mask": mask_text(MASK.tobytes()),
    "boxes": [[0.0, 0.0, 1.0, 2.0, 3, 0.9]], "number": ["3", "7"],
}  # fmt: skip


def history(folder: Path, *events: Any) -> History:
    (folder / EVENTS).write_text("".join(json.dumps(event) + "\n" for event in events))
    return History(folder).update()


def test_a_frame_is_read_as_it_was_said(tmp_path: Path) -> None:
    found = Detections(
        torch.tensor([[0.0, 0, 1, 2], [1, 1, 2, 2]]), torch.tensor([3, 7]), torch.tensor([0.9, 0.1])
    )
    answer = SceneAnswer(torch.from_numpy(MASK).long(), torch.ones(2, 2), found, (3, 7), 0.5)
    event = {"kind": "scene", "step": 5, "loss": None, **packed(answer, tuple("0123456789"))}
    (frame,) = history(tmp_path, event).scenes
    assert np.array_equal(frame.mask, MASK)
    assert frame.number == ("3", "7")
    (box,) = frame.boxes  # the other is not sure enough to be shown
    assert box == pytest.approx((0, 0, 1, 2, 3, 0.9))
    assert np.isnan(frame.loss)


@pytest.mark.parametrize("change", [
    {"mask": "?"}, {"mask": "AQID"}, {"mask": mask_text(b"123")}, {"mask": ""}, {"mask": None},
    {"size": [2]}, {"size": [0, 4]}, {"size": [-1, -4]}, {"size": [10**6, 10**6]}, {"size": "22"},
    {"boxes": [[0, 0, 1, 1, 3]]}, {"boxes": [[0, 0, 1, None, 3, 1]]}, {"boxes": [3]},
    {"boxes": [[0, 0, 1, 1, 2.5, 0.9]]}, {"boxes": [[0, 0, 1, 1, -1, 0.9]]},
    {"boxes": [[0, 0, 1, 1, 3, 7.0]]}, {"boxes": [[0, 0, 1, 1, 1e300, 0.9]]},
    {"number": 37}, {"number": [3, 7]}, {"loss": "low"}, {"step": -1},
], ids=str)  # fmt: skip
def test_a_damaged_frame_is_counted_and_passed_over(change: dict[str, Any], tmp_path: Path) -> None:
    found = history(tmp_path, SCENE, {**SCENE, **change}, {**SCENE, "step": 9})
    assert [frame.step for frame in found.scenes] == [5, 9]
    assert found.damaged == 1


@pytest.mark.parametrize("name", [name for name in SCENE if name != "kind"])
def test_a_frame_needs_all_its_parts(name: str, tmp_path: Path) -> None:
    part = {key: value for key, value in SCENE.items() if key != name}
    assert (history(tmp_path, part).scenes, history(tmp_path, part).damaged) == ([], 1)


def test_a_small_text_does_not_unpack_into_gigabytes(tmp_path: Path) -> None:
    bomb = {**SCENE, "mask": mask_text(bytes(50_000_000))}
    found = history(tmp_path, bomb)
    assert sum(frame.mask.nbytes for frame in found.scenes) <= 4


def test_of_many_frames_every_second_is_dropped_and_the_newest_stays(tmp_path: Path) -> None:
    found = history(tmp_path, *({**SCENE, "step": step} for step in range(MAX_FRAMES + 2)))
    assert MAX_FRAMES // 2 <= len(found.scenes) <= MAX_FRAMES
    assert found.scenes[-1].step == MAX_FRAMES + 1


def test_rewind_forgets_frames_too(tmp_path: Path) -> None:
    found = history(tmp_path, SCENE, {**SCENE, "step": 9}, {"kind": "rewind", "step": 5})
    assert [frame.step for frame in found.scenes] == [5]


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(SCENE)), _ANYTHING, min_size=1))
def test_whatever_a_frame_holds_the_record_opens(
    tmp_path_factory: pytest.TempPathFactory, change: dict[str, Any]
) -> None:
    found = history(tmp_path_factory.getbasetemp(), SCENE, {**SCENE, **change})
    assert len(found.scenes) + found.damaged >= 1
    for frame in found.scenes:
        assert frame.mask.shape == (2, 2) or "size" in change
        assert all(len(box) == 6 for box in frame.boxes)


@given(st.binary(max_size=60))
def test_whatever_a_mask_holds_the_record_opens(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    damaged = {**SCENE, "mask": base64.b64encode(content).decode()}
    found = history(tmp_path_factory.getbasetemp(), damaged, SCENE)
    assert len(found.scenes) + found.damaged == 2
