from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from rnndemo.ui.server import hosts
from rnndemo.ui.server.hosts import answers_to, is_own_page, own_names


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(hosts.HOSTS, raising=False)
    own_names.cache_clear()
    yield
    own_names.cache_clear()


def test_names_of_the_machine_and_any_address_are_ours() -> None:
    machine = socket.gethostname()
    of_machine = (machine, f"{machine}:1", f"{machine.partition('.')[0]}.local")
    for host in ("localhost", "localhost:8501", "LOCALHOST.", "10.1.2.3:80", "[fe80::1]:8501",
                 *of_machine):  # fmt: skip
        assert answers_to(host), host
    for host in ("", "evil.example", "localhost.evil.example", "x@localhost", "localhost/x",
                 "localhost:port", "localhost:70000", "local host", "10.1.2", "[::1"):  # fmt: skip
        assert not answers_to(host), host


def test_further_names_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(hosts.HOSTS, "School.example, *.lab.example,")
    assert answers_to("school.example:443")
    assert answers_to("a.lab.example")
    assert not answers_to("lab.example")
    assert not answers_to("evil-lab.example")
    assert not answers_to("other.example")


def test_a_star_is_every_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(hosts.HOSTS, "*")
    assert answers_to("any.example")
    assert not answers_to("x@any.example")


def test_the_domains_of_the_network_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text("nameserver 10.0.0.1\nsearch school.example lab.example\n")
    monkeypatch.setattr(hosts, "_RESOLVER", file)
    monkeypatch.setattr(socket, "gethostname", lambda: "Room-7")
    assert answers_to("room-7.school.example")
    assert answers_to("room-7.lab.example")
    assert not answers_to("room-8.lab.example")
    own_names.cache_clear()
    monkeypatch.setattr(hosts, "_RESOLVER", tmp_path / "none")
    assert not answers_to("room-7.school.example")


def test_only_a_page_of_the_same_address_is_ours() -> None:
    assert is_own_page(None, "localhost:8501")
    assert is_own_page("http://localhost:8501", "localhost:8501")
    assert is_own_page("https://School.example", "school.example")
    for origin in ("null", "", "http://localhost", "http://localhost:1", "http://evil.example"):
        assert not is_own_page(origin, "localhost:8501")
