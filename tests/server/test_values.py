"""Every widget of every page gets what its control cannot have sent: nothing of it is believed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.proto.Common_pb2 import FileUploaderState, UploadedFileInfo
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.hand_made import FIELDS, Answer, Client, client, state

MARKUP = "![t](//elsewhere.example/x.png) <img src=x> $x$ :red[x]"
SECRET = "kept-from-visitors"  # the name of a class of pictures that lie on the server

# page, link, and the label chosen in "draw_source"
PAGES = [
    ("", "", ""),
    ("", "", "Picture"),
    ("", "", "Camera"),
    ("", "model=digits-cnn", "Surprise me"),
    ("train", f"run={'a' * 20}", ""),
    ("inside", "", ""),
    ("inside", "model=digits-cnn", ""),
    ("gestures", "", ""),
    ("gestures", "part=made", ""),
    ("gestures", f"part=own&set={'b' * 20}", ""),
    ("gestures", f"part=own&set={'c' * 20}", ""),
    ("explore", f"study={'d' * 20}", ""),
    ("explore", "question=own", ""),
    ("compare", f"comparison={'e' * 20}&runs={'a' * 20}", ""),
    ("robustness", "", ""),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pictures on the server, which is nobody's data set."""
    folder = tmp_path_factory.mktemp("pictures")
    for name in (SECRET, "other"):
        (folder / name).mkdir()
        for number in range(12):
            picture = np.full((28, 28), 20 * number, dtype=np.uint8)
            Image.fromarray(picture).save(folder / name / f"{number}.png")
    return folder


def wrong_texts(folder: Path) -> list[str]:
    return [f"folder:{folder}", f"set:{'f' * 20}", "", MARKUP, "a\0b", "x" * 100_000, "-1"]


WRONG_NUMBERS = [math.nan, math.inf, -math.inf, 1e300, -1e300, 2.0**70, -(2.0**70)]
WRONG_JSON = [
    "no JSON",
    "[]",
    "[" * 900 + "]" * 900,
    '{"selection": {"rows": [-1, 0.5, 99999999], "selected": [{"data_indices": ["x"]}]}}',
    '{"sent": {"strokes": [{"number": 1e999}]}, "chosen": {"layer": NaN}}',
    '{"sent": {"added": [{"number": 1, "strokes": "abc", "about": {}}], "strokes": [4]},'
    ' "chosen": {"layer": "x"}, "picked": {"points": 5}, "taken": {"id": [], "pictures": [5]}}',
    '{"chosen": {"layer": -9007199254740991, "unit": 4}, "picked": {"points": [[["a"]]]},'
    ' "selection": 4}',
]
JSON_KINDS = ("dataframe", "echarts_chart", "bidi_component")
ROUNDS = 2  # in which each widget gets other values than those beside it


def wrong(widget: str, kind: str, turn: int, folder: Path) -> Iterator[WidgetState]:
    """Yield what the control of a widget cannot have sent: wrong values, in turn a wrong type."""
    if turn == len(WRONG_NUMBERS):
        yield of_wrong_type(widget, kind, folder)
        return
    name, text = FIELDS[kind], wrong_texts(folder)[turn]
    if kind in JSON_KINDS:
        yield state(widget, **{name: WRONG_JSON[turn]})
        yield state(
            f"$$STREAMLIT_INTERNAL_KEY_{widget}__events", json_trigger_value=WRONG_JSON[turn]
        )
    elif kind == "text_input":  # anything else may be typed there
        yield state(widget, string_value=("a\0b", "x" * 100_000, "two\nlines")[turn % 3])
    elif name == "string_value":
        yield state(widget, string_value=text)
    elif name == "string_array_value":
        yield state(widget, string_array_value=[text] * (turn + 1) if turn else [])
    elif name == "double_value":
        yield state(widget, double_value=WRONG_NUMBERS[turn])
    elif name == "double_array_value":
        yield state(widget, double_array_value=[WRONG_NUMBERS[turn]] * (turn + 1))
    elif name == "file_uploader_state_value":
        files = FileUploaderState(
            uploaded_file_info=[UploadedFileInfo(file_id=text, name=text, size=2**40)] * (turn + 1)
        )
        yield state(widget, file_uploader_state_value=files)


