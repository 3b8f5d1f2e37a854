from __future__ import annotations

import torch

from rnndemo.data.scenes.scene import NOTHING, Scenes
from rnndemo.evaluation.scene_failures import KINDS, failures
from rnndemo.models.scene_answers import Detections, SceneAnswer

LARGE = [[0, 0, 20, 30], [40, 0, 60, 30]]
# boxes and labels of a scene -> the kinds it is of
CASES = [
    (LARGE, [1, 2], {"other"}),
    ([[0, 0, 20, 30], [15, 0, 35, 30]], [1, 2], {"overlap"}),
    ([[0, 0, 20, 30], [40, 0, 50, 17]], [1, 2], {"small"}),
    ([[0, 0, 20, 30], [21, 0, 40, 30]], [4, 4], {"same"}),
    ([[0, 0, 20, 30], [22, 0, 40, 30]], [4, 4], {"other"}),
    ([[0, 0, 20, 30], [15, 0, 30, 16]], [4, 4], {"overlap", "small", "same"}),
    ([[0, 0, 20, 30], [0, 0, 0, 0]], [1, NOTHING], {"other"}),
]


def scenes() -> Scenes:
    n = len(CASES)
    return Scenes(
        torch.zeros(n, 64, 96, dtype=torch.uint8),
        torch.full((n, 64, 96), NOTHING, dtype=torch.int8),
        torch.tensor([boxes for boxes, _, _ in CASES]).float(),
        torch.tensor([labels for _, labels, _ in CASES]),
    )


def answer(number: tuple[int, ...]) -> SceneAnswer:
    none = Detections(torch.zeros(0, 4), torch.zeros(0).long(), torch.zeros(0))
    return SceneAnswer(torch.zeros(64, 96).long(), torch.ones(64, 96), none, number, 1.0)


def test_each_scene_is_of_the_kinds_that_its_truth_has() -> None:
    found = failures([answer((9,))] * len(CASES), scenes())
    for k, (_boxes, _labels, kinds) in enumerate(CASES):
        assert {name for name in KINDS if k in found.special[name]} == kinds


def test_only_what_is_read_wrongly_is_a_failure() -> None:
    numbers = [tuple(number) for number in scenes().numbers()]
    found = failures([answer(number) for number in numbers[:-1]] + [answer(())], scenes())
    assert (found.n, found.wrong) == (len(CASES), (len(CASES) - 1,))
    assert found.of("other") == [len(CASES) - 1]
    assert found.of("overlap") == []
    assert found.answers.keys() == {len(CASES) - 1}
