"""`hub check`: looks at everything the hub needs, one line each."""

import errno
import http.client
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.exceptions import ImproperlyConfigured

from hub.environment import BadSetting

if TYPE_CHECKING:
    from hub.health import Result
    from hub.models.channels import Channel

LEAST_FREE_BYTES = 200 * 1024 * 1024


def report() -> int:
    """Print a line for each check; 1 if any found something wrong, else 0."""
    wrong = False
    for result in _results():
        print(f"{'ok' if result.ok else 'WRONG':<6}{result.name:<22}{result.detail}", flush=True)  # noqa: T201
        wrong = wrong or not result.ok
    return int(wrong)


def _results() -> Iterator["Result"]:
    problem = _set_up()
    from hub.health import PROBES, Result

    if problem:
        yield Result("configuration", False, problem)
        return
    yield _checked("configuration", check_configuration)
    results = [probe.run() for probe in PROBES]
    yield from results
    yield _checked("storage", check_storage)
    yield _checked("port web", lambda: check_port("web"))
    yield _checked("port smtp", lambda: check_port("smtp"))
    if all(result.ok for result in results[:2]):
        yield from _channels()


def _set_up() -> str:
    """Load settings and apps; what is wrong with them, in one line."""
    try:
        django.setup()
    except (BadSetting, ImproperlyConfigured) as error:
        return " ".join(str(error).split())
    return ""


def _checked(name: str, check: Callable[[], str]) -> "Result":
    from hub.health import Result, Unready

    try:
        return Result(name, True, check())
    except Unready as reason:
        return Result(name, False, str(reason))


def check_configuration() -> str:
    """Are the keys there, and does Django's own check agree."""
    from django.conf import settings
    from django.core.checks import ERROR, run_checks

    from hub import environment
    from hub.health import Unready

    missing = [name for name, value in environment.keys().items() if not value]
    if missing:
        raise Unready(f"not set: {', '.join(missing)} (`hub run` makes them)")
    errors = [str(message.msg) for message in run_checks() if message.level >= ERROR]
    if errors:
        raise Unready(errors[0])
    return f"data in {settings.DATA_DIR}, reached at {settings.PUBLIC_URL}"


def check_storage() -> str:
    """Write, sync and read back a file where attachments are kept."""
    from django.conf import settings

    from hub.health import Unready

    folder = Path(settings.MEDIA_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"omnihub")
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise Unready(f"{folder}: {error.strerror}") from error
    if free < LEAST_FREE_BYTES:
        raise Unready(f"{folder}: {free // 2**20} MB free")
    return f"{folder}: writes and syncs, {free // 2**30} GB free"


def check_port(what: str) -> str:
    """Is the port free, or held by this hub?"""
    from django.conf import settings

    from hub.health import Unready

    host, port = settings.HOST, settings.HTTP_PORT if what == "web" else settings.SMTP_PORT
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE and _is_ours(what, host, port):
                return f"{host}:{port} is served by a running hub"
            raise Unready(f"{host}:{port}: {error.strerror}") from error
    return f"{host}:{port} is free"


def _is_ours(what: str, host: str, port: int) -> bool:
    try:
        if what == "web":
            connection = http.client.HTTPConnection(host, port, timeout=3)
            connection.request("GET", "/healthz")
            return b"alive" in connection.getresponse().read(200)
        with socket.create_connection((host, port), timeout=3) as greeted:
            return greeted.recv(200).startswith(b"220 ")
    except (OSError, http.client.HTTPException):
        return False


def _channels() -> Iterator["Result"]:
    """What each channel that is in use says of itself."""
    from hub.models.channels import Channel

    everyone = Channel.objects.unscoped("hub check looks at every channel")
    for channel in everyone.select_related("organization").order_by("organization__slug", "kind", "name"):
        if channel.is_active:
            yield _checked(f"channel {channel.kind}", partial(check_channel, channel))


def check_channel(channel: "Channel") -> str:
    """The connector's word on one channel."""
    from hub import providers, registry
    from hub.encryption import CannotDecrypt
    from hub.health import Unready

    called = f"{channel.organization.slug}: {channel.name}"
    try:
        connector = registry.connector(channel.kind)
        if channel.config.get("demo") and connector.provider and not providers.is_moved(connector.provider):
            return f"{called} is of the demo: its account does not exist, so nobody is asked about it"
        health = connector.health(channel)
    except registry.UnknownKind as error:
        raise Unready(f"{called}: {error}") from error
    except CannotDecrypt as error:
        raise Unready(f"{called}: HUB_ENCRYPTION_KEYS does not open its secrets: {error}") from error
    if not health.ok:
        raise Unready(f"{called}: {health.detail or 'not well'}")
    return f"{called} {health.detail}".rstrip()
