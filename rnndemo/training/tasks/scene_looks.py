"""What is measured of a network for scenes while it learns."""

from __future__ import annotations

import base64
import zlib
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from rnndemo.data.scenes.data import SceneData
from rnndemo.data.scenes.scene import Scenes
from rnndemo.errors import InputError
from rnndemo.evaluation.scenes import scores
from rnndemo.models.network import evaluating
from rnndemo.models.scene_answers import (
    OVERLAP,
    SCORE,
    SceneAnswer,
    answers,
    decoded,
    lying_apart,
)
from rnndemo.models.scenes import SceneNetwork, SceneOutput
from rnndemo.storage.log import Event
from rnndemo.storage.names import PICTURE
from rnndemo.storage.npz import opened, read_array, write_arrays
from rnndemo.training.tasks.scene_loss import scene_loss
from rnndemo.training.watch import Learning, Watched, histograms, rounded

VALIDATION = 60  # scenes that each point of a curve is measured on, the same throughout a run
VALIDATION_POINTS, FRAMES = 24, 60
MAX_BOXES = 30  # of a frame


class SceneProbe:
    """The validation scenes, and the picture whose mask is shown while it comes about.

    Parameters
    ----------
    folder : Path
        The run's: a page may put a person's drawing there, at any time (`write_picture`); until
        then the first validation scene is shown.
    """

    def __init__(self, data: SceneData, folder: Path) -> None:
        self.classes, self.size, self.folder = data.classes, data.image_size, folder
        self.scenes: Scenes = data.validation(VALIDATION)
        self.same_digit = data.kind.same_digit
        # for histograms
        self.sequence = self.scenes.images.float() / 255

    def picture(self) -> Tensor:
        """Return the picture that is followed, uint8 ``(height, width)``."""
        drawn = read_picture(self.folder, self.size)
        return self.scenes.images[0] if drawn is None else torch.from_numpy(drawn)


def write_picture(folder: Path, picture: np.ndarray) -> None:
    """Let a training follow `picture`, uint8 ``(height, width)``."""
    write_arrays(folder / PICTURE, {"image": picture})


def read_picture(folder: Path, size: tuple[int, int]) -> np.ndarray | None:
    """Return the picture that a training follows; None if there is none of this size."""
    path = folder / PICTURE
    if not path.is_file():
        return None
    try:
        with opened(path, InputError("The picture {file} is damaged.", file=path.name)) as file:
            return read_array(
                file, "image", size[0] * size[1],
                lambda shape, kind: shape == size and kind == np.uint8,
            )  # fmt: skip
    except InputError:
        return None


def frame(trainer: Learning, probe: SceneProbe) -> Event:
    """Return what the network says of the picture that is followed."""
    picture = probe.picture()
    answer = answers(_network(trainer), picture[None], probe.same_digit)[0]
    return {
        **packed(answer, probe.classes, probe.same_digit),
        "picture": compressed(picture),
        "loss": rounded(trainer.loss),
    }


def _network(trainer: Learning) -> SceneNetwork:
    network = trainer.saved_model
    assert isinstance(network, SceneNetwork)
    return network


def packed(answer: SceneAnswer, classes: tuple[str, ...], same_digit: float = OVERLAP) -> Event:
    """Return an answer as an event holds it: the mask as int8, compressed, in base64."""
    shown = answer.found.apart(lying_apart(same_digit)).above(SCORE)
    boxes = zip(shown.boxes.tolist(), shown.labels.tolist(), shown.scores.tolist(), strict=True)
    return {
        "size": list(answer.mask.shape),
        "mask": compressed(answer.mask.to(torch.int8)),
        "boxes": [
            [*(rounded(side) for side in box), label, rounded(score)]
            for box, label, score in list(boxes)[:MAX_BOXES]
        ],
        "number": [classes[label] for label in answer.number],
    }


def compressed(picture: Tensor) -> str:
    """Return whole numbers of one byte, compressed, in base64."""
    return base64.b64encode(zlib.compress(picture.contiguous().numpy().tobytes())).decode()


def _read(model: SceneNetwork, half: bool, pictures: Tensor) -> SceneOutput:
    # no cache: both threads would share it
    autocast = torch.autocast("cpu", torch.bfloat16, enabled=half, cache_enabled=False)
    with torch.inference_mode(), autocast:
        output: SceneOutput = model(pictures)
    return output.float()


def validation(trainer: Learning, probe: SceneProbe) -> Event:
    """Return loss and scores on the validation scenes."""
    model, scenes = _network(trainer), probe.scenes
    read = partial(_read, model, trainer.half)
    first, second = probe.sequence.tensor_split(2)
    with evaluating(model):
        if trainer.helper is None:
            halves = [read(first), read(second)]
        else:
            other = trainer.helper.submit(read, second)
            halves = [read(first), other.result()]
    output = SceneOutput(*map(torch.cat, zip(*halves, strict=True)))
    with torch.inference_mode():
        loss, _ = scene_loss(model, output, scenes, 1.0)  # the same measure at every point
        said = decoded(output, scenes.images, probe.same_digit)
        found = scores(said, scenes, len(probe.classes))
    return {
        "validation_loss": rounded(loss),
        "validation_accuracy": rounded(found.exact_sequence),
        "mean_iou": rounded(found.mean_iou),
        "ap50": rounded(found.ap50),
        "ap75": rounded(found.ap75),
        "pictures": len(scenes),
    }


LOOKS = (
    Watched(frame, "scene", 0.02, 0.25, points=FRAMES),
    Watched(validation, "watch", 0.01, 1.0, points=VALIDATION_POINTS),
    Watched(histograms, "watch", 0.0015, 1.0),
)
