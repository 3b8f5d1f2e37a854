"""A forged threshold, and a forged press on the button that keeps it, change nothing."""

from __future__ import annotations

import math
import re
import time

from tests.hand_made import Answer, client, state

SLIDER, KIND, KEEP = "place_threshold_digits-lstm", "place_kind_", "place_save"
SAID = re.compile(r"less than ([\d.]+ %) sure.*?turns away")


def threshold(answer: Answer) -> str:
    found = SAID.search(answer.said("markdown"))
    assert found
    return found[1]


def test_nothing_forged_moves_or_keeps_a_threshold(address: str) -> None:
    with client(address) as visitor:
        answer = visitor.run("robustness", "lang=en")
        part = state(answer.find("robustness_part"), string_array_value=["Out of place"])
        answer, end = visitor.run("robustness", visitor.query, [part]), time.monotonic() + 60
        while KEEP not in " ".join(answer.widgets) and time.monotonic() < end:
            answer = visitor.run("robustness", visitor.query, [part])
        before = threshold(answer)
        slider, keep = answer.find(SLIDER), answer.find(KEEP)
        kind = next(one for one in answer.widgets if f"-{KIND}" in one)
        for wrong in (
            state(slider, double_array_value=[math.nan]),
            state(slider, double_array_value=[100.1]),
            state(slider, double_array_value=[20.0, 30.0]),
            state(slider, string_value="50"),
            state(kind, string_array_value=["../secrets"]),
            state(keep, trigger_value=True),  # the model ships: the button is disabled
        ):
            answer = visitor.run("robustness", visitor.query, [part, wrong])
            assert not answer.errors
            assert threshold(answer) == before
        right = state(slider, double_array_value=[50.0])
        assert threshold(visitor.run("robustness", visitor.query, [part, right])) == "50.0 %"
