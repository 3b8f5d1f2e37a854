"""A client of the app that sends what no browser would: any value for any widget, any header."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from safetensors import safe_open
from safetensors.torch import save_file
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from rnndemo.data.own.shelf import MANIFEST
from rnndemo.storage.folders import owner_of
from rnndemo.storage.names import ABOUT, WEIGHTS
from rnndemo.ui.server.front import COOKIE
from tests.patience import PATIENCE

WRITTEN = Path(__file__).with_name("written")
TOKEN = "h" * 32
FOLDERS = (str(WRITTEN.parents[1]), "pytest-of-", "site-packages")  # the app's, and of its data

# a kind of element -> the field of `WidgetState` that its control sends
FIELDS = {
    "button": "trigger_value",
    "download_button": "trigger_value",
    "checkbox": "bool_value",
    "selectbox": "string_value",
    "button_group": "string_array_value",
    "multiselect": "string_array_value",
    "number_input": "double_value",
    "slider": "double_array_value",
    "text_input": "string_value",
    "dataframe": "string_value",
    "echarts_chart": "string_value",
    "bidi_component": "json_value",
    "file_uploader": "file_uploader_state_value",
    "camera_input": "file_uploader_state_value",
}


@dataclass
class Answer:
    """What one run of a page has drawn.

    Parameters
    ----------
    widgets : dict
        Id of a widget -> its kind, a key of `FIELDS`, and its message.
    texts : list of tuple
        All texts of elements, each with the kind of its element and the name of its field.
    errors : list of str
        What Streamlit shows of an exception.
    """

    widgets: dict[str, tuple[str, Any]] = field(default_factory=dict)
    texts: list[tuple[str, str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def take(self, message: ForwardMsg) -> None:
        """Add what a message draws."""
        delta = message.delta
        if delta.WhichOneof("type") == "add_block":
            self.texts += [("block", name, text) for name, text in _texts(delta.add_block)]
            return
        kind = delta.new_element.WhichOneof("type")
        element = getattr(delta.new_element, kind) if kind else None
        if kind == "exception":
            self.errors.append(f"{element.type}: {element.message}")
        elif element is not None:
            self.texts += [(kind, name, text) for name, text in _texts(element)]
            if getattr(element, "id", "").startswith("$$ID"):
                if kind not in FIELDS:
                    raise ValueError(f"no test knows what a {kind} sends")
                self.widgets[element.id] = kind, element

    def find(self, key: str) -> str:
        """Return the id of the widget with the key `key`."""
        return next(one for one in self.widgets if one.endswith(f"-{key}"))

    def said(self, kind: str = "") -> str:
        """Return all texts of elements of a kind, or of all."""
        return "\n".join(text for one, _name, text in self.texts if kind in ("", one))


def _texts(message: Any, inside: str = "") -> Iterator[tuple[str, str]]:
    """Yield all texts in a message, with the names of their fields."""
    for declared, value in message.ListFields():
        name = f"{inside}{declared.name}"
        many = value if declared.is_repeated and not hasattr(value, "items") else [value]
        for one in many:
            if isinstance(one, str):
                yield name, one
            elif hasattr(one, "ListFields"):
                yield from _texts(one, f"{name}.")


class Client:
    """One session, whose pages are run one by one."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._pages: dict[str, str] = {}
        self.query = ""
        self.received: set[str] = set()  # kinds of messages
        self.folders: set[str] = set()  # of the server that a message told of

    def run(self, page: str = "", query: str = "", states: Sequence[WidgetState] = ()) -> Answer:
        """Run a page with the given values of widgets; return what it draws."""
        message = BackMsg()
        request = message.rerun_script
        request.query_string = query
        if page in self._pages:
            request.page_script_hash = self._pages[page]
        else:
            request.page_name = page
        request.widget_states.widgets.extend(states)
        self.send(message)
        return self._answer()

    def send(self, message: BackMsg) -> None:
        """Send any message."""
        self.connection.send(message.SerializeToString())

    def _answer(self) -> Answer:
        answer, message = Answer(), ForwardMsg()
        while True:
            content = self.connection.recv(PATIENCE)
            self.folders.update(one for one in FOLDERS if one.encode() in content)
            message.ParseFromString(content)
            self.received.add(message.WhichOneof("type"))
            match message.WhichOneof("type"):
                case "navigation":
                    self._pages = {
                        one.url_pathname: one.page_script_hash
                        for one in message.navigation.app_pages
                    }
                case "page_info_changed":
                    self.query = message.page_info_changed.query_string
                case "new_session":
                    answer = Answer()  # a rerun of the page begins anew
                case "delta":
                    answer.take(message)
                case "script_finished" if message.script_finished in _WHOLE:
                    return answer


