"""The command that starts the server, and what it prints before."""

from __future__ import annotations

import errno
import os
import socket
import sys
from dataclasses import dataclass
from io import StringIO

from rnndemo.errors import N_, InputError, reason_of
from rnndemo.serving.machine import EVERYWHERE, HERE, addresses, in_link, names
from rnndemo.storage.folders import APP, home

PORTS = range(1, 65536)

# what keeps a port from being used -> what to say of it
PORT_PROBLEMS = {
    errno.EADDRINUSE: N_("Port {port} is taken: choose another with --port."),
    errno.EACCES: N_("You may not use port {port}: choose one from 1024 on with --port."),
    errno.EADDRNOTAVAIL: N_("{host} is no address of this machine; 0.0.0.0 stands for all it has."),
}
WHITE_ON_BLACK, PLAIN = "\033[97;40m", "\033[0m"  # scanners want dark modules on light


@dataclass(frozen=True)
class Place:
    """Where the app is served.

    Parameters
    ----------
    host : str
        A name or an address of this machine; ``0.0.0.0`` is all that it has.
    port : int
        1 to 65535.
    path : str, default ""
        Under which path of the host, such as "rnn"; a proxy in front of the app passes it on.
    https : bool, default False
        Whether with a certificate of its own.
    """

    host: str
    port: int
    path: str = ""
    https: bool = False

    def links(self) -> list[str]:
        """Return the addresses to type into a browser: this machine's own first."""
        hosts = ["localhost", *addresses()] if self.host in EVERYWHERE else [self.host]
        scheme = "https" if self.https else "http"
        path = f"/{self.path.strip('/')}/" if self.path.strip("/") else ""
        return [f"{scheme}://{in_link(host)}:{self.port}{path}" for host in hosts]


def start(place: Place) -> None:
    """Start the app; this process becomes its server, and the call does not return.

    Raises
    ------
    InputError
        If the port cannot be used, or the certificate not be kept.
    """
    check_free(place)
    command, said = server_command(place), welcome(place)
    print(said, flush=True)
    sys.stderr.flush()
    os.execv(command[0], command)


def server_command(place: Place) -> list[str]:
    """Return the command of the server.

    Raises
    ------
    InputError
        If a certificate is needed and cannot be kept.
    """
    options = {
        "server.address": place.host,
        "server.port": str(place.port),
        "server.baseUrlPath": place.path.strip("/"),
        # Streamlit's own welcome asks a server in the internet for our address there.
        "logger.hideWelcomeMessage": "true",
    }
    if place.https:
        from rnndemo.serving.certificate import certificate

        kept = certificate(home() / "https", _hosts(place))
        # one file holds both, so that they cannot be of different ages
        options |= {"server.sslCertFile": str(kept.server), "server.sslKeyFile": str(kept.server)}
    # -P: a folder from which the command is given may hold modules of any name
    return [
        sys.executable, "-P", "-m", "streamlit", "run", str(APP / "app.py"),
        *(f"--{name}={value}" for name, value in options.items()),
    ]  # fmt: skip


def welcome(place: Place) -> str:
    """Return what is said before the server starts: its addresses, and a QR code for phones."""
    first, *others = place.links()
    lines = [f"Row by Row starts at {first}  (Ctrl-C ends it)"]
    lines += [f"  in this network: {link}" for link in others]
    if place.https:
        authority = home() / "https" / "authority.crt"
        lines += ["", *qr_code(others[0] if others else first).splitlines(), ""]
        lines += [
            "A phone will warn that it does not know who made the certificate: this machine did.",
            f'Choose "Advanced", then "Proceed". On an iPhone, install {authority} first.',
        ]
    return "\n".join(lines)


def qr_code(text: str) -> str:
    """Return a QR code in block characters, white on black whatever the terminal's colours."""
    import segno

    drawn = StringIO()
    segno.make(text, micro=False).terminal(drawn, compact=True)
    return "\n".join(f"{WHITE_ON_BLACK}{line}{PLAIN}" for line in drawn.getvalue().splitlines())


def check_free(place: Place) -> None:
    """Check that the app can listen there, an `InputError` otherwise."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((place.host, place.port))
            tried.listen()
    except socket.gaierror:
        raise _refusal(PORT_PROBLEMS[errno.EADDRNOTAVAIL], place) from None
    except OSError as problem:
        if problem.errno in PORT_PROBLEMS:
            raise _refusal(PORT_PROBLEMS[problem.errno], place) from None
        raise InputError(
            "The app cannot listen at {host}, port {port}: {reason}",
            host=place.host, port=place.port, reason=reason_of(problem),
        ) from None  # fmt: skip


def _refusal(message: str, place: Place) -> InputError:
    return InputError(message, host=place.host, port=place.port)


def _hosts(place: Place) -> list[str]:
    """Return the names and addresses that the certificate is for."""
    own = [*names(), *addresses()] if place.host in EVERYWHERE else [place.host]
    return [*HERE, *own]
