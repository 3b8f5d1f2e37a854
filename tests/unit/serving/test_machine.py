"""By which names and addresses others reach this machine."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from rnndemo.serving import machine


def test_addresses_are_those_of_networks_each_once() -> None:
    found = machine.addresses()
    assert len(found) == len(set(found))
    assert not any(ipaddress.ip_address(one).is_loopback for one in found)


def test_a_machine_without_a_network_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(machine.socket, "socket", refuse)
    monkeypatch.setattr(machine.socket, "getaddrinfo", refuse)
    assert machine.addresses() == []


def test_only_addresses_that_others_can_use_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = ["127.0.1.1", "fe80::1", "fe80::1%eth0", "10.0.0.5", "10.0.0.5", "0.0.0.0"]
    monkeypatch.setattr(machine, "_ELSEWHERE", ())
    monkeypatch.setattr(
        machine.socket, "getaddrinfo", lambda *_: [(0, 0, 0, "", (one, 0)) for one in entries]
    )
    assert machine.addresses() == ["10.0.0.5"]


@pytest.mark.parametrize(
    ("host", "names"),
    [("Class-PC", ["class-pc", "class-pc.local"]), ("rnn.school.example", ["rnn.school.example"])],
)
def test_names(host: str, names: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: host)
    assert machine.names() == names


def test_an_address_of_the_newer_kind_stands_in_brackets() -> None:
    assert (machine.in_link("fd00::2"), machine.in_link("10.0.0.5")) == ("[fd00::2]", "10.0.0.5")
