"""What a network for scenes learns, over the steps: curves, and the picture that it follows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from rnndemo.models.scene_answers import SCORE, Detections, SceneAnswer
from rnndemo.plots.look.colors import run_color
from rnndemo.plots.look.theme import Look
from rnndemo.plots.scenes.figure import Layers, scene_figure
from rnndemo.plots.training.curves import Line, over_steps
from rnndemo.training.history import History, SceneFrame

INK = 255  # where a network sees a digit in a frame that does not hold its picture

MEAN_IOU = {"mean_iou": ""}
AVERAGE_PRECISION = {"ap50": "AP50", "ap75": "AP75"}


def measured(parts: dict[str, str], histories: dict[str, History], look: Look) -> list[Line]:
    """Return what was measured on held-out scenes, over the steps.

    Parameters
    ----------
    parts : dict of str to str
        Name in the events -> what it is called; the second is dashed.
    histories : dict of str to History
        Title -> what a run has reported; the first is that of the page.
    """
    return [
        Line(
            " · ".join(text for text in (title, said) if text),
            *over_steps(history, "validation", name),
            run_color(place - 1, look) if place else look.ink,
            dash=bool(number),
        )
        for place, (title, history) in enumerate(histories.items())
        for number, (name, said) in enumerate(parts.items())
    ]


def frame_at(frames: Sequence[SceneFrame], share: float, most: int) -> SceneFrame:
    """Return the frame at a share of the way to the last of `most`, or the newest before it."""
    place = round(share * (max(most, len(frames)) - 1))
    return frames[min(max(place, 0), len(frames) - 1)]


def frame_figure(frame: SceneFrame, classes: Sequence[str], look: Look) -> str:
    """Return what a network made of the picture that is followed, as an SVG."""
    picture = frame.picture
    if picture is None:
        picture = np.where(frame.mask >= 0, INK, 0).astype(np.uint8)
    return scene_figure(picture, _answer(frame, len(classes)), classes, Layers(SCORE, SCORE), look)


def _answer(frame: SceneFrame, classes: int) -> SceneAnswer:
    """Return a frame as an answer; classes that the network does not have are left out."""
    boxes = torch.tensor([box for box in frame.boxes if box[4] < classes]).reshape(-1, 6)
    mask = torch.from_numpy(frame.mask.astype(np.int64))
    return SceneAnswer(
        mask.where(mask < classes, -1),
        torch.ones(mask.shape),
        Detections(boxes[:, :4], boxes[:, 4].long(), boxes[:, 5]),
        (),
        1.0,
    )
