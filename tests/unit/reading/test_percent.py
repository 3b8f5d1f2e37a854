"""A share is written in one way in each language, and no network is certain."""

from __future__ import annotations

import pytest

from rnndemo.languages import translator
from rnndemo.reading.percent import digits_of, percent, sureness


@pytest.mark.parametrize(
    ("probability", "english", "chinese"),
    [
        (1.0, "≥ 99.9 %", "≥ 99.9%"),
        (0.999, "≥ 99.9 %", "≥ 99.9%"),
        (0.9989, "99.9 %", "99.9%"),
        (0.5, "50.0 %", "50.0%"),
        (0.001, "0.1 %", "0.1%"),
        (0.0, "< 0.1 %", "< 0.1%"),
    ],
)
def test_sureness_never_claims_certainty(probability: float, english: str, chinese: str) -> None:
    assert sureness(probability) == english
    assert sureness(probability, translator("zh")) == chinese


def test_digits_are_those_that_the_pictures_justify() -> None:
    said = [percent(0.98765, digits_of(n)) for n in (99, 100, 4_999, 5_000)]
    assert said == ["99 %", "98.8 %", "98.8 %", "98.77 %"]
    assert percent(0.5, 0, translator("zh")) == "50%"
