"""The environment: every `HUB_*` setting, its default and its meaning, read in this file alone.

Not inside `hub.settings`, because importing that reads all of them, and `hub run` makes keys first.
"""

import base64
import binascii
import contextlib
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit


class BadSetting(Exception):
    """A setting that cannot be used; the text is one plain line for the operator."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as `hub --help` and the documentation show it."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("HUB_HOST", "127.0.0.1", "address that the web, SMTP and media servers listen on"),
    Setting("HUB_HTTP_PORT", "8000", "port of pages, API and WebSockets"),
    Setting("HUB_SMTP_PORT", "2525", "port of the mail entrance"),
    Setting("HUB_SMTP_TLS_CERT", "", "certificate chain (PEM) of the mail entrance; self-signed if empty"),
    Setting("HUB_SMTP_TLS_KEY", "", "its private key (PEM), when that is not in the same file"),
    Setting("HUB_SMTP_TRUSTED_NETWORKS", "127.0.0.0/8,::1/128", "mail servers of yours in front of the hub"),
    Setting("HUB_DNS_RESOLVER", "", "host:port of the name server for checks of mail; the system's if empty"),
    Setting("HUB_MEDIA_PORT", "8001", "port of the media role"),
    Setting("HUB_DATA_DIR", "./var", "folder for the database, files, keys and kept mail"),
    Setting("HUB_DATABASE_URL", "", "postgresql://user:password@host/name; SQLite in the data dir if empty"),
    Setting("HUB_REDIS_URL", "", "redis://host:port/0, needed as soon as there is more than one process"),
    Setting("HUB_PUBLIC_URL", "", "address that browsers and providers use; http://HOST:PORT if empty"),
    Setting("HUB_SECRET_KEY", "", "signs sessions and links; generated into the data dir by `hub run`"),
    Setting(
        "HUB_ENCRYPTION_KEYS", "", "id:base64 of 32 bytes, newest first, comma separated; generated likewise"
    ),
    Setting("HUB_SMTP_RELAY_URL", "", "smtp://, smtps:// or smtp+starttls://[user:password@]host:port"),
    Setting("HUB_PROVIDER_BASE_URLS", "{}", "JSON: provider name to base URL, to point an API at a fake"),
    Setting("HUB_ALLOWED_NETWORKS", "", "10.1.0.0/16,…: networks of yours that outgoing requests may reach"),
    Setting("HUB_TRUSTED_PROXY", "0", "1 when a proxy of yours sets X-Forwarded-For and -Proto"),
    Setting("HUB_LOG_FORMAT", "", "json or console; console on a terminal, else json"),
    Setting("HUB_LOG_LEVEL", "info", "debug, info, warning or error"),
    Setting("HUB_WORKER_THREADS", "4", "threads that work off jobs in one process"),
)

_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def text(name: str) -> str:
    """The value of a setting, or its default; blanks around it do not count."""
    return os.environ.get(name, "").strip() or _DEFAULTS[name]


def flag(name: str) -> bool:
    """A yes-or-no setting."""
    return text(name).lower() in ("1", "true", "yes", "on")


def integer(name: str, low: int = 0, high: int = 65535) -> int:
    """A whole number within bounds."""
    value = text(name)
    if not value.isdecimal() or not low <= int(value) <= high:
        raise BadSetting(f"{name}={value!r}: a whole number from {low} to {high} is needed")
    return int(value)


def choice(name: str, *allowed: str) -> str:
    """One of a few words, or empty where that is the default."""
    value = text(name).lower()
    if value and value not in allowed:
        raise BadSetting(f"{name}={value!r}: {', '.join(allowed)} is needed")
    return value


def server_url(name: str, *schemes: str) -> str:
    """The URL of a server, or empty. The message never shows the value: it may hold a password."""
    value = text(name)
    parts = _split(name, value)
    if value and (parts.scheme not in schemes or not (parts.hostname or parts.path)):
        raise BadSetting(f"{name}: {' or '.join(f'{scheme}://' for scheme in schemes)}host:port is needed")
    return value


def _split(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadSetting(f"{name} is not a URL") from error
    return parts


def data_dir() -> Path:
    """The data folder, absolute."""
    return Path(text("HUB_DATA_DIR")).expanduser().resolve()


def public_url() -> str:
    """The address by which browsers reach the hub, without a slash at its end."""
    url = text("HUB_PUBLIC_URL") or f"http://{_host_in_url()}:{integer('HUB_HTTP_PORT')}"
    parts = _split("HUB_PUBLIC_URL", url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadSetting(f"HUB_PUBLIC_URL={url!r}: http://host or https://host is needed")
    return url.rstrip("/")


def _host_in_url() -> str:
    host = text("HUB_HOST")
    if host in ("0.0.0.0", "::"):  # noqa: S104 - a wildcard is no address that a browser can use
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def host_and_port(name: str, port: int) -> tuple[str, int] | None:
    """An IP address with or without its port, the address of version 6 in brackets; None when not set."""
    value = text(name)
    parts = _split(name, f"//{value}")
    try:
        return (str(ip_address(parts.hostname or "")), parts.port or port) if value else None
    except ValueError as error:
        raise BadSetting(f"{name}={value!r}: an IP address and a port is needed, 192.0.2.1:53") from error


def provider_base_urls() -> dict[str, str]:
    """Where each provider's API is, for those that were moved."""
    try:
        value = json.loads(text("HUB_PROVIDER_BASE_URLS"))
    except json.JSONDecodeError as error:
        raise BadSetting(f"HUB_PROVIDER_BASE_URLS is not JSON: {error.msg}") from error
    if not isinstance(value, dict) or not all(isinstance(url, str) for url in value.values()):
        raise BadSetting("HUB_PROVIDER_BASE_URLS must be an object of provider name to base URL")
    return {name: url.rstrip("/") for name, url in value.items()}


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks in CIDR notation, comma separated."""
    try:
        return [ip_network(part.strip()) for part in text(name).split(",") if part.strip()]
    except ValueError as error:
        raise BadSetting(f"{name}: {error}") from error


def database() -> dict[str, object]:
    """Django's database settings for `HUB_DATABASE_URL`."""
    url = text("HUB_DATABASE_URL")
    if not url:
        return sqlite(data_dir() / "hub.sqlite3")
    parts = _split("HUB_DATABASE_URL", url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path.removeprefix("/")) if parts.path.startswith("//") else unquote(parts.path)
        return sqlite(Path(path))
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise BadSetting(
            "HUB_DATABASE_URL: postgresql://user:password@host:port/name or sqlite:///path is needed"
        )
    return postgresql(url)


