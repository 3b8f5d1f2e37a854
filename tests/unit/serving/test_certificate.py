"""The certificate: for whom it is, when it is made again, and that browsers can trust it."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from rnndemo.errors import InputError
from rnndemo.serving.certificate import RENEWED, VALID, Certificate, certificate, hosts_of

HOSTS = ["localhost", "127.0.0.1", "::1", "class-pc.local", "10.0.0.5"]
NOW = datetime(2026, 11, 28, tzinfo=UTC)


def parts(kept: Certificate) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(kept.server.read_bytes())


def test_it_is_for_these_hosts_for_a_year_and_signs_nothing(tmp_path: Path) -> None:
    server, authority = parts(certificate(tmp_path, HOSTS, NOW))
    assert hosts_of(server) == set(HOSTS)
    assert server.not_valid_after_utc - NOW == VALID
    server.verify_directly_issued_by(authority)
    basics = [
        one.extensions.get_extension_for_class(x509.BasicConstraints).value
        for one in (server, authority)
    ]
    assert [one.ca for one in basics] == [False, True]


def test_only_its_owner_may_read_the_key(tmp_path: Path) -> None:
    kept = certificate(tmp_path / "https", HOSTS, NOW)
    assert (tmp_path / "https").stat().st_mode & 0o777 == 0o700
    assert kept.server.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE KEY" in kept.server.read_bytes()
    assert b"PRIVATE KEY" not in kept.authority.read_bytes()


def test_it_is_kept_while_it_will_do(tmp_path: Path) -> None:
    first = certificate(tmp_path, HOSTS, NOW).server.read_bytes()
    assert certificate(tmp_path, HOSTS[:2], NOW + timedelta(days=30)).server.read_bytes() == first


@pytest.mark.parametrize(
    ("hosts", "later"),
    [
        ([*HOSTS, "10.0.0.6"], timedelta(0)),
        (HOSTS, VALID - RENEWED),
        (HOSTS, timedelta(days=-2)),  # the clock was wrong, then or now
    ],
    ids=["another address", "soon over", "clock set back"],
)
def test_it_is_made_again(hosts: list[str], later: timedelta, tmp_path: Path) -> None:
    first = certificate(tmp_path, HOSTS, NOW).server.read_bytes()
    kept = certificate(tmp_path, hosts, NOW + later)
    assert kept.server.read_bytes() != first
    assert hosts_of(parts(kept)[0]) == set(hosts)


@pytest.mark.parametrize("damaged", ["server.pem", "authority.crt"])
@pytest.mark.parametrize("content", [None, b"", b"nonsense", "of another"])
def test_a_damaged_one_is_made_again(
    damaged: str, content: bytes | str | None, tmp_path: Path
) -> None:
    certificate(tmp_path, HOSTS, NOW)
    if content is None:
        (tmp_path / damaged).unlink()
    else:
        other = certificate(tmp_path / "other", HOSTS, NOW)
        another = getattr(other, damaged.partition(".")[0]).read_bytes()
        (tmp_path / damaged).write_bytes(content if isinstance(content, bytes) else another)
    kept = certificate(tmp_path, HOSTS, NOW)
    server, authority = parts(kept)
    server.verify_directly_issued_by(authority)
    assert x509.load_pem_x509_certificate(kept.authority.read_bytes()) == authority


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "https").write_text("a file in its place")
    with pytest.raises(InputError, match="cannot be kept"):
        certificate(tmp_path / "https", HOSTS, NOW)


@pytest.mark.parametrize("host", ["localhost", "10.0.0.5", "class-pc.local"])
def test_who_has_installed_the_authority_trusts_the_server(host: str, tmp_path: Path) -> None:
    kept = certificate(tmp_path, HOSTS)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(kept.server, kept.server)
    here, there = socket.socketpair()

    def serve() -> None:
        with serving.wrap_socket(there, server_side=True) as secure:
            secure.send(b"hello")

    thread = threading.Thread(target=serve)
    thread.start()
    trusting = ssl.create_default_context(cafile=kept.authority)
    trusting.verify_flags |= ssl.VERIFY_X509_STRICT
    with trusting.wrap_socket(here, server_hostname=host) as secure:
        assert secure.recv(5) == b"hello"
    thread.join()