def of_wrong_type(widget: str, kind: str, folder: Path) -> WidgetState:
    """Return a state of another type than the control of a widget sends."""
    if FIELDS[kind] in ("string_value", "json_value"):
        return state(widget, double_array_value=[math.nan])
    return state(widget, string_value=f"folder:{folder}")


def check(answer: Answer, folder: Path) -> None:
    said = answer.said()
    assert not answer.errors
    assert SECRET not in said
    assert "elsewhere.example" not in said.replace("\\", ""), "markup was taken from a message"
    assert answer.widgets


@pytest.fixture
def visitor(address: str) -> Iterator[Client]:
    with client(address) as visitor:
        yield visitor


def opened(visitor: Client, page: str, query: str, source: str) -> Answer:
    """Open a page; draw from `source`, if it is named."""
    answer = visitor.run(page, query)
    if source:
        chosen = state(answer.find("draw_source"), string_array_value=[source])
        answer = visitor.run(page, visitor.query, [chosen])
    return answer


@pytest.mark.parametrize(("page", "query", "source"), PAGES)
def test_no_wrong_value_is_believed(
    visitor: Client, log: Path, folder: Path, page: str, query: str, source: str
) -> None:
    answer = opened(visitor, page, query, source)
    check(answer, folder)
    reported, known = log.stat().st_size, answer.widgets.keys()
    for turn in range(ROUNDS):
        sent = [
            one
            for place, (widget, (kind, _element)) in enumerate(answer.widgets.items())
            for one in wrong(widget, kind, (3 * turn + place) % (len(WRONG_NUMBERS) + 1), folder)
        ]
        answer = visitor.run(page, visitor.query, sent)
        check(answer, folder)
        assert answer.widgets.keys() == known
    assert not visitor.folders, "a message tells where things lie"
    assert log.read_bytes()[reported:] == b""


def test_what_is_offered_is_taken(visitor: Client) -> None:
    answer = visitor.run()
    element = answer.widgets[answer.find("model_select")][1]
    chosen = state(answer.find("model_select"), string_value=element.options[1])
    visitor.run("", "", [chosen])
    assert "model=" in visitor.query


def element_of(answer: Answer, key: str) -> Any:
    return answer.widgets[answer.find(key)][1]


def test_no_folder_becomes_data_by_a_choice(visitor: Client, folder: Path) -> None:
    answer = visitor.run("train")
    for text in (f"folder:{folder}", f"npz:{folder}/x.npz", f"set:{'f' * 20}"):
        sent = state(answer.find("train_data_name"), string_value=text)
        answer = visitor.run("train", visitor.query, [sent])
        check(answer, folder)
        shown = element_of(answer, "train_data_name")
        # the browser, which shows another choice, is told which one counts
        assert (shown.set_value, shown.raw_value) == (True, shown.options[0])
        assert "data.name" not in visitor.query


def test_no_link_tells_what_lies_on_the_server(visitor: Client, folder: Path) -> None:
    said = set()
    for kind, path in (("folder", folder), ("folder", folder / "x"), ("npz", folder / "x")):
        answer = visitor.run("train", f"data.name={kind}:{path}")
        check(answer, folder)
        said.add(re.sub("named '.*';", "", answer.said("alert")))
    assert len(said) == 1
    assert "There is no data set" in said.pop()
    space = f'{{"fields":{{"data.name":{{"choices":["folder:{folder}"]}}}},"sampler":"grid"}}'
    check(visitor.run("explore", f"question=own&space={space}"), folder)
    check(visitor.run("", f"model={folder}&lang={folder}"), folder)
    check(visitor.run("compare", f"comparison={folder}&runs=..,{folder}"), folder)
