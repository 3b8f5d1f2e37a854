"""What a browser sends as photographs is bounded and comes once."""

from __future__ import annotations

import base64
import re
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rnndemo.data.files.pictures import open_picture
from rnndemo.ui.components import burst as module
from rnndemo.ui.components.burst import burst, burst_data, photographs
from rnndemo.ui.components.component import HERE
from tests.pictures import encoded


def sent(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


JPEG = encoded(Image.new("L", (64, 48), 200), "JPEG")


def test_photographs_arrive_to_the_last_byte():
    given = [JPEG, JPEG + b"\0", JPEG + b"\1"]
    assert photographs([sent(content) for content in given], 3) == given
    assert open_picture(given[0]).shape == (48, 64)


@pytest.mark.parametrize(
    "picture",
    [None, 5, "", "é", "no base64!", sent(b"GIF89a"), sent(JPEG)[:-1], sent(JPEG * 999), [], {}],
)
def test_only_small_jpegs_are_taken(picture):
    assert photographs([picture, sent(JPEG)], 2) == [JPEG]


@pytest.mark.parametrize("pictures", [None, "", 3, {}, {"0": sent(JPEG)}])
def test_only_a_list_holds_photographs(pictures):
    assert photographs(pictures, 3) == []


@given(st.lists(st.just(sent(JPEG)), max_size=70), st.integers(1, 60))
def test_never_more_than_asked_for(pictures, most):
    assert len(photographs(pictures, most)) == min(len(pictures), most)


def test_a_burst_is_returned_by_one_call_only(monkeypatch):
    state: dict[str, Any] = {}
    taken = {"id": "1-2", "pictures": [sent(JPEG)] * 3}
    monkeypatch.setattr(module.st, "session_state", state)
    monkeypatch.setattr(module, "_mount", lambda **given: SimpleNamespace(taken=taken))
    assert burst("camera", 2) == [JPEG, JPEG]
    assert burst("camera", 2) == []
    taken["id"] = "3-4"
    assert burst("other") == [JPEG] * 3
    assert burst("camera") == [JPEG] * 3
    assert burst("camera") == []


def test_every_text_that_the_browser_asks_for_is_sent():
    script = (HERE / "burst.js").read_text(encoding="utf-8")
    text = burst_data(5)["text"]
    asked = set(re.findall(r"text\.(\w+)\b(?!\()", script)) | set(
        re.findall(r'(?:fail\(|\?\? )"(\w+)"', script)
    )
    problems = re.search(r"PROBLEMS = \{(.*?)\}", script, re.S)
    buttons = re.search(r"const button = \{(.*?)\}", script, re.S)
    assert problems
    assert buttons
    for table in (problems, buttons):
        asked |= set(re.findall(r': "(\w+)"', table[1]))
    assert asked == set(text)