_WHOLE = (
    ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY,
    ForwardMsg.ScriptFinishedStatus.FINISHED_WITH_COMPILE_ERROR,
)


@contextmanager
def client(address: str, token: str = TOKEN, **headers: str) -> Iterator[Client]:
    """Yield a client of the app at `address`; `headers` such as ``Host`` replace the usual ones."""
    host = urlsplit(address).netloc
    headers = {"Origin": address, "Cookie": f"{COOKIE}={token}", **headers}
    origin, other_host = headers.pop("Origin"), headers.pop("Host", host)
    name, _, port = host.partition(":")
    with connect(
        f"ws://{other_host}/_stcore/stream", sock=socket.create_connection((name, int(port))),
        origin=origin, subprotocols=["streamlit"], additional_headers=headers, max_size=None,
        open_timeout=PATIENCE,
    ) as connection:  # fmt: skip
        yield Client(connection)


def state(widget: str, **value: Any) -> WidgetState:
    """Return the state of a widget whose value is in one of the fields of `WidgetState`."""
    found = WidgetState(id=widget)
    for name, one in value.items():
        inside = getattr(found, name)
        if hasattr(inside, "data"):
            inside.SetInParent()
            inside.data.extend(one) if isinstance(one, list) else setattr(inside, "data", one)
        elif hasattr(inside, "CopyFrom"):
            inside.CopyFrom(one)
        else:
            setattr(found, name, one)
    return found


# what an earlier version wrote -> where it lies in a visitor's part of the data folder
PLACES = {
    "run": ("runs", "a" * 20),
    "set-drawings": ("sets", "b" * 20),
    "set-photos": ("sets", "c" * 20),
    "study": ("studies", "d" * 20),
    "comparison": ("comparisons", "e" * 20),
}


def furnish(home: Path, token: str = TOKEN) -> None:
    """Give a visitor one thing of each kind, so that pages show all that they have."""
    for name, (kind, folder) in PLACES.items():
        shutil.copytree(WRITTEN / name, home / kind / owner_of(token) / folder)


def retitle(home: Path, token: str, typed: str) -> None:
    """Let `typed` be all that the visitor of a furnished home has typed: titles, names, notes."""
    places = {name: home / kind / owner_of(token) / one for name, (kind, one) in PLACES.items()}
    for name in ("run", "study"):
        _rewrite(places[name] / ABOUT, title=typed, notes=typed)
    for name in ("set-drawings", "set-photos"):
        manifest = places[name] / MANIFEST
        classes = json.loads(manifest.read_text())["classes"]
        _rewrite(
            manifest,
            name=typed,
            classes=[{**one, "name": f"{typed}{n}"} for n, one in enumerate(classes)],
        )
    with safe_open(places["run"] / WEIGHTS, "pt") as file:
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118, no mapping
        header = dict(file.metadata())
    header["classes"] = json.dumps([f"{typed}{n}" for n in range(10)])
    save_file(weights, places["run"] / WEIGHTS, header)


def _rewrite(path: Path, **values: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))
