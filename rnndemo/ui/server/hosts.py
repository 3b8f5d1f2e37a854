"""The names under which this server answers.

A page elsewhere can let its own name point to this machine (DNS rebinding); the browser then takes
our answers for that page's. So a request must ask for a name that is ours. An address in digits
needs no name server, and is always ours: a class may reach the machine by any it has.
"""

from __future__ import annotations

import re
import socket
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from streamlit import config

from rnndemo.storage.environment import value_of

HOSTS = "ROWBYROW_HOSTS"  # the variable with further names, separated by commas
EVERY_NAME = "*"

_RESOLVER = Path("/etc/resolv.conf")  # tells the domains in which the machine's name is looked up


def answers_to(host: str) -> bool:
    """Return whether this server answers to a ``Host`` header, with or without a port."""
    name = _name_in(host)
    if not name:
        return False
    names = own_names()
    return (
        EVERY_NAME in names
        or name in names
        or _is_address(name)
        or any(name.endswith(one[1:]) for one in names if one.startswith("*."))
    )


def is_own_page(origin: str | None, host: str) -> bool:
    """Return whether a page of this server, asked for as `host`, sends an ``Origin`` header.

    What is no browser sends none.
    """
    return origin is None or urlsplit(origin).netloc.lower() == host.lower()


@cache
def own_names() -> frozenset[str]:
    """Return the names of this server, in lower case: of the machine, and those it was told.

    A name that begins with ``*.`` stands for all names that end so.
    """
    machine = socket.gethostname()
    here = ["localhost", machine, *(f"{machine.partition('.')[0]}.{one}" for one in _domains())]
    told = [config.get_option("server.address"), config.get_option("browser.serverAddress")]
    names = [*here, *filter(None, told), *value_of(HOSTS).split(",")]
    return frozenset(name.strip().lower().rstrip(".") for name in names) - {""}


def _domains() -> list[str]:
    """Return the domains of the networks that the machine is in; "local" is every network's."""
    try:
        text = _RESOLVER.read_text(errors="replace")
    except OSError:
        text = ""
    lines = re.findall(r"^(?:search|domain)\s+(.+)$", text, re.MULTILINE)
    return ["local", *(domain for line in lines for domain in line.split() if domain != ".")]


def _name_in(host: str) -> str:
    """Return the name in a ``Host`` header, "" if it has another form."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises an error if it is none
    except ValueError:
        return ""
    name = (parts.hostname or "").rstrip(".")
    return name if parts.netloc == host and "@" not in host else ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
