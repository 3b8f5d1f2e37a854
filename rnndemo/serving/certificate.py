"""The certificate of a server in a class's own network, which no authority would vouch for.

A browser opens microphone and camera only for pages that came over https. The certificate is
signed by an authority that is made for it alone and whose key is thrown away at once: who installs
that authority on a phone trusts this server's certificate, and nothing else can ever be signed.
(iPhones refuse the app's websocket until it is installed; other phones let people go on.)
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from rnndemo.errors import N_
from rnndemo.storage.files import as_input_error, write_bytes

VALID = timedelta(days=365)  # phones refuse certificates that are valid for more than 825 days
RENEWED = timedelta(days=30)  # before it ends
CLOCKS = timedelta(days=1)  # by which a phone's clock may be behind

TITLE = "Row by Row"


@dataclass(frozen=True)
class Certificate:
    """Where the certificate of this server lies.

    Parameters
    ----------
    server : Path
        PEM: the private key, the certificate and its authority; only its owner may read it.
    authority : Path
        PEM: the authority alone, to be installed on phones.
    """

    server: Path
    authority: Path


def certificate(folder: Path, hosts: Iterable[str], now: datetime | None = None) -> Certificate:
    """Return the certificate for these hosts; make one if there is none that will do.

    Parameters
    ----------
    folder : Path
        Where it is kept; it is made if it does not exist.
    hosts : iterable of str
        Names and IP addresses by which browsers reach the server.
    now : datetime, optional
        The time; by default this machine's.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    kept = Certificate(folder / "server.pem", folder / "authority.crt")
    wanted, now = set(hosts), now or datetime.now(UTC)
    with as_input_error(N_("The certificate cannot be kept in {folder}: {reason}"), folder=folder):
        if not _will_do(kept, wanted, now):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)  # before there is a key in it
            server, authority = _made(sorted(wanted), now)
            write_bytes(kept.authority, authority)
            write_bytes(kept.server, server)
            kept.server.chmod(0o600)
    return kept


def hosts_of(made: x509.Certificate) -> set[str]:
    """Return the names and IP addresses that a certificate is for."""
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ips = names.get_values_for_type(x509.IPAddress)
    return {*names.get_values_for_type(x509.DNSName), *map(str, ips)}


def _will_do(kept: Certificate, hosts: set[str], now: datetime) -> bool:
    """Return whether the certificate that lies there is whole, for these hosts, and valid."""
    try:
        server, authority = x509.load_pem_x509_certificates(kept.server.read_bytes())
        same = authority == x509.load_pem_x509_certificate(kept.authority.read_bytes())
        return (
            same
            and hosts <= hosts_of(server)
            and server.not_valid_before_utc <= now < server.not_valid_after_utc - RENEWED
        )
    except (OSError, ValueError, x509.ExtensionNotFound):  # there is none, or it is damaged
        return False


def _made(hosts: list[str], now: datetime) -> tuple[bytes, bytes]:
    """Return the contents of the two files of a new certificate."""
    signing, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    # A number in the name: a phone that has an authority of this name from before takes both.
    of = f"{TITLE} authority {x509.random_serial_number() % 10**6:06}"
    authority = (
        _begun(of, of, signing.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(signing, hashes.SHA256())
    )
    server = (
        _begun(TITLE, of, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_name(host) for host in hosts]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False
        )
        .sign(signing, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = authority.public_bytes(Encoding.PEM)
    return secret + server.public_bytes(Encoding.PEM) + public, public


def _begun(
    name: str, issuer: str, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    def called(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])

    return x509.CertificateBuilder(
        subject_name=called(name),
        issuer_name=called(issuer),
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=now - CLOCKS,
        not_valid_after=now + VALID,
    ).add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, key_cert_sign=signs_certificates,
        crl_sign=signs_certificates, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
