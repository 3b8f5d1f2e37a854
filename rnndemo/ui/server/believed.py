"""What a browser sends for a widget is checked before anything reads it, callbacks included.

A message may carry any value for any widget: a path for a choice, NaN for a number, an event that
no click can set off. Streamlit holds some of them against the widget, but only once it is drawn
anew: callbacks run before. Here each value is held against the widget as it was drawn last. One
that its control cannot have sent counts as not sent: the widget keeps what it had, and the browser
is told so. Nothing is said: the control shows what counts. Seen with Streamlit 1.67.

A kind of widget that has no line in `CHECKS` takes nothing from a browser.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any

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
from streamlit.errors import StreamlitAPIException
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state.common import RegisterWidgetResult, WidgetMetadata
from streamlit.runtime.state.session_state import Serialized, SessionState

MAX_TEXT = 2000  # letters of a text field that sets no limit itself
MAX_FILES = 100
MAX_SELECTION = 200_000  # letters of what is selected in a table or chart
MAX_DEPTH = 12  # lists and objects in one another, in what a component sends
MAX_WHOLE = 2**53  # beyond, JavaScript has no whole numbers

# what components send, see `rnndemo.ui.components` -> letters that it may have
EVENTS = {"sent": 2_000_000, "taken": 14_000_000, "picked": 200_000, "chosen": 200}

# as what a widget is known -> as what a browser may send it: whole numbers have a kind of their own
SENT_AS = {"double_value": ("double_value", "int_value")}

_REFUSED = "widgets_refused"
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")  # a text field has one line

Metadata = WidgetMetadata[Any]


def believe_what_was_offered() -> None:
    """Let Streamlit take from browsers only what can be believed; further calls do nothing."""
    take, register = SessionState.set_widgets_from_proto, SessionState.register_widget
    if hasattr(take, "__wrapped__"):
        return

    @wraps(take)
    def take_believable(state: SessionState, sent: WidgetStates) -> None:
        known = state._new_widget_state.widget_metadata
        kept, refused = WidgetStates(), set()
        for one in sent.widgets:
            if one.id not in known or believable(known[one.id], one):
                kept.widgets.append(one)
            else:
                refused.add(one.id)
        state._new_session_state[_REFUSED] = frozenset(refused)
        take(state, kept)

    @wraps(register)
    def register_believable(
        state: SessionState, metadata: Metadata, user_key: str | None
    ) -> RegisterWidgetResult[Any]:
        # of a widget that this session had not drawn before, nothing could be said until now
        sent = state._new_widget_state.states.get(metadata.id)
        wrong = isinstance(sent, Serialized) and not believable(metadata, sent.value)
        if wrong:
            del state._new_widget_state[metadata.id]
        result = register(state, metadata, user_key)
        if wrong or metadata.id in state._new_session_state.get(_REFUSED, ()):
            return replace(result, value_changed=True)  # the browser shows something else
        return result

    SessionState.set_widgets_from_proto = take_believable  # type: ignore[method-assign, assignment]
    SessionState.register_widget = register_believable  # type: ignore[method-assign, assignment]


def believable(metadata: Metadata, sent: WidgetState) -> bool:
    """Return whether the control of a widget, as it was drawn last, can have sent a value."""
    kind = sent.WhichOneof("value")
    widget = getattr(metadata.deserializer, "__self__", None)
    if kind is None:  # it was emptied and has its default, which buttons have not
        return not isinstance(widget, _SingleSelectButtonGroupSerde)
    check = CHECKS.get(metadata.deserializer if widget is None else type(widget))
    if check is None or kind not in SENT_AS.get(metadata.value_type, (metadata.value_type,)):
        return False
    value = getattr(sent, kind)
    return check(metadata, value.data if hasattr(value, "data") else value)


# --- one check a kind of widget: whether its control can have sent a value of the right type -----


def _is_on_or_off(_metadata: Metadata, _sent: bool) -> bool:
    return True


def _is_offered(metadata: Metadata, sent: str) -> bool:
    return sent in _widget(metadata).formatted_option_to_option_index


def _is_one_offered(metadata: Metadata, sent: Any) -> bool:
    # none is no choice either: what is chosen with buttons always has one (`required`)
    return len(sent) == 1 and _is_offered(metadata, sent[0])


def _are_offered(metadata: Metadata, sent: Any) -> bool:
    offered, most = set(_widget(metadata).formatted_options), metadata.max_array_length
    different = set(sent)
    return len(different) == len(sent) <= (most or len(offered)) and different <= offered


def _is_in_range(metadata: Metadata, sent: float) -> bool:
    widget = _widget(metadata)
    return math.isfinite(sent) and widget.min_value <= sent <= widget.max_value


def _are_in_range(metadata: Metadata, sent: Any) -> bool:
    return len(sent) == (1 if _widget(metadata).single_value else 2) and all(
        _is_in_range(metadata, one) for one in sent
    )


def _is_typed(metadata: Metadata, sent: str) -> bool:
    most = _widget(metadata).max_chars or MAX_TEXT
    return len(sent) <= most and not _CONTROL.search(sent)


def _are_files(metadata: Metadata, sent: Any) -> bool:
    several = getattr(_widget(metadata), "accept_multiple_files", False)
    if len(sent.uploaded_file_info) > (MAX_FILES if several else 1):
        return False
    try:
        metadata.deserializer(sent)
    except StreamlitAPIException:  # the name of a file that it does not take
        return False
    return True


def _are_rows(metadata: Metadata, sent: str) -> bool:
    selection = _selection(sent, "rows", "columns", "cells")
    if selection is None or selection.get("columns") or selection.get("cells"):
        return False
    rows, count = selection.get("rows", []), _widget(metadata).num_rows
    return _are_places(rows) and max(rows, default=-1) < count


def _are_points(_metadata: Metadata, sent: str) -> bool:
    selection = _selection(sent, "selected", "areas")
    if selection is None or selection.get("areas"):  # no chart here has a brush
        return False
    groups = selection.get("selected", [])
    return all(
        isinstance(group, dict) and _are_places(group.get("data_indices")) for group in groups
    )


def _are_places(sent: Any) -> bool:
    return isinstance(sent, list) and all(type(place) is int and place >= 0 for place in sent)


def _are_states(metadata: Metadata, sent: str) -> bool:
    # what a component may say is what its page listens to
    names = metadata.callbacks or {}
    if len(sent) > sum(EVENTS.get(name, 0) for name in names) + len("{}"):
        return False
    states = _read(sent)
    return isinstance(states, dict) and states.keys() <= names.keys()


def _are_triggers(metadata: Metadata, sent: str) -> bool:
    names = metadata.callbacks or {}
    if len(sent) > sum(EVENTS.get(name, 0) for name in names):
        return False
    events = _read(sent)
    if isinstance(events, dict):
        events = [events]
    return isinstance(events, list) and all(
        isinstance(event, dict) and event.get("event") in [*names] for event in events
    )


CHECKS: Mapping[Any, Callable[[Metadata, Any], bool]] = {
    ButtonSerde: _is_on_or_off,
    CheckboxSerde: _is_on_or_off,
    SelectboxSerde: _is_offered,
    _SingleSelectButtonGroupSerde: _is_one_offered,
    _MultiSelectButtonGroupSerde: _are_offered,
    MultiSelectSerde: _are_offered,
    NumberInputSerde: _is_in_range,
    SliderSerde: _are_in_range,
    TextInputSerde: _is_typed,
    FileUploaderSerde: _are_files,
    CameraInputSerde: _are_files,
    DataframeSelectionSerde: _are_rows,
    EChartsChartSelectionSerde: _are_points,
    BidiComponentSerde: _are_states,
    deserialize_trigger_list: _are_triggers,
}


def _widget(metadata: Metadata) -> Any:
    """Return what Streamlit knows of a widget to read its values."""
    return metadata.deserializer.__self__  # type: ignore[attr-defined]


def _selection(sent: str, *lists: str) -> dict[str, list[Any]] | None:
    """Return what is selected in a table or chart, None if it is not made of these lists."""
    content = _read(sent) if len(sent) <= MAX_SELECTION else None
    selection = content.get("selection") if isinstance(content, dict) else None
    if not isinstance(selection, dict) or not selection.keys() <= set(lists):
        return None
    return selection if all(isinstance(one, list) for one in selection.values()) else None


def _read(text: str) -> Any:
    """Return JSON as a browser writes it: no NaN, no infinity; None if it is anything else."""
    try:
        content = json.loads(text, parse_constant=_no_number, parse_float=_number, parse_int=_whole)
    except (ValueError, RecursionError):
        return None
    return content if _is_flat(content, MAX_DEPTH) else None


def _no_number(text: str) -> float:
    raise ValueError(text)


def _number(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _whole(text: str) -> float:
    number = int(text)
    return number if abs(number) <= MAX_WHOLE else _no_number(text)


def _is_flat(content: Any, depth: int) -> bool:
    if not isinstance(content, (list, dict)):
        return True
    parts = content.values() if isinstance(content, dict) else content
    return depth > 0 and all(_is_flat(one, depth - 1) for one in parts)
