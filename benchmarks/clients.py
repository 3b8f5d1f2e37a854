"""Visitors without a browser: websocket clients that open pages and draw, for load and memory.

Streamlit's protocol: a client sends a `BackMsg` with the states of its widgets; the server runs the
page and answers with `ForwardMsg`s, the last of which says that the run has finished.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from rnndemo.data.drawn.glyphs import DIGITS, strokes_of

# as the app names them; to import its pages would take a server
COOKIE, BOARD, READING, SIDE = "rowbyrow_visitor", "draw_canvas_board", "draw_reading", 308

PATIENCE = 60.0  # seconds after which an answer counts as lost
KEPT = 2  # runs for which a browser keeps a message (Streamlit's global.maxCachedMessageAge)
POINTS = 40  # of a stroke, as a hand draws it in half a second
FINISHED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass
class Client:
    """One visitor with one open page of the app at `address`; use it as ``async with``.

    Attributes
    ----------
    texts : dict
        Key of a container -> the last text that was drawn directly in it.
    components : dict
        Key of a component -> the data that it got last.
    problems : list of str
        Exceptions that the page has shown.
    paths : dict
        Path of each page -> what messages call it.
    """

    address: str
    texts: dict[str, str] = field(default_factory=dict)
    components: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)  # key of a widget -> its id
    _blocks: dict[tuple[int, ...], str] = field(default_factory=dict)  # place -> key of a container
    _states: dict[str, WidgetState] = field(
        default_factory=dict
    )  # id -> what the widget was set to
    _kept: dict[str, int] = field(
        default_factory=dict
    )  # hash of a long message -> last run it was in
    _run: int = 0
    _page: str = ""
    _query: str = "lang=en"

    async def __aenter__(self) -> Client:
        address = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        self._socket: ClientConnection = await connect(
            address, subprotocols=["streamlit"], origin=self.address, max_size=None,  # type: ignore
            additional_headers={"Cookie": f"{COOKIE}={secrets.token_urlsafe(24)}"},
        )  # fmt: skip
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._socket.close()

    async def open(self, path: str = "") -> None:
        """Open the page at `path`, such as "train"; "" is the first one."""
        if path and not self.paths:
            await self.open()
        self._page, self._states = self.paths.get(path, ""), {}
        self._ids.clear()
        await self.rerun()

    async def set(self, key: str, **value: Any) -> None:
        """Let the page run as if the widget `key` were set, for example ``string_value="x"``."""
        self._states[self._ids[key]] = WidgetState(id=self._ids[key], **value)
        await self.rerun()

    async def draw(self, strokes: list[dict[str, Any]], board: str = BOARD) -> bool:
        """Let these strokes lie on a board; return whether the answer is one to them."""
        sent = {"sent": {"strokes": strokes, "added": []}}
        self.components.pop(READING, None)
        await self.set(board, json_value=json.dumps(sent))
        truth = (self.components.get(READING) or {}).get("truth") or {}
        return bool(truth.get("numbers") == [one["number"] for one in strokes])

    async def echo(self, strokes: list[dict[str, Any]]) -> bool:
        """Do as `draw` on the page of `benchmarks.echo_app`."""
        sent = {"drawing": {"raw": {"objects": strokes}}}
        await self.set("board", json_value=json.dumps(sent))
        return self.texts["echo"] == str([len(one["path"]) for one in strokes])

    async def rerun(self) -> None:
        """Let the page run, and wait until it has; `TimeoutError` if that takes too long."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_script_hash = self._query, self._page
        state.widget_states.widgets.extend(self._states.values())
        state.cached_message_hashes.extend(self._kept)
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while not self._took(ForwardMsg.FromString(_bytes(await self._socket.recv()))):
                pass

    def _took(self, message: ForwardMsg) -> bool:
        """Take a message of the server; return whether it ends a run."""
        if message.WhichOneof("type") == "ref_hash":
            place, message = message.metadata, self._kept[message.ref_hash][1]
            message.metadata.CopyFrom(place)
        if message.hash:
            self._kept[message.hash] = self._run, message
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._blocks.clear()
            self._page = message.new_session.page_script_hash
        elif kind == "navigation":
            pages = message.navigation.app_pages
            self.paths = {page.url_pathname: page.page_script_hash for page in pages}
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta":
            self._draw(tuple(message.metadata.delta_path), message.delta)
        elif kind == "script_finished" and message.script_finished in FINISHED:
            self._run += 1
            late = self._run - KEPT
            self._kept = {name: kept for name, kept in self._kept.items() if kept[0] >= late}
            return True
        return False

    def _draw(self, place: tuple[int, ...], delta: Delta) -> None:
        if delta.WhichOneof("type") == "add_block":
            self._blocks[place] = _key(delta.add_block.id)
            return
        element = delta.new_element
        kind = element.WhichOneof("type") or ""
        drawn = getattr(element, kind, None)
        if kind == "exception":
            self.problems.append(drawn.message)
        elif kind == "markdown":
            self.texts[self._blocks.get(place[:-1], "")] = drawn.body
        if identity := getattr(drawn, "id", ""):
            self._ids[_key(identity)] = identity
            if kind == "bidi_component" and drawn.WhichOneof("data") == "json":
                data = json.loads(drawn.json)
                # the app's own come as the only thing in a list
                self.components[_key(identity)] = data[0] if isinstance(data, list) else data


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode()


def _key(identity: str) -> str:
    """Return the key in an id such as ``$$ID-<hash>-key``."""
    return identity.split("-", 2)[-1]


def digit(form: int, side: int = SIDE) -> list[dict[str, Any]]:
    """Return a digit, the `form`-th of all common ones, as a board sends its strokes."""
    forms = [strokes for many in DIGITS.values() for strokes in many]
    strokes = strokes_of(forms[form % len(forms)])
    return [
        {"type": "path", "fill": None, "path": _path(side * (0.2 + 0.6 * _dense(stroke))),
         "stroke": "#fdfcf8", "strokeWidth": 18, "number": number}
        for number, stroke in enumerate(strokes, 1)
    ]  # fmt: skip


def _dense(stroke: np.ndarray) -> np.ndarray:
    """Return `POINTS` points along a stroke."""
    at = np.linspace(0, len(stroke) - 1, POINTS)
    return np.stack([np.interp(at, np.arange(len(stroke)), axis) for axis in stroke.T], 1)


def _path(points: np.ndarray) -> list[list[Any]]:
    """Return points as the canvas writes them: quadratic curves from middle to middle."""
    middles = (points[1:] + points[:-1]) / 2
    curves = [
        ["Q", *a, *b] for a, b in zip(points[1:].tolist(), middles[1:].tolist(), strict=False)
    ]
    return [["M", *points[0].tolist()], *curves, ["L", *points[-1].tolist()]]
