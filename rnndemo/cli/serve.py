"""The command ``serve``: start the app."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from rnndemo.errors import InputError
from rnndemo.serving.machine import EVERYWHERE
from rnndemo.serving.start import PORTS, Place, start


def serve(given: Namespace) -> dict[str, Any]:
    """Start the app; this process becomes its server."""
    if given.port not in PORTS:
        raise InputError(
            "--port {port}: a whole number from {low} to {high} is needed.",
            port=given.port, low=PORTS[0], high=PORTS[-1],
        )  # fmt: skip
    host = given.host or (EVERYWHERE[0] if given.https else "localhost")
    start(Place(host, given.port, given.path, given.https))
    return {}
