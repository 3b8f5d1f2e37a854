"""Who comes in, and what every answer tells the browser to refuse."""

from __future__ import annotations

import http.client
import socket
from collections import deque
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.hand_made import client, state
from tests.patience import PATIENCE

PATHS = ["/", "/train", "/_stcore/health", "/static/nothing.js", "/media/nothing", "/nowhere"]


def answer_of(address: str, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    """Ask for a path; `headers` such as ``Host`` replace the usual ones."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers={"Accept": "text/html", **headers})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def port_of(address: str) -> int:
    port = urlsplit(address).port
    assert port is not None
    return port


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a@localhost", "x y"])
def test_another_name_is_not_ours(address: str, host: str) -> None:
    for path in PATHS:
        answer, content = answer_of(address, path, Host=f"{host}:{port_of(address)}")
        assert (answer.status, host.encode() in content) == (421, False)


def test_a_page_elsewhere_opens_no_session(address: str) -> None:
    port = port_of(address)
    for host, origin in (
        (f"evil.example:{port}", f"http://evil.example:{port}"),  # its name points to this machine
        (f"localhost:{port}", "http://evil.example"),
        (f"localhost:{port}", "http://192.0.2.7"),
        (f"localhost:{port}", "http://localhost:1"),
        (f"localhost:{port}", "null"),
    ):
        with (
            pytest.raises(InvalidStatus, match="403"),
            client(address, Host=host, Origin=origin),
        ):
            pass


@pytest.mark.parametrize(
    "name", ["localhost", "127.0.0.1", "192.0.2.7", "[::1]", "machine", "LOCALHOST"]
)
def test_the_machines_own_names_are_served(address: str, name: str) -> None:
    host = f"{socket.gethostname() if name == 'machine' else name}:{port_of(address)}"
    assert answer_of(address, "/", Host=host)[0].status == 200
    with client(address, Host=host, Origin=f"http://{host}"):
        pass


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_guards_the_page(address: str, path: str) -> None:
    headers = answer_of(address, path)[0].headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert policy["default-src"] == "'self'"
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:"} & {*policy["script-src"].split()}
    assert not any("http" in value for value in policy.values())
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "metrics", "script-health-check", "agent/openapi.json", "agent/interact", "agent/mcp",
        "healthy", "upload_file", "nothing", "", "../_stcore/metrics", "%6detrics",
    ],
)  # fmt: skip
def test_what_tells_about_the_machine_is_closed(address: str, path: str) -> None:
    assert answer_of(address, f"/_stcore/{path}")[0].status in (400, 404)
    assert answer_of(address, f"/x/_stcore/{path}")[0].status in (400, 404)


def test_no_message_steers_the_server(address: str) -> None:
    with client(address) as visitor:
        answer = visitor.run()
        model = answer.find("model_select")
        chosen = answer.widgets[model][1].options[1]
        visitor.run("", "", [state(model, string_value=chosen)])
        asked = visitor.query
        for name in ("clear_cache", "load_git_info", "set_run_on_save", "debug_shutdown_runtime"):
            message = BackMsg()
            setattr(message, name, True)
            visitor.send(message)
        message = BackMsg()
        message.backend_operation_request.install_skills.SetInParent()
        visitor.send(message)
        visitor.run()
        # the session knows what it knew, and nothing was told
        assert "model=" in asked == visitor.query
        assert not visitor.received & {"git_info_changed", "backend_operation_response"}


def test_text_is_no_message(address: str) -> None:
    with client(address) as visitor:
        visitor.connection.send("text")
        with pytest.raises(ConnectionClosed) as closed:
            deque(visitor.connection, maxlen=0)  # until it ends
    assert closed.value.rcvd.code == 1003
