from __future__ import annotations

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from rnndemo.ui.server.unsent import keep_unsent


def drawn(path: list[int], fragment: str = "", text: str = "") -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend(path)
    message.delta.fragment_id = fragment
    message.delta.new_element.markdown.body = text
    return message


def reference(path: list[int]) -> ForwardMsg:
    """What Streamlit sends instead of an element that the browser has: no fragment is named."""
    message = ForwardMsg()
    message.metadata.delta_path.extend(path)
    message.ref_hash = "known"
    return message


@pytest.fixture
def queue() -> ForwardMsgQueue:
    """What a run has drawn: an element, two in a fragment, and one below it."""
    keep_unsent()
    keep_unsent()
    queue = ForwardMsgQueue()
    for message in (
        drawn([0, 0]), drawn([0, 1, 0], "part", "old"), reference([0, 1, 1]), drawn([0, 2]),
    ):  # fmt: skip
        queue.enqueue(message)
    return queue


def test_fragments_next_run_takes_nothing_away_and_comes_after(queue: ForwardMsgQueue) -> None:
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["part"])
    queue.enqueue(drawn([0, 1, 0], "part", "new"))
    sent = queue.flush()
    paths = [list(message.metadata.delta_path) for message in sent]
    assert paths == [[0, 0], [0, 1, 0], [0, 1, 1], [0, 2], [0, 1, 0]]
    assert sent[1].delta.new_element.markdown.body == "old"
    assert sent[4].delta.new_element.markdown.body == "new"


def test_whole_run_replaces_what_was_not_sent(queue: ForwardMsgQueue) -> None:
    queue.clear(retain_lifecycle_msgs=True)
    assert queue.is_empty()
