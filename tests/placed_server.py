"""Streamlit's command line, which also writes down the keyed elements that move on a page.

An element that moves in the tree of elements stands twice until the run of the page ends, and what
a person does with it meanwhile may be lost: what comes and goes needs a container of its own that
is always drawn.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.web import cli

MOVED = "TEST_MOVED_ELEMENTS"  # names the file

KEYED = re.compile(r"\$\$ID-[0-9a-f]{32}-(?!None$)([\w.-]+)")

# These may move: entries of a list that a person edits; how a set is made, with and without one.
FREE = (
    "own_example_", "own_delete_",
    "own_new_", "own_create", "own_upload_", "own_hands",
)  # fmt: skip


def watch(file: Path) -> None:
    """Write to `file` whenever a keyed element of a session's page appears at a second place."""
    enqueue = ForwardMsgQueue.enqueue

    def enqueue_and_look(queue: ForwardMsgQueue, message: ForwardMsg) -> None:
        key = _key(message)
        if key and not key[-1].startswith(FREE):
            place = list(message.metadata.delta_path)
            known = queue.__dict__.setdefault("places", {})  # a queue belongs to one session
            before = known.get(key, place)
            known[key] = place
            if place != before:
                with file.open("a") as moved:
                    moved.write(f"{key[-1]} moved from {before} to {place}\n")
        enqueue(queue, message)

    ForwardMsgQueue.enqueue = enqueue_and_look  # type: ignore[method-assign]


def _key(message: ForwardMsg) -> tuple[str, str, str] | None:
    """Return page, kind and key of the container or element that a message draws."""
    if not message.HasField("delta"):
        return None
    drawn = message.delta.new_element
    kind = drawn.WhichOneof("type")
    if message.delta.HasField("add_block"):
        drawn, kind = message.delta, "add_block"
    found = KEYED.fullmatch(getattr(getattr(drawn, kind), "id", "")) if kind else None
    return (message.metadata.active_script_hash, kind, found[1]) if kind and found else None


if __name__ == "__main__":
    if MOVED in os.environ:
        watch(Path(os.environ[MOVED]))
    cli.main()
