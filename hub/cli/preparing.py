"""What must be in order before services start; whatever is not ends the start with one plain line."""

import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.db.utils import Error as DatabaseFault

from hub import environment
from hub.service import StartError

MIGRATION_LOCK = 0x6F6D6E69
"""Any number that nothing else in the database locks."""


def make_keys() -> None:
    """Make the keys that are missing, in the data folder."""
    try:
        environment.generate_missing_keys()
    except OSError as error:
        raise StartError(f"HUB_DATA_DIR={environment.data_dir()}: {error.strerror}") from error


def set_up_django() -> None:
    """Load the settings and every app."""
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise StartError(str(error)) from error


def require_keys() -> None:
    """Refuse to run without the keys; a role of its own never invents one that others do not know."""
    for name, value in environment.keys().items():
        if not value:
            raise StartError(
                f"{name} is not set, and the data folder holds none; every role needs the same one"
            )


def require_production(role: str) -> None:
    """Refuse to run a single role on what only one process can use."""
    if not settings.REDIS_URL:
        raise StartError(
            f"{role}: HUB_REDIS_URL is not set; separate processes hear of each other through Redis "
            "(for one process alone: hub run)"
        )
    if not environment.is_postgresql():
        raise StartError(
            f"{role}: HUB_DATABASE_URL must name a PostgreSQL database; SQLite serves one process only "
            "(for one process alone: hub run)"
        )


def require_database() -> None:
    """Connect once, past the pool, whose patience would hide the reason."""
    try:
        if connection.vendor == "postgresql":
            _connect_to_postgresql()
        else:
            Path(str(connection.settings_dict["NAME"])).parent.mkdir(parents=True, exist_ok=True)
            connection.ensure_connection()
    except (DatabaseFault, OSError) as error:
        raise StartError(f"the database cannot be reached: {error}") from error


def _connect_to_postgresql() -> None:
    import psycopg

    wanted = ("dbname", "user", "password", "host", "port", "sslmode", "connect_timeout")
    given: dict[str, Any] = connection.get_connection_params()
    try:
        psycopg.connect(**{name: given[name] for name in wanted if given.get(name)}).close()
    except psycopg.Error as error:
        raise StartError(f"the database cannot be reached: {error}") from error


def migrate() -> None:
    """Bring the schema up to date; of several processes that start at once, one does it."""
    from hub.health import Unready, waiting_migrations

    try:
        if not waiting_migrations():
            return
        with _alone():
            call_command("migrate", interactive=False, verbosity=0)
    except (Unready, DatabaseFault) as error:
        raise StartError(f"the database cannot be migrated: {error}") from error


def require_migrations() -> None:
    """Refuse to run on an older schema."""
    from hub.health import Unready, waiting_migrations

    try:
        waiting = waiting_migrations()
    except Unready as error:
        raise StartError(f"the database cannot be read: {error}") from error
    if waiting:
        raise StartError(f"the database lacks {waiting} migrations; run `hub manage migrate` first")


def require_fitting_keys() -> None:
    """Refuse to run with an encryption key that does not open what is stored."""
    from hub.encryption import CannotDecrypt
    from hub.models.channels import Channel

    channels = Channel.objects.unscoped("a look at one ciphertext at start-up")
    try:
        for channel in channels.order_by("-created_at")[:1]:
            str(channel.secrets)
    except CannotDecrypt as error:
        raise StartError(f"HUB_ENCRYPTION_KEYS does not open what the database holds: {error}") from error


def require_port(what: str, host: str, port: int) -> None:
    """Refuse early when a port is taken, before any migration is made."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StartError(f"{what}: cannot listen on {host}:{port}: {error.strerror}") from error


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of migrations: in the database, or beside SQLite's file."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
        return
    with Path(str(connection.settings_dict["NAME"])).with_suffix(".migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
