from __future__ import annotations

import pytest
import torch

from rnndemo.data.files.drawings import Drawings
from rnndemo.errors import InputError
from rnndemo.evaluation.batch import evaluate, predict, probabilities_of
from rnndemo.evaluation.report import UNKNOWN, report, wilson_interval
from rnndemo.models.store import Model


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        # Newcombe 1998, table I, method 3: score without continuity correction
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_wilson_interval_agrees_with_the_literature(
    right: int, n: int, low: float, high: float
) -> None:
    assert wilson_interval(right, n) == pytest.approx((low, high), abs=6e-5)


def test_report_in_closed_form() -> None:
    table = torch.tensor([[0.9, 0.1], [0.4, 0.6], [0.8, 0.2], [0.3, 0.7]])
    labels = torch.tensor([0, 1, 1, UNKNOWN])
    result = report(table, labels, torch.tensor([False, True, False, False]))
    assert result.n == 4
    assert result.accuracy == 0.5  # the class that it does not have counts as wrong
    assert result.rejected == 0.25
    assert result.confusion.tolist() == [[1, 0], [1, 1]]
    assert result.interval == wilson_interval(2, 4)


def test_report_without_a_known_label() -> None:
    result = report(torch.full((3, 2), 0.5), torch.full((3,), UNKNOWN), torch.ones(3).bool())
    assert (result.accuracy, result.rejected) == (0.0, 1.0)
    assert result.confusion.tolist() == [[0, 0], [0, 0]]


def drawings(count: int, labels: tuple[str | None, ...] | None = None) -> Drawings:
    generator = torch.Generator().manual_seed(0)
    images = torch.randint(0, 256, (count, 28, 28), generator=generator).to(torch.uint8)
    blank = torch.zeros(count, dtype=torch.bool)
    return Drawings(images, blank, labels)


def test_prediction_names_the_likeliest_class(tiny: Model) -> None:
    given = drawings(6)
    table = probabilities_of(tiny, given.images)
    for one, row in zip(predict(tiny, given), table, strict=True):
        assert list(one.probabilities) == list(tiny.classes)
        assert list(one.probabilities.values()) == pytest.approx(row.tolist())
        assert one.label == tiny.classes[int(row.argmax())]
        assert one.probability == pytest.approx(row.max().item())
        assert one.rejected == (one.probability < tiny.card.reject_threshold)


def test_probabilities_are_calibrated_by_the_card(tiny: Model) -> None:
    given = drawings(4)
    sequence = given.images.float() / 255
    expected = (tiny.network(sequence).double() / tiny.card.temperature).softmax(1)
    assert probabilities_of(tiny, given.images) == pytest.approx(
        expected.detach().numpy(), abs=1e-6
    )


def test_blank_drawing_is_answered_with_a_question_mark(tiny: Model) -> None:
    given = drawings(2)
    given.images[1] = 0
    given.blank[1] = True
    blank = predict(tiny, given)[1]
    assert (blank.label, blank.probability, blank.rejected) == ("?", 0.0, True)
    assert set(blank.probabilities.values()) == {0.0}
    assert evaluate(tiny, given).rejected >= 0.5


def test_labels_are_matched_by_name(tiny: Model) -> None:
    answers = [one.label for one in predict(tiny, drawings(5))]
    assert evaluate(tiny, drawings(5, tuple(answers))).accuracy == 1
    mixed = evaluate(tiny, drawings(5, (*answers[:3], "star", "star")))
    assert mixed.accuracy == 0.6
    assert mixed.confusion.sum() == 3


def test_labels_for_some_drawings_only_are_refused(tiny: Model) -> None:
    with pytest.raises(InputError, match="without a label: 1 of 3"):
        evaluate(tiny, drawings(3, ("1", None, "2")))
