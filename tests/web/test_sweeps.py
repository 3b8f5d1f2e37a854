"""What the browser asks the sweeps over a scene is what Python adds up."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest
import torch

from rnndemo.config import DIRECTIONS
from rnndemo.data.scenes.scene import INK, NOTHING
from rnndemo.models.scene_store import SceneModel
from rnndemo.models.scenes import SweepNetwork
from rnndemo.reading.scenes import SceneReading, read_scene
from rnndemo.ui.components.sweeps import scene_data
from rnndemo.web.scene_packed import packed_head
from tests.scenes import untrained

LOGIT = 1e-2  # how far a share may lie from Python's
DOUBT = 0.05  # of two logits: nearer ones may be exchanged

# all of a scene that tests ask for: shares (direction, inked pixel, class), masks, verdicts
ASK = """(web, {manifest, weights, scene, products, moments, judged}) => {
    const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const head = web.maskHead(manifest, web.halves(bytes(weights)), web[products]);
    const states = new Int16Array(bytes(scene.states).buffer);
    const swept = new web.SweptScene(head, {...scene, picture: bytes(scene.picture), states});
    const count = manifest.classes;
    const taken = (share) => swept.pixels.map(({from}) => [...share.subarray(from, from + count)]);
    return {
        last: swept.last,
        shares: swept.shares.map(taken),
        masks: moments.map((moment) => swept.mask(moment)),
        verdicts: judged.map((k) => swept.verdict(swept.pixels[k])),
    };
}"""


def drawn(size: tuple[int, int], seed: int = 0) -> np.ndarray:
    """Return a scene with ink of every level here and there."""
    rng = np.random.default_rng(seed)
    levels = rng.integers(1, 256, size) * (rng.random(size) < 0.3)
    levels[: size[0] // 3, : size[1] // 4] = 0
    return levels.astype(np.uint8)


def read(model: SceneModel, seed: int = 0) -> tuple[SceneReading, SweepNetwork]:
    assert isinstance(model.network, SweepNetwork)
    return read_scene(model, drawn(model.image_size, seed)), model.network


def asked(
    run: Any, network: SweepNetwork, reading: SceneReading, *, moments: list[float] | None = None,
    judged: list[int] | None = None, products: str = "simdProducts",
) -> dict[str, Any]:  # fmt: skip
    """Return what the browser computes of a reading."""
    packed = packed_head(network)
    found: dict[str, Any] = run(ASK, {
        "manifest": packed.manifest, "weights": base64.b64encode(packed.weights).decode(),
        "scene": scene_data(network, reading), "moments": moments or [], "judged": judged or [],
        "products": products,
    })  # fmt: skip
    return found


def at_ink(values: np.ndarray, reading: SceneReading) -> np.ndarray:
    """Return ``(classes, height, width)`` at the inked pixels, ``(pixels, classes)``."""
    return values.transpose(1, 2, 0)[reading.picture >= INK]


@pytest.mark.parametrize("products", ["plainProducts", "simdProducts"])
@pytest.mark.parametrize(
    ("directions", "size", "stride"),
    [
        (DIRECTIONS, (64, 96), 4),
        (("left", "down"), (62, 83), 4),  # no whole number of places
        (("right",), (36, 36), 2),
    ],
    ids=["all", "two", "one"],
)
def test_shares_are_those_of_python(run, products, directions, size, stride) -> None:
    reading, network = read(untrained(directions, size=size, stride=stride))
    shares = asked(run, network, reading, products=products)["shares"]
    assert len(shares) == len(network.directions) == len(directions)
    for share, name in zip(shares, network.directions, strict=True):
        np.testing.assert_allclose(share, at_ink(reading.shares[name], reading), atol=LOGIT)


@pytest.mark.parametrize("seed", range(2))
def test_the_last_mask_is_the_answer(run, seed: int) -> None:
    reading, network = read(untrained(seed=seed), seed)
    said = asked(run, network, reading, moments=[24])
    assert said["last"] == 24
    (mask,) = said["masks"]
    best = np.sort(at_ink(reading.logits, reading), axis=1)
    sure = best[:, -1] - best[:, -2] > DOUBT
    assert sure.mean() > 0.9
    labels = np.array([one["label"] for one in mask])
    np.testing.assert_array_equal(
        labels[sure], reading.answer.mask.numpy()[reading.picture >= INK][sure]
    )
    assert [one["at"] for one in mask] == np.flatnonzero(reading.picture >= INK).tolist()


@pytest.mark.parametrize("moment", [0, 7.5, 23])
def test_a_mask_on_the_way_adds_what_has_arrived(run, moment: float) -> None:
    reading, network = read(untrained())
    (mask,) = asked(run, network, reading, moments=[moment])["masks"]
    height, width = reading.picture.shape
    row, column = np.indices((height, width)) // network.scenes.stride
    rows, columns = int(moment * 16 / 24 + 1e-6), int(moment)
    arrived = {
        "down": row < rows, "up": row >= 16 - rows,
        "right": column < columns, "left": column >= 24 - columns,
    }  # fmt: skip
    logits = reading.logits - sum(reading.shares.values())
    logits = logits + sum(reading.shares[name] * arrived[name] for name in DIRECTIONS)
    odds = at_ink(torch.from_numpy(logits).softmax(0).numpy(), reading)
    labels = np.where(odds.argmax(1) == len(odds[0]) - 1, NOTHING, odds.argmax(1))
    labels[~at_ink(np.any(list(arrived.values()), 0)[None], reading)[:, 0]] = NOTHING
    best = np.sort(odds, axis=1)
    sure = np.log(best[:, -1] / best[:, -2]) > DOUBT
    found = np.array([one["label"] for one in mask])
    np.testing.assert_array_equal(found[sure], labels[sure])


def test_a_moment_that_falls_a_little_short_is_that_moment(run) -> None:
    reading, network = read(untrained())
    short, full = asked(run, network, reading, moments=[24 - 1e-9, 24])["masks"]
    assert short == full
    code = "(web, moment) => web.SweptScene.prototype.whole(moment)"
    assert [run(code, moment) for moment in (24 - 1e-9, 23.9, 0)] == [24, 23, 0]


def test_the_verdict_leaves_each_sweep_out(run) -> None:
    reading, network = read(untrained())
    judged = list(range(0, 400, 7))
    verdicts = asked(run, network, reading, judged=judged)["verdicts"]
    shares = {name: at_ink(share, reading)[judged] for name, share in reading.shares.items()}
    logits = at_ink(reading.logits, reading)[judged]
    bias = logits - sum(shares.values())

    def odds(values: np.ndarray) -> np.ndarray:
        return torch.from_numpy(values).softmax(1).numpy()

    decided = set()
    for k, verdict in enumerate(verdicts):
        answer = verdict["answer"]
        assert answer["odds"] == pytest.approx(odds(logits)[k, answer["label"]], abs=LOGIT)
        left = []
        for d, name in enumerate(network.directions):
            alone, without = verdict["alone"][d], verdict["without"][d]
            assert alone["odds"] == pytest.approx(odds(bias + shares[name])[k].max(), abs=LOGIT)
            expected = odds(logits - shares[name])[k]
            assert without["of"] == pytest.approx(expected[answer["label"]], abs=LOGIT)
            left.append((without["label"] == answer["label"], without["of"]))
        found = verdict["decided"]
        decided.add(found)
        if found is None:
            assert all(same and of >= answer["odds"] for same, of in left)
        else:
            assert left[found] == min(left)
    assert len(decided) > 2  # in this network, it is not always the same one


def test_a_lone_sweep_does_not_decide(run) -> None:
    reading, network = read(untrained(("up",)))
    (verdict,) = asked(run, network, reading, judged=[0])["verdicts"]
    assert verdict["decided"] is None
    assert verdict["alone"] == [verdict["answer"]]


@pytest.mark.parametrize("level", [0, INK - 1, 255])
def test_a_board_without_ink_or_full_of_it(run, level: int) -> None:
    model = untrained(size=(20, 30))
    assert isinstance(model.network, SweepNetwork)
    reading = read_scene(model, np.full((20, 30), level, np.uint8))
    said = asked(run, model.network, reading, moments=[0, said_last(model)])
    assert [len(mask) for mask in said["masks"]] == [600 * (level >= INK)] * 2


def said_last(model: SceneModel) -> int:
    """Return the number of moments: columns of places here, of which there are more than rows."""
    return -(-model.image_size[1] // model.config.scenes.stride)
