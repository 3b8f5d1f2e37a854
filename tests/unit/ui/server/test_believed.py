from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from streamlit.components.v2.bidi_component.serialization import (
    BidiComponentSerde,
    deserialize_trigger_list,
)
from streamlit.elements.arrow import DataframeSelectionSerde
from streamlit.elements.echarts_chart import EChartsChartSelectionSerde
from streamlit.elements.widgets.button import ButtonSerde
from streamlit.elements.widgets.button_group import (
    _MultiSelectButtonGroupSerde,
    _SingleSelectButtonGroupSerde,
)
from streamlit.elements.widgets.camera_input import CameraInputSerde
from streamlit.elements.widgets.checkbox import CheckboxSerde
from streamlit.elements.widgets.file_uploader import FileUploaderSerde
from streamlit.elements.widgets.multiselect import MultiSelectSerde
from streamlit.elements.widgets.number_input import NumberInputSerde
from streamlit.elements.widgets.selectbox import SelectboxSerde
from streamlit.elements.widgets.slider import SliderSerde
from streamlit.elements.widgets.text_widgets import TextInputSerde
from streamlit.proto.Common_pb2 import FileUploaderState, UploadedFileInfo
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import SessionState

from rnndemo.ui.server.believed import (
    CHECKS,
    MAX_FILES,
    MAX_TEXT,
    believable,
    believe_what_was_offered,
)
from tests.hand_made import state

OFFERED: dict[str, Any] = {
    "options": ["a", "b", "c"],
    "formatted_options": ["A", "B", "C"],
    "formatted_option_to_option_index": {"A": 0, "B": 1, "C": 2},
}
CALLBACKS = {"chosen": print, "picked": print}


def files(count: int) -> FileUploaderState:
    info = UploadedFileInfo(file_id="x", name="x.png", size=1)
    return FileUploaderState(uploaded_file_info=[info] * count)


def selected(**lists: Any) -> str:
    return json.dumps({"selection": lists})


# what deserializes, the field of its values, values that it may have, and some that it may not
KINDS: list[tuple[Any, str, list[Any], list[Any]]] = [
    (ButtonSerde(), "trigger_value", [True, False], []),
    (CheckboxSerde(False), "bool_value", [True, False], []),
    (SelectboxSerde(**OFFERED), "string_value", ["A", "C"], ["", "a", "folder:/etc"]),
    (_SingleSelectButtonGroupSerde(**OFFERED), "string_array_value",
     [["A"]], [[], ["a"], ["A", "B"]]),
    (_MultiSelectButtonGroupSerde(**OFFERED), "string_array_value",
     [[], ["A"], ["C", "A"]], [["a"], ["A", "A"], ["A", "x"], ["A"] * 9]),
    (MultiSelectSerde(**OFFERED), "string_array_value",
     [[], ["B", "A"]], [["a"], ["A", "A"]]),
    (NumberInputSerde(1, NumberInput.INT, 0, 9), "double_value",
     [0, 9.0, 5], [-1, 10, math.nan, math.inf, 1e300]),
    (SliderSerde([1.0], Slider.INT, True, None, 0.0, 9.0), "double_array_value",
     [[0.0], [9.0]], [[], [-1.0], [1.0, 2.0], [math.nan], [math.inf]]),
    (TextInputSerde("", 5), "string_value",
     ["", "abcde", "<b>", "日本語", "a\tb", "é\u200d"], ["abcdef", "a\0", "a\nb", "\x1b[1m"]),
    (TextInputSerde("", None), "string_value", ["x" * MAX_TEXT], ["x" * (MAX_TEXT + 1)]),
    (FileUploaderSerde(False), "file_uploader_state_value", [files(0), files(1)], [files(2)]),
    (FileUploaderSerde(True), "file_uploader_state_value",
     [files(0), files(MAX_FILES)], [files(MAX_FILES + 1)]),
    (CameraInputSerde(), "file_uploader_state_value", [files(0), files(1)], [files(2)]),
    (DataframeSelectionSerde(num_rows=3), "string_value",
     [selected(rows=[]), selected(rows=[0, 2], columns=[], cells=[])],
     ["", "{", "[]", "null", '{"selection": 4}', selected(rows=[3]), selected(rows=[-1]),
      selected(rows=["1"]), selected(rows=[True]), selected(rows=5), selected(columns=["a"]),
      selected(rows=[0.5]), selected(other=[]), selected(rows=[0] * 100_000)]),
    (EChartsChartSelectionSerde(), "string_value",
     [selected(selected=[], areas=[]), selected(selected=[{"data_indices": [4], "name": "x"}])],
     [selected(selected=[4]), selected(selected=[{}]), selected(selected=[{"data_indices": [-1]}]),
      selected(selected=[{"data_indices": ["x"]}]), selected(areas=[{}]), "NaN"]),
    (BidiComponentSerde(), "json_value",
     ["{}", '{"chosen": {"layer": 1}}', '{"picked": {"points": [[1, 2.5e3]]}}'],
     ["", "[]", "4", '{"sent": {}}', '{"chosen": NaN}', '{"chosen": 1e999}', "[" * 9999,
      '{"chosen": 1' + "0" * 99 + "}", '{"picked": ' + "[" * 50 + "]" * 50 + "}",
      json.dumps({"picked": "x" * 300_000})]),
    (deserialize_trigger_list, "json_trigger_value",
     ['[{"event": "chosen", "value": 1}]', "[]"],
     ["x", "4", '["chosen"]', '[{"event": "sent"}]', '[{}]', '[{"event": ["chosen"]}]']),
]  # fmt: skip


