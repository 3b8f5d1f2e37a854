"""The names and addresses by which others reach this machine."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress

EVERYWHERE = ("0.0.0.0", "::")  # listens at every address of the machine
HERE = ("localhost", "127.0.0.1", "::1")  # reaches this machine from itself alone

# Addresses set aside for documentation: a datagram socket "connected" to one sends nothing, but
# learns from which address this machine would send.
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def addresses() -> list[str]:
    """Return this machine's addresses in its networks, the one that it sends from first.

    Returns
    -------
    list of str
        IP addresses; none of the machine alone (loopback) or of a single cable (link-local).
    """
    found: list[str] = []
    for family, elsewhere in _ELSEWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((elsewhere, 9))
            found.append(probe.getsockname()[0])
    with suppress(OSError):
        found += [str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None)]
    return [address for address in dict.fromkeys(found) if _in_a_network(address)]


def names() -> list[str]:
    """Return this machine's host name, and the one by which its network finds it (mDNS)."""
    host = socket.gethostname()
    own = host.lower()
    return [own] if "." in own else [own, f"{own}.local"]


def in_link(address: str) -> str:
    """Return an address as a URL has it: IPv6 in brackets."""
    return f"[{address}]" if ":" in address else address


def _in_a_network(address: str) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:  # such as fe80::1%eth0 on some systems
        return False
    return not (known.is_loopback or known.is_link_local or known.is_unspecified)
