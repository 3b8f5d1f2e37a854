"""A reverse proxy of some lines, which serves an app below a path of its own host."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import urlsplit

PIECE = 65_536  # bytes
ANSWER = "HTTP/1.1 {status}\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n"


@contextmanager
def proxied(address: str, path: str, strips: bool) -> Iterator[str]:
    """Serve what an app serves, below a path.

    Parameters
    ----------
    address : str
        The app's own, such as ``http://localhost:8501``.
    path : str
        Such as ``/rnn``; all else is not found.
    strips : bool
        Whether the app is asked without the path, as many proxies do.

    Yields
    ------
    str
        The address for browsers, without a slash at its end.
    """
    to = urlsplit(address)

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # either side may go at any time
                head, rest = _head(self.request)
                asked, _, headers = head.partition("\r\n")
                method, target, version = asked.split(" ")
                if target.partition("?")[0] == path:
                    self.answer("307 Temporary Redirect", f"Location: {path}/\r\n")
                elif not target.startswith(f"{path}/"):
                    self.answer("404 Not Found")
                else:
                    target = target.removeprefix(path) if strips else target
                    with socket.create_connection((to.hostname, to.port)) as app:
                        request = f"{method} {target} {version}\r\n{_alone(headers)}\r\n\r\n"
                        app.sendall(request.encode("latin-1") + rest)
                        _pass_on(self.request, app)

        def answer(self, status: str, header: str = "") -> None:
            self.request.sendall(ANSWER.format(status=status, header=header).encode())

    class Server(ThreadingTCPServer):
        daemon_threads, block_on_close = True, False  # websockets stay open

    with Server(("localhost", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}{path}"
        server.shutdown()


def _head(client: socket.socket) -> tuple[str, bytes]:
    """Return a request's first line and headers, and what has come of its body."""
    got = b""
    while b"\r\n\r\n" not in got:
        piece = client.recv(PIECE)
        if not piece:
            raise ConnectionError("the browser has gone")
        got += piece
    head, _, rest = got.partition(b"\r\n\r\n")
    return head.decode("latin-1"), rest


def _alone(headers: str) -> str:
    """Return headers that end the connection after one request, unless it becomes a websocket."""
    lines = headers.split("\r\n")
    if any(line.lower().startswith("upgrade:") for line in lines):
        return headers
    kept = [line for line in lines if not line.lower().startswith("connection:")]
    return "\r\n".join([*kept, "Connection: close"])


def _pass_on(client: socket.socket, app: socket.socket) -> None:
    """Pass on what either side says until one of them ends."""
    with selectors.DefaultSelector() as ready:
        ready.register(client, selectors.EVENT_READ, app)
        ready.register(app, selectors.EVENT_READ, client)
        while True:
            for key, _ in ready.select():
                piece = key.fileobj.recv(PIECE)  # type: ignore[union-attr]
                if not piece:
                    return
                key.data.sendall(piece)
