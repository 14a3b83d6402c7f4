"""The certificate of the mail entrance: the operator's, read again when it changes, or our own."""

from __future__ import annotations

import contextlib
import os
import ssl
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.clock import now

log = structlog.get_logger("connectors.email.entrance.smtp")

SELF_SIGNED = "smtp-certificate.pem"
VALID_FOR = timedelta(days=3650)


class Certificate:
    """A certificate chain and its key in PEM files; `key` may be the same file."""

    def __init__(self, chain: Path, key: Path) -> None:
        self._files = (chain, key)
        self._read = self._changes()
        self._context = self._load()

    def context(self) -> ssl.SSLContext:
        """The context for the next connection, with the files as they are now.

        Files that cannot be used, as in the middle of a renewal, leave the one that was read before.
        """
        try:
            changes = self._changes()
            if changes != self._read:
                self._context, self._read = self._load(), changes
                log.info("certificate_read_again")
        except OSError as error:
            log.error("certificate_not_read", error=str(error))
        return self._context

    def _changes(self) -> tuple[tuple[int, int], ...]:
        return tuple((status.st_mtime_ns, status.st_ino) for status in map(os.stat, self._files))

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(*self._files)
        return context


def certificate(chain: str, key: str, folder: Path, host: str) -> Certificate:
    """The operator's certificate, or, when `chain` is empty, a self-signed one for `host` in `folder`.

    Raises `OSError` (`ssl.SSLError` is one) when the files cannot be used.
    """
    if chain:
        return Certificate(Path(chain), Path(key or chain))
    path = folder / SELF_SIGNED
    if not path.exists():
        _write_once(path, self_signed(host, now()))
    return Certificate(path, path)


def self_signed(host: str, at: datetime) -> bytes:
    """A key and a certificate for it, in PEM.

    Mail servers encrypt without asking who is there (RFC 7435), so it is better than none.
    """
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + VALID_FOR)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(private, hashes.SHA256())
    )
    key = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return key + made.public_bytes(serialization.Encoding.PEM)


def _write_once(path: Path, content: bytes) -> None:
    """Put the file there whole, or leave the one that another process has just made."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
