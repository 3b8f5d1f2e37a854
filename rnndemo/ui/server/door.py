"""The server's door: which requests come in, and what every answer tells the browser to refuse."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache, wraps
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession

from rnndemo.ui.server.front import inline_scripts
from rnndemo.ui.server.hosts import HOSTS, answers_to, is_own_page

# what a browser needs below /_stcore/; the rest tells about the machine, or steers the server
SERVICES = ("health", "host-config", "stream", "upload_file/", "bidi-components/")
MAX_FILES = 100  # whose upload is announced at once
REFUSED, NO_TEXT = 1008, 1003  # reasons to close a websocket (RFC 6455)

# kind of message of a browser -> whether the app needs it. The others steer the server: they empty
# everyone's caches, or tell of the folder in which the app lies.
MESSAGES: Mapping[str, Callable[[BackMsg], bool]] = {
    "rerun_script": lambda _message: True,
    "stop_script": lambda _message: True,
    "app_heartbeat": lambda _message: True,
    "file_urls_request": lambda message: len(message.file_urls_request.file_names) <= MAX_FILES,
    "backend_operation_request": lambda message: (
        message.backend_operation_request.WhichOneof("payload")
        in ("deferred_file", "dataframe_chunk")
    ),
}

_ELSEWHERE = (
    "This server does not answer to the name in your address. Whoever runs it can add the name to "
    f"the variable {HOSTS}."
)


def tell_no_folder() -> None:
    """Let Streamlit tell browsers the name of the app's script, and not where it lies."""
    create = AppSession._create_new_session_message
    if hasattr(create, "__wrapped__"):
        return

    @wraps(create)
    def create_without_folder(*given: Any, **more: Any) -> ForwardMsg:
        message = create(*given, **more)
        message.new_session.main_script_path = Path(message.new_session.main_script_path).name
        return message

    AppSession._create_new_session_message = create_without_folder  # type: ignore[method-assign]


class Door:
    """ASGI middleware before all others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or keep one websocket (ASGI 3.0)."""
        if scope["type"] == "http":
            await _answer(scope)(self.app)(scope, receive, _guarded(send))
        elif scope["type"] == "websocket":
            headers = Headers(scope=scope)
            host = headers.get("host", "")
            if answers_to(host) and is_own_page(headers.get("origin"), host):
                await self.app(scope, _checked(receive, send), send)
            else:
                await send({"type": "websocket.close", "code": REFUSED})
        else:  # the server's start and end
            await self.app(scope, receive, send)


def _answer(scope: Scope) -> Callable[[ASGIApp], ASGIApp]:
    """Return what answers a request, given the app."""
    if not answers_to(Headers(scope=scope).get("host", "")):
        return lambda _app: PlainTextResponse(_ELSEWHERE, 421)
    _before, core, service = str(scope["path"]).partition("/_stcore/")
    if core and not any(service == one or _is_below(service, one) for one in SERVICES):
        return lambda _app: PlainTextResponse("Not found", 404)
    return lambda app: app


def _is_below(service: str, folder: str) -> bool:
    return folder.endswith("/") and service.startswith(folder)


def _guarded(send: Send) -> Send:
    """Return a `send` whose answers have the headers of `guards`."""

    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(guards())
        await send(message)

    return send_guarded


@cache
def guards() -> dict[str, str]:
    """Return the headers by which a browser refuses what no page of the app needs.

    Scripts come from this server, or are those that stand in every page; ``blob:`` is how Streamlit
    starts the app's components, and ``wasm-unsafe-eval`` lets products of weights run. Styles are
    written into the page by Streamlit and Plotly. Nothing comes from elsewhere.
    """
    scripts = " ".join(f"'sha256-{_digest(script)}'" for script in inline_scripts())
    policy = {
        "default-src": "'self'",
        "script-src": f"'self' blob: 'wasm-unsafe-eval' {scripts}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self' data: blob:",  # a photograph is read by the page that took it
        "font-src": "'self' data:",
        "media-src": "'self' data: blob:",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")


def _checked(receive: Receive, send: Send) -> Receive:
    """Return a `receive` that lets only messages of `MESSAGES` through."""

    async def receive_checked() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            content = message.get("bytes")
            if content is None:  # text, which no page sends
                await send({"type": "websocket.close", "code": NO_TEXT})
                return {"type": "websocket.disconnect", "code": NO_TEXT}
            if _is_needed(content):
                return message

    return receive_checked


def _is_needed(content: bytes) -> bool:
    """Return whether the app needs a message; one that cannot be read, Streamlit answers."""
    message = BackMsg()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return True
    kind = message.WhichOneof("type")
    return kind is not None and kind in MESSAGES and MESSAGES[kind](message)