def sqlite(path: Path) -> dict[str, object]:
    """SQLite as the hub needs it: no lost writers, no lost commits."""
    return {
        "ENGINE": "hub.sqlite",
        "NAME": str(path),
        # Opening one costs more than most queries: each reads the schema anew.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Deferred transactions that read and then write fail at once under contention.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-32000;PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;"
            ),
        },
    }


def postgresql(url: str) -> dict[str, object]:
    """PostgreSQL with a pool per process; query parameters become connection options."""
    parts = urlsplit(url)
    options: dict[str, object] = dict(parse_qsl(parts.query))
    options.setdefault("connect_timeout", "5")
    options["pool"] = {"min_size": 0, "max_size": 24, "timeout": 4}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or str(options.pop("host", "")),
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }


def is_postgresql() -> bool:
    """Whether the settings name a PostgreSQL database."""
    return text("HUB_DATABASE_URL").startswith("postgres")


_SECRET_FILE, _KEYS_FILE = "secret_key", "encryption_keys"


def generate_missing_keys() -> None:
    """Make the keys that are set neither in the environment nor in the data folder.

    Files are written with mode 0600. Called by `hub run` only: a production role never
    invents a key that its neighbours would not know.
    """
    folder = data_dir()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not text("HUB_SECRET_KEY"):
        _write_once(folder / _SECRET_FILE, secrets.token_urlsafe(50))
    if not text("HUB_ENCRYPTION_KEYS"):
        _write_once(folder / _KEYS_FILE, "k1:" + base64.b64encode(secrets.token_bytes(32)).decode())


def _write_once(path: Path, content: str) -> None:
    """Put a file there whole and synced, or leave the one that is there: two processes may start at once."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _kept(name: str, file: str) -> str:
    value = text(name)
    path = data_dir() / file
    if not value and path.is_file():
        value = path.read_text().strip()
    return value


def secret_key() -> str:
    """The signing key, or an empty string when there is none yet."""
    value = _kept("HUB_SECRET_KEY", _SECRET_FILE)
    if value and len(value) < 32:
        raise BadSetting("HUB_SECRET_KEY: at least 32 characters are needed")
    return value


def encryption_keys() -> dict[str, bytes]:
    """The key ring by key id, newest first; empty when there is none yet."""
    ring: dict[str, bytes] = {}
    for entry in filter(None, (part.strip() for part in _kept("HUB_ENCRYPTION_KEYS", _KEYS_FILE).split(","))):
        key_id, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not key_id or "." in key_id or len(key) != 32:
            raise BadSetting("HUB_ENCRYPTION_KEYS: each entry must be id:base64 of exactly 32 bytes")
        ring[key_id] = key
    return ring


def digest_of_keys() -> str:
    """A short fingerprint of the secret key, for namespacing shared Redis servers."""
    return hashlib.sha256(secret_key().encode()).hexdigest()[:12]


def keys() -> dict[str, object]:
    """Both keys by their setting's name; an empty one is missing. Raises `BadSetting`."""
    return {"HUB_SECRET_KEY": secret_key(), "HUB_ENCRYPTION_KEYS": encryption_keys()}
