"""Some pictures of a set stand for all of it, even if it is sorted by class."""

from __future__ import annotations

from unittest.mock import patch

import pytest
import torch

from rnndemo.data.sets import ImageSet, spaced
from rnndemo.models.store import Model
from rnndemo.ui.inside import at_once, readings


def sorted_set(count: int) -> ImageSet:
    """Return pictures of ten classes, one class after the other, which differ in their ink."""
    labels = torch.arange(count) * 10 // count
    images = (10 * labels).to(torch.uint8)[:, None, None].expand(count, 28, 28).contiguous()
    return ImageSet(images, labels)


def test_a_sorted_set_gives_pictures_of_every_class_and_a_small_one_all() -> None:
    some = sorted_set(3000).evenly(1000)
    assert some.labels.bincount().tolist() == [100] * 10
    assert torch.equal(some.images[:, 0, 0].long(), 10 * some.labels)
    assert torch.equal(sorted_set(40).evenly(1000).labels, sorted_set(40).labels)
    assert [len(spaced(count, 5)) for count in (0, 1, 12)] == [0, 1, 5]


@pytest.fixture
def cnn(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sorted_set(3000)
    for module in (at_once, readings):
        monkeypatch.setattr(module, "test_pictures_of", lambda _model: whole)
    monkeypatch.setattr(at_once, "peaks_over", lambda *_given: [])


@pytest.mark.usefixtures("cnn")
def test_inside_reads_pictures_of_every_class_with_their_labels(tiny: Model) -> None:
    states = readings._test_states.__wrapped__(tiny, 0)
    assert set(states.labels.tolist()) == set(range(10))
    assert (states.images[:, 0, 0] * 255).round().astype(int).tolist() == (
        10 * states.labels
    ).tolist()
    with patch.object(at_once, "to_sequence", lambda images, _scan: images.float()):
        _peaks, seen, labels = at_once._peaks.__wrapped__(tiny)
    assert set(labels.tolist()) == set(range(10))
    assert (seen[:, 0, 0] * 255).round().astype(int).tolist() == (10 * labels).tolist()