def metadata(serde: Any, field: str, **more: Any) -> WidgetMetadata[Any]:
    read = getattr(serde, "deserialize", serde)
    return WidgetMetadata("id", read, str, field, callbacks=dict(CALLBACKS), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("serde", "field", "good", "bad"), KINDS)
def test_a_value_is_believed_if_its_control_can_send_it(
    serde: Any, field: str, good: list[Any], bad: list[Any]
) -> None:
    widget = metadata(serde, field)
    for value in good:
        assert believable(widget, state("id", **{field: value})), value
    for value in bad:
        assert not believable(widget, state("id", **{field: value})), value
    other = "int_value" if field != "double_value" else "bool_value"
    assert not believable(widget, state("id", **{other: 1}))


def test_a_browser_sends_whole_numbers_as_such() -> None:
    widget = metadata(NumberInputSerde(1, NumberInput.INT, 0, 9), "double_value")
    assert believable(widget, state("id", int_value=9))
    assert not believable(widget, state("id", int_value=10))


def test_every_check_is_tested() -> None:
    assert {deserialize_trigger_list if callable(one) else type(one) for one, *_ in KINDS} == {
        *CHECKS
    }


def test_only_buttons_of_one_choice_cannot_be_emptied() -> None:
    for serde, field, _good, _bad in KINDS:
        emptied = believable(metadata(serde, field), WidgetState(id="id"))
        assert emptied != isinstance(serde, _SingleSelectButtonGroupSerde)


def test_a_kind_without_a_check_takes_nothing() -> None:
    assert not believable(metadata(str, "string_value"), state("id", string_value="x"))


def test_no_more_are_chosen_than_may_be() -> None:
    serde = _MultiSelectButtonGroupSerde(**OFFERED)
    widget = metadata(serde, "string_array_value", max_array_length=1)
    assert not believable(widget, state("id", string_array_value=["A", "B"]))


def test_callbacks_hear_only_what_was_offered() -> None:
    ThreadState.initialize()
    believe_what_was_offered()
    believe_what_was_offered()
    heard: list[str] = []
    widget = replace(
        metadata(SelectboxSerde(**OFFERED, default_option_index=0), "string_value"),
        callbacks=None,
        callback=lambda: heard.append(session["id"]),
    )
    session = SessionState()
    assert session.register_widget(widget, None).value == "a"
    for value, told in (("folder:/etc", True), ("B", False), ("x", True), ("B", False)):
        sent = WidgetStates(widgets=[state("id", string_value=value)])
        session.on_script_will_rerun(sent)
        # the browser, which shows another choice, is told which one counts
        assert session.register_widget(widget, None).value_changed == told
    assert (heard, session["id"]) == (["b"], "b")


def test_what_came_before_its_widget_was_drawn_is_checked_too() -> None:
    believe_what_was_offered()
    widget = metadata(SelectboxSerde(**OFFERED, default_option_index=0), "string_value")
    session = SessionState()
    session.on_script_will_rerun(WidgetStates(widgets=[state("id", string_value="folder:/etc")]))
    assert session.register_widget(widget, None).value == "a"
    session = SessionState()
    session.on_script_will_rerun(WidgetStates(widgets=[state("id", string_value="C")]))
    assert session.register_widget(widget, None).value == "c"
