"""What is drawn of a reading is called rows only where a network reads rows of the picture."""

from __future__ import annotations

import pytest

from rnndemo.plots.look.theme import Look
from rnndemo.plots.reading.live import reading_data
from tests.exports import small


@pytest.mark.parametrize(
    ("scan", "word"),
    [
        ("rows", "row"), ("rows-up", "row"), ("shuffled-rows", "row"), ("pixels", "row"),
        ("permuted-pixels", "row"), ("columns", "timestep"), ("patches", "timestep"),
        ("patches-7", "timestep"), ("patches-32", "timestep"),
    ],
)  # fmt: skip
def test_a_line_of_a_reading_is_called_what_it_is(scan: str, word: str) -> None:
    text = reading_data(small(scan), Look())["text"]
    assert text["moment"] == word.capitalize()
    assert text["stage"] == f"The reading, {word} by {word}"
    for name in ("after", "row_tip", "unit_tip", "pixel_tip"):
        assert f"{word} {{row}}" in text[name]
