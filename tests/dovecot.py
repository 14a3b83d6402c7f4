"""A private Dovecot for tests: IMAP and POP3, plain and encrypted, every user with a mailbox of their own."""

import grp
import os
import pwd
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imapclient import IMAPClient

from tests.services import ServicesMissing, free_port, server, server_folder, server_user

PASSWORD = "secret"
HOST = "127.0.0.1"

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = hub-tests
log_path = {folder}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
default_vsz_limit = 256M
protocols = imap pop3
listen = 127.0.0.1
mail_location = maildir:{folder}/mail/%n/Maildir
mail_uid = {user}
mail_gid = {group}
first_valid_uid = {first_uid}
first_valid_gid = 0
mail_max_userip_connections = 200
mail_fsync = never
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login xoauth2 oauthbearer
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
ssl_dh =
imap_idle_notify_interval = {still_here_seconds} secs
imap_capability = {capability}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
  client_limit = 400
}}
service auth {{
  client_limit = 2000
}}
service imap-login {{
  chroot =
  client_limit = 300
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3_port}
  }}
  inet_listener pop3s {{
    port = {pop3s_port}
  }}
}}
service imap {{
  process_limit = 300
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = subscribe
  }}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%n
}}
"""

OAUTH = """
introspection_mode = post
introspection_url = {introspection_url}
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server. Any user signs in with `PASSWORD`; `user@domain` has the mailbox `user`."""

    folder: Path
    imap_port: int
    imaps_port: int
    pop3_port: int
    pop3s_port: int
    host: str = HOST

    @property
    def certificate(self) -> Path:
        """The certificate to trust, for "localhost" and 127.0.0.1."""
        return self.folder / "certificate.pem"

    @property
    def log(self) -> str:
        """What the server has logged."""
        return (self.folder / "dovecot.log").read_text(errors="replace")

    def processes_of(self, user: str) -> list[int]:
        """The processes that served a user's IMAP connections, and may still."""
        found = re.findall(rf"Login: user=<{re.escape(user)}>.*? mpid=(\d+)", self.log)
        return [int(number) for number in found if Path(f"/proc/{number}/comm").exists()]

    def break_mail(self, user: str, words: bytes) -> None:
        """Make the mail that holds these words unreadable for the server."""
        inbox = self.folder / "mail" / user / "Maildir"
        files = [*(inbox / "cur").iterdir(), *(inbox / "new").iterdir()]
        (found,) = (path for path in files if words in path.read_bytes())
        found.chmod(0)

    def client(self, user: str) -> IMAPClient:
        """A signed-in client beside the one under test."""
        client = IMAPClient(self.host, self.imap_port, ssl=False, timeout=30)
        client.login(user, PASSWORD)
        return client

    def config(self, user: str, **more: Any) -> dict[str, Any]:
        """A channel's settings to receive by IMAP from this user's mailbox, without encryption."""
        return {
            "receive_by": "imap",
            "imap_host": self.host,
            "imap_port": self.imap_port,
            "imap_security": "none",
            "imap_user": user,
            "pop3_host": self.host,
            "pop3_port": self.pop3_port,
            "pop3_security": "none",
            "pop3_user": user,
        } | more


def missing() -> str:
    """Why Dovecot cannot be started here, or an empty string."""
    needed = {"dovecot-imapd": "/usr/lib/dovecot/imap", "dovecot-pop3d": "/usr/lib/dovecot/pop3"}
    lacking = [name for name, path in needed.items() if not Path(path).exists()]
    return f"{' and '.join(lacking)} not installed" if lacking else ""


@contextmanager
def dovecot(
    *, introspection_url: str = "http://127.0.0.1:9/", still_here_seconds: int = 120, capability: str = ""
) -> Iterator[Dovecot]:
    """Run Dovecot until the block ends. Raises `ServicesMissing`.

    `introspection_url` is asked about access tokens (RFC 7662). `still_here_seconds` is the interval of the
    "Still here" lines in IDLE; `capability` replaces what IMAP offers after the sign-in.
    """
    if reason := missing():
        raise ServicesMissing(reason)
    with server_folder() as folder:
        running = Dovecot(folder, free_port(), free_port(), free_port(), free_port())
        _prepare(running, introspection_url, still_here_seconds, capability)
        program = shutil.which("dovecot") or "/usr/sbin/dovecot"
        command = [program, "-F", "-c", str(folder / "dovecot.conf")]
        with server(command, folder, lambda: socket.create_connection((HOST, running.imap_port), 2).close()):
            yield running


def running_without(*capabilities: str) -> AbstractContextManager[Dovecot]:
    """Run a Dovecot whose IMAP does not offer these extensions."""
    offered = ["IMAP4rev1", "SASL-IR", "IDLE", "MOVE", "UIDPLUS", "SPECIAL-USE", "NAMESPACE", "LITERAL+"]
    return dovecot(capability=" ".join(name for name in offered if name not in capabilities))


def _prepare(running: Dovecot, introspection_url: str, still_here_seconds: int, capability: str) -> None:
    folder = running.folder
    who = server_user() if os.geteuid() == 0 else pwd.getpwuid(os.getuid())
    (folder / "dovecot.conf").write_text(
        CONFIGURATION.format(
            folder=folder,
            user=who.pw_name,
            group=grp.getgrgid(who.pw_gid).gr_name,
            uid=who.pw_uid,
            gid=who.pw_gid,
            first_uid=who.pw_uid,
            imap_port=running.imap_port,
            imaps_port=running.imaps_port,
            pop3_port=running.pop3_port,
            pop3s_port=running.pop3s_port,
            still_here_seconds=still_here_seconds,
            capability=capability,
            password=PASSWORD,
        )
    )
    (folder / "oauth2.conf").write_text(OAUTH.format(introspection_url=introspection_url))
    _make_certificate(folder)
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, who.pw_uid, who.pw_gid)


def _make_certificate(folder: Path) -> None:
    """A certificate that signs itself, valid for an hour."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address(HOST))])
    begins = datetime.now(UTC) - timedelta(minutes=5)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(hours=2))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
