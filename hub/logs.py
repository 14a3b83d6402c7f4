"""Log lines: structured, one event each, as JSON or for a terminal; never content, tokens or addresses."""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

REMOVED = "[removed]"

NEVER_LOGGED = frozenset(
    [
        "authorization",
        "body",
        "cookie",
        "email",
        "from_address",
        "html",
        "password",
        "phone",
        "raw",
        "recipient",
        "secret",
        "sender",
        "subject",
        "text",
        "to_address",
        "token",
    ]
)
"""Keys whose values must not reach a log, whoever puts them into an event by mistake."""

CHATTY = {
    "mail.log": "ERROR",  # addresses
    "httpx": "WARNING",  # URLs, which may hold a provider's token
    "httpcore": "WARNING",
    "daphne": "WARNING",
    "django.request": "ERROR",  # paths of every 404
    "django.channels.server": "WARNING",
    "asyncio": "WARNING",
    "twisted": "WARNING",
    "psycopg.pool": "ERROR",  # a line for each try while the database is away
}

_DATABASE_DETAIL = re.compile(r"^(DETAIL|CONTEXT): .*$", re.MULTILINE)


def configure(options: Mapping[str, Any]) -> None:
    """Set up the process's logging; Django calls it with `settings.LOGGING`.

    `format` is "json", "console" or "" (console on a terminal, else JSON); `level` a level's name.
    Lines go to standard error.
    """
    level = str(options.get("level", "info")).upper()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_secrets,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=_last(options.get("format", ""))
        )
    )
    _install(handler, level)


def without_secrets(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Replace the values of keys that may hold content, tokens or addresses."""
    for key in NEVER_LOGGED.intersection(event):
        event[key] = REMOVED
    return event


def without_database_detail(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Cut the lines of a traceback in which PostgreSQL quotes a row."""
    if "exception" in event:
        event["exception"] = _DATABASE_DETAIL.sub(r"\1: " + REMOVED, event["exception"])
    return event


class StandardError(logging.Handler):
    """Writes to whatever standard error is now, so that it follows a redirection."""

    @property
    def stream(self) -> TextIO:
        """Where lines go."""
        return sys.stderr

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            self.stream.write(self.format(record) + "\n")
            self.stream.flush()
        except (OSError, ValueError):
            self.handleError(record)


def _last(form: str) -> list[Processor]:
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if (form or ("console" if sys.stderr.isatty() else "json")) == "json":
        return [
            meta,
            structlog.processors.format_exc_info,
            without_database_detail,
            structlog.processors.JSONRenderer(),
        ]
    plain = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    return [meta, plain]


def _install(handler: logging.Handler, level: str) -> None:
    """Make `handler` the only one, in place of those that Django's defaults bring."""
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("django", "django.server"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
    for name, least in CHATTY.items():
        logging.getLogger(name).setLevel(max(logging.getLevelName(least), root.level))
