"""Curves of a training of scenes, and the picture that it follows."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rnndemo.plots.look.theme import Look
from rnndemo.plots.scenes.training import (
    AVERAGE_PRECISION,
    MEAN_IOU,
    frame_at,
    frame_figure,
    measured,
)
from rnndemo.storage.log import EventLog
from rnndemo.storage.names import EVENTS
from rnndemo.training.history import History, SceneFrame

LOOK = Look(False, str)
DIGITS = tuple("0123456789")


def frame(step: int = 1, picture: np.ndarray | None = None, label: int = 3) -> SceneFrame:
    mask = np.full((8, 12), -1, np.int8)
    mask[2:6, 3:5] = label
    return SceneFrame(step, 1.0, mask, ((3.0, 2.0, 5.0, 6.0, label, 0.9),), ("3",), picture)


def history(folder: Path, *values: float) -> History:
    log = EventLog(folder / EVENTS)
    for step, value in enumerate(values):
        shares = {"mean_iou": value, "ap50": value / 2, "ap75": value / 4}
        log.write("watch", step=step, validation_loss=1.0, validation_accuracy=0.5, **shares)
    log.close()
    return History(folder).update()


def test_a_run_and_its_peer_have_lines_of_their_own(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    runs = {"RNN": history(folders[0], 0.2, 0.8), "CNN": history(folders[1], 0.1, 0.6)}
    own, peer = measured(MEAN_IOU, runs, LOOK)
    assert (own.name, own.y) == ("RNN", [0.2, 0.8])
    assert (peer.name, peer.y) == ("CNN", [0.1, 0.6])
    assert own.color != peer.color
    names = [line.name for line in measured(AVERAGE_PRECISION, runs, LOOK)]
    assert names == ["RNN · AP50", "RNN · AP75", "CNN · AP50", "CNN · AP75"]
    assert [line.y for line in measured(AVERAGE_PRECISION, {"": runs["RNN"]}, LOOK)] == [
        [0.1, 0.4], [0.05, 0.2],
    ]  # fmt: skip


def test_the_newest_frame_stands_where_none_is_yet() -> None:
    frames = [frame(step) for step in range(1, 11)]
    assert [frame_at(frames, share, 20).step for share in (0.0, 0.2, 0.6, 1.0)] == [1, 5, 10, 10]
    assert frame_at(frames, 1.0, 5).step == 10


def test_a_frame_is_drawn_with_and_without_its_picture() -> None:
    picture = np.zeros((8, 12), np.uint8)
    picture[2:6, 3:5] = 255
    figures = {frame_figure(one, DIGITS, LOOK) for one in (frame(), frame(picture=picture))}
    assert len(figures) == 1
    assert "3 0.90" in figures.pop()


def test_classes_that_the_data_do_not_have_are_left_out() -> None:
    assert "0.90" not in frame_figure(frame(label=12), DIGITS, LOOK)
